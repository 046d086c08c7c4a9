//! What a service answered: a value, or an error with its code and message.

use serde_json::Value;

use super::client::Response;
use super::xml;
use crate::db::Protocol;

/// How much of an answer that nobody understands is shown.
const SHOWN: usize = 300;

/// The value of an answer, or the error as `Code: message`.
pub(super) fn read(protocol: &Protocol, response: &Response) -> Result<Value, String> {
    let body = response.body.trim();
    if !response.is_success() {
        return Err(error(response, body));
    }
    if body.is_empty() {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    if body.starts_with('<') {
        let value = xml::parse(body).map_err(|it| format!("the answer is not XML: {it}"))?;
        return Ok(if matches!(protocol, Protocol::Query { .. }) { unwrapped(value) } else { value });
    }
    Ok(serde_json::from_str(body).unwrap_or_else(|_| Value::String(body.to_owned())))
}

/// The content of the one `...Result` element of a query answer, or all of it (EC2 has none).
fn unwrapped(mut value: Value) -> Value {
    let Some(fields) = value.as_object_mut() else { return value };
    fields.remove("ResponseMetadata");
    let result = fields.keys().find(|it| it.ends_with("Result")).cloned();
    match result.filter(|_| fields.len() == 1).and_then(|it| fields.remove(&it)) {
        // An empty element reads as a text.
        Some(Value::String(text)) if text.trim().is_empty() => Value::Object(serde_json::Map::new()),
        Some(content) => content,
        None => value,
    }
}

fn error(response: &Response, body: &str) -> String {
    let status = response.status;
    let value = if body.starts_with('<') {
        xml::parse(body).unwrap_or_default()
    } else {
        serde_json::from_str(body).unwrap_or_default()
    };
    let code = response.code.clone().or_else(|| text(&value, &["__type", "Code", "code"]));
    // A namespace stands before `#`, an address behind `:`.
    let code = code.and_then(|it| Some(it.rsplit('#').next()?.split(':').next()?.to_owned()));
    let message = text(&value, &["message", "Message", "errorMessage"]);
    match (code, message) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(only), None) | (None, Some(only)) => format!("{status}: {only}"),
        (None, None) => format!("{status}: {}", body.chars().take(SHOWN).collect::<String>()),
    }
}

/// The text of the first of `keys`, wherever it is inside the error.
fn text(value: &Value, keys: &[&str]) -> Option<String> {
    let Value::Object(fields) = value else { return None };
    let own = keys.iter().find_map(|key| fields.get(*key)?.as_str().map(str::to_owned));
    let inner = || ["Error", "Errors", "error"].iter().find_map(|key| text(fields.get(*key)?, keys));
    inner().or(own)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn response(status: u16, body: &str) -> Response {
        Response { status, code: None, body: body.into() }
    }

    fn query() -> Protocol {
        Protocol::Query { version: "1".into() }
    }

    #[test]
    fn a_query_answer_has_no_wrapping() {
        let body = "<ListResponse><ListResult><Topics><member><A>1</A></member></Topics></ListResult>\
                    <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></ListResponse>";
        assert_eq!(read(&query(), &response(200, body)), Ok(json!({ "Topics": { "member": [{ "A": "1" }] } })));
        let body = "<DescribeVpcsResponse><requestId>r</requestId><vpcSet><item><id>v</id></item></vpcSet></DescribeVpcsResponse>";
        let expected = json!({ "requestId": "r", "vpcSet": { "item": [{ "id": "v" }] } });
        assert_eq!(read(&query(), &response(200, body)), Ok(expected));
        let body = "<AResponse><AResult/><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></AResponse>";
        assert_eq!(read(&query(), &response(200, body)), Ok(json!({})));
    }

    #[test]
    fn a_rest_answer_is_the_content_of_its_root() {
        let body = "<Lifecycle><Rule><Status>Enabled</Status></Rule></Lifecycle>";
        let expected = json!({ "Rule": { "Status": "Enabled" } });
        assert_eq!(read(&Protocol::Rest, &response(200, body)), Ok(expected));
        assert_eq!(read(&Protocol::Rest, &response(204, "")), Ok(json!({})));
        assert_eq!(read(&Protocol::Rest, &response(200, "plain")), Ok(json!("plain")));
    }

    #[test]
    fn an_error_has_its_code_and_message() {
        for (body, expected) in [
            (r#"{"__type":"com.x#NotFoundException","message":"no key"}"#, "NotFoundException: no key"),
            ("<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>", "NoSuchKey: gone"),
            (
                "<ErrorResponse><Error><Type>Sender</Type><Code>X</Code><Message>m</Message></Error></ErrorResponse>",
                "X: m",
            ),
            ("<Response><Errors><Error><Code>Y</Code><Message>n</Message></Error></Errors></Response>", "Y: n"),
            ("not understood", "400: not understood"),
            ("", "400: "),
        ] {
            assert_eq!(read(&Protocol::Rest, &response(400, body)), Err(expected.into()), "{body}");
        }
        let coded =
            Response { code: Some("NotThere:http://x".into()), ..response(404, r#"{"Type":"User","message":"m"}"#) };
        assert_eq!(read(&Protocol::Rest, &coded), Err("NotThere: m".into()));
    }
}
