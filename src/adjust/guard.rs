//! One template for both worlds: every change behind a condition that a parameter decides.
//!
//! With the parameter's default, the template means to AWS what it meant before.

use std::collections::BTreeSet;

use super::document::{Change, Document, Edit, New, Refusal, Way, child, same};
use super::needs::{EACH, Needs};
use super::template::{CONDITIONS, OUTPUTS, PARAMETERS, RESOURCES, key_at, property_path, way_to, words};
use crate::source::Node;

/// The parameter that says where the template is deployed.
pub const PARAMETER: &str = "IsLocalStack";
/// The condition that holds on LocalStack.
pub(super) const ON: &str = "OnLocalStack";
/// The condition that holds elsewhere.
pub(super) const OFF: &str = "NotOnLocalStack";

/// A template whose changes are put behind conditions.
struct Guard<'d> {
    document: &'d Document,
    needs: Needs<'d>,
    edits: Vec<Edit>,
    refused: Vec<Refusal>,
    /// The conditions that are needed, with their declarations.
    conditions: Vec<(String, New)>,
}

/// The guarded form of `edits`. The stacks that are `nested` are told which world it is.
///
/// # Errors
/// The first place that cannot depend on a condition.
pub(super) fn guarded(
    document: &Document,
    needs: Needs<'_>,
    edits: Vec<Edit>,
    nested: &BTreeSet<String>,
) -> Result<Vec<Edit>, Refusal> {
    let mut guard = Guard { document, needs, edits: Vec::new(), refused: Vec::new(), conditions: Vec::new() };
    edits.into_iter().for_each(|it| guard.edit(it));
    nested.iter().for_each(|it| guard.tell(it));
    if !guard.edits.is_empty() {
        guard.declare();
    }
    guard.refused.into_iter().next().map_or(Ok(guard.edits), Err)
}

/// Whether `way` leads through the value that another world than LocalStack takes.
pub(super) fn is_elsewhere(document: &Document, way: &[usize]) -> bool {
    (1..=way.len()).any(|depth| {
        let Some(part) = way.get(..depth) else { return false };
        let Some((whole, _)) = super::template::choice(document, part) else { return false };
        let [_, no] = match document.node(&whole).and_then(|it| super::template::branches(it, &whole)) {
            Some(both) => both,
            None => return false,
        };
        no == part && condition_of(document, &whole) == Some(ON)
    })
}

/// The condition of the choice at `way`.
fn condition_of<'d>(document: &'d Document, way: &[usize]) -> Option<&'d str> {
    let node = document.node(way)?;
    let operand = if node.tag.is_some() { node } else { child(node, 0)? };
    operand.elements().first()?.as_str()
}

