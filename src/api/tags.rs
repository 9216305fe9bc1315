//! `/fans/{openid}/tags`: what segments a fan is in.

use fandesk_api::FanTags;
use fandesk_shard::Slot;
use serde_json::{Value, json};
use worker::Response;

use super::error::ApiError;
use super::principal::{Action, Resource};
use super::{Api, Result, params, trail};
use crate::fan_shard::ask::ask;
use crate::fan_shard::calls::{Flush, SetTags};
use crate::random::now;
use crate::store::tags as store;
use crate::{answer, layout};

/// Bytes of a request: 20 names, escaped at worst.
const MAX_BODY: usize = 16 * 1024;

/// Tags that a fan may have, and characters of one, as with WeChat's own tags.
const MAX_TAGS: usize = 20;
const MAX_TAG_CHARS: usize = 30;

/// Replaces the tags of a fan.
///
/// Awaits, in order: the audit log; the shard tells D1 of the fan, who may be new; D1 keeps the tags and numbers the change; the shard takes them,
/// unless it has newer ones. A crash before the last leaves the shard with the old ones, and the caller without an answer: a
/// repeat is a newer change with the same tags.
pub(super) async fn replace(api: &Api<'_>, openid: &str) -> Result<Response> {
    api.may(Action::Write, Resource::Fans)?;
    let tags = read(&params::json(&api.request, MAX_BODY).await?)?;
    trail::audit(
        api,
        "fans.tags",
        &trail::fan(openid),
        json!({ "tags": tags.len() }),
    )
    .await?;
    let shard = layout::shard_of(api.env, &api.settings, Slot::of(openid)).await?;
    ask(api.env, api.account(), shard, &Flush {}).await?;
    let written = Value::from(tags.clone()).to_string();
    let kept = store::replace(api.env, api.account(), openid, &written, now())
        .await
        .map_err(ApiError::d1)?
        .ok_or_else(unknown)?;
    let call = SetTags {
        openid: openid.to_owned(),
        fan_ref: kept.fan_ref,
        rev: kept.rev.to_string(),
        tags: written,
    };
    let taken = ask(api.env, api.account(), shard, &call).await?;
    taken.ok_or_else(unknown)?;
    Ok(answer::json(200, &FanTags { tags })?)
}

fn unknown() -> ApiError {
    ApiError::NotFound("there is no such fan".to_owned())
}

/// Reads `{"tags": […]}`.
fn read(body: &Value) -> Result<Vec<String>> {
    let wrong = |message: String| ApiError::parameter("tags", message);
    let list = body
        .get("tags")
        .and_then(Value::as_array)
        .ok_or_else(|| wrong("tags is a list of texts".to_owned()))?;
    if list.len() > MAX_TAGS {
        return Err(wrong(format!("a fan has at most {MAX_TAGS} tags")));
    }
    let mut tags: Vec<String> = Vec::new();
    for tag in list {
        let tag = tag
            .as_str()
            .map(str::trim)
            .ok_or_else(|| wrong("tags is a list of texts".to_owned()))?;
        if !(1..=MAX_TAG_CHARS).contains(&tag.chars().count()) {
            return Err(wrong(format!("a tag has 1 to {MAX_TAG_CHARS} characters")));
        }
        if !tags.iter().any(|other| other == tag) {
            tags.push(tag.to_owned());
        }
    }
    Ok(tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_trimmed_and_named_once() {
        let tags = read(&json!({ "tags": [" vip ", "老客户", "vip"] })).unwrap();
        assert_eq!(tags, ["vip", "老客户"]);
        assert!(read(&json!({ "tags": [] })).unwrap().is_empty());
    }

    #[test]
    fn what_is_no_list_of_short_texts_is_refused() {
        for body in [
            json!({}),
            json!([]),
            json!({ "tags": "vip" }),
            json!({ "tags": [1] }),
            json!({ "tags": [" "] }),
            json!({ "tags": ["长".repeat(31)] }),
            json!({ "tags": (0..21).map(|n| n.to_string()).collect::<Vec<_>>() }),
        ] {
            assert!(
                matches!(read(&body), Err(ApiError::Invalid { .. })),
                "{body}"
            );
        }
    }
}
