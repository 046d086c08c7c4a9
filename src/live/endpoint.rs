//! Where LocalStack listens.

use std::net::{IpAddr, ToSocketAddrs};

use ureq::http::Uri;

/// Where the gateway of LocalStack listens.
const DEFAULT_PORT: u16 = 4566;

/// An address that may be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint(String);

/// Why an address is not asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// Not an address.
    #[error("`{0}` is not an endpoint; write it like `http://127.0.0.1:4566`")]
    NotAnAddress(String),
    /// TLS.
    #[error("`{0}` asks for TLS; LocalStack answers plain HTTP at the same port, so write `http://`")]
    Tls(String),
    /// Another machine.
    #[error("`{0}` is not on this machine; it is used only with `--allow-remote-endpoint`")]
    Remote(String),
    /// A name without an address.
    #[error("`{host}` has no address: {reason}")]
    Unknown {
        /// The name.
        host: String,
        /// Why.
        reason: String,
    },
}

impl Endpoint {
    /// Reads an address such as `http://127.0.0.1:4566`; without `allows_remote`, it has to be on this machine.
    ///
    /// # Errors
    /// It is no address of plain HTTP, or on another machine.
    pub fn parse(text: &str, allows_remote: bool) -> Result<Self, EndpointError> {
        let not_an_address = || EndpointError::NotAnAddress(text.to_owned());
        let full = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let uri: Uri = full.parse().map_err(|_| not_an_address())?;
        match uri.scheme_str() {
            Some("http") => {}
            Some("https") => return Err(EndpointError::Tls(text.to_owned())),
            _ => return Err(not_an_address()),
        }
        let host = uri.host().filter(|it| !it.is_empty()).ok_or_else(not_an_address)?;
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(not_an_address());
        }
        // A port that is no number, or a user's name, is not told apart otherwise.
        let written = uri.port_u16().map_or_else(|| host.to_owned(), |it| format!("{host}:{it}"));
        if uri.authority().is_none_or(|it| it.as_str() != written) {
            return Err(not_an_address());
        }
        let port = uri.port_u16().unwrap_or(DEFAULT_PORT);
        if !allows_remote && !is_local(host, port)? {
            return Err(EndpointError::Remote(host.to_owned()));
        }
        Ok(Self(format!("http://{host}:{port}")))
    }

    /// The address without a final slash.
    pub fn url(&self) -> &str {
        &self.0
    }
}

/// Whether every address of `host` is a loopback address.
fn is_local(host: &str, port: u16) -> Result<bool, EndpointError> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<IpAddr>() {
        return Ok(address.is_loopback());
    }
    let unknown = |error: std::io::Error| EndpointError::Unknown { host: host.to_owned(), reason: error.to_string() };
    let addresses: Vec<_> = (bare, port).to_socket_addrs().map_err(unknown)?.collect();
    Ok(!addresses.is_empty() && addresses.iter().all(|it| it.ip().is_loopback()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_written_in_several_ways() {
        for (text, url) in [
            ("http://127.0.0.1:4566", "http://127.0.0.1:4566"),
            ("http://localhost:4566/", "http://localhost:4566"),
            ("127.0.0.1:4571", "http://127.0.0.1:4571"),
            ("http://127.9.9.9", "http://127.9.9.9:4566"),
            ("http://[::1]:4566", "http://[::1]:4566"),
        ] {
            assert_eq!(Endpoint::parse(text, false).unwrap().url(), url);
        }
    }

    #[test]
    fn another_machine_has_to_be_allowed() {
        let error = Endpoint::parse("http://10.0.0.7:4566", false).unwrap_err();
        assert_eq!(error, EndpointError::Remote("10.0.0.7".into()));
        assert_eq!(Endpoint::parse("http://10.0.0.7:4566", true).unwrap().url(), "http://10.0.0.7:4566");
        assert!(Endpoint::parse("http://0.0.0.0:4566", false).is_err());
    }

    #[test]
    fn what_is_no_endpoint_is_refused() {
        for text in [
            "",
            "http://",
            "ftp://127.0.0.1",
            "http://127.0.0.1:port",
            "http://me@127.0.0.1",
            "http://127.0.0.1/path",
            "a b",
        ] {
            assert_eq!(Endpoint::parse(text, true), Err(EndpointError::NotAnAddress(text.into())), "{text}");
        }
        assert_eq!(Endpoint::parse("https://127.0.0.1", true), Err(EndpointError::Tls("https://127.0.0.1".into())));
    }
}
