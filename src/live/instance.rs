//! Which LocalStack answers at an endpoint.

use semver::Version;
use serde_json::Value;

use super::client::{Client, Silence};
use crate::db::{Edition, parse_release};

/// A running LocalStack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// Its release.
    pub release: Version,
    /// Its edition; the licensed one only with an activated licence.
    pub edition: Edition,
}

/// Why a LocalStack cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LiveError {
    /// Nobody answers.
    #[error("nothing answers at {endpoint}: {reason}; start LocalStack, or name its address with `--endpoint`")]
    Unreachable {
        /// The address.
        endpoint: String,
        /// What happened instead.
        reason: String,
    },
    /// Somebody is there and keeps silent.
    #[error("what listens at {endpoint} does not answer within {seconds} s; restart LocalStack")]
    Hangs {
        /// The address.
        endpoint: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// Somebody else answers.
    #[error("what answers at {endpoint} is no LocalStack: {reason}")]
    NotLocalStack {
        /// The address.
        endpoint: String,
        /// What is wrong with the answer.
        reason: String,
    },
    /// An entry that is asked for is not there.
    #[error("there is no entry `{0}` in the knowledge base")]
    NoSuchEntry(String),
}

impl Instance {
    /// Asks the LocalStack at an endpoint what it is.
    ///
    /// # Errors
    /// It does not answer, or is none.
    pub fn ask(client: &Client) -> Result<Self, LiveError> {
        let endpoint = || client.endpoint().url().to_owned();
        let mut reason = String::new();
        // The first is newer than the oldest releases that people run.
        for path in ["/_localstack/info", "/_localstack/health"] {
            let answer = client.get(path).map_err(|it| unreachable(client, &it))?;
            match read(&answer.body) {
                Ok(instance) => return Ok(instance),
                Err(problem) => reason = format!("{path}: {problem}"),
            }
        }
        Err(LiveError::NotLocalStack { endpoint: endpoint(), reason })
    }
}

/// What silence means for the whole job.
pub(super) fn unreachable(client: &Client, silence: &Silence) -> LiveError {
    let endpoint = client.endpoint().url().to_owned();
    match silence {
        Silence::TimedOut(seconds) => LiveError::Hangs { endpoint, seconds: *seconds },
        Silence::Broken(reason) => LiveError::Unreachable { endpoint, reason: reason.clone() },
    }
}

fn read(body: &str) -> Result<Instance, String> {
    let value: Value = serde_json::from_str(body).map_err(|_| "the answer is not JSON".to_owned())?;
    let version = value.get("version").and_then(Value::as_str).ok_or("the answer has no `version`")?;
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let is_licensed = value.get("is_license_activated").and_then(Value::as_bool);
    let is_pro = is_licensed.unwrap_or_else(|| matches!(text("edition"), "pro" | "enterprise" | "azure"));
    let edition = if is_pro { Edition::Pro } else { Edition::Community };
    Ok(Instance { release: release(version)?, edition })
}

/// The release that a version is of; a development version (`4.14.1.dev3`) counts as the release it leads to.
fn release(version: &str) -> Result<Version, String> {
    let numbers: Vec<&str> =
        version.split(['.', '-', '+']).take_while(|it| it.parse::<u64>().is_ok()).take(3).collect();
    parse_release(&numbers.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_tells_its_release_and_edition() {
        let read = |body: &str| read(body).map(|it| (it.release.to_string(), it.edition));
        assert_eq!(
            read(r#"{"version":"2026.3.0","edition":"unknown","is_license_activated":false}"#),
            Ok(("2026.3.0".into(), Edition::Community))
        );
        assert_eq!(
            read(r#"{"version":"2026.3.1.dev4","edition":"pro","is_license_activated":true}"#),
            Ok(("2026.3.1".into(), Edition::Pro))
        );
        assert_eq!(read(r#"{"version":"4.14","edition":"pro"}"#), Ok(("4.14.0".into(), Edition::Pro)));
    }

    #[test]
    fn another_program_is_no_instance() {
        assert!(read("<html>").is_err());
        assert!(read(r#"{"status":"ok"}"#).is_err());
        assert!(read(r#"{"version":"new"}"#).is_err());
    }
}
