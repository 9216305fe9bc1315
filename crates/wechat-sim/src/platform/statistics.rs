//! What happened each day, for `datacube`: who came and went, what fans sent, how the account's server answered.
//!
//! Days and hours are China's, by the simulated clock.

use std::{collections::BTreeMap, ops::RangeInclusive};

use super::{
    profile::Way,
    spans::{Count, Messages, Span},
};
use crate::{api::limits::day, clock::UnixMillis};

const HOUR_MS: u64 = 3_600_000;
/// China's hours begin with those of Unix time, eight of them earlier.
const AHEAD_HOURS: u64 = 8;
/// Days kept; of weeks and months those that began within so many days.
const KEPT: usize = 400;
const KEPT_DAYS: u64 = 400;

/// Messages that the platform tells apart, by its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// 1.
    Text,
    /// 2.
    Image,
    /// 3.
    Voice,
    /// 6.
    Link,
}

impl Sort {
    /// `None` for what the platform does not count.
    pub fn of(kind: &str) -> Option<Self> {
        match kind {
            "text" => Some(Self::Text),
            "image" => Some(Self::Image),
            "voice" => Some(Self::Voice),
            "link" => Some(Self::Link),
            _ => None,
        }
    }

    /// The platform's number.
    pub const fn number(self) -> u8 {
        match self {
            Self::Text => 1,
            Self::Image => 2,
            Self::Voice => 3,
            Self::Link => 6,
        }
    }

    const fn slot(self) -> usize {
        match self {
            Self::Text => 0,
            Self::Image => 1,
            Self::Voice => 2,
            Self::Link => 3,
        }
    }
}

/// Fans and messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sent {
    /// Different fans.
    pub users: u64,
    /// Messages.
    pub count: u64,
}

/// Callbacks and how long they took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Called {
    /// All.
    pub count: u64,
    /// Those that failed in the end.
    pub failed: u64,
    /// Of all together.
    pub total_ms: u64,
    /// Of the longest.
    pub longest_ms: u64,
}

/// One day.
#[derive(Debug, Clone, Default)]
pub struct Day {
    /// Who came and who went, by the platform's number for the way.
    pub followers: BTreeMap<u32, (u64, u64)>,
    /// What was sent, by hour (0 to 23).
    pub sent_by_hour: BTreeMap<(u64, Sort), Sent>,
    /// Callbacks by hour.
    pub called: BTreeMap<u64, Called>,
    /// Followers at its end.
    pub cumulated: u64,
}

/// What a fan has sent, so that nobody is counted twice.
#[derive(Debug, Clone, Default)]
pub struct Spoke {
    /// When the last message of each sort came, as hours since 1970.
    last: [u32; 4],
    /// How many messages there were in this day, week and month.
    counts: [Count; 3],
}

/// All days.
#[derive(Debug, Default)]
pub struct Statistics {
    days: BTreeMap<u64, Day>,
    /// By the first day.
    messages: BTreeMap<(Span, u64), Messages>,
    followers: u64,
}

impl Statistics {
    fn today(&mut self, now: UnixMillis) -> &mut Day {
        let today = day(now);
        let followers = self.followers;
        if self.days.len() > KEPT {
            self.days.pop_first();
        }
        let day = self.days.entry(today).or_default();
        day.cumulated = followers;
        day
    }

    /// A fan came.
    pub fn came(&mut self, way: Way, now: UnixMillis) {
        self.followers += 1;
        // Who followed before the simulation came on no day of it.
        let new = u64::from(way != Way::Before);
        self.today(now).followers.entry(source(way)).or_default().0 += new;
    }

    /// A fan went.
    pub fn went(&mut self, way: Way, now: UnixMillis) {
        self.followers = self.followers.saturating_sub(1);
        self.today(now).followers.entry(source(way)).or_default().1 += 1;
    }

    /// A fan sent a message.
    pub fn spoke(&mut self, kind: &str, spoke: &mut Spoke, now: UnixMillis) {
        let Some(sort) = Sort::of(kind) else { return };
        let hour = now / HOUR_MS + AHEAD_HOURS;
        let Some(last) = spoke.last.get_mut(sort.slot()) else {
            return;
        };
        let before = u64::from(*last);
        *last = u32::try_from(hour).unwrap_or(u32::MAX);
        let today = self.today(now);
        let part = today.sent_by_hour.entry((hour % 24, sort)).or_default();
        part.count += 1;
        part.users += u64::from(before != hour);
        for (span, count) in Span::ALL.into_iter().zip(&mut spoke.counts) {
            let first = span.first(hour / 24);
            let messages = self.messages.entry((span, first)).or_default();
            let whole = messages.sent.entry(sort).or_default();
            whole.count += 1;
            whole.users += u64::from(span.first(before / 24) != first);
            messages.one_more(count.add(first));
        }
        let oldest = (hour / 24).saturating_sub(KEPT_DAYS);
        self.messages.retain(|(_, first), _| *first >= oldest);
    }

