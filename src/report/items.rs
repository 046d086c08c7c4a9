//! Findings one by one, for the formats that list them in the order of files: what identifies one, and its words on a
//! few lines.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sha1::{Digest, Sha1};

use crate::adjust::Fix;
use crate::analysis::Finding;
use crate::db::{FailsOn, Word};
use crate::source::SourceFile;

use super::group::{level, subject};
use super::{Range, Report};

/// One finding in its file.
pub(super) struct Item<'a> {
    /// The file's path as given or found.
    pub(super) path: &'a Path,
    /// The file's text.
    pub(super) file: &'a SourceFile,
    /// What was found.
    pub(super) finding: &'a Finding,
    /// The change for it alone, where that was worked out.
    pub(super) fix: Option<&'a Fix>,
    /// Equal for the same finding after lines were moved, unlike for every other finding of the report.
    pub(super) fingerprint: String,
}

/// Every finding, suppressed ones included, in the order of the report; once where a template is deployed several
/// times.
pub(super) fn items(report: &Report) -> Vec<Item<'_>> {
    let stacks = report.stacks.iter().map(|it| (it.path.as_path(), &*it.file, &it.report.findings, Some(it)));
    let tests = report.tests.iter().map(|it| (it.path.as_path(), &*it.file, &it.findings, None));
    let mut seen = BTreeSet::new();
    let mut numbers: BTreeMap<[&str; 3], usize> = BTreeMap::new();
    let mut items = Vec::new();
    for (path, file, findings, stack) in stacks.chain(tests) {
        for finding in findings {
            let subject = subject(finding);
            let property = finding.property.as_deref().unwrap_or_default();
            if !seen.insert((path, &finding.id, subject, finding.span)) {
                continue;
            }
            let text = path.to_str().unwrap_or_default();
            let number = numbers.entry([text, &finding.id, subject]).or_default();
            *number += 1;
            let fingerprint = fingerprint(&[text, &finding.id, subject, property, &number.to_string()]);
            let fix = stack.and_then(|it| it.fix_of(finding));
            items.push(Item { path, file, finding, fix, fingerprint });
        }
    }
    items
}

/// A text that only the same parts give.
pub(super) fn fingerprint(parts: &[&str]) -> String {
    let mut hash = Sha1::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().map(|it| format!("{it:02x}")).collect()
}

impl Item<'_> {
    /// Where it is.
    pub(super) fn range(&self) -> Range {
        Range::of(self.file, self.finding.span)
    }

    /// `possible error on AWS: Key: key policy`.
    pub(super) fn title(&self) -> String {
        let side = match self.finding.fails_on {
            FailsOn::Aws => " on AWS",
            FailsOn::Localstack => " on LocalStack",
            FailsOn::None => "",
        };
        format!("{}{side}: {}: {}", level(self.finding), subject(self.finding), self.finding.feature)
    }

    /// What happens on both sides, what decides, and what to do: a sentence or two each.
    pub(super) fn sentences(&self) -> Vec<String> {
        let finding = self.finding;
        let error = finding.error.as_ref().map(|it| format!(" Error: `{it}`."));
        let mut sentences = vec![
            format!("On LocalStack: {}", sentence(&finding.localstack)),
            format!("On AWS: {}", sentence(&finding.aws)),
        ];
        let side = if finding.fails_on == FailsOn::Localstack { 0 } else { 1 };
        if let (Some(line), Some(error)) = (sentences.get_mut(side), error) {
            line.push_str(&error);
        }
        sentences.extend(finding.depends_on.iter().map(|it| format!("Depends on {}", sentence(it))));
        sentences.push(format!("What to do: {}", sentence(&finding.solution)));
        if !finding.impact.is_empty() {
            sentences.push(format!("Affects {}.", finding.impact.join(", ")));
        }
        sentences
    }

    /// Where more can be read: the first public address of its evidence.
    pub(super) fn url(&self) -> Option<&str> {
        self.finding.evidence.iter().find_map(|it| it.url.as_deref())
    }

    /// Its category in a word that programs group by.
    pub(super) fn category(&self) -> &'static str {
        self.finding.category.word()
    }
}

fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// `path` as a relative URI reference, or an absolute one for an absolute path.
pub(super) fn uri(path: &Path) -> String {
    use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
    const COMMON: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'`');
    const ALL: &AsciiSet = &COMMON.add(b'{').add(b'}').add(b'[').add(b']').add(b'|').add(b'^').add(b'\\').add(b':');
    let text = path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    let text = text.strip_prefix("./").unwrap_or(&text);
    let encoded = utf8_percent_encode(text, ALL).to_string();
    if path.is_absolute() { format!("file://{encoded}") } else { encoded }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn fingerprints_survive_moved_lines_and_differ_from_each_other() {
        let report = sample::report();
        let before: Vec<String> = items(&report).into_iter().map(|it| it.fingerprint).collect();
        let unique: BTreeSet<&String> = before.iter().collect();
        assert_eq!(unique.len(), before.len());
        let mut moved = report.clone();
        for finding in &mut moved.stacks[0].report.findings {
            finding.span.start += 1;
        }
        let after: Vec<String> = items(&moved).into_iter().map(|it| it.fingerprint).collect();
        assert_eq!(before, after);
    }

    #[test]
    fn a_template_deployed_twice_is_listed_once() {
        let mut report = sample::report();
        let number = items(&report).len();
        report.stacks.push(report.stacks[0].clone());
        assert_eq!(items(&report).len(), number);
    }

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri(Path::new("./a b/c#d.yaml")), "a%20b/c%23d.yaml");
        assert_eq!(uri(Path::new("/x/ü.yaml")), "file:///x/%C3%BC.yaml");
    }
}
