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

    pub(crate) fn has_begun(&self, at: Instant) -> bool {
        at >= self.counts_from
    }

    pub(crate) fn is_over(&self, at: Instant) -> bool {
        at >= self.over_at
    }
}

/// The right answers of one connection. There are no others: a wrong one ends the run.
#[derive(Default)]
pub(crate) struct Answers {
    /// How long each took that came after the warm-up. The last one of a connection is among them although it came late: a
    /// server that stops answering would look fast without it.
    latencies: Vec<Duration>,
    /// How many of these came in time.
    in_time: u64,
    /// How many there were from the first to the last.
    all: u64,
}

impl Answers {
    /// Takes in an answer that came `at`, `latency` after its request.
    pub(crate) fn add(&mut self, phase: Phase, at: Instant, latency: Duration) {
        self.all = self.all.saturating_add(1);
        if phase.has_begun(at) {
            self.latencies.push(latency);
            self.in_time = self.in_time.saturating_add(u64::from(!phase.is_over(at)));
        }
    }
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
    pub(crate) answers: u64,
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
        let all = &mut self.answers;
        all.latencies.extend(answers.latencies);
        all.in_time = all.in_time.saturating_add(answers.in_time);
        all.all = all.all.saturating_add(answers.all);
    }

    pub(crate) fn summary(self) -> Summary {
        let Answers {
            mut latencies,
            in_time,
            all,
        } = self.answers;
        latencies.sort_unstable();
        // Earlier than planned when all fans were answered.
        let ended_at = self.phase.over_at.min(clock::instant());
        let time = ended_at.saturating_duration_since(self.phase.counts_from);
        Summary {
            answers: in_time,
            all_answers: all,
            per_second: in_time as f64 / time.as_secs_f64(),
            p50_ms: quantile_ms(&latencies, 0.5),
            p90_ms: quantile_ms(&latencies, 0.9),
            p99_ms: quantile_ms(&latencies, 0.99),
            p999_ms: quantile_ms(&latencies, 0.999),
            max_ms: quantile_ms(&latencies, 1.0),
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

    const MS: Duration = Duration::from_millis(1);

    /// One that is over, after two seconds.
    fn phase() -> Phase {
        let now = clock::instant();
        Phase {
            counts_from: now.checked_sub(Duration::from_secs(2)).unwrap(),
            over_at: now,
        }
    }

    #[test]
    fn what_came_during_the_warm_up_is_counted_but_not_measured() {
        let phase = phase();
        let mut answers = Answers::default();
        answers.add(phase, phase.counts_from - MS, 500 * MS);
        answers.add(phase, phase.counts_from, MS);
        assert_eq!((answers.all, answers.in_time), (2, 1));
        assert_eq!(answers.latencies, [MS]);
    }

    #[test]
    fn a_server_that_stopped_answering_does_not_look_fast() {
        let phase = phase();
        let mut answers = Answers::default();
        answers.add(phase, phase.over_at + 700 * MS, 900 * MS);
        let mut tally = Tally::new(phase);
        tally.add(answers);
        let summary = tally.summary();
        assert_eq!(summary.answers, 0);
        assert!((summary.p50_ms - 900.0).abs() < 1e-9);
    }

    #[test]
    fn all_connections_make_one_summary() {
        let phase = phase();
        let mut tally = Tally::new(phase);
        for latencies in [&[1, 2, 3][..], &[100]] {
            let mut answers = Answers::default();
            for latency in latencies {
                answers.add(phase, phase.counts_from, MS * *latency);
            }
            tally.add(answers);
        }
        let summary = tally.summary();
        assert_eq!((summary.answers, summary.all_answers), (4, 4));
        assert!((summary.per_second - 2.0).abs() < 1e-9);
        assert!((summary.p50_ms - 3.0).abs() < 1e-9);
        assert!((summary.p99_ms - 100.0).abs() < 1e-9);
    }
}
