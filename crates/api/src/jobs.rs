//! Jobs: what is done outside the answer to WeChat.

use serde::Serialize;

/// One job.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Job {
    /// Its name.
    pub id: String,
    /// `answer` (of the playbook), `message` (of a person or system) `intent` (a question to a business system) or `identity`
    /// (the question who the fan is).
    pub kind: String,
    /// Whom it is for; null after the fan's data was erased.
    pub openid: Option<String>,
    /// Where it stands.
    pub state: JobState,
    /// How often it was tried since it was made or replayed.
    pub attempts: i64,
    /// What went wrong last; null when nothing did.
    pub last_error: Option<String>,
    /// When it is tried next, in milliseconds; null unless it waits.
    pub next_try_at: Option<i64>,
    /// An answer got lost and it was sent again, so the fan may have it twice.
    pub possibly_doubled: bool,
    /// In milliseconds.
    pub created_at: i64,
    /// In milliseconds; null until it ended.
    pub ended_at: Option<i64>,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum JobState {
    /// To be done, now or later.
    Waiting,
    /// Being done.
    Sending,
    /// Done.
    Done,
    /// Given up, with a reason; may be replayed.
    Dead,
    /// It may or may not have reached the fan; may be replayed by a person who accepts a second copy.
    Unknown,
}
