//! Rows that their destination refuses while it takes others: put aside, so that they hold nothing up.
//!
//! A row that D1 will never take (a value that a newer migration forbids, say) would fail every flush that it is part of, and
//! everything behind it would wait for ever. Who flushes finds it by sending smaller and smaller parts, and parks it here.
//! A parked row is kept, and tried again after [`PARKED_FOR`]: once the cause is mended, it leaves by itself.
//!
//! Only the caller can tell a bad row from a destination that is away: it may park a row only when others were taken.

use std::time::Duration;

use serde_json::Value as Json;

use crate::UnixMillis;
use crate::sql::{Database, SqlError};

/// How long a row stays aside. The search for it costs a few seconds of its lane each time.
pub const PARKED_FOR: Duration = Duration::from_secs(60 * 60);

/// What is put aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parked {
    /// A row of the outbox, by its id.
    Row(i64),
    /// An event, by its place.
    Event(i64),
}

/// Puts one aside. Returns how many are aside now.
///
/// # Errors
/// When SQLite fails.
pub fn park(db: &impl Database, what: Parked, now: UnixMillis) -> Result<i64, SqlError> {
    let (kind, id) = match what {
        Parked::Row(id) => ("row", id),
        Parked::Event(seq) => ("event", seq),
    };
    db.run(
        "INSERT OR REPLACE INTO parked (kind, id, until) VALUES (?, ?, ?)",
        &[kind.into(), id.into(), now.plus(PARKED_FOR).into()],
    )?;
    Ok(db
        .first("SELECT count(*) FROM parked", &[])?
        .and_then(|row| row.integer(0))
        .unwrap_or(0))
}

/// D1 took these events: those of them that were parked are so no longer.
///
/// # Errors
/// When SQLite fails.
pub fn taken(db: &impl Database, seqs: &[i64]) -> Result<(), SqlError> {
    db.run(
        "DELETE FROM parked WHERE kind = 'event' AND id IN (SELECT value FROM json_each(?))",
        &[Json::from(seqs).to_string().into()],
    )
}

/// Lets those go back to their lanes whose time is over, or lies further ahead than it was ever set, since the clock stepped back.
/// An event keeps its row, with the moment 0: the place up to which D1 has the ledger lies behind it, so nothing else knows that
/// D1 lacks it.
///
/// # Errors
/// When SQLite fails.
pub fn release(db: &impl Database, now: UnixMillis) -> Result<(), SqlError> {
    let over = [now.into(), now.plus(PARKED_FOR).into()];
    db.run(
        "DELETE FROM parked WHERE kind = 'row' AND (until <= ? OR until > ?)",
        &over,
    )?;
    db.run(
        "UPDATE parked SET until = 0 WHERE kind = 'event' AND until <> 0 AND (until <= ? OR until > ?)",
        &over,
    )
}

/// When the next one is tried again.
///
/// # Errors
/// When SQLite fails.
pub fn due(db: &impl Database) -> Result<Option<UnixMillis>, SqlError> {
    Ok(db
        .first("SELECT min(until) FROM parked WHERE until <> 0", &[])?
        .and_then(|row| row.integer(0))
        .map(UnixMillis))
}
