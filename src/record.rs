//! Records: lists of texts, the one form in which actors and databases talk to each other here.
//!
//! A record travels as its texts with their lengths before them (`3:abc`, `-` for none), so nothing needs escaping, and
//! reading one is the same few instructions for all: a derived reader for each kind of call would be a third of the
//! Worker. JavaScript values do not travel, since they turn 64-bit numbers into floats. Fields are only ever added at the
//! end, and a missing one reads as none: while a deploy is under way, neighbouring releases talk to each other.

use std::fmt::{Display, Write};

/// A list of texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Record(Vec<Option<String>>);

/// A record that is not what its reader expects.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error("a record is cut or has no lengths")]
    NoRecord,
    #[error("field {0} of a record is missing or of another kind")]
    Field(usize),
}

impl Record {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a field.
    pub(crate) fn with(mut self, field: impl Display) -> Self {
        self.0.push(Some(field.to_string()));
        self
    }

    /// Adds a field that may be none.
    pub(crate) fn with_option(mut self, field: Option<impl Display>) -> Self {
        self.0.push(field.map(|field| field.to_string()));
        self
    }

    /// Adds a field as D1 gives it.
    pub(crate) fn push(&mut self, field: Option<String>) {
        self.0.push(field);
    }

    /// Adds the fields of another record.
    pub(crate) fn followed_by(mut self, mut more: Self) -> Self {
        self.0.append(&mut more.0);
        self
    }

    /// How many fields there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// A text, if there is one.
    pub(crate) fn peek(&self, field: usize) -> Option<&str> {
        self.0.get(field)?.as_deref()
    }

    /// Takes a text out.
    pub(crate) fn take(&mut self, field: usize) -> Option<String> {
        self.0.get_mut(field).and_then(Option::take)
    }

    /// Takes out a text that must be there.
    pub(crate) fn text(&mut self, field: usize) -> Result<String, Unreadable> {
        self.take(field).ok_or(Unreadable::Field(field))
    }

    /// A number, if there is one.
    pub(crate) fn number(&self, field: usize) -> Option<i64> {
        self.0.get(field)?.as_deref()?.parse().ok()
    }

    /// A number that must be there.
    pub(crate) fn integer(&self, field: usize) -> Result<i64, Unreadable> {
        self.number(field).ok_or(Unreadable::Field(field))
    }

    /// The text that travels.
    pub(crate) fn write(&self) -> String {
        let mut text = String::new();
        for field in &self.0 {
            // Writing into a String cannot fail.
            let _ = match field {
                Some(field) => write!(text, "{}:{field}", field.len()),
                None => text.write_char('-'),
            };
        }
        text
    }

    /// Reads what [`Record::write`] wrote.
    pub(crate) fn read(mut text: &str) -> Result<Self, Unreadable> {
        let mut record = Self::new();
        while !text.is_empty() {
            if let Some(rest) = text.strip_prefix('-') {
                record.0.push(None);
                text = rest;
                continue;
            }
            let (length, rest) = text.split_once(':').ok_or(Unreadable::NoRecord)?;
            let length: usize = length.parse().map_err(|_| Unreadable::NoRecord)?;
            let (field, rest) = rest.split_at_checked(length).ok_or(Unreadable::NoRecord)?;
            record.0.push(Some(field.to_owned()));
            text = rest;
        }
        Ok(record)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_record_reads_back(fields in prop::collection::vec(prop::option::of(".*"), 0..8)) {
            let record = Record(fields);
            prop_assert_eq!(Record::read(&record.write()), Ok(record));
        }

        #[test]
        fn whatever_is_read_never_panics(text in ".*") {
            let _ = Record::read(&text);
        }
    }

    #[test]
    fn what_was_cut_is_not_read() {
        assert_eq!(Record::read("3:ab"), Err(Unreadable::NoRecord));
        assert_eq!(Record::read("3"), Err(Unreadable::NoRecord));
        assert_eq!(Record::read("1:汉"), Err(Unreadable::NoRecord));
    }

    #[test]
    fn a_missing_field_reads_as_none() {
        let mut record = Record::new().with(7).with_option(None::<i64>);
        assert_eq!(
            (record.number(0), record.number(1), record.take(9)),
            (Some(7), None, None)
        );
        assert_eq!(record.text(1), Err(Unreadable::Field(1)));
    }
}
