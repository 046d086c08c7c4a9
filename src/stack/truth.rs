//! Three-valued logic (Kleene): yes, no, and unknown with what would decide it.

use super::Reason;

/// The answer to a question about a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Truth {
    /// It holds whatever the unknowns turn out to be.
    Yes,
    /// It does not hold whatever the unknowns turn out to be.
    No,
    /// It depends on what the reason names.
    Unknown(Reason),
}

impl Truth {
    /// Both hold.
    pub fn and(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::No, _) | (_, Truth::No) => Truth::No,
            (Truth::Unknown(reason), _) | (_, Truth::Unknown(reason)) => Truth::Unknown(reason),
            (Truth::Yes, Truth::Yes) => Truth::Yes,
        }
    }

    /// At least one holds.
    pub fn or(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::Yes, _) | (_, Truth::Yes) => Truth::Yes,
            (Truth::Unknown(reason), _) | (_, Truth::Unknown(reason)) => Truth::Unknown(reason),
            (Truth::No, Truth::No) => Truth::No,
        }
    }

    /// The opposite.
    #[expect(clippy::should_implement_trait, reason = "reads as `truth.not()` beside `and` and `or`")]
    pub fn not(self) -> Truth {
        match self {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            unknown @ Truth::Unknown(_) => unknown,
        }
    }

    /// All hold; yes for none at all.
    pub fn all(truths: impl IntoIterator<Item = Truth>) -> Truth {
        truths.into_iter().fold(Truth::Yes, Truth::and)
    }

    /// Any holds; no for none at all.
    pub fn any(truths: impl IntoIterator<Item = Truth>) -> Truth {
        truths.into_iter().fold(Truth::No, Truth::or)
    }

    /// Whether this is [`Truth::Yes`].
    pub fn is_yes(&self) -> bool {
        *self == Truth::Yes
    }

    /// Whether this is [`Truth::No`].
    pub fn is_no(&self) -> bool {
        *self == Truth::No
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Truth::Yes } else { Truth::No }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::{Reason, Truth};

    /// A question put together from others, by their positions.
    #[derive(Debug, Clone)]
    enum Question {
        Asked(usize),
        Not(Box<Question>),
        All(Vec<Question>),
        Any(Vec<Question>),
    }

    impl Question {
        fn answer(&self, answers: &[Truth]) -> Truth {
            match self {
                Question::Asked(at) => answers[*at].clone(),
                Question::Not(inner) => inner.answer(answers).not(),
                Question::All(inner) => Truth::all(inner.iter().map(|it| it.answer(answers))),
                Question::Any(inner) => Truth::any(inner.iter().map(|it| it.answer(answers))),
            }
        }
    }

    const ASKED: usize = 5;

    fn question() -> impl Strategy<Value = Question> {
        (0..ASKED).prop_map(Question::Asked).prop_recursive(4, 24, 4, |inner| {
            let several = prop::collection::vec(inner.clone(), 0..4);
            prop_oneof![
                inner.prop_map(|it| Question::Not(Box::new(it))),
                several.clone().prop_map(Question::All),
                several.prop_map(Question::Any),
            ]
        })
    }

    fn truth() -> impl Strategy<Value = Truth> {
        prop_oneof![Just(Truth::Yes), Just(Truth::No), "[a-c]".prop_map(|it| Truth::Unknown(Reason::Parameter(it))),]
    }

    /// The answer without what would decide it.
    fn bare(truth: &Truth) -> Option<bool> {
        match truth {
            Truth::Yes => Some(true),
            Truth::No => Some(false),
            Truth::Unknown(_) => None,
        }
    }

    fn and(a: &Truth, b: &Truth) -> Truth {
        a.clone().and(b.clone())
    }

    fn or(a: &Truth, b: &Truth) -> Truth {
        a.clone().or(b.clone())
    }

    fn not(a: &Truth) -> Truth {
        a.clone().not()
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: RngSeed::Fixed(2026), failure_persistence: None, ..ProptestConfig::with_cases(500)
        })]

        #[test]
        fn the_laws_of_three_values_hold(a in truth(), b in truth(), c in truth()) {
            prop_assert_eq!(bare(&and(&a, &b)), bare(&and(&b, &a)));
            prop_assert_eq!(bare(&or(&a, &b)), bare(&or(&b, &a)));
            prop_assert_eq!(and(&and(&a, &b), &c), and(&a, &and(&b, &c)));
            prop_assert_eq!(or(&or(&a, &b), &c), or(&a, &or(&b, &c)));
            prop_assert_eq!(bare(&and(&a, &or(&b, &c))), bare(&or(&and(&a, &b), &and(&a, &c))));
            prop_assert_eq!(bare(&or(&a, &and(&b, &c))), bare(&and(&or(&a, &b), &or(&a, &c))));
            prop_assert_eq!(not(&and(&a, &b)), or(&not(&a), &not(&b)));
            prop_assert_eq!(not(&or(&a, &b)), and(&not(&a), &not(&b)));
            prop_assert_eq!(not(&not(&a)), a.clone());
            prop_assert_eq!(and(&a, &or(&a, &b)), a.clone());
            prop_assert_eq!(or(&a, &and(&a, &b)), a.clone());
            prop_assert_eq!(and(&a, &a), a.clone());
            prop_assert_eq!(and(&a, &Truth::Yes), a.clone());
            prop_assert_eq!(or(&a, &Truth::No), a);
        }

        #[test]
        fn what_becomes_known_never_changes_an_answer(
            question in question(),
            answers in prop::collection::vec(truth(), ASKED),
            known in prop::collection::vec(any::<bool>(), ASKED),
        ) {
            let decide = |(answer, known): (&Truth, bool)| match answer {
                Truth::Unknown(_) => Truth::from(known),
                decided => decided.clone(),
            };
            let decided: Vec<Truth> = answers.iter().zip(known).map(decide).collect();
            let (before, after) = (bare(&question.answer(&answers)), bare(&question.answer(&decided)));
            prop_assert!(after.is_some(), "everything is known");
            prop_assert!(before.is_none() || before == after, "{before:?} becomes {after:?}");
        }

        #[test]
        fn an_unknown_answer_names_what_was_asked(
            question in question(), answers in prop::collection::vec(truth(), ASKED),
        ) {
            let answer = question.answer(&answers);
            prop_assert!(!matches!(answer, Truth::Unknown(_)) || answers.contains(&answer));
        }
    }
}
