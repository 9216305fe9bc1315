//! The form of every error of the API.

use serde::Serialize;

/// Why a request was refused or failed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    /// The error.
    pub error: ErrorDetail,
}

/// The error itself.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorDetail {
    /// A word for programs.
    pub code: String,
    /// A sentence for people.
    pub message: String,
    /// The field or parameter that is wrong, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The line of the document that is wrong, from 1, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}
