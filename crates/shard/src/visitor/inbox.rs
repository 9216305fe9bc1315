//! What there is for a visitor: the ledger, read from a place on.
//!
//! A place is the id of an event. One of another shard means that the visitor's slot has moved since: then all is given that this shard
//! has of them, and whoever asks reads the rest there.

use serde_json::{Value as Json, json};

use super::seen::shown;
use crate::events::{self, Event, EventId};
use crate::sql::{Database, SqlError};

/// Events that are read at once. Whoever asks from a place on asks again.
const MOST: i64 = 100;

/// Bytes of them.
const MOST_BYTES: usize = 512 * 1024;

/// What there is behind `after`, or the newest where nothing was seen yet, oldest first: `items`, and `next`, which is the place to go on
/// from. The tables must have [caught up](crate::ahead::catch_up).
///
/// # Errors
/// When SQLite fails.
pub fn read(
    db: &impl Database,
    shard: u16,
    openid: &str,
    after: Option<EventId>,
) -> Result<Json, SqlError> {
    let seen = after.filter(|after| after.shard == shard);
    let from = match seen {
        Some(after) => after.seq,
        None => before_newest(db, openid)?,
    };
    let found = events::list(db, Some(openid), from, MOST, MOST_BYTES)?;
    let next = found.last().map(|last| EventId {
        shard,
        seq: last.seq,
    });
    let items = found.iter().flat_map(|event: &Event| shown(shard, event));
    Ok(json!({
        "items": items.collect::<Vec<_>>(),
        "next": next.or(after).map(|next| next.to_string()),
    }))
}

/// The place before the newest [`MOST`].
fn before_newest(db: &impl Database, openid: &str) -> Result<i64, SqlError> {
    let statement = "SELECT min(seq) - 1 FROM \
                     (SELECT seq FROM fan_events WHERE openid = ? ORDER BY seq DESC LIMIT ?)";
    let row = db.first(statement, &[openid.into(), MOST.into()])?;
    Ok(row.and_then(|row| row.integer(0)).unwrap_or(0))
}

/// The event with this key, as its writer is answered: its `id`, and the `reply` as a visitor sees it.
///
/// # Errors
/// When SQLite fails.
pub fn answered(db: &impl Database, shard: u16, key: &str) -> Result<Option<Json>, SqlError> {
    let statement = "SELECT seq FROM events WHERE message_key = ? ORDER BY seq LIMIT 1";
    let seq = db.first(statement, &[key.into()])?;
    let Some(seq) = seq.and_then(|row| row.integer(0)) else {
        return Ok(None);
    };
    let event = events::load(db, seq)?;
    let reply = event.and_then(|event| {
        let mut shown = shown(shard, &event).into_iter();
        shown.rfind(|entry| entry.get("from").and_then(Json::as_str) == Some("bot"))
    });
    let id = EventId { shard, seq }.to_string();
    Ok(Some(json!({ "id": id, "reply": reply })))
}
