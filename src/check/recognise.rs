//! Tells templates from the many other YAML and JSON files of a project.

use crate::source::{Node, NodeKind};

const VERSION_KEY: &str = "AWSTemplateFormatVersion";

/// What a parsed file is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Recognised {
    /// A template.
    Template,
    /// It means to be a template, but is none: why.
    Broken(String),
    /// Something else.
    Other,
}

/// Whether a text can be a template at all. Cheap, and never wrong about a template.
pub(super) fn may_be_template(bytes: &[u8]) -> bool {
    contains(bytes, b"Resources") || contains(bytes, VERSION_KEY.as_bytes())
}

/// Whether a text that does not parse means to be a template.
pub(super) fn claims_to_be_template(bytes: &[u8]) -> bool {
    contains(bytes, VERSION_KEY.as_bytes()) || (contains(bytes, b"Resources") && contains(bytes, b"AWS::"))
}

/// What the tree of a file is.
pub(super) fn recognise(tree: &Node) -> Recognised {
    match tree.get("Resources") {
        Some(resources) if has_typed_entry(resources) || tree.get(VERSION_KEY).is_some() => Recognised::Template,
        None if tree.get(VERSION_KEY).is_some() => {
            Recognised::Broken("the template has no `Resources`; add at least one resource".to_owned())
        }
        _ => Recognised::Other,
    }
}

fn has_typed_entry(resources: &Node) -> bool {
    // `Fn::ForEach` holds resources one level further down.
    resources.entries().iter().any(|it| match &it.value.kind {
        NodeKind::Mapping(_) => it.value.get("Type").is_some_and(|it| it.as_str().is_some()),
        NodeKind::Sequence(_) => it.key.starts_with("Fn::ForEach"),
        _ => false,
    })
}

fn contains(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|it| it == text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceFile, parse};

    fn recognised(text: &str) -> Recognised {
        recognise(&parse(&SourceFile::new("a.yaml", text)).unwrap())
    }

    #[test]
    fn tells_templates_from_other_files() {
        assert_eq!(recognised("Resources: {B: {Type: AWS::S3::Bucket}}"), Recognised::Template);
        assert_eq!(recognised("Resources: {'Fn::ForEach::T': [I, [A], {}]}"), Recognised::Template);
        assert_eq!(recognised("AWSTemplateFormatVersion: '2010-09-09'\nResources: {}"), Recognised::Template);
        assert_eq!(recognised("Resources: {limits: {cpu: 1}}"), Recognised::Other);
        assert_eq!(recognised("Resources: [a]"), Recognised::Other);
        assert_eq!(recognised("a: 1"), Recognised::Other);
        assert!(matches!(recognised("AWSTemplateFormatVersion: '2010-09-09'"), Recognised::Broken(_)));
    }

    #[test]
    fn only_texts_with_the_words_are_parsed() {
        assert!(!may_be_template(b"kind: Deployment"));
        assert!(may_be_template(b"{\"Resources\": {}}"));
        assert!(claims_to_be_template(b"Resources:\n A: {Type: AWS::S3::Bucket\n"));
        assert!(!claims_to_be_template(b"Resources: ["));
    }
}
