//! The LocalStack that a command asks.

use std::time::Duration;

use crate::live::{Client, Endpoint, EndpointError};

/// A client for the LocalStack at `address`, which is on this machine unless `allows_remote`; nothing is sent yet.
///
/// # Errors
/// It is no address, or one on another machine.
pub(super) fn client(address: &str, allows_remote: bool, seconds: u64) -> Result<Client, EndpointError> {
    Ok(Client::new(Endpoint::parse(address, allows_remote)?, Duration::from_secs(seconds)))
}
