//! Opening hours: a week of times, and days that are otherwise.
//!
//! The zone is a fixed distance from UTC. A Worker has no tables of time zones, and China has had no daylight saving time since 1991,
//! so `+08:00` is the whole truth there; where clocks change, the document has to change with them.
//!
//! Times belong to the day on which they begin: `22:00-02:00` on a Friday ends on Saturday at two, also when Saturday is a
//! holiday.

mod calendar;
mod compile;
mod date;

pub use calendar::OpeningHours;
pub(crate) use compile::During;

use std::ops::Range;

const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;

/// When people are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hours {
    /// How far the zone's clocks are ahead of UTC, in milliseconds.
    ahead: i64,
    /// The times of each day from Monday.
    week: [Times; 7],
    exceptions: Vec<Exception>,
}

/// Open times of a day in minutes from its midnight; those that go on after the next one end beyond 1,440.
type Times = Vec<Range<i64>>;

/// Days with times of their own, from the first to the last, counted from 1970-01-01.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Exception {
    first: i64,
    last: i64,
    times: Times,
}

impl Hours {
    /// Whether it is open at a moment, in Unix milliseconds. The minute in which it closes is closed.
    pub(crate) fn is_open(&self, at: i64) -> bool {
        let local = at.saturating_add(self.ahead);
        let (day, time) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        self.has(day, time) || self.has(day.saturating_sub(1), time.saturating_add(DAY))
    }

    /// Whether a time in milliseconds from the midnight of a day is one of its times.
    fn has(&self, day: i64, time: i64) -> bool {
        let minute = time.div_euclid(MINUTE);
        self.times(day).iter().any(|times| times.contains(&minute))
    }

    fn times(&self, day: i64) -> &[Range<i64>] {
        let own = self
            .exceptions
            .iter()
            .find(|exception| (exception.first..=exception.last).contains(&day));
        match own {
            Some(exception) => &exception.times,
            // 1970-01-01 was a Thursday.
            None => usize::try_from(day.saturating_add(3).rem_euclid(7))
                .ok()
                .and_then(|weekday| self.week.get(weekday))
                .map_or(&[], Vec::as_slice),
        }
    }

    fn never_opens(&self) -> bool {
        let exceptions = self.exceptions.iter().map(|exception| &exception.times);
        self.week.iter().chain(exceptions).all(Vec::is_empty)
    }

    /// Whether the week has no moment without anybody; exceptions may have.
    fn never_closes(&self) -> bool {
        let week = Self {
            ahead: 0,
            week: self.week.clone(),
            exceptions: Vec::new(),
        };
        let ends = |day: i64| {
            let ends = week.times(day).iter().map(move |times| {
                day.saturating_mul(DAY)
                    .saturating_add(times.end.saturating_mul(MINUTE))
            });
            ends.collect::<Vec<_>>()
        };
        // What is open where every stretch ends, and once at all, is open always.
        !week.never_opens() && (0..7).flat_map(ends).all(|end| week.is_open(end))
    }
}

#[cfg(test)]
mod tests;
