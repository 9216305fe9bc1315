//! What happened each day, for `datacube`: who came and went, what fans sent, how the account's server answered.
//!
//! Days and hours are China's, by the simulated clock.

use std::collections::BTreeMap;

use super::profile::Way;
use crate::{api::limits::day, clock::UnixMillis};

const HOUR_MS: u64 = 3_600_000;
/// China's hours begin with those of Unix time, eight of them earlier.
const AHEAD_HOURS: u64 = 8;
/// Days kept.
const KEPT: usize = 400;

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
    /// What was sent in the whole day.
    pub sent: BTreeMap<Sort, Sent>,
    /// The same by hour (0 to 23).
    pub sent_by_hour: BTreeMap<(u64, Sort), Sent>,
    /// Callbacks by hour.
    pub called: BTreeMap<u64, Called>,
    /// Followers at its end.
    pub cumulated: u64,
}

/// When a fan last sent a message of each sort, as hours since 1970: so that nobody is counted twice.
pub type Spoke = [u32; 4];

/// All days.
#[derive(Debug, Default)]
pub struct Statistics {
    days: BTreeMap<u64, Day>,
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
        let Some(before) = spoke.get_mut(sort.slot()) else {
            return;
        };
        let last = u64::from(*before);
        *before = u32::try_from(hour).unwrap_or(u32::MAX);
        let today = self.today(now);
        let whole = today.sent.entry(sort).or_default();
        whole.count += 1;
        whole.users += u64::from(last / 24 != hour / 24);
        let part = today.sent_by_hour.entry((hour % 24, sort)).or_default();
        part.count += 1;
        part.users += u64::from(last != hour);
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
        let today = all.day(10).unwrap();
        assert_eq!(today.sent[&Sort::Text], Sent { users: 1, count: 3 });
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
