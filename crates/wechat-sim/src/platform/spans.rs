//! What fans sent in a day, a week or a month of China's calendar.
//!
//! Each fan carries a count for each [`Span`], so that a message costs the same however many fans there are.

use std::collections::BTreeMap;

use super::statistics::{Sent, Sort};
use crate::clock::{civil, days_of};

/// Over how long messages are added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Span {
    /// One day.
    Day,
    /// Monday to Sunday.
    Week,
    /// From the first to the last of a month.
    Month,
}

/// 1970-01-01 was a Thursday: so many days after a Monday.
const AFTER_MONDAY: u64 = 3;

impl Span {
    /// All, from the shortest.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// The first day of the one that a day is in; days count from 1970-01-01.
    pub fn first(self, day: u64) -> u64 {
        match self {
            Self::Day => day,
            Self::Week => day.saturating_sub((day + AFTER_MONDAY) % 7),
            Self::Month => {
                let (_, _, of_month) = civil(i64::try_from(day).unwrap_or_default());
                day.saturating_sub(of_month.saturating_sub(1))
            }
        }
    }

    /// The last day of the one that a day is in.
    pub fn last(self, day: u64) -> u64 {
        match self {
            Self::Day => day,
            Self::Week => day + 6 - (day + AFTER_MONDAY) % 7,
            Self::Month => {
                let (year, month, _) = civil(i64::try_from(day).unwrap_or_default());
                let (year, month) = match month {
                    12 => (year + 1, 1),
                    _ => (year, month + 1),
                };
                let next = days_of(year, month, 1).and_then(|next| u64::try_from(next).ok());
                next.map_or(day, |next| next.saturating_sub(1))
            }
        }
    }
}

/// What fans sent in one span.
#[derive(Debug, Clone, Default)]
pub struct Messages {
    /// By sort.
    pub sent: BTreeMap<Sort, Sent>,
    /// Fans by how many messages they sent: the platform's number for it (1 to 3) and how many fans.
    pub fans: BTreeMap<u8, u64>,
}

impl Messages {
    /// A fan has sent so many messages in this span, one more than before.
    pub(super) fn one_more(&mut self, messages: u32) {
        let (before, now) = (interval(messages.saturating_sub(1)), interval(messages));
        if before == now {
            return;
        }
        if let Some(fans) = before.and_then(|before| self.fans.get_mut(&before)) {
            *fans = fans.saturating_sub(1);
        }
        if let Some(now) = now {
            *self.fans.entry(now).or_default() += 1;
        }
        self.fans.retain(|_, fans| *fans > 0);
    }
}

/// The platform's number for how many messages a fan sent; `None` for none at all.
const fn interval(messages: u32) -> Option<u8> {
    match messages {
        0 => None,
        1..=5 => Some(1),
        6..=10 => Some(2),
        _ => Some(3),
    }
}

/// How many messages a fan has sent in the span that began on a day.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Count {
    first: u32,
    messages: u32,
}

impl Count {
    /// One more, in the span that began on this day; answers how many they are.
    pub(super) fn add(&mut self, first: u64) -> u32 {
        let first = u32::try_from(first).unwrap_or(u32::MAX);
        if first != self.first {
            *self = Self { first, messages: 0 };
        }
        self.messages = self.messages.saturating_add(1);
        self.messages
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(year: i64, month: u64, day: u64) -> u64 {
        u64::try_from(days_of(year, month, day).unwrap()).unwrap()
    }

    #[test]
    fn a_week_is_from_monday_to_sunday() {
        // 2026-11-23 is a Monday.
        let (monday, sunday) = (number(2026, 11, 23), number(2026, 11, 29));
        for day in monday..=sunday {
            assert_eq!(
                (Span::Week.first(day), Span::Week.last(day)),
                (monday, sunday)
            );
        }
        assert_eq!(Span::Week.first(sunday + 1), sunday + 1);
    }

    #[test]
    fn a_month_is_as_long_as_the_calendar_says() {
        for (year, month, last) in [(2026, 11, 30), (2026, 12, 31), (2028, 2, 29), (2026, 2, 28)] {
            let (first, last) = (number(year, month, 1), number(year, month, last));
            for day in [first, first + 9, last] {
                let span = (Span::Month.first(day), Span::Month.last(day));
                assert_eq!(span, (first, last), "{year}-{month}");
            }
            assert_eq!(Span::Month.first(last + 1), last + 1);
        }
    }

    #[test]
    fn a_fan_moves_on_with_the_sixth_and_the_eleventh_message() {
        let mut messages = Messages::default();
        for (count, interval) in [(1, 1), (5, 1), (6, 2), (10, 2), (11, 3), (12, 3)] {
            while messages.sent.entry(Sort::Text).or_default().count < count {
                let sent = messages.sent.entry(Sort::Text).or_default();
                sent.count += 1;
                let count = u32::try_from(sent.count).unwrap();
                messages.one_more(count);
            }
            assert_eq!(messages.fans, BTreeMap::from([(interval, 1)]), "{count}");
        }
    }

    #[test]
    fn a_new_span_begins_to_count_again() {
        let mut count = Count::default();
        assert_eq!([count.add(7), count.add(7), count.add(14)], [1, 2, 1]);
    }
}
