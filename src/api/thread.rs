//! A fan's thread, newest first and page by page into the past: from the shards where the fan was, and what those no longer keep
//! from D1 and the archive.

use fandesk_shard::desk::thread::show_alone;
use fandesk_shard::events::EventId;
use serde_json::Value;

use super::error::ApiError;
use super::events::Stay;
use super::{Api, Result};
use crate::fan_shard::ask::ask;
use crate::fan_shard::calls::ListThread;
use crate::store::events::Stretch;
use crate::store::thread;

/// A page of a thread.
pub(super) struct Page {
    /// Entries, oldest first.
    pub(super) items: Vec<Value>,
    /// What to ask for next as `before`, if there is more.
    pub(super) next: Option<String>,
}

/// The newest entries of a fan before the event `before`, of `limit` events.
///
/// Awaits the history of the fan's slot, and then from the newest stay to the oldest its shard and, where that keeps no more, D1. Events
/// never move, so what arrives or moves meanwhile is newer than what is read here.
pub(super) async fn of_fan(
    api: &Api<'_>,
    openid: &str,
    before: Option<&str>,
    limit: u32,
) -> Result<Page> {
    let before = before.map(str::parse::<EventId>).transpose();
    let mut before = before.map_err(|_| wrong())?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    // One more tells whether there is a page behind this one.
    let wanted = limit.saturating_add(1);
    let mut found: Vec<(EventId, Vec<Value>)> = Vec::new();
    for stay in Stay::of(api, openid).await?.into_iter().rev() {
        let end = match before {
            None => stay.until.saturating_add(1),
            Some(id) if id.shard == stay.shard && stay.has(id.seq) => id.seq,
            // A later stay than the page that is asked for.
            Some(_) => continue,
        };
        before = None;
        let left = wanted.saturating_sub(found.len());
        if left == 0 {
            break;
        }
        found.extend(of_stay(api, openid, &stay, end, left).await?);
    }
    if before.is_some() {
        return Err(wrong());
    }
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|(id, _)| id.to_string());
    let mut items: Vec<Value> = found
        .into_iter()
        .rev()
        .flat_map(|(_, entries)| entries)
        .collect();
    // What the bot sent later belongs to its event, and was said when it was sent.
    items.sort_by_key(|entry| entry.get("at").and_then(Value::as_i64));
    Ok(Page { items, next })
}

fn wrong() -> ApiError {
    ApiError::parameter("before", "this is no cursor of this thread")
}

/// The newest events of one stay before the place `end`, newest first.
async fn of_stay(
    api: &Api<'_>,
    openid: &str,
    stay: &Stay,
    end: i64,
    limit: usize,
) -> Result<Vec<(EventId, Vec<Value>)>> {
    let shard = stay.shard;
    let call = ListThread {
        openid: openid.to_owned(),
        after: stay.after,
        before: end,
        limit: i64::try_from(limit).unwrap_or(i64::MAX),
    };
    let kept = ask(api.env, api.account(), shard, &call).await?;
    let mut found: Vec<(EventId, Vec<Value>)> = kept
        .shown
        .into_iter()
        .map(|(seq, entries)| {
            let entries = serde_json::from_str(&entries).unwrap_or_default();
            (EventId { shard, seq }, entries)
        })
        .collect();
    let mut gone = Stretch {
        shard,
        after: stay.after,
        before: end.min(kept.kept_from),
    };
    while found.len() < limit && gone.after.saturating_add(1) < gone.before {
        let left = limit.saturating_sub(found.len());
        let older = thread::newest(api.env, api.account(), openid, &gone, left)
            .await
            .map_err(ApiError::d1)?;
        found.extend(older.events.iter().map(|event| {
            let seq = event.seq;
            (EventId { shard, seq }, show_alone(shard, event).entries)
        }));
        match older.go_on_before {
            Some(before) => gone.before = before,
            None => break,
        }
    }
    Ok(found)
}
