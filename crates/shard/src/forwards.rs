//! Copies of what came in, on their way to another system.
//!
//! A copy is written in the same commit as its event, and leaves straight from the shard, in a lane of its own
//! ([`crate::outbox::Lane::Forwards`]): no doorbell and no row in D1 for it, and nothing else waits for the other system. Whoever
//! sends takes [`next`], and tells what was [`taken`] and what was [`refused`].
//!
//! - The copies of one fan leave in order: none before an earlier one was taken or given up.
//! - While nobody takes anything the lane backs off, as the lanes to D1 do. A copy that alone is refused waits by itself, longer each time,
//!   and with it those of its fan only.
//! - What was not taken within [`GIVEN_UP_AFTER`] is given up and counted. WeChat itself would have tried three times within 15 s.
//! - A copy may arrive twice, as with WeChat: the receiver tells by MsgId, or by sender and time.
//!
//! Copies do not move with their slot: the shard that took the event sends them.

use std::time::Duration;

use crate::UnixMillis;
use crate::events::EventId;
use crate::jobs::wait_after;
use crate::sql::{Database, SqlError, Value};

/// How long a copy is tried.
pub const GIVEN_UP_AFTER: Duration = Duration::from_secs(60 * 60);

/// How long it is remembered how many were given up.
const COUNTED_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Given up in one go; the rest follows with the next alarm.
const AT_ONCE: i64 = 1_000;

/// A copy that waits to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// Its place in the order of the shard's copies.
    pub place: i64,
    /// The place of its event in the shard's ledger.
    pub event: i64,
    /// Whose it is; the account's copies are those of whom WeChat named as the sender.
    pub openid: String,
    /// Everything that WeChat sent, as the JSON that is kept.
    pub fields: String,
    /// How often it was refused.
    pub tries: i64,
}

/// Adds a copy.
///
/// # Errors
/// When SQLite fails.
pub fn put(
    db: &impl Database,
    event: &EventId,
    fan_ref: &str,
    openid: &str,
    fields: &str,
    now: UnixMillis,
) -> Result<(), SqlError> {
    db.run(
        "INSERT INTO forwards (event, fan_ref, openid, made_at, fields) VALUES (?, ?, ?, ?, ?)",
        &[
            event.seq.into(),
            fan_ref.into(),
            openid.into(),
            now.into(),
            fields.into(),
        ],
    )
}

/// The oldest copies that may leave now.
///
/// # Errors
/// When SQLite fails.
pub fn next(db: &impl Database, now: UnixMillis, limit: i64) -> Result<Vec<Copy>, SqlError> {
    let statement = "SELECT place, event, openid, fields, tries FROM forwards WHERE NOT EXISTS (SELECT 1 FROM forwards AS refused \
                     WHERE refused.openid = forwards.openid AND refused.not_before > ?) ORDER BY place LIMIT ?";
    db.query(statement, &[now.into(), limit.into()])?
        .iter()
        .map(|row| {
            Ok(Copy {
                place: row.integer(0).unwrap_or_default(),
                event: row.integer(1).unwrap_or_default(),
                openid: row.required(2, statement)?,
                fields: row.required(3, statement)?,
                tries: row.integer(4).unwrap_or_default(),
            })
        })
        .collect()
}

/// The receiver has it.
///
/// # Errors
/// When SQLite fails.
pub fn taken(db: &impl Database, place: i64) -> Result<(), SqlError> {
    db.run("DELETE FROM forwards WHERE place = ?", &[place.into()])
}

/// The receiver refused it while it took others: it waits, longer each time.
///
/// # Errors
/// When SQLite fails.
pub fn refused(db: &impl Database, copy: &Copy, now: UnixMillis) -> Result<(), SqlError> {
    let tries = copy.tries.saturating_add(1);
    db.run(
        "UPDATE forwards SET tries = ?, not_before = ? WHERE place = ?",
        &[
            tries.into(),
            now.plus(wait_after(tries)).into(),
            copy.place.into(),
        ],
    )
}

