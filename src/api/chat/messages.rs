//! `/chat/messages`: what a visitor writes, and what there is for them.

use std::time::Duration;

use fandesk_shard::Slot;
use fandesk_shard::events::EventId;
use serde_json::Value;
use wechat::reply::MAX_TEXT_BYTES;
use worker::{Delay, Response};

use super::Chat;
use super::session::{fields, send, visitor_of};
use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::api::{Result, params};
use crate::fan_shard::ask::{CallError, ask};
use crate::fan_shard::calls::{VisitorReads, VisitorReadsOn};
use crate::random::now;
use crate::{answer, layout};

/// Bytes of a request; the text is at most 2048 of them, or six times as many when escaped.
const MAX_BODY: usize = 16 * 1024;

/// Characters of what a page calls a message, and of what a choice is called.
const LONGEST_ID: usize = 128;

/// Seconds for which a request may wait for news.
const LONGEST_WAIT: u64 = 20;

/// While a request waits, the shard is asked so often. A call costs less than an object that is kept awake by whoever waits in it.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Takes what a visitor writes: `{"text", "client_id", "choice"?}`. The same `client_id` again is answered the same and changes nothing.
///
/// One await after the body, for the shard (see [`send`]).
pub(super) async fn write(chat: &Chat<'_>) -> Result<Response> {
    let visitor = visitor_of(chat)?;
    let body = Fields::of(&chat.request, MAX_BODY, &["text", "client_id", "choice"]).await?;
    let text = body.text("text", MAX_TEXT_BYTES)?;
    if text.len() > MAX_TEXT_BYTES {
        let message = format!(
            "the text has {} bytes; it may have {MAX_TEXT_BYTES}",
            text.len()
        );
        return Err(ApiError::parameter("text", message));
    }
    let client_id = body.text("client_id", LONGEST_ID)?;
    let choice = body.optional("choice", LONGEST_ID)?;
    let at = now().seconds().to_string();
    let mut rest = vec![
        ("CreateTime", at.as_str()),
        ("MsgType", "text"),
        ("Content", &text),
        ("ClientId", &client_id),
    ];
    rest.extend(choice.as_deref().map(|choice| ("bizmsgmenuid", choice)));
    let fields = fields(chat, &visitor, &rest);
    let name = format!("message {client_id}");
    let answered = send(chat, visitor, &name, &fields).await?;
    Ok(answer::text(200, answer::JSON, answered, None)?)
}

/// Who writes faster than they may is told when they may again.
pub(super) fn refused(error: CallError) -> ApiError {
    match &error {
        CallError::Refused {
            status: 429,
            message,
        } => {
            let ms = message.parse().unwrap_or(60_000_i64);
            let seconds = ms.saturating_add(999).checked_div(1000).unwrap_or(60);
            ApiError::TooManyTries { seconds }
        }
        _ => error.into(),
    }
}

/// What there is behind the event `after`, or the newest; `wait` (seconds) is for how long nothing is waited for.
///
/// Awaits the layout, if the place is of another shard than the visitor's; the shard, and while there is nothing, a second and the shard
/// again. Nothing is changed.
pub(super) async fn read(chat: &Chat<'_>) -> Result<Response> {
    let visitor = visitor_of(chat)?;
    let query = params::Query::of(&chat.request, &["after", "wait"])?;
    let after = query.get("after").unwrap_or_default();
    let seen = match after {
        "" => None,
        after => Some(after.parse::<EventId>().map_err(|_| no_place())?),
    };
    if let Some(seen) = seen {
        is_there(chat, &visitor, seen.shard).await?;
    }
    let wait = match query.get("wait") {
        None => 0,
        Some(text) => text
            .parse()
            .ok()
            .filter(|wait| *wait <= LONGEST_WAIT)
            .ok_or_else(|| {
                let message = format!("wait is a number of seconds from 0 to {LONGEST_WAIT}");
                ApiError::parameter("wait", message)
            })?,
    };
    let mut left = wait;
    loop {
        let found = page(chat, &visitor, after, seen).await?;
        if left == 0 || has_items(&found) {
            return Ok(answer::json(200, &found)?);
        }
        left = left.saturating_sub(ASK_AGAIN_AFTER.as_secs());
        Delay::from(ASK_AGAIN_AFTER).await;
    }
}

