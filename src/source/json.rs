use super::{Node, SourceError, SourceFile};
pub(super) fn parse(_file: &SourceFile) -> Result<Node, SourceError> {
    Err(SourceError::whole("not yet"))
}
