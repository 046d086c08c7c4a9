use super::{Inputs, Stack};
use crate::source::{Node, SourceFile};
use std::sync::Arc;
/// Reads a stack.
pub fn read(_file: Arc<SourceFile>, _tree: &Node, _inputs: &Inputs) -> Stack {
    todo!()
}
