//! From a place of a schema along the steps of a path.

use super::Node;
use crate::db::Step;

/// Why a path leads nowhere.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Miss<'s> {
    /// The steps that lead somewhere.
    pub(crate) taken: usize,
    /// Where the next one is taken from.
    pub(crate) from: Vec<Node<'s>>,
}

/// The places that `steps` lead to from any of `nodes`.
///
/// # Errors
/// They lead nowhere from each of them; told of the way that leads furthest.
pub(crate) fn walk<'s>(nodes: Vec<Node<'s>>, steps: &[Step]) -> Result<Vec<Node<'s>>, Miss<'s>> {
    steps.iter().enumerate().try_fold(nodes, |from, (taken, step)| {
        let next: Vec<Node<'s>> = match step {
            Step::Key(name) => from.iter().filter_map(|it| it.key(name)).collect(),
            Step::Each => from.iter().flat_map(|it| it.each()).collect(),
            Step::Keys => from.iter().filter_map(|it| it.keys()).collect(),
        };
        if next.is_empty() { Err(Miss { taken, from }) } else { Ok(next) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Path;
    use crate::db::schema::TypeSchema;

    fn schema() -> TypeSchema {
        let shapes = [("Rule", "Days=number Next=Rule"), ("Tag", "Key Value")];
        TypeSchema {
            properties: "Name Rules=[Rule] Tags={Tag} Policy=any".into(),
            shapes: shapes.map(|(name, fields)| (name.to_owned(), fields.to_owned())).into(),
            ..TypeSchema::default()
        }
    }

    #[test]
    fn paths_cross_lists_maps_shapes_and_what_is_free() {
        let schema = schema();
        for path in [
            ".",
            "Name",
            "Rules.*.Days",
            "Rules.*.Next.Next.Days",
            "Tags.Own.Value",
            "Tags.*.Key",
            "Policy.A.*.B",
            "@keys",
            "Tags.@keys",
            "Policy.@keys",
        ] {
            let steps = Path::parse(path).unwrap().steps;
            assert!(walk(vec![Node::root(&schema)], &steps).is_ok(), "{path}");
        }
    }

    #[test]
    fn a_path_that_leads_nowhere_says_where_it_ends() {
        let schema = schema();
        for (path, taken) in [
            ("Nam", 0),
            ("Rules.Days", 1),
            ("Rules.*.Day", 2),
            ("Name.*", 1),
            ("Tags.Own.Values", 2),
            ("Name.@keys", 1),
        ] {
            let steps = Path::parse(path).unwrap().steps;
            assert_eq!(walk(vec![Node::root(&schema)], &steps).unwrap_err().taken, taken, "{path}");
        }
    }
}
