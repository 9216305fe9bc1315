//! Moments and spans, in milliseconds. Nothing here reads a clock: the shell passes the time in.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixMillis(pub i64);

impl UnixMillis {
    /// The moment `span` later.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(millis(span)))
    }

    /// The moment `span` earlier.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(millis(span)))
    }

    /// From WeChat's `CreateTime`, which counts seconds.
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Whole seconds since 1970, as WeChat counts.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Days since 1970 in UTC: a coarse mark for "seen today".
    #[must_use]
    pub fn day(self) -> i64 {
        self.0.div_euclid(86_400_000)
    }
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_moves_by_spans_and_never_wraps() {
        let noon = UnixMillis(43_200_000);
        assert_eq!(noon.plus(Duration::from_secs(1)), UnixMillis(43_201_000));
        assert_eq!(noon.minus(Duration::from_secs(1)), UnixMillis(43_199_000));
        assert_eq!(
            UnixMillis(i64::MAX).plus(Duration::MAX),
            UnixMillis(i64::MAX)
        );
    }

    #[test]
    fn seconds_and_days_round_down_also_before_1970() {
        assert_eq!(UnixMillis(1_999).seconds(), 1);
        assert_eq!(UnixMillis(-1).seconds(), -1);
        assert_eq!(UnixMillis(-1).day(), -1);
    }
}
