//! What the account may do.

use serde::Serialize;

/// Words in both languages.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Words {
    /// Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

/// Something that not every account may do.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Capability {
    /// A word for programs, such as `custom_message`.
    pub name: &'static str,
    /// What people call it.
    pub title: Words,
    /// Whether it can be used.
    pub available: bool,
    /// Why not; null if it can.
    pub reason: Option<Words>,
}

/// What the account may do, and as what.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Capabilities {
    /// `service` or `subscription`, as the settings say.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Verified by the platform, as the settings say.
    pub verified: bool,
    /// Each capability, always in the same order.
    pub items: Vec<Capability>,
    /// Always null: they are all on one page.
    pub next: Option<String>,
}
