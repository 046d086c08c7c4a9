//! What is asked of a policy: by whom, on what, under which conditions.

use crate::analysis::glob::Pattern;
use crate::analysis::matcher::Scope;
use crate::analysis::text::Text;
use crate::db::PolicyQuestion;

/// A question with everything in it that is known of this stack.
pub(in crate::analysis) struct Request<'q> {
    /// Who asks; anybody when empty.
    pub(super) principals: Vec<Principal>,
    /// What it is about; anything when `None`.
    pub(super) resource: Option<Pattern>,
    /// The condition key that an allowing statement must use.
    pub(super) condition_key: Option<&'q str>,
    /// The condition keys of the request, in lower case; conditions are not judged when `None`.
    pub(super) context: Option<Vec<(String, Vec<Text>)>>,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Principal {
    /// Everybody: only a statement about everybody covers it.
    Everyone,
    /// A service, such as `sns.amazonaws.com`; may have `*` in it.
    Service(String),
    /// An account as a whole, by its id.
    Account(String),
    /// A role, a user or a session, by its ARN.
    Arn(Text),
    /// An identity provider, behind `federated:`.
    Federated(Text),
    /// An S3 user, behind `canonical:`.
    CanonicalUser(Text),
}

impl<'q> Request<'q> {
    /// The request that `question` describes.
    pub(in crate::analysis) fn of(scope: &Scope<'_, '_>, question: &'q PolicyQuestion) -> Self {
        let texts = |all: &[String]| all.iter().map(|it| scope.known_text(it)).collect::<Vec<Text>>();
        let keys = question.context.as_ref().map(|keys| {
            let keys = keys.iter().map(|(key, values)| (key.to_ascii_lowercase(), texts(values)));
            keys.collect()
        });
        Self {
            principals: texts(&question.principals).into_iter().map(Principal::of).collect(),
            resource: question.resource.as_ref().map(|it| scope.pattern(&scope.known_text(it))),
            condition_key: question.condition_key.as_deref(),
            context: keys,
        }
    }
}

impl Principal {
    fn of(text: Text) -> Self {
        let Some(whole) = text.whole() else { return Self::Arn(text) };
        if whole == "*" {
            return Self::Everyone;
        }
        if let Some(name) = whole.strip_prefix("federated:") {
            return Self::Federated(Text::known(name));
        }
        if let Some(name) = whole.strip_prefix("canonical:") {
            return Self::CanonicalUser(Text::known(name));
        }
        match account_of(whole) {
            Some(account) => Self::Account(account.to_owned()),
            None if whole.contains('.') && !whole.contains(':') => Self::Service(whole.to_owned()),
            None => Self::Arn(text),
        }
    }
}

/// The account that a principal is: its id, or the ARN of its root.
pub(super) fn account_of(principal: &str) -> Option<&str> {
    let is_id = |it: &&str| it.len() == 12 && it.bytes().all(|it| it.is_ascii_digit());
    let root = principal.strip_suffix(":root").and_then(|it| it.rsplit(':').next());
    root.or(Some(principal)).filter(is_id)
}
