//! Reading JSON.
//!
//! `serde_json` tells no positions, but a [`RawValue`] borrows the slice of the text that it stands for, and where that
//! slice lies in the text is its position. So a level is read at a time, each value of it raw; a text of `n` bytes with
//! `d` levels is scanned `d` times.

use super::node::{Node, Value, Way};
use super::{Lines, MAX_DEPTH, below, broken};
use crate::mistake::Refusal;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// More fields than any table of a document has.
const MAX_FIELDS: usize = 64;

pub(super) fn read(document: &str) -> Result<Node, Refusal> {
    let source = Source {
        document,
        lines: Lines::of(document),
    };
    source.node(source.parse(document)?, Way::default(), MAX_DEPTH)
}

struct Source<'d> {
    document: &'d str,
    lines: Lines,
}

impl<'d> Source<'d> {
    fn node(&self, raw: &'d RawValue, way: Way, depth: usize) -> Result<Node, Refusal> {
        let text = raw.get();
        let line = self.lines.at(self.offset(text));
        let below = below(depth, line)?;
        let value = match text.as_bytes().first() {
            Some(b'{') => {
                let Fields(raw) = self.parse(text)?;
                let mut fields = Vec::new();
                for (name, value) in raw {
                    let way = way.field(&name);
                    fields.push((name, self.node(value, way, below)?));
                }
                Value::Table(fields)
            }
            Some(b'[') => {
                let raw: Vec<&RawValue> = self.parse(text)?;
                let mut items = Vec::new();
                for (index, item) in raw.into_iter().enumerate() {
                    items.push(self.node(item, way.item(index), below)?);
                }
                Value::List(items)
            }
            Some(b'"') => Value::Text(self.parse(text)?),
            Some(b't') => Value::Boolean(true),
            Some(b'f') => Value::Boolean(false),
            Some(b'n') => Value::Null,
            _ => match text.parse() {
                Ok(integer) => Value::Integer(integer),
                Err(_) if text.contains(['.', 'e', 'E']) => Value::Other("a fraction"),
                Err(_) => Value::Other("a number that is too large"),
            },
        };
        Ok(Node { line, way, value })
    }

    fn parse<T: Deserialize<'d>>(&self, slice: &'d str) -> Result<T, Refusal> {
        serde_json::from_str(slice).map_err(|error| self.refuse(slice, &error))
    }

    fn offset(&self, slice: &str) -> usize {
        slice
            .as_ptr()
            .addr()
            .saturating_sub(self.document.as_ptr().addr())
    }

    /// What `serde_json` says about a slice, as a word about the document.
    fn refuse(&self, slice: &str, error: &serde_json::Error) -> Refusal {
        let line = self
            .lines
            .at(self.offset(slice))
            .saturating_add(error.line().saturating_sub(1));
        // The position in the message would be that in the slice.
        let message = error.to_string();
        broken(
            line,
            message
                .rsplit_once(" at line ")
                .map_or(message.as_str(), |(before, _)| before),
        )
    }
}

/// An object's fields in their order. Two of one name are refused: the later would silently win.
struct Fields<'d>(Vec<(String, &'d RawValue)>);

impl<'d> Deserialize<'d> for Fields<'d> {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'d> Visitor<'d> for InOrder {
            type Value = Fields<'d>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'d>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields: Vec<(String, &RawValue)> = Vec::new();
                while let Some((name, value)) = map.next_entry()? {
                    // One with more fields is refused anyway, for having unknown ones.
                    if fields.len() < MAX_FIELDS && fields.iter().any(|(other, _)| *other == name) {
                        return Err(A::Error::custom(format_args!("duplicate key `{name}`")));
                    }
                    fields.push((name, value));
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}
