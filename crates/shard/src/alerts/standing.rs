//! How a shard is doing, by its own tables.

use fandesk_playbook::Alerts;

use crate::UnixMillis;
use crate::forwards;
use crate::outbox::Lane;
use crate::sql::{Database, SqlError};

/// What one shard says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// For each lane in the order of [`Lane::ALL`]: since when something waits in it that should have left. None when all is well.
    pub behind_since: [Option<UnixMillis>; Lane::ALL.len()],
    /// Rows that D1 refuses while it takes others.
    pub parked: i64,
    /// Jobs that became dead or unknown within the time in which they are counted.
    pub failed_jobs: i64,
    /// Copies for another system that were given up within that time.
    pub given_up: i64,
}

/// Looks at a shard. Each question is answered from an index, whatever has gathered.
///
/// # Errors
/// When SQLite fails.
pub fn measure(db: &impl Database, rules: &Alerts, now: UnixMillis) -> Result<Standing, SqlError> {
    let moment = |statement: &str, parameters: &[_]| {
        let row = db.first(statement, parameters)?;
        Ok::<_, SqlError>(row.and_then(|row| row.integer(0)).map(UnixMillis))
    };
    let count = |statement: &str, parameters: &[_]| {
        let row = db.first(statement, parameters)?;
        Ok::<_, SqlError>(row.and_then(|row| row.integer(0)).unwrap_or(0))
    };
    let mut behind_since = [None; Lane::ALL.len()];
    for (lane, since) in Lane::ALL.iter().zip(&mut behind_since) {
        let failing = moment(
            "SELECT failing_since FROM lanes WHERE lane = ?",
            &[lane.name().into()],
        )?;
        let waiting = match lane {
            // Doorbells left, and nobody does what they ring for. A job behind another of its fan waits for that one.
            Lane::Jobs => moment(
                "SELECT next_try_at FROM jobs WHERE state = 'waiting' AND next_try_at <= ? AND NOT EXISTS \
                 (SELECT 1 FROM jobs AS earlier WHERE earlier.openid = jobs.openid AND earlier.place < jobs.place \
                 AND earlier.state IN ('waiting', 'sending')) ORDER BY next_try_at LIMIT 1",
                &[now.into()],
            )?,
            Lane::Ledger => moment(
                "SELECT received_at FROM events WHERE seq > (SELECT flushed FROM progress) ORDER BY seq LIMIT 1",
                &[],
            )?,
            Lane::Forwards => forwards::oldest(db)?,
            Lane::People | Lane::Desk => None,
        };
        *since = [failing, waiting].into_iter().flatten().min();
    }
    Ok(Standing {
        behind_since,
        parked: count("SELECT count(*) FROM parked", &[])?,
        failed_jobs: count(
            "SELECT count(*) FROM jobs WHERE ended_at > ? AND state IN ('dead', 'unknown')",
            &[now.minus(rules.failed_within).into()],
        )?,
        given_up: forwards::given_up_since(db, now.minus(rules.failed_within))?,
    })
}
