//! What an entry's probe deploys and sees: claims that can be checked on any running LocalStack.

use serde::{Deserialize, Serialize};

use super::{Literal, Predicate, Test};

/// One check of an entry's claim; made after those before it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// The stack it speaks of.
    pub deploy: Deploy,
    /// What is looked at, and what is seen.
    pub look: Look,
    /// Seconds for which it is repeated until it holds.
    pub within: u64,
    /// Seconds that pass before it is made.
    pub after: u64,
}

/// Which of an entry's fixtures is deployed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Deploy {
    /// `bad`.
    Bad,
    /// `good`, as a stack of its own.
    Good,
    /// `bad`, then updated with `update`.
    Update,
}

/// What is looked at, and what is seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Look {
    /// How the stack ends.
    Stack {
        /// Its end.
        status: StackEnd,
        /// A regular expression that the reason of a failed resource, of the stack or of its refusal matches.
        reason: Option<String>,
    },
    /// What becomes of one resource.
    Resource {
        /// Its logical id.
        logical_id: String,
        /// Its status.
        status: Option<ResourceEnd>,
        /// A regular expression that its reason matches.
        reason: Option<String>,
        /// Whether it is only deployed as a placeholder.
        pretended: Option<bool>,
    },
    /// An output's value.
    Output {
        /// Its name.
        name: String,
        /// What holds for it.
        test: Test,
    },
    /// What a service answers.
    Call(Call, Expected),
}

/// How a stack ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StackEnd {
    /// It is created.
    CreateComplete,
    /// Creating it fails.
    CreateFailed,
    /// It is updated.
    UpdateComplete,
    /// Updating it fails.
    UpdateFailed,
    /// The template or its change set is refused: nothing is deployed.
    Rejected,
}

/// How a resource ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResourceEnd {
    /// It is created.
    CreateComplete,
    /// Creating it fails.
    CreateFailed,
    /// It is updated.
    UpdateComplete,
    /// Updating it fails.
    UpdateFailed,
}

/// A request to a service. Its texts may hold `${LogicalId}` (the physical id), `${Outputs.Name}`, `${region}` and
/// `${account_id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// The name of a [`Service`].
    pub service: String,
    /// What is asked.
    pub operation: Operation,
    /// The operation's input, or the body; empty when `None`.
    pub input: Option<Literal>,
}

/// What is asked of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operation {
    /// An operation, by its name.
    Named(String),
    /// A method and a path with its query.
    Http(String, String),
}

/// What a service answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Expected {
    /// The call succeeds.
    Success,
    /// The call succeeds, and this holds for the answer.
    Answer(Predicate),
    /// The call fails with a code or message that this regular expression matches.
    Error(String),
}

/// Something that LocalStack needs beside itself, fetched or run apart, for a claim to be seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Need {
    /// The name that entries use.
    pub name: String,
    /// What it is, with its article.
    pub what: String,
    /// Resource types that cannot be created without it.
    pub types: Vec<String>,
    /// A regular expression for the messages by which LocalStack shows that it lacks this.
    pub lacking: Option<String>,
    /// A template that shows whether it is there: all of `observe` holds then. None when nothing shows it.
    pub template: Option<String>,
    /// What is seen when it is there.
    pub observe: Vec<Observation>,
}

/// How a service is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// The name that calls use.
    pub name: String,
    /// The name in the scope of a signature.
    pub signing: String,
    /// How requests are written.
    pub protocol: Protocol,
}

/// How the requests of a service are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Protocol {
    /// JSON, with the operation in a header.
    Json {
        /// What stands before the operation.
        target: String,
        /// The version in the content type.
        version: String,
    },
    /// A form with the operation in a field; XML comes back.
    Query {
        /// The API version.
        version: String,
    },
    /// A method and a path for each operation; JSON or XML comes back.
    Rest,
}
