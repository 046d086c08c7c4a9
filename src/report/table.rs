//! The report for a terminal: a line of verdicts a stack, what fails on AWS with its code and its fix, then the other
//! findings in tables, one a category.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style as Ansi};
use comfy_table::{Cell, Color, ColumnConstraint, ContentArrangement, Table, Width, presets::UTF8_HORIZONTAL_ONLY};

use crate::analysis::{self, AwsVerdict, Finding, LocalstackVerdict, UNUSED_SUPPRESSION};
use crate::db::{Category, FailsOn, Severity};
use crate::target::Target;

use super::group::{Group, group, level};
use super::{Report, StackEntry, Summary, UpdatesEntry, frame, link, printable, updates, words};

/// Most lines of places in one row.
const MAX_PLACES: usize = 8;

/// Columns of the level, padding included.
const LEVEL_WIDTH: u16 = 10;
/// Columns between the others.
const SEPARATORS: u16 = 3;
/// Columns below which the table no longer shrinks.
const MIN_WIDTH: u16 = 60;
/// Blanks around a cell.
const PADDING: usize = 2;

/// How much is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Verdicts and totals only.
    Quiet,
    /// What fails on AWS with its code, the rest in tables.
    Normal,
    /// The same, then every finding with its code, and what is not deployed.
    Verbose,
}

/// How it is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether ANSI colours are written.
    pub color: bool,
    /// Columns of the terminal.
    pub width: u16,
    /// Whether ids are links to where the claim can be read.
    pub links: bool,
}

/// The report for people, with a final line break.
pub fn table(report: &Report, detail: Detail, style: Style) -> String {
    let report = printable::report(report);
    let mut writer = Writer { out: String::new(), report: &report, detail, style };
    writer.header();
    report.stacks.iter().for_each(|it| writer.stack(it));
    writer.footer();
    writer.out
}

struct Writer<'a> {
    out: String,
    report: &'a Report,
    detail: Detail,
    style: Style,
}

