//! Fans who were handed over, each time as a row, of which D1 gets a copy. Where a conversation stands at the desk is the Desk's to
//! know; here is what the fan's shard was told of it.

use serde_json::{Map, Value as Json};

use crate::UnixMillis;
use crate::events::EventId;
use crate::outbox::{self, Lane};
use crate::sql::{Database, SqlError};

/// Lets the fan wait for a person, unless they already do: for hand-overs to another desk than ours, which tells nothing.
///
/// # Errors
/// When SQLite fails.
pub fn wait_for_person(
    db: &impl Database,
    event: &EventId,
    fan_ref: &str,
    at: UnixMillis,
) -> Result<(), SqlError> {
    if waiting_since(db, fan_ref)?.is_some() {
        return Ok(());
    }
    open(db, event, fan_ref, at)
}

/// A conversation begins: the fan waits. Whatever of theirs still waited goes on in it.
///
/// # Errors
/// When SQLite fails.
pub fn open(
    db: &impl Database,
    event: &EventId,
    fan_ref: &str,
    at: UnixMillis,
) -> Result<(), SqlError> {
    let statement = "SELECT id FROM conversations WHERE fan_ref = ? AND state = 'waiting'";
    for row in db.query(statement, &[fan_ref.into()])? {
        let earlier = row.required(0, statement)?;
        if let Ok(earlier) = earlier.parse() {
            turn(db, &earlier, fan_ref, "closed", at)?;
        }
    }
    let id = event.to_string();
    db.run(
        "INSERT INTO conversations (id, fan_ref, state, opened_at) VALUES (?, ?, 'waiting', ?)",
        &[id.as_str().into(), fan_ref.into(), at.into()],
    )?;
    mirror(db, &id, fan_ref)
}

/// A conversation has another state from now on.
///
/// # Errors
/// When SQLite fails.
pub fn turn(
    db: &impl Database,
    conversation: &EventId,
    fan_ref: &str,
    state: &str,
    at: UnixMillis,
) -> Result<(), SqlError> {
    let id = conversation.to_string();
    db.run(
        "UPDATE conversations SET state = ?2, revision = revision + 1, changed_at = ?3 WHERE id = ?1 AND state <> ?2",
        &[id.as_str().into(), state.into(), at.into()],
    )?;
    mirror(db, &id, fan_ref)
}

fn mirror(db: &impl Database, id: &str, fan_ref: &str) -> Result<(), SqlError> {
    let statement = "SELECT state, opened_at, revision FROM conversations WHERE id = ?";
    let Some(kept) = db.first(statement, &[id.into()])? else {
        return Ok(());
    };
    let mut row = Map::new();
    row.insert("id".into(), id.into());
    row.insert("fan_ref".into(), fan_ref.into());
    row.insert("rev".into(), kept.integer(2).unwrap_or(1).into());
    row.insert("state".into(), kept.required(0, statement)?.into());
    row.insert("opened_at".into(), kept.integer(1).unwrap_or(0).into());
    outbox::put(
        db,
        Lane::People,
        &format!("conversations:{id}"),
        &Json::Object(row),
    )
}

/// The fan's waiting conversation: since when.
///
/// # Errors
/// When SQLite fails.
pub fn waiting_since(db: &impl Database, fan_ref: &str) -> Result<Option<UnixMillis>, SqlError> {
    Ok(db
        .first(
            "SELECT opened_at FROM conversations WHERE fan_ref = ? AND state = 'waiting'",
            &[fan_ref.into()],
        )?
        .and_then(|row| row.integer(0))
        .map(UnixMillis))
}
