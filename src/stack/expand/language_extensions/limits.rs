//! How much loops may generate.

use crate::source::{MAX_BYTES, MAX_NODES};

/// What may still be generated; far more than the 1 MB that CloudFormation takes of a template.
#[derive(Debug)]
pub(super) struct Budget {
    nodes: usize,
    bytes: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { nodes: MAX_NODES, bytes: MAX_BYTES }
    }
}

impl Budget {
    /// Takes one node with a text of `bytes`.
    ///
    /// # Errors
    /// [`TooLarge`] when less is left.
    pub(super) fn take(&mut self, bytes: usize) -> Result<(), TooLarge> {
        match (self.nodes.checked_sub(1), self.bytes.checked_sub(bytes)) {
            (Some(nodes), Some(bytes)) => {
                *self = Self { nodes, bytes };
                Ok(())
            }
            _ => {
                *self = Self { nodes: 0, bytes: 0 };
                Err(TooLarge)
            }
        }
    }

    /// The bytes that are left.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether nothing is left.
    pub(super) fn is_spent(&self) -> bool {
        self.nodes == 0
    }
}

/// The loops generate more than a template can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLarge;
