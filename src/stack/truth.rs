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
