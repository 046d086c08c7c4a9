//! The compatibility document. Its words and sections are in `templates/report/document.md.jinja`.

use super::Report;
use super::document::Document;
use super::markup;

/// The template of the document, as built in.
pub const DEFAULT_TEMPLATE: &str = include_str!("../../templates/report/document.md.jinja");

/// A report template that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}", describe(.0))]
pub struct TemplateError(#[from] minijinja::Error);

/// The document between its markers, with a final line break; rendered with `template`.
///
/// # Errors
/// The template is malformed or uses something that the document does not have.
pub fn markdown(report: &Report, template: &str) -> Result<String, TemplateError> {
    Ok(markup::render(template, Document::of(report))?)
}

fn describe(error: &minijinja::Error) -> String {
    let line = error.line().map(|it| format!("line {it}: ")).unwrap_or_default();
    let detail = error.detail().map(|it| format!(": {it}")).unwrap_or_default();
    format!("{line}{}{detail}", error.kind())
}

#[cfg(test)]
mod tests {
    use super::super::keep::without_record;
    use super::super::sample;
    use super::*;

    fn document(report: &Report) -> String {
        without_record(&markdown(report, DEFAULT_TEMPLATE).unwrap())
    }

    #[test]
    fn a_template_error_names_its_line() {
        let error = markdown(&sample::report(), "a\n{{ nothing.here }}").unwrap_err().to_string();
        assert!(error.contains("line 2"), "{error}");
    }

    #[test]
    fn table_rows_have_their_columns() {
        let text = markdown(&sample::report(), DEFAULT_TEMPLATE).unwrap();
        for block in text.split("\n\n").filter(|it| it.starts_with('|')) {
            let columns = |line: &str| line.replace("\\|", "").matches('|').count();
            let first = columns(block.lines().next().unwrap());
            assert!(block.lines().all(|line| columns(line) == first), "{block}");
        }
    }

    #[test]
    fn full() {
        insta::assert_snapshot!(document(&sample::report()));
    }

    #[test]
    fn clean() {
        insta::assert_snapshot!(document(&sample::clean()));
    }

    #[test]
    fn updated() {
        insta::assert_snapshot!(document(&sample::updated()));
    }

    #[test]
    fn several_stacks() {
        let mut report = sample::clean();
        report.stacks.extend(sample::report().stacks);
        let text = markdown(&report, DEFAULT_TEMPLATE).unwrap();
        assert_eq!(text.matches("\n## `stack.yaml`").count(), 2);
        assert_eq!(text.matches("\n### LocalStack Compatibility Adjustments").count(), 2);
    }
}
