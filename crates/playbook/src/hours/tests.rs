#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a failed test is what a test is for"
)]

use super::*;
use crate::mistake::Mistake;
use crate::source::{self, Format};
use proptest::prelude::*;

/// 2026-03-02, a Monday, at midnight UTC.
const MONDAY: i64 = 20_514 * DAY;

fn read(document: &str) -> Result<(Hours, Vec<String>), Mistake> {
    let tree = source::read(&format!("[hours]\n{document}"), Format::Toml).unwrap();
    let mut warnings = Vec::new();
    let node = tree.table(&["hours"]).unwrap().required("hours").unwrap();
    let hours = Hours::compile(node, &mut warnings).map_err(|mistake| *mistake)?;
    Ok((
        hours,
        warnings
            .into_iter()
            .map(|warning| warning.message)
            .collect(),
    ))
}

fn hours(document: &str) -> Hours {
    read(document).unwrap().0
}

fn mistake(document: &str) -> String {
    read(document).unwrap_err().to_string()
}

fn warnings(document: &str) -> Vec<String> {
    read(document).unwrap().1
}

/// A moment of UTC, from Monday 2026-03-02: days, hours, minutes, milliseconds.
fn at(day: i64, hour: i64, minute: i64, millisecond: i64) -> i64 {
    MONDAY + day * DAY + (hour * 60 + minute) * MINUTE + millisecond
}

#[test]
fn a_block_opens_with_its_first_millisecond_and_closes_with_its_last_minute() {
    let hours = hours("zone = \"+00:00\"\nopen = [{ times = [\"09:00-12:00\"] }]");
    assert!(!hours.is_open(at(0, 8, 59, 59_999)));
    assert!(hours.is_open(at(0, 9, 0, 0)));
    assert!(hours.is_open(at(0, 11, 59, 59_999)));
    assert!(!hours.is_open(at(0, 12, 0, 0)));
}

#[test]
fn between_two_blocks_of_a_day_it_is_closed() {
    let hours = hours("zone = \"+00:00\"\nopen = [{ times = [\"09:00-12:00\", \"13:30-18:00\"] }]");
    let open = [11, 12, 13, 14].map(|hour| hours.is_open(at(0, hour, 15, 0)));
    assert_eq!(open, [true, false, false, true]);
    assert!(hours.is_open(at(0, 13, 30, 0)) && !hours.is_open(at(0, 13, 29, 59_999)));
}

#[test]
fn the_zone_moves_days_and_times() {
    let china =
        hours("zone = \"+08:00\"\nopen = [{ days = [\"mon\"], times = [\"00:00-09:00\"] }]");
    // Monday 00:00 in China is Sunday 16:00 in UTC.
    assert!(!china.is_open(at(-1, 15, 59, 59_999)));
    assert!(china.is_open(at(-1, 16, 0, 0)) && china.is_open(at(0, 0, 59, 0)));
    assert!(!china.is_open(at(0, 1, 0, 0)));
    let west = hours("zone = \"-03:30\"\nopen = [{ days = [\"sun\"], times = [\"23:00-24:00\"] }]");
    assert!(!west.is_open(at(0, 2, 29, 59_999)) && west.is_open(at(0, 2, 30, 0)));
    assert!(west.is_open(at(0, 3, 29, 59_999)) && !west.is_open(at(0, 3, 30, 0)));
}

#[test]
fn days_are_chosen_one_by_one_by_ranges_and_round_the_end_of_the_week() {
    let open = |days: &str| {
        let hours = hours(&format!(
            "zone = \"+00:00\"\nopen = [{{ days = [{days}], times = [\"09:00-10:00\"] }}]"
        ));
        let open = (0..7).filter(|day| hours.is_open(at(*day, 9, 30, 0)));
        open.collect::<Vec<_>>()
    };
    assert_eq!(open("\"mon\""), [0]);
    assert_eq!(open("\"tue\", \"sun\""), [1, 6]);
    assert_eq!(open("\"mon-fri\""), [0, 1, 2, 3, 4]);
    assert_eq!(open("\"sat-mon\""), [0, 5, 6]);
    assert_eq!(open("\"wed-wed\""), [2]);
}

