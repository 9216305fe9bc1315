//! The reply window: when and how often the account may write to a fan through the customer-service message API.
//!
//! WeChat opens a window when the fan does something, and counts the messages in it. Whether windows of several kinds
//! add up is undocumented, so the larger remaining one counts, not the sum; hence a message takes one from each that is open.
//! A send that WeChat would refuse (45015, 45047) is refused here, before the call. Channels that count nothing have a window that is
//! [always open](Window::always_open).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::UnixMillis;

/// What a fan did that lets the account write to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Sent a message.
    Message,
    /// Tapped a menu item that reports to the account, or an entry of a `msgmenu`.
    Tap,
    /// Followed the account.
    Follow,
    /// Scanned a code.
    Scan,
}

impl Deed {
    /// Messages allowed and for how long, from the table "message/custom/send" of the platform's documentation.
    fn grant(self) -> (u8, Duration) {
        match self {
            Self::Message => (5, Duration::from_secs(48 * 60 * 60)),
            Self::Tap | Self::Follow | Self::Scan => (3, Duration::from_secs(60)),
        }
    }
}

/// What is left of one deed's window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Grant {
    deed: Deed,
    until: UnixMillis,
    left: u8,
}

/// All windows of one fan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Window {
    grants: Vec<Grant>,
    /// Nothing is counted. It follows from the fan's channel and is not kept.
    #[serde(skip)]
    always_open: bool,
}

/// Messages that are left where nothing is counted: as many as fit.
pub const UNCOUNTED: u8 = u8::MAX;

/// Why a message may not be sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Closed {
    /// WeChat would answer 45015.
    #[error(
        "the reply window is over: the fan has to write or tap first (WeChat would answer 45015)"
    )]
    Over,
    /// WeChat would answer 45047.
    #[error("the message quota of the reply window is used up (WeChat would answer 45047)")]
    UsedUp,
}

/// Proof that one message was counted; needed to give it back when it surely was not sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reservation {
    /// The windows that it was taken from, by deed and end: a window opened since is another one.
    taken: Vec<(Deed, UnixMillis)>,
}

impl Window {
    /// A window without an end and without a count.
    #[must_use]
    pub fn always_open() -> Self {
        Self {
            grants: Vec::new(),
            always_open: true,
        }
    }

    /// The fan did `deed` at `now`: its window starts afresh.
    pub fn open(&mut self, deed: Deed, now: UnixMillis) {
        if self.always_open {
            return;
        }
        let (left, span) = deed.grant();
        self.grants
            .retain(|grant| grant.deed != deed && grant.until > now);
        self.grants.push(Grant {
            deed,
            until: now.plus(span),
            left,
        });
    }

    /// Messages that may still be sent at `now`; [`UNCOUNTED`] where nothing is counted.
    #[must_use]
    pub fn left(&self, now: UnixMillis) -> u8 {
        if self.always_open {
            return UNCOUNTED;
        }
        self.open_at(now).map(|grant| grant.left).max().unwrap_or(0)
    }

    /// When the last window with messages left ends, if one is open at `now` that has an end.
    #[must_use]
    pub fn until(&self, now: UnixMillis) -> Option<UnixMillis> {
        self.open_at(now)
            .filter(|grant| grant.left > 0)
            .map(|grant| grant.until)
            .max()
    }

    /// Counts one message.
    ///
    /// # Errors
    /// [`Closed`] when WeChat would refuse it; nothing is counted then.
    pub fn reserve(&mut self, now: UnixMillis) -> Result<Reservation, Closed> {
        if self.always_open {
            return Ok(Reservation { taken: Vec::new() });
        }
        if self.open_at(now).next().is_none() {
            return Err(Closed::Over);
        }
        if self.left(now) == 0 {
            return Err(Closed::UsedUp);
        }
        let mut taken = Vec::new();
        // Also from those that are over: should the clock step back, they are open again, and the message was sent all the same.
        for grant in self.grants.iter_mut().filter(|grant| grant.left > 0) {
            grant.left = grant.left.saturating_sub(1);
            taken.push((grant.deed, grant.until));
        }
        Ok(Reservation { taken })
    }

    /// Gives a message back that surely did not reach the fan.
    pub fn release(&mut self, reservation: &Reservation) {
        for grant in &mut self.grants {
            if reservation.taken.contains(&(grant.deed, grant.until)) {
                let (most, _) = grant.deed.grant();
                grant.left = grant.left.saturating_add(1).min(most);
            }
        }
    }

    fn open_at(&self, now: UnixMillis) -> impl Iterator<Item = &Grant> {
        self.grants.iter().filter(move |grant| grant.until > now)
    }
}

