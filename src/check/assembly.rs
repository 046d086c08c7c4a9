//! CDK cloud assemblies: the stacks that a `manifest.json` names, those of nested assemblies included.
//!
//! Only the manifests are read here; the templates are read as every other template is.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use crate::report::FileError;
use crate::source::Node;

use super::read::{self, Parsed};

/// The file that makes a folder an assembly.
pub(super) const MANIFEST: &str = "manifest.json";
/// The folder that the CDK writes its assembly to, when nothing else is said, and a file in every assembly.
pub(super) const OUTPUT: &str = "cdk.out";

const STACK: &str = "aws:cloudformation:stack";
const ASSEMBLY: &str = "cdk:cloud-assembly";
const LOGICAL_ID: &str = "aws:cdk:logicalId";
/// Stages inside stages; the CDK itself makes two levels at most.
const MAX_DEPTH: usize = 8;

/// A stack of an assembly.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct AssemblyStack {
    /// Its template.
    pub(super) template: PathBuf,
    /// Its name.
    pub(super) name: String,
    /// The region it is bound to.
    pub(super) region: Option<String>,
    /// The account it is bound to.
    pub(super) account_id: Option<String>,
    /// The values of its parameters.
    pub(super) parameters: BTreeMap<String, String>,
    /// Construct paths by logical id, as the manifest has them.
    pub(super) constructs: BTreeMap<String, String>,
}

/// Whether `folder` holds an assembly: by what its manifest says, since other tools have one too.
pub(super) fn is_assembly(folder: &Path) -> bool {
    let path = folder.join(MANIFEST);
    let Ok(bytes) = read::bytes(&path) else { return false };
    let Ok(manifest) = read::parse(&path, bytes) else { return false };
    let Some(artifacts) = manifest.tree.get("artifacts") else { return false };
    let mut kinds = artifacts.entries().iter().filter_map(|it| it.value.get("type").and_then(Node::as_str));
    manifest.tree.get("version").is_some() && kinds.any(|it| it == STACK || it.starts_with("cdk:"))
}

/// The stacks of the assembly in `folder`, by artifact, and what of it cannot be read.
pub(super) fn stacks(folder: &Path) -> (Vec<AssemblyStack>, Vec<FileError>) {
    let mut found = (Vec::new(), Vec::new());
    collect(folder, 0, &mut found);
    found
}

fn collect(folder: &Path, depth: usize, found: &mut (Vec<AssemblyStack>, Vec<FileError>)) {
    let path = folder.join(MANIFEST);
    let manifest = match read::bytes(&path).and_then(|it| read::parse(&path, it)) {
        Ok(manifest) => manifest,
        Err(error) => return found.1.push(error),
    };
    let artifacts = manifest.tree.get("artifacts").map(Node::entries).unwrap_or_default();
    for artifact in artifacts {
        let text = |key: &str| artifact.value.get("properties")?.get(key)?.as_str();
        let inside = |name: &str| is_inside(name).then(|| folder.join(name));
        let refuse = |key: &str| {
            let message =
                format!("`{key}` of artifact `{}` is no path inside the assembly; synthesise again", artifact.key);
            read::at(&manifest.file, artifact.key_span, message)
        };
        match artifact.value.get("type").and_then(Node::as_str) {
            Some(STACK) => match text("templateFile").and_then(inside) {
                Some(template) => found.0.push(stack(folder, &artifact.key, &artifact.value, template)),
                None => found.1.push(refuse("templateFile")),
            },
            Some(ASSEMBLY) if depth < MAX_DEPTH => match text("directoryName").and_then(inside) {
                Some(nested) => collect(&nested, depth + 1, found),
                None => found.1.push(refuse("directoryName")),
            },
            _ => {}
        }
    }
}

fn stack(folder: &Path, id: &str, artifact: &Node, template: PathBuf) -> AssemblyStack {
    let properties = artifact.get("properties");
    let (account_id, region) = environment(artifact.get("environment").and_then(Node::as_str).unwrap_or_default());
    let parameters = properties.and_then(|it| it.get("parameters")).map(Node::entries).unwrap_or_default();
    let mut constructs = BTreeMap::new();
    add_constructs(artifact.get("metadata"), &mut constructs);
    if let Some(name) = artifact.get("additionalMetadataFile").and_then(Node::as_str).filter(|it| is_inside(it)) {
        let path = folder.join(name);
        // Without it only names are missing, and the template has most of them.
        if let Ok(Parsed { tree, .. }) = read::bytes(&path).and_then(|it| read::parse(&path, it)) {
            add_constructs(Some(&tree), &mut constructs);
        }
    }
    AssemblyStack {
        template,
        name: properties.and_then(|it| it.get("stackName")?.as_str()).unwrap_or(id).to_owned(),
        region,
        account_id,
        parameters: parameters.iter().filter_map(|it| Some((it.key.clone(), it.value.scalar_text()?))).collect(),
        constructs,
    }
}

