//! The sections of one template, put together as a stack.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::conditions::Conditions;
use super::literal::literal;
use super::resolver::Resolver;
use super::{
    Data, Field, Inputs, Output, Parameter, Place, Problem, Reason, Refusal, Resource, Stack, StackKind, Truth, Value,
    cycles, expand, parameters, references,
};
use crate::source::{Entry, Node, NodeKind, SourceFile};

/// How the types of SAM resources begin.
const SERVERLESS: &str = "AWS::Serverless::";

/// Reads the template in `tree` (parsed from `file`) as a stack.
///
/// Never fails: what is wrong with the template is in [`Stack::problems`], and everything else is still read.
pub fn read(file: Arc<SourceFile>, tree: &Node, inputs: &Inputs) -> Stack {
    let template = outline(tree);
    let source = tree;
    let expanded = expand::expand(source, inputs);
    let tree = expanded.tree.as_ref();
    let mut problems = expanded.problems;
    if !matches!(tree.kind, NodeKind::Mapping(_)) {
        let message = "a template is a mapping with a `Resources` section".to_owned();
        problems.push(Problem::new(tree.span, message));
    }
    let transforms = transforms(tree);
    let parameters = parameters::read(tree.get("Parameters"), inputs, &mut problems);
    let entries = section(tree, "Resources", &mut problems);
    let mut unexpanded = unexpanded(tree, entries, &transforms);
    unexpanded.extend(expanded.unexpanded);
    // Where all is written out, a name that is not there is wrong.
    let is_transformed = !unexpanded.is_empty();
    let mut resolver = resolver(tree, inputs, &parameters, entries, is_transformed);

    let conditions = section(tree, "Conditions", &mut problems).iter().filter(|it| !it.key.starts_with("Fn::"));
    let conditions = conditions.map(|it| (it.key.clone(), resolver.condition(&it.key, &it.value))).collect();
    let mut resources = resources(&mut resolver, entries);
    for resource in &mut resources {
        resource.from = expanded.origins.get(&resource.logical_id).cloned();
    }
    let outputs = outputs(&mut resolver, section(tree, "Outputs", &mut problems));

    let index: HashMap<String, usize> =
        resources.iter().enumerate().map(|(at, it)| (it.logical_id.clone(), at)).collect();
    let sources = sources(&mut resolver, source, &resources);
    let Resolver { mentions, mut uses, problems: found, .. } = resolver;
    uses.extend(expanded.uses);
    let edges = references::edges(mentions, &resources, &index);
    problems.extend(found);
    problems.extend(cycles::problems(&resources, &edges));
    problems.sort_by(|a, b| (a.span, &a.message).cmp(&(b.span, &b.message)));
    problems.dedup();

    Stack {
        kind: if transforms.iter().any(|it| it == expand::SAM) { StackKind::Sam } else { StackKind::CloudFormation },
        region: inputs.region.clone(),
        account_id: inputs.account_id.clone(),
        partition: inputs.partition.clone(),
        transforms,
        template,
        parameters,
        conditions,
        resources,
        sources,
        outputs,
        edges,
        intrinsics: uses,
        problems,
        unexpanded,
        index,
        file,
    }
}

pub(super) fn resolver<'t>(
    tree: &'t Node,
    inputs: &'t Inputs,
    parameters: &'t [Parameter],
    resources: &'t [Entry],
    is_transformed: bool,
) -> Resolver<'t> {
    let mappings = tree.get("Mappings").map(Node::entries).unwrap_or_default();
    Resolver {
        inputs,
        parameters: parameters.iter().map(|it| (it.name.as_str(), it)).collect(),
        secrets: parameters::secrets(parameters),
        resources: resources.iter().map(|it| it.key.as_str()).collect(),
        mappings: mappings.iter().map(|it| (it.key.as_str(), &it.value)).collect::<BTreeMap<_, _>>(),
        conditions: Conditions::new(tree.get("Conditions")),
        is_transformed,
        place: Place::Template,
        path: Vec::new(),
        undecided: 0,
        mentions: Vec::new(),
        uses: Vec::new(),
        problems: Vec::new(),
    }
}

/// The entries of a section that must be a mapping.
fn section<'t>(tree: &'t Node, name: &str, problems: &mut Vec<Problem>) -> &'t [Entry] {
    match tree.get(name) {
        Some(Node { kind: NodeKind::Mapping(entries), .. }) => entries,
        None | Some(Node { kind: NodeKind::Null, .. }) => &[],
        Some(other) => {
            problems.push(Problem::new(other.span, format!("`{name}` is a mapping")));
            &[]
        }
    }
}

