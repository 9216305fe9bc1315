//! Reading WeChat's answers, in which any field may be missing or of another kind.
//!
//! The forms are those of the platform's documentation: numbers 0 and 1 for switches, lists wrapped in `{"list":[…]}`. What
//! is not there reads as empty, so that a new kind of button or answer ends as a note and never as a failure.

use serde_json::Value;

/// The text of a field; empty when there is none.
pub(crate) fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// The items of a list; none when there is no such list.
pub(crate) fn list<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    value
        .get(field)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// The items below `{"<field>":{"list":[…]}}`.
pub(crate) fn listed<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    value.get(field).map_or(&[], |inside| list(inside, "list"))
}

/// Whether a switch is off. One that is not there is on: its content is.
pub(crate) fn off(value: &Value, field: &str) -> bool {
    match value.get(field) {
        Some(Value::Bool(on)) => !on,
        Some(number) => number.as_i64() == Some(0),
        None => false,
    }
}
