//! The intrinsic functions of CloudFormation, computed as far as their operands are known.

use super::literal::{literal, long_form};
use super::resolver::{Resolver, join, text_data};
use super::sub::{Part, parts};
use super::{Alternative, Call, Data, Piece, Problem, Reason, Truth, Value, cidr, json};
use crate::source::{Node, NodeKind, Number};

/// The intrinsic that `node` calls, with its operand: a short-form tag, or a mapping of one key `Ref`, `Condition`
/// or `Fn::...`. The operand of a tag is the tagged node itself.
pub(crate) fn call(node: &Node) -> Option<(String, &Node)> {
    if let Some(tag) = &node.tag {
        return Some((long_form(&tag.name), node));
    }
    match node.entries() {
        [only] if only.key == "Ref" || only.key.starts_with("Fn::") => Some((only.key.clone(), &only.value)),
        [only] if only.key == "Condition" && only.value.as_str().is_some() => Some((only.key.clone(), &only.value)),
        _ => None,
    }
}

impl<'t> Resolver<'t> {
    /// The value of `function` applied to `operand`; `node` is the whole call.
    pub(super) fn intrinsic(&mut self, function: &str, operand: &'t Node, node: &'t Node) -> Data {
        match function {
            "Ref" => match self.name(operand, node) {
                Ok(name) => {
                    if name == "AWS::NotificationARNs" {
                        self.record("Ref.NotificationARNs", node.span);
                    }
                    self.named(&name, node)
                }
                Err(Some(reason)) => Data::Unknown(reason),
                Err(None) => self.malformed(node, "`Ref` takes the name of a parameter or a resource"),
            },
            // Outside of conditions this is an ordinary key, as in a policy statement.
            "Condition" => literal(node).data,
            "Fn::GetAtt" => self.get_att(operand, node),
            "Fn::Sub" => self.sub(operand, node),
            "Fn::Join" => self.join(operand, node),
            "Fn::Select" => self.select(operand, node),
            "Fn::Split" => self.split(operand, node),
            "Fn::If" => self.if_(operand, node),
            "Fn::FindInMap" => self.find_in_map(operand, node),
            "Fn::Base64" => self.kept("Fn::Base64", operand, node),
            "Fn::Cidr" => self.cidr(operand, node),
            "Fn::Length" => self.length(operand, node),
            "Fn::ToJsonString" => self.json_string(operand, node),
            "Fn::GetAZs" => {
                let region = self.operand(operand, node).scalar_text().filter(|it| !it.is_empty());
                let region = region.map_or_else(|| self.inputs.region.clone(), |it| self.shown(&it));
                Data::Unknown(Reason::Other(format!("the Availability Zones of {region}")))
            }
            "Fn::ImportValue" => {
                let name = self.operand(operand, node);
                let name = name.scalar_text().map(|it| self.shown(&it));
                Data::Unknown(Reason::Import(name.unwrap_or_else(|| "of a computed name".into())))
            }
            "Fn::GetStackOutput" => Data::Unknown(Reason::Other("an output of another stack".into())),
            "Fn::Transform" => {
                let name = operand.get("Name").and_then(Node::as_str).unwrap_or("of unknown name");
                Data::Unknown(Reason::Other(format!("what the macro `{name}` returns")))
            }
            "Fn::And" | "Fn::Or" | "Fn::Not" | "Fn::Equals" => {
                self.malformed(node, &format!("`{function}` is a condition function; it belongs under `Conditions`"))
            }
            _ if function.starts_with("Fn::ForEach") => {
                Data::Unknown(Reason::Other(format!("the loop `{function}`, which is not expanded")))
            }
            _ => {
                let short = function.trim_start_matches("Fn::");
                let message = format!(
                    "`{function}` is no intrinsic function of CloudFormation; correct `{short}` or quote the text"
                );
                if !self.is_transformed {
                    self.problems.push(Problem::aws_only(node.whole(), message));
                }
                Data::Unknown(Reason::Other(format!("what `{function}` stands for")))
            }
        }
    }

