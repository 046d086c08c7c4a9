//! New values as text, in the habits of the document.

use crate::source::{Node, NodeKind};

use super::layout::{column, is_bracketed, margin};
use super::new::New;
use super::scalar;
use super::style::Style;

/// Most characters of a list that stands behind a tag on its line.
const BRIEF: usize = 60;

/// A value in a block collection: what follows its `:` or `-` on the same line, and the lines below (each behind a line
/// break).
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rendered {
    pub(super) head: String,
    pub(super) tail: String,
}

/// What a block value belongs to, with its column.
#[derive(Debug, Clone, Copy)]
pub(super) enum Owner {
    /// A key of a mapping.
    Key(usize),
    /// A dash of a list.
    Dash(usize),
}

/// The text that stands at the place which is replaced.
#[derive(Clone, Copy)]
pub(super) struct Original<'a> {
    text: &'a str,
    /// The column it starts in.
    column: usize,
    /// The column of its key or dash.
    base: usize,
    /// A list or mapping of lines, without a tag.
    is_block: bool,
    /// The blanks before the line it starts on.
    margin: &'a str,
}

impl<'a> Original<'a> {
    /// The text of `node`, which belongs to the key or dash in column `base`.
    pub(super) fn new(text: &'a str, node: &Node, base: usize) -> Self {
        let whole = node.whole();
        let is_collection = matches!(node.kind, NodeKind::Mapping(_) | NodeKind::Sequence(_));
        Self {
            text: text.get(whole.start..whole.end).unwrap_or_default(),
            column: column(text, whole.start),
            base,
            is_block: is_collection && node.tag.is_none() && !is_bracketed(text, node),
            margin: margin(text, whole.start),
        }
    }
}

/// Writes values.
pub(super) struct Writer<'a> {
    pub(super) style: &'a Style,
    pub(super) original: Option<Original<'a>>,
}