impl Writer<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn paint(&self, text: &str, ansi: Ansi) -> String {
        if self.style.color { format!("{ansi}{text}{ansi:#}") } else { text.to_owned() }
    }

    fn bold(&self, text: &str) -> String {
        self.paint(text, Ansi::new().bold())
    }

    fn header(&mut self) {
        let target = &self.report.target;
        let mut text =
            format!("Target: {} · {} · account {}", words::localstack(target), target.region, target.account_id);
        for (name, value) in &target.config {
            let _ = write!(text, " · {name}={value}");
        }
        self.line(&text);
        for told in target.sources.told() {
            self.line(&format!("  {}", printable::printable(&told)));
        }
        for note in &self.report.notes {
            self.line(&format!("note: {note}"));
        }
    }

    fn stack(&mut self, stack: &StackEntry) {
        let report = &stack.report;
        let localstack = self.paint(words::localstack_verdict(report.localstack), localstack_color(report.localstack));
        let aws = self.paint(words::aws_verdict(report.aws), aws_color(report.aws));
        let title =
            format!("{}{}", self.bold(&printable::printable(&stack.title())), environment(stack, &self.report.target));
        let target = words::localstack(&self.report.target);
        let summary = stack.summary();
        let resources = words::count(summary.resources, "resource");
        self.line("");
        self.line(&title);
        self.line(&format!("{target}: {localstack} · AWS: {aws}"));
        let errors = self.report.errors_of(stack).count();
        self.line(&format!("{resources} · {}{}", counts(&summary), template_errors(errors)));
        if self.detail == Detail::Quiet {
            return;
        }
        if summary.findings() == 0 && errors == 0 {
            self.line(nothing_found(stack));
        }
        let (on_aws, others): (Vec<&Finding>, Vec<&Finding>) =
            stack.standing().partition(|it| it.fails_on == FailsOn::Aws);
        self.frames("Fails on AWS, passes on LocalStack", &on_aws, stack);
        for category in [Category::A, Category::B, Category::C, Category::D] {
            let belongs = |it: &Finding| it.category == category && it.id != UNUSED_SUPPRESSION;
            self.section(&words::category(category), &others, stack, belongs);
        }
        self.section("Suppressions", &others, stack, |it| it.id == UNUSED_SUPPRESSION);
        if let Some(updates) = &stack.updates {
            self.updates(updates);
        }
        if self.detail == Detail::Verbose {
            self.frames("Details", &others, stack);
            self.excluded(stack);
        }
    }

    fn section(&mut self, title: &str, findings: &[&Finding], stack: &StackEntry, belongs: impl Fn(&Finding) -> bool) {
        let groups = group(findings.iter().copied().filter(|it| belongs(it)));
        if groups.is_empty() {
            return;
        }
        let heading = self.bold(title);
        self.line("");
        self.line(&heading);
        let mut table = self.empty_table();
        for group in &groups {
            let [_, resource, happens, solution] = self.widths();
            let advice = format!("{}\n({})", group.first().solution, group.first().id);
            table.add_row(vec![
                level_cell(group.first()),
                Cell::new(breakable(&places(group, stack, self.detail), resource)),
                Cell::new(breakable(&what_happens(group), happens)),
                Cell::new(breakable(&advice, solution)),
            ]);
        }
        let text = table.trim_fmt();
        self.line(&if self.style.links { self.linked(&text, &groups) } else { text });
    }

    /// A table of `groups` in which their ids are links.
    fn linked(&self, text: &str, groups: &[Group<'_>]) -> String {
        let [.., solution] = self.widths();
        let firsts = groups.iter().map(Group::first);
        let labels =
            firsts.map(|it| (breakable(&format!("({})", it.id), solution), link::reference(it), it.id.as_str()));
        link::link_labels(text, labels)
    }

    /// What the update does, a row a resource.
    fn updates(&mut self, entry: &UpdatesEntry) {
        let heading = self.bold(&format!("Updates since {}", entry.since));
        self.line("");
        self.line(&heading);
        if entry.updates.is_empty() {
            self.line("No resource is added, removed or changed.");
            return;
        }
        let mut table = self.empty_table();
        table.set_header(["Change", "Resource", "On LocalStack", "On AWS"]);
        for update in &entry.updates {
            let [_, resource, localstack, aws] = self.widths();
            let mut lines = vec![update.logical_id.clone(), update.resource_type.clone()];
            lines.extend(updates::properties(update));
            table.add_row(vec![
                Cell::new(updates::kind(&update.kind)),
                Cell::new(breakable(&lines.join("\n"), resource)),
                Cell::new(breakable(&updates::on_localstack(update), localstack)),
                Cell::new(breakable(updates::phrase(update.aws), aws)),
            ]);
        }
        self.line(&table.trim_fmt());
    }

    fn empty_table(&self) -> Table {
        let mut table = Table::new();
        table.load_style(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(self.style.width);
        if self.style.color {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        table.set_header(["Level", "Resource", "What happens", "What to do"]);
        table.set_constraints(self.widths().map(|it| ColumnConstraint::Absolute(Width::Fixed(it))));
        table
    }

    /// Widths of the columns, padding included, so that tables below each other line up.
    fn widths(&self) -> [u16; 4] {
        let free = self.style.width.max(MIN_WIDTH) - LEVEL_WIDTH - SEPARATORS;
        let resource = free * 3 / 10;
        let solution = (free - resource) * 9 / 20;
        [LEVEL_WIDTH, resource, free - resource - solution, solution]
    }

    /// Every group with its code, the answer, the fix to paste and the references.
    fn frames(&mut self, title: &str, findings: &[&Finding], stack: &StackEntry) {
        if findings.is_empty() {
            return;
        }
        let heading = self.bold(title);
        self.line("");
        self.line(&heading);
        for group in group(findings.iter().copied()) {
            self.line("");
            let frame = frame::frame(&group, stack, self.style);
            self.line(&frame);
        }
    }

    fn excluded(&mut self, stack: &StackEntry) {
        let excluded = &stack.report.excluded;
        if !excluded.is_empty() {
            self.line("");
            self.line(&format!("Not deployed, their condition is false: {}", excluded.join(", ")));
        }
    }

    fn footer(&mut self) {
        let summary = self.report.summary();
        let stacks = words::count(summary.stacks, "stack");
        let resources = words::count(summary.resources, "resource");
        let errors = template_errors(self.report.errors.len());
        let total = format!("Total: {stacks}, {resources} · {}{errors}", counts(&summary));
        let total = self.bold(&total);
        self.line("");
        self.line(&total);
        let standing: Vec<&Finding> = self.report.findings().filter(|it| it.suppressed.is_none()).collect();
        if let Some(worst) = group(standing).first().filter(|_| self.detail != Detail::Quiet) {
            self.line(&format!("Next: `lscompat explain {}`", explained_by(worst.first())));
        }
    }
}

/// What `explain` knows a finding by: what follows from coverage is explained with the type.
fn explained_by(finding: &Finding) -> &str {
    if analysis::rule(&finding.id).is_some() { &finding.resource_type } else { &finding.id }
}

/// ` · eu-west-1 · account 111122223333`, nothing for a stack that goes where all others go.
fn environment(stack: &StackEntry, target: &Target) -> String {
    let mut text = String::new();
    if stack.region != target.region {
        let _ = write!(text, " · {}", stack.region);
    }
    if stack.account_id != target.account_id {
        let _ = write!(text, " · account {}", stack.account_id);
    }
    text
}

/// What is said in place of findings. A verdict also counts nested stacks, and what the reader asked not to see.
fn nothing_found(stack: &StackEntry) -> &'static str {
    match (stack.report.localstack, stack.report.aws) {
        (LocalstackVerdict::Deploys, AwsVerdict::NoKnownFailure) => {
            "Nothing found: nothing known stops or changes this stack on this target."
        }
        _ if stack.nested > 0 => {
            "No findings are shown for this template itself; the verdicts count its nested stacks."
        }
        _ if !stack.not_analysed.is_empty() => {
            "Nothing found in what is analysed; the notes above say what is not, so that it may decide the verdict."
        }
        _ => "No findings are shown; the verdicts count those that are suppressed or not selected.",
    }
}

/// `2 errors, 1 warning, 3 notes (1 suppressed)`.
fn counts(summary: &Summary) -> String {
    let mut text = match summary.findings() {
        0 => "no findings".to_owned(),
        _ => [(summary.errors, "error"), (summary.warnings, "warning"), (summary.notes, "note")]
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, noun)| words::count(number, noun))
            .collect::<Vec<_>>()
            .join(", "),
    };
    if summary.suppressed > 0 {
        let _ = write!(text, " ({} suppressed)", summary.suppressed);
    }
    text
}

