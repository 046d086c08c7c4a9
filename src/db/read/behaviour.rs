//! Behaviour that was measured or read by hand: `behaviour/<service>.toml`.

use super::context::Context;
use super::predicate::{predicate, regular_expression};
use super::scope::Scope;
use super::table::{Table, Value};
use super::texts::trimmed;
use crate::db::words::Word;
use crate::db::{
    Coverage, Equivalent, Gives, Ignored, Instead, Literal, Path, Placeholder, Purpose, Rejects, Shape, UpdateRule,
};

/// What is known of one resource type beyond its registration.
pub(super) struct Behaviour {
    pub(super) resource_type: String,
    /// Where it is written.
    pub(super) at: usize,
    ignored: Vec<Ignored>,
    placeholders: Vec<Placeholder>,
    ref_placeholder: bool,
    rejects: Vec<Rejects>,
    named_by: Option<String>,
    replaces_on_aws: Vec<String>,
    updates: Vec<UpdateRule>,
    needs: Vec<Vec<String>>,
    instead: Vec<Instead>,
    unconditional: Vec<String>,
    equivalent: Option<Equivalent>,
}

impl Behaviour {
    /// The behaviour that a row has already.
    pub(super) fn of(row: &Coverage) -> Self {
        Self {
            resource_type: row.resource_type.clone(),
            at: 0,
            ignored: row.ignored.clone(),
            placeholders: row.placeholders.clone(),
            ref_placeholder: row.ref_placeholder,
            rejects: row.rejects.clone(),
            named_by: row.named_by.clone(),
            replaces_on_aws: row.replaces_on_aws.clone(),
            updates: row.updates.clone(),
            needs: row.needs.clone(),
            instead: row.instead.clone(),
            unconditional: row.unconditional.clone(),
            equivalent: row.equivalent.clone(),
        }
    }

    /// Puts it into the row of its type, in place of what is there.
    pub(super) fn join(self, row: &mut Coverage) {
        row.ignored = self.ignored;
        row.placeholders = self.placeholders;
        row.ref_placeholder = self.ref_placeholder;
        row.rejects = self.rejects;
        row.named_by = self.named_by;
        row.replaces_on_aws = self.replaces_on_aws;
        row.updates = self.updates;
        row.needs = self.needs;
        row.instead = self.instead;
        row.unconditional = self.unconditional;
        row.equivalent = self.equivalent;
    }
}

/// Reads every type of a file.
pub(super) fn behaviours(root: Table<'_>, context: &Context<'_>) -> Vec<Behaviour> {
    let types = root.entries().into_iter();
    types.filter_map(|(name, value)| Some(behaviour(value.table()?, name.value, name.at, context))).collect()
}

fn behaviour(table: Table<'_>, resource_type: String, at: usize, context: &Context<'_>) -> Behaviour {
    let types = [resource_type.clone()];
    let scope = Scope::of(context, &types);
    let behaviour = Behaviour {
        resource_type,
        at,
        ignored: ignored(&table, &scope),
        placeholders: table.list("placeholders").into_iter().filter_map(|it| placeholder(it, &types, &scope)).collect(),
        ref_placeholder: table.boolean("ref_placeholder").unwrap_or(false),
        rejects: table.list("rejects").into_iter().filter_map(|it| rejects(it, &scope)).collect(),
        named_by: table.parsed("named_by", |it| scope.path(it).map(|_| it.to_owned())),
        replaces_on_aws: table.each("replaces_on_aws", |it| scope.path(it).map(|_| it.to_owned())),
        updates: table.list("updates").into_iter().filter_map(|it| update_rule(it, &scope)).collect(),
        needs: table.list("needs").into_iter().filter_map(|it| group(it, &scope)).collect(),
        instead: table.list("instead").into_iter().filter_map(|it| instead(it, &scope)).collect(),
        unconditional: table.each("unconditional", |it| scope.path(it).map(|_| it.to_owned())),
        equivalent: table.get("equivalent").and_then(|it| equivalent(it, &scope)),
    };
    table.finish();
    behaviour
}

/// The type that does the same, with what changes.
fn equivalent(value: Value<'_>, scope: &Scope<'_>) -> Option<Equivalent> {
    let table = value.table()?;
    let resource_type = table.required("type").and_then(|it| it.parsed(|it| Ok(it.to_owned())));
    let types = [resource_type?];
    let other = Scope::of(scope.context, &types);
    let both = |it: &str| scope.path(it).and_then(|_| other.path(it)).map(|_| it.to_owned());
    let keeps = table.each("keeps", both);
    let list = |value: Value<'_>| {
        let table = value.table()?;
        let of = table.required("of").and_then(|it| it.parsed(|it| scope.path(it).map(|_| it.to_owned())));
        let into = table.required("into").and_then(|it| it.parsed(|it| other.path(it).map(|_| it.to_owned())));
        table.finish();
        Some((of?, into?))
    };
    let lists = table.list("lists").into_iter().filter_map(list).collect();
    table.finish();
    let [resource_type] = types;
    Some(Equivalent { resource_type, keeps, lists })
}

