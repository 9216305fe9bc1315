//! The one place that reads the time. Everything that decides takes it as an argument.

use std::time::{Duration, Instant, SystemTime};

/// Unix time in milliseconds.
pub type UnixMillis = u64;

/// The wall clock.
#[allow(
    clippy::disallowed_methods,
    reason = "a native tool; this function is what hands the time to the rest"
)]
pub fn now() -> UnixMillis {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(UnixMillis::MAX)
}

/// Measures how long something takes.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[allow(
        clippy::disallowed_methods,
        reason = "a native tool; the wall clock may jump, a stopwatch may not"
    )]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    /// Whole milliseconds since the start.
    pub fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
