//! The outbox: what must happen elsewhere, written in the same commit as the event that caused it.
//!
//! A row waits in its lane until the destination confirmed it, so nothing is lost between two actors; a repeat does no harm,
//! since destinations tell rows apart by ids that are made from the event. Lanes fail and back off independently: D1
//! being down does not stop the queue.
//!
//! Events have no rows here: D1 lacks those behind a place in the ledger (see [`crate::events::unflushed`]), which keeps the commonest write single.

use std::time::Duration;

use serde_json::Value as Json;

use crate::UnixMillis;
use crate::events;
use crate::forwards;
use crate::sql::{Database, SqlError};

/// A destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Doorbells to the queue.
    Jobs,
    /// Copies of mutable rows to the database `DB`.
    People,
    /// Events (see [`crate::events`]) and erasures to the database `LEDGER`.
    Ledger,
    /// Copies to another system (see [`crate::forwards`], which has their rows).
    Forwards,
    /// What fans do who are with the desk, to the Desk (see [`crate::desk`]).
    Desk,
}

impl Lane {
    /// All lanes. Other actors know them by this order (see [`crate::alerts::Standing`]): a new one goes last.
    pub const ALL: [Self; 5] = [
        Self::Jobs,
        Self::People,
        Self::Ledger,
        Self::Forwards,
        Self::Desk,
    ];

    /// The name under which rows are stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jobs => "jobs",
            Self::People => "people",
            Self::Ledger => "ledger",
            Self::Forwards => "forwards",
            Self::Desk => "desk",
        }
    }

    /// How long rows may gather before they go.
    fn gathers_for(self) -> Duration {
        match self {
            Self::Jobs | Self::Forwards | Self::Desk => Duration::ZERO,
            Self::People | Self::Ledger => GATHER_FOR,
        }
    }
}

/// How long rows for D1 gather: one statement carries many.
pub const GATHER_FOR: Duration = Duration::from_secs(5);

/// Bytes in one flush. D1 takes 2 MB a value, and the rows travel as one JSON value; a quarter keeps a statement near 30 ms.
pub const FLUSH_BYTES: usize = 512 * 1024;

/// First wait after a failed flush; it doubles with each failure in a row.
const BACK_OFF_FIRST: Duration = Duration::from_secs(1);
/// Longest wait between flushes of a failing lane: after an outage of any length all is well a minute later.
const BACK_OFF_MOST: Duration = Duration::from_secs(60);

/// One row that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// For [`confirm`].
    pub id: i64,
    /// What it is about, such as `fans:1f0c…`.
    pub key: String,
    /// JSON.
    pub body: String,
}

/// Puts a row into a lane, in place of an older one with the same key.
///
/// # Errors
/// When SQLite fails.
pub fn put(db: &impl Database, lane: Lane, key: &str, body: &Json) -> Result<(), SqlError> {
    db.run(
        "INSERT OR REPLACE INTO outbox (lane, key, body) VALUES (?, ?, ?)",
        &[lane.name().into(), key.into(), body.to_string().into()],
    )
}

/// The oldest rows of a lane that are not [parked](crate::parked), up to `bytes` of bodies, but at least one.
///
/// # Errors
/// When SQLite fails.
pub fn waiting(db: &impl Database, lane: Lane, bytes: i64) -> Result<Vec<Waiting>, SqlError> {
    let statement = "SELECT id, key, body FROM (SELECT id, key, body, sum(length(body)) OVER (ORDER BY id) - length(body) \
                     AS before FROM (SELECT id, key, body FROM outbox WHERE lane = ? \
                     AND NOT EXISTS (SELECT 1 FROM parked WHERE kind = 'row' AND parked.id = outbox.id) \
                     ORDER BY id LIMIT 1000)) WHERE before < ?";
    db.query(statement, &[lane.name().into(), bytes.into()])?
        .iter()
        .map(|row| {
            Ok(Waiting {
                id: row.integer(0).unwrap_or_default(),
                key: row.required(1, statement)?,
                body: row.required(2, statement)?,
            })
        })
        .collect()
}

