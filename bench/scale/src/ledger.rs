//! The ledger in D1: what it takes, what waits for it meanwhile in the shards, and until when.
//!
//! A database does one thing at a time. Each shard that has events sends a flush when they gathered, or at once when a full one
//! waits; so with little traffic the flushes themselves are what D1 is busy with, and with much it is the rows.

use crate::inputs::Inputs;
use crate::sizes::Sizes;

/// Events of a full flush.
pub(crate) fn full_flush(inputs: &Inputs, sizes: &Sizes) -> f64 {
    (inputs.flush_bytes / sizes.flush_event_bytes).floor()
}

/// Events a second that `databases` take when all flushes are full.
pub(crate) fn capacity(databases: f64, inputs: &Inputs, sizes: &Sizes) -> f64 {
    let events = full_flush(inputs, sizes);
    databases * events * 1000.0 / (inputs.d1_flush_ms + inputs.d1_event_ms * events)
}

/// How busy a database is with `rate` events a second from `shards`: above 1 flushes take longer and become fuller, and a backlog
/// grows once they are full.
pub(crate) fn busy(rate: f64, shards: f64, databases: f64, inputs: &Inputs, sizes: &Sizes) -> f64 {
    let gathered = flushes_a_second(rate / shards, inputs) * shards;
    let full = rate / full_flush(inputs, sizes);
    (gathered.max(full) * inputs.d1_flush_ms + rate * inputs.d1_event_ms) / 1000.0 / databases
}

/// Flushes of one shard: the first event opens one, and the others that come while it gathers travel in it.
pub(crate) fn flushes_a_second(rate: f64, inputs: &Inputs) -> f64 {
    rate / (1.0 + rate * inputs.gather_ms / 1000.0)
}

/// Events that wait when a burst ends, and the seconds from then until D1 has all.
pub(crate) fn backlog(rate: f64, seconds: f64, capacity: f64) -> (f64, f64) {
    let waiting = (rate - capacity).max(0.0) * seconds;
    (waiting, waiting / capacity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_taken_during_a_burst_waits_for_its_end() {
        assert_eq!(backlog(3000.0, 60.0, 4000.0), (0.0, 0.0));
        assert_eq!(backlog(20_000.0, 10.0, 4000.0), (160_000.0, 40.0));
    }

    #[test]
    fn the_backlog_is_that_of_taking_it_second_by_second() {
        let (rate, seconds, capacity) = (5_000.0, 20, 3_000.0);
        let (mut waiting, mut peak, mut after) = (0.0_f64, 0.0_f64, 0);
        for second in 0.. {
            let arrived = if second < seconds { rate } else { 0.0 };
            waiting = (waiting + arrived - capacity).max(0.0);
            peak = peak.max(waiting);
            if second >= seconds {
                after += 1;
                if waiting == 0.0 {
                    break;
                }
            }
        }
        let (modelled, drain) = backlog(rate, f64::from(seconds), capacity);
        assert_eq!(modelled, peak);
        assert_eq!(drain.ceil(), f64::from(after));
    }

    #[test]
    fn a_shard_flushes_at_most_once_while_events_gather() {
        let inputs = crate::inputs::PRESENT;
        // In quiet times each event travels alone, or nearly; in busy ones a flush follows another.
        assert!((0.0095..0.01).contains(&flushes_a_second(0.01, &inputs)));
        let busiest = 1000.0 / inputs.gather_ms;
        assert!((0.99 * busiest..busiest).contains(&flushes_a_second(1000.0, &inputs)));
    }
}
