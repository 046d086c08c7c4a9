//! Edits of YAML collections that are written line by line.

use crate::source::{Node, NodeKind, Span, line_end, skip_blank};

use super::layout::{self, Text, behind, column, ends_line, line_start, next_line, skip_spaces, starts_line};
use super::new::New;
use super::render::{Original, Owner, Rendered, Writer};
use super::splice::Splice;
use super::{Changes, Refusal, refuse, scalar};

/// An entry or element.
struct Item<'t> {
    /// Where its key or dash starts.
    start: usize,
    /// The offset behind its `:` or `-`.
    mark: usize,
    /// Where its value ends; at least `mark`.
    end: usize,
    value: &'t Node,
}

/// Makes `changes` to the block collection `node`.
pub(super) fn edit(
    text: &Text<'_>,
    node: &Node,
    changes: &Changes<'_>,
    splices: &mut Vec<Splice>,
) -> Result<(), Refusal> {
    let items = items(text.text, node)?;
    for (at, new) in &changes.replaced {
        let item = items.get(*at).ok_or_else(|| refuse(node.span, "there is no such place"))?;
        replace(text, item, new, matches!(node.kind, NodeKind::Sequence(_)), splices);
        if let Some(note) = changes.notes.get(at).filter(|_| starts_line(text.text, item.start)) {
            splices.push(Splice::insert(line_start(text.text, item.start), comment(text, item, note)));
        }
    }
    remove(text, &items, changes, splices);
    add(text, node, &items, changes, splices)
}

/// Where every item of the collection stands.
fn items<'t>(text: &str, node: &'t Node) -> Result<Vec<Item<'t>>, Refusal> {
    let mut items: Vec<Item<'t>> = Vec::new();
    let strange = |span: Span| refuse(span, "the place is written in a way that cannot be edited safely");
    match &node.kind {
        NodeKind::Mapping(entries) => {
            for entry in entries {
                let mark = behind(text, entry.key_span.end, b':', false).ok_or_else(|| strange(entry.key_span))?;
                let (start, end) = (entry.key_span.start, layout::end(&entry.value).max(mark));
                items.push(Item { start, mark, end, value: &entry.value });
            }
        }
        NodeKind::Sequence(elements) => {
            let mut at = node.span.start;
            for element in elements {
                let mark = behind(text, at, b'-', false).ok_or_else(|| strange(element.span))?;
                let end = layout::end(element).max(mark);
                items.push(Item { start: mark - 1, mark, end, value: element });
                at = end;
            }
        }
        _ => {}
    }
    let is_plain = |it: &Item<'_>| {
        let before = text.get(line_start(text, it.start)..it.start).unwrap_or_default();
        before.chars().all(|it| it == ' ' || it == '-')
    };
    match items.iter().find(|it| !is_plain(it)) {
        Some(item) => Err(strange(Span { start: item.start, end: item.mark })),
        None => Ok(items),
    }
}

fn line(writer: &Writer<'_>, key: Option<&str>, new: &New, column: usize) -> String {
    let (lead, owner) = match key {
        Some(key) => (format!("{}:", scalar::key(key, writer.style)), Owner::Key(column)),
        None => ("-".to_owned(), Owner::Dash(column)),
    };
    let Rendered { head, tail } = writer.block(new, owner);
    let blank = if head.is_empty() { "" } else { " " };
    format!("{lead}{blank}{head}{tail}")
}

fn replace(text: &Text<'_>, item: &Item<'_>, new: &New, is_list: bool, splices: &mut Vec<Splice>) {
    let source = text.text;
    let base = column(source, item.start);
    let writer = Writer { style: text.style, original: Some(Original::new(source, item.value, base)) };
    let owner = if is_list { Owner::Dash(base) } else { Owner::Key(base) };
    let Rendered { head, tail } = writer.block(new, owner);
    let tail = text.broken(&tail);
    let starts_here = skip_spaces(source, item.mark);
    let own_line_end = line_end(source, item.mark);
    let is_here =
        item.end > item.mark && starts_here < own_line_end && source.as_bytes().get(starts_here) != Some(&b'#');
    let head_text = if head.is_empty() { String::new() } else { format!(" {head}") };
    if item.end == item.mark || is_here {
        splices.push(Splice::replace(item.mark, item.end, head_text));
        if !tail.is_empty() {
            splices.push(Splice::insert(line_end(source, item.end), tail));
        }
        return;
    }
    // The value stands on lines of its own, below its key.
    if !head_text.is_empty() {
        splices.push(Splice::insert(item.mark, head_text));
    }
    let first = line_start(source, item.value.whole().start);
    let last = line_end(source, item.end);
    if tail.is_empty() {
        splices.push(Splice::delete(line_end(source, first.saturating_sub(1)).min(break_before(source, first)), last));
    } else {
        splices.push(Splice::replace(break_before(source, first), last, tail));
    }
}

