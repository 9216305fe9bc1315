//! The custom menu.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::Warning;

/// WeChat has the custom menu, or has taken it away.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MenuPublished {
    /// Its version, counted from 1.
    pub version: i64,
    /// What its author should know; it works all the same.
    pub warnings: Vec<Warning>,
}

/// A menu that could be published.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MenuChecked {
    /// What WeChat would be given.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub menu: Box<RawValue>,
    /// What its author should know; it works all the same.
    pub warnings: Vec<Warning>,
}

/// One version of the menu.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MenuVersion {
    /// Its number, counted from 1.
    pub version: i64,
    /// What became of it.
    pub state: MenuState,
    /// In milliseconds.
    pub published_at: i64,
    /// Why its state is `unsure`, where it is known.
    pub error: Option<String>,
    /// The version that it is a copy of, when an older one was published again.
    pub restored_from: Option<i64>,
    /// The menu in WeChat's own form, with `conditionalmenu` where some fans see another one; null when the menu was taken away.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub menu: Option<Box<RawValue>>,
}

/// What became of a version of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum MenuState {
    /// WeChat is being asked to take it.
    Publishing,
    /// WeChat took it.
    Published,
    /// WeChat may have all, part or nothing of it. Publishing again mends that.
    Unsure,
}

/// What WeChat has at this moment.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MenuLive {
    /// WeChat's own answer (`menu`, and `conditionalmenu` where there are such); null when there is no menu made by an API.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub wechat: Option<Box<RawValue>>,
    /// The newest version here; null when none was ever published.
    pub version: Option<i64>,
    /// Whether WeChat has what that version says.
    pub same: bool,
}

/// What one fan sees.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MenuMatched {
    /// The buttons, as WeChat has them; null when the fan sees no menu.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<Object>>))]
    pub button: Option<Box<RawValue>>,
}