    /// The value of the operand of the call `node`. The operand of a short form is the tagged node itself, whose tag
    /// must not be applied again.
    fn operand(&mut self, operand: &'t Node, node: &'t Node) -> Value {
        if !std::ptr::eq(operand, node) {
            return self.resolve(operand);
        }
        let data = match &operand.kind {
            NodeKind::String(text) => text_data(text),
            NodeKind::Sequence(elements) => {
                let values = elements.iter().map(|it| self.resolve(it));
                Data::List(values.filter(|it| it.data != Data::Absent).collect())
            }
            // `!Base64 { "Fn::Sub": ... }`: the mapping under the tag may be a call itself.
            NodeKind::Mapping(entries) => match entries.as_slice() {
                [only] if only.key == "Ref" || only.key.starts_with("Fn::") => {
                    self.record(&only.key, operand.span);
                    self.intrinsic(&only.key, &only.value, operand)
                }
                entries => Data::Map(
                    entries
                        .iter()
                        .map(|it| super::Field {
                            key: it.key.clone(),
                            key_span: it.key_span,
                            value: self.resolve(&it.value),
                        })
                        .collect(),
                ),
            },
            NodeKind::Null | NodeKind::Bool(_) | NodeKind::Number(_) => match operand.scalar_text() {
                Some(text) => Data::String(text),
                None => Data::Null,
            },
        };
        Value { data, span: operand.span }
    }

    fn malformed(&mut self, node: &Node, message: &str) -> Data {
        if !self.is_transformed {
            self.problem(node.whole(), message);
        }
        Data::Unknown(Reason::Other("a malformed intrinsic function".into()))
    }

    /// The name that an operand spells, or computes from what is known.
    ///
    /// # Errors
    /// Why it is not known; nothing for what can be no name.
    fn name(&mut self, operand: &'t Node, node: &'t Node) -> Result<String, Option<Reason>> {
        if let Some(name) = operand.as_str().filter(|_| operand.tag.is_none() || std::ptr::eq(operand, node)) {
            return Ok(name.to_owned());
        }
        match self.operand(operand, node).data {
            Data::String(name) => Ok(name),
            Data::Unknown(reason) => Err(Some(reason)),
            Data::Text(_) | Data::Reference(_) | Data::Call(_) | Data::OneOf(_) => {
                Err(Some(Reason::Other("a computed name".into())))
            }
            Data::Absent | Data::Null | Data::Bool(_) | Data::Number(_) | Data::List(_) | Data::Map(_) => Err(None),
        }
    }

    fn json_string(&mut self, operand: &'t Node, node: &'t Node) -> Data {
        if json::has_calls(operand, node) {
            self.record("Fn::ToJsonString.Functions", node.span);
        }
        let value = self.operand(operand, node);
        match json::text(&value) {
            Some(text) => Data::String(text),
            None => Data::Call(Box::new(Call { function: "Fn::ToJsonString", operands: vec![value] })),
        }
    }

    /// A computed text, which may spell a dynamic reference.
    fn joined(&self, pieces: Vec<Piece>) -> Data {
        let text = match join(pieces) {
            Data::String(text) => text,
            data => return data,
        };
        match text_data(&text) {
            Data::Unknown(Reason::Dynamic(it)) => Data::Unknown(Reason::Dynamic(self.shown(&it))),
            Data::Text(mut pieces) => {
                for piece in &mut pieces {
                    if let Piece::Unknown(Reason::Dynamic(it)) = piece {
                        *it = self.shown(it);
                    }
                }
                Data::Text(pieces)
            }
            data => data,
        }
    }

    fn kept(&mut self, function: &'static str, operand: &'t Node, node: &'t Node) -> Data {
        let value = self.operand(operand, node);
        Data::Call(Box::new(Call { function, operands: vec![value] }))
    }

    fn get_att(&mut self, operand: &'t Node, node: &'t Node) -> Data {
        match &operand.kind {
            NodeKind::String(text) => match text.split_once('.') {
                Some((id, attribute)) => self.attribute(id, attribute.to_owned(), node),
                None => self.malformed(node, "`Fn::GetAtt` takes `LogicalId.Attribute`"),
            },
            NodeKind::Sequence(elements) => {
                let Some((first, rest)) = elements.split_first().filter(|(_, rest)| !rest.is_empty()) else {
                    return self.malformed(node, "`Fn::GetAtt` takes a logical id and an attribute");
                };
                let id = match self.name(first, node) {
                    Ok(id) => id,
                    Err(Some(reason)) => return Data::Unknown(reason),
                    Err(None) => return self.malformed(node, "`Fn::GetAtt` takes a logical id and an attribute"),
                };
                let names: Vec<Option<String>> = rest.iter().map(|it| self.resolve(it).scalar_text()).collect();
                match names.into_iter().collect::<Option<Vec<_>>>() {
                    Some(names) => self.attribute(&id, names.join("."), node),
                    None => self.attribute(&id, "*".to_owned(), node),
                }
            }
            _ => self.malformed(node, "`Fn::GetAtt` takes `LogicalId.Attribute`"),
        }
    }

