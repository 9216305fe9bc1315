//! Fields of JSON that another actor or an earlier release wrote.
//!
//! By hand: a derived reader is 3 to 10 KB of machine code for each type.

use fandesk_shard::UnixMillis;
use serde_json::{Map, Value};

/// A field that is missing or of another kind. Holds nothing of what was there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` is not {expected}")]
pub struct Unreadable {
    /// Its name, such as `opened_at`.
    pub field: String,
    /// Such as `a text`.
    pub expected: &'static str,
}

impl Unreadable {
    pub(crate) fn new(field: &str, expected: &'static str) -> Self {
        Self {
            field: field.to_owned(),
            expected,
        }
    }
}

/// An object that is being read. What is absent, null or of another kind reads as not there.
#[derive(Clone, Copy)]
pub struct Fields<'v>(&'v Map<String, Value>);

impl<'v> Fields<'v> {
    /// Of an object.
    ///
    /// # Errors
    /// When it is none.
    pub fn of(value: &'v Value, name: &str) -> Result<Self, Unreadable> {
        value
            .as_object()
            .map(Self)
            .ok_or_else(|| Unreadable::new(name, "an object"))
    }

    /// What is there, whatever it is.
    #[must_use]
    pub fn get(self, name: &str) -> Option<&'v Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A text.
    #[must_use]
    pub fn text(self, name: &str) -> Option<String> {
        self.str(name).map(str::to_owned)
    }

    /// A text, as it lies there.
    #[must_use]
    pub fn str(self, name: &str) -> Option<&'v str> {
        self.get(name)?.as_str()
    }

    /// A text that has to be there.
    ///
    /// # Errors
    /// When it is not.
    pub fn required(self, name: &str) -> Result<String, Unreadable> {
        self.text(name)
            .ok_or_else(|| Unreadable::new(name, "a text"))
    }

    /// A whole number.
    #[must_use]
    pub fn number(self, name: &str) -> Option<i64> {
        self.get(name)?.as_i64()
    }

    /// A moment.
    #[must_use]
    pub fn moment(self, name: &str) -> Option<UnixMillis> {
        self.number(name).map(UnixMillis)
    }

    /// A moment that has to be there.
    ///
    /// # Errors
    /// When it is not.
    pub fn at(self, name: &str) -> Result<UnixMillis, Unreadable> {
        self.moment(name)
            .ok_or_else(|| Unreadable::new(name, "a moment in milliseconds"))
    }

    /// True, or not.
    #[must_use]
    pub fn flag(self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool) == Some(true)
    }

    /// The items of a list; none when it is not there.
    #[must_use]
    pub fn items(self, name: &str) -> &'v [Value] {
        self.get(name)
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    /// The texts of a list.
    #[must_use]
    pub fn texts(self, name: &str) -> Vec<String> {
        self.items(name)
            .iter()
            .filter_map(|item| item.as_str().map(str::to_owned))
            .collect()
    }
}

/// A moment as JSON, or null.
pub(crate) fn moment(at: Option<UnixMillis>) -> Value {
    at.map_or(Value::Null, |at| Value::from(at.0))
}
