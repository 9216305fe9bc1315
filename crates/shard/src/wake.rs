//! When the shard has to wake by itself.
//!
//! A Durable Object has one alarm. The schedule is not kept apart: it follows from what the tables hold, so it cannot be lost
//! and is found again at construction.

use crate::outbox::{self, Lane};
use crate::sql::{Database, SqlError};
use crate::{UnixMillis, erase, events, jobs};

/// The next moment at which there is something to do, if any.
///
/// # Errors
/// When SQLite fails.
pub fn next(db: &impl Database, now: UnixMillis) -> Result<Option<UnixMillis>, SqlError> {
    let mut next = [jobs::rows::due(db)?, erase::due(db)?, sweep_due(db)?]
        .into_iter()
        .flatten()
        .min();
    for lane in Lane::ALL {
        let due = outbox::due(db, lane, now)?;
        next = [next, due].into_iter().flatten().min();
    }
    Ok(next)
}

/// When the oldest event has been kept long enough. While D1 lacks it, it stays, and the ledger lane wakes the shard.
fn sweep_due(db: &impl Database) -> Result<Option<UnixMillis>, SqlError> {
    Ok(db
        .first(
            "SELECT received_at, flushed FROM events ORDER BY seq LIMIT 1",
            &[],
        )?
        .filter(|row| row.integer(1) == Some(1))
        .and_then(|row| row.integer(0))
        .map(|received_at| {
            UnixMillis(received_at)
                .plus(events::KEPT_FOR)
                .plus(events::SWEPT_EVERY)
        }))
}
