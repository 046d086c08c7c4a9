//! The report as one page for a browser: it needs no network, and nothing of a template can become a part of it.
//!
//! Its words are in `templates/report/report.html.jinja`. Every text is escaped there, and the page tells browsers to
//! run nothing but the script that is built in, so that even a mistake of a template runs no other.

mod code;
mod graph;
mod layered;
mod page;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, HtmlEscape, UndefinedBehavior};
use sha2::{Digest, Sha256};

use super::{Report, TemplateError, printable};
use page::Page;

/// The template of the page, as built in.
pub const DEFAULT_TEMPLATE: &str = include_str!("../../../templates/report/report.html.jinja");
const STYLE: &str = include_str!("../../../templates/report/report.css");
const SCRIPT: &str = include_str!("../../../templates/report/report.js");

/// The page, with a final line break; rendered with `template`.
///
/// # Errors
/// The template is malformed or uses something that the page does not have.
pub fn html(report: &Report, template: &str) -> Result<String, TemplateError> {
    let report = printable::report(report);
    let mut environment = Environment::new();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_filter("prose", |text: &str| Value::from_safe_string(prose(text)));
    for (name, text) in [("style", STYLE), ("script", SCRIPT)] {
        environment.add_global(name, Value::from_safe_string(text.to_owned()));
        environment.add_global(format!("{name}_source"), format!("'sha256-{}'", BASE64.encode(Sha256::digest(text))));
    }
    let page = environment.render_str(template, Serde(Page::of(&report)))?;
    Ok(page.trim().to_owned() + "\n")
}

