//! When a statement applies: `Condition` with the keys that a request has.

use crate::analysis::matcher::Scope;
use crate::analysis::operators::cidr::Block;
use crate::analysis::text::{Text, unknown_reason};
use crate::stack::{Data, Reason, Truth, Value};

/// Parts of an ARN that `ArnLike` compares one by one.
const ARN_PARTS: usize = 6;

/// Whether all of the condition's operators hold for a request with the keys `context` (in lower case; one without
/// values is a key that the request does not have). A key that is not among them is not known.
pub(super) fn holds(scope: &Scope<'_, '_>, condition: &Value, context: &[(String, Vec<Text>)]) -> Truth {
    for_all_fields(scope, condition, &|name, keys| {
        let Some(operator) = Operator::parse(name) else {
            return Truth::Unknown(Reason::Other(format!("the condition operator `{name}`, which is not understood")));
        };
        for_all_fields(scope, keys, &|key, values| {
            let asked = key.to_ascii_lowercase();
            match context.iter().find(|(name, _)| *name == asked) {
                Some((_, given)) => operator.holds(scope, given, values),
                None => Truth::Unknown(Reason::Other(format!("the condition key `{key}` of the request"))),
            }
        })
    })
}

/// Whether some operator of the condition compares the key `asked`.
pub(super) fn uses_key(scope: &Scope<'_, '_>, condition: &Value, asked: &str) -> Truth {
    let has_key = |operator: &Value| match &operator.data {
        Data::Map(fields) => Truth::from(fields.iter().any(|it| it.key.eq_ignore_ascii_case(asked))),
        _ => unknown_reason(operator).map_or(Truth::No, Truth::Unknown),
    };
    scope.judge(condition, &|it| match &it.data {
        Data::Map(operators) => Truth::any(operators.iter().map(|it| scope.judge(&it.value, &has_key))),
        _ => unknown_reason(it).map_or(Truth::No, Truth::Unknown),
    })
}

/// Alternatives of conditions are judged one by one; a value that is left out holds.
fn for_all_fields(scope: &Scope<'_, '_>, value: &Value, test: &dyn Fn(&str, &Value) -> Truth) -> Truth {
    let fails = scope.judge(value, &|it| match &it.data {
        Data::Map(fields) => Truth::all(fields.iter().map(|it| test(&it.key, &it.value))).not(),
        _ => unknown_reason(it).map_or(Truth::No, Truth::Unknown),
    });
    fails.not()
}

