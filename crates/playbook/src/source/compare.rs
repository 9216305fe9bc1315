//! Where two values of documents differ.

use super::node::{Node, Value};

impl Node {
    /// Adds the ways to what differs, from this value on, such as `reply.text`; an empty one is the value itself.
    pub(crate) fn compare(&self, other: &Node, into: &mut Vec<String>) {
        compare(self, other, "", into);
    }
}

fn compare(one: &Node, other: &Node, at: &str, into: &mut Vec<String>) {
    let same = match (&one.value, &other.value) {
        (Value::Table(fields), Value::Table(others)) => {
            let below = |name: &str| {
                if at.is_empty() {
                    name.to_owned()
                } else {
                    format!("{at}.{name}")
                }
            };
            for (name, value) in fields {
                match find(others, name) {
                    Some(other) => compare(value, other, &below(name), into),
                    None if !is_null(value) => into.push(below(name)),
                    None => {}
                }
            }
            for (name, value) in others {
                if find(fields, name).is_none() && !is_null(value) {
                    into.push(below(name));
                }
            }
            return;
        }
        (Value::List(items), Value::List(others)) if items.len() == others.len() => {
            for (number, (item, other)) in items.iter().zip(others).enumerate() {
                compare(item, other, &format!("{at}[{number}]"), into);
            }
            return;
        }
        (Value::Null, Value::Null) => true,
        (Value::Boolean(one), Value::Boolean(other)) => one == other,
        (Value::Integer(one), Value::Integer(other)) => one == other,
        (Value::Text(one), Value::Text(other)) => one == other,
        (Value::Other(one), Value::Other(other)) => one == other,
        _ => false,
    };
    if !same {
        into.push(at.to_owned());
    }
}

fn find<'n>(fields: &'n [(String, Node)], name: &str) -> Option<&'n Node> {
    let (_, value) = fields.iter().find(|(field, _)| field == name)?;
    Some(value)
}

fn is_null(node: &Node) -> bool {
    matches!(node.value, Value::Null)
}
