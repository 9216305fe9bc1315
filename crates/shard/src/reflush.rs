//! Filling a D1 that was set back to an earlier moment.
//!
//! What a shard told D1 since then is lost there, and the shard thinks that D1 has it. [`reflush`] takes that back: events go behind the
//! place up to which D1 has the ledger, and what else D1 keeps a copy of goes into the outbox again. From there the flushes of
//! every day carry it, and D1 takes of it what it lacks: a repeat changes nothing.
//!
//! Correct as long as
//! - events are kept for [`crate::events::KEPT_FOR`], so no moment before that can be asked for, and
//! - people who were erased are remembered for longer than D1 can be set back ([`ERASURES_KEPT_FOR`]): a D1 from before an erase has
//!   the person again.

use std::time::Duration;

use crate::UnixMillis;
use crate::events;
use crate::sql::{Database, SqlError};

/// How long it is remembered who was erased. D1 can be set back by 30 days (its Time Travel, on the paid plan).
pub const ERASURES_KEPT_FOR: Duration = Duration::from_secs(31 * 24 * 60 * 60);

/// What happened so long before the moment that is asked for goes too: D1 gets rows some seconds later than they happen, and minutes
/// later when it was away.
pub const MARGIN: Duration = Duration::from_secs(60 * 60);

/// What waits for D1 afterwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reflushed {
    /// Events.
    pub events: i64,
    /// Copies of fans, follow intervals, conversations and jobs, and erasures.
    pub rows: i64,
}

/// Rows in the form in which [`crate::erase`], [`crate::ahead`], [`mod@crate::fan`] and [`crate::jobs`] put them: all erasures, and
/// what changed since `?1`.
const ROWS: &[&str] = &[
    "INSERT OR REPLACE INTO outbox (lane, key, body) SELECT 'people', 'erasures:' || fan_ref, \
     json_object('fan_ref', fan_ref, 'erased_at', erased_at) FROM erasures WHERE ?1 IS NOT NULL",
    "INSERT OR REPLACE INTO outbox (lane, key, body) SELECT 'ledger', 'erasures:' || fan_ref, \
     json_object('fan_ref', fan_ref, 'erased_at', erased_at) FROM erasures WHERE ?1 IS NOT NULL",
    "INSERT OR REPLACE INTO outbox (lane, key, body) SELECT 'people', 'fans:' || fan_ref, json_object('fan_ref', fan_ref, \
     'openid', openid, 'rev', rev, 'followed', followed, 'pushes_stopped', pushes_stopped, \
     'first_seen_at', first_seen_at, 'last_seen_at', last_seen_at) FROM fans WHERE last_seen_at >= ?1",
    "INSERT OR REPLACE INTO outbox (lane, key, body) SELECT 'people', 'follows:' || id, json_object('id', id, \
     'fan_ref', fan_ref, 'started_at', started_at, 'ended_at', ended_at, 'scene', scene) \
     FROM follows WHERE started_at >= ?1 OR ended_at >= ?1",
    "INSERT OR REPLACE INTO outbox (lane, key, body) SELECT 'people', 'conversations:' || id, json_object('id', id, \
     'fan_ref', fan_ref, 'rev', revision, 'state', state, 'opened_at', opened_at) FROM conversations \
     WHERE opened_at >= ?1 OR changed_at >= ?1",
    "INSERT OR REPLACE INTO outbox (lane, key, body) SELECT 'people', 'jobs:' || id, json_object('id', id, \
     'fan_ref', fan_ref, 'openid', openid, 'rev', rev, 'kind', kind, 'state', state, 'attempts', attempts, \
     'last_error', last_error, 'next_try_at', next_try_at, 'possibly_doubled', possibly_doubled, \
     'created_at', created_at, 'ended_at', ended_at) FROM jobs \
     WHERE created_at >= ?1 OR began_at >= ?1 OR ended_at IS NULL OR ended_at >= ?1",
];

/// Lets everything that happened since `since`, and [`MARGIN`] before it, go to D1 once more, and every erasure that is remembered. The
/// tables must have [caught up](crate::ahead::catch_up).
///
/// One write. Putting 100,000 fans into the outbox took 0.6 to 0.8 s of CPU.
///
/// # Errors
/// When SQLite fails; then nothing has changed.
pub fn reflush(db: &impl Database, since: UnixMillis) -> Result<Reflushed, SqlError> {
    let since = since.minus(MARGIN);
    db.savepoint(|| {
        ROWS.iter()
            .try_for_each(|statement| db.run(statement, &[since.into()]))?;
        let events = events::reflush(db, since)?;
        let rows = db.first(
            "SELECT count(*) FROM outbox WHERE lane IN ('people', 'ledger')",
            &[],
        )?;
        let rows = rows.and_then(|row| row.integer(0)).unwrap_or(0);
        Ok(Reflushed { events, rows })
    })
}

/// Forgets erasures that no D1 can be set back behind any more.
///
/// # Errors
/// When SQLite fails.
pub fn sweep(db: &impl Database, now: UnixMillis) -> Result<(), SqlError> {
    db.run(
        "DELETE FROM erasures WHERE erased_at <= ?",
        &[now.minus(ERASURES_KEPT_FOR).into()],
    )
}