/// Where the line break in front of the line that starts at `at` starts.
fn break_before(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    before.strip_suffix("\r\n").or(before.strip_suffix('\n')).map_or(at, str::len)
}

fn remove(text: &Text<'_>, items: &[Item<'_>], changes: &Changes<'_>, splices: &mut Vec<Splice>) {
    let source = text.text;
    let is_behind_dash = items.first().is_some_and(|it| !starts_line(source, it.start));
    let run = (0..items.len()).take_while(|it| is_behind_dash && changes.removed.contains(it)).count();
    if run > 0 {
        splices.extend(remove_first(source, items, run));
    }
    for at in changes.removed.iter().filter(|it| **it >= run) {
        let Some(item) = items.get(*at) else { continue };
        let start = line_start(source, item.start);
        let before = previous_survivor(items, *at, changes).map(|it| it.value);
        // Blank lines behind the item would become a part of a text block in front of it.
        let takes_blanks = before.is_some_and(|it| has_keeping_text(source, it));
        let end = removal_end(source, item, start, takes_blanks);
        let is_last_line = end == source.len() && !source.ends_with('\n');
        let keeps_break = before.is_some_and(|it| ends_in_block_scalar(source, it));
        let start = if is_last_line && !keeps_break { break_before(source, start) } else { start };
        if let Some(note) = changes.notes.get(at).filter(|_| !is_last_line) {
            splices.push(Splice::insert(start, comment(text, item, note)));
        }
        splices.push(Splice::delete(start, end));
    }
}

/// A comment in the column of an item, on a line of its own.
fn comment(text: &Text<'_>, item: &Item<'_>, note: &str) -> String {
    format!("{}# {note}{}", " ".repeat(column(text.text, item.start)), text.style.newline)
}

/// The first items, when they start behind an outer dash: what follows moves up to the dash.
fn remove_first(source: &str, items: &[Item<'_>], count: usize) -> Option<Splice> {
    let (first, last, next) = (items.first()?, items.get(count - 1)?, items.get(count)?);
    let end = removal_end(source, last, first.start, false);
    let is_blank = source.get(end..next.start).is_some_and(|it| it.trim().is_empty());
    Some(Splice::delete(first.start, if is_blank { next.start } else { break_before(source, end) }))
}

/// Where the lines of an item end: comments that stand deeper than it belong to it, and a blank line behind it, when
/// there is one in front of it too.
fn removal_end(source: &str, item: &Item<'_>, start: usize, takes_blanks: bool) -> usize {
    let own = column(source, item.start);
    let mut end = next_line(source, item.end);
    let mut at = end;
    while at < source.len() {
        let line = source.get(at..line_end(source, at)).unwrap_or_default();
        let content = line.trim_start();
        if content.is_empty() {
            at = next_line(source, at);
        } else if content.starts_with('#') && line.len() - content.len() > own {
            at = next_line(source, at);
            end = at;
        } else {
            break;
        }
    }
    let before = source.get(..start).unwrap_or_default();
    let line_before = before.trim_end_matches(['\r', '\n']);
    let is_behind_blank = before.len() - line_before.len() > 2
        || before.ends_with("\n\n")
        || line_before.ends_with(':') && !line_before.ends_with("::");
    if is_behind_blank || takes_blanks {
        while end < source.len() && source.get(end..line_end(source, end)).is_some_and(|it| it.trim().is_empty()) {
            end = next_line(source, end);
        }
    }
    end
}

fn previous_survivor<'i, 't>(items: &'i [Item<'t>], at: usize, changes: &Changes<'_>) -> Option<&'i Item<'t>> {
    let before = items.iter().enumerate().take(at);
    before.filter(|(at, _)| !changes.removed.contains(at)).map(|(_, it)| it).next_back()
}

/// Whether some text block in `value` keeps the blank lines behind it.
fn has_keeping_text(source: &str, value: &Node) -> bool {
    let text = source.get(value.span.start..value.span.end).unwrap_or_default();
    ["|+", ">+", "|1+", "|2+", "|4+"].iter().any(|it| text.contains(it))
}

