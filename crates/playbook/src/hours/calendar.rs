//! Opening hours for those who count in them: a deadline that runs only while people are there.

use std::ops::Range;

use serde_json::Value;

use super::{DAY, Hours, MINUTE};
use crate::mistake::Mistake;
use crate::source::{self, Format};

/// How far ahead is looked for open time, in days. Hours that are closed for longer are closed for good.
const HORIZON: i64 = 800;

/// Opening hours outside of a playbook, in the form of its `[hours]` without `default`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpeningHours(Hours);

impl OpeningHours {
    /// Reads `{"zone": "+08:00", "open": [{"days": ["mon-fri"], "times": ["09:00-18:00"]}], "exception": […]}`.
    ///
    /// # Errors
    /// The first mistake, with the field; it has no line, since nobody wrote lines.
    pub fn read(document: &Value) -> Result<Self, Mistake> {
        let compile = || {
            let node = source::read(&document.to_string(), Format::Json)?;
            Hours::compile(&node, &mut Vec::new())
        };
        compile().map(Self).map_err(|mistake| Mistake {
            line: None,
            ..*mistake
        })
    }

    /// Whether it is open at a moment, in Unix milliseconds.
    #[must_use]
    pub fn is_open(&self, at: i64) -> bool {
        self.0.is_open(at)
    }

    /// The moment when `span` milliseconds of open time have gone by since `at`. `at` itself when `span` is not above zero; none when it does
    /// not come within [some years](HORIZON).
    #[must_use]
    pub fn after(&self, at: i64, span: i64) -> Option<i64> {
        if span <= 0 {
            return Some(at);
        }
        let mut left = span;
        self.stretches(at).find_map(|(start, end)| {
            let open = end.saturating_sub(start);
            if left <= open {
                return Some(start.saturating_add(left));
            }
            left = left.saturating_sub(open);
            None
        })
    }

    /// How many milliseconds between two moments are open. Zero when `to` is not after `from`.
    #[must_use]
    pub fn between(&self, from: i64, to: i64) -> i64 {
        self.stretches(from)
            .take_while(|(start, _)| *start < to)
            .map(|(start, end)| end.min(to).saturating_sub(start))
            .fold(0, i64::saturating_add)
    }

    /// Open stretches from a moment on, in order and without overlap.
    fn stretches(&self, from: i64) -> impl Iterator<Item = (i64, i64)> + '_ {
        let Self(hours) = self;
        let today = from.saturating_add(hours.ahead).div_euclid(DAY);
        // What began yesterday may go on today.
        let days = today.saturating_sub(1)..today.saturating_add(HORIZON);
        let mut done = from;
        days.flat_map(move |day| {
            let midnight = day.saturating_mul(DAY).saturating_sub(hours.ahead);
            let moment = move |minute: i64| midnight.saturating_add(minute.saturating_mul(MINUTE));
            // Put in order by hand: there are a few, and a sort is 3 KB of machine code.
            let mut times: Vec<Range<i64>> = Vec::new();
            for span in hours.times(day) {
                let place = times.partition_point(|other| other.start < span.start);
                times.insert(place, span.clone());
            }
            times
                .into_iter()
                .map(move |times| (moment(times.start), moment(times.end)))
        })
        .filter_map(move |(start, end)| {
            let start = start.max(done);
            done = done.max(end);
            (start < end).then_some((start, end))
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::arithmetic_side_effects,
        clippy::unwrap_used,
        reason = "a failed test is what a test is for"
    )]

    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    /// 2026-03-02, a Monday, at midnight UTC.
    const MONDAY: i64 = 20_514 * DAY;
    const HOUR: i64 = 60 * MINUTE;

    fn office() -> OpeningHours {
        OpeningHours::read(&json!({ "zone": "+00:00", "open": [
            { "days": ["mon-fri"], "times": ["13:00-18:00", "09:00-12:00"] },
            { "days": ["sat"], "times": ["22:00-02:00"] },
        ], "exception": [{ "date": "2026-03-04", "times": [] }] }))
        .unwrap()
    }