/// How the values of a request are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quantifier {
    /// The key has one value.
    One,
    /// Every value of the key.
    All,
    /// At least one of them.
    Any,
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Null,
    Equal,
    EqualIgnoringCase,
    Like,
    Arn,
    Bool,
    Address,
    Number(Ordering),
    Date(Ordering),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ordering {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Operator {
    quantifier: Quantifier,
    kind: Kind,
    negated: bool,
    if_exists: bool,
}

impl Operator {
    fn parse(name: &str) -> Option<Self> {
        let (quantifier, rest) = match name.split_once(':') {
            Some(("ForAllValues", rest)) => (Quantifier::All, rest),
            Some(("ForAnyValue", rest)) => (Quantifier::Any, rest),
            Some(_) => return None,
            None => (Quantifier::One, name),
        };
        let (word, if_exists) = match rest.strip_suffix("IfExists") {
            Some(word) => (word, true),
            None => (rest, false),
        };
        let (kind, negated) = match word {
            "Null" => (Kind::Null, false),
            "StringEquals" | "BinaryEquals" => (Kind::Equal, false),
            "StringNotEquals" => (Kind::Equal, true),
            "StringEqualsIgnoreCase" => (Kind::EqualIgnoringCase, false),
            "StringNotEqualsIgnoreCase" => (Kind::EqualIgnoringCase, true),
            "StringLike" => (Kind::Like, false),
            "StringNotLike" => (Kind::Like, true),
            "ArnEquals" | "ArnLike" => (Kind::Arn, false),
            "ArnNotEquals" | "ArnNotLike" => (Kind::Arn, true),
            "Bool" => (Kind::Bool, false),
            "IpAddress" => (Kind::Address, false),
            "NotIpAddress" => (Kind::Address, true),
            _ => ordered(word)?,
        };
        Some(Self { quantifier, kind, negated, if_exists })
    }

    fn holds(self, scope: &Scope<'_, '_>, given: &[Text], values: &Value) -> Truth {
        if self.kind == Kind::Null {
            let asks_absent = any_value(scope, values, &|it| it.equals("true"));
            return if given.is_empty() { asks_absent } else { asks_absent.not() };
        }
        if given.is_empty() {
            let vacuous = match self.quantifier {
                Quantifier::All => true,
                Quantifier::Any => self.if_exists,
                Quantifier::One => self.negated || self.if_exists,
            };
            return Truth::from(vacuous);
        }
        let one = |given: &Text| {
            let found = any_value(scope, values, &|it| self.kind.matches(scope, given, it));
            if self.negated { found.not() } else { found }
        };
        match self.quantifier {
            Quantifier::All => Truth::all(given.iter().map(one)),
            Quantifier::One | Quantifier::Any => Truth::any(given.iter().map(one)),
        }
    }
}

fn ordered(word: &str) -> Option<(Kind, bool)> {
    let (make, rest): (fn(Ordering) -> Kind, &str) = match (word.strip_prefix("Numeric"), word.strip_prefix("Date")) {
        (Some(rest), _) => (Kind::Number, rest),
        (_, Some(rest)) => (Kind::Date, rest),
        _ => return None,
    };
    let (ordering, negated) = match rest {
        "Equals" => (Ordering::Equal, false),
        "NotEquals" => (Ordering::Equal, true),
        "LessThan" => (Ordering::Less, false),
        "LessThanEquals" => (Ordering::LessOrEqual, false),
        "GreaterThan" => (Ordering::Greater, false),
        "GreaterThanEquals" => (Ordering::GreaterOrEqual, false),
        _ => return None,
    };
    Some((make(ordering), negated))
}

impl Kind {
    /// Whether the value `given` of the request is what the condition says.
    fn matches(self, scope: &Scope<'_, '_>, given: &Text, asked: &Text) -> Truth {
        let exact = |text: &Text| scope.pattern(text).literal();
        match self {
            Kind::Null => Truth::No,
            Kind::Equal => exact(asked).covers(&exact(given)),
            Kind::EqualIgnoringCase | Kind::Bool => exact(asked).lowercase().covers(&exact(given).lowercase()),
            Kind::Like => scope.pattern(asked).covers(&exact(given)),
            Kind::Arn => arn(scope, given, asked),
            Kind::Address => both(given, asked, &|given, asked| {
                let blocks = Block::parse_or_address(given).zip(Block::parse_or_address(asked));
                blocks.is_some_and(|(given, asked)| given.is_within(asked))
            }),
            Kind::Number(ordering) => both(given, asked, &|given, asked| {
                let numbers = given.parse::<f64>().ok().zip(asked.parse::<f64>().ok());
                numbers.is_some_and(|(given, asked)| ordering.holds(given.total_cmp(&asked)))
            }),
            // Dates in one form (`2026-01-31T00:00:00Z`) are ordered as texts.
            Kind::Date(ordering) => match (given.whole(), asked.whole()) {
                (Some(a), Some(b)) if a.len() == b.len() => Truth::from(ordering.holds(a.cmp(b))),
                _ => Truth::Unknown(Reason::Other("a date in another form".into())),
            },
        }
    }
}

impl Ordering {
    fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Ordering::Equal => order.is_eq(),
            Ordering::Less => order.is_lt(),
            Ordering::LessOrEqual => order.is_le(),
            Ordering::Greater => order.is_gt(),
            Ordering::GreaterOrEqual => order.is_ge(),
        }
    }
}

/// The parts of an ARN are compared one by one: a `*` does not reach over a colon.
fn arn(scope: &Scope<'_, '_>, given: &Text, asked: &Text) -> Truth {
    let (asked, given) = (scope.pattern(asked), scope.pattern(given).literal());
    match (asked.components(ARN_PARTS), given.components(ARN_PARTS)) {
        (Some(asked), Some(given)) => Truth::all(asked.iter().zip(&given).map(|(asked, given)| asked.covers(given))),
        _ => asked.covers(&given),
    }
}

fn both(given: &Text, asked: &Text, test: &dyn Fn(&str, &str) -> bool) -> Truth {
    match (given.whole(), asked.whole(), given.reason().or(asked.reason())) {
        (Some(given), Some(asked), _) => Truth::from(test(given, asked)),
        (_, _, Some(reason)) => Truth::Unknown(reason.clone()),
        _ => Truth::No,
    }
}

/// Whether `test` holds for a value or any value of a list.
fn any_value(scope: &Scope<'_, '_>, values: &Value, test: &dyn Fn(&Text) -> Truth) -> Truth {
    scope.judge(values, &|it| match &it.data {
        Data::List(elements) => Truth::any(elements.iter().map(|it| any_value(scope, it, test))),
        _ => scope.text(it).map_or(Truth::No, |it| test(&it)),
    })
}
