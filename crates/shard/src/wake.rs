//! When the shard has to wake by itself.
//!
//! A Durable Object has one alarm. The schedule is not kept apart: it follows from what the tables hold, so it cannot be lost
//! and is found again at construction.

use std::time::Duration;

use crate::outbox::{self, Lane};
use crate::sql::{Database, SqlError};
use crate::{UnixMillis, erase, events, jobs, parked};

/// An alarm that has not gone off so long after its time is lost. The platform's own retries come sooner.
const LOST_AFTER: Duration = Duration::from_secs(60);

/// A flush that takes longer was left behind by an instance that ended.
const FLUSHES_WITHIN: Duration = Duration::from_secs(30);

/// What an instance knows of its one alarm, or of its timer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alarm {
    set_for: Option<UnixMillis>,
}

impl Alarm {
    /// Notes that the alarm has to come at `at` or earlier. Whether it must be set for that: not when it is set for an earlier
    /// moment, unless that is so long ago that the alarm must be lost.
    #[must_use]
    pub fn arm(&mut self, at: UnixMillis, now: UnixMillis) -> bool {
        let comes = |set_for: UnixMillis| set_for <= at && set_for > now.minus(LOST_AFTER);
        if self.set_for.is_some_and(comes) {
            return false;
        }
        self.set_for = Some(at);
        true
    }

    /// Whether it is set for this very moment.
    #[must_use]
    pub fn is_set_for(&self, at: UnixMillis) -> bool {
        self.set_for == Some(at)
    }

    /// It went off: it is set for nothing any more.
    pub fn went_off(&mut self) {
        self.set_for = None;
    }
}

/// The next moment at which there is something to do, if any. A lane that is being flushed waits for its destination, and
/// is looked at again half a minute later: one that failed before would else be due all the time.
///
/// # Errors
/// When SQLite fails.
pub fn next(
    db: &impl Database,
    now: UnixMillis,
    flushing: impl Fn(Lane) -> bool,
) -> Result<Option<UnixMillis>, SqlError> {
    let mut next = [
        jobs::rows::due(db)?,
        erase::due(db)?,
        sweep_due(db)?,
        parked::due(db)?,
    ]
    .into_iter()
    .flatten()
    .min();
    for lane in Lane::ALL {
        let due = outbox::due(db, lane, now)?.map(|due| {
            if flushing(lane) {
                due.max(now.plus(FLUSHES_WITHIN))
            } else {
                due
            }
        });
        next = [next, due].into_iter().flatten().min();
    }
    Ok(next)
}

/// When the oldest event has been kept long enough. While D1 lacks it, it stays, and the ledger lane wakes the shard.
fn sweep_due(db: &impl Database) -> Result<Option<UnixMillis>, SqlError> {
    Ok(db
        .first(
            "SELECT received_at, seq <= (SELECT flushed FROM progress) FROM events ORDER BY seq LIMIT 1",
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

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = UnixMillis(1_700_000_000_000);

    fn later(seconds: u64) -> UnixMillis {
        NOW.plus(Duration::from_secs(seconds))
    }

    #[test]
    fn an_alarm_is_set_only_for_an_earlier_moment() {
        let mut alarm = Alarm::default();
        assert!(alarm.arm(later(10), NOW));
        assert!(!alarm.arm(later(20), NOW));
        assert!(alarm.arm(later(5), NOW));
        alarm.went_off();
        assert!(alarm.arm(later(20), NOW));
    }

    #[test]
    fn an_alarm_that_did_not_come_is_set_again() {
        let mut alarm = Alarm::default();
        assert!(alarm.arm(later(1), NOW));
        assert!(!alarm.arm(later(40), later(30)));
        assert!(alarm.arm(later(100), later(90)));
    }
}
