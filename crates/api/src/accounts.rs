//! Accounts: one desk may serve several.

use serde::Serialize;

use crate::Problem;

/// One WeChat Official Account of this deployment.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// What it is called in paths: `default`, or its name in `FANDESK_ACCOUNTS`.
    pub name: String,
    /// Its AppID; null while there is none, or none that can be used.
    pub app_id: Option<String>,
    /// Where WeChat calls, below the address of the Worker.
    pub callback: String,
    /// Nothing is wrong with it.
    pub ok: bool,
    /// What is wrong, each in one plain sentence.
    pub problems: Vec<Problem>,
}
