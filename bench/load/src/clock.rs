//! The one place that reads clocks.

use std::time::{Instant, SystemTime};

/// For latencies.
#[expect(
    clippy::disallowed_methods,
    reason = "a native tool, whose purpose is to measure"
)]
pub(crate) fn instant() -> Instant {
    Instant::now()
}

/// Unix time in seconds, for a callback's timestamp.
#[expect(
    clippy::disallowed_methods,
    reason = "a native tool; a callback carries the time at which it was sent"
)]
pub(crate) fn unix_seconds() -> u64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

/// Seconds of CPU that this thread has used, which is all of this program. 0 where Linux does not tell.
pub(crate) fn cpu_seconds() -> f64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|line| line.split(' ').next()?.parse::<f64>().ok())
        .map_or(0.0, |nanoseconds| nanoseconds / 1e9)
}