/// ` · 2 template errors`, nothing for none.
fn template_errors(number: usize) -> String {
    if number == 0 { String::new() } else { format!(" · {}", words::count(number, "template error")) }
}

fn level_cell(finding: &Finding) -> Cell {
    let color = match finding.severity {
        Severity::Error => Color::Red,
        Severity::Warning => Color::Yellow,
        Severity::Note => Color::Blue,
    };
    Cell::new(level(finding)).fg(color)
}

fn places(group: &Group<'_>, stack: &StackEntry, detail: Detail) -> String {
    let most = if detail == Detail::Verbose { usize::MAX } else { MAX_PLACES };
    let mut lines = Vec::new();
    let mut left_out = 0;
    for (resource_type, findings) in group.by_type() {
        let room = most.saturating_sub(lines.len());
        let place = |it: &&Finding| {
            let construct = stack.construct_of(it).map(|it| format!("\n{it}")).unwrap_or_default();
            format!("{} (line {}){construct}", group.name(it), stack.file.position(it.span.start).line)
        };
        lines.extend(findings.iter().take(room).map(place));
        left_out += findings.len().saturating_sub(room);
        if room > 0 && findings.iter().all(|it| it.logical_id.is_some()) {
            lines.push(resource_type.to_owned());
        }
    }
    if left_out > 0 {
        lines.push(format!("and {left_out} more"));
    }
    lines.extend(group.property().map(str::to_owned));
    lines.join("\n")
}

