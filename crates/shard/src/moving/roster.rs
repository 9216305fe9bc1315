//! Who is in which slot. SQLite cannot hash an openid, and no message shall pay for a column that only a move reads, so the old
//! shard finds it out when it begins to hand over: all fans, then all events that it keeps, in pieces.
//!
//! The events bring whoever was not a fan yet, or no longer, when fans were read: nobody becomes a fan without an event. New ones are
//! found by reading on. When events behind the last that was read have been forgotten meanwhile, everything is read again.

use serde_json::Value as Json;

use super::call::Batch;
use crate::events;
use crate::routing::Slot;
use crate::sql::{Database, SqlError, Value};

/// Rows that are read in one piece.
const PIECE: i64 = 4_000;

/// People in the slots of one move, about: more slots than one may move together while they have no more than this. A thousand are about a
/// megabyte and 0.15 s, with what they wrote in a day.
const PEOPLE: i64 = 1_000;

/// Reads another piece. Once all is read, answers with those of the slots that may move together.
pub(super) fn prepare(db: &impl Database, batch: &Batch) -> Result<String, SqlError> {
    if !read_on(db)? {
        return Ok(String::new());
    }
    let statement = "SELECT json_group_array(slot) FROM (SELECT slot, sum(people) OVER (ORDER BY slot) - people AS before FROM \
                     (SELECT value AS slot, (SELECT count(*) FROM roster WHERE roster.slot = value) AS people \
                     FROM json_each(?))) WHERE before < ?";
    match db.first(statement, &[batch.slots.as_str().into(), PEOPLE.into()])? {
        Some(row) => row.required(0, statement),
        None => Ok(String::new()),
    }
}

/// Reads everything that is not read yet.
pub(super) fn complete(db: &impl Database) -> Result<(), SqlError> {
    while !read_on(db)? {}
    Ok(())
}

/// Begins anew with the next piece.
pub(super) fn forget(db: &impl Database) -> Result<(), SqlError> {
    db.run("DELETE FROM roster", &[])?;
    db.run("DELETE FROM roster_until", &[])
}

/// Reads a piece; true when there is no more.
fn read_on(db: &impl Database) -> Result<bool, SqlError> {
    let statement = "SELECT openid, seq FROM roster_until";
    let kept_from = events::kept_from(db)?;
    let until = db.first(statement, &[])?;
    let until = until.filter(|row| {
        row.integer(1)
            .is_some_and(|seq| kept_from <= seq.saturating_add(1))
    });
    let (openid, seq) = match until {
        Some(row) => (row.string(0), row.integer(1).unwrap_or(0)),
        None => {
            forget(db)?;
            (Some(String::new()), kept_from.saturating_sub(1))
        }
    };
    match openid {
        Some(after) => {
            let statement = "SELECT openid FROM fans WHERE openid > ? ORDER BY openid LIMIT ?";
            let fans = db.query(statement, &[after.into(), PIECE.into()])?;
            add(db, fans.iter().filter_map(|row| row.text(0)))?;
            let last = fans.last().filter(|_| is_full(fans.len()));
            note(db, last.and_then(|row| row.string(0)), seq)?;
            Ok(false)
        }
        None => {
            let statement = "SELECT openid, seq FROM events WHERE seq > ? ORDER BY seq LIMIT ?";
            let events = db.query(statement, &[seq.into(), PIECE.into()])?;
            add(db, events.iter().filter_map(|row| row.text(0)))?;
            if let Some(last) = events.last().and_then(|row| row.integer(1)) {
                note(db, None, last)?;
            }
            Ok(!is_full(events.len()))
        }
    }
}

fn is_full(rows: usize) -> bool {
    i64::try_from(rows).is_ok_and(|rows| rows == PIECE)
}

fn note(db: &impl Database, openid: Option<String>, seq: i64) -> Result<(), SqlError> {
    db.run(
        "INSERT OR REPLACE INTO roster_until (id, openid, seq) VALUES (1, ?, ?)",
        &[openid.into(), seq.into()],
    )
}

/// Who left with their slot has events here still, and does not leave again.
fn add<'a>(db: &impl Database, openids: impl Iterator<Item = &'a str>) -> Result<(), SqlError> {
    let rows = openids
        .map(|openid| Json::from(vec![Slot::of(openid).number().into(), Json::from(openid)]));
    let rows: Vec<Json> = rows.collect();
    db.run(
        "INSERT OR IGNORE INTO roster (slot, openid) SELECT value ->> 0, value ->> 1 FROM json_each(?) \
         WHERE value ->> 0 NOT IN (SELECT slot FROM slots WHERE state = 'left')",
        &[Value::from(Json::from(rows).to_string())],
    )
}
