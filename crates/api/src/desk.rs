//! The desk as a whole: its queues and who is there.

use serde::{Deserialize, Serialize};

/// What goes on at the desk.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Desk {
    /// The teams that whoever asks may see.
    pub teams: Vec<TeamQueue>,
    /// Their people.
    pub agents: Vec<Agent>,
    /// The number of the newest change: `after` for `/desk/live`.
    pub n: i64,
}

/// The queue of a team.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TeamQueue {
    /// Which.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Conversations that wait for somebody.
    pub waiting: i64,
    /// For how long the oldest of them has waited, in milliseconds; null when none waits.
    pub oldest_wait_ms: Option<i64>,
    /// How long one that comes now will wait, in milliseconds, by how the last ones went; null while that is unknown.
    pub predicted_wait_ms: Option<i64>,
    /// Conversations that somebody has.
    pub assigned: i64,
    /// Conversations that wait for their fans.
    pub on_hold: i64,
    /// Open conversations with a deadline that was missed.
    pub breached: i64,
    /// Open conversations with a deadline that is near.
    pub warned: i64,
}

/// Somebody of the desk, at work.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Agent {
    /// Who.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Whether they are there.
    pub status: Presence,
    /// Conversations that they have.
    pub load: i64,
    /// Conversations that they can have at once.
    pub capacity: i64,
    /// The ids of their teams.
    pub teams: Vec<String>,
}

/// Whether somebody is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Presence {
    /// Their console is open, and they take conversations.
    Online,
    /// Their console is open, and they take no new ones.
    Away,
    /// Their console is not open.
    Offline,
}

/// Whether whoever asks takes new conversations.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusRequest {
    /// The choice; offline is who has no console open.
    pub status: ChosenStatus,
}

/// What one can choose to be.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ChosenStatus {
    /// Takes conversations.
    Online,
    /// Takes no new ones.
    Away,
}