/// Account and region of `aws://ACCOUNT/REGION`; neither is known of a stack that can go anywhere.
fn environment(text: &str) -> (Option<String>, Option<String>) {
    let (account_id, region) = text.strip_prefix("aws://").and_then(|it| it.split_once('/')).unwrap_or_default();
    let known = |it: &str| (!it.is_empty() && !it.starts_with("unknown-")).then(|| it.to_owned());
    (known(account_id), known(region))
}

/// Adds what `{"/Stack/Bucket/Resource": [{"type": "aws:cdk:logicalId", "data": "Bucket83908E77"}]}` says.
fn add_constructs(metadata: Option<&Node>, constructs: &mut BTreeMap<String, String>) {
    for construct in metadata.map(Node::entries).unwrap_or_default() {
        let ids =
            construct.value.elements().iter().filter(|it| it.get("type").and_then(Node::as_str) == Some(LOGICAL_ID));
        for id in ids.filter_map(|it| it.get("data")?.as_str()) {
            constructs.insert(id.to_owned(), construct.key.trim_start_matches('/').to_owned());
        }
    }
}

/// Whether a path that a file names leads nowhere else than below that file's folder.
pub(super) fn is_inside(name: &str) -> bool {
    Path::new(name).components().all(|it| matches!(it, Component::Normal(_) | Component::CurDir))
}

#[cfg(test)]
mod tests {
    use super::super::testing::folder;
    use super::*;

    #[test]
    fn stacks_are_read_with_their_environment_and_names() {
        let folder = folder(&[
            (
                MANIFEST,
                r#"{"version": "36.0.0", "artifacts": {
                    "A": {"type": "aws:cloudformation:stack", "environment": "aws://111122223333/eu-west-1",
                        "properties": {"templateFile": "A.template.json", "stackName": "app", "parameters": {"P": "1"}},
                        "metadata": {"/A/B/Resource": [{"type": "aws:cdk:logicalId", "data": "B1"}]}},
                    "stage": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "stage"}},
                    "Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}}}}"#,
            ),
            (
                "stage/manifest.json",
                r#"{"version": "36.0.0", "artifacts": {"S": {"type": "aws:cloudformation:stack",
                    "environment": "aws://unknown-account/unknown-region", "additionalMetadataFile": "m.json",
                    "properties": {"templateFile": "S.template.json"}}}}"#,
            ),
            ("stage/m.json", r#"{"/Stage/S/Q": [{"type": "aws:cdk:logicalId", "data": "Q1"}]}"#),
        ]);
        assert!(is_assembly(folder.path()));
        let (stacks, errors) = stacks(folder.path());
        assert_eq!(errors, []);
        let first = AssemblyStack {
            template: folder.path().join("A.template.json"),
            name: "app".into(),
            region: Some("eu-west-1".into()),
            account_id: Some("111122223333".into()),
            parameters: [("P".into(), "1".into())].into(),
            constructs: [("B1".into(), "A/B/Resource".into())].into(),
        };
        let second = AssemblyStack {
            template: folder.path().join("stage/S.template.json"),
            name: "S".into(),
            constructs: [("Q1".into(), "Stage/S/Q".into())].into(),
            ..AssemblyStack::default()
        };
        assert_eq!(stacks, [first, second]);
    }

    #[test]
    fn other_manifests_are_no_assembly() {
        assert!(!is_assembly(folder(&[(MANIFEST, r#"{"name": "extension", "version": "1"}"#)]).path()));
        assert!(!is_assembly(folder(&[]).path()));
    }

    #[test]
    fn paths_stay_inside() {
        let folder = folder(&[(
            MANIFEST,
            r#"{"version": "1", "artifacts": {
                "A": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "../a.json"}},
                "B": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "/tmp"}}}}"#,
        )]);
        let (stacks, errors) = stacks(folder.path());
        assert!(stacks.is_empty());
        assert_eq!(errors.len(), 2);
        assert!(errors[0].message.contains("`templateFile` of artifact `A`"));
    }
}