/// The destination has these rows. A newer row for the same key has another id and stays.
///
/// # Errors
/// When SQLite fails.
pub fn confirm(db: &impl Database, ids: &[i64]) -> Result<(), SqlError> {
    db.run(
        "DELETE FROM outbox WHERE id IN (SELECT value FROM json_each(?))",
        &[Json::from(ids).to_string().into()],
    )
}

/// A flush of the lane went well.
///
/// # Errors
/// When SQLite fails.
pub fn succeeded(db: &impl Database, lane: Lane) -> Result<(), SqlError> {
    db.run("DELETE FROM lanes WHERE lane = ?", &[lane.name().into()])
}

/// A flush of the lane failed: the next one waits longer. `jitter` (any number) keeps shards from coming back together.
/// Returns how often it failed in a row.
///
/// # Errors
/// When SQLite fails.
pub fn failed(
    db: &impl Database,
    lane: Lane,
    now: UnixMillis,
    jitter: u8,
) -> Result<i64, SqlError> {
    let failures = failures(db, lane)?.saturating_add(1);
    let doublings = u32::try_from(failures.saturating_sub(1))
        .unwrap_or(u32::MAX)
        .min(10);
    let wait = BACK_OFF_FIRST
        .saturating_mul(2_u32.saturating_pow(doublings))
        .min(BACK_OFF_MOST);
    // Between 3/4 and 5/4 of the wait.
    let jittered = wait
        .saturating_mul(384_u32.saturating_add(jitter.into()))
        .checked_div(512)
        .unwrap_or(wait);
    db.run(
        "INSERT INTO lanes (lane, failures, not_before, failing_since) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (lane) DO UPDATE SET failures = ?2, not_before = ?3, failing_since = coalesce(failing_since, ?4)",
        &[
            lane.name().into(),
            failures.into(),
            now.plus(jittered).into(),
            now.into(),
        ],
    )?;
    Ok(failures)
}

/// How often the lane failed in a row.
///
/// # Errors
/// When SQLite fails.
pub fn failures(db: &impl Database, lane: Lane) -> Result<i64, SqlError> {
    Ok(db
        .first(
            "SELECT failures FROM lanes WHERE lane = ?",
            &[lane.name().into()],
        )?
        .and_then(|row| row.integer(0))
        .unwrap_or(0))
}

/// When the lane wants to be flushed next: `None` when it is empty.
///
/// # Errors
/// When SQLite fails.
pub fn due(
    db: &impl Database,
    lane: Lane,
    now: UnixMillis,
) -> Result<Option<UnixMillis>, SqlError> {
    if lane == Lane::Forwards {
        let due = forwards::due(db, now)?;
        let not_before = not_before(db, lane, now)?;
        return Ok(due.map(|due| not_before.map_or(due, |at| at.max(due))));
    }
    let rows = db.first(
        "SELECT 1 FROM outbox WHERE lane = ? \
         AND NOT EXISTS (SELECT 1 FROM parked WHERE kind = 'row' AND parked.id = outbox.id) LIMIT 1",
        &[lane.name().into()],
    )?;
    let filled = match lane {
        Lane::Ledger => rows.is_some() || events::any_unflushed(db)?,
        Lane::Jobs | Lane::People | Lane::Forwards | Lane::Desk => rows.is_some(),
    };
    if !filled {
        return Ok(None);
    }
    let not_before = not_before(db, lane, now)?;
    Ok(Some(
        not_before.unwrap_or_else(|| now.plus(lane.gathers_for())),
    ))
}

/// Whether a failing lane has waited long enough to be flushed now.
///
/// # Errors
/// When SQLite fails.
pub fn may_flush(db: &impl Database, lane: Lane, now: UnixMillis) -> Result<bool, SqlError> {
    Ok(not_before(db, lane, now)?.is_none_or(|not_before| not_before <= now))
}

/// Until when a failing lane waits. A moment further ahead than any wait is long comes from a clock that stepped back since.
fn not_before(
    db: &impl Database,
    lane: Lane,
    now: UnixMillis,
) -> Result<Option<UnixMillis>, SqlError> {
    Ok(db
        .first(
            "SELECT not_before FROM lanes WHERE lane = ?",
            &[lane.name().into()],
        )?
        .and_then(|row| row.integer(0))
        .map(UnixMillis)
        .filter(|at| *at <= now.plus(BACK_OFF_MOST.saturating_mul(2))))
}