/// Gives up what is too old, and says how many that were.
///
/// # Errors
/// When SQLite fails.
pub fn give_up(db: &impl Database, now: UnixMillis) -> Result<i64, SqlError> {
    let old = "SELECT place FROM (SELECT place, made_at FROM forwards ORDER BY place LIMIT ?) WHERE made_at <= ?";
    let given_up = db.query(
        &format!("DELETE FROM forwards WHERE place IN ({old}) RETURNING 1"),
        &[AT_ONCE.into(), now.minus(GIVEN_UP_AFTER).into()],
    )?;
    note_given_up(db, given_up.len(), now)
}

/// Nobody is to get copies any more: gives all up. Returns how many that were.
///
/// # Errors
/// When SQLite fails.
pub fn drop_all(db: &impl Database, now: UnixMillis) -> Result<i64, SqlError> {
    let dropped = db.query("DELETE FROM forwards RETURNING 1", &[])?;
    note_given_up(db, dropped.len(), now)
}

fn note_given_up(db: &impl Database, copies: usize, now: UnixMillis) -> Result<i64, SqlError> {
    let copies = i64::try_from(copies).unwrap_or(i64::MAX);
    if copies > 0 {
        db.run(
            "INSERT INTO forwards_given_up (at, copies) VALUES (?1, ?2) \
             ON CONFLICT (at) DO UPDATE SET copies = copies + ?2",
            &[now.into(), copies.into()],
        )?;
    }
    Ok(copies)
}

/// How many copies were given up since then.
///
/// # Errors
/// When SQLite fails.
pub fn given_up_since(db: &impl Database, since: UnixMillis) -> Result<i64, SqlError> {
    let statement = "SELECT coalesce(sum(copies), 0) FROM forwards_given_up WHERE at > ?";
    let row = db.first(statement, &[since.into()])?;
    Ok(row.and_then(|row| row.integer(0)).unwrap_or(0))
}

/// Since when the oldest copy waits.
///
/// # Errors
/// When SQLite fails.
pub fn oldest(db: &impl Database) -> Result<Option<UnixMillis>, SqlError> {
    let row = db.first("SELECT made_at FROM forwards ORDER BY place LIMIT 1", &[])?;
    Ok(row.and_then(|row| row.integer(0)).map(UnixMillis))
}

/// When the next copy may leave; none when there is none. A moment that is over for what may leave at once.
pub(crate) fn due(db: &impl Database, now: UnixMillis) -> Result<Option<UnixMillis>, SqlError> {
    if oldest(db)?.is_none() {
        return Ok(None);
    }
    if !next(db, now, 1)?.is_empty() {
        return Ok(Some(now));
    }
    let statement = "SELECT min(not_before) FROM forwards WHERE not_before > ?";
    let row = db.first(statement, &[now.into()])?;
    Ok(row.and_then(|row| row.integer(0)).map(UnixMillis))
}

/// Forgets the copies of a person.
pub(crate) fn forget(db: &impl Database, openid: &str) -> Result<(), SqlError> {
    db.run("DELETE FROM forwards WHERE openid = ?", &[openid.into()])
}

/// Forgets the copies of people who were erased elsewhere, given as a JSON array of `fan_ref`s.
pub(crate) fn forget_all(db: &impl Database, people: impl Into<Value>) -> Result<(), SqlError> {
    db.run(
        "DELETE FROM forwards WHERE fan_ref IN (SELECT value FROM json_each(?))",
        &[people.into()],
    )
}

/// Forgets how many were given up long ago.
///
/// # Errors
/// When SQLite fails.
pub fn sweep(db: &impl Database, now: UnixMillis) -> Result<(), SqlError> {
    db.run(
        "DELETE FROM forwards_given_up WHERE at <= ?",
        &[now.minus(COUNTED_FOR).into()],
    )
}