impl Writer<'_> {
    /// A value in a YAML block collection; lines are broken with a plain line feed.
    pub(super) fn block(&self, new: &New, owner: Owner) -> Rendered {
        match new {
            New::Original => self.original_block(owner),
            New::List(elements) if elements.is_empty() => inline("[]"),
            New::Map(fields) if fields.is_empty() => inline("{}"),
            New::Bool(_) | New::Number(_) | New::Text(_) => inline(self.scalar(new)),
            New::List(elements) => self.list(elements, owner),
            New::Map(fields) => match new.as_call().filter(|_| self.style.tags) {
                Some((function, operand)) => self.tagged(function, operand, owner),
                None => self.mapping(fields, owner),
            },
        }
    }

    /// A value in a YAML flow collection, on one line unless the original has several.
    pub(super) fn flow(&self, new: &New) -> String {
        match new {
            New::Original => self.original.map(|it| it.text.to_owned()).unwrap_or_default(),
            New::Bool(_) | New::Number(_) | New::Text(_) => self.scalar(new),
            New::List(elements) => {
                format!("[{}]", elements.iter().map(|it| self.flow(it)).collect::<Vec<_>>().join(", "))
            }
            New::Map(fields) => {
                if let Some((function, operand)) = new.as_call().filter(|_| self.style.tags)
                    && operand.as_call().is_none()
                {
                    return format!("!{} {}", short(function), self.flow(&joined(function, operand)));
                }
                let field = |(key, it): &(String, New)| format!("{}: {}", scalar::key(key, self.style), self.flow(it));
                format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// A value in JSON; its further lines start with `margin`. On one line without a margin.
    pub(super) fn json(&self, new: &New, margin: Option<&str>) -> String {
        match new {
            New::Original => self.original_json(margin),
            New::Bool(value) => value.to_string(),
            New::Number(text) => text.clone(),
            New::Text(text) => scalar::json(text),
            New::List(elements) => {
                let elements = |margin: Option<&str>| elements.iter().map(|it| self.json(it, margin)).collect();
                self.bracketed("[", elements, "]", margin.filter(|_| !is_short(new)))
            }
            New::Map(fields) => {
                let colon = if self.style.spaced { ": " } else { ":" };
                let fields = |margin: Option<&str>| {
                    let field =
                        |(key, it): &(String, New)| format!("{}{colon}{}", scalar::json(key), self.json(it, margin));
                    fields.iter().map(field).collect()
                };
                self.bracketed("{", fields, "}", margin.filter(|_| !is_short(new)))
            }
        }
    }

    fn bracketed(
        &self,
        open: &str,
        items: impl Fn(Option<&str>) -> Vec<String>,
        close: &str,
        margin: Option<&str>,
    ) -> String {
        match margin {
            Some(margin) => {
                let inner = format!("{margin}{}", self.style.unit);
                let items = items(Some(&inner));
                if items.is_empty() {
                    return format!("{open}{close}");
                }
                format!("{open}\n{inner}{}\n{margin}{close}", items.join(&format!(",\n{inner}")))
            }
            None => {
                let separator = if self.style.spaced { ", " } else { "," };
                let items = items(None).join(separator);
                let pad = if self.style.padded && open == "{" && !items.is_empty() { " " } else { "" };
                format!("{open}{pad}{items}{pad}{close}")
            }
        }
    }

    fn scalar(&self, new: &New) -> String {
        match new {
            New::Bool(value) => value.to_string(),
            New::Number(text) => text.clone(),
            New::Text(text) => scalar::text(text, self.style),
            New::List(_) | New::Map(_) | New::Original => String::new(),
        }
    }

    fn mapping(&self, fields: &[(String, New)], owner: Owner) -> Rendered {
        let column = match owner {
            Owner::Key(base) => base + self.style.unit.len(),
            Owner::Dash(base) => base + 2,
        };
        let lines = fields.iter().map(|(key, value)| {
            let Rendered { head, tail } = self.block(value, Owner::Key(column));
            let blank = if head.is_empty() { "" } else { " " };
            format!("{}:{blank}{head}{tail}", scalar::key(key, self.style))
        });
        stacked(lines, column, owner)
    }

    fn list(&self, elements: &[New], owner: Owner) -> Rendered {
        let column = match owner {
            Owner::Key(base) if self.style.indents_lists => base + self.style.unit.len(),
            Owner::Key(base) => base,
            Owner::Dash(base) => base + 2,
        };
        let lines = elements.iter().map(|it| {
            let Rendered { head, tail } = self.block(it, Owner::Dash(column));
            format!("- {head}{tail}")
        });
        stacked(lines, column, owner)
    }

    /// A tag cannot follow a tag: a function directly in a function keeps its long form.
    fn tagged(&self, function: &str, operand: &New, owner: Owner) -> Rendered {
        let operand = joined(function, operand);
        let below = match owner {
            Owner::Key(base) | Owner::Dash(base) => Owner::Key(base),
        };
        let Rendered { head, tail } = match &operand {
            New::List(elements) if elements.iter().all(is_brief) && self.flow(&operand).len() <= BRIEF => {
                inline(self.flow(&operand))
            }
            New::List(elements) if !elements.is_empty() => {
                // Lines below a tag must stand deeper than a dash.
                let base = match owner {
                    Owner::Key(base) if self.style.indents_lists => base + self.style.unit.len(),
                    Owner::Key(base) => base,
                    Owner::Dash(base) => base + 2,
                };
                let lines = elements.iter().map(|it| {
                    let Rendered { head, tail } = self.block(it, Owner::Dash(base));
                    format!("- {head}{tail}")
                });
                stacked(lines, base, below)
            }
            New::Map(fields) if !fields.is_empty() => self.mapping(fields, below),
            other => self.block(other, owner),
        };
        let blank = if head.is_empty() { "" } else { " " };
        Rendered { head: format!("!{}{blank}{head}", short(function)), tail }
    }

    fn original_block(&self, owner: Owner) -> Rendered {
        let Some(original) = self.original else { return Rendered::default() };
        let mut lines = original.text.split('\n').map(|it| it.trim_end_matches('\r'));
        let first = lines.next().unwrap_or_default();
        let rest: Vec<&str> = lines.collect();
        if rest.is_empty() && !original.is_block {
            return inline(first);
        }
        let (head, lead, target, from) = match (original.is_block, owner) {
            (true, Owner::Dash(base)) => (first.to_owned(), String::new(), base + 2, original.column),
            (true, Owner::Key(base)) => {
                let column = base + self.style.unit.len();
                (String::new(), format!("\n{}{first}", " ".repeat(column)), column, original.column)
            }
            (false, Owner::Key(base) | Owner::Dash(base)) => {
                let width = |it: &&str| it.len() - it.trim_start_matches(' ').len();
                let least = rest.iter().filter(|it| !it.trim().is_empty()).map(width).min().unwrap_or_default();
                let deeper = if least > original.base { 0 } else { 2 };
                (first.to_owned(), String::new(), base + deeper, original.base)
            }
        };
        let shifted = rest.iter().map(|it| format!("\n{}", shift(it, from, target)));
        Rendered { head, tail: lead + &shifted.collect::<String>() }
    }

    fn original_json(&self, margin: Option<&str>) -> String {
        let Some(original) = self.original else { return String::new() };
        let Some(margin) = margin else { return original.text.to_owned() };
        let lines = original.text.split('\n').map(|it| it.trim_end_matches('\r'));
        let moved = lines.enumerate().map(|(at, it)| match it.strip_prefix(original.margin) {
            Some(rest) if at > 0 => format!("{margin}{rest}"),
            _ => it.to_owned(),
        });
        moved.collect::<Vec<_>>().join("\n")
    }
}

fn inline(head: impl Into<String>) -> Rendered {
    Rendered { head: head.into(), tail: String::new() }
}

/// Lines below each other in `column`; the first one stays behind a dash.
fn stacked(lines: impl Iterator<Item = String>, column: usize, owner: Owner) -> Rendered {
    let mut rendered = Rendered::default();
    for (at, line) in lines.enumerate() {
        if at == 0 && matches!(owner, Owner::Dash(_)) {
            let (head, tail) = line.split_at(line.find('\n').unwrap_or(line.len()));
            rendered = Rendered { head: head.to_owned(), tail: tail.to_owned() };
        } else {
            rendered.tail.push('\n');
            rendered.tail.push_str(&" ".repeat(column));
            rendered.tail.push_str(&line);
        }
    }
    rendered
}

/// A line moved from column `from` to column `to`.
fn shift(line: &str, from: usize, to: usize) -> String {
    if line.trim().is_empty() {
        return line.to_owned();
    }
    if to >= from {
        return format!("{}{line}", " ".repeat(to - from));
    }
    let blanks = line.len() - line.trim_start_matches(' ').len();
    line.get((from - to).min(blanks)..).unwrap_or(line).to_owned()
}

fn short(function: &str) -> &str {
    function.strip_prefix("Fn::").unwrap_or(function)
}

/// The operand of a short form: `A.B` for the parts of `Fn::GetAtt`.
fn joined(function: &str, operand: &New) -> New {
    let New::List(parts) = operand else { return operand.clone() };
    let texts = parts.iter().map(|it| match it {
        New::Text(text) => Some(text.as_str()),
        _ => None,
    });
    match texts.collect::<Option<Vec<_>>>() {
        Some(texts) if function == "Fn::GetAtt" => New::Text(texts.join(".")),
        _ => operand.clone(),
    }
}

/// Whether a value is a scalar, or a function of one.
fn is_brief(new: &New) -> bool {
    let is_scalar = |it: &New| matches!(it, New::Bool(_) | New::Number(_) | New::Text(_));
    is_scalar(new) || new.as_call().is_some_and(|(_, operand)| is_scalar(operand))
}

/// Whether a JSON value is written on one line: a single field or element that is no collection.
fn is_short(new: &New) -> bool {
    let is_single = |it: &New| matches!(it, New::Bool(_) | New::Number(_) | New::Text(_));
    match new {
        New::Map(fields) => matches!(fields.as_slice(), [(_, it)] if is_single(it)),
        New::List(elements) => elements.len() <= 2 && elements.iter().all(is_single),
        _ => true,
    }
}
