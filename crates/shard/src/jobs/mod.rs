//! What is to be done outside the shard: messages through the customer-service API, questions to business systems.
//!
//! The fan's shard is the truth of a job: its state, its attempts, its place in the fan's order and the message that it
//! reserved from the reply window change in one commit. A queue message is only a doorbell with the job's id, D1 has
//! only a copy. A consumer [`claim()`]s a job and gets a lease, calls, and [`settle()`]s.
//!
//! - [`lifecycle`]: the states, as one table
//! - [`mod@claim`]: may it be done now, and what exactly
//! - [`mod@settle`]: what came of it, and what follows
//! - [`bound`]: what depends on who the fan is to the business
//! - [`refusal`]: what an error of WeChat's means
//! - [`rows`]: the table behind them

mod body;
pub mod bound;
pub mod claim;
pub mod lifecycle;
pub mod refusal;
pub mod rows;
pub mod settle;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

pub use self::body::{Body, Promise, Said};
pub use self::claim::{Claim, Work, claim};
pub use self::lifecycle::State;
pub use self::settle::{Report, settle};
use crate::events::{EventId, NotAnEventId};

/// How long a consumer may take before the job counts as left by it: longer than all its time-outs together.
pub const LEASE: Duration = Duration::from_secs(60);

/// A doorbell that nobody answered within this time is rung again: queue messages can get lost.
pub const RING_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// How long ended jobs are kept in the shard; D1 keeps its copy.
pub const ENDED_KEPT_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How often a message is tried before it is dead.
const SEND_ATTEMPTS: i64 = 8;

/// First and longest wait between two tries; it doubles.
const WAIT_FIRST: Duration = Duration::from_secs(1);
const WAIT_MOST: Duration = Duration::from_secs(300);

/// The name of a job: the event that caused it, and which of its jobs. So the same event never makes a job twice, and the
/// name tells the shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobId {
    /// What caused it.
    pub event: EventId,
    /// Which job of that event, from 1.
    pub number: u16,
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.event, self.number)
    }
}

impl FromStr for JobId {
    type Err = NotAnEventId;

    fn from_str(text: &str) -> Result<Self, NotAnEventId> {
        let (event, number) = text.rsplit_once('.').ok_or(NotAnEventId)?;
        Ok(Self {
            event: event.parse()?,
            number: number.parse().map_err(|_| NotAnEventId)?,
        })
    }
}

/// How long to wait after the `attempts`th try.
pub(crate) fn wait_after(attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1))
        .unwrap_or(0)
        .min(16);
    WAIT_FIRST
        .saturating_mul(2_u32.saturating_pow(doublings))
        .min(WAIT_MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_id_reads_back() {
        let id = JobId {
            event: EventId { shard: 3, seq: 41 },
            number: 2,
        };
        assert_eq!(id.to_string(), "3.41.2");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!("3.41".parse::<JobId>().is_err());
    }

    #[test]
    fn waits_double_up_to_five_minutes() {
        assert_eq!(wait_after(1), Duration::from_secs(1));
        assert_eq!(wait_after(4), Duration::from_secs(8));
        assert_eq!(wait_after(1_000), WAIT_MOST);
    }
}
