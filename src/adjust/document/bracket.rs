//! Edits of collections that are written with brackets: JSON, and YAML's flow style.

use crate::source::{Node, NodeKind, Span, line_end, skip_blank};

use super::layout::{self, Text, behind, line_start, margin, starts_line};
use super::new::New;
use super::render::{Original, Writer};
use super::splice::Splice;
use super::{Changes, Refusal, refuse, scalar};

/// An entry or element.
struct Item<'t> {
    start: usize,
    end: usize,
    /// The offset behind the comma that follows.
    comma: Option<usize>,
    /// The offset behind the colon of an entry.
    colon: Option<usize>,
    value: &'t Node,
}

/// Makes `changes` to the bracketed collection `node`.
pub(super) fn edit(
    text: &Text<'_>,
    node: &Node,
    changes: &Changes<'_>,
    splices: &mut Vec<Splice>,
) -> Result<(), Refusal> {
    let items = items(text, node)?;
    let survivors: Vec<usize> = (0..items.len()).filter(|it| !changes.removed.contains(it)).collect();
    if survivors.is_empty() && changes.added.is_empty() && has_comments(text, node, &items) {
        splices.extend(items.iter().map(|it| alone(text.text, it)));
        return Ok(());
    }
    if survivors.is_empty() {
        fill(text, node, changes, splices);
        return Ok(());
    }
    for (at, new) in &changes.replaced {
        let item = items.get(*at).ok_or_else(|| refuse(node.span, "there is no such place"))?;
        replace(text, item, new, splices)?;
    }
    for at in &changes.removed {
        splices.extend(remove(text, &items, *at, &survivors));
    }
    add(text, &items, changes, &survivors, splices);
    Ok(())
}

fn items<'t>(text: &Text<'_>, node: &'t Node) -> Result<Vec<Item<'t>>, Refusal> {
    let (source, json) = (text.text, text.style.json);
    let strange = |span: Span| refuse(span, "the place is written in a way that cannot be edited safely");
    let keys: Vec<Option<Span>> = match &node.kind {
        NodeKind::Mapping(entries) => entries.iter().map(|it| Some(it.key_span)).collect(),
        _ => node.elements().iter().map(|_| None).collect(),
    };
    let mut items: Vec<Item<'t>> = Vec::with_capacity(keys.len());
    let mut from = node.span.start + 1;
    for (at, key) in keys.into_iter().enumerate() {
        let value = super::child(node, at).ok_or_else(|| strange(node.span))?;
        let start = if json { key.map_or(value.span.start, |it| it.start) } else { skip_blank(source, from) };
        let colon = key.and_then(|it| behind(source, it.end, b':', json));
        let end = layout::end(value).max(colon.unwrap_or_default()).max(key.map_or(0, |it| it.end));
        let comma = behind(source, end, b',', json);
        if start < from || end > node.span.end || key.is_some_and(|it| it.start != start) {
            return Err(strange(node.span));
        }
        items.push(Item { start, end, comma, colon, value });
        from = comma.unwrap_or(end);
    }
    let is_regular = items.iter().rev().skip(1).all(|it| it.comma.is_some());
    if is_regular { Ok(items) } else { Err(strange(node.span)) }
}

/// Whether a comment stands between the brackets that is not inside of an item.
fn has_comments(text: &Text<'_>, node: &Node, items: &[Item<'_>]) -> bool {
    let mut from = node.span.start + 1;
    let ends = items.iter().map(|it| (it.start, it.end)).chain([(node.span.end, node.span.end)]);
    ends.into_iter().any(|(start, end)| {
        let gap = text.text.get(std::mem::replace(&mut from, end)..start).unwrap_or_default();
        !text.style.json && gap.contains('#')
    })
}

/// Removes an item and nothing around it, but its line where it has one of its own.
fn alone(source: &str, item: &Item<'_>) -> Splice {
    let end = item.comma.unwrap_or(item.end);
    let is_line = starts_line(source, item.start) && layout::ends_line(source, end);
    match is_line {
        true => Splice::delete(line_start(source, item.start), layout::next_line(source, end)),
        false => Splice::delete(item.start, end),
    }
}

/// What is between the brackets becomes what is new.
fn fill(text: &Text<'_>, node: &Node, changes: &Changes<'_>, splices: &mut Vec<Splice>) {
    let (source, span) = (text.text, node.span);
    let (start, end) = (span.start + 1, span.end.saturating_sub(1));
    if changes.added.is_empty() {
        splices.push(Splice::delete(start, end));
        return;
    }
    let outer = margin(source, span.start);
    let is_spread = text.style.json && source.trim_end().contains('\n');
    let inner = format!("{outer}{}", text.style.unit);
    let added = rendered(text, changes, is_spread.then_some(inner.as_str()));
    let content =
        if is_spread { format!("\n{inner}{}\n{outer}", added.join(&format!(",\n{inner}"))) } else { added.join(", ") };
    splices.push(Splice::replace(start, end, text.broken(&content)));
}

