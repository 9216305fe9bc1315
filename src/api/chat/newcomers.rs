//! How many new visitors an address may be: one count an isolate. A visitor has a limit of their own, which whoever becomes a new one
//! for each message would never meet.

use std::cell::RefCell;

use fandesk_shard::UnixMillis;

use crate::per_minute::PerMinute;

/// New visitors of one address in a minute. An office behind one address opens the page less often.
const MOST: u16 = 60;

thread_local! {
    static BEGUN: RefCell<PerMinute> = const { RefCell::new(PerMinute::new()) };
}

/// Counts a new visitor; in how many seconds this address may be another one, if it was too many.
pub(super) fn too_many(address: &str, now: UnixMillis) -> Option<i64> {
    BEGUN.with_borrow_mut(|begun| {
        if begun.of(address, now) >= MOST {
            return Some(begun.seconds_left(now));
        }
        begun.count(address, now);
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_visitor_more_than_an_address_may_be_has_to_wait_and_others_do_not() {
        let now = UnixMillis(1_700_000_000_000);
        for _ in 0..MOST {
            assert_eq!(too_many("192.0.2.1", now), None);
        }
        let later = UnixMillis(now.0.saturating_add(20_000));
        assert_eq!(too_many("192.0.2.1", later), Some(40));
        assert_eq!(too_many("192.0.2.2", later), None);
        let next_minute = UnixMillis(now.0.saturating_add(60_000));
        assert_eq!(too_many("192.0.2.1", next_minute), None);
    }
}