fn what_happens(group: &Group<'_>) -> String {
    let first = group.first();
    let side = if first.fails_on == FailsOn::Aws { &first.aws } else { &first.localstack };
    // The section already says that these are about a resource as a whole.
    let mut lines = match first.category {
        Category::A => vec![side.clone()],
        _ => vec![format!("{}: {side}", first.feature)],
    };
    if let Some(error) = &first.error {
        lines.push(format!("Error: {error}"));
    }
    let impact = group.impact();
    if !impact.is_empty() {
        lines.push(format!("Affects: {}", impact.join(", ")));
    }
    if let Some(reason) = first.depends_on.as_ref().filter(|_| group.is_possible()) {
        lines.push(format!("Depends on {reason}"));
    }
    lines.join("\n")
}

/// Breaks words that are wider than a column of `width` where a reader expects it.
fn breakable(text: &str, width: u16) -> String {
    let room = usize::from(width).saturating_sub(PADDING);
    let lines = text.lines().map(|line| line.split(' ').map(|it| break_word(it, room)).collect::<Vec<_>>().join(" "));
    lines.collect::<Vec<_>>().join("\n")
}

fn break_word(word: &str, room: usize) -> String {
    if word.chars().count() <= room {
        return word.to_owned();
    }
    let mut out = String::new();
    let mut column = 0;
    for part in parts(word, room) {
        let width = part.chars().count();
        if column > 0 && column + width > room {
            out.push('\n');
            column = 0;
        }
        out.push_str(part);
        column += width;
    }
    out
}

/// The parts of a word between which it may be broken: behind separators, `::` as one. Parts wider than `room` are also
/// broken in front of the humps of `CamelCase`.
fn parts(word: &str, room: usize) -> Vec<&str> {
    let is_separated = |a: char, b: char| matches!(a, '-' | ':' | '/' | '.' | '_') && (a, b) != (':', ':');
    let is_hump = |a: char, b: char| a.is_lowercase() && b.is_uppercase();
    let humps = |part| if str::chars(part).count() > room { split_between(part, is_hump) } else { vec![part] };
    split_between(word, is_separated).into_iter().flat_map(humps).collect()
}

/// The parts of `text`, which end where `ends` says so of the characters at both sides.
fn split_between(text: &str, ends: impl Fn(char, char) -> bool) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for ((_, before), (at, next)) in text.char_indices().zip(text.char_indices().skip(1)) {
        if ends(before, next) {
            parts.extend(text.get(start..at));
            start = at;
        }
    }
    parts.extend(text.get(start..));
    parts
}

fn localstack_color(verdict: LocalstackVerdict) -> Ansi {
    let color = match verdict {
        LocalstackVerdict::Deploys => AnsiColor::Green,
        LocalstackVerdict::DeploysWithGaps | LocalstackVerdict::Undetermined => AnsiColor::Yellow,
        LocalstackVerdict::Fails => AnsiColor::Red,
    };
    color.on_default().bold()
}

