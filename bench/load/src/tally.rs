//! When it is measured, and what came of it.

use std::time::{Duration, Instant};

use serde::Serialize;

use crate::clock;

/// A warm-up, then the time that counts.
#[derive(Clone, Copy)]
pub(crate) struct Phase {
    counts_from: Instant,
    over_at: Instant,
}

impl Phase {
    pub(crate) fn start(warmup: Duration, measured: Duration) -> Self {
        let now = clock::instant();
        let counts_from = now.checked_add(warmup).unwrap_or(now);
        Self {
            counts_from,
            over_at: counts_from.checked_add(measured).unwrap_or(counts_from),
        }
    }

    pub(crate) fn is_measured(&self, at: Instant) -> bool {
        at >= self.counts_from && !self.is_over(at)
    }

    pub(crate) fn is_over(&self, at: Instant) -> bool {
        at >= self.over_at
    }
}

/// The right answers of one connection. There are no others: a wrong one ends the run.
#[derive(Default)]
pub(crate) struct Answers {
    /// How long each took that came while it counted.
    pub(crate) measured: Vec<Duration>,
    /// How many there were from the first to the last.
    pub(crate) all: u64,
}

/// The answers of a run.
pub(crate) struct Tally {
    phase: Phase,
    answers: Answers,
}

/// The one line that the program writes.
#[derive(Debug, Serialize)]
pub(crate) struct Summary {
    /// Answers in the measured time.
    pub(crate) answers: usize,
    /// Answers of the whole run, warm-up included.
    pub(crate) all_answers: u64,
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p90_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) p999_ms: f64,
    pub(crate) max_ms: f64,
    /// CPU of this program, warm-up included.
    pub(crate) load_cpu_seconds: f64,
}

impl Tally {
    pub(crate) fn new(phase: Phase) -> Self {
        Self {
            phase,
            answers: Answers::default(),
        }
    }

    pub(crate) fn add(&mut self, answers: Answers) {
        self.answers.measured.extend(answers.measured);
        self.answers.all = self.answers.all.saturating_add(answers.all);
    }

    pub(crate) fn summary(self) -> Summary {
        let Answers { mut measured, all } = self.answers;
        measured.sort_unstable();
        let time = self
            .phase
            .over_at
            .saturating_duration_since(self.phase.counts_from);
        Summary {
            answers: measured.len(),
            all_answers: all,
            per_second: measured.len() as f64 / time.as_secs_f64(),
            p50_ms: quantile_ms(&measured, 0.5),
            p90_ms: quantile_ms(&measured, 0.9),
            p99_ms: quantile_ms(&measured, 0.99),
            p999_ms: quantile_ms(&measured, 0.999),
            max_ms: quantile_ms(&measured, 1.0),
            load_cpu_seconds: clock::cpu_seconds(),
        }
    }
}

/// Of a sorted sample, without interpolation; 0 when it is empty.
fn quantile_ms(sorted: &[Duration], q: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    let place = (q * sorted.len() as f64) as usize;
    sorted
        .get(place.min(last))
        .map_or(0.0, |latency| latency.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(values: &[u64]) -> Vec<Duration> {
        values.iter().copied().map(Duration::from_millis).collect()
    }

    #[test]
    fn what_came_during_the_warm_up_is_counted_but_not_measured() {
        let phase = Phase::start(Duration::from_secs(1), Duration::from_secs(2));
        assert!(!phase.is_measured(phase.counts_from - Duration::from_millis(1)));
        assert!(phase.is_measured(phase.counts_from));
        assert!(!phase.is_measured(phase.over_at));
    }

    #[test]
    fn all_connections_make_one_summary() {
        let mut tally = Tally::new(Phase::start(Duration::ZERO, Duration::from_secs(2)));
        for measured in [ms(&[1, 2, 3]), ms(&[100])] {
            tally.add(Answers { measured, all: 5 });
        }
        let summary = tally.summary();
        assert_eq!((summary.answers, summary.all_answers), (4, 10));
        assert!((summary.per_second - 2.0).abs() < 1e-9);
        assert!((summary.p50_ms - 3.0).abs() < 1e-9);
        assert!((summary.p99_ms - 100.0).abs() < 1e-9);
    }
}
