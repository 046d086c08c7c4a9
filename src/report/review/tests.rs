use super::*;
use crate::report::sample;

fn revisions() -> Revisions {
    Revisions { base: "main".into(), commit: "0123456789abcdef".into(), head: None }
}

fn review<'a>(old: &'a Report, new: &'a Report, renames: &[(&str, &str)]) -> Review<'a> {
    let renames = renames.iter().map(|(old, new)| (PathBuf::from(old), PathBuf::from(new))).collect();
    Review::of(old, new, revisions(), &renames, |_| false)
}

/// New, worsened, resolved, suppressed and unchanged findings.
fn counts(old: &Report, new: &Report) -> [usize; 5] {
    let it = review(old, new, &[]);
    [it.new.len(), it.worsened.len(), it.resolved.len(), it.suppressed.len(), it.unchanged]
}

#[test]
fn what_only_moves_is_unchanged() {
    let old = sample::report();
    let all = old.findings().count();
    assert_eq!(counts(&old, &old), [0, 0, 0, 0, all]);
    let mut moved = old.clone();
    for finding in &mut moved.stacks[0].report.findings {
        finding.span.start += 1;
    }
    assert_eq!(counts(&old, &moved), [0, 0, 0, 0, all]);
    moved.stacks[0].path = "other/name.yml".into();
    assert_eq!(counts(&old, &moved), [0, 0, 0, 0, all], "most of its resources tell the file");
    // Two files change places.
    let mut two = old.clone();
    two.stacks.push(sample::clean().stacks.remove(0));
    two.stacks[1].path = "b.yaml".into();
    let mut swapped = two.clone();
    swapped.stacks[0].path = "b.yaml".into();
    swapped.stacks[1].path = "stack.yaml".into();
    let it = review(&two, &swapped, &[("stack.yaml", "b.yaml"), ("b.yaml", "stack.yaml")]);
    assert_eq!((it.new.len(), it.resolved.len(), it.unchanged), (0, 0, all));
}

#[test]
fn a_resource_keeps_its_findings_under_another_id() {
    let old = sample::report();
    let mut new = old.clone();
    let report = &mut new.stacks[0].report;
    report.resources.iter_mut().filter(|it| it.logical_id == "Worker").for_each(|it| it.logical_id = "Runner".into());
    let own = report.findings.iter_mut().find(|it| it.logical_id.as_deref() == Some("Worker")).unwrap();
    own.logical_id = Some("Runner".into());
    assert_eq!(counts(&old, &new), [0, 0, 0, 0, 5]);
    // Written in another way, it is another resource.
    new.stacks[0].report.resources.iter_mut().for_each(|it| it.content = 1);
    assert_eq!(counts(&old, &new), [1, 0, 1, 0, 4]);
}

#[test]
fn a_resource_keeps_its_findings_in_another_file() {
    let old = sample::report();
    let mut new = old.clone();
    let mut other = new.stacks[0].clone();
    other.path = "workers.yaml".into();
    let is_worker = |it: &str| it == "Worker";
    new.stacks[0].report.resources.retain(|it| !is_worker(&it.logical_id));
    new.stacks[0].report.findings.retain(|it| !it.logical_id.as_deref().is_some_and(is_worker));
    other.report.resources.retain(|it| is_worker(&it.logical_id));
    other.report.findings.retain(|it| it.logical_id.as_deref().is_some_and(is_worker));
    new.stacks.push(other);
    assert_eq!(counts(&old, &new), [0, 0, 0, 0, 5]);
}

#[test]
fn worse_is_more_severe_or_surer() {
    let old = sample::report();
    let with = |change: &dyn Fn(&mut Finding)| {
        let mut new = old.clone();
        change(&mut new.stacks[0].report.findings[4]);
        let counts = counts(&old, &new);
        (counts[1], counts[4])
    };
    assert_eq!(with(&|it| it.severity = Severity::Warning), (1, 4));
    assert_eq!(with(&|it| it.certainty = Certainty::Certain), (1, 4));
    let mut eased = old.clone();
    eased.stacks[0].report.findings[3].certainty = Certainty::Possible;
    assert_eq!(counts(&old, &eased), [0, 0, 0, 0, 5]);
}

#[test]
fn of_several_alike_the_changed_line_is_the_new_one() {
    let mut old = sample::report();
    let mut more = old.stacks[0].report.findings[2].clone();
    let new = {
        let mut new = old.clone();
        more.span = crate::source::Span { start: more.span.start - 20, end: more.span.start - 18 };
        new.stacks[0].report.findings.insert(2, more.clone());
        new
    };
    let it = review(&old, &new, &[]);
    assert_eq!((it.new.len(), it.unchanged), (1, 5));
    assert_eq!(it.new[0].item.finding.span, more.span);
    old.stacks.clear();
    assert_eq!(counts(&old, &new)[0], 6, "all of a new file is new");
}

#[test]
fn a_suppression_is_told_and_its_end_makes_a_finding_new() {
    let old = sample::report();
    let mut new = old.clone();
    new.stacks[0].report.findings[0].suppressed = Some("accepted".into());
    assert_eq!(counts(&old, &new), [0, 0, 0, 1, 4]);
    assert_eq!(counts(&new, &new), [0, 0, 0, 0, 4]);
    assert_eq!(counts(&new, &old), [1, 0, 0, 0, 4]);
}

#[test]
fn what_is_on_one_side_only_does_not_count() {
    let (old, new) = (sample::unreadable(), sample::report());
    let it = Review::of(&old, &new, revisions(), &BTreeMap::new(), |_| true);
    assert_eq!((it.new.len(), it.stacks.len(), it.worst()), (0, 0, None));
    assert_eq!(
        it.notes,
        ["`stack.yaml` is not kept in git, so that nothing of it is compared; `check --baseline` can"]
    );
}

#[test]
fn only_an_error_that_the_base_lacks_counts() {
    let (old, new) = (sample::report(), sample::unreadable());
    assert_eq!(review(&old, &new, &[]).errors().len(), 1);
    assert_eq!(review(&new, &new, &[]).errors().len(), 0);
}

#[test]
fn a_comment_is_not_longer_than_github_takes() {
    let old = sample::clean();
    let mut new = sample::report();
    let template = new.stacks[0].report.findings[3].clone();
    for number in 0..2_000 {
        let mut finding = template.clone();
        finding.id = format!("a-finding-{number}");
        new.stacks[0].report.findings.push(finding);
    }
    let text = review_comment(&review(&old, &new, &[]));
    assert!(text.starts_with(REVIEW_MARKER) && text.contains("and 1974 more"), "{text}");
    assert!(text.len() < 65_536);
}