/// The names of the transforms of the whole template.
fn transforms(tree: &Node) -> Vec<String> {
    let Some(node) = tree.get("Transform") else { return Vec::new() };
    let one = |it: &Node| match it.get("Name") {
        Some(name) => name.scalar_text(),
        None => it.scalar_text(),
    };
    match &node.kind {
        NodeKind::Sequence(elements) => elements.iter().filter_map(one).collect(),
        _ => one(node).into_iter().collect(),
    }
}

/// What only a transform can tell.
fn unexpanded(tree: &Node, resources: &[Entry], transforms: &[String]) -> Vec<Problem> {
    let mut found = Vec::new();
    let known = [expand::SAM, expand::LANGUAGE_EXTENSIONS];
    if let Some(node) = tree.get("Transform") {
        let macros = transforms.iter().filter(|it| !known.contains(&it.as_str()));
        found.extend(macros.map(|it| {
            let message = format!("the macro `{it}` changes the template at deployment; its result is not analysed");
            Problem::new(node.span, message)
        }));
    }
    for entry in resources {
        if entry.value.get("Type").and_then(Node::as_str).is_some_and(|it| it.starts_with(SERVERLESS)) {
            let message = format!("the SAM resource `{}` is not expanded", entry.key);
            found.push(Problem::new(entry.key_span, message));
        }
    }
    found
}

fn resources<'t>(resolver: &mut Resolver<'t>, entries: &'t [Entry]) -> Vec<Resource> {
    let mut resources = Vec::with_capacity(entries.len());
    for entry in entries.iter().filter(|it| !it.key.starts_with("Fn::")) {
        resolver.place = Place::Resource(resources.len());
        record_loop(resolver, entry);
        resources.extend(resource(resolver, entry));
    }
    resources
}

/// The SAM resources of `source` that are not in the template any more.
fn sources<'t>(resolver: &mut Resolver<'t>, source: &'t Node, resources: &[Resource]) -> Vec<Resource> {
    let kept: HashSet<&str> =
        resources.iter().filter(|it| it.kind.starts_with(SERVERLESS)).map(|it| it.logical_id.as_str()).collect();
    let entries = source.get("Resources").map(Node::entries).unwrap_or_default();
    let expanded = entries.iter().filter(|it| {
        type_of(&it.value).is_some_and(|(kind, _)| kind.starts_with(SERVERLESS)) && !kept.contains(it.key.as_str())
    });
    // What they say is judged where it was expanded to: references and problems are those of the expansion.
    let known = (resolver.mentions.len(), resolver.uses.len(), resolver.problems.len());
    resolver.place = Place::Template;
    let sources = expanded.filter_map(|it| resource(resolver, it)).collect();
    resolver.mentions.truncate(known.0);
    resolver.uses.truncate(known.1);
    resolver.problems.truncate(known.2);
    sources
}

fn resource<'t>(resolver: &mut Resolver<'t>, entry: &'t Entry) -> Option<Resource> {
    let id = &entry.key;
    let Some((kind, kind_span)) = type_of(&entry.value) else {
        let message = match entry.value.get("Type") {
            Some(_) => format!("the `Type` of resource `{id}` is no text; write a type such as `AWS::S3::Bucket`"),
            None => format!("resource `{id}` has no `Type`; add one such as `Type: AWS::S3::Bucket`"),
        };
        resolver.problem(entry.key_span, message);
        return None;
    };
    let (included, condition) = inclusion(resolver, &entry.value);
    let mut properties = Value { data: Data::Map(Vec::new()), span: entry.key_span };
    let mut attributes = Vec::new();
    if !included.is_no() {
        let undecided = usize::from(!included.is_yes());
        resolver.undecided += undecided;
        for attribute in entry.value.entries() {
            match attribute.key.as_str() {
                "Type" | "Condition" => {}
                "Properties" => properties = resolver.resolve(&attribute.value),
                key => {
                    let met = (resolver.uses.len(), resolver.problems.len());
                    let value = resolver.resolve_at(format!("@{key}"), &attribute.value);
                    if key == "Metadata" {
                        unread(resolver, met);
                    }
                    attributes.push(Field { key: key.to_owned(), key_span: attribute.key_span, value });
                }
            }
        }
        resolver.undecided -= undecided;
    }
    let depends_on = if included.is_no() { Vec::new() } else { depends_on(resolver, &entry.value) };
    Some(Resource {
        logical_id: id.clone(),
        id_span: entry.key_span,
        kind: kind.to_owned(),
        kind_span,
        span: entry.value.span,
        properties,
        attributes: Value { data: Data::Map(attributes), span: entry.value.span },
        condition,
        included,
        depends_on,
        from: None,
    })
}