#[test]
fn a_night_belongs_to_the_day_on_which_it_begins() {
    let hours = hours(
        "zone = \"+00:00\"\nopen = [{ days = [\"fri\"], times = [\"22:00-02:00\"] }]\n\
         exception = [{ date = \"2026-03-07\", times = [] }, { date = \"2026-03-13\", times = [] }]",
    );
    // Saturday the 7th is a holiday, and the night of Friday goes on in it.
    assert!(!hours.is_open(at(4, 21, 59, 0)) && hours.is_open(at(4, 22, 0, 0)));
    assert!(hours.is_open(at(5, 1, 59, 59_999)) && !hours.is_open(at(5, 2, 0, 0)));
    // Friday the 13th is one, so its night is too.
    assert!(!hours.is_open(at(11, 22, 30, 0)) && !hours.is_open(at(12, 1, 0, 0)));
    // Friday the 20th is none.
    assert!(hours.is_open(at(18, 23, 0, 0)) && hours.is_open(at(19, 0, 0, 0)));
}

#[test]
fn the_last_minute_of_a_day_is_open_until_24_00() {
    let hours =
        hours("zone = \"+00:00\"\nopen = [{ days = [\"mon\"], times = [\"00:00-24:00\"] }]");
    assert!(!hours.is_open(at(-1, 23, 59, 59_999)) && hours.is_open(at(0, 0, 0, 0)));
    assert!(hours.is_open(at(0, 23, 59, 59_999)) && !hours.is_open(at(1, 0, 0, 0)));
}

#[test]
fn an_exception_closes_days_or_gives_them_other_times() {
    let hours = hours(
        "zone = \"+00:00\"\nopen = [{ days = [\"mon-fri\"], times = [\"09:00-18:00\"] }]\n\
         [[hours.exception]]\nfrom = \"2026-03-03\"\nto = \"2026-03-05\"\ntimes = []\n\
         [[hours.exception]]\ndate = \"2026-03-07\"\ntimes = [\"10:00-11:00\"]",
    );
    let noon = (0..7).map(|day| hours.is_open(at(day, 12, 0, 0)));
    assert_eq!(
        noon.collect::<Vec<_>>(),
        [true, false, false, false, true, false, false]
    );
    // Saturday is worked, for an hour.
    assert!(hours.is_open(at(5, 10, 0, 0)) && !hours.is_open(at(5, 11, 0, 0)));
    // A week later nothing is left of it.
    assert!(hours.is_open(at(8, 12, 0, 0)) && !hours.is_open(at(12, 10, 30, 0)));
}

#[test]
fn hours_at_the_ends_of_time_do_not_overflow() {
    let hours = hours("zone = \"+14:00\"\nopen = [{ times = [\"22:00-02:00\"] }]");
    for moment in [i64::MIN, i64::MAX, 0, -1] {
        hours.is_open(moment);
    }
}