fn replace(text: &Text<'_>, item: &Item<'_>, new: &New, splices: &mut Vec<Splice>) -> Result<(), Refusal> {
    let source = text.text;
    let whole = item.value.whole();
    let writer = Writer { style: text.style, original: Some(Original::new(source, item.value, 0)) };
    let content = if text.style.json {
        // On one line what stands on one line with others.
        let is_spread = starts_line(source, item.start);
        writer.json(new, is_spread.then_some(margin(source, item.start)))
    } else {
        writer.flow(new)
    };
    let content = text.broken(&content);
    match item.colon {
        Some(colon) if whole.start >= colon && whole.end > whole.start => {
            splices.push(Splice::replace(whole.start, whole.end, content));
        }
        Some(colon) => splices.push(Splice::insert(colon, format!(" {content}"))),
        None if whole.end > whole.start => splices.push(Splice::replace(whole.start, whole.end, content)),
        None => return Err(refuse(item.value.span, "the place is written in a way that cannot be edited safely")),
    }
    Ok(())
}

/// Removes an item with one of its commas, and its line where it has one of its own.
fn remove(text: &Text<'_>, items: &[Item<'_>], at: usize, survivors: &[usize]) -> Vec<Splice> {
    let source = text.text;
    let Some(item) = items.get(at) else { return Vec::new() };
    let is_followed = survivors.last().is_some_and(|it| *it > at);
    if is_followed {
        let behind_comma = item.comma.unwrap_or(item.end);
        let next = items.get(at + 1).map_or(behind_comma, |it| it.start);
        let line = line_end(source, behind_comma);
        // A comment line in between is about what follows.
        let is_blank = |from: usize| source.get(from..next).is_some_and(|it| it.trim().is_empty());
        let end = if line >= next || is_blank(line) { next } else { line };
        let start = match starts_line(source, item.start) && end == line {
            true => layout::line_start(source, item.start),
            false => item.start,
        };
        let end = if start == item.start { end } else { layout::next_line(source, line) };
        return vec![Splice::delete(start, end)];
    }
    // Of the last ones, the comma in front goes too, and everything up to the item but comments.
    let before = items.get(at.saturating_sub(1)).filter(|_| at > 0);
    let Some(before) = before else { return Vec::new() };
    let comma = before.comma.unwrap_or(before.end);
    let end = item.comma.unwrap_or(item.end);
    let mut splices = Vec::new();
    if survivors.last().is_some_and(|it| it + 1 == at) {
        splices.push(Splice::delete(before.end, comma));
    }
    let gap = source.get(comma..item.start).unwrap_or_default();
    if gap.contains('#') && !text.style.json {
        splices.push(alone(source, item));
    } else {
        splices.push(Splice::delete(comma, end));
    }
    splices
}

fn add(text: &Text<'_>, items: &[Item<'_>], changes: &Changes<'_>, survivors: &[usize], splices: &mut Vec<Splice>) {
    if changes.added.is_empty() {
        return;
    }
    let source = text.text;
    let Some(last) = survivors.last().and_then(|it| items.get(*it)) else { return };
    let is_spread = starts_line(source, last.start);
    let own = margin(source, last.start);
    let own = source.get(line_start(source, last.start)..last.start).filter(|_| is_spread).unwrap_or(own);
    let added = rendered(text, changes, is_spread.then_some(own));
    if !is_spread {
        let separator = if text.style.spaced { ", " } else { "," };
        let added: String = added.iter().map(|it| format!("{separator}{it}")).collect();
        splices.push(Splice::insert(last.end, added));
        return;
    }
    let lines: String = added.join(&format!(",\n{own}"));
    let line = line_end(source, last.end);
    let is_free = layout::ends_line(source, last.comma.unwrap_or(last.end));
    let has_trailing_comma = survivors.last().is_some_and(|it| it + 1 == items.len()) && last.comma.is_some();
    if !has_trailing_comma {
        splices.push(Splice::insert(last.end, ","));
    }
    let comma = if has_trailing_comma { "," } else { "" };
    let at = if is_free { line } else { last.comma.unwrap_or(last.end) };
    splices.push(Splice::insert(at, text.broken(&format!("\n{own}{lines}{comma}"))));
}

fn rendered(text: &Text<'_>, changes: &Changes<'_>, margin: Option<&str>) -> Vec<String> {
    let writer = Writer { style: text.style, original: None };
    let value = |new: &New| if text.style.json { writer.json(new, margin) } else { writer.flow(new) };
    let colon = if text.style.spaced { ": " } else { ":" };
    let one = |(key, new): &(Option<&str>, &New)| match key {
        Some(key) if text.style.json => format!("{}{colon}{}", scalar::json(key), value(new)),
        Some(key) => format!("{}: {}", scalar::key(key, text.style), value(new)),
        None => value(new),
    };
    changes.added.iter().map(one).collect()
}
