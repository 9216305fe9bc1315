//! What became of a crowd's callbacks, and how long they took.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::Serialize;

use super::{Order, answers::Told};
use crate::callback::{Outcome, Verdict};

/// Callbacks by what became of them; every one sent ends in one of the four.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Counts {
    /// Fans who set out.
    pub set_out: u64,
    /// Fans who are through with the script.
    pub arrived: u64,
    /// Callbacks begun.
    pub sent: u64,
    /// Answered with 200 and a valid body.
    pub answered: u64,
    /// Answered with 200 and a body that cannot be shown.
    pub malformed: u64,
    /// The last try was answered with another status.
    pub refused: u64,
    /// The last try was not answered.
    pub gave_up: u64,
    /// Tries after the first.
    pub retries: u64,
}

/// A crowd's book.
#[derive(Debug, Default)]
pub struct Tally {
    /// What was counted.
    pub counts: Counts,
    /// Microseconds of each callback, tries included.
    took_us: Vec<u32>,
    /// Every answer, where that was ordered.
    pub told: Vec<Told>,
    /// How long the whole crowd took, once it is through.
    pub ended: Option<Duration>,
}

/// Latency of callbacks in milliseconds, all tries included.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Latency {
    /// Half are at most this.
    pub p50: f64,
    /// 99 of 100 are at most this.
    pub p99: f64,
    /// 999 of 1000 are at most this.
    pub p999: f64,
    /// The slowest.
    pub max: f64,
}

/// A crowd as `GET /sim/stats` shows it.
#[derive(Debug, Clone, Serialize)]
pub struct View {
    /// Its name.
    pub id: String,
    /// Fans ordered.
    pub fans: u64,
    /// Rate ordered.
    pub per_second: u64,
    /// See [`Counts`].
    #[serde(flatten)]
    pub counts: Counts,
    /// Fans who should have set out already.
    pub behind: u64,
    /// See [`Latency`].
    pub latency_ms: Option<Latency>,
    /// From the start to now, or to the end.
    pub elapsed_ms: u64,
    /// All are through, or were sent home.
    pub done: bool,
}

impl Tally {
    /// Counts one callback.
    pub fn count(&mut self, outcome: &Outcome, took: Duration) {
        let counts = &mut self.counts;
        *match outcome.verdict {
            Verdict::Reply | Verdict::Nothing => &mut counts.answered,
            Verdict::Malformed => &mut counts.malformed,
            Verdict::Refused => &mut counts.refused,
            Verdict::GaveUp => &mut counts.gave_up,
        } += 1;
        counts.retries += u64::try_from(outcome.tries).unwrap_or(1).saturating_sub(1);
        self.took_us
            .push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
    }

    /// The crowd as people see it.
    pub fn view(&self, id: &str, order: &Order, elapsed: Duration) -> View {
        let elapsed = self.ended.unwrap_or(elapsed);
        let due = if self.ended.is_some() {
            0
        } else {
            order.due(elapsed)
        };
        View {
            id: id.to_owned(),
            fans: order.fans,
            per_second: order.per_second,
            counts: self.counts,
            behind: due.saturating_sub(self.counts.set_out),
            latency_ms: latency(self.took_us.clone()),
            elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
            done: self.ended.is_some(),
        }
    }
}

/// `None` when nothing was measured.
fn latency(mut took_us: Vec<u32>) -> Option<Latency> {
    took_us.sort_unstable();
    let at = |per_mille: usize| {
        let rank = (took_us.len() * per_mille).div_ceil(1000).saturating_sub(1);
        took_us.get(rank).map(|us| f64::from(*us) / 1000.0)
    };
    Some(Latency {
        p50: at(500)?,
        p99: at(990)?,
        p999: at(999)?,
        max: at(1000)?,
    })
}

/// A panic while it was locked leaves a count that may be off by one.
pub(super) fn lock(tally: &Mutex<Tally>) -> MutexGuard<'_, Tally> {
    tally.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let latency = latency((1..=1000).map(|ms| ms * 1000).rev().collect());
        assert_eq!(
            latency,
            Some(Latency {
                p50: 500.0,
                p99: 990.0,
                p999: 999.0,
                max: 1000.0
            })
        );
    }

    #[test]
    fn nothing_measured_has_no_latency() {
        assert_eq!(latency(Vec::new()), None);
    }
}
