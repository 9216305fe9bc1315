//! Who sends callbacks that are refused, and how many.
//!
//! Anybody can send them, as many as they like, and each is read, hashed and parsed before it is refused. Who sent [`MOST`] within a
//! minute is turned away for the rest of it: answered 429 by a look at the signature, and the body dropped. **A genuine callback
//! never is**, from whatever address: whoever signs is heard, and only what is refused counts.
//!
//! Counted in the isolate, because a count elsewhere (the platform's rate limiting binding too) is an await and a call on the way
//! of every callback, to learn of what hardly ever is. So a sender whose requests reach several isolates is turned away by each of
//! them. That is enough for what this is for: the work and the lines of log that an isolate spends. A flood is the business of the
//! platform in front (see docs/operations.md).
//!
//! The log has one line a minute at most: of the first refusal at once, then how many there were since, when the next one, or
//! any other request, comes after the minute.

use fandesk_shard::UnixMillis;

use crate::per_minute::PerMinute;

/// Refused callbacks of one address in a minute, after which it is turned away. WeChat's own come at a few a second when a setting
/// is wrong, and a mistake in a setting should be answered with its reason for a while.
const MOST: u16 = 300;

const MINUTE_MS: i64 = 60_000;

/// The refusals of an isolate. Addresses that share a counter harm nobody who is not refused.
pub(crate) struct Refusals {
    counts: PerMinute,
    /// Somebody is being turned away.
    limiting: bool,
    untold: Tally,
    told_at: UnixMillis,
}

/// Refusals since the last line in the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Not proven to come from WeChat now.
    pub(crate) unsigned: u64,
    /// Signed, and not understood.
    pub(crate) malformed: u64,
    pub(crate) too_large: u64,
    /// Refused for what was refused before.
    pub(crate) turned_away: u64,
    /// Why the last one was refused; nothing of what was sent.
    pub(crate) reason: String,
}

impl Refusals {
    pub(crate) const fn new() -> Self {
        Self {
            counts: PerMinute::new(),
            limiting: false,
            untold: Tally {
                unsigned: 0,
                malformed: 0,
                too_large: 0,
                turned_away: 0,
                reason: String::new(),
            },
            told_at: UnixMillis(0),
        }
    }

    /// Whether anybody is to be turned away, and so whether it has to be asked who asks.
    pub(crate) fn limiting(&self) -> bool {
        self.limiting
    }

    /// Whether this address is turned away now, unless it signs.
    pub(crate) fn turns_away(&mut self, address: &str, now: UnixMillis) -> bool {
        self.begin(now);
        self.counts.of(address, now) >= MOST
    }

    /// Counts one that was turned away.
    pub(crate) fn turned_away(&mut self) {
        self.untold.turned_away = self.untold.turned_away.saturating_add(1);
    }

    /// Counts a refusal with this status and reason. Whether the address is over the limit, and so hears that instead.
    pub(crate) fn count(
        &mut self,
        address: &str,
        status: u16,
        reason: &str,
        now: UnixMillis,
    ) -> bool {
        if self.turns_away(address, now) {
            self.turned_away();
            return true;
        }
        let of_status = match status {
            400 => &mut self.untold.malformed,
            401 => &mut self.untold.unsigned,
            413 => &mut self.untold.too_large,
            _ => return false,
        };
        *of_status = of_status.saturating_add(1);
        reason.clone_into(&mut self.untold.reason);
        self.limiting |= self.counts.count(address, now) >= MOST;
        false
    }

    /// What is to be logged now, if something is.
    pub(crate) fn tell(&mut self, now: UnixMillis) -> Option<Tally> {
        let due = now.0.saturating_sub(self.told_at.0) >= MINUTE_MS;
        if !due || self.untold == Tally::default() {
            return None;
        }
        self.told_at = now;
        Some(std::mem::take(&mut self.untold))
    }

    /// Forgets the minute before.
    fn begin(&mut self, now: UnixMillis) {
        if self.counts.begin(now) {
            self.limiting = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = UnixMillis(1_700_000_000_000);

    fn later(ms: i64) -> UnixMillis {
        UnixMillis(NOW.0.saturating_add(ms))
    }

    /// Refused as often as nobody may be.
    fn flooded(address: &str) -> Refusals {
        let mut refusals = Refusals::new();
        for _ in 0..MOST {
            assert!(!refusals.count(address, 401, "forged", NOW));
        }
        refusals
    }

    #[test]
    fn who_was_refused_often_is_turned_away_for_the_rest_of_the_minute() {
        let mut refusals = flooded("192.0.2.1");
        assert!(refusals.limiting());
        assert!(refusals.turns_away("192.0.2.1", later(59_999)));
        assert!(refusals.count("192.0.2.1", 400, "", later(59_999)));
        assert!(!refusals.turns_away("192.0.2.1", later(60_000)));
        assert!(!refusals.limiting());
    }

    #[test]
    fn others_are_not_turned_away() {
        let mut refusals = flooded("192.0.2.1");
        assert!(!refusals.turns_away("192.0.2.2", NOW));
        assert!(!refusals.turns_away("", NOW));
    }

    #[test]
    fn one_refusal_less_than_too_many_limits_nobody() {
        let mut refusals = Refusals::new();
        for _ in 1..MOST {
            refusals.count("192.0.2.1", 413, "too large", NOW);
        }
        assert!(!refusals.limiting() && !refusals.turns_away("192.0.2.1", NOW));
    }

    #[test]
    fn failures_of_our_own_are_not_counted() {
        let mut refusals = Refusals::new();
        for _ in 0..=MOST {
            assert!(!refusals.count("192.0.2.1", 500, "settings", NOW));
        }
        assert_eq!(refusals.tell(NOW), None);
    }

    #[test]
    fn addresses_of_one_network_of_ipv6_count_together() {
        let mut refusals = flooded("2001:db8:1:2:3:4:5:6");
        assert!(refusals.turns_away("2001:db8:1:2::9", NOW));
        assert!(!refusals.turns_away("2001:db8:1:3:3:4:5:6", NOW));
        let mut short = flooded("2001:db8::1");
        assert!(short.turns_away("2001:db8::2", NOW));
    }

    #[test]
    fn a_clock_that_was_set_back_turns_nobody_away_for_longer_than_it_was_set_back() {
        let mut refusals = flooded("192.0.2.1");
        assert!(refusals.turns_away("192.0.2.1", later(-1000)));
        assert!(!refusals.turns_away("192.0.2.1", later(60_000)));
    }

    #[test]
    fn the_first_refusal_is_told_at_once_and_the_others_once_a_minute() {
        let mut refusals = Refusals::new();
        refusals.count("192.0.2.1", 401, "forged", NOW);
        let first = refusals.tell(NOW).unwrap();
        assert_eq!((first.unsigned, first.reason.as_str()), (1, "forged"));
        for _ in 0..400 {
            refusals.count("192.0.2.1", 400, "malformed", later(1));
            assert_eq!(refusals.tell(later(1)), None);
        }
        let rest = refusals.tell(later(60_000)).unwrap();
        assert_eq!((rest.malformed, rest.turned_away), (299, 101));
        assert_eq!(refusals.tell(later(180_000)), None);
    }
}
