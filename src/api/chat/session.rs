//! `/chat/session`: a visitor begins, or wants to be forgotten.
//!
//! Nothing is kept of a session. The token names the visitor and says until when, signed with a key of `FANDESK_SESSION_KEY`; so whoever
//! changes that key ends all chats, as it ends all logins.

use fandesk_shard::{Slot, channel};
use serde_json::json;
use wechat::Fields;
use worker::Response;

use super::{Chat, newcomers};
use crate::api::Result;
use crate::api::error::ApiError;
use crate::fan_shard::ask::ask;
use crate::fan_shard::calls::VisitorSends;
use crate::keys::Keys;
use crate::random::{PlatformRandom, now};
use crate::{answer, body, layout};

/// How long a token is good.
const LASTS_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// Where the platform says who asks. It takes away what a sender wrote there.
const ADDRESS: &str = "cf-connecting-ip";

/// Begins a chat: a new visitor, and the token that says so.
pub(super) async fn begin(chat: &Chat<'_>) -> Result<Response> {
    body::drop_unread(chat.request.inner()).await;
    let address = chat.request.headers().get(ADDRESS)?.unwrap_or_default();
    let now = now();
    if let Some(seconds) = newcomers::too_many(&address, now) {
        return Err(ApiError::TooManyTries { seconds });
    }
    let visitor = channel::new_visitor(&mut PlatformRandom);
    let expires_at = now.0.saturating_add(LASTS_MS);
    let token = keys(chat)?.visitor_token(chat.account(), &visitor, expires_at);
    Ok(answer::json(
        200,
        &json!({ "token": token, "visitor": visitor, "expires_at": expires_at }),
    )?)
}

/// Forgets a visitor and all that they wrote, as it forgets a fan who unfollowed, but at once. A repeat changes nothing.
pub(super) async fn forget(chat: &Chat<'_>) -> Result<Response> {
    let visitor = visitor_of(chat)?;
    body::drop_unread(chat.request.inner()).await;
    let at = now().seconds().to_string();
    let fields = fields(
        chat,
        &visitor,
        &[
            ("CreateTime", &at),
            ("MsgType", "event"),
            ("Event", "unsubscribe"),
        ],
    );
    send(chat, visitor, &format!("forget {at}"), &fields).await?;
    Ok(answer::nothing()?)
}

fn keys<'a>(chat: &'a Chat<'_>) -> Result<&'a Keys> {
    chat.settings.keys.as_ref().ok_or(ApiError::NoSessionKey)
}

/// The visitor whose token the request shows.
pub(super) fn visitor_of(chat: &Chat<'_>) -> Result<String> {
    let header = chat.request.headers().get("authorization")?;
    let token = header
        .as_deref()
        .and_then(|header| header.strip_prefix("Bearer "));
    let token = token.unwrap_or_default().trim();
    let visitor = keys(chat)?.visitor_of(chat.account(), token, now().0);
    visitor.ok_or_else(|| ApiError::Refused {
        status: 401,
        code: "unauthorized",
        field: None,
        message: "this token is of no chat, or it is too old: begin one with POST session"
            .to_owned(),
    })
}

/// What a visitor sends, in WeChat's own form.
pub(super) fn fields(chat: &Chat<'_>, visitor: &str, rest: &[(&str, &str)]) -> String {
    let mut fields = Fields::new();
    fields.insert("ToUserName", chat.account());
    fields.insert("FromUserName", visitor);
    for (name, value) in rest {
        fields.insert(*name, *value);
    }
    serde_json::to_string(&fields).unwrap_or_default()
}

/// Lets the visitor's shard take it; `name` tells it from all else that they send.
///
/// One await, for the shard. When its answer gets lost it may be kept all the same, and whoever sends it again is answered as then.
pub(super) async fn send(
    chat: &Chat<'_>,
    visitor: String,
    name: &str,
    fields: &str,
) -> Result<String> {
    let shard = layout::shard_of(chat.env, &chat.settings, Slot::of(&visitor)).await?;
    let call = VisitorSends {
        // Outlives an erase, so it must not name anybody.
        key: Keys::message_of(&visitor, name),
        openid: visitor,
        fields: fields.to_owned(),
    };
    let answered = ask(chat.env, chat.account(), shard, &call).await;
    let answered = answered.map_err(super::messages::refused)?;
    answered.ok_or_else(|| ApiError::Unavailable {
        part: "a shard",
        reason: "it took a message and did not say which".to_owned(),
    })
}