impl Guard<'_> {
    fn edit(&mut self, edit: Edit) {
        let section = edit.at.first().and_then(|it| self.document.tree().entries().get(*it)).map(|it| it.key.as_str());
        match (section, edit.at.len(), &edit.change) {
            (Some(RESOURCES | OUTPUTS), 2, Change::Remove) => self.declaration(edit),
            (Some(RESOURCES), 2, Change::Insert(key, value)) if key == "Properties" => {
                let value = guarded_fields(value);
                self.edits.push(Edit { change: Change::Insert("Properties".to_owned(), value), ..edit });
            }
            (Some(RESOURCES), 3.., _) => self.part(edit),
            (Some(OUTPUTS), 3, Change::Replace(_)) if key_at(self.document, &edit.at) == Some("Value") => {
                self.value(edit)
            }
            _ => self.refuse(&edit.at),
        }
    }

    fn refuse(&mut self, way: &[usize]) {
        let node = self.document.node(way).unwrap_or(self.document.tree());
        let message = format!(
            "`{}` cannot depend on a condition; adapt without `--guard`, or leave its finding out with `--ignore`",
            words(self.document, way)
        );
        self.refused.push(Refusal { message, span: node.span });
    }

    /// A part of a resource.
    fn part(&mut self, edit: Edit) {
        let attribute = edit.at.get(..3).and_then(|it| key_at(self.document, it));
        let kind = edit.at.get(..2).and_then(|it| self.document.node(it)?.get("Type")?.as_str()).unwrap_or_default();
        match (attribute, edit.at.len()) {
            // What depends on a resource that is left out does not wait for it.
            (Some("DependsOn"), _) => {}
            (Some("Properties"), 3) if edit.change == Change::Remove => self.every_property(&edit),
            (Some("Properties"), _) if self.is_read_early(kind, &edit) => self.refuse(&edit.at),
            (Some("Properties"), _) => self.value(edit),
            (Some("UpdatePolicy"), 4..) => self.value(edit),
            _ => self.refuse(&edit.at),
        }
    }

    /// Whether a transform reads what is changed before conditions are decided.
    fn is_read_early(&self, kind: &str, edit: &Edit) -> bool {
        let inserted = match &edit.change {
            Change::Insert(key, _) => Some(key.clone()),
            Change::Append(_) => Some(EACH.to_owned()),
            Change::Remove | Change::Replace(_) => None,
        };
        let path = property_path(self.document, &edit.at).into_iter().flatten().chain(inserted);
        self.needs.is_unconditional(kind, &path.collect::<Vec<_>>())
    }

    fn every_property(&mut self, edit: &Edit) {
        let count = self.document.node(&edit.at).map_or(0, |it| it.entries().len());
        for at in 0..count {
            let way = edit.at.iter().copied().chain([at]).collect();
            self.value(Edit { at: way, ..edit.clone() });
        }
    }

    fn value(&mut self, edit: Edit) {
        let change = match edit.change {
            Change::Remove => Change::Replace(choice(no_value(), New::Original)),
            Change::Replace(new) => Change::Replace(choice(new, New::Original)),
            Change::Insert(key, new) => Change::Insert(key, choice(new, no_value())),
            Change::Append(new) => Change::Append(choice(new, no_value())),
        };
        self.edits.push(Edit { change, ..edit });
    }

    /// A resource or output that is only there elsewhere.
    fn declaration(&mut self, edit: Edit) {
        let Some(node) = self.document.node(&edit.at) else { return };
        let Some(at) = node.entries().iter().position(|it| it.key == "Condition") else {
            let change = Change::Insert("Condition".to_owned(), New::text(OFF));
            return self.edits.push(Edit { change, ..edit });
        };
        let Some(own) = node.get("Condition").and_then(|it| it.as_str()) else { return self.refuse(&edit.at) };
        if own.ends_with(OFF) {
            return;
        }
        let name = format!("{own}{OFF}");
        let both = [own, OFF].map(|it| New::Map(vec![("Condition".to_owned(), New::text(it))]));
        self.require(&name, New::call("Fn::And", New::List(both.to_vec())));
        let way = edit.at.iter().copied().chain([at]).collect();
        self.edits.push(Edit { at: way, change: Change::Replace(New::text(name)), ..edit });
    }

    /// Passes the parameter on to a nested stack.
    fn tell(&mut self, nested: &str) {
        let parameter = (PARAMETER.to_owned(), New::call("Ref", New::text(PARAMETER)));
        let place = [RESOURCES, nested, "Properties", "Parameters"];
        let is_told = way_to(self.document, &[RESOURCES, nested, "Properties", "Parameters", PARAMETER]).is_some();
        match (way_to(self.document, &place), place.get(..3).and_then(|it| way_to(self.document, it))) {
            _ if is_told => {}
            (Some(way), _) => self.edits.push(Edit::new(way, Change::Insert(parameter.0, parameter.1))),
            (None, Some(way)) => {
                let change = Change::Insert("Parameters".to_owned(), New::Map(vec![parameter]));
                self.edits.push(Edit::new(way, change));
            }
            (None, None) => {}
        }
    }

    fn require(&mut self, name: &str, condition: New) {
        if !self.conditions.iter().any(|(it, _)| it == name) {
            self.conditions.push((name.to_owned(), condition));
        }
    }

    /// Adds the parameter and the conditions that are not there yet.
    fn declare(&mut self) {
        let parameter = New::Map(vec![
            ("Type".to_owned(), New::text("String")),
            ("Default".to_owned(), New::text("false")),
            ("AllowedValues".to_owned(), New::List(vec![New::text("true"), New::text("false")])),
            ("Description".to_owned(), New::text("Whether the stack is deployed to LocalStack")),
        ]);
        let own = way_to(self.document, &[PARAMETERS, PARAMETER]);
        match own.and_then(|it| self.document.node(&it)) {
            Some(node) if !is_a_switch(node) => self.refused.push(Refusal {
                message: format!(
                    "the parameter `{PARAMETER}` is not one that is `false` unless `true` is given; rename it, or \
                     adapt without `--guard`"
                ),
                span: node.span,
            }),
            Some(_) => {}
            None => self.add(PARAMETERS, vec![(PARAMETER.to_owned(), parameter)]),
        }
        let is_on = vec![New::call("Ref", New::text(PARAMETER)), New::text("true")];
        let on = New::Map(vec![("Condition".to_owned(), New::text(ON))]);
        let mut conditions = vec![
            (ON.to_owned(), New::call("Fn::Equals", New::List(is_on))),
            (OFF.to_owned(), New::call("Fn::Not", New::List(vec![on]))),
        ];
        conditions.append(&mut self.conditions);
        for (name, condition) in &conditions {
            let own = way_to(self.document, &[CONDITIONS, name]).and_then(|it| self.document.node(&it));
            if let Some(own) = own.filter(|it| !same(it, &condition.as_node())) {
                let message =
                    format!("the condition `{name}` says something else; rename it, or adapt without `--guard`");
                self.refused.push(Refusal { message, span: own.span });
            }
        }
        self.add(CONDITIONS, conditions);
    }

    fn add(&mut self, section: &str, declarations: Vec<(String, New)>) {
        let way = way_to(self.document, &[section]);
        let is_there = |name: &str| way_to(self.document, &[section, name]).is_some();
        let missing: Vec<(String, New)> = declarations.into_iter().filter(|(name, _)| !is_there(name)).collect();
        match way {
            Some(way) => {
                let insert = |(name, it)| Edit::new(way.clone(), Change::Insert(name, it));
                self.edits.extend(missing.into_iter().map(insert));
            }
            None => self.edits.push(Edit::new(Way::new(), Change::Insert(section.to_owned(), New::Map(missing)))),
        }
    }
}

/// Whether a parameter is `false` unless `true` is given.
fn is_a_switch(parameter: &Node) -> bool {
    let is = |it: &Node, text: &str| it.scalar_text().is_some_and(|it| it == text);
    let is_off = parameter.get("Default").is_some_and(|it| is(it, "false"));
    let allowed = parameter.get("AllowedValues").map(Node::elements);
    is_off && allowed.is_none_or(|it| it.iter().any(|it| is(it, "true")))
}

fn choice(on: New, off: New) -> New {
    New::call("Fn::If", New::List(vec![New::text(ON), on, off]))
}

fn no_value() -> New {
    New::call("Ref", New::text("AWS::NoValue"))
}

/// Properties of a resource that has none: each is only there on LocalStack.
fn guarded_fields(value: &New) -> New {
    match value {
        New::Map(fields) => {
            New::Map(fields.iter().map(|(key, it)| (key.clone(), choice(it.clone(), no_value()))).collect())
        }
        other => other.clone(),
    }
}
