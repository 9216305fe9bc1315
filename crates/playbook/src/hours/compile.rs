//! Reading `[hours]`.

use super::{Exception, Hours, MINUTE, Times, date};
use crate::mistake::{Refusal, Warning};
use crate::source::{Node, Table};
use std::ops::{Range, RangeInclusive};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const MINUTES_OF_DAY: i64 = 24 * 60;

/// Minutes between UTC and the zones there are.
const ZONES: RangeInclusive<i64> = -12 * 60..=14 * 60;

/// They are looked through for every message.
const MAX_EXCEPTIONS: usize = 400;

impl Hours {
    pub(crate) fn table(node: &Node) -> Result<Table<'_>, Refusal> {
        node.table(&["zone", "open", "exception", "default"])
    }

    /// Reads `[hours]`; its `default` is read with the other answers.
    pub(crate) fn compile(node: &Node, warnings: &mut Vec<Warning>) -> Result<Self, Refusal> {
        let table = Self::table(node)?;
        let mut hours = Self {
            ahead: zone(table.required("zone")?)?,
            week: Default::default(),
            exceptions: Vec::new(),
        };
        for node in table.required("open")?.list()? {
            hours.add_times(node)?;
        }
        let exceptions = table.list("exception")?;
        if let Some(node) = exceptions.get(MAX_EXCEPTIONS) {
            return Err(node.refuse(&format!("there can be {MAX_EXCEPTIONS} exceptions")));
        }
        for node in exceptions {
            let exception = exception(node)?;
            let twice = hours
                .exceptions
                .iter()
                .any(|other| other.first <= exception.last && exception.first <= other.last);
            if twice {
                return Err(node.refuse("a day of this is in an exception already"));
            }
            hours.exceptions.push(exception);
        }
        if hours.never_opens() {
            warnings.push(node.warn("these hours never open".to_owned()));
        }
        if hours.never_closes() && hours.exceptions.is_empty() {
            warnings.push(node.warn("these hours never close".to_owned()));
        }
        Ok(hours)
    }

    /// Reads an `[[hours.open]]`.
    fn add_times(&mut self, node: &Node) -> Result<(), Refusal> {
        let table = node.table(&["days", "times"])?;
        let at = table.required("times")?;
        let times = times(at)?;
        let mut chosen = [false; 7];
        match table.get("days") {
            Some(days) => {
                for node in days.list()? {
                    choose(node, &mut chosen)?;
                }
            }
            None => chosen = [true; 7],
        }
        let days = self.week.iter_mut().zip(chosen).zip(DAYS);
        for ((of_day, _), name) in days.filter(|((_, chosen), _)| *chosen) {
            for span in &times {
                if of_day.iter().any(|other| overlap(other, span)) {
                    return Err(at.refuse(&format!("these times overlap with others of {name}")));
                }
                of_day.push(span.clone());
            }
        }
        Ok(())
    }
}

/// An `[[hours.exception]]`.
fn exception(node: &Node) -> Result<Exception, Refusal> {
    let table = node.table(&["date", "from", "to", "times"])?;
    let (first, last) = match (table.get("date"), table.get("from"), table.get("to")) {
        (Some(date), None, None) => (day(date)?, day(date)?),
        (None, Some(from), Some(to)) => {
            let (first, last) = (day(from)?, day(to)?);
            if last < first {
                return Err(to.refuse("this is before the day on which it begins"));
            }
            (first, last)
        }
        _ => return Err(node.refuse("either date or both from and to belong here")),
    };
    Ok(Exception {
        first,
        last,
        times: times(table.required("times")?)?,
    })
}

fn day(node: &Node) -> Result<i64, Refusal> {
    let written = node.text()?;
    date::parse(written).ok_or_else(|| {
        node.refuse(&format!(
            "\"{written}\" is no date: write it as \"2026-10-01\""
        ))
    })
}

/// `mon`, or `mon-fri`, which may go round the end of the week.
fn choose(node: &Node, chosen: &mut [bool; 7]) -> Result<(), Refusal> {
    let written = node.text()?;
    let number = |name: &str| DAYS.iter().position(|day| *day == name);
    let (first, last) = written.split_once('-').unwrap_or((written, written));
    let (Some(first), Some(last)) = (number(first), number(last)) else {
        let message = format!(
            "\"{written}\" is no day: write one of {}, or two of them as \"mon-fri\"",
            DAYS.join(", ")
        );
        return Err(node.refuse(&message));
    };
    let within = |day: usize| {
        if first <= last {
            (first..=last).contains(&day)
        } else {
            day >= first || day <= last
        }
    };
    for (day, chosen) in chosen.iter_mut().enumerate() {
        *chosen |= within(day);
    }
    Ok(())
}

fn times(node: &Node) -> Result<Times, Refusal> {
    let mut times: Times = Vec::new();
    for node in node.list()? {
        let written = node.text()?;
        let span = span(written).ok_or_else(|| {
            node.refuse(&format!(
                "\"{written}\" is no time: write it as \"09:00-18:00\", with minutes up to \"24:00\""
            ))
        })?;
        if times.iter().any(|other| overlap(other, &span)) {
            return Err(node.refuse("this overlaps with another time of the day"));
        }
        times.push(span);
    }
    Ok(times)
}

/// `09:00-18:00`; one that does not end after it began ends on the next day.
fn span(written: &str) -> Option<Range<i64>> {
    let (from, to) = written.split_once('-')?;
    let (from, to) = (minute(from)?, minute(to)?);
    if from == MINUTES_OF_DAY || from == to {
        return None;
    }
    let to = if to < from {
        to.checked_add(MINUTES_OF_DAY)?
    } else {
        to
    };
    Some(from..to)
}

fn minute(written: &str) -> Option<i64> {
    let (hours, minutes) = written.split_once(':')?;
    let (hours, minutes) = (date::number(hours, 2)?, date::number(minutes, 2)?);
    let minute = hours.checked_mul(60)?.checked_add(minutes)?;
    (minutes < 60 && minute <= MINUTES_OF_DAY).then_some(minute)
}

fn overlap(one: &Range<i64>, other: &Range<i64>) -> bool {
    one.start < other.end && other.start < one.end
}

/// `+08:00`, in milliseconds.
fn zone(node: &Node) -> Result<i64, Refusal> {
    let written = node.text()?;
    let minutes = written
        .strip_prefix('+')
        .and_then(minute)
        .or_else(|| written.strip_prefix('-').and_then(minute)?.checked_neg());
    minutes
        .filter(|minutes| ZONES.contains(minutes))
        .and_then(|minutes| minutes.checked_mul(MINUTE))
        .ok_or_else(|| {
            let message = "is no zone: write how far its clocks are from UTC, such as \"+08:00\"";
            node.refuse(&format!("\"{written}\" {message}"))
        })
}

/// When a rule or intent counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum During {
    Open,
    Closed,
}

impl During {
    /// Reads `during`, which needs hours to refer to.
    pub(crate) fn compile(table: &Table<'_>, has_hours: bool) -> Result<Option<Self>, Refusal> {
        let Some(node) = table.get("during") else {
            return Ok(None);
        };
        let during = match node.text()? {
            "open" => Self::Open,
            "closed" => Self::Closed,
            other => {
                let message = format!("\"{other}\" is not known; known: \"open\", \"closed\"");
                return Err(node.refuse(&message));
            }
        };
        if has_hours {
            Ok(Some(during))
        } else {
            Err(node.refuse("this playbook has no [hours]"))
        }
    }
}
