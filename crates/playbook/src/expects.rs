//! `expects`: the fields that the answer of a business system has to have, and of which type.
//!
//! What lacks one is no answer: the system is asked again, and then the fan hears `sorry`, rather than a text with holes.

use std::fmt;

use serde_json::Value;

use crate::mistake::Refusal;
use crate::source::Node;
use crate::template::field;

/// Fields of one answer; they are looked at with each.
const MAX_FIELDS: usize = 50;

/// Bytes of the way to a field, which is told to operators when it is missing.
const MAX_WAY_BYTES: usize = 128;

/// What an answer has to have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Expects(Vec<Expected>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Expected {
    /// The names on the way to the field, as in `{result.…}`.
    way: Vec<String>,
    shape: Shape,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Text,
    Number,
    Boolean,
    /// Anything but `null`.
    Any,
}

/// An answer of a business system lacks a field, or has it in another type. Names the field, never what stands in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the business system's answer {}", self.0)]
pub struct UnexpectedAnswer(String);

impl Shape {
    const ALL: [(&str, Self); 4] = [
        ("text", Self::Text),
        ("number", Self::Number),
        ("boolean", Self::Boolean),
        ("any", Self::Any),
    ];

    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Number => value.is_number(),
            Self::Boolean => value.is_boolean(),
            Self::Any => true,
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = Self::ALL.iter().find(|(_, shape)| shape == self);
        f.write_str(known.map_or("", |(name, _)| name))
    }
}

impl Expects {
    /// The first field that an answer lacks.
    pub(crate) fn check(&self, answer: &Value) -> Result<(), UnexpectedAnswer> {
        for Expected { way, shape } in &self.0 {
            let named = way.join(".");
            match field(answer, way) {
                None | Some(Value::Null) => {
                    return Err(UnexpectedAnswer(format!("has no field `{named}`")));
                }
                Some(value) if !shape.fits(value) => {
                    let message = format!("has a field `{named}` that is no {shape}");
                    return Err(UnexpectedAnswer(message));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// Reads the table of fields and types.
    pub(crate) fn compile(node: Option<&Node>) -> Result<Self, Refusal> {
        let mut expects = Self::default();
        if let Some(node) = node {
            expects.read(node, &[])?;
        }
        Ok(expects)
    }

    /// TOML writes `order.amount = "number"` as a table in a table.
    fn read(&mut self, table: &Node, above: &[String]) -> Result<(), Refusal> {
        for (name, node) in table.fields()? {
            let mut way = above.to_vec();
            way.extend(name.split('.').map(str::to_owned));
            let bytes = way
                .iter()
                .map(|name| name.len().saturating_add(1))
                .sum::<usize>();
            if way.iter().any(String::is_empty) || bytes > MAX_WAY_BYTES {
                return Err(node.refuse(&format!(
                    "names of fields with dots between belong here, {MAX_WAY_BYTES} bytes in all, such as order.amount"
                )));
            }
            if node.fields().is_ok() {
                self.read(node, &way)?;
                continue;
            }
            let written = node.text()?;
            let Some((_, shape)) = Shape::ALL.iter().find(|(name, _)| *name == written) else {
                return Err(node.refuse(&format!(
                    "\"{written}\" is not known; known: \"text\", \"number\", \"boolean\", \"any\""
                )));
            };
            if self.0.len() >= MAX_FIELDS {
                return Err(node.refuse(&format!("at most {MAX_FIELDS} fields belong here")));
            }
            self.0.push(Expected { way, shape: *shape });
        }
        Ok(())
    }
}
