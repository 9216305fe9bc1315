//! The ledger runs ahead; what is looked up by fan catches up.
//!
//! A message is answered when its event is on disk, so what the event costs is what a fan waits for. It is one row at the end of a
//! table, and the state in which it leaves the fan is written in the same row. The tables that have a place for each fan
//! (`fans`, `fan_events`, the rows for D1) would cost a page each, wherever that fan happens to lie. They follow later, from
//! the ledger itself and for many events at once: [`catch_up`]. Until then [`Recent`] has the fans in memory.
//!
//! After a crash the ledger is still ahead, and the same [`catch_up`], at construction, brings the tables to its end.
//!
//! Correct as long as
//! - whoever looks at those tables or changes a fan calls [`catch_up`] first, without an await in between: all but
//!   [`crate::intake::receive`] do, and
//! - a fan's state is in the row of their newest event, or, after a [`catch_up`], newer in the table (see [`crate::fan::save_window`]).

use std::collections::HashMap;

use crate::events;
use crate::fan::Fan;
use crate::sql::{Database, SqlError};

/// Fans in memory after which the tables catch up at once: about half a megabyte, and some milliseconds of SQLite.
const MOST: usize = 1000;

/// What the last arrivals left: nothing after a [`catch_up`], when the tables know it all.
///
/// A new one knows nothing, not even whether there is something to know: before its first [`catch_up`] no arrival is taken.
#[derive(Debug, Default)]
pub struct Recent {
    /// The tables and this together are at the end of the ledger.
    complete: bool,
    /// The fans whose newest state is in the ledger, and not in the table of fans yet.
    fans: HashMap<String, Fan>,
    /// The end of the ledger.
    last: Option<i64>,
}

impl Recent {
    /// Whether it is time to [`catch_up`], whoever asks or not.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.fans.len() >= MOST
    }

    /// Makes it complete, with the tables, if it is not.
    pub(crate) fn complete(&mut self, db: &impl Database) -> Result<(), SqlError> {
        if self.complete {
            return Ok(());
        }
        catch_up(db, self)
    }

    pub(crate) fn fan(&self, openid: &str) -> Option<&Fan> {
        self.fans.get(openid)
    }

    /// The last place in the ledger that was ever given. It is forgotten here until [`Recent::keep`], so that whoever fails
    /// behind it asks the ledger again.
    pub(crate) fn take_last(&mut self, db: &impl Database) -> Result<i64, SqlError> {
        match self.last.take() {
            Some(last) => Ok(last),
            None => events::last(db),
        }
    }

    /// Arrivals were kept, up to the place `last`.
    pub(crate) fn keep(&mut self, fans: HashMap<String, Fan>, last: i64) {
        self.fans.extend(fans);
        self.last = Some(last);
    }
}

/// From the events behind `?1`, in this order. With one `max()`, SQLite takes the other columns of a group from the row that has it.
const CATCH_UP: [&str; 4] = [
    "INSERT INTO fans (openid, fan_ref, rev, followed, pushes_stopped, place, place_until, window, first_seen_at, \
     last_seen_at, erase_at, desk) SELECT openid, fan_ref, fan ->> 'rev', fan ->> 'followed', fan ->> 'pushes_stopped', \
     fan ->> 'place', fan ->> 'place_until', fan ->> 'window', fan ->> 'first_seen_at', fan ->> 'last_seen_at', \
     fan ->> 'erase_at', fan ->> 'desk' FROM (SELECT openid, fan_ref, fan, max(seq) FROM events \
     WHERE seq > ?1 AND fan IS NOT NULL GROUP BY openid) WHERE true \
     ON CONFLICT (openid) DO UPDATE SET rev = excluded.rev, followed = excluded.followed, \
     pushes_stopped = excluded.pushes_stopped, place = excluded.place, place_until = excluded.place_until, \
     window = excluded.window, last_seen_at = excluded.last_seen_at, erase_at = excluded.erase_at, \
     desk = coalesce(excluded.desk, fans.desk)",
    "INSERT INTO fan_events (openid, seq) SELECT openid, seq FROM events \
     WHERE seq > ?1 AND openid IS NOT NULL ORDER BY openid, seq",
    "INSERT OR REPLACE INTO outbox (lane, key, body) SELECT 'people', 'fans:' || fan_ref, json_object('fan_ref', fan_ref, \
     'openid', openid, 'rev', fan ->> 'rev', 'followed', fan ->> 'followed', 'pushes_stopped', fan ->> 'pushes_stopped', \
     'first_seen_at', fan ->> 'first_seen_at', 'last_seen_at', fan ->> 'last_seen_at') \
     FROM (SELECT openid, fan_ref, fan, max(seq) FROM events \
     WHERE seq > ?1 AND fan ->> 'told' = 1 GROUP BY fan_ref)",
    "UPDATE progress SET caught_up = (SELECT seq FROM sqlite_sequence WHERE name = 'events') WHERE caught_up = ?1",
];

/// Brings what is looked up by fan to the end of the ledger.
///
/// # Errors
/// When SQLite fails; then nothing has changed.
pub fn catch_up(db: &impl Database, recent: &mut Recent) -> Result<(), SqlError> {
    let caught_up = db
        .first("SELECT caught_up FROM progress", &[])?
        .and_then(|row| row.integer(0))
        .unwrap_or(0);
    if caught_up < events::last(db)? {
        db.savepoint(|| {
            CATCH_UP
                .iter()
                .try_for_each(|statement| db.run(statement, &[caught_up.into()]))
        })?;
    }
    *recent = Recent {
        complete: true,
        ..Recent::default()
    };
    Ok(())
}
