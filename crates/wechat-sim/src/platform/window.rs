//! How many customer-service messages the account may still send to a fan, and until when.
//!
//! Each thing that a fan does opens a grant of its own (`Contact::grant`). The platform does not document whether
//! grants add up, so the stricter reading holds: what is left is the larger of the open grants, not their sum. A
//! message is therefore charged to every grant that is open.

use serde::Serialize;

use crate::clock::UnixMillis;

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;

/// What a fan did that lets the account write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contact {
    /// Sent a message of any type.
    Message,
    /// Tapped a menu item (`CLICK`, `scancode_push`, `scancode_waitmsg`) or an entry of a `msgmenu`.
    MenuTap,
    /// Began to follow.
    Subscribe,
    /// Scanned a code as a follower.
    Scan,
}

impl Contact {
    /// Messages allowed, and for how long (platform documentation of custom/send).
    const fn grant(self) -> (u8, u64) {
        match self {
            Self::Message => (5, 48 * HOUR),
            Self::MenuTap | Self::Subscribe | Self::Scan => (3, MINUTE),
        }
    }

    const fn slot(self) -> usize {
        match self {
            Self::Message => 0,
            Self::MenuTap => 1,
            Self::Subscribe => 2,
            Self::Scan => 3,
        }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Grant {
    left: u8,
    until: UnixMillis,
}

/// The grants of one fan.
#[derive(Debug, Clone, Default)]
pub struct Windows([Grant; 4]);

/// Why a message may not go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// The fan did nothing for too long (45015).
    Over,
    /// The messages of every open grant are used up (45047).
    Spent,
}

/// What is left, for people to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Open {
    /// Messages that may still be sent.
    pub left: u8,
    /// Until when.
    pub until: UnixMillis,
}

impl Windows {
    /// The fan did something: that kind of grant begins anew.
    pub fn open(&mut self, contact: Contact, now: UnixMillis) {
        let (left, lasts) = contact.grant();
        if let Some(grant) = self.0.get_mut(contact.slot()) {
            *grant = Grant {
                left,
                until: now.saturating_add(lasts),
            };
        }
    }

    /// Takes one message, from every open grant.
    pub fn spend(&mut self, now: UnixMillis) -> Result<(), Closed> {
        match self.at(now) {
            None => Err(Closed::Over),
            Some(Open { left: 0, .. }) => Err(Closed::Spent),
            Some(_) => {
                for grant in self.0.iter_mut().filter(|grant| grant.until > now) {
                    grant.left = grant.left.saturating_sub(1);
                }
                Ok(())
            }
        }
    }

    /// What is left at `now`; `None` when nothing is open.
    pub fn at(&self, now: UnixMillis) -> Option<Open> {
        let open = self.0.iter().filter(|grant| grant.until > now);
        open.map(|grant| Open {
            left: grant.left,
            until: grant.until,
        })
        .reduce(|a, b| Open {
            left: a.left.max(b.left),
            until: a.until.max(b.until),
        })
    }

    /// Replaces all grants by one, for tests of what happens at the edge.
    pub fn set(&mut self, open: Open) {
        *self = Self::default();
        if let Some(grant) = self.0.first_mut() {
            *grant = Grant {
                left: open.left,
                until: open.until,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_stranger_gets_nothing() {
        assert_eq!(Windows::default().spend(0), Err(Closed::Over));
    }

    #[test]
    fn a_message_allows_five_answers() {
        let mut windows = Windows::default();
        windows.open(Contact::Message, 0);
        let sent = (0..6).map(|_| windows.spend(1)).collect::<Vec<_>>();
        assert_eq!(
            sent,
            [Ok(()), Ok(()), Ok(()), Ok(()), Ok(()), Err(Closed::Spent)]
        );
    }

    #[test]
    fn a_message_allows_answers_for_48_hours() {
        let mut windows = Windows::default();
        windows.open(Contact::Message, 0);
        assert_eq!(windows.spend(48 * HOUR - 1), Ok(()));
        assert_eq!(windows.spend(48 * HOUR), Err(Closed::Over));
    }

    #[test]
    fn a_menu_tap_allows_three_answers_for_a_minute() {
        let mut windows = Windows::default();
        windows.open(Contact::MenuTap, 0);
        assert_eq!(
            windows.at(0),
            Some(Open {
                left: 3,
                until: MINUTE
            })
        );
        assert_eq!(windows.spend(MINUTE), Err(Closed::Over));
    }

    #[test]
    fn grants_do_not_add_up() {
        let mut windows = Windows::default();
        windows.open(Contact::Message, 0);
        windows.open(Contact::MenuTap, 0);
        assert_eq!(windows.at(0).map(|open| open.left), Some(5));
    }

    #[test]
    fn a_message_sent_is_charged_to_every_open_grant() {
        let mut windows = Windows::default();
        windows.open(Contact::Message, 0);
        (0..4).for_each(|_| windows.spend(0).unwrap());
        windows.open(Contact::Scan, 0);
        windows.spend(0).unwrap();
        assert_eq!(windows.at(0).map(|open| open.left), Some(2));
    }

    proptest! {
        #[test]
        fn no_more_than_five_answers_follow_the_last_contact(contacts in prop::collection::vec((0_u8..4, 0_u64..10_000), 1..20)) {
            let mut windows = Windows::default();
            let mut now = 0;
            for (kind, gap) in contacts {
                now += gap;
                let contact = [Contact::Message, Contact::MenuTap, Contact::Subscribe, Contact::Scan][usize::from(kind)];
                windows.open(contact, now);
            }
            let sent = std::iter::repeat_with(|| windows.spend(now)).take_while(Result::is_ok).count();
            prop_assert!((3..=5).contains(&sent));
        }
    }
}
