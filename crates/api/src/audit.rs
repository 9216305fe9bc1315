//! Who read and changed what.

use serde::Serialize;
use serde_json::value::RawValue;

/// One row of the log. It is never changed; its hash covers it and the row before it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditRow {
    /// Its number, from 1 without a gap.
    pub n: i64,
    /// In milliseconds.
    pub at: i64,
    /// Who did it; `token` for whoever held the admin token.
    pub person: String,
    /// What was done, such as `conversation.read`.
    pub action: String,
    /// With what: the id of a conversation, person, team or version.
    pub object: String,
    /// What else there is to know, never what a fan wrote; null when nothing.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub detail: Option<Box<RawValue>>,
    /// SHA-256 over the hash of the row before and this row, in hexadecimal.
    pub hash: String,
}

/// Whether the log is as it was written.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditVerified {
    /// Whether every hash fits.
    pub ok: bool,
    /// How many rows there are.
    pub rows: i64,
    /// The hash of the newest, to be kept elsewhere; empty when there is none.
    pub head: String,
    /// The first row whose hash does not fit; left out when all do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken_at: Option<i64>,
}
