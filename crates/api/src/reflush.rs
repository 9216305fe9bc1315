//! Filling a database that was set back.

use serde::Serialize;

/// What is on its way to D1 once more. D1 takes of it what it lacks.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reflushed {
    /// Shards that were asked: all.
    pub shards: u16,
    /// Events.
    pub events: i64,
    /// Copies of fans, follow intervals, conversations and jobs, and erasures.
    pub rows: i64,
    /// The version of the playbook that D1 lacked and has again; null when it lacked none.
    pub playbook: Option<i64>,
}