fn aws_color(verdict: AwsVerdict) -> Ansi {
    let color = match verdict {
        AwsVerdict::NoKnownFailure => AnsiColor::Green,
        AwsVerdict::Undetermined => AnsiColor::Yellow,
        AwsVerdict::Fails => AnsiColor::Red,
    };
    color.on_default().bold()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn plain(width: u16) -> Style {
        Style { color: false, width, links: false }
    }

    #[test]
    fn fits_the_width_without_escapes() {
        for width in [60, 80, 100, 140, 200] {
            let text = table(&sample::report(), Detail::Normal, plain(width));
            assert!(!text.contains('\u{1b}'));
            // Lines of a template are as long as they are.
            let tables = text.split_once("Category A").unwrap().1;
            let longest = tables.lines().map(|it| it.chars().count()).max().unwrap();
            assert!(longest <= width.into(), "{longest} > {width}\n{text}");
        }
    }

    #[test]
    fn words_break_where_a_reader_expects_it() {
        assert_eq!(break_word("AWS::Lambda::Function", 13), "AWS::Lambda::\nFunction");
        assert_eq!(break_word("TransactionQueueDepthAlarm", 24), "TransactionQueueDepth\nAlarm");
        assert_eq!(break_word("kms-key-policy", 8), "kms-key-\npolicy");
        assert_eq!(break_word("AWS::DynamoDB::Table", 13), "AWS::\nDynamoDB::\nTable");
        assert_eq!(break_word("short", 8), "short");
    }

    #[test]
    fn narrowest() {
        insta::assert_snapshot!(table(&sample::report(), Detail::Normal, plain(60)));
    }

    #[test]
    fn widest() {
        insta::assert_snapshot!(table(&sample::report(), Detail::Normal, plain(200)));
    }

    #[test]
    fn colours_change_nothing_but_colour() {
        let coloured = table(&sample::report(), Detail::Verbose, Style { color: true, width: 100, links: false });
        assert!(coloured.contains('\u{1b}'));
        let stripped = anstream::adapter::strip_str(&coloured).to_string();
        assert!(stripped.contains("LocalStack 2026.3 (hobby): fails · AWS: fails"), "{stripped}");
    }

    #[test]
    fn links_change_nothing_that_is_seen() {
        for width in [60, 100] {
            let with = |links| table(&sample::report(), Detail::Verbose, Style { color: true, width, links });
            let strip = |text: &str| anstream::adapter::strip_str(text).to_string();
            let linked = with(true);
            assert!(linked.matches("\u{1b}]8;").count() > 4, "{linked}");
            assert!(linked.contains("https://example.org/evidence\u{1b}\\"), "{linked}");
            assert_eq!(strip(&linked), strip(&with(false)));
            assert!(!with(false).contains("\u{1b}]8;"));
        }
    }

    #[test]
    fn says_plainly_that_nothing_was_found() {
        let text = table(&sample::clean(), Detail::Normal, plain(100));
        assert!(text.contains("Nothing found"));
        assert!(text.contains("deploys · AWS: no known failure"));
        assert!(!text.contains("Next:"));
    }

    #[test]
    fn a_verdict_without_its_findings_is_explained() {
        let mut report = sample::report();
        report.stacks[0].report.findings.clear();
        let text = table(&report, Detail::Normal, plain(100));
        assert!(text.contains("No findings are shown; the verdicts count"), "{text}");
        assert!(!text.contains("Nothing found"));
    }

    #[test]
    fn full() {
        insta::assert_snapshot!(table(&sample::report(), Detail::Normal, plain(100)));
    }

    #[test]
    fn narrow() {
        insta::assert_snapshot!(table(&sample::report(), Detail::Normal, plain(80)));
    }

    #[test]
    fn verbose() {
        insta::assert_snapshot!(table(&sample::report(), Detail::Verbose, plain(100)));
    }

    #[test]
    fn quiet() {
        insta::assert_snapshot!(table(&sample::report(), Detail::Quiet, plain(100)));
    }

    #[test]
    fn updated() {
        insta::assert_snapshot!(table(&sample::updated(), Detail::Normal, plain(100)));
    }

    #[test]
    fn unreadable() {
        insta::assert_snapshot!(table(&sample::unreadable(), Detail::Normal, plain(100)));
    }
}
