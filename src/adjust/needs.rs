//! Which properties something cannot do without.

use crate::db::Db;

/// Whether the mapping at `path` (from the properties of a resource of type `kind`) needs `key`, given which of its
/// other keys are left.
pub(super) fn needs(db: &Db, kind: &str, path: &[String], key: &str, is_left: &dyn Fn(&str) -> bool) -> bool {
    let Some(row) = db.coverage(kind) else { return false };
    let own: Vec<&str> = path.iter().map(String::as_str).chain([key]).collect();
    let own = own.join(".");
    row.needs.iter().any(|group| {
        let has_own = group.contains(&own);
        let sibling = |it: &String| {
            let (before, last) = it.rsplit_once('.').unwrap_or(("", it));
            before == path.join(".") && is_left(last)
        };
        has_own && !group.iter().any(sibling)
    })
}
