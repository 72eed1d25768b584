//! Evaluates CloudFormation's intrinsic functions for the local stack.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Error, names::Names, parameters::scalar, yaml::join};

/// The maximum depth of conditions, so that a cycle is an error and not a stack overflow.
const DEEPEST_CONDITION: usize = 32;

/// The parts of a template that its expressions may refer to.
pub(super) struct Evaluator<'a> {
    pub(super) parameters: BTreeMap<String, Value>,
    pub(super) resources: &'a Map<String, Value>,
    pub(super) conditions: Option<&'a Map<String, Value>>,
    pub(super) names: &'a Names,
}

impl Evaluator<'_> {
    /// The value of an expression. `AWS::NoValue` at the top level is null.
    pub(super) fn value(&self, node: &Value, place: &str) -> Result<Value, Error> {
        Ok(self.evaluate(node, place)?.unwrap_or(Value::Null))
    }

    /// The value of an expression, or `None` for `AWS::NoValue`, which its container omits.
    fn evaluate(&self, node: &Value, place: &str) -> Result<Option<Value>, Error> {
        match node {
            Value::Object(object) => {
                if let Some((name, argument)) = intrinsic(object) {
                    return self.apply(name, argument, place);
                }
                let mut evaluated = Map::new();
                for (key, member) in object {
                    if let Some(member) = self.evaluate(member, &join(place, key))? {
                        evaluated.insert(key.clone(), member);
                    }
                }
                Ok(Some(Value::Object(evaluated)))
            }
            Value::Array(items) => {
                let mut evaluated = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    evaluated.extend(self.evaluate(item, &join(place, &index.to_string()))?);
                }
                Ok(Some(Value::Array(evaluated)))
            }
            _ => Ok(Some(node.clone())),
        }
    }

    fn apply(&self, name: &str, argument: &Value, place: &str) -> Result<Option<Value>, Error> {
        let wrong = || Error::at(place, format!("{name} is malformed"));
        let list = |length: usize| {
            argument.as_array().filter(|items| items.len() == length).ok_or_else(wrong)
        };
        let value = match name {
            "Ref" => return self.reference(argument.as_str().ok_or_else(wrong)?, place),
            "Fn::GetAtt" => match argument {
                Value::String(path) => self.attribute(path, place)?,
                Value::Array(parts) => {
                    let parts: Option<Vec<_>> = parts.iter().map(Value::as_str).collect();
                    self.attribute(&parts.ok_or_else(wrong)?.join("."), place)?
                }
                _ => return Err(wrong()),
            },
            "Fn::Sub" => match argument {
                Value::String(text) => self.substitute(text, &Map::new(), place)?,
                Value::Array(parts) => match parts.as_slice() {
                    [Value::String(text), Value::Object(variables)] => {
                        self.substitute(text, variables, place)?
                    }
                    _ => return Err(wrong()),
                },
                _ => return Err(wrong()),
            },
            "Fn::Join" => {
                let [separator, items] = self.pair(list(2)?, place)?;
                let items = items.as_array().ok_or_else(wrong)?;
                let items: Option<Vec<_>> = items.iter().map(scalar).collect();
                json!(items.ok_or_else(wrong)?.join(separator.as_str().ok_or_else(wrong)?))
            }
            "Fn::Split" => {
                let [separator, text] = self.pair(list(2)?, place)?;
                let separator = separator.as_str().ok_or_else(wrong)?;
                json!(text.as_str().ok_or_else(wrong)?.split(separator).collect::<Vec<_>>())
            }
            "Fn::Select" => {
                let [index, items] = self.pair(list(2)?, place)?;
                let index = scalar(&index).and_then(|index| index.parse::<usize>().ok());
                let items = items.as_array().ok_or_else(wrong)?;
                let item = items.get(index.ok_or_else(wrong)?);
                item.ok_or_else(|| Error::at(place, "the index of Fn::Select is out of range"))?
                    .clone()
            }
            "Fn::If" => {
                let branches = list(3)?;
                let name = branches[0].as_str().ok_or_else(wrong)?;
                let branch = if self.condition(name, place)? { &branches[1] } else { &branches[2] };
                return self.evaluate(branch, place);
            }
            "Condition" | "Fn::Equals" | "Fn::Not" | "Fn::And" | "Fn::Or" => {
                json!(self.decide(&json!({ name: argument }), place, 0)?)
            }
            _ => {
                return Err(Error::at(
                    place,
                    format!("{name} is not supported by the local stack"),
                ));
            }
        };
        Ok(Some(value))
    }

    fn pair(&self, items: &[Value], place: &str) -> Result<[Value; 2], Error> {
        Ok([self.value(&items[0], place)?, self.value(&items[1], place)?])
    }

    fn reference(&self, name: &str, place: &str) -> Result<Option<Value>, Error> {
        if name == "AWS::NoValue" {
            return Ok(None);
        }
        if let Some(value) = self.names.pseudo(name).map(Value::from) {
            return Ok(Some(value));
        }
        if let Some(value) = self.parameters.get(name) {
            return Ok(Some(value.clone()));
        }
        let kind = self
            .kind(name)
            .ok_or_else(|| Error::at(place, format!("no resource or parameter \"{name}\"")))?;
        Ok(Some(json!(self.names.reference(name, kind))))
    }

    fn attribute(&self, path: &str, place: &str) -> Result<Value, Error> {
        let (name, attribute) = path
            .split_once('.')
            .ok_or_else(|| Error::at(place, "Fn::GetAtt needs a resource and an attribute"))?;
        let kind =
            self.kind(name).ok_or_else(|| Error::at(place, format!("no resource \"{name}\"")))?;
        let value = self.names.attribute(name, kind, attribute);
        value.map(Value::from).ok_or_else(|| {
            Error::at(place, format!("no attribute \"{attribute}\" of {kind} \"{name}\""))
        })
    }

    fn kind(&self, name: &str) -> Option<&str> {
        self.resources.get(name)?.get("Type")?.as_str()
    }

    fn substitute(
        &self,
        text: &str,
        variables: &Map<String, Value>,
        place: &str,
    ) -> Result<Value, Error> {
        let mut result = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            result.push_str(before);
            let (name, after) = after
                .split_once('}')
                .ok_or_else(|| Error::at(place, "Fn::Sub is missing a \"}\""))?;
            rest = after;
            if let Some(literal) = name.strip_prefix('!') {
                result.push_str(&format!("${{{literal}}}"));
                continue;
            }
            let value = match variables.get(name) {
                Some(variable) => self.value(variable, place)?,
                None if name.contains('.') => self.attribute(name, place)?,
                None => self.reference(name, place)?.unwrap_or(Value::Null),
            };
            let value = scalar(&value)
                .ok_or_else(|| Error::at(place, format!("\"{name}\" is not a single string")))?;
            result.push_str(&value);
        }
        result.push_str(rest);
        Ok(json!(result))
    }

    /// Whether a named condition holds.
    pub(super) fn condition(&self, name: &str, place: &str) -> Result<bool, Error> {
        self.decide(&json!({ "Condition": name }), place, 0)
    }

    fn decide(&self, node: &Value, place: &str, depth: usize) -> Result<bool, Error> {
        let wrong = || Error::at(place, "a condition is malformed");
        if depth > DEEPEST_CONDITION {
            return Err(Error::at(place, "conditions refer to each other in a cycle"));
        }
        let (name, argument) = node.as_object().and_then(intrinsic).ok_or_else(wrong)?;
        if name == "Condition" {
            let name = argument.as_str().ok_or_else(wrong)?;
            let condition = self.conditions.and_then(|conditions| conditions.get(name));
            let condition =
                condition.ok_or_else(|| Error::at(place, format!("no condition \"{name}\"")))?;
            return self.decide(condition, &join("Conditions", name), depth + 1);
        }
        let operands = argument.as_array().ok_or_else(wrong)?;
        let mut decided = operands.iter().map(|operand| self.decide(operand, place, depth + 1));
        match name {
            "Fn::Equals" if operands.len() == 2 => {
                let [left, right] = self.pair(operands, place)?;
                Ok(left == right || (scalar(&left).is_some() && scalar(&left) == scalar(&right)))
            }
            "Fn::Not" if operands.len() == 1 => Ok(!self.decide(&operands[0], place, depth + 1)?),
            "Fn::And" => decided.try_fold(true, |all, one| Ok(all & one?)),
            "Fn::Or" => decided.try_fold(false, |any, one| Ok(any | one?)),
            _ => Err(wrong()),
        }
    }
}

/// The intrinsic function that an object calls, with its argument; `None` for other objects.
fn intrinsic(object: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = object.iter().next().filter(|_| object.len() == 1)?;
    let condition = name == "Condition" && argument.is_string();
    (name == "Ref" || name.starts_with("Fn::") || condition).then_some((name, argument))
}
