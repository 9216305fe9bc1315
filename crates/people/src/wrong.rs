//! What is wrong with something that was sent: the field, and why.

/// A field that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Wrong {
    /// Where, such as `persona.avatar`.
    pub field: String,
    /// Why, in words for whoever sent it.
    pub message: String,
}

impl Wrong {
    pub(crate) fn new(field: &str, message: impl Into<String>) -> Self {
        Self {
            field: field.to_owned(),
            message: message.into(),
        }
    }
}

/// What came of reading.
pub type Result<T> = std::result::Result<T, Wrong>;
