//! How often an interface may be called (platform documentation; the day is China's).

use std::collections::HashMap;

use super::{
    interfaces::Interface,
    refusal::{CLEARED_TOO_OFTEN, DAILY_LIMIT, Refusal},
};
use crate::clock::{UnixMillis, civil};

const DAY_MS: u64 = 86_400_000;
/// China's day begins eight hours before that of Unix time.
const AHEAD_MS: u64 = 8 * 3_600_000;

/// `clear_quota` works so often a month.
const CLEARED_A_MONTH: u64 = 10;

/// Today's calls.
#[derive(Debug, Default)]
pub struct Limits {
    day: u64,
    calls: HashMap<&'static str, u64>,
    /// The month of the last `clear_quota`, and how many it has seen.
    cleared: (Month, u64),
}

/// Year and month of China's calendar.
pub type Month = (i64, u64);

/// The number of China's day, counted from 1970-01-01.
pub const fn day(now: UnixMillis) -> u64 {
    (now + AHEAD_MS) / DAY_MS
}

/// China's month.
pub fn month(now: UnixMillis) -> Month {
    let (year, month, _) = civil(i64::try_from(day(now)).unwrap_or_default());
    (year, month)
}

impl Limits {
    /// Counts a call, unless the day's are used up.
    pub fn take(&mut self, path: &str, now: UnixMillis) -> Result<(), Refusal> {
        let today = day(now);
        if today != self.day {
            self.day = today;
            self.calls.clear();
        }
        let Some(Interface {
            path,
            daily: Some(most),
            ..
        }) = Interface::at(path)
        else {
            return Ok(());
        };
        let calls = self.calls.entry(path).or_default();
        if *calls >= *most {
            return Err(DAILY_LIMIT.because(format!("{most} a day")));
        }
        *calls += 1;
        Ok(())
    }

    /// How often a path with a limit was called today.
    pub fn used(&self, path: &str, now: UnixMillis) -> u64 {
        let calls = self.calls.get(path).filter(|_| day(now) == self.day);
        calls.copied().unwrap_or_default()
    }

    /// Forgets today's calls, unless that was done too often this month.
    pub fn clear(&mut self, now: UnixMillis) -> Result<(), Refusal> {
        let month = month(now);
        if self.cleared.0 != month {
            self.cleared = (month, 0);
        }
        if self.cleared.1 >= CLEARED_A_MONTH {
            return Err(CLEARED_TOO_OFTEN.because(format!("{CLEARED_A_MONTH} a month")));
        }
        self.cleared.1 += 1;
        self.calls.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MENU: &str = "/cgi-bin/menu/create";

    #[test]
    fn the_thousand_and_first_menu_of_a_day_is_refused() {
        let mut limits = Limits::default();
        (0..1000).for_each(|_| limits.take(MENU, 0).unwrap());
        assert_eq!(limits.take(MENU, 0).unwrap_err().code, DAILY_LIMIT);
    }

    #[test]
    fn clearing_makes_room_ten_times_a_month() {
        let mut limits = Limits::default();
        (0..1000).for_each(|_| limits.take(MENU, 0).unwrap());
        (0..10).for_each(|_| limits.clear(0).unwrap());
        assert!(limits.take(MENU, 0).is_ok());
        assert_eq!(limits.clear(0).unwrap_err().code, CLEARED_TOO_OFTEN);
        assert!(limits.clear(31 * DAY_MS).is_ok());
    }

    #[test]
    fn calls_are_counted_until_the_day_ends() {
        let mut limits = Limits::default();
        (0..3).for_each(|_| limits.take(MENU, 0).unwrap());
        assert_eq!([limits.used(MENU, 0), limits.used(MENU, DAY_MS)], [3, 0]);
        assert_eq!(limits.used("/cgi-bin/menu/get", 0), 0);
    }

    #[test]
    fn a_new_day_begins_at_midnight_in_china() {
        let mut limits = Limits::default();
        (0..1000).for_each(|_| limits.take(MENU, 0).unwrap());
        assert!(limits.take(MENU, 16 * 3_600_000 - 1).is_err());
        assert!(limits.take(MENU, 16 * 3_600_000).is_ok());
    }
}
