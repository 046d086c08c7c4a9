//! One resource type.

use std::collections::BTreeMap;

use serde::Serialize;

use super::matrix::{Span, lines as matrix_lines, matrix};
use crate::db::{
    Coverage, Db, Gives, Limitation, Placeholder, Plan, Purpose, Rejects, Shape, UpdateEffect, UpdateRule, Word,
};
use crate::report::{predicate, words};
use crate::target::{Support, Target, support};

pub(super) fn lines(row: &Coverage, db: &Db, target: &Target) -> Vec<String> {
    let name = &row.resource_type;
    let mut lines = vec![name.clone(), on_target(name, db, target)];
    if !is_transformed(name) {
        lines.extend([String::new(), "Support by release and plan".into()]);
        lines.extend(matrix_lines(&matrix(name, db, target)));
    }
    if row.community.is_some() || row.pro.is_some() {
        lines.push(String::new());
        lines.extend(behaviour(row));
    }
    let entries: Vec<&Limitation> = db.limitations_for(name).collect();
    lines.extend([String::new(), if entries.is_empty() { "No limitation names it" } else { "Limitations" }.to_owned()]);
    lines.extend(
        entries
            .iter()
            .map(|it| format!("  {}  ({}, {}) {}", it.id, it.category.word(), it.severity.word(), it.feature)),
    );
    lines
}

/// Whether the transform of SAM replaces resources of this type.
pub(in crate::report) fn is_transformed(name: &str) -> bool {
    name.starts_with("AWS::Serverless::")
}

fn on_target(name: &str, db: &Db, target: &Target) -> String {
    let (support, min_plan) = support(db, target, name);
    let ignored = target.ignores_unsupported(db, name);
    let missing = if ignored {
        "it is reported as created, and its Ref and attributes are the word `unknown`"
    } else {
        "the change set fails"
    };
    let words = match (support, min_plan) {
        (Support::Supported, _) => "supported".to_owned(),
        (Support::Unsupported, _) => format!("not supported: {missing}"),
        (Support::NeedsPlan, Some(plan)) if plan > Plan::Hobby => format!("needs the plan {}: {missing}", plan.word()),
        (Support::NeedsPlan, _) => format!("only the licensed edition registers it: {missing}"),
        (Support::Custom, _) => "a custom resource: what happens depends on its own provider".to_owned(),
        (Support::Unknown, _) if is_transformed(name) => {
            "replaced by other resources when the serverless transform runs".to_owned()
        }
        (Support::Unknown, _) => {
            "unproven: only the licensed edition registers it, and nobody measured it on this plan".to_owned()
        }
    };
    format!("On LocalStack {} ({}): {words}", target.release_name(), target.plan.word())
}

/// What is known of a registered type beyond its support, line by line; lines that belong to the one above are indented.
pub(in crate::report) fn behaviour(row: &Coverage) -> Vec<String> {
    let yes_no = |it: Option<bool>| it.map_or("not known", |it| if it { "yes" } else { "no" });
    let mut lines = vec![format!("Create: {}   Delete: {}", yes_no(row.create), yes_no(row.delete))];
    let update = if row.update == Some(false) {
        "no: an update is reported as done and changes nothing, unless it replaces the resource"
    } else {
        yes_no(row.update)
    };
    lines.push(format!("Update: {update}"));
    lines.extend(row.updates.iter().map(update_rule));
    let mut list = |what: &str, names: &[String]| {
        if !names.is_empty() {
            lines.push(format!("{what}: {}", names.join(", ")));
        }
    };
    list("Replaced when these change", &row.replaces);
    list("Replaced on AWS only when these change", &row.replaces_on_aws);
    for (purpose, names) in ignored(row) {
        list(&format!("Accepted and ignored ({})", purpose.word()), &names);
    }
    for gives in Gives::WORDS.iter().map(|(_, gives)| *gives) {
        let of_kind = row.placeholders.iter().filter(|it| it.gives == gives);
        let names: Vec<String> = of_kind.map(placeholder_name).collect();
        list(gives_words(gives), &names);
    }
    if row.ref_placeholder {
        lines.push("Ref gives a made-up value".into());
    }
    if !row.rejects.is_empty() {
        lines.push("Refuse the placeholder `unknown` of another resource:".into());
    }
    for rejects in &row.rejects {
        lines.push(rejection_line(rejects));
    }
    lines
}

/// The ignored properties by purpose, in the order of importance.
fn ignored(row: &Coverage) -> BTreeMap<Purpose, Vec<String>> {
    let mut by_purpose: BTreeMap<Purpose, Vec<String>> = BTreeMap::new();
    for it in &row.ignored {
        by_purpose.entry(it.purpose).or_default().push(it.path.to_string());
    }
    by_purpose
}

fn update_rule(rule: &UpdateRule) -> String {
    let paths: Vec<String> = rule.paths.iter().map(ToString::to_string).collect();
    let what = if paths.is_empty() { "any property".to_owned() } else { paths.join(", ") };
    let how = if rule.removed { "left out" } else { "changed" };
    let then = match rule.does {
        UpdateEffect::Nothing => "the change is not made",
        UpdateEffect::Recreates => "the resource is deleted and created again",
        UpdateEffect::Fails => "the update fails",
    };
    let with = rule.with.as_ref().map(|it| format!(" while `{it}` is set")).unwrap_or_default();
    let without = rule.without.as_ref().map(|it| format!(" while `{it}` is not set")).unwrap_or_default();
    format!("  when {what} is {how}{with}{without}: {then}")
}

