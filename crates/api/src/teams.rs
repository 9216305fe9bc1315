//! Teams of the desk.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How a team shares conversations out.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TeamMode {
    /// To whoever has the fewest.
    Balanced,
    /// People take them.
    Manual,
}

/// A team of the desk.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Team {
    /// 1 to 32 of a to z, 0 to 9, - and _; playbooks hand over to it.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Fans with one of these tags come here.
    pub tags: Vec<String>,
    /// How conversations are shared out.
    pub mode: TeamMode,
    /// Where fans go to when nobody here has time; null for nowhere.
    pub fallback: Option<Fallback>,
    /// When people are there, in the form of a playbook's `[hours]`; null for always.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub hours: Option<Value>,
    /// By when fans are answered.
    pub policy: Policy,
    /// For how many days a fan's message reopens a conversation that was resolved.
    pub reopen_days: u32,
    /// Whether the fan is asked how it was.
    pub ask_satisfaction: bool,
    /// Who is on duty when. Without any shift, everybody always is.
    pub roster: Vec<Shift>,
}

/// A team as it is to be: what is not mentioned has its default.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TeamRequest {
    /// That of the address, or left out.
    pub id: Option<String>,
    /// What people call it.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 40))]
    pub name: String,
    /// Of 1 to 30 characters each.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub tags: Option<Vec<String>>,
    /// `balanced` unless it is said.
    pub mode: Option<TeamMode>,
    /// Another team.
    pub fallback: Option<Fallback>,
    /// In the form of a playbook's `[hours]`.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub hours: Option<Value>,
    /// What is not mentioned has its default.
    pub policy: Option<PolicyRequest>,
    /// 7 unless it is said.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 90))]
    pub reopen_days: Option<u32>,
    /// True unless it is said.
    pub ask_satisfaction: Option<bool>,
    /// At most 600.
    #[cfg_attr(feature = "openapi", schema(max_items = 600))]
    pub roster: Option<Vec<Shift>>,
}

/// Where fans go to when nobody has time.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Fallback {
    /// Its id.
    pub team: String,
    /// After waiting for so long, in milliseconds.
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 1000, maximum = 2_592_000_000_i64)
    )]
    pub after_ms: u64,
}

/// Deadlines, in milliseconds of opening hours.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Policy {
    /// From the hand-over to the first answer.
    pub first_answer_ms: u64,
    /// From a fan's message to its answer.
    pub next_answer_ms: u64,
    /// From the hand-over until it is resolved.
    pub resolution_ms: u64,
    /// How long before each a warning comes; 0 for none.
    pub warn_ms: u64,
    /// What is otherwise for conversations with a tag.
    pub by_tag: BTreeMap<String, TagPolicy>,
}

/// Deadlines as they are to be.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PolicyRequest {
    /// 15 minutes unless it is said.
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, minimum = 1000, maximum = 2_592_000_000_i64)
    )]
    pub first_answer_ms: Option<u64>,
    /// 15 minutes unless it is said.
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, minimum = 1000, maximum = 2_592_000_000_i64)
    )]
    pub next_answer_ms: Option<u64>,
    /// 30 minutes unless it is said.
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, minimum = 1000, maximum = 2_592_000_000_i64)
    )]
    pub resolution_ms: Option<u64>,
    /// 3 minutes unless it is said.
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, minimum = 0, maximum = 2_592_000_000_i64)
    )]
    pub warn_ms: Option<u64>,
    /// At most 20 tags.
    pub by_tag: Option<BTreeMap<String, TagPolicy>>,
}

/// What is otherwise for conversations with a tag; the shortest deadline of all that apply is in force.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TagPolicy {
    /// In milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, minimum = 1000, maximum = 2_592_000_000_i64)
    )]
    pub first_answer_ms: Option<u64>,
    /// In milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, minimum = 1000, maximum = 2_592_000_000_i64)
    )]
    pub next_answer_ms: Option<u64>,
    /// In milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, minimum = 1000, maximum = 2_592_000_000_i64)
    )]
    pub resolution_ms: Option<u64>,
    /// In milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, minimum = 0, maximum = 2_592_000_000_i64)
    )]
    pub warn_ms: Option<u64>,
    /// Higher goes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, minimum = -100, maximum = 100))]
    pub priority: Option<i32>,
}

/// When somebody is on duty.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Shift {
    /// A person's id.
    pub person: String,
    /// In milliseconds.
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub from: i64,
    /// In milliseconds, later.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub until: i64,
}
