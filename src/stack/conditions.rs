//! The `Conditions` section, evaluated in three values.

use std::collections::HashMap;

use super::resolver::Resolver;
use super::{Data, Equality, Place, Reason, Truth, Value, intrinsics};
use crate::source::{Node, NodeKind};

/// Declared conditions and what is known of them so far.
#[derive(Debug, Default)]
pub(super) struct Conditions<'t> {
    nodes: HashMap<&'t str, &'t Node>,
    known: HashMap<&'t str, State>,
}

#[derive(Debug, Clone)]
enum State {
    Evaluating,
    Done(Truth),
}

impl<'t> Conditions<'t> {
    pub(super) fn new(section: Option<&'t Node>) -> Self {
        let entries = section.map(Node::entries).unwrap_or_default();
        let nodes = entries.iter().map(|it| (it.key.as_str(), &it.value)).collect();
        Self { nodes, known: HashMap::new() }
    }
}

impl<'t> Resolver<'t> {
    /// Whether the condition called `name` holds; `user` is the place that asks, for a name that is not declared.
    pub(super) fn condition(&mut self, name: &str, user: &Node) -> Truth {
        let Some((&name, &node)) = self.conditions.nodes.get_key_value(name) else {
            let name = self.shown(name);
            if !self.is_transformed {
                let message =
                    format!("condition `{name}` is not declared; declare it under `Conditions` or correct its name");
                self.problem(user.whole(), message);
            }
            return Truth::Unknown(Reason::Condition(name));
        };
        match self.conditions.known.get(name) {
            Some(State::Done(truth)) => return truth.clone(),
            Some(State::Evaluating) => {
                self.problem(node.whole(), format!("condition `{name}` depends on itself; break the cycle"));
                return Truth::Unknown(Reason::Condition(name.to_owned()));
            }
            None => {}
        }
        self.evaluate(name, node)
    }

    /// Evaluates a condition after those it is made of, in a loop: a chain of conditions may be longer than the call
    /// stack is deep.
    fn evaluate(&mut self, name: &'t str, node: &'t Node) -> Truth {
        let place = self.place.clone();
        let mut open = vec![self.begin(name, node)];
        let mut truth = Truth::Unknown(Reason::Condition(name.to_owned()));
        while let Some((name, node, mentioned)) = open.last_mut() {
            if let Some(next) = mentioned.pop() {
                if let Some((&next, &node)) = self.conditions.nodes.get_key_value(next)
                    && !self.conditions.known.contains_key(next)
                {
                    open.push(self.begin(next, node));
                }
                continue;
            }
            self.place = Place::Condition((*name).to_owned());
            truth = self.test(node);
            self.conditions.known.insert(name, State::Done(truth.clone()));
            open.pop();
        }
        self.place = place;
        truth
    }

    /// Marks a condition as one that others must not wait for; gives the names it mentions, the first one last.
    fn begin(&mut self, name: &'t str, node: &'t Node) -> (&'t str, &'t Node, Vec<&'t str>) {
        self.conditions.known.insert(name, State::Evaluating);
        let mut mentioned = Vec::new();
        mentions(node, &mut mentioned);
        mentioned.reverse();
        (name, node, mentioned)
    }

    /// Evaluates a condition function.
    fn test(&mut self, node: &'t Node) -> Truth {
        let Some((function, operand)) = intrinsics::call(node) else {
            return self.plain_condition(node);
        };
        self.record(&function, node.span);
        match function.as_str() {
            "Condition" => match operand.as_str() {
                Some(name) => self.condition(name, node),
                None => self.malformed_condition(node, "`Condition` takes the name of a condition"),
            },
            "Fn::Not" => match operand.elements() {
                [one] => self.test(one).not(),
                _ => self.malformed_condition(node, "`Fn::Not` takes a list of one condition"),
            },
            "Fn::And" | "Fn::Or" if operand.elements().is_empty() => {
                self.malformed_condition(node, &format!("`{function}` takes a list of conditions"))
            }
            "Fn::And" => operand.elements().iter().fold(Truth::Yes, |truth, it| truth.and(self.test(it))),
            "Fn::Or" => operand.elements().iter().fold(Truth::No, |truth, it| truth.or(self.test(it))),
            "Fn::Equals" => match operand.elements() {
                [left, right] => self.equals(left, right, node),
                _ => self.malformed_condition(node, "`Fn::Equals` takes a list of two values"),
            },
            _ => {
                let message = format!(
                    "`{function}` is no condition function; use `Fn::Equals`, `Fn::And`, `Fn::Or`, `Fn::Not` or `Condition`"
                );
                self.malformed_condition(node, &message)
            }
        }
    }

