//! Property paths: `A.B.*.C`, `A.@keys`, `@DeletionPolicy`, and `.` for the value itself.

use std::fmt;

use super::{Path, Step};

/// The step to the keys of a mapping; no resource has an attribute of this name.
const KEYS: &str = "@keys";

impl Path {
    /// Reads a path.
    ///
    /// # Errors
    /// A message naming what is not a step.
    pub fn parse(text: &str) -> Result<Path, String> {
        if text == "." {
            return Ok(Path { attribute: false, steps: Vec::new() });
        }
        let (attribute, rest) = match text.strip_prefix('@').filter(|_| text != KEYS) {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let steps = rest.split('.').map(|it| step(text, it)).collect::<Result<Vec<Step>, String>>()?;
        if steps.iter().rev().skip(1).any(|it| *it == Step::Keys) {
            return Err(format!("path `{text}` goes on behind `{KEYS}`; a key has nothing below it"));
        }
        Ok(Path { attribute, steps })
    }

    /// The mapping that holds the property: `A.*` for `A.*.B` and for `A.*.B.*`.
    pub fn holder(&self) -> Path {
        let last = self.steps.iter().rposition(|it| matches!(it, Step::Key(_))).unwrap_or(0);
        Path { attribute: self.attribute, steps: self.steps.iter().take(last).cloned().collect() }
    }
}

fn step(path: &str, text: &str) -> Result<Step, String> {
    if text == "*" {
        return Ok(Step::Each);
    }
    if text == KEYS {
        return Ok(Step::Keys);
    }
    let allowed = |it: char| it.is_ascii_alphanumeric() || "_-:/$".contains(it);
    if text.is_empty() || !text.chars().all(allowed) {
        return Err(format!("path `{path}` has a step `{text}` that is neither a key nor `*`"));
    }
    Ok(Step::Key(text.to_owned()))
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.attribute {
            f.write_str("@")?;
        } else if self.steps.is_empty() {
            return f.write_str(".");
        }
        for (index, step) in self.steps.iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            match step {
                Step::Key(key) => f.write_str(key)?,
                Step::Each => f.write_str("*")?,
                Step::Keys => f.write_str(KEYS)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_property_is_held_by_the_mapping_around_it() {
        let holder = |path: &str| Path::parse(path).unwrap().holder().to_string();
        assert_eq!(["A", "A.*", "A.B", "A.*.B.*"].map(holder), [".", ".", "A", "A.*"]);
    }

    #[test]
    fn paths_read_back_as_written() {
        for text in [
            ".",
            "KeyPolicy",
            "Policies.*.PolicyDocument",
            "@CreationPolicy.ResourceSignal",
            "Statement.*.aws:SourceArn",
            "@keys",
            "Environment.Variables.@keys",
            "@Metadata.@keys",
        ] {
            assert_eq!(Path::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn an_attribute_path_starts_outside_the_properties() {
        let path = Path::parse("@DeletionPolicy").unwrap();
        assert!(path.attribute);
        assert_eq!(path.steps, [Step::Key("DeletionPolicy".into())]);
    }

    #[test]
    fn broken_paths_name_the_step() {
        for text in ["", "A..B", "A.B.", "A b", "A[0]", "@", "A.@keys.B", "A.@other"] {
            assert!(Path::parse(text).is_err(), "{text}");
        }
        assert_eq!(Path::parse("A.B[]"), Err("path `A.B[]` has a step `B[]` that is neither a key nor `*`".into()));
    }
}
