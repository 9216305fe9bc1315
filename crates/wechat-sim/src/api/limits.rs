//! How often an interface may be called (platform documentation; the day is China's).

use std::collections::HashMap;

use super::refusal::{DAILY_LIMIT, Refusal};
use crate::clock::UnixMillis;

const DAY_MS: u64 = 86_400_000;
/// China's day begins eight hours before that of Unix time.
const AHEAD_MS: u64 = 8 * 3_600_000;

/// Calls a day.
const DAILY: [(&str, u64); 6] = [
    ("/cgi-bin/token", 2_000),
    ("/cgi-bin/stable_token", 500_000),
    ("/cgi-bin/message/custom/send", 500_000),
    ("/cgi-bin/menu/create", 1_000),
    ("/cgi-bin/menu/delete", 1_000),
    ("/cgi-bin/media/upload", 100_000),
];

/// Today's calls.
#[derive(Debug, Default)]
pub struct Limits {
    day: u64,
    calls: HashMap<&'static str, u64>,
}

impl Limits {
    /// Counts a call, unless the day's are used up.
    pub fn take(&mut self, path: &str, now: UnixMillis) -> Result<(), Refusal> {
        let day = (now + AHEAD_MS) / DAY_MS;
        if day != self.day {
            *self = Self {
                day,
                calls: HashMap::new(),
            };
        }
        let Some((name, most)) = DAILY.iter().find(|(name, _)| *name == path) else {
            return Ok(());
        };
        let calls = self.calls.entry(name).or_default();
        if *calls >= *most {
            return Err(DAILY_LIMIT.because(format!("{most} a day")));
        }
        *calls += 1;
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
    fn a_new_day_begins_at_midnight_in_china() {
        let mut limits = Limits::default();
        (0..1000).for_each(|_| limits.take(MENU, 0).unwrap());
        assert!(limits.take(MENU, 16 * 3_600_000 - 1).is_err());
        assert!(limits.take(MENU, 16 * 3_600_000).is_ok());
    }
}