/// Refuses the place of a shard that is not there: to ask it would make it.
async fn is_there(chat: &Chat<'_>, visitor: &str, shard: u16) -> Result<()> {
    let own = layout::shard_of(chat.env, &chat.settings, Slot::of(visitor)).await?;
    if shard == own {
        return Ok(());
    }
    let shards = layout::in_force(chat.env, &chat.settings).await?.shards();
    if shard < shards {
        Ok(())
    } else {
        Err(no_place())
    }
}

fn no_place() -> ApiError {
    ApiError::parameter("after", "after is the `next` of an earlier answer")
}

fn has_items(page: &Value) -> bool {
    let items = page.get("items").and_then(Value::as_array);
    items.is_some_and(|items| !items.is_empty())
}

/// What the visitor's shard has, and before it what the one has where they were, should their slot have moved since they read last.
///
/// An item may then come twice, and is known by its id. Slots move once in a year, and one that moved twice between two looks at a
/// page would be one in many.
async fn page(chat: &Chat<'_>, visitor: &str, after: &str, seen: Option<EventId>) -> Result<Value> {
    let shard = layout::shard_of(chat.env, &chat.settings, Slot::of(visitor)).await?;
    let call = VisitorReads {
        openid: visitor.to_owned(),
        after: after.to_owned(),
    };
    let mut here = parse(ask(chat.env, chat.account(), shard, &call).await?)?;
    // Another shard may have answered than the one that was asked: the place says which.
    let next = here.get("next").and_then(Value::as_str);
    let next = next.and_then(|next| next.parse::<EventId>().ok());
    if let (Some(seen), Some(next)) = (seen, next)
        && seen.shard != next.shard
    {
        let call = VisitorReadsOn {
            openid: visitor.to_owned(),
            after: after.to_owned(),
        };
        let before = ask(chat.env, chat.account(), seen.shard, &call).await;
        put_before(&mut here, parse(before?)?);
    }
    Ok(here)
}

/// Puts the items of an earlier page before those of a later one.
fn put_before(page: &mut Value, earlier: Value) {
    let Value::Object(mut earlier) = earlier else {
        return;
    };
    let Some(Value::Array(mut items)) = earlier.remove("items") else {
        return;
    };
    if let Some(Value::Array(later)) = page.get_mut("items") {
        items.append(later);
        *later = items;
    }
}

fn parse(page: Option<String>) -> Result<Value> {
    let unreadable = || ApiError::Unavailable {
        part: "a shard",
        reason: "its page of a chat cannot be read".to_owned(),
    };
    serde_json::from_str(&page.unwrap_or_default()).map_err(|_| unreadable())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn who_is_too_fast_is_told_whole_seconds() {
        for (ms, expected) in [("1", 1), ("1000", 1), ("39001", 40), ("x", 60)] {
            let error = refused(CallError::Refused {
                status: 429,
                message: ms.to_owned(),
            });
            let ApiError::TooManyTries { seconds } = error else {
                panic!("{error}")
            };
            assert_eq!(seconds, expected);
        }
    }

    #[test]
    fn what_was_written_before_a_move_stands_before_what_was_written_after() {
        let mut page = json!({ "items": [3], "next": "5.1" });
        put_before(&mut page, json!({ "items": [1, 2], "next": "3.9" }));
        assert_eq!(page, json!({ "items": [1, 2, 3], "next": "5.1" }));
        put_before(&mut page, json!(null));
        assert!(has_items(&page));
        assert!(!has_items(&json!({ "items": [] })));
    }
}
