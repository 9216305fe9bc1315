//! One deed for many conversations.

use serde::{Deserialize, Serialize};

/// What is to be done with which.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkRequest {
    /// The conversations, at most 100.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
    pub ids: Vec<String>,
    /// The deed.
    pub action: BulkAction,
    /// For `assign`: to whom.
    pub agent: Option<String>,
    /// For `transfer`: to which team.
    pub team: Option<String>,
    /// For `tag`: what they are about from now on, beside what they have.
    pub tags: Option<Vec<String>>,
}

/// What can be done with many at once.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum BulkAction {
    /// Whoever asks takes them.
    Take,
    /// They go back to the queue.
    Release,
    /// They are done.
    Resolve,
    /// Somebody gets them.
    Assign,
    /// Another team gets them.
    Transfer,
    /// They wait for their fans.
    Hold,
    /// They get tags.
    Tag,
}

/// What became of them.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkDone {
    /// Those with which it was done.
    pub done: Vec<String>,
    /// Those with which it could not be done.
    pub failed: Vec<BulkFailure>,
}

/// Why it could not be done with one.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkFailure {
    /// Which.
    pub id: String,
    /// A word for programs, as in an error.
    pub code: String,
    /// A sentence for people.
    pub message: String,
}
