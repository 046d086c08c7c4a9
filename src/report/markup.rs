//! Markdown from a template: what makes untrusted text safe inside of it, and the markers around it.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

use super::keep::{RECORD, recorded};
use super::printable::printable;
use super::{BEGIN, END};

/// The text that `template` gives for `context`, between the markers that let it be written again, with a final line
/// break.
///
/// # Errors
/// The template is malformed or uses something that the context does not have.
pub(super) fn render(template: &str, context: impl Serialize) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_filter("prose", |text: &str| prose(text));
    environment.add_filter("sentence", |text: &str| sentence(text));
    environment.add_filter("cell", |text: &str| cell(text));
    environment.add_filter("code", |text: &str| code(text));
    environment
        .add_filter("codes", |items: Vec<String>| items.iter().map(|it| code(it)).collect::<Vec<_>>().join(", "));
    environment.add_filter("fence", |text: &str, language: &str| fence(text, language));
    let body = environment.render_str(template, Serde(context))?;
    // An excerpt of a template that holds a marker would end the document too early when it is written again.
    let signs = [BEGIN, END, RECORD];
    let body = signs.iter().fold(body, |body, it| body.replace(it, &it.replacen("<!--", "<! --", 1)));
    Ok(format!("{BEGIN}\n{}\n{END}\n", recorded(body.trim())))
}

/// Text on one line in which nothing but paired code spans is Markdown or HTML, safe inside a table.
pub(super) fn prose(text: &str) -> String {
    let text = one_line(text);
    let parts: Vec<&str> = text.split('`').collect();
    let paired = parts.len() % 2 == 1;
    let mut out = String::with_capacity(text.len());
    for (index, part) in parts.iter().enumerate() {
        match (paired, index % 2) {
            (true, 1) => out.push_str(&code(part)),
            _ => {
                if !paired && index > 0 {
                    out.push_str("\\`");
                }
                part.chars().for_each(|it| escape(it, &mut out));
            }
        }
    }
    out
}

/// [`prose`] that ends with a full stop.
fn sentence(text: &str) -> String {
    let text = prose(text);
    if text.is_empty() || text.ends_with(['.', '!', '?']) { text } else { text + "." }
}

/// [`prose`] as a table shows it: it starts with a capital, and ends with a full stop only after several sentences.
pub(super) fn cell(text: &str) -> String {
    let text = one_line(text);
    let ended = if text.contains(". ") { sentence(&text) } else { prose(text.strip_suffix('.').unwrap_or(&text)) };
    let mut characters = ended.chars();
    let initial = characters.next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
    initial + characters.as_str()
}

/// A code span that shows `text` as it is, safe inside a table.
pub(super) fn code(text: &str) -> String {
    let text = one_line(text).replace('|', "\\|");
    if text.is_empty() {
        return text;
    }
    let ticks = "`".repeat(longest_run(&text) + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{space}{text}{space}{ticks}")
}

/// A code block that no line of `text` can end.
fn fence(text: &str, language: &str) -> String {
    let ticks = "`".repeat(longest_run(text).max(2) + 1);
    format!("{ticks}{language}\n{text}\n{ticks}")
}

fn escape(character: char, out: &mut String) {
    match character {
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '&' => out.push_str("&amp;"),
        '|' | '*' | '[' | ']' | '\\' => {
            out.push('\\');
            out.push(character);
        }
        other => out.push(other),
    }
}

fn one_line(text: &str) -> String {
    printable(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn longest_run(text: &str) -> usize {
    text.split(|it| it != '`').map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_keeps_code_spans_and_nothing_else() {
        assert_eq!(prose("a `b|c` <i>\nd | [x](y)"), "a `b\\|c` &lt;i&gt; d \\| \\[x\\](y)");
        assert_eq!(prose("one ` tick"), "one \\` tick");
    }

    #[test]
    fn cells_look_alike() {
        assert_eq!(cell("key rotation"), "Key rotation");
        assert_eq!(cell("One sentence."), "One sentence");
        assert_eq!(cell("One. Two"), "One. Two.");
        assert_eq!(cell("`Key` is kept."), "`Key` is kept");
    }

    #[test]
    fn code_outruns_the_ticks_inside() {
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(fence("```", "yaml"), "````yaml\n```\n````");
    }
}
