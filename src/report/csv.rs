//! One line a finding, for spreadsheets.

use crate::analysis::Certainty;
use crate::db::Word;

use super::Report;
use super::items::{Item, items};

const HEADER: [&str; 17] = [
    "path",
    "line",
    "column",
    "id",
    "category",
    "severity",
    "certainty",
    "fails_on",
    "logical_id",
    "resource_type",
    "property",
    "feature",
    "localstack",
    "aws",
    "solution",
    "error",
    "suppressed",
];

/// The findings, suppressed ones included, below a header.
///
/// # Errors
/// Never in practice; the signature is `csv`'s.
pub fn csv(report: &Report) -> Result<String, csv::Error> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER)?;
    for item in items(report) {
        writer.write_record(record(&item).map(|it| inert(&it)))?;
    }
    writer.flush()?;
    let bytes = writer.into_inner().map_err(|it| it.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn record(item: &Item<'_>) -> [String; HEADER.len()] {
    let finding = item.finding;
    let start = item.range().start;
    let certainty = if finding.certainty == Certainty::Certain { "certain" } else { "possible" };
    [
        item.path.display().to_string(),
        start.line.to_string(),
        start.column.to_string(),
        finding.id.clone(),
        item.category().to_owned(),
        finding.severity.word().to_owned(),
        certainty.to_owned(),
        finding.fails_on.word().to_owned(),
        finding.logical_id.clone().unwrap_or_default(),
        finding.resource_type.clone(),
        finding.property.clone().unwrap_or_default(),
        finding.feature.clone(),
        finding.localstack.clone(),
        finding.aws.clone(),
        finding.solution.clone(),
        finding.error.clone().unwrap_or_default(),
        if finding.suppressed.is_some() { "yes" } else { "no" }.to_owned(),
    ]
}

/// A text that no spreadsheet takes for a formula.
fn inert(text: &str) -> String {
    // Some spreadsheets take the wide forms for the others.
    let starts = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(starts) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn full() {
        insta::assert_snapshot!(csv(&sample::report()).unwrap());
    }

    #[test]
    fn a_formula_stays_text() {
        let mut report = sample::report();
        report.stacks[0].report.findings[0].logical_id = Some("=HYPERLINK(\"x\")".into());
        let text = csv(&report).unwrap();
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        let first = reader.records().next().unwrap().unwrap();
        assert_eq!(&first[8], "'=HYPERLINK(\"x\")");
    }
}
