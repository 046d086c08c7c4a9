//! Finds what people wrote into a generated document, and puts it into the next one.
//!
//! A document carries a short hash of each of its lines in a comment. A line of an old document whose hash is not
//! there is somebody's own: it goes behind the line of the new document that it stood behind.

use super::items::fingerprint;

/// How the comment with the hashes starts.
pub(super) const RECORD: &str = "<!-- lscompat:lines";
/// How it ends.
const RECORD_END: &str = "-->";
/// Characters of a hash.
const HASH: usize = 6;
/// Hashes in one line of the comment.
const HASHES_A_LINE: usize = 16;

/// `body` with the comment that tells its lines from other people's; without a final line break.
pub(super) fn recorded(body: &str) -> String {
    let mut hashes: Vec<String> = Vec::new();
    for hash in units(body).iter().flat_map(Unit::hashes) {
        if !hashes.contains(&hash) {
            hashes.push(hash);
        }
    }
    let lines: String = hashes.chunks(HASHES_A_LINE).map(|it| format!("\n{}", it.concat())).collect();
    format!("{body}\n\n{RECORD}{lines}\n{RECORD_END}")
}

/// `new` with everything that people wrote into `old`; both are what stands between the markers.
pub(super) fn keep(old: &str, new: &str) -> String {
    let (old, known) = parted(old);
    let old = units(&old);
    let runs = runs(&old, &known);
    if runs.is_empty() {
        return new.to_owned();
    }
    let (body, record) = new.find(RECORD).map_or((new, ""), |it| new.split_at(it));
    format!("{}\n\n{record}", put(&units(body), &old, &runs).trim_end())
}

/// A document without its comment of hashes, which says nothing to a reader.
pub(super) fn without_record(document: &str) -> String {
    let Some((before, rest)) = document.split_once(RECORD) else { return document.to_owned() };
    let (_, after) = rest.split_once(RECORD_END).unwrap_or(("", rest));
    format!("{}{after}", before.trim_end())
}

/// The text without the comment of hashes, and the hashes.
fn parted(text: &str) -> (String, Vec<String>) {
    let Some((before, rest)) = text.split_once(RECORD) else { return (text.to_owned(), Vec::new()) };
    let (record, after) = rest.split_once(RECORD_END).unwrap_or((rest, ""));
    let hashes = record.split_whitespace().flat_map(|it| (0..it.len()).step_by(HASH).map(|at| it.get(at..at + HASH)));
    let text = format!("{}\n\n{}", before.trim_end(), after.trim_start_matches('\n'));
    (text, hashes.flatten().map(str::to_owned).collect())
}

/// A line, or all lines of a code block.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Unit {
    text: String,
}

/// Lines of one person that stand together.
struct Run {
    /// The units, blank ones between them included.
    units: std::ops::Range<usize>,
    /// Blank lines above and below.
    blanks: (usize, usize),
}

impl Unit {
    fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// What is hashed, a text a line: what formatters of Markdown leave alone.
    fn words(&self) -> Vec<String> {
        let word = |it: &str| it.chars().filter(|it| it.is_alphanumeric()).collect::<String>();
        let words: Vec<String> = self.text.lines().map(word).filter(|it| !it.is_empty()).collect();
        if words.is_empty() && !self.is_blank() {
            let mut form: Vec<char> = self.text.chars().filter(|it| !it.is_whitespace() && *it != ':').collect();
            form.dedup_by(|a, b| a == b && *a == '-');
            return vec![form.into_iter().collect()];
        }
        words
    }

    fn hashes(&self) -> Vec<String> {
        self.words().iter().map(|it| fingerprint(&[it]).chars().take(HASH).collect()).collect()
    }

    /// Whether it has only the signs that tables and rules are drawn with.
    fn is_drawn(&self) -> bool {
        !self.text.contains(char::is_alphanumeric)
    }

    fn heading(&self) -> Option<usize> {
        let level = self.text.chars().take_while(|it| *it == '#').count();
        (level > 0 && self.text.chars().nth(level) == Some(' ')).then_some(level)
    }

    fn is_row(&self) -> bool {
        self.text.trim_start().starts_with('|')
    }
}

fn units(text: &str) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut fence: Option<String> = None;
    for line in text.trim_matches('\n').lines() {
        let start = line.trim_start();
        let ticks: String = start.chars().take_while(|it| *it == '`').collect();
        match (&fence, units.last_mut()) {
            (Some(open), Some(block)) => {
                block.text.push('\n');
                block.text.push_str(line);
                if ticks.len() >= open.len() && start.trim_end() == ticks {
                    fence = None;
                }
            }
            _ => {
                if ticks.len() >= 3 {
                    fence = Some(ticks);
                }
                units.push(Unit { text: line.to_owned() });
            }
        }
    }
    units
}