    #[test]
    fn a_span_runs_only_while_it_is_open() {
        let office = office();
        let nine = MONDAY + 9 * HOUR;
        assert_eq!(office.after(nine, HOUR), Some(nine + HOUR));
        assert_eq!(office.after(MONDAY, HOUR), Some(nine + HOUR));
        // Three hours until lunch, one after it.
        assert_eq!(office.after(nine, 4 * HOUR), Some(MONDAY + 14 * HOUR));
        // Tuesday's last hour, a holiday, Thursday's first.
        let tuesday = MONDAY + DAY + 17 * HOUR;
        assert_eq!(
            office.after(tuesday, 2 * HOUR),
            Some(MONDAY + 3 * DAY + 10 * HOUR)
        );
    }

    #[test]
    fn a_night_that_began_yesterday_counts() {
        let midnight = MONDAY + 6 * DAY;
        assert_eq!(office().after(midnight, HOUR), Some(midnight + HOUR));
        assert_eq!(office().between(midnight, midnight + DAY), 2 * HOUR);
    }

    #[test]
    fn what_never_opens_has_no_moment() {
        let never = OpeningHours::read(&json!({ "zone": "+08:00", "open": [] })).unwrap();
        assert_eq!(never.after(MONDAY, 1), None);
        assert_eq!(never.after(MONDAY, 0), Some(MONDAY));
        assert_eq!(never.between(MONDAY, MONDAY + DAY), 0);
    }

    #[test]
    fn a_mistake_names_the_field() {
        let mistake =
            OpeningHours::read(&json!({ "zone": "+08:00", "open": [{ "times": ["9-5"] }] }))
                .unwrap_err();
        assert_eq!(mistake.line, None);
        assert_eq!(mistake.field, "open[0].times[0]");
        assert!(OpeningHours::read(&json!("always")).is_err());
    }

    /// Any week: for each day from Monday, up to two times in minutes.
    fn weeks() -> impl Strategy<Value = OpeningHours> {
        let times = prop::collection::vec((0_i64..1440, 1_i64..1440), 0..2);
        (prop::collection::vec(times, 7), -12_i64..14).prop_map(|(week, zone)| {
            let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
            let text = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
            let open: Vec<_> = week
                .iter()
                .zip(days)
                .map(|(times, day)| {
                    let times: Vec<_> = times
                        .iter()
                        .map(|(start, long)| {
                            format!("{}-{}", text(*start), text((start + long) % 1440))
                        })
                        .collect();
                    json!({ "days": [day], "times": times })
                })
                .collect();
            let sign = if zone < 0 { '-' } else { '+' };
            let zone = format!("{sign}{:02}:00", zone.abs());
            OpeningHours::read(&json!({ "zone": zone, "open": open })).unwrap()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn it_agrees_with_a_walk_minute_by_minute(
            hours in weeks(),
            start in 0_i64..7 * 1440,
            span in 1_i64..2000,
        ) {
            let from = MONDAY + start * MINUTE;
            let mut open = 0;
            let mut walked = from;
            // Three weeks hold any such span, or the week has too little open time.
            while open < span && walked < from + 21 * DAY {
                open += i64::from(hours.is_open(walked));
                walked += MINUTE;
            }
            if open == span {
                prop_assert_eq!(hours.after(from, span * MINUTE), Some(walked));
            }
            prop_assert_eq!(hours.between(from, walked), open * MINUTE);
        }

        #[test]
        fn what_is_between_is_what_was_waited(
            hours in weeks(),
            start in 0_i64..7 * DAY,
            span in 1_i64..3 * DAY,
        ) {
            let from = MONDAY + start;
            if let Some(due) = hours.after(from, span) {
                prop_assert_eq!(hours.between(from, due), span);
                prop_assert!(hours.is_open(due - 1));
            }
        }
    }
}
