//! Dates of the calendar as numbers of days.

/// The days from 1970-01-01 to a date written as `2026-10-01`; `None` for what is no date of the years 1970 to 9999.
pub(super) fn parse(written: &str) -> Option<i64> {
    let mut parts = written.split('-');
    let (year, month, day) = (
        number(parts.next()?, 4)?,
        number(parts.next()?, 2)?,
        number(parts.next()?, 2)?,
    );
    let fits = parts.next().is_none()
        && year >= 1970
        && (1..=12).contains(&month)
        && (1..=days_of(year, month)).contains(&day);
    if !fits {
        return None;
    }
    let before: i64 = (1..month).map(|month| days_of(year, month)).sum();
    let years = year.checked_sub(1970)?.checked_mul(365)?;
    let leaps = leaps_before(year).checked_sub(leaps_before(1970))?;
    years
        .checked_add(leaps)?
        .checked_add(before)?
        .checked_add(day.checked_sub(1)?)
}

/// As many digits, and nothing else.
pub(super) fn number(written: &str, digits: usize) -> Option<i64> {
    let plain = written.len() == digits && written.bytes().all(|byte| byte.is_ascii_digit());
    written.parse().ok().filter(|_| plain)
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

fn is_leap(year: i64) -> bool {
    let by = |divisor: i64| year.rem_euclid(divisor) == 0;
    by(4) && (!by(100) || by(400))
}

/// Leap years from the year 1 up to the one before this.
fn leaps_before(year: i64) -> i64 {
    let before = year.saturating_sub(1);
    let by = |divisor: i64| before.div_euclid(divisor);
    by(4).saturating_sub(by(100)).saturating_add(by(400))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_counted_from_1970() {
        for (date, days) in [
            ("1970-01-01", 0),
            ("1970-12-31", 364),
            ("1972-02-29", 789),
            ("2000-03-01", 11_017),
            ("2026-10-01", 20_727),
            ("9999-12-31", 2_932_896),
        ] {
            assert_eq!(parse(date), Some(days), "{date}");
        }
    }

    #[test]
    fn every_day_of_four_centuries_follows_the_one_before() {
        let mut next = parse("1970-01-01").unwrap();
        for year in 1970..2370 {
            for month in 1..=12 {
                for day in 1..=31 {
                    let Some(days) = parse(&format!("{year}-{month:02}-{day:02}")) else {
                        continue;
                    };
                    assert_eq!(days, next, "{year}-{month}-{day}");
                    next += 1;
                }
            }
        }
        // 97 leap years in 400.
        assert_eq!(next, 400 * 365 + 97);
    }

    #[test]
    fn what_is_no_date_is_none() {
        for written in [
            "2026-02-29",
            "2100-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-04-31",
            "2026-1-1",
            "26-01-01",
            "2026-10-01-",
            "2026/10/01",
            "+026-10-01",
            "1969-12-31",
            "",
        ] {
            assert_eq!(parse(written), None, "{written}");
        }
    }
}
