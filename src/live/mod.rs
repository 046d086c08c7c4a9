//! Asks a running LocalStack what it is, and whether what entries claim still holds. The only code that uses the network.
//!
//! Never speaks to AWS: an endpoint is on this machine unless the user says otherwise, and requests carry no secret.

mod answer;
mod check;
mod client;
mod cloudformation;
mod endpoint;
mod instance;
mod names;
mod needs;
mod request;
mod running;
mod session;
mod verify;
mod xml;

pub use client::Client;
pub use endpoint::{Endpoint, EndpointError};
pub use instance::{Instance, LiveError};
pub use running::Running;
pub use verify::{Claim, Options, Outcome, Verification, verify};
