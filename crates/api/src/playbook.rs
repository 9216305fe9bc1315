//! Publishing the playbook.

use serde::Serialize;

/// A playbook is in force.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Published {
    /// Its version, counted from 1.
    pub version: i64,
    /// What its author should know; it works all the same.
    pub warnings: Vec<Warning>,
}

/// Something that is allowed but seldom meant.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Warning {
    /// What it is about.
    pub message: String,
    /// Which field, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Which line, from 1, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

/// Which version a shard answers from.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShardPlaybook {
    /// The shard's number, from 0.
    pub shard: u16,
    /// The version that it has; null when it has none or did not answer.
    pub version: Option<i64>,
}
