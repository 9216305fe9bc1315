//! `/fans/{openid}`: one fan, and messages to them.

use fandesk_api::{MessageRequest, Queued};
use fandesk_shard::Slot;
use serde_json::json;
use wechat::reply::MAX_TEXT_BYTES;
use worker::Response;

use super::error::ApiError;
use super::principal::{Action, Resource};
use super::{Api, Result, params, trail};
use crate::fan_shard::ask::ask;
use crate::fan_shard::calls::{ShowFan, WriteToFan};
use crate::{answer, layout};

/// Bytes of a request; the text is at most 2048 of them, or six times as many when escaped.
const MAX_BODY: usize = 16 * 1024;

pub(super) async fn show(api: &Api<'_>, openid: &str) -> Result<Response> {
    api.may(Action::Read, Resource::Fans)?;
    let shard = layout::shard_of(api.env, &api.settings, Slot::of(openid)).await?;
    match ask(
        api.env,
        api.account(),
        shard,
        &ShowFan {
            openid: openid.to_owned(),
        },
    )
    .await?
    {
        Some(fan) => Ok(answer::text(200, answer::JSON, fan, None)?),
        None => Err(ApiError::NotFound("there is no such fan".to_owned())),
    }
}

pub(super) async fn write(api: Api<'_>, openid: &str) -> Result<Response> {
    api.may(Action::Write, Resource::Fans)?;
    let MessageRequest { text } = params::json(&api.request, MAX_BODY).await?;
    if text.trim().is_empty() {
        return Err(ApiError::parameter("text", "the text is empty"));
    }
    if text.len() > MAX_TEXT_BYTES {
        let message = format!(
            "the text has {} bytes; WeChat takes {MAX_TEXT_BYTES}",
            text.len()
        );
        return Err(ApiError::parameter("text", message));
    }
    trail::audit(&api, "fans.write", &trail::fan(openid), json!({})).await?;
    let shard = layout::shard_of(api.env, &api.settings, Slot::of(openid)).await?;
    let call = WriteToFan {
        openid: openid.to_owned(),
        text,
    };
    let id = ask(api.env, api.account(), shard, &call)
        .await?
        .unwrap_or_default();
    Ok(answer::json(202, &Queued { id })?)
}