/// The runs of units that are not `known`.
fn runs(units: &[Unit], known: &[String]) -> Vec<Run> {
    let is_foreign = |it: &Unit| !it.is_blank() && it.hashes().iter().any(|hash| !known.contains(hash));
    let mut runs: Vec<Run> = Vec::new();
    for (at, _) in units.iter().enumerate().filter(|(_, it)| is_foreign(it)) {
        match runs.last_mut() {
            // Blank lines and the rule of a table between two lines of a person are that person's too.
            Some(run) if units.get(run.units.end..at).is_some_and(|it| it.iter().all(Unit::is_drawn)) => {
                run.units.end = at + 1;
            }
            _ => runs.push(Run { units: at..at + 1, blanks: (0, 0) }),
        }
    }
    let blank = |at: usize| units.get(at).is_none_or(Unit::is_blank);
    for run in &mut runs {
        let above = (0..run.units.start).rev().take_while(|it| blank(*it)).count();
        let below = (run.units.end..units.len()).take_while(|it| blank(*it)).count();
        run.blanks = (above, below);
    }
    runs
}

/// Headings from the outermost inwards: their levels and words.
type Path = Vec<(usize, Vec<String>)>;

/// The headings above each unit, itself included if it is one.
fn paths(units: &[Unit], is_ours: impl Fn(usize) -> bool) -> Vec<Path> {
    let mut path = Path::new();
    let mut paths = Vec::with_capacity(units.len());
    for (at, unit) in units.iter().enumerate() {
        if let Some(level) = unit.heading().filter(|_| is_ours(at)) {
            path.retain(|(above, _)| *above < level);
            path.push((level, unit.words()));
        }
        paths.push(path.clone());
    }
    paths
}

/// Where a run goes, and how many blank lines it keeps above and below.
struct Placed<'a> {
    text: Vec<&'a str>,
    above: usize,
    below: usize,
}

/// The text of `new` with the `runs` of `old` in their places.
fn put(new: &[Unit], old: &[Unit], runs: &[Run]) -> String {
    let is_own = |at: usize| runs.iter().any(|it| it.units.contains(&at));
    let (new_paths, old_paths) = (paths(new, |_| true), paths(old, |at| !is_own(at)));
    let find = |at: usize, path: Option<&Path>| {
        let unit = old.get(at).filter(|it| !it.is_drawn())?;
        let is_same = |(candidate, candidate_path): (&Unit, &Path)| {
            path.is_none_or(|it| it == candidate_path) && !candidate.is_drawn() && candidate.words() == unit.words()
        };
        new.iter().zip(&new_paths).position(is_same)
    };
    let mut first = Vec::new();
    let mut behind: Vec<Vec<Placed<'_>>> = new.iter().map(|_| Vec::new()).collect();
    for run in runs {
        let (above, below) = run.blanks;
        let units = old.get(run.units.clone()).unwrap_or_default();
        let text = units.iter().map(|it| it.text.as_str()).collect();
        if above == run.units.start {
            first.push(Placed { text, above, below: below.max(usize::from(run.units.end + below == old.len())) });
            continue;
        }
        let ours = || (0..run.units.start).rev().filter(|at| !is_own(*at));
        let here = old_paths.get(run.units.start - 1);
        let in_section = |at: usize| find(at, here).filter(|_| old_paths.get(at) == here);
        let found = ours().find_map(in_section).or_else(|| ours().find_map(|at| find(at, None)));
        let anchor = found.unwrap_or(new.len().saturating_sub(1));
        let is_row = above == 0 && units.iter().all(Unit::is_row) && new.get(anchor).is_some_and(Unit::is_row);
        let was_behind = old.get(run.units.start - 1 - above).map(Unit::words);
        let is_gone = was_behind != new.get(anchor).map(Unit::words);
        let place = match is_row {
            true => below_rule(new, anchor),
            false if is_gone && new.get(anchor).is_some_and(|it| it.heading().is_some()) => end_of_section(new, anchor),
            false => end_of_table(new, anchor),
        };
        let is_where_it_was = was_behind == new.get(place).map(Unit::words);
        let above = if is_row || is_where_it_was { above } else { above.max(1) };
        let is_last = run.units.end + below == old.len();
        let below = if is_row && new.get(place + 1).is_some_and(Unit::is_row) { 0 } else { below.max(is_last.into()) };
        if let Some(place) = behind.get_mut(place) {
            place.push(Placed { text, above, below });
        }
    }
    write(new, &first, &behind)
}

/// The place behind the rule of a table of which `at` is the header; `at` itself elsewhere.
fn below_rule(units: &[Unit], at: usize) -> usize {
    at + usize::from(units.get(at + 1).is_some_and(|it| it.is_row() && it.is_drawn()))
}

/// The last row of the table that `at` is in; `at` itself elsewhere.
fn end_of_table(units: &[Unit], at: usize) -> usize {
    let rows = units.iter().skip(at).take_while(|it| it.is_row()).count();
    at + rows.saturating_sub(1)
}

/// The last unit before the next heading behind the one `at`.
fn end_of_section(units: &[Unit], at: usize) -> usize {
    let section = units.iter().enumerate().skip(at + 1).take_while(|(_, it)| it.heading().is_none());
    section.filter(|(_, it)| !it.is_blank()).last().map_or(at, |(last, _)| last)
}