/// LocalStack never evaluates metadata: forgets the functions used there since `met`, and leaves its mistakes to AWS.
fn unread(resolver: &mut Resolver<'_>, met: (usize, usize)) {
    resolver.uses.truncate(met.0);
    for problem in resolver.problems.iter_mut().skip(met.1) {
        problem.refusal = Refusal::AwsOnly;
    }
}

/// The type of a resource and its place; none when it is computed by something else than CloudFormation.
fn type_of(declaration: &Node) -> Option<(&str, crate::source::Span)> {
    let node = declaration.get("Type").filter(|it| it.tag.is_none())?;
    Some((node.as_str()?, node.span))
}

/// Whether the `Condition` of a resource or output holds, with its name.
///
/// The name may be computed with `AWS::LanguageExtensions`.
fn inclusion<'t>(resolver: &mut Resolver<'t>, declaration: &'t Node) -> (Truth, Option<String>) {
    match declaration.get("Condition") {
        None => (Truth::Yes, None),
        Some(node) if node.as_str().is_some() && node.tag.as_ref().is_none_or(|it| it.name == "Condition") => {
            let name = node.as_str().unwrap_or_default();
            (resolver.condition(name, node), Some(name.to_owned()))
        }
        Some(node) => match resolver.resolve(node).data {
            Data::String(name) => (resolver.condition(&name, node), Some(resolver.shown(&name))),
            Data::Absent => (Truth::Yes, None),
            Data::Unknown(reason) => (Truth::Unknown(reason), None),
            _ => {
                resolver.problem(node.span, "`Condition` takes the name of a condition");
                (Truth::Unknown(Reason::Other("a malformed condition".into())), None)
            }
        },
    }
}

fn depends_on(resolver: &mut Resolver<'_>, declaration: &Node) -> Vec<String> {
    let Some(node) = declaration.get("DependsOn") else { return Vec::new() };
    let names: Vec<&Node> = match &node.kind {
        NodeKind::Sequence(elements) => elements.iter().collect(),
        _ => vec![node],
    };
    let mut ids = Vec::new();
    for name in names {
        let Some(id) = name.as_str() else { continue };
        if resolver.resources.contains(id) {
            ids.push(id.to_owned());
        } else if !resolver.is_transformed {
            let message =
                format!("`DependsOn` names `{id}`, which is no resource of this template; correct or remove it");
            resolver.problem(name.span, message);
        }
    }
    ids
}

fn outputs<'t>(resolver: &mut Resolver<'t>, entries: &'t [Entry]) -> Vec<Output> {
    let mut outputs = Vec::with_capacity(entries.len());
    for entry in entries.iter().filter(|it| !it.key.starts_with("Fn::")) {
        resolver.place = Place::Output(outputs.len());
        record_loop(resolver, entry);
        let (included, _) = inclusion(resolver, &entry.value);
        let declaration = if included.is_no() {
            Value { data: Data::Map(Vec::new()), span: entry.value.span }
        } else {
            resolver.resolve(&entry.value)
        };
        outputs.push(Output { name: entry.key.clone(), name_span: entry.key_span, declaration, included });
    }
    outputs
}

/// Notes the loop that generates the resource or output of `entry`, once for each loop.
fn record_loop(resolver: &mut Resolver<'_>, entry: &Entry) {
    if let Some(written) = entry.value.get(expand::LOOP) {
        resolver.record(expand::LOOP, written.span);
    }
}

/// The template as the subject `Template`: everything literal, of each resource only its type.
fn outline(tree: &Node) -> Value {
    let fields = tree.entries().iter().map(|section| {
        let value = match section.key.as_str() {
            "Resources" => types(&section.value),
            _ => literal(&section.value),
        };
        Field { key: section.key.clone(), key_span: section.key_span, value }
    });
    Value { data: Data::Map(fields.collect()), span: tree.span }
}

fn types(resources: &Node) -> Value {
    let fields = resources.entries().iter().map(|it| {
        let kind = it.value.entries().iter().filter(|it| it.key == "Type");
        let kind = kind.map(|it| Field { key: it.key.clone(), key_span: it.key_span, value: literal(&it.value) });
        let value = Value { data: Data::Map(kind.collect()), span: it.value.span };
        Field { key: it.key.clone(), key_span: it.key_span, value }
    });
    Value { data: Data::Map(fields.collect()), span: resources.span }
}