fn gives_words(gives: Gives) -> &'static str {
    match gives {
        Gives::Unknown => "Attributes that come back as `unknown`",
        Gives::Number => "Attributes that the engine cannot read, as they are no texts",
        Gives::Mappings => "Attributes that are lists of mappings instead of texts",
    }
}

fn placeholder_name(placeholder: &Placeholder) -> String {
    let when = placeholder.when.as_ref().map(|it| format!(" (when {})", predicate::words(it))).unwrap_or_default();
    format!("{}{when}", placeholder.attribute)
}

fn rejection_line(rejects: &Rejects) -> String {
    let shape = if rejects.shape == Shape::List { " in place of the list" } else { "" };
    let when = rejects.when.as_ref().map(|it| format!(" when {}", predicate::words(it))).unwrap_or_default();
    let accepts = rejects.accepts.as_ref().map(|it| format!(" unless the text matches `{it}`")).unwrap_or_default();
    let refuses = rejects.refuses.as_ref().map(|it| format!(" if the text matches `{it}`")).unwrap_or_default();
    let error = rejects.error.as_ref().map(|it| format!(": {it}")).unwrap_or_default();
    format!("  `{}`{shape}{when}{accepts}{refuses}{error}", rejects.path)
}

/// One resource type for programs.
#[derive(Serialize)]
pub(super) struct JsonType<'d> {
    kind: &'static str,
    #[serde(rename = "type")]
    resource_type: &'d str,
    support: &'static str,
    min_plan: Option<&'static str>,
    releases: Vec<Span>,
    community: Option<&'d str>,
    pro: Option<&'d str>,
    create: Option<bool>,
    update: Option<bool>,
    delete: Option<bool>,
    updates: Vec<JsonUpdateRule<'d>>,
    replaces: &'d [String],
    replaces_on_aws: &'d [String],
    named_by: Option<&'d str>,
    ignored: Vec<String>,
    ignored_by_purpose: BTreeMap<&'static str, Vec<String>>,
    placeholders: Vec<&'d str>,
    attributes: Vec<JsonPlaceholder<'d>>,
    ref_placeholder: bool,
    rejects: Vec<JsonRejects<'d>>,
    limitations: Vec<&'d str>,
}

#[derive(Serialize)]
struct JsonUpdateRule<'d> {
    does: &'static str,
    paths: Vec<String>,
    removed: bool,
    with: Option<&'d str>,
    without: Option<&'d str>,
}

impl<'d> JsonUpdateRule<'d> {
    fn of(rule: &'d UpdateRule) -> Self {
        Self {
            does: rule.does.word(),
            paths: rule.paths.iter().map(ToString::to_string).collect(),
            removed: rule.removed,
            with: rule.with.as_deref(),
            without: rule.without.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct JsonPlaceholder<'d> {
    attribute: &'d str,
    gives: &'static str,
    when: Option<String>,
}

fn json_placeholder(placeholder: &Placeholder) -> JsonPlaceholder<'_> {
    let when = placeholder.when.as_ref().map(predicate::words);
    JsonPlaceholder { attribute: &placeholder.attribute, gives: placeholder.gives.word(), when }
}

#[derive(Serialize)]
struct JsonRejects<'d> {
    path: String,
    shape: &'static str,
    when: Option<String>,
    accepts: Option<&'d str>,
    refuses: Option<&'d str>,
    error: Option<&'d str>,
}

pub(super) fn json<'d>(row: &'d Coverage, db: &'d Db, target: &Target) -> JsonType<'d> {
    let (support, min_plan) = support(db, target, &row.resource_type);
    let unknown = row.placeholders.iter().filter(|it| it.gives == Gives::Unknown);
    JsonType {
        kind: "type",
        resource_type: &row.resource_type,
        support: words::support(support),
        min_plan: min_plan.map(Word::word),
        releases: matrix(&row.resource_type, db, target),
        community: row.community.as_deref(),
        pro: row.pro.as_deref(),
        create: row.create,
        update: row.update,
        delete: row.delete,
        updates: row.updates.iter().map(JsonUpdateRule::of).collect(),
        replaces: &row.replaces,
        replaces_on_aws: &row.replaces_on_aws,
        named_by: row.named_by.as_deref(),
        ignored: row.ignored.iter().map(|it| it.path.to_string()).collect(),
        ignored_by_purpose: ignored(row).into_iter().map(|(purpose, names)| (purpose.word(), names)).collect(),
        placeholders: unknown.map(|it| it.attribute.as_str()).collect(),
        attributes: row.placeholders.iter().map(json_placeholder).collect(),
        ref_placeholder: row.ref_placeholder,
        rejects: row
            .rejects
            .iter()
            .map(|it| JsonRejects {
                path: it.path.to_string(),
                shape: it.shape.word(),
                when: it.when.as_ref().map(predicate::words),
                accepts: it.accepts.as_deref(),
                refuses: it.refuses.as_deref(),
                error: it.error.as_deref(),
            })
            .collect(),
        limitations: db.limitations_for(&row.resource_type).map(|it| it.id.as_str()).collect(),
    }
}
