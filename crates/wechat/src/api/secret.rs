//! Texts that are not for logs.

use std::fmt;

use serde_json::Value;

use super::json::{FromJson, Unexpected};

/// A text of an answer that gives rights to whoever has it. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Secret {
        Secret(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

impl FromJson for Secret {
    fn from_json(value: Value) -> Result<Self, Unexpected> {
        String::from_json(value).map(Secret)
    }
}