#[test]
fn hours_that_never_open_or_close_are_warned_of() {
    assert_eq!(
        warnings("zone = \"+08:00\"\nopen = []"),
        ["these hours never open"]
    );
    assert_eq!(
        warnings("zone = \"+08:00\"\nopen = [{ days = [\"mon\"], times = [] }]"),
        ["these hours never open"]
    );
    let always = "zone = \"+08:00\"\nopen = [{ times = [\"00:00-24:00\"] }]";
    assert_eq!(warnings(always), ["these hours never close"]);
    // The night of each day goes on to the morning of the next.
    let round = "zone = \"+08:00\"\nopen = [{ times = [\"09:00-18:00\", \"18:00-09:00\"] }]";
    assert_eq!(warnings(round), ["these hours never close"]);
    let holiday = format!("{always}\nexception = [{{ date = \"2026-10-01\", times = [] }}]");
    assert!(warnings(&holiday).is_empty());
    let only_once = "zone = \"+08:00\"\nopen = []\nexception = [{ date = \"2026-10-01\", times = [\"09:00-10:00\"] }]";
    assert!(warnings(only_once).is_empty());
    assert!(warnings("zone = \"+08:00\"\nopen = [{ times = [\"00:00-23:59\"] }]").is_empty());
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let open = |times: &str| format!("zone = \"+08:00\"\nopen = [{{ times = [{times}] }}]");
    assert_eq!(
        mistake("open = []"),
        "playbook:1: hours: missing field `zone`"
    );
    assert_eq!(
        mistake("zone = \"+08:00\""),
        "playbook:1: hours: missing field `open`"
    );
    for zone in ["Asia/Shanghai", "08:00", "+8", "+15:00", "-13:00", "+08:60"] {
        let told = mistake(&format!("zone = \"{zone}\"\nopen = []"));
        assert!(
            told.starts_with(&format!("playbook:2: hours.zone: \"{zone}\" is no zone")),
            "{told}"
        );
    }
    for time in [
        "9:00-18:00",
        "09:00",
        "09:00-24:01",
        "24:00-02:00",
        "09:00-09:00",
        "09:60-10:00",
        "25:00-26:00",
        "",
    ] {
        let told = mistake(&open(&format!("\"{time}\"")));
        assert!(
            told.starts_with(&format!(
                "playbook:3: hours.open[0].times[0]: \"{time}\" is no time"
            )),
            "{told}"
        );
    }
    assert_eq!(
        mistake(&open("\"09:00-12:00\", \"11:59-13:00\"")),
        "playbook:3: hours.open[0].times[1]: this overlaps with another time of the day"
    );
    assert_eq!(
        mistake(
            "zone = \"+08:00\"\nopen = [{ times = [\"09:00-12:00\"] },\n{ days = [\"sun\"], times = [\"10:00-11:00\"] }]"
        ),
        "playbook:4: hours.open[1].times: these times overlap with others of sun"
    );
    assert_eq!(
        mistake("zone = \"+08:00\"\nopen = [{ days = [\"Monday\"], times = [] }]"),
        "playbook:3: hours.open[0].days[0]: \"Monday\" is no day: write one of mon, tue, wed, thu, fri, sat, sun, or two of them as \"mon-fri\""
    );
    let except = |fields: &str| {
        mistake(&format!(
            "zone = \"+08:00\"\nopen = []\nexception = [{{ {fields} }}]"
        ))
    };
    assert_eq!(
        except("date = \"2026-02-29\", times = []"),
        "playbook:4: hours.exception[0].date: \"2026-02-29\" is no date: write it as \"2026-10-01\""
    );
    assert_eq!(
        except("date = 2026-10-01, times = []"),
        "playbook:4: hours.exception[0].date: expected a text, found a date"
    );
    assert_eq!(
        except("from = \"2026-10-01\", times = []"),
        "playbook:4: hours.exception[0]: either date or both from and to belong here"
    );
    assert_eq!(
        except("from = \"2026-10-02\", to = \"2026-10-01\", times = []"),
        "playbook:4: hours.exception[0].to: this is before the day on which it begins"
    );
    assert_eq!(
        except(
            "from = \"2026-10-01\", to = \"2026-10-07\", times = [] },\n{ date = \"2026-10-07\", times = []"
        ),
        "playbook:5: hours.exception[1]: a day of this is in an exception already"
    );
}

proptest! {
    /// Against a week looked at minute by minute.
    #[test]
    fn a_week_is_open_when_one_of_its_blocks_says_so(
        blocks in prop::collection::vec((0_i64..7, 0_i64..1440, 1_i64..1440), 0..6),
        ahead in -12_i64..=14,
        moment in 0_i64..4_000_000_000_000,
    ) {
        let mut hours = Hours { ahead: ahead * 60 * MINUTE, week: Default::default(), exceptions: Vec::new() };
        for (day, from, length) in &blocks {
            hours.week[*day as usize].push(*from..*from + *length);
        }
        let minute = (moment + hours.ahead).div_euclid(MINUTE);
        // Minute 0 of the week is Monday 1969-12-29 at midnight.
        let of_week = (minute + 3 * 1440).rem_euclid(7 * 1440);
        let expected = blocks.iter().any(|(day, from, length)| {
            let start = day * 1440 + from;
            (of_week - start).rem_euclid(7 * 1440) < *length
        });
        prop_assert_eq!(hours.is_open(moment), expected);
    }
}