fn write(new: &[Unit], first: &[Placed<'_>], behind: &[Vec<Placed<'_>>]) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for placed in first {
        lines.extend(&placed.text);
        lines.extend(std::iter::repeat_n("", placed.below));
    }
    let mut is_skipping = false;
    for (unit, placed) in new.iter().zip(behind) {
        if is_skipping && unit.is_blank() {
            continue;
        }
        lines.push(&unit.text);
        let mut blanks = 0;
        for placed in placed {
            lines.extend(std::iter::repeat_n("", placed.above.max(blanks)));
            lines.extend(&placed.text);
            blanks = placed.below;
        }
        // The blank lines around it are those it had.
        lines.extend(std::iter::repeat_n("", blanks));
        is_skipping = !placed.is_empty();
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "# Title\n\n## A\n\n| Head | Two |\n|---|---|\n| one | 1 |\n| two | 2 |\n\n## B\n\nNothing here.\n\n```sh\nexport A=1\n```";

    fn with(text: &str, line: &str, own: &str) -> String {
        let text = recorded(text);
        assert!(text.contains(line));
        text.replacen(line, &format!("{line}{own}"), 1)
    }

    /// `old` is edited by a person, then written again as `new`; and once more, which changes nothing.
    fn again(old: &str, new: &str) -> String {
        let new = recorded(new);
        let first = keep(old, &new);
        assert_eq!(keep(&first, &new), first);
        let (body, _) = parted(&first);
        body.trim_end().to_owned()
    }

    #[test]
    fn nothing_is_kept_of_what_nobody_wrote() {
        assert_eq!(again(&recorded(OLD), "# Other"), "# Other");
        assert_eq!(again(&recorded(OLD), OLD), OLD);
    }

    #[test]
    fn text_stays_behind_what_it_stood_behind() {
        let new = OLD.replace("| two | 2 |", "| two | 2 |\n| three | 3 |");
        let old = with(OLD, "| two | 2 |\n", "\nWe accept this.\n\n```\nown code\n```\n");
        let expected = new.replace("| three | 3 |\n", "| three | 3 |\n\nWe accept this.\n\n```\nown code\n```\n");
        assert_eq!(again(&old, &new), expected);
        let old = with(OLD, "# Title\n", "\n\nTwo blank lines above.\n\n\n");
        assert_eq!(again(&old, OLD), OLD.replace("# Title\n", "# Title\n\n\nTwo blank lines above.\n\n\n"));
    }

    #[test]
    fn text_above_and_below_everything_stays_there() {
        let above = format!("Mine.\n\n{}", recorded(OLD));
        assert_eq!(again(&above, OLD), format!("Mine.\n\n{OLD}"));
        let below = format!("{}\n\nMine.\n", recorded(OLD));
        assert_eq!(again(&below, OLD), format!("{OLD}\n\nMine."));
    }

    #[test]
    fn a_row_stays_in_its_table() {
        let old = with(OLD, "| two | 2 |\n", "| mine | 3 |\n");
        let new = OLD.replace("| two | 2 |", "| two | 2 |\n| three | 3 |");
        assert_eq!(again(&old, &new), new.replace("| two | 2 |\n", "| two | 2 |\n| mine | 3 |\n"));
    }

    #[test]
    fn a_table_of_ones_own_keeps_its_rule() {
        let old = with(OLD, "Nothing here.\n", "\n| a | b |\n|---|---|\n| c | d |\n");
        let expected = OLD.replace("Nothing here.\n", "Nothing here.\n\n| a | b |\n|---|---|\n| c | d |\n");
        assert_eq!(again(&old, OLD), expected);
    }

    #[test]
    fn an_edited_line_stays_beside_the_new_one() {
        let old = recorded(OLD).replace("Nothing here.", "Nothing here, says Kim.");
        let text = again(&old, OLD);
        assert!(text.contains("Nothing here, says Kim.") && text.contains("\nNothing here.\n"), "{text}");
    }

    #[test]
    fn text_outlives_its_section() {
        let old = with(OLD, "Nothing here.\n", "\nMine.\n");
        let text = again(&old, "# Title\n\n## A\n\nAll new.");
        assert_eq!(text, "# Title\n\n## A\n\nAll new.\n\nMine.");
        assert_eq!(again(&old, "Other."), "Other.\n\nMine.");
    }

    #[test]
    fn a_formatter_writes_nothing_of_its_own() {
        let formatted = recorded(OLD)
            .replace("| Head | Two |\n|---|---|", "| Head   | Two |\n| :----- | --- |")
            .replace("| one | 1 |", "| one    | 1   |")
            .replace("Nothing here.", "_Nothing_ here.");
        assert_eq!(again(&formatted, OLD), OLD);
    }

    #[test]
    fn without_a_record_everything_is_somebodys() {
        assert_eq!(again("\nMine.\n", "Generated."), "Mine.\n\nGenerated.");
    }
}
