//! Spans of time as people write them: `500ms`, `3s`, `10m`, `2h`, `1d`.

use crate::mistake::Refusal;
use crate::source::Node;
use std::ops::RangeInclusive;
use std::time::Duration;

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60_000;
const HOUR: u64 = 3_600_000;
const DAY: u64 = 86_400_000;

/// The units, each before those whose sign it ends with.
const UNITS: [(&str, u64); 5] = [
    ("ms", 1),
    ("s", SECOND),
    ("m", MINUTE),
    ("h", HOUR),
    ("d", DAY),
];

/// Reads a whole number with a unit, from a field that may not be there, and keeps it within what the field can do.
pub(crate) fn read(
    node: Option<&Node>,
    default: Duration,
    allowed: &RangeInclusive<Duration>,
) -> Result<Duration, Refusal> {
    let Some(node) = node else { return Ok(default) };
    let written = node.text()?;
    let Some(duration) = parse(written) else {
        let message =
            "is no span of time: write a whole number with ms, s, m, h or d, such as \"10m\"";
        return Err(node.refuse(&format!("\"{written}\" {message}")));
    };
    if !allowed.contains(&duration) {
        let (shortest, longest) = (show(*allowed.start()), show(*allowed.end()));
        return Err(node.refuse(&format!(
            "\"{written}\" is out of range: between {shortest} and {longest}"
        )));
    }
    Ok(duration)
}

fn parse(written: &str) -> Option<Duration> {
    UNITS.iter().find_map(|(sign, milliseconds)| {
        let digits = written.strip_suffix(sign)?;
        let number: u64 = digits
            .parse()
            .ok()
            .filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
        number.checked_mul(*milliseconds).map(Duration::from_millis)
    })
}

/// The form with the largest unit that leaves a whole number.
fn show(duration: Duration) -> String {
    let milliseconds = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let fitting = UNITS
        .iter()
        .rev()
        .find(|(_, unit)| milliseconds.is_multiple_of(*unit));
    let (sign, unit) = fitting.copied().unwrap_or(("ms", 1));
    format!(
        "{}{sign}",
        milliseconds.checked_div(unit).unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_unit_is_read() {
        let read: Vec<_> = ["250ms", "3s", "10m", "2h", "1d"]
            .into_iter()
            .filter_map(parse)
            .collect();
        let milliseconds = [250, 3_000, 600_000, 7_200_000, 86_400_000].map(Duration::from_millis);
        assert_eq!(read, milliseconds);
    }

    #[test]
    fn what_is_no_whole_number_with_a_unit_is_refused() {
        for written in [
            "",
            "10",
            "m",
            "1.5s",
            "-3s",
            "+3s",
            "3 s",
            "3S",
            "99999999999999999999d",
            "18446744073709551615d",
        ] {
            assert_eq!(parse(written), None, "{written}");
        }
    }

    proptest! {
        #[test]
        fn a_shown_duration_reads_back(milliseconds in 0..10_000_000_000_u64) {
            let duration = Duration::from_millis(milliseconds);
            prop_assert_eq!(parse(&show(duration)), Some(duration));
        }
    }
}