    fn sub(&mut self, operand: &'t Node, node: &'t Node) -> Data {
        let (text, variables) = match &operand.kind {
            NodeKind::Sequence(elements) => match elements.as_slice() {
                [text, variables] => (text.scalar_text(), Some(variables)),
                [text] => (text.scalar_text(), None),
                _ => (None, None),
            },
            _ => (operand.scalar_text(), None),
        };
        let Some(text) = text else {
            return self.malformed(node, "`Fn::Sub` takes a text, or a list of a text and its variables");
        };
        let mut given: Vec<(&str, Data)> = Vec::new();
        for entry in variables.map(Node::entries).unwrap_or_default() {
            let value = self.resolve(&entry.value);
            given.push((&entry.key, value.data));
        }
        if text.contains("${!") {
            self.record("Fn::Sub.Escape", node.span);
        }
        let mut pieces = Vec::new();
        for part in parts(&text) {
            match part {
                Part::Literal(text) => pieces.push(Piece::Text(text)),
                Part::Variable(name) => {
                    let data = match given.iter().find(|(key, _)| *key == name) {
                        Some((_, data)) => data.clone(),
                        None => match name.split_once('.') {
                            Some((id, attribute)) => self.attribute(id, attribute.to_owned(), node),
                            None => self.named(&name, node),
                        },
                    };
                    pieces.extend(as_pieces(data));
                }
            }
        }
        self.joined(pieces)
    }

    fn join(&mut self, operand: &'t Node, node: &'t Node) -> Data {
        let [delimiter, list] = operand.elements() else {
            return self.malformed(node, "`Fn::Join` takes a list of a delimiter and a list of values");
        };
        let Some(delimiter) = delimiter.scalar_text() else {
            return self.malformed(node, "the delimiter of `Fn::Join` is a text");
        };
        let list = self.resolve(list);
        match list.data {
            Data::List(elements) => {
                let mut pieces = Vec::new();
                for (at, element) in elements.into_iter().enumerate() {
                    if at > 0 {
                        pieces.push(Piece::Text(delimiter.clone()));
                    }
                    pieces.extend(as_pieces(element.data));
                }
                self.joined(pieces)
            }
            Data::Unknown(reason) => Data::Unknown(reason),
            data => {
                let delimiter = Value { data: Data::String(delimiter), span: node.span };
                let operands = vec![delimiter, Value { data, span: list.span }];
                Data::Call(Box::new(Call { function: "Fn::Join", operands }))
            }
        }
    }