/// Text in which nothing but paired backticks, which mark code, means anything.
fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return HtmlEscape(text).to_string();
    }
    let parts = parts.iter().enumerate().map(|(index, part)| match index % 2 {
        1 => format!("<code>{}</code>", HtmlEscape(part)),
        _ => HtmlEscape(part).to_string(),
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value as Json;

    use super::super::{TestEntry, sample};
    use super::*;

    fn page(report: &Report) -> String {
        html(report, DEFAULT_TEMPLATE).unwrap()
    }

    #[test]
    fn full() {
        let text = page(&sample::report());
        let body = text.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
        insta::assert_snapshot!(body);
    }

    #[test]
    fn reports_of_every_kind_are_pages() {
        for report in [sample::clean(), sample::updated(), sample::unreadable()] {
            let text = page(&report);
            assert!(text.starts_with("<!doctype html>") && text.ends_with("</html>\n"));
        }
        assert!(page(&sample::unreadable()).contains("the file is empty"));
        assert!(page(&sample::updated()).contains("Updates since"));
    }

    #[test]
    fn nothing_is_loaded_from_elsewhere() {
        let text = page(&sample::report()).replace("url(#arrow)", "");
        assert!(text.contains("default-src 'none'"));
        for loads in ["<link", "<img", "@import", "url(", " src=", "<iframe"] {
            assert!(!text.contains(loads), "{loads}");
        }
    }

    #[test]
    fn no_text_becomes_markup() {
        const HOSTILE: &str = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>`a`{{ 7 * 7 }}";
        let mut report = sample::report();
        let stack = &mut report.stacks[0];
        stack.path = HOSTILE.into();
        stack.region = HOSTILE.into();
        stack.not_analysed = vec![HOSTILE.into()];
        stack.report.excluded = vec![HOSTILE.into()];
        stack.report.uses[1].of = HOSTILE.into();
        stack.report.resources[4].logical_id = HOSTILE.into();
        stack.report.resources[4].resource_type = HOSTILE.into();
        for finding in &mut stack.report.findings {
            for text in [&mut finding.feature, &mut finding.localstack, &mut finding.aws, &mut finding.solution] {
                *text = HOSTILE.into();
            }
            finding.logical_id = Some(HOSTILE.into());
            finding.error = Some(HOSTILE.into());
            finding.depends_on = Some(HOSTILE.into());
            finding.evidence[0].url = Some(format!("javascript:{HOSTILE}"));
            finding.evidence[0].note = Some(HOSTILE.into());
        }
        stack.report.findings[0].suppressed = Some(HOSTILE.into());
        report.notes = vec![HOSTILE.into()];
        let text = page(&report);
        assert_eq!(text.matches("<script").count(), 1);
        assert_eq!(text.matches("</script").count(), 1);
        assert!(
            !text.contains("<img") && !text.contains("\"'>") && !text.contains("javascript:") && !text.contains("49")
        );
        assert!(text.contains("&lt;script&gt;alert(1)"));
    }

    #[test]
    fn the_hashes_are_those_of_what_is_inlined() {
        let text = page(&sample::clean());
        for (start, end) in [("<script>", "</script>"), ("<style>", "</style>")] {
            let inlined = text.split(start).nth(1).unwrap().split(end).next().unwrap();
            let hash = BASE64.encode(Sha256::digest(inlined));
            assert!(text.replace("&#x2b;", "+").replace("&#x2f;", "/").contains(&hash), "{start}");
        }
    }

    /// The paths of every value that is no mapping or list of mappings.
    fn names(value: &Json, path: &str, found: &mut BTreeSet<String>) {
        match value {
            Json::Object(fields) => fields.iter().for_each(|(key, it)| names(it, &format!("{path}.{key}"), found)),
            Json::Array(items) if items.iter().any(Json::is_object) => {
                items.iter().for_each(|it| names(it, &format!("{path}[]"), found));
            }
            _ => drop(found.insert(path.trim_start_matches('.').to_owned())),
        }
    }

    #[test]
    fn the_built_in_template_lists_every_field_of_its_context() {
        let mut report = sample::report();
        report.stacks[0].updates = sample::updated().stacks.remove(0).updates;
        let test = report.stacks[0].report.findings[0].clone();
        report.stacks[0].report.findings[1].suppressed = Some("known".into());
        report.tests =
            vec![TestEntry { path: "t.py".into(), file: report.stacks[0].file.clone(), findings: vec![test] }];
        let mut found = BTreeSet::new();
        names(&serde_json::to_value(Page::of(&report)).unwrap(), "", &mut found);
        let short = |it: &String| {
            let groups: [(&str, &[&str]); 3] = [
                ("CARD", &["stacks[].sections[].cards[]", "tests[].cards[]"]),
                ("VERDICT", &["localstack[].verdict", "aws[].verdict", "stacks[].localstack", "stacks[].aws"]),
                ("COUNTS", &["summary", "stacks[].counts"]),
            ];
            let whole = groups.iter().flat_map(|(name, paths)| paths.iter().map(move |it| (name, it)));
            let mut whole = whole.filter_map(|(name, path)| Some(format!("{name}{}", it.strip_prefix(path)?)));
            whole.next().unwrap_or_else(|| it.clone())
        };
        let found: BTreeSet<String> = found.iter().map(short).collect();
        let comment = DEFAULT_TEMPLATE.strip_prefix("{#").unwrap().split_once("#}").unwrap().0;
        let lines = comment.lines().filter_map(|it| it.strip_prefix("  "));
        let told: BTreeSet<String> = lines.map(|it| it.split("  ").next().unwrap().to_owned()).collect();
        // An empty list does not tell what its elements are.
        let is_empty = |it: &String| told.iter().any(|told| told.starts_with(&format!("{it}[]")));
        let found: BTreeSet<String> = found.into_iter().filter(|it| !is_empty(it)).collect();
        assert_eq!(found.difference(&told).collect::<Vec<_>>(), [""; 0], "not documented");
        assert_eq!(told.difference(&found).collect::<Vec<_>>(), [""; 0], "not there");
    }

    #[test]
    fn only_paired_backticks_mark_code() {
        assert_eq!(prose("a `b<c` d"), "a <code>b&lt;c</code> d");
        assert_eq!(prose("one ` & tick"), "one ` &amp; tick");
    }
}
