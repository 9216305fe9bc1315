//! How many fans a minute the desk gets because the playbook has no answer for them.
//!
//! A burst of texts that nothing answers must not reach the agents, whoever sends them. Each shard hands over its share of what the
//! playbook allows, at least one a minute. The count is a row, written in the commit of the hand-over that it counts; it is read only
//! for a fan whose text would hand over.

use fandesk_playbook::Unmatched;

use crate::UnixMillis;
use crate::sql::{Database, SqlError};

/// What one of so many shards may hand over in a minute.
#[must_use]
pub fn share(unmatched: Unmatched, shards: u16) -> i64 {
    let share = unmatched.per_minute.checked_div(shards.into()).unwrap_or(0);
    share.max(1).into()
}

/// How many were handed over in this minute.
///
/// # Errors
/// When SQLite fails.
pub fn used(db: &impl Database, now: UnixMillis) -> Result<i64, SqlError> {
    let row = db.first(
        "SELECT used FROM hand_over_rate WHERE minute = ?",
        &[minute(now).into()],
    )?;
    Ok(row.and_then(|row| row.integer(0)).unwrap_or(0))
}

/// One more was handed over.
///
/// # Errors
/// When SQLite fails.
pub fn count(db: &impl Database, now: UnixMillis) -> Result<(), SqlError> {
    db.run(
        "INSERT INTO hand_over_rate (id, minute, used) VALUES (1, ?1, 1) ON CONFLICT (id) DO UPDATE SET \
         used = CASE WHEN minute = ?1 THEN used + 1 ELSE 1 END, minute = ?1",
        &[minute(now).into()],
    )
}

fn minute(now: UnixMillis) -> i64 {
    now.0.div_euclid(60_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shard_has_its_share_and_at_least_one() {
        let unmatched = Unmatched {
            after: 3,
            per_minute: 60,
        };
        assert_eq!(share(unmatched, 8), 7);
        assert_eq!(share(unmatched, 64), 1);
        assert_eq!(share(unmatched, 0), 1);
    }
}
