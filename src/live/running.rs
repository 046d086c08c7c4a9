//! What a running LocalStack says of the target.

use std::collections::BTreeMap;

use serde_json::Value;

use super::client::Client;
use super::instance::{Instance, LiveError, unreachable};
use crate::db::{Edition, Plan, Word};
use crate::target::{Layer, Source};

/// The service without which no stack deploys.
const CLOUDFORMATION: &str = "cloudformation";
/// States of services that do not answer.
const SILENT: [&str; 2] = ["disabled", "error"];

/// A LocalStack that was asked what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    endpoint: String,
    instance: Instance,
    /// The state of each service, by name; empty when it does not tell.
    services: BTreeMap<String, String>,
}

impl Running {
    /// Asks what answers at the client's endpoint: its release, edition and services. Nothing is changed there.
    ///
    /// # Errors
    /// Nothing answers, or it is no LocalStack.
    pub fn ask(client: &Client) -> Result<Self, LiveError> {
        let instance = Instance::ask(client)?;
        let answer = client.get("/_localstack/health").map_err(|it| unreachable(client, &it))?;
        let services = services(&answer.body);
        Ok(Self { endpoint: client.endpoint().url().to_owned(), instance, services })
    }

    /// Its release and, for the open core, its plan. A licensed one does not tell its plan.
    pub fn layer(&self) -> Layer {
        let own = |text: String| Some((text, Source::Endpoint(self.endpoint.clone())));
        let is_open = self.instance.edition == Edition::Community;
        Layer {
            release: own(self.instance.release.to_string()),
            plan: own(Plan::Community.word().to_owned()).filter(|_| is_open),
            ..Layer::default()
        }
    }

    /// What a reader should know of it: lower case, no final full stop.
    pub fn notes(&self) -> Vec<String> {
        let endpoint = &self.endpoint;
        let mut notes = Vec::new();
        if self.instance.edition == Edition::Pro {
            notes.push(format!("{endpoint} is licensed and does not tell its plan; `--plan` names it"));
        }
        let (mut silent, mut answering) = (Vec::new(), Vec::new());
        for (name, state) in &self.services {
            let list = if SILENT.contains(&state.as_str()) { &mut silent } else { &mut answering };
            list.push(name.as_str());
        }
        if !self.services.is_empty() && !answering.contains(&CLOUDFORMATION) {
            notes.push(format!("`{CLOUDFORMATION}` does not run at {endpoint}: no stack deploys there"));
        }
        if silent.len() > answering.len() {
            notes.push(format!("only these services run at {endpoint}: {}", answering.join(", ")));
        } else if !silent.is_empty() {
            notes.push(format!("these services do not run at {endpoint}: {}", silent.join(", ")));
        }
        notes
    }
}

fn services(body: &str) -> BTreeMap<String, String> {
    let value: Value = serde_json::from_str(body).unwrap_or_default();
    let services = value.get("services").and_then(Value::as_object).into_iter().flatten();
    services.filter_map(|(name, state)| Some((name.clone(), state.as_str()?.to_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn running(edition: Edition, body: &str) -> Running {
        let instance = Instance { release: semver::Version::new(2026, 3, 0), edition };
        Running { endpoint: "http://127.0.0.1:4566".into(), instance, services: services(body) }
    }

    #[test]
    fn the_open_core_tells_its_plan() {
        let layer = running(Edition::Community, "").layer();
        assert_eq!(layer.plan.unwrap().0, "community");
        assert_eq!(layer.release.unwrap().0, "2026.3.0");
        let licensed = running(Edition::Pro, "");
        assert_eq!(licensed.layer().plan, None);
        assert_eq!(
            licensed.notes(),
            ["http://127.0.0.1:4566 is licensed and does not tell its plan; `--plan` names it"]
        );
    }

    #[test]
    fn services_that_do_not_run_are_told() {
        let all = r#"{"services": {"cloudformation": "running", "s3": "available"}}"#;
        assert_eq!(running(Edition::Community, all).notes(), [""; 0]);
        assert_eq!(running(Edition::Community, "<html>").notes(), [""; 0]);
        let few =
            r#"{"services": {"cloudformation": "disabled", "s3": "available", "sqs": "disabled", "sns": "error"}}"#;
        assert_eq!(
            running(Edition::Community, few).notes(),
            [
                "`cloudformation` does not run at http://127.0.0.1:4566: no stack deploys there",
                "only these services run at http://127.0.0.1:4566: s3",
            ]
        );
        let most = r#"{"services": {"cloudformation": "running", "s3": "available", "sqs": "disabled"}}"#;
        assert_eq!(
            running(Edition::Community, most).notes(),
            ["these services do not run at http://127.0.0.1:4566: sqs"]
        );
    }
}
