//! Links that a terminal can open (OSC 8), to where a claim can be read.

use crate::analysis::Finding;
use crate::db::{Evidence, EvidenceKind};

/// The address where the claim behind `finding` can be read, documents before other evidence. Only addresses of the web
/// that hold nothing a terminal would act on.
pub(super) fn reference(finding: &Finding) -> Option<&str> {
    let is_docs = |it: &&Evidence| it.kind == EvidenceKind::Docs;
    let (docs, others): (Vec<&Evidence>, Vec<&Evidence>) = finding.evidence.iter().partition(is_docs);
    let urls = docs.into_iter().chain(others).filter_map(|it| it.url.as_deref());
    let is_web = |it: &&str| it.starts_with("https://") || it.starts_with("http://");
    urls.filter(is_web).find(|it| it.chars().all(|it| it.is_ascii_graphic()))
}

/// `text` as a link to `url`. Texts that follow each other with the same `id` are one link.
fn link(text: &str, url: &str, id: &str) -> String {
    format!("\u{1b}]8;id={id};{url}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\")
}

/// Makes the `labels` in `text` links: each is the lines of one label, as `text` shows them in this order, with its
/// address and its id. Escapes take no columns, so that this comes after the layout.
pub(super) fn link_labels<'a>(text: &str, labels: impl Iterator<Item = (String, Option<&'a str>, &'a str)>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    for (label, url, id) in labels {
        for line in label.lines() {
            let Some((before, after)) = rest.split_once(line) else { continue };
            out.push_str(before);
            out.push_str(&url.map_or_else(|| line.to_owned(), |url| link(line, url, id)));
            rest = after;
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn documents_come_first_and_nothing_else_than_the_web() {
        let mut finding = sample::report().stacks[0].report.findings[0].clone();
        let probe = finding.evidence[0].clone();
        let of = |kind, url: &str| Evidence { kind, url: Some(url.into()), ..probe.clone() };
        finding.evidence =
            vec![of(EvidenceKind::Issue, "https://a.example/"), of(EvidenceKind::Docs, "https://b.example/")];
        assert_eq!(reference(&finding), Some("https://b.example/"));
        for url in ["javascript:x", "https://c.example/\u{1b}]8;;x", "https://c.example/ x", "file:///etc"] {
            finding.evidence = vec![of(EvidenceKind::Docs, url)];
            assert_eq!(reference(&finding), None, "{url}");
        }
    }

    #[test]
    fn the_lines_of_a_label_are_one_link() {
        let labels = [("(a-\nb)".to_owned(), Some("https://x/"), "a-b"), ("(c)".to_owned(), None, "c")];
        let text = link_labels("| (a- |\n| b)  |\n| (c) |", labels.into_iter());
        let open = "\u{1b}]8;id=a-b;https://x/\u{1b}\\";
        let close = "\u{1b}]8;;\u{1b}\\";
        assert_eq!(text, format!("| {open}(a-{close} |\n| {open}b){close}  |\n| (c) |"));
    }
}
