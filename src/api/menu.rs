//! `/menu`: the custom menu at the foot of the chat.

use fandesk_api::MenuPublished;
use wechat::account::Capability;
use wechat::api::Done;
use wechat::api::menu::{self, Menu};
use worker::Response;

use super::error::ApiError;
use super::principal::{Action, Resource};
use super::{Api, Result, params};
use crate::random::now;
use crate::store::versions;
use crate::{answer, wechat_client};

/// Bytes of a request: 3 × 5 buttons with an address each stay far below.
const MAX_BODY: usize = 64 * 1024;

/// Checks a menu and publishes it.
///
/// Awaits WeChat, then D1. When D1 fails, WeChat has the menu and the version is missing in the list; putting it again mends that.
pub(super) async fn publish(api: Api<'_>) -> Result<Response> {
    api.may(Action::Write, Resource::Menu)?;
    let document: serde_json::Value = params::json(&api.request, MAX_BODY).await?;
    let menu =
        Menu::from_json(document.to_string().as_bytes()).map_err(|error| ApiError::Invalid {
            field: None,
            line: None,
            message: error.to_string(),
        })?;
    if let Some(reason) = api.settings.rights.lacks(Capability::Menu) {
        let message = format!(
            "the account lacks the custom menu: {} (自定义菜单不可用：{})",
            reason.en, reason.zh
        );
        return Err(ApiError::Invalid {
            field: None,
            line: None,
            message,
        });
    }
    wechat_client::call::<Done>(api.env, &api.settings, &menu::create(&menu))
        .await
        .map_err(|failure| ApiError::WeChat(format!("WeChat did not take the menu: {failure}")))?;
    let version = versions::add_menu(api.env, api.account(), &document.to_string(), now())
        .await
        .map_err(ApiError::d1)?;
    Ok(answer::json(200, &MenuPublished { version })?)
}
