//! `GET /events`: everything that WeChat sent, visible as soon as it was acknowledged.
//!
//! The shards have the newest events, whether D1 has them yet or not; D1 has those that the shards no longer keep, and the archive
//! those that D1 no longer keeps. Each shard numbers its events, so a cursor is the place in each shard, and paging on can miss nothing, however many arrive.
//!
//! A page ends at `limit` events or when [`PAGE_BYTES`] are full, whichever comes first: an isolate has 128 MB for all that it does.

use std::collections::BinaryHeap;

use fandesk_shard::Slot;
use fandesk_shard::events::EventId;
use fandesk_shard::moving::{Call, Step};
use worker::Response;

use super::error::ApiError;
use super::principal::{Action, Resource};
use super::{Api, Result, cursor, page, params};
use crate::fan_shard::ask::{ask, ask_each};
use crate::fan_shard::calls::{EventList, ListEvents};
use crate::fan_shard::moving::Moving;
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

/// A page of one fan's events: from each shard where the fan was, in order, those of that time.
///
/// Where a fan was is known before the next shard has an event of theirs: so the history is asked for first.
async fn of_fan(api: &Api<'_>, openid: &str, after: Option<&str>, limit: i64) -> Result<Response> {
    let after = match after.map(str::parse::<EventId>) {
        None => None,
        Some(Ok(id)) => Some(id),
        Some(Err(_)) => return Err(cursor::wrong()),
    };
    let stays = Stay::of(api, openid).await?;
    let mut stays = stays.iter();
    let mut begin = None;
    if let Some(after) = after {
        let is_there = |stay: &&Stay| {
            stay.shard == after.shard && (stay.after..=stay.until).contains(&after.seq)
        };
        let there = stays.find(is_there).ok_or_else(cursor::wrong)?;
        begin = Some(Stay {
            after: after.seq,
            ..*there
        });
    }

    let mut events = Vec::new();
    let mut share = Share {
        limit: limit.saturating_add(1),
        bytes: PAGE_BYTES,
    };
    let mut more = false;
    for stay in begin.iter().chain(stays) {
        let call = ListEvents {
            openid: Some(openid.to_owned()),
            after: stay.after,
            limit: share.limit,
            bytes: share.bytes,
        };
        let kept = ask(api.env, api.account(), stay.shard, &call).await?;
        let found = with_older(api, stay, Some(openid), &share, kept).await?;
        more = found.more || share.is_full(&found.events);
        for event in found.events {
            share.limit = share.limit.saturating_sub(1);
            share.bytes = share.bytes.saturating_sub(event.json.len());
            events.push((stay.shard, event));
        }
        if more {
            break;
        }
    }
    events.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = events.last().filter(|_| more).map(|(shard, last)| {
        EventId {
            shard: *shard,
            seq: last.seq,
        }
        .to_string()
    });
    page::of(events.into_iter().map(|(_, event)| event.json), next)
}

/// The time that a fan spends at a shard, in places of its events.
#[derive(Clone, Copy)]
pub(super) struct Stay {
    pub(super) shard: u16,
    /// The place before the first.
    pub(super) after: i64,
    /// The last place.
    pub(super) until: i64,
}

impl Stay {
    /// Where a fan was, in order, and where they are.
    pub(super) async fn of(api: &Api<'_>, openid: &str) -> Result<Vec<Self>> {
        // Shard 0 knows of moves only when it knows the first layout.
        layout::shard_of(api.env, &api.settings, Slot::of(openid)).await?;
        let call = Call::about(Step::History, Slot::of(openid).number().to_string());
        let history = ask(api.env, api.account(), 0, &Moving(call)).await?;
        Self::read(&history).ok_or_else(|| ApiError::Unavailable {
            part: "the layout",
            reason: format!("`{history}` is no history of a slot"),
        })
    }

    /// Whether it has the event in this place.
    pub(super) fn has(&self, seq: i64) -> bool {
        self.after < seq && seq <= self.until
    }

    /// Reads what [`Step::History`] gives.
    fn read(history: &str) -> Option<Vec<Self>> {
        let mut stays: Vec<Self> = Vec::new();
        for stay in history.split(' ') {
            let (shard, until) = match stay.split_once(':') {
                Some((shard, until)) => (shard, until.parse().ok()?),
                None => (stay, i64::MAX),
            };
            let shard = shard.parse().ok()?;
            // Who comes back goes on behind the last event of the time before.
            let before = stays.iter().rev().find(|before| before.shard == shard);
            let after = before.map_or(0, |before| before.until);
            stays.push(Self {
                shard,
                after,
                until,
            });
        }
        Some(stays)
    }
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
        let all = Stay {
            shard,
            after: places.get(usize::from(shard)).copied().unwrap_or(0),
            until: i64::MAX,
        };
        let Found {
            events: stretch,
            more,
        } = with_older(api, &all, None, &share, kept?).await?;
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
    if record.len() > usize::from(shards) {
        return Err(cursor::wrong());
    }
    let mut places = vec![0; shards.into()];
    // Shards that came since the cursor was made have shown nothing yet.
    for (shard, place) in places.iter_mut().take(record.len()).enumerate() {
        *place = record.number(shard).ok_or_else(cursor::wrong)?;
    }
    Ok(places)
}

/// Puts what a shard no longer keeps, but D1 or the archive has, before what it gave.
async fn with_older(
    api: &Api<'_>,
    stay: &Stay,
    openid: Option<&str>,
    share: &Share,
    mut kept: EventList,
) -> Result<Found> {
    kept.events.retain(|event| event.seq <= stay.until);
    if stay.after.saturating_add(1) >= kept.kept_from {
        return Ok(Found {
            events: kept.events,
            more: false,
        });
    }
    let gone = Stretch {
        shard: stay.shard,
        after: stay.after,
        before: kept.kept_from.min(stay.until.saturating_add(1)),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fan_who_came_back_has_two_stays_at_the_same_shard() {
        let stays = Stay::read("0:120 5:44 0").unwrap();
        let places = stays
            .iter()
            .map(|stay| (stay.shard, stay.after, stay.until));
        let expected = [(0, 0, 120), (5, 0, 44), (0, 120, i64::MAX)];
        assert_eq!(places.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_no_history_is_not_read() {
        for text in ["", "x", "0:", "1.0", "0:1 "] {
            assert!(Stay::read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_cursor_of_fewer_shards_goes_on_with_nothing_seen_of_the_new_ones() {
        let cursor = cursor::write(&Record::new().with(7).with(9));
        assert_eq!(read_places(Some(&cursor), 4).unwrap(), [7, 9, 0, 0]);
        assert_eq!(read_places(None, 2).unwrap(), [0, 0]);
        assert!(read_places(Some(&cursor), 1).is_err());
    }
}
