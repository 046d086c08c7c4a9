//! Templates that would be reported twice: nested ones, which their parents report, and what `sam build` copies.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::family::Family;

/// What one file or assembly gave.
pub(super) struct Group {
    /// Its canonical path.
    pub(super) root: PathBuf,
    /// Whether it was found, not named.
    pub(super) may_be_dropped: bool,
    /// Its stacks.
    pub(super) family: Family,
}

/// The families that are reported, in their order: none whose template another reported one nests.
///
/// Of templates that nest each other in a circle, the first stays.
pub(super) fn without(groups: Vec<Group>) -> Vec<Family> {
    let copied = copied(&groups);
    let mut covered = BTreeSet::new();
    let mut kept = vec![false; groups.len()];
    let is_nested = |group: &Group| {
        let mut others = groups.iter().filter(|it| it.root != group.root);
        group.may_be_dropped && others.any(|it| it.family.reached.contains(&group.root))
    };
    let nested: Vec<bool> = groups.iter().map(is_nested).collect();
    for wanted in [false, true] {
        let candidates = kept.iter_mut().zip(&groups).zip(nested.iter().zip(&copied));
        for ((kept, group), (&nested, &copied)) in candidates {
            if nested == wanted && !copied && !(nested && covered.contains(&group.root)) {
                *kept = true;
                covered.extend(group.family.reached.iter().cloned());
            }
        }
    }
    groups.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(group, _)| group.family).collect()
}

/// Which groups `sam build` wrote below a folder whose own templates are there too.
fn copied(groups: &[Group]) -> Vec<bool> {
    let is_copied = |group: &Group| {
        let Some(source) = built_from(&group.root).filter(|_| group.may_be_dropped) else { return false };
        groups.iter().any(|it| it.root.starts_with(source) && built_from(&it.root).is_none())
    };
    groups.iter().map(is_copied).collect()
}

/// The folder in whose `.aws-sam` a template lies.
fn built_from(path: &Path) -> Option<&Path> {
    path.ancestors().find(|it| it.ends_with(".aws-sam"))?.parent()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(root: &str, reached: &[&str]) -> Group {
        let family = Family {
            reached: reached.iter().map(PathBuf::from).collect(),
            declared: vec![root.to_owned()],
            ..Family::default()
        };
        Group { root: root.into(), may_be_dropped: true, family }
    }

    fn kept(groups: Vec<Group>) -> Vec<String> {
        without(groups).into_iter().flat_map(|it| it.declared).collect()
    }

    #[test]
    fn a_nested_template_is_its_parents() {
        assert_eq!(kept(vec![group("/a", &[]), group("/b", &["/a", "/c"]), group("/c", &[])]), ["/b"]);
        let named = Group { may_be_dropped: false, ..group("/a", &[]) };
        assert_eq!(kept(vec![named, group("/b", &["/a"])]), ["/a", "/b"]);
    }

    #[test]
    fn nothing_is_lost_in_a_circle() {
        assert_eq!(kept(vec![group("/a", &["/b"]), group("/b", &["/a"])]), ["/a"]);
        assert_eq!(kept(vec![group("/a", &["/a"])]), ["/a"]);
    }

    #[test]
    fn a_built_copy_gives_way_to_its_source() {
        let built = || group("/p/.aws-sam/build/template.yaml", &[]);
        assert_eq!(kept(vec![group("/p/template.yaml", &[]), built()]), ["/p/template.yaml"]);
        assert_eq!(kept(vec![built()]).len(), 1);
        assert_eq!(kept(vec![group("/q/template.yaml", &[]), built()]).len(), 2);
    }
}
