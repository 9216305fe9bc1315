//! Reading TOML.

use super::node::{Node, Value, Way};
use super::{Lines, MAX_DEPTH, below, broken};
use crate::mistake::Refusal;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(super) fn read(document: &str) -> Result<Node, Refusal> {
    let lines = Lines::of(document);
    match DeTable::parse(document) {
        Ok(table) => {
            let fields = fields(table.get_ref(), &Way::default(), &lines, MAX_DEPTH)?;
            Ok(Node {
                line: 1,
                way: Way::default(),
                value: Value::Table(fields),
            })
        }
        Err(error) => Err(broken(
            lines.at(error.span().map_or(0, |span| span.start)),
            error.message(),
        )),
    }
}

fn fields(
    table: &DeTable<'_>,
    way: &Way,
    lines: &Lines,
    depth: usize,
) -> Result<Vec<(String, Node)>, Refusal> {
    let mut fields = Vec::new();
    for (name, value) in table {
        let name = name.get_ref();
        fields.push((
            name.to_string(),
            node(value, way.field(name), lines, depth)?,
        ));
    }
    Ok(fields)
}

fn node(
    spanned: &Spanned<DeValue<'_>>,
    way: Way,
    lines: &Lines,
    depth: usize,
) -> Result<Node, Refusal> {
    let line = lines.at(spanned.span().start);
    let below = below(depth, line)?;
    let value = match spanned.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Boolean(boolean) => Value::Boolean(*boolean),
        DeValue::Integer(digits) => match i64::from_str_radix(digits.as_str(), digits.radix()) {
            Ok(integer) => Value::Integer(integer),
            Err(_) => Value::Other("a number that is too large"),
        },
        DeValue::Float(_) => Value::Other("a fraction"),
        DeValue::Datetime(_) => Value::Other("a date"),
        DeValue::Array(items) => {
            let mut nodes = Vec::new();
            for (index, item) in items.iter().enumerate() {
                nodes.push(node(item, way.item(index), lines, below)?);
            }
            Value::List(nodes)
        }
        DeValue::Table(table) => Value::Table(fields(table, &way, lines, below)?),
    };
    Ok(Node { line, way, value })
}