fn ends_in_block_scalar(source: &str, value: &Node) -> bool {
    match &value.kind {
        NodeKind::Mapping(entries) => entries.last().is_some_and(|it| ends_in_block_scalar(source, &it.value)),
        NodeKind::Sequence(elements) => elements.last().is_some_and(|it| ends_in_block_scalar(source, it)),
        _ => matches!(source.as_bytes().get(value.span.start), Some(b'|' | b'>')),
    }
}

/// Adds items behind the last one that stays.
fn add(
    text: &Text<'_>,
    node: &Node,
    items: &[Item<'_>],
    changes: &Changes<'_>,
    splices: &mut Vec<Splice>,
) -> Result<(), Refusal> {
    if changes.added.is_empty() {
        return Ok(());
    }
    let source = text.text;
    let survivors = || items.iter().enumerate().filter(|(at, _)| !changes.removed.contains(at));
    let (Some((_, first)), Some((last_at, last))) = (survivors().next(), survivors().next_back()) else {
        return Err(refuse(node.span, "there is no such place"));
    };
    let own = column(source, items.first().map_or(first.start, |it| it.start));
    let writer = Writer { style: text.style, original: None };
    let notes = changes.notes_on_added.iter().map(|it| format!("# {it}"));
    let added = changes.added.iter().map(|(key, new)| line(&writer, *key, new, own));
    // Sections that blank lines separate get one more.
    let is_root = own == 0 && matches!(node.kind, NodeKind::Mapping(_)) && items.len() > 1;
    let is_airy = is_root && items.iter().skip(1).all(|it| follows_blank(source, it.start));
    let blank = (is_airy && !ends_in_block_scalar(source, last.value)).then(String::new);
    let lines: Vec<String> = blank.into_iter().chain(notes).chain(added).collect();
    let pad = " ".repeat(own);
    let end = line_end(source, last.end);
    let is_block_scalar = ends_in_block_scalar(source, last.value) && !changes.replaced.contains_key(&last_at);
    if is_block_scalar && end == source.len() {
        // Its last line has no break, which belongs to its value: new items stand in front.
        if !starts_line(source, first.start) || matches!(node.kind, NodeKind::Sequence(_)) {
            return Err(refuse(node.span, "the text block at the end of the file needs a line break behind it"));
        }
        let lines: String = lines.iter().map(|it| format!("{it}\n{pad}")).collect();
        splices.push(Splice::insert(first.start, text.broken(&lines)));
        return Ok(());
    }
    if !ends_line(source, last.end) {
        return Err(refuse(node.span, "the place is written in a way that cannot be edited safely"));
    }
    let is_last = items.last().is_some_and(|it| skip_blank(source, it.end) == source.len());
    let is_open_end = is_last && !source.ends_with('\n');
    let mut at = next_line(source, last.end);
    if is_open_end {
        // What is removed there goes with the line break in front of it.
        at = end;
        let lines: String = lines.iter().map(|it| format!("\n{pad}{it}")).collect();
        splices.push(Splice::insert(at, text.broken(&lines)));
        return Ok(());
    }
    if is_block_scalar && keeps_trailing_blanks(source, last.value) {
        while at < source.len() && source.get(at..line_end(source, at)).is_some_and(|it| it.trim().is_empty()) {
            at = next_line(source, at);
        }
    }
    let lines: String =
        lines.iter().map(|it| if it.is_empty() { "\n".to_owned() } else { format!("{pad}{it}\n") }).collect();
    splices.push(Splice::insert(at, text.broken(&lines)));
    Ok(())
}

/// Whether the line above `at`, comments left out, is blank.
fn follows_blank(source: &str, at: usize) -> bool {
    let above = source.get(..line_start(source, at)).unwrap_or_default().lines().rev();
    let mut above = above.skip_while(|it| it.trim_start().starts_with('#'));
    above.next().is_some_and(|it| it.trim().is_empty())
}

/// Whether the last text block of `value` keeps the blank lines behind it.
fn keeps_trailing_blanks(source: &str, value: &Node) -> bool {
    match &value.kind {
        NodeKind::Mapping(entries) => entries.last().is_some_and(|it| keeps_trailing_blanks(source, &it.value)),
        NodeKind::Sequence(elements) => elements.last().is_some_and(|it| keeps_trailing_blanks(source, it)),
        _ => {
            let header = source.get(value.span.start..line_end(source, value.span.start)).unwrap_or_default();
            header.starts_with(['|', '>']) && header.split('#').next().is_some_and(|it| it.contains('+'))
        }
    }
}