#[cfg(test)]
#[allow(
    clippy::arithmetic_side_effects,
    reason = "numbers of a test stay small"
)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: UnixMillis = UnixMillis(1_700_000_000_000);

    #[test]
    fn a_message_allows_five_answers_in_48_hours() {
        let mut window = Window::default();
        window.open(Deed::Message, NOW);
        for _ in 0..5 {
            window.reserve(NOW).unwrap();
        }
        assert_eq!(window.reserve(NOW), Err(Closed::UsedUp));
        let last = NOW.plus(Duration::from_secs(48 * 3600));
        assert_eq!(window.reserve(last), Err(Closed::Over));
    }

    #[test]
    fn a_tap_allows_three_answers_in_a_minute() {
        let mut window = Window::default();
        window.open(Deed::Tap, NOW);
        assert_eq!(window.left(NOW.plus(Duration::from_millis(59_999))), 3);
        assert_eq!(window.left(NOW.plus(Duration::from_millis(60_000))), 0);
    }

    #[test]
    fn windows_do_not_add_up() {
        let mut window = Window::default();
        window.open(Deed::Message, NOW);
        window.open(Deed::Tap, NOW);
        assert_eq!(window.left(NOW), 5);
        for _ in 0..5 {
            window.reserve(NOW).unwrap();
        }
        assert_eq!(window.reserve(NOW), Err(Closed::UsedUp));
    }

    #[test]
    fn a_message_counts_also_for_a_window_that_a_clock_opens_again() {
        let mut window = Window::default();
        window.open(Deed::Message, NOW);
        window.open(Deed::Tap, NOW);
        let later = NOW.plus(Duration::from_secs(120));
        for _ in 0..5 {
            window.reserve(later).unwrap();
        }
        assert_eq!(window.left(NOW), 0);
    }

    #[test]
    fn a_new_message_starts_the_count_afresh() {
        let mut window = Window::default();
        window.open(Deed::Message, NOW);
        window.reserve(NOW).unwrap();
        window.open(Deed::Message, NOW.plus(Duration::from_secs(1)));
        assert_eq!(window.left(NOW.plus(Duration::from_secs(1))), 5);
    }

    #[test]
    fn where_nothing_is_counted_there_is_always_one_left_and_no_end() {
        let mut window = Window::always_open();
        window.open(Deed::Message, NOW);
        for _ in 0..1000 {
            let reservation = window.reserve(NOW).unwrap();
            window.release(&reservation);
            window.reserve(NOW).unwrap();
        }
        assert_eq!((window.left(NOW), window.until(NOW)), (UNCOUNTED, None));
        assert_eq!(serde_json::to_string(&window).unwrap(), "[]");
    }

    #[test]
    fn a_fan_who_did_nothing_cannot_be_written_to() {
        assert_eq!(Window::default().reserve(NOW), Err(Closed::Over));
    }

    #[test]
    fn what_was_not_sent_is_given_back_once_and_only_to_its_own_window() {
        let mut window = Window::default();
        window.open(Deed::Message, NOW);
        let reservation = window.reserve(NOW).unwrap();
        let later = NOW.plus(Duration::from_secs(5));
        window.open(Deed::Message, later);
        window.reserve(later).unwrap();
        window.release(&reservation);
        assert_eq!(window.left(later), 4);
    }

    proptest! {
        #[test]
        fn never_more_than_the_largest_window_allows(deeds in prop::collection::vec((0_u8..4, 0_i64..100_000), 1..20)) {
            let mut window = Window::default();
            let mut now = NOW;
            let mut sent_since_message = 0;
            let mut message_open = false;
            for (deed, wait) in deeds {
                now = UnixMillis(now.0 + wait);
                let deed = [Deed::Message, Deed::Tap, Deed::Follow, Deed::Scan][usize::from(deed)];
                window.open(deed, now);
                if deed == Deed::Message { sent_since_message = 0; message_open = true; }
                while window.reserve(now).is_ok() { sent_since_message += 1; }
                prop_assert!(window.left(now) == 0);
                if message_open && deed == Deed::Message { prop_assert!(sent_since_message == 5); }
            }
        }

        #[test]
        fn release_undoes_reserve(tap in any::<bool>()) {
            let mut window = Window::default();
            window.open(Deed::Message, NOW);
            if tap { window.open(Deed::Tap, NOW); }
            let before = window.clone();
            let reservation = window.reserve(NOW).unwrap();
            window.release(&reservation);
            prop_assert_eq!(window, before);
        }
    }
}
