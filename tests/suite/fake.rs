//! A LocalStack of a few lines: what becomes of a stack stands in its template.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What a fake LocalStack remembers.
#[derive(Default)]
struct State {
    /// The templates of stacks by name.
    stacks: BTreeMap<String, String>,
    /// How many stacks there were.
    created: usize,
}

/// A server on loopback; it ends with the test.
pub(crate) struct Fake {
    endpoint: String,
    state: Arc<Mutex<State>>,
}

impl Fake {
    /// A LocalStack of this version. A template that holds the word `Refused` is refused, one with `Broken` fails at its
    /// resource `Thing` with that word; every other completes with `Thing` created and the output `Out` = `made`.
    pub(crate) fn start(version: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || serve(&stream.unwrap(), version, &shared));
            }
        });
        Self { endpoint, state }
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// How many stacks were created, and how many are left.
    pub(crate) fn stacks(&self) -> (usize, usize) {
        let state = self.state.lock().unwrap();
        (state.created, state.stacks.len())
    }
}

fn serve(stream: &TcpStream, version: &str, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            if line.trim().is_empty() {
                break;
            }
            head.push(line.trim().to_ascii_lowercase());
        }
        let header =
            |name: &str| head.iter().find_map(|it| it.strip_prefix(name)).unwrap_or_default().trim().to_owned();
        let mut body = vec![0; header("content-length:").parse().unwrap_or(0)];
        reader.read_exact(&mut body).unwrap();
        let body = String::from_utf8(body).unwrap();
        let (status, answer) = match head[0].as_str() {
            it if it.starts_with("get /_localstack/") => (200, format!(r#"{{"version":"{version}","edition":"x"}}"#)),
            _ if header("x-amz-target:").ends_with(".getkeyrotationstatus") => {
                (200, r#"{"KeyRotationEnabled":false}"#.into())
            }
            it if it.starts_with("get /gone") => {
                (404, "<Error><Code>NoSuchThing</Code><Message>m</Message></Error>".into())
            }
            _ => cloudformation(&form(&body), &mut state.lock().unwrap()),
        };
        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n", answer.len());
        let mut out = stream;
        if out.write_all(head.as_bytes()).and_then(|()| out.write_all(answer.as_bytes())).is_err() {
            return;
        }
    }
}

fn cloudformation(form: &BTreeMap<String, String>, state: &mut State) -> (u16, String) {
    let name = form["StackName"].clone();
    let template = state.stacks.get(&name).cloned().unwrap_or_default();
    let is_broken = template.contains("Broken");
    let content = match form["Action"].as_str() {
        "CreateChangeSet" if form["TemplateBody"].contains("Refused") => {
            return (400, "<E><Error><Code>ValidationError</Code><Message>Refused</Message></Error></E>".into());
        }
        "CreateChangeSet" => {
            state.created += usize::from(template.is_empty());
            state.stacks.insert(name, form["TemplateBody"].clone());
            String::new()
        }
        "DescribeChangeSet" => "<Status>CREATE_COMPLETE</Status>".into(),
        "DescribeStacks" if template.is_empty() => {
            return (400, "<E><Error><Code>ValidationError</Code><Message>not there</Message></Error></E>".into());
        }
        "DescribeStacks" if is_broken => list("Stacks", "<StackStatus>ROLLBACK_COMPLETE</StackStatus>"),
        "DescribeStacks" => {
            let outputs = list("Outputs", "<OutputKey>Out</OutputKey><OutputValue>made</OutputValue>");
            list("Stacks", &format!("<StackStatus>CREATE_COMPLETE</StackStatus>{outputs}"))
        }
        "DescribeStackEvents" if is_broken => list("StackEvents", &resource("CREATE_FAILED", "Thing is Broken")),
        "DescribeStackEvents" => list("StackEvents", &resource("CREATE_COMPLETE", "")),
        "DescribeStackResources" if is_broken => list("StackResources", &resource("CREATE_IN_PROGRESS", "")),
        "DescribeStackResources" => list("StackResources", &resource("CREATE_COMPLETE", "")),
        "DeleteStack" => {
            state.stacks.remove(&name);
            String::new()
        }
        _ => String::new(),
    };
    let action = &form["Action"];
    (200, format!("<{action}Response><{action}Result>{content}</{action}Result></{action}Response>"))
}

fn list(name: &str, entry: &str) -> String {
    format!("<{name}><member>{entry}</member></{name}>")
}

fn resource(status: &str, reason: &str) -> String {
    format!(
        "<LogicalResourceId>Thing</LogicalResourceId><ResourceType>AWS::SNS::Topic</ResourceType>\
         <PhysicalResourceId>thing-1</PhysicalResourceId><EventId>{status}</EventId>\
         <ResourceStatus>{status}</ResourceStatus><ResourceStatusReason>{reason}</ResourceStatusReason>"
    )
}

fn form(body: &str) -> BTreeMap<String, String> {
    let decoded = |it: &str| percent_encoding::percent_decode_str(it).decode_utf8().unwrap().into_owned();
    body.split('&').filter_map(|it| it.split_once('=')).map(|(key, value)| (decoded(key), decoded(value))).collect()
}
