//! Calls as HTTP requests. LocalStack wants to know the service from the scope of a signature, not the signature.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::db::{Literal, Operation, Protocol, Service};

/// Left as it is in forms and paths.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// Where a call is made. LocalStack takes an access key of twelve digits for the account.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'s> {
    pub(super) region: &'s str,
    pub(super) account_id: &'s str,
}

/// A request, its path relative to the endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

/// The request for a call, whose texts are filled in.
pub(super) fn request(service: &Service, operation: &Operation, input: Option<&Literal>, scope: Scope<'_>) -> Request {
    let mut request = match (&service.protocol, operation) {
        (_, Operation::Http(method, path)) => rest(method, path, input),
        (Protocol::Json { target, version }, Operation::Named(name)) => json(target, version, name, input),
        (Protocol::Query { version }, Operation::Named(name)) => query(version, name, input),
        (Protocol::Rest, Operation::Named(name)) => rest("GET", &format!("/{name}"), input),
    };
    request.headers.push(("authorization".into(), authorization(&service.signing, scope)));
    request.headers.push(("x-amz-date".into(), "20260101T000000Z".into()));
    request
}

/// A text as a part of a path or a form.
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

fn authorization(service: &str, scope: Scope<'_>) -> String {
    let Scope { region, account_id } = scope;
    let credential = format!("Credential={account_id}/20260101/{region}/{service}/aws4_request");
    format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0")
}

fn json(target: &str, version: &str, operation: &str, input: Option<&Literal>) -> Request {
    let headers = vec![
        ("content-type".into(), format!("application/x-amz-json-{version}")),
        ("x-amz-target".into(), format!("{target}.{operation}")),
    ];
    let body = input.map_or_else(|| "{}".to_owned(), |it| it.to_json().to_string());
    Request { method: "POST".into(), path: "/".into(), headers, body }
}

fn query(version: &str, operation: &str, input: Option<&Literal>) -> Request {
    let mut body = format!("Action={operation}&Version={version}");
    if let Some(Literal::Map(fields)) = input {
        for (name, value) in fields {
            let value = match value.to_json() {
                serde_json::Value::String(text) => text,
                other => other.to_string(),
            };
            body.push_str(&format!("&{}={}", encoded(name), encoded(&value)));
        }
    }
    let headers = vec![("content-type".into(), "application/x-www-form-urlencoded; charset=utf-8".into())];
    Request { method: "POST".into(), path: "/".into(), headers, body }
}

fn rest(method: &str, path: &str, input: Option<&Literal>) -> Request {
    let (kind, body) = match input {
        None => (None, String::new()),
        Some(Literal::String(text)) if text.starts_with('<') => (Some("application/xml"), text.clone()),
        Some(Literal::String(text)) => (Some("text/plain"), text.clone()),
        Some(other) => (Some("application/json"), other.to_json().to_string()),
    };
    let headers = kind.map(|it| ("content-type".to_owned(), it.to_owned())).into_iter().collect();
    Request { method: method.to_owned(), path: path.to_owned(), headers, body }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(protocol: Protocol) -> Service {
        Service { name: "x".into(), signing: "signed".into(), protocol }
    }

    const SCOPE: Scope<'_> = Scope { region: "eu-west-1", account_id: "000000000000" };

    fn header<'r>(request: &'r Request, name: &str) -> &'r str {
        request.headers.iter().find(|(it, _)| it == name).map_or("", |(_, value)| value.as_str())
    }

    #[test]
    fn a_json_call_names_its_operation_in_a_header() {
        let service = service(Protocol::Json { target: "Target".into(), version: "1.1".into() });
        let input = Literal::Map(vec![("Limit".into(), Literal::Number(5.0))]);
        let request = request(&service, &Operation::Named("List".into()), Some(&input), SCOPE);
        assert_eq!(request.body, r#"{"Limit":5}"#);
        assert_eq!(header(&request, "x-amz-target"), "Target.List");
        assert_eq!(header(&request, "content-type"), "application/x-amz-json-1.1");
        assert!(header(&request, "authorization").contains("=000000000000/20260101/eu-west-1/signed/aws4_request"));
    }

    #[test]
    fn a_query_call_is_a_form() {
        let service = service(Protocol::Query { version: "2016-11-15".into() });
        let input = Literal::Map(vec![
            ("Filter.1.Name".into(), Literal::String("vpc-id & more".into())),
            ("DryRun".into(), Literal::Bool(false)),
        ]);
        let request = request(&service, &Operation::Named("Describe".into()), Some(&input), SCOPE);
        assert_eq!(request.body, "Action=Describe&Version=2016-11-15&Filter.1.Name=vpc-id%20%26%20more&DryRun=false");
    }

    #[test]
    fn a_rest_call_sends_tables_as_json_and_texts_as_they_are() {
        let call = |input: Option<&Literal>| {
            let operation = Operation::Http("PUT".into(), "/a?b".into());
            request(&service(Protocol::Rest), &operation, input, SCOPE)
        };
        let empty = call(None);
        assert_eq!((empty.method.as_str(), empty.path.as_str(), empty.body.as_str()), ("PUT", "/a?b", ""));
        assert_eq!(call(Some(&Literal::Map(Vec::new()))).body, "{}");
        let xml = call(Some(&Literal::String("<A/>".into())));
        assert_eq!((xml.body.as_str(), header(&xml, "content-type")), ("<A/>", "application/xml"));
    }
}
