//! No, as the Desk says it: a status, a word for programs, a sentence for people.

use std::fmt;

use crate::object;
use crate::record::Record;

/// The words for programs.
const CODES: [&str; 7] = [
    "conflict",
    "forbidden",
    "invalid",
    "not_found",
    "not_yours",
    "answered",
    "window",
];

/// Why something was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// As in HTTP.
    pub(crate) status: u16,
    /// For programs.
    pub(crate) code: &'static str,
    /// Which field is wrong, if one is.
    pub(crate) field: Option<String>,
    /// For people.
    pub(crate) message: String,
}

impl Refusal {
    /// One about no field.
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            field: None,
            message: message.into(),
        }
    }

    /// As the object answers.
    pub(super) fn answer(&self) -> String {
        let record = Record::new().with(self.code).with(&self.message);
        let record = record.with_option(self.field.as_ref());
        object::answer(self.status, &record.write())
    }

    /// Reads [`Refusal::answer`]; nothing for a failure, which is no refusal.
    pub(super) fn read(status: u16, text: &str) -> Option<Self> {
        let mut record = Record::read(text).ok().filter(|_| status < 500)?;
        let code = record.take(0)?;
        Some(Self {
            status,
            code: CODES.into_iter().find(|known| *known == code)?,
            message: record.take(1)?,
            field: record.take(2),
        })
    }
}

impl From<&fandesk_desk::Refused> for Refusal {
    fn from(refused: &fandesk_desk::Refused) -> Self {
        let code = CODES.into_iter().find(|known| *known == refused.code());
        Self {
            status: refused.status(),
            code: code.unwrap_or("conflict"),
            field: refused.field().map(str::to_owned),
            message: refused.to_string(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_reads_back() {
        let refusal = Refusal {
            field: Some("agent".to_owned()),
            ..Refusal::new(422, "invalid", "没有这个人")
        };
        let answer = refusal.answer();
        let (status, text) = object::split(&answer).unwrap();
        assert_eq!(Refusal::read(status, text), Some(refusal));
    }

    #[test]
    fn a_failure_is_no_refusal() {
        assert_eq!(Refusal::read(500, "the database refused"), None);
        assert_eq!(Refusal::read(409, "no record"), None);
    }
}
