//! Whether the callback can be answered.

use serde::Serialize;

/// The state of the service as a whole.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// Nothing is wrong.
    pub ok: bool,
    /// What is wrong, each in one plain sentence.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// The setting to mend, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// What is wrong, what follows from it, and what to do.
    pub message: String,
}