    fn select(&mut self, operand: &'t Node, node: &'t Node) -> Data {
        let [index, list] = operand.elements() else {
            return self.malformed(node, "`Fn::Select` takes a list of an index and a list of values");
        };
        let (index, list) = (self.resolve(index), self.resolve(list));
        let at = index.as_number().filter(|it| *it >= 0.0 && it.fract() == 0.0);
        match (at, &list.data) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be a whole number")]
            (Some(at), Data::List(elements)) => match elements.get(at as usize) {
                Some(element) => element.data.clone(),
                None => {
                    let at = self.shown(&at.to_string());
                    let message = format!("`Fn::Select` asks for element {at} of a list of {}", elements.len());
                    self.malformed(node, &message)
                }
            },
            (_, Data::Unknown(reason)) => Data::Unknown(reason.clone()),
            _ => Data::Call(Box::new(Call { function: "Fn::Select", operands: vec![index, list] })),
        }
    }

    fn split(&mut self, operand: &'t Node, node: &'t Node) -> Data {
        let [delimiter, text] = operand.elements() else {
            return self.malformed(node, "`Fn::Split` takes a list of a delimiter and a text");
        };
        let (delimiter, text) = (self.resolve(delimiter), self.resolve(text));
        match (delimiter.scalar_text(), &text.data) {
            (Some(by), Data::String(whole)) if !by.is_empty() => {
                let part = |it: &str| Value { data: Data::String(it.to_owned()), span: text.span };
                Data::List(whole.split(by.as_str()).map(part).collect())
            }
            (_, Data::Unknown(reason)) => Data::Unknown(reason.clone()),
            _ => Data::Call(Box::new(Call { function: "Fn::Split", operands: vec![delimiter, text] })),
        }
    }

    fn if_(&mut self, operand: &'t Node, node: &'t Node) -> Data {
        let [condition, then, otherwise] = operand.elements() else {
            return self.malformed(node, "`Fn::If` takes a list of a condition, a value and another value");
        };
        let Some(name) = condition.as_str() else {
            return self.malformed(node, "the first value of `Fn::If` is the name of a condition");
        };
        match self.condition(name, condition) {
            Truth::Yes => self.resolve(then).data,
            Truth::No => self.resolve(otherwise).data,
            Truth::Unknown(_) => {
                self.undecided += 1;
                let (then, otherwise) = (self.resolve(then), self.resolve(otherwise));
                self.undecided -= 1;
                let alternative = |holds, value| Alternative { condition: name.to_owned(), holds, value };
                Data::OneOf(vec![alternative(true, then), alternative(false, otherwise)])
            }
        }
    }

    fn find_in_map(&mut self, operand: &'t Node, node: &'t Node) -> Data {
        let elements = operand.elements();
        let (Some(map), Some(first), Some(second)) = (elements.first(), elements.get(1), elements.get(2)) else {
            return self.malformed(node, "`Fn::FindInMap` takes the name of a mapping and two keys");
        };
        let values = [self.resolve(map), self.resolve(first), self.resolve(second)];
        let default = elements.get(3).and_then(|it| it.get("DefaultValue"));
        if default.is_some() {
            self.record("Fn::FindInMap.DefaultValue", node.span);
        }
        let texts: Option<Vec<String>> = values.iter().map(Value::scalar_text).collect();
        let Some([map, first, second]) = texts.as_deref() else {
            let unknown = values.iter().find_map(|it| match &it.data {
                Data::Unknown(reason) => Some(reason.clone()),
                _ => None,
            });
            return Data::Unknown(unknown.unwrap_or_else(|| Reason::Other("a computed key of a mapping".into())));
        };
        let found = self.mappings.get(map.as_str()).and_then(|it| it.get(first)).and_then(|it| it.get(second));
        match (found, default) {
            // CloudFormation takes no function there; one that looks itself up would never end.
            (Some(value), _) if call(value).is_some() || json::has_calls(value, value) => {
                Data::Unknown(Reason::Other(format!("a function in the mapping `{}`", self.shown(map))))
            }
            (Some(value), _) => self.resolve(value).data,
            (None, Some(default)) => self.resolve(default).data,
            (None, None) => {
                let name = self.shown(&format!("{map}.{first}.{second}"));
                let message = format!("`Fn::FindInMap` finds no `{name}`; add the key or correct the name");
                self.malformed(node, &message)
            }
        }
    }

    fn cidr(&mut self, operand: &'t Node, node: &'t Node) -> Data {
        let operands: Vec<Value> = operand.elements().iter().map(|it| self.resolve(it)).collect();
        if !(2..=3).contains(&operands.len()) {
            return self.malformed(node, "`Fn::Cidr` takes a block, a count and the host bits of each block");
        }
        let number = |it: Option<&Value>| it.and_then(Value::scalar_text).and_then(|it| it.parse::<u32>().ok());
        let bits = if operands.len() == 2 { Some(8) } else { number(operands.get(2)) };
        let block = operands.first().and_then(Value::scalar_text);
        match (block, number(operands.get(1)), bits) {
            (Some(block), Some(count), Some(bits)) => match cidr::split(&block, count, bits) {
                Some(blocks) => {
                    let value = |it| Value { data: Data::String(it), span: node.span };
                    Data::List(blocks.into_iter().map(value).collect())
                }
                None => {
                    let [block, count, bits] = [block, count.to_string(), bits.to_string()].map(|it| self.shown(&it));
                    self.malformed(node, &format!("`{block}` has no room for {count} blocks of {bits} host bits"))
                }
            },
            _ => Data::Call(Box::new(Call { function: "Fn::Cidr", operands })),
        }
    }

    fn length(&mut self, operand: &'t Node, node: &'t Node) -> Data {
        let value = self.operand(operand, node);
        match &value.data {
            #[expect(clippy::cast_precision_loss, reason = "lists of a template are short")]
            Data::List(elements) => {
                Data::Number(Number { value: elements.len() as f64, text: elements.len().to_string() })
            }
            Data::Unknown(reason) => Data::Unknown(reason.clone()),
            _ => Data::Call(Box::new(Call { function: "Fn::Length", operands: vec![value] })),
        }
    }
}

/// The pieces that a value adds to a text.
fn as_pieces(data: Data) -> Vec<Piece> {
    match data {
        Data::Absent | Data::Null => Vec::new(),
        Data::Bool(value) => vec![Piece::Text(value.to_string())],
        Data::Number(number) => vec![Piece::Text(number.text)],
        Data::String(text) => vec![Piece::Text(text)],
        Data::Reference(reference) => vec![Piece::Reference(reference)],
        Data::Text(pieces) => pieces,
        Data::Unknown(reason) => vec![Piece::Unknown(reason)],
        Data::OneOf(alternatives) => {
            let condition = alternatives.into_iter().next().map(|it| it.condition).unwrap_or_default();
            vec![Piece::Unknown(Reason::Condition(condition))]
        }
        Data::Call(call) => vec![Piece::Call(call)],
        Data::List(_) | Data::Map(_) => vec![Piece::Unknown(Reason::Other("a list in a text".into()))],
    }
}
