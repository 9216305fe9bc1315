//! Fans.

use serde::{Deserialize, Serialize};

/// One fan.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fan {
    /// WeChat's name for the fan in this account.
    pub openid: String,
    /// Whether the fan follows the account; null when that was never seen.
    pub followed: Option<bool>,
    /// Every time that the fan followed, oldest first.
    pub follows: Vec<Follow>,
    /// The fan asked to get no pushes.
    pub pushes_stopped: bool,
    /// The fan's tags, as rules see them.
    pub tags: Vec<String>,
    /// Since when the fan waits for a person, in milliseconds; null when they do not.
    pub waiting_since: Option<i64>,
    /// Whether the fan is bound to a customer of the business system, which alone knows whom.
    pub bound: bool,
    /// Since when, in milliseconds; null when not bound.
    pub bound_at: Option<i64>,
    /// First event, in milliseconds.
    pub first_seen_at: i64,
    /// Newest event, in milliseconds.
    pub last_seen_at: i64,
    /// When and how often the fan may be written to now.
    pub reply_window: ReplyWindow,
    /// When the fan's personal data will be deleted, in milliseconds; null when it will not.
    pub erase_at: Option<i64>,
}

/// One time of following.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Follow {
    /// In milliseconds; null when only the end was seen.
    pub started_at: Option<i64>,
    /// In milliseconds; null while it lasts.
    pub ended_at: Option<i64>,
    /// The scene of the code that was scanned, if one was.
    pub scene: Option<String>,
}

/// What the customer-service message API still allows.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReplyWindow {
    /// Messages that may be sent now; 255 for a visitor of the web chat, where nobody counts.
    pub left: u8,
    /// Until when, in milliseconds; null when none may be sent, and where there is no end.
    pub until: Option<i64>,
}

/// A message to one fan, sent once and never repeated by itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessageRequest {
    /// The text, at most 2048 bytes.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 2048))]
    pub text: String,
}

/// The tags that a fan has from now on.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FanTags {
    /// At most 20, of 1 to 30 characters each.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub tags: Vec<String>,
}

/// Accepted: a job will do it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Queued {
    /// The job's id.
    pub id: String,
}