/// A property that changes with another one.
fn instead(value: Value<'_>, scope: &Scope<'_>) -> Option<Instead> {
    let table = value.table()?;
    let name = |key| table.required(key).and_then(|it| it.parsed(|it| scope.path(it).map(|_| it.to_owned())));
    let (of, set) = (name("of"), name("set"));
    let to = table.required("to").and_then(Value::literal);
    table.finish();
    Some(Instead { of: of?, set: set?, to: to? })
}

/// Properties of which one is needed.
fn group(value: Value<'_>, scope: &Scope<'_>) -> Option<Vec<String>> {
    let names = value.list()?.into_iter();
    Some(names.filter_map(|it| it.parsed(|it| scope.path(it).map(|_| it.to_owned()))).collect())
}

/// An attribute by its name alone, or with what it gives and when.
fn placeholder(value: Value<'_>, types: &[String], scope: &Scope<'_>) -> Option<Placeholder> {
    let name = |it: &str| scope.context.attribute(types, it);
    if !value.is_table() {
        return Some(Placeholder { attribute: value.parsed(name)?, gives: Gives::Unknown, when: None });
    }
    let table = value.table()?;
    let attribute = table.required("attribute").and_then(|it| it.parsed(name));
    let gives = table.get("gives").and_then(Value::word).unwrap_or(Gives::Unknown);
    let when = table.get("when").and_then(|it| predicate(scope, it));
    table.finish();
    Some(Placeholder { attribute: attribute?, gives, when })
}

/// The properties of `ignored`, by purpose, with the values of `aws_defaults`.
fn ignored(table: &Table<'_>, scope: &Scope<'_>) -> Vec<Ignored> {
    let mut found: Vec<Ignored> = Vec::new();
    for (word, value) in table.get("ignored").and_then(Value::table).iter().flat_map(Table::entries) {
        let purpose = match Purpose::from_word(&word.value) {
            Ok(purpose) => purpose,
            Err(message) => {
                table.document().report(word.at, message);
                continue;
            }
        };
        let paths = value.list().unwrap_or_default().into_iter().filter_map(|it| it.parsed(|it| scope.path(it)));
        found.extend(paths.map(|path| Ignored { path, purpose, aws_default: None }));
    }
    for (name, value) in table.get("aws_defaults").and_then(Value::table).iter().flat_map(Table::entries) {
        let default: Option<Literal> = value.literal();
        match found.iter_mut().find(|it| it.path.to_string() == name.value) {
            Some(property) => property.aws_default = default,
            None => table.document().report(name.at, format!("`{}` is not in `ignored`", name.value)),
        }
    }
    found.sort_by_cached_key(|it| it.path.to_string());
    found
}

fn rejects(value: Value<'_>, scope: &Scope<'_>) -> Option<Rejects> {
    let table = value.table()?;
    let path = table.required("path").and_then(|it| it.parsed(|it| property(it, scope)));
    let shape = table.get("shape").and_then(Value::word).unwrap_or(Shape::Text);
    let holder = path.as_ref().and_then(|it| scope.at(&it.holder()).ok());
    let when = table.get("when").and_then(|it| predicate(holder.as_ref().unwrap_or(scope), it));
    let accepts = table.parsed("accepts", regular_expression);
    let refuses = table.parsed("refuses", regular_expression);
    if accepts.is_some() && refuses.is_some() {
        value.report("`accepts` and `refuses` exclude each other");
    }
    let error = trimmed(&table, "error", table.text("error")).map(|it| it.value);
    table.finish();
    Some(Rejects { path: path?, shape, when, accepts, refuses, error })
}

fn property(text: &str, scope: &Scope<'_>) -> Result<Path, String> {
    let path = scope.path(text)?;
    if path.attribute || path.steps.is_empty() {
        return Err(format!("`{text}` is not a property"));
    }
    Ok(path)
}

fn update_rule(value: Value<'_>, scope: &Scope<'_>) -> Option<UpdateRule> {
    let table = value.table()?;
    let name = |key| table.parsed(key, |it| scope.path(it).map(|_| it.to_owned()));
    let rule = UpdateRule {
        does: table.required_word("does")?,
        paths: table.each("paths", |it| scope.path(it)),
        removed: table.boolean("removed").unwrap_or(false),
        with: name("with"),
        without: name("without"),
    };
    table.finish();
    Some(rule)
}