    /// A callback was answered, or was not.
    pub fn called(&mut self, ok: bool, elapsed_ms: u64, now: UnixMillis) {
        let hour = (now / HOUR_MS + AHEAD_HOURS) % 24;
        let called = self.today(now).called.entry(hour).or_default();
        called.count += 1;
        called.failed += u64::from(!ok);
        called.total_ms += elapsed_ms;
        called.longest_ms = called.longest_ms.max(elapsed_ms);
    }

    /// A day on which something happened.
    pub fn day(&self, day: u64) -> Option<&Day> {
        self.days.get(&day)
    }

    /// What fans sent in each span that began on one of the days, by its first day.
    pub fn messages(
        &self,
        span: Span,
        days: RangeInclusive<u64>,
    ) -> impl Iterator<Item = (u64, &Messages)> {
        let (from, to) = days.into_inner();
        let all = self.messages.range((span, from)..=(span, to));
        all.map(|((_, first), messages)| (*first, messages))
    }

    /// Followers at the end of a day: those of the last one on which something happened.
    pub fn cumulated(&self, day: u64) -> u64 {
        self.days
            .range(..=day)
            .next_back()
            .map_or(0, |(_, day)| day.cumulated)
    }
}

/// The platform's number for how somebody came.
const fn source(way: Way) -> u32 {
    match way {
        Way::Before => 0,
        Way::Search => 1,
        Way::Code => 30,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fan_counts_once_a_day_and_once_an_hour() {
        let (mut all, mut fan) = (Statistics::default(), Spoke::default());
        const DAYS_10: u64 = 10 * 24 * HOUR_MS;
        for at in [DAYS_10, DAYS_10 + 1, DAYS_10 + HOUR_MS] {
            all.spoke("text", &mut fan, at);
        }
        let (first, whole) = all.messages(Span::Day, 10..=10).next().unwrap();
        assert_eq!(first, 10);
        assert_eq!(whole.sent[&Sort::Text], Sent { users: 1, count: 3 });
        let today = all.day(10).unwrap();
        assert_eq!(
            today.sent_by_hour[&(8, Sort::Text)],
            Sent { users: 1, count: 2 }
        );
        assert_eq!(
            today.sent_by_hour[&(9, Sort::Text)],
            Sent { users: 1, count: 1 }
        );
    }

    #[test]
    fn a_fan_counts_once_a_week_for_each_sort_and_once_for_all() {
        let (mut all, mut fan) = (Statistics::default(), Spoke::default());
        // Day 11 is a Monday, day 18 the next.
        for (day, kind) in [(11, "text"), (14, "image"), (17, "text"), (18, "text")] {
            all.spoke(kind, &mut fan, day * 24 * HOUR_MS);
        }
        let weeks: Vec<_> = all.messages(Span::Week, 0..=30).collect();
        let [(11, one), (18, two)] = weeks[..] else {
            panic!("{weeks:?}");
        };
        assert_eq!(one.sent[&Sort::Text], Sent { users: 1, count: 2 });
        assert_eq!(one.sent[&Sort::Image], Sent { users: 1, count: 1 });
        assert_eq!(one.fans, BTreeMap::from([(1, 1)]));
        assert_eq!(two.sent[&Sort::Text], Sent { users: 1, count: 1 });
    }

    #[test]
    fn what_is_older_than_a_year_and_a_month_is_forgotten() {
        let (mut all, mut fan) = (Statistics::default(), Spoke::default());
        for day in [100, 600] {
            all.spoke("text", &mut fan, day * 24 * HOUR_MS);
        }
        for span in Span::ALL {
            assert_eq!(all.messages(span, 0..=1000).count(), 1, "{span:?}");
        }
    }

    #[test]
    fn a_day_without_anything_has_the_followers_of_the_one_before() {
        let mut all = Statistics::default();
        all.came(Way::Code, 0);
        all.came(Way::Before, 0);
        all.went(Way::Code, 1);
        assert_eq!(all.cumulated(5), 1);
        assert_eq!(all.day(0).unwrap().followers[&30], (1, 1));
        assert_eq!(all.day(0).unwrap().followers[&0], (0, 0));
    }
}
