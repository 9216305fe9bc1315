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

/// The answers of a run.
pub(crate) struct Tally {
    phase: Phase,
    latencies: Vec<Duration>,
}

/// The one line that the program writes.
#[derive(Debug, Serialize)]
pub(crate) struct Summary {
    /// Right answers in the measured time. There are no others.
    pub(crate) answers: usize,
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
            latencies: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, latencies: Vec<Duration>) {
        self.latencies.extend(latencies);
    }

    pub(crate) fn summary(mut self) -> Summary {
        self.latencies.sort_unstable();
        let measured = self
            .phase
            .over_at
            .saturating_duration_since(self.phase.counts_from)
            .as_secs_f64();
        Summary {
            answers: self.latencies.len(),
            per_second: self.latencies.len() as f64 / measured,
            p50_ms: quantile_ms(&self.latencies, 0.5),
            p90_ms: quantile_ms(&self.latencies, 0.9),
            p99_ms: quantile_ms(&self.latencies, 0.99),
            p999_ms: quantile_ms(&self.latencies, 0.999),
            max_ms: quantile_ms(&self.latencies, 1.0),
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
