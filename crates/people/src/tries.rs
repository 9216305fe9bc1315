//! Lock-out: how often somebody may be wrong about a password or code, and how long they wait then.
//!
//! A try counts before the password is looked at, and success forgets all; so many tries at once are no way around it. The first
//! few cost nothing, since people mistype; then each doubles the wait, up to an hour, so an account is never locked for good.
//! A day without any try forgets them.

/// Tries that cost no wait.
pub const FREE: i64 = 5;
/// The wait after these, in milliseconds.
const FIRST_WAIT_MS: i64 = 60_000;
/// The longest wait.
const LONGEST_WAIT_MS: i64 = 3_600_000;
/// After this without a try, all is forgotten.
pub const FORGOTTEN_AFTER_MS: i64 = 24 * 3_600_000;

/// The tries that did not succeed, of one login.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    /// How many in a row.
    pub count: i64,
    /// When the last was, in Unix milliseconds.
    pub last_at: i64,
}

/// It is too early to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many tries; try again in {} s", self.seconds())]
pub struct TooEarly {
    /// How long to wait, in milliseconds.
    pub wait_ms: i64,
}

impl TooEarly {
    /// Whole seconds to wait, for `Retry-After`.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.wait_ms.saturating_add(999).div_euclid(1000)
    }
}

impl Tries {
    /// One more, now.
    ///
    /// # Errors
    /// When it is too early: then it is not one.
    pub fn again(self, now: i64) -> Result<Self, TooEarly> {
        // A clock that was set back locks nobody out for longer than it was set back.
        let since = now.saturating_sub(self.last_at).max(0);
        if since >= FORGOTTEN_AFTER_MS {
            return Ok(Self {
                count: 1,
                last_at: now,
            });
        }
        let wait_ms = self.wait_ms().saturating_sub(since);
        if wait_ms > 0 {
            return Err(TooEarly { wait_ms });
        }
        Ok(Self {
            count: self.count.saturating_add(1),
            last_at: now,
        })
    }

    /// How long after the last one no other is taken.
    fn wait_ms(self) -> i64 {
        let doublings = self.count.saturating_sub(FREE);
        // None for what is below zero.
        u32::try_from(doublings.min(30)).map_or(0, |doublings| {
            FIRST_WAIT_MS
                .saturating_mul(2_i64.saturating_pow(doublings))
                .min(LONGEST_WAIT_MS)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: i64 = 1_700_000_000_000;

    fn tried(times: i64) -> Tries {
        Tries {
            count: times,
            last_at: NOW,
        }
    }

    #[test]
    fn the_first_five_cost_nothing_and_then_each_doubles_the_wait() {
        let mut tries = Tries::default();
        for _ in 0..FREE {
            tries = tries.again(NOW).unwrap();
        }
        assert_eq!(tries.again(NOW), Err(TooEarly { wait_ms: 60_000 }));
        assert_eq!(tries.again(NOW + 59_999).unwrap_err().seconds(), 1);
        let sixth = tries.again(NOW + 60_000).unwrap();
        assert_eq!(sixth.again(NOW + 60_000).unwrap_err().wait_ms, 120_000);
    }

    #[test]
    fn nobody_waits_longer_than_an_hour() {
        for times in [11, 40, 1_000, i64::MAX] {
            assert_eq!(
                tried(times).again(NOW).unwrap_err().wait_ms,
                LONGEST_WAIT_MS
            );
        }
    }

    #[test]
    fn a_day_without_a_try_forgets_all() {
        let tries = tried(1_000).again(NOW + FORGOTTEN_AFTER_MS).unwrap();
        assert_eq!(tries.count, 1);
    }

    proptest! {
        #[test]
        fn whoever_tries_as_often_as_they_can_gets_few_tries_a_day(step in 1_i64..600_000) {
            let mut tries = Tries::default();
            let day = NOW..NOW.saturating_add(24 * 3_600_000);
            let each = day.step_by(usize::try_from(step).unwrap());
            let taken = each
                .filter(|now| tries.again(*now).map(|next| tries = next).is_ok())
                .count();
            // Five, six with growing waits, then one an hour.
            prop_assert!(taken <= 35, "{taken}");
        }
    }
}