    fn equals(&mut self, left: &'t Node, right: &'t Node, node: &'t Node) -> Truth {
        let (left_value, right_value) = (self.resolve(left), self.resolve(right));
        let truth = equal(&left_value, &right_value);
        match (self.scalar_type(left, &left_value), self.scalar_type(right, &right_value)) {
            (Some(left), Some(right)) if left != right && truth.is_yes() => {
                self.record("Fn::Equals.Types", node.span);
                Truth::from(self.inputs.equality == Equality::Text)
            }
            _ => truth,
        }
    }

    /// The type that `value`, written as `node`, has for an engine that keeps types apart; `None` where that was not
    /// measured.
    fn scalar_type(&self, node: &Node, value: &Value) -> Option<ScalarType> {
        match intrinsics::call(node) {
            None => scalar_type(&value.data),
            Some((function, operand)) => match function.as_str() {
                "Ref" => {
                    let name = operand.as_str()?;
                    match self.parameters.get(name) {
                        Some(parameter) if parameter.kind == "Number" => Some(ScalarType::Number),
                        Some(_) if self.inputs.parameters.contains_key(name) => Some(ScalarType::Text),
                        Some(parameter) => scalar_type(&parameter.declaration.get("Default")?.data),
                        None => scalar_type(&value.data),
                    }
                }
                "Fn::FindInMap" => scalar_type(&value.data),
                "Fn::Join" => Some(ScalarType::Text),
                // What looks like a number becomes one, unless it is as long as an account id.
                "Fn::Sub" => value.scalar_text().map(|it| match it.parse::<f64>() {
                    Ok(_) if it.len() != self.inputs.account_id.len() => ScalarType::Number,
                    _ => ScalarType::Text,
                }),
                _ => None,
            },
        }
    }

    fn plain_condition(&mut self, node: &Node) -> Truth {
        match &node.kind {
            NodeKind::Bool(value) => Truth::from(*value),
            NodeKind::String(text) if text == "true" || text == "false" => Truth::from(text == "true"),
            _ => self.malformed_condition(node, "a condition is one condition function such as `Fn::Equals`"),
        }
    }

    fn malformed_condition(&mut self, node: &Node, message: &str) -> Truth {
        if !self.is_transformed {
            self.problem(node.whole(), message);
        }
        Truth::Unknown(Reason::Other("a malformed condition".into()))
    }
}

/// The conditions that `node` names in `Condition` and `Fn::If`, in their order; the tree's depth is bounded.
fn mentions<'t>(node: &'t Node, names: &mut Vec<&'t str>) {
    match intrinsics::call(node) {
        Some((function, operand)) if function == "Condition" => names.extend(operand.as_str()),
        Some((function, operand)) if function == "Fn::If" => {
            names.extend(operand.elements().first().and_then(Node::as_str));
        }
        _ => {}
    }
    node.elements().iter().for_each(|it| mentions(it, names));
    node.entries().iter().for_each(|it| mentions(&it.value, names));
}

/// What a scalar is for an engine that keeps types apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ScalarType {
    Text,
    Number,
    Bool,
}

fn scalar_type(data: &Data) -> Option<ScalarType> {
    match data {
        Data::String(_) => Some(ScalarType::Text),
        Data::Number(_) => Some(ScalarType::Number),
        Data::Bool(_) => Some(ScalarType::Bool),
        _ => None,
    }
}

/// Whether two resolved values are the same text.
fn equal(left: &Value, right: &Value) -> Truth {
    if let (Some(left), Some(right)) = (left.scalar_text(), right.scalar_text()) {
        return Truth::from(left == right);
    }
    match (&left.data, &right.data) {
        (Data::List(left), Data::List(right)) if left.len() == right.len() => {
            Truth::all(left.iter().zip(right).map(|(left, right)| equal(left, right)))
        }
        (Data::List(_), Data::List(_)) => Truth::No,
        (Data::Absent | Data::Null, Data::Absent | Data::Null) => Truth::Yes,
        _ => match reason(left).or_else(|| reason(right)) {
            Some(reason) => Truth::Unknown(reason),
            None => Truth::No,
        },
    }
}

/// The first thing that is not known about a value.
fn reason(value: &Value) -> Option<Reason> {
    match &value.data {
        Data::Unknown(reason) => Some(reason.clone()),
        Data::Reference(it) => Some(Reason::Attribute(it.logical_id.clone(), it.attribute.clone())),
        Data::Text(pieces) => pieces.iter().find_map(super::Piece::reason),
        Data::Call(call) => call.operands.iter().find_map(reason),
        Data::OneOf(alternatives) => alternatives.first().map(|it| Reason::Condition(it.condition.clone())),
        Data::List(elements) => elements.iter().find_map(reason),
        Data::Absent | Data::Null | Data::Bool(_) | Data::Number(_) | Data::String(_) | Data::Map(_) => None,
    }
}
