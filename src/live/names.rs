//! What `${...}` in the texts of a call stands for.

use std::collections::BTreeMap;

use crate::db::{Literal, Operation, Predicate, Test};

use super::request::encoded;

/// Values by name: physical ids by logical id, outputs as `Outputs.Name`, `region` and `account_id`.
#[derive(Debug, Clone, Default)]
pub(super) struct Names(pub(super) BTreeMap<String, String>);

impl Names {
    /// A text with every name filled in.
    ///
    /// # Errors
    /// The first name that stands for nothing.
    pub(super) fn text(&self, text: &str) -> Result<String, String> {
        self.filled(text, str::to_owned)
    }

    /// A path whose names are filled in as parts of it.
    pub(super) fn operation(&self, operation: &Operation) -> Result<Operation, String> {
        match operation {
            Operation::Named(_) => Ok(operation.clone()),
            Operation::Http(method, path) => Ok(Operation::Http(method.clone(), self.filled(path, encoded)?)),
        }
    }

    /// A value whose texts are filled in.
    pub(super) fn literal(&self, value: &Literal) -> Result<Literal, String> {
        Ok(match value {
            Literal::String(text) => Literal::String(self.text(text)?),
            Literal::List(elements) => {
                Literal::List(elements.iter().map(|it| self.literal(it)).collect::<Result<_, _>>()?)
            }
            Literal::Map(fields) => Literal::Map(
                fields.iter().map(|(key, it)| Ok((key.clone(), self.literal(it)?))).collect::<Result<_, String>>()?,
            ),
            Literal::Bool(_) | Literal::Number(_) => value.clone(),
        })
    }

    /// A condition whose literals are filled in; regular expressions stay as they are.
    pub(super) fn predicate(&self, predicate: &Predicate) -> Result<Predicate, String> {
        let each = |parts: &[Predicate]| parts.iter().map(|it| self.predicate(it)).collect::<Result<Vec<_>, _>>();
        Ok(match predicate {
            Predicate::All(parts) => Predicate::All(each(parts)?),
            Predicate::Any(parts) => Predicate::Any(each(parts)?),
            Predicate::Not(part) => Predicate::Not(Box::new(self.predicate(part)?)),
            Predicate::Test(path, test) => Predicate::Test(path.clone(), self.test(test)?),
            Predicate::UsesText(text) => Predicate::UsesText(self.text(text)?),
            other => other.clone(),
        })
    }

    /// A test whose literals are filled in.
    pub(super) fn test(&self, test: &Test) -> Result<Test, String> {
        Ok(match test {
            Test::Eq(literal, default) => Test::Eq(self.literal(literal)?, default.clone()),
            Test::Ne(literal, default) => Test::Ne(self.literal(literal)?, default.clone()),
            Test::In(literals, default) => {
                Test::In(literals.iter().map(|it| self.literal(it)).collect::<Result<_, _>>()?, default.clone())
            }
            Test::StartsWith(text) => Test::StartsWith(self.text(text)?),
            Test::EndsWith(text) => Test::EndsWith(self.text(text)?),
            Test::Contains(literal) => Test::Contains(self.literal(literal)?),
            Test::Where(part) => Test::Where(Box::new(self.predicate(part)?)),
            other => other.clone(),
        })
    }

    fn filled(&self, text: &str, write: impl Fn(&str) -> String) -> Result<String, String> {
        let mut parts = text.split("${");
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let Some((name, rest)) = part.split_once('}') else {
                filled.push_str("${");
                filled.push_str(part);
                continue;
            };
            let value = self.0.get(name).ok_or_else(|| format!("`${{{name}}}` has no value in this stack"))?;
            filled.push_str(&write(value));
            filled.push_str(rest);
        }
        Ok(filled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let pairs = [("Bucket", "a b"), ("Outputs.Arn", "arn:x")];
        Names(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn names_are_filled_in_wherever_texts_stand() {
        assert_eq!(names().text("${Outputs.Arn}/${Bucket}!"), Ok("arn:x/a b!".into()));
        let list = Literal::List(vec![Literal::String("${Bucket}".into()), Literal::Number(1.0)]);
        let expected = Literal::List(vec![Literal::String("a b".into()), Literal::Number(1.0)]);
        assert_eq!(names().literal(&list), Ok(expected.clone()));
        assert_eq!(names().test(&Test::Eq(list, None)), Ok(Test::Eq(expected, None)));
    }

    #[test]
    fn a_path_takes_a_name_as_one_part() {
        let operation = names().operation(&Operation::Http("GET".into(), "/${Outputs.Arn}/x?y=${Bucket}".into()));
        assert_eq!(operation, Ok(Operation::Http("GET".into(), "/arn%3Ax/x?y=a%20b".into())));
    }

    #[test]
    fn a_name_without_value_is_told() {
        assert_eq!(names().text("${Queue}"), Err("`${Queue}` has no value in this stack".into()));
        assert_eq!(names().text("${"), Ok("${".into()));
    }
}
