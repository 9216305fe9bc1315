//! `GET /events`: everything that WeChat sent, visible as soon as it was acknowledged.
//!
//! The shards have the newest events, whether D1 has them yet or not; D1 has those that the shards no longer keep, and the archive
//! those that D1 no longer keeps. Each shard numbers its events, so a cursor is the place in each shard, and paging on can miss nothing, however many arrive.
//!
//! A page ends at `limit` events or when [`PAGE_BYTES`] are full, whichever comes first: an isolate has 128 MB for all that it does.

use std::collections::BinaryHeap;

use fandesk_shard::events::EventId;
use worker::Response;

use super::error::ApiError;
use super::principal::{Action, Resource};
use super::{Api, Result, cursor, page, params};
use crate::fan_shard::ask::{ask, ask_each};
use crate::fan_shard::calls::{EventList, ListEvents};
use crate::layout;
use crate::record::Record;
use crate::store::events::{self as ledger, Found, Share, Stretch};

/// Bytes of payloads on a page, over which it goes by an event of each shard at most. A thousand events of some words are a tenth of it.
const PAGE_BYTES: usize = 4 * 1024 * 1024;

pub(super) async fn list(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Read, Resource::Events)?;
    let query = params::Query::of(&api.request, &["openid", "after", "limit"])?;
    let limit = i64::from(query.limit()?);
    match query.get("openid") {
        Some(openid) => of_fan(api, openid, query.get("after"), limit).await,
        None => of_all(api, query.get("after"), limit).await,
    }
}

async fn of_fan(api: &Api<'_>, openid: &str, after: Option<&str>, limit: i64) -> Result<Response> {
    let shard = layout::shard_of(api.env, &api.settings, openid).await?;
    let after = match after.map(str::parse::<EventId>) {
        None => 0,
        Some(Ok(id)) if id.shard == shard => id.seq,
        Some(_) => return Err(cursor::wrong()),
    };
    let share = Share {
        limit: limit.saturating_add(1),
        bytes: PAGE_BYTES,
    };
    let call = ListEvents {
        openid: Some(openid.to_owned()),
        after,
        limit: share.limit,
        bytes: share.bytes,
    };
    let kept = ask(api.env, api.account(), shard, &call).await?;
    let Found { mut events, more } =
        with_older(api, shard, Some(openid), after, &share, kept).await?;
    let more = more || share.is_full(&events);
    events.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = events.last().filter(|_| more).map(|last| {
        EventId {
            shard,
            seq: last.seq,
        }
        .to_string()
    });
    page::of(events.into_iter().map(|event| event.json), next)
}

/// A page of all shards' events, oldest first.
///
/// Each shard is asked for about its share. A shard that gave all of it may have more, or was left before its end; so nothing
/// younger than the last that it gave is shown: the page ends there, and the next one goes on.
async fn of_all(api: &Api<'_>, after: Option<&str>, limit: i64) -> Result<Response> {
    let shards = layout::in_force(api.env, &api.settings).await?.shards();
    let mut places = read_places(after, shards)?;
    let share = limit
        .saturating_mul(2)
        .checked_div(shards.into())
        .unwrap_or(limit);
    let share = Share {
        limit: share.saturating_add(8).min(limit),
        bytes: PAGE_BYTES.checked_div(shards.into()).unwrap_or(PAGE_BYTES),
    };
    let calls = (0..shards).zip(&places).map(|(shard, seen)| {
        (
            shard,
            ListEvents {
                openid: None,
                after: *seen,
                limit: share.limit,
                bytes: share.bytes,
            },
        )
    });

    let mut shown_until = None;
    let mut events = Vec::new();
    for (shard, kept) in ask_each(api.env, api.account(), calls).await {
        let seen = places.get(usize::from(shard)).copied().unwrap_or(0);
        let Found {
            events: stretch,
            more,
        } = with_older(api, shard, None, seen, &share, kept?).await?;
        let more = more || share.is_full(&stretch);
        // A shard's clock may step back; its order must not, or a place could be passed over.
        let mut at = i64::MIN;
        for event in stretch {
            at = at.max(event.received_at);
            events.push((at, shard, event.seq, event.json));
        }
        if more {
            shown_until = Some(shown_until.map_or(at, |until: i64| until.min(at)));
        }
    }
    let found = events.len();
    // A heap's sort is a tenth of the machine code of a slice's.
    let mut events = BinaryHeap::from(events).into_sorted_vec();
    events.retain(|(at, ..)| shown_until.is_none_or(|until| *at <= until));
    events.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let more = events.len() < found || shown_until.is_some();
    for (_, shard, seq, _) in &events {
        if let Some(seen) = places.get_mut(usize::from(*shard)) {
            *seen = *seq;
        }
    }
    let next = more.then(|| {
        cursor::write(
            &places
                .iter()
                .fold(Record::new(), |record, seen| record.with(seen)),
        )
    });
    page::of(events.into_iter().map(|(_, _, _, json)| json), next)
}

/// For each shard, in order, the last place that was shown.
fn read_places(after: Option<&str>, shards: u16) -> Result<Vec<i64>> {
    let Some(after) = after else {
        return Ok(vec![0; shards.into()]);
    };
    let record = cursor::read(after)?;
    if record.len() != usize::from(shards) {
        return Err(cursor::wrong());
    }
    (0..record.len())
        .map(|shard| record.number(shard).ok_or_else(cursor::wrong))
        .collect()
}

/// Puts what a shard no longer keeps, but D1 or the archive has, before what it gave.
async fn with_older(
    api: &Api<'_>,
    shard: u16,
    openid: Option<&str>,
    after: i64,
    share: &Share,
    kept: EventList,
) -> Result<Found> {
    if after.saturating_add(1) >= kept.kept_from {
        return Ok(Found {
            events: kept.events,
            more: false,
        });
    }
    let gone = Stretch {
        shard,
        after,
        before: kept.kept_from,
    };
    let mut found = ledger::list(api.env, api.account(), openid, &gone, share)
        .await
        .map_err(ApiError::d1)?;
    // Behind a stretch that was left early, the next page goes on in it.
    if !found.more {
        for event in kept.events {
            if share.is_full(&found.events) {
                break;
            }
            found.events.push(event);
        }
    }
    Ok(found)
}
