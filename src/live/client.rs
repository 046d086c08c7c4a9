//! Plain HTTP to one endpoint.

use std::time::Duration;

use ureq::Agent;
use ureq::http::Request as HttpRequest;

use super::endpoint::Endpoint;
use super::request::Request;

const CONNECT_SECONDS: u64 = 5;
/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: u64 = 16 << 20;

/// Speaks to one endpoint; may be used by several threads at once.
#[derive(Debug, Clone)]
pub struct Client {
    agent: Agent,
    endpoint: Endpoint,
    patience: Duration,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Response {
    /// The status code.
    pub(super) status: u16,
    /// The code of an error, where a header names it.
    pub(super) code: Option<String>,
    /// The body as text.
    pub(super) body: String,
}

/// Nothing came back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Silence {
    /// Not within these seconds.
    #[error("no answer within {0} s")]
    TimedOut(u64),
    /// There is no connection, or it broke.
    #[error("{0}")]
    Broken(String),
}

impl Client {
    /// A client for an endpoint that waits for one answer no longer than `patience`; nothing is sent yet. Proxies that
    /// the environment names are not used.
    pub fn new(endpoint: Endpoint, patience: Duration) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_connect(Some(Duration::from_secs(CONNECT_SECONDS)))
            .timeout_global(Some(patience))
            .build();
        Self { agent: config.into(), endpoint, patience }
    }

    /// The endpoint.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Sends a request and reads the answer, whatever its status.
    pub(super) fn send(&self, request: &Request) -> Result<Response, Silence> {
        let mut builder = HttpRequest::builder().method(request.method.as_str()).uri(format!(
            "{}{}",
            self.endpoint.url(),
            request.path
        ));
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let broken = |it: &dyn std::fmt::Display| Silence::Broken(it.to_string());
        let sent = if request.body.is_empty() {
            self.agent.run(builder.body(()).map_err(|it| broken(&it))?)
        } else {
            self.agent.run(builder.body(request.body.as_bytes()).map_err(|it| broken(&it))?)
        };
        let mut answer = sent.map_err(|it| self.silence(it))?;
        let status = answer.status().as_u16();
        let code = answer.headers().get("x-amzn-errortype").and_then(|it| it.to_str().ok()).map(str::to_owned);
        let body = answer.body_mut().with_config().limit(LONGEST_ANSWER).lossy_utf8(true).read_to_string();
        Ok(Response { status, code, body: body.map_err(|it| self.silence(it))? })
    }

    fn silence(&self, error: ureq::Error) -> Silence {
        match error {
            ureq::Error::Timeout(_) => Silence::TimedOut(self.patience.as_secs()),
            other => Silence::Broken(other.to_string()),
        }
    }

    /// Gets a path that needs no signature.
    pub(super) fn get(&self, path: &str) -> Result<Response, Silence> {
        self.send(&Request { method: "GET".into(), path: path.into(), headers: Vec::new(), body: String::new() })
    }
}

impl Response {
    /// Whether the request was carried out.
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}
