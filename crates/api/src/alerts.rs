//! Alerts: what is wrong now.

use serde::Serialize;

/// Something that is wrong.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Alert {
    /// What tells it from all others: its kind, and what it is about.
    pub id: String,
    /// `outbox_age`, `parked_rows`, `failed_jobs`, `lost_forwards`, `refused_tokens`, `no_access_token`, `address_not_listed` or `d1_size`.
    pub kind: String,
    /// Which lane or database; null where there is only one.
    pub about: Option<String>,
    /// Since when, in milliseconds.
    pub since: i64,
    /// A sentence of Chinese and one of English, with figures.
    pub message: String,
    /// When the webhook of the playbook last took it, in milliseconds; null when it never did.
    pub told_at: Option<i64>,
}
