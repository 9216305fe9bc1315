//! What WeChat would refuse of a call, found before it is sent.

/// A call that WeChat would refuse: which field, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {defect}")]
pub struct InvalidCall {
    /// WeChat's name for it, such as `openid_list[3]`.
    pub field: String,
    /// What is wrong with it.
    pub defect: CallDefect,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallDefect {
    /// Not there, or empty.
    #[error("missing")]
    Missing,
    /// Too many bytes.
    #[error("{bytes} bytes, at most {limit} are allowed")]
    TooLong {
        /// Bytes found.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// Too few or too many entries.
    #[error("{count} entries, {least} to {most} are allowed")]
    Count {
        /// Entries found.
        count: usize,
        /// Entries needed.
        least: usize,
        /// Entries allowed.
        most: usize,
    },
    /// A number outside its range.
    #[error("{number}, {least} to {most} are allowed")]
    Range {
        /// The number.
        number: u64,
        /// The smallest allowed.
        least: u64,
        /// The largest allowed.
        most: u64,
    },
    /// Anything else, in words.
    #[error("{0}")]
    Not(&'static str),
}

impl CallDefect {
    pub(super) fn of(self, field: impl Into<String>) -> InvalidCall {
        InvalidCall {
            field: field.into(),
            defect: self,
        }
    }
}

/// A text that is there, of at most so many bytes.
pub(super) fn text(field: &str, text: &str, limit: usize) -> Result<(), InvalidCall> {
    match text.len() {
        0 => Err(CallDefect::Missing.of(field)),
        bytes if bytes > limit => Err(CallDefect::TooLong { bytes, limit }.of(field)),
        _ => Ok(()),
    }
}

/// A text that is there.
pub(super) fn filled(field: &str, given: &str) -> Result<(), InvalidCall> {
    text(field, given, usize::MAX)
}

/// A list of texts that are there.
pub(super) fn list<T: AsRef<str>>(
    field: &str,
    texts: &[T],
    least: usize,
    most: usize,
) -> Result<(), InvalidCall> {
    let count = texts.len();
    if count < least || count > most {
        return Err(CallDefect::Count { count, least, most }.of(field));
    }
    match texts.iter().position(|text| text.as_ref().is_empty()) {
        Some(place) => Err(CallDefect::Missing.of(format!("{field}[{place}]"))),
        None => Ok(()),
    }
}

/// A number in its range.
pub(super) fn range(field: &str, number: u64, least: u64, most: u64) -> Result<(), InvalidCall> {
    if (least..=most).contains(&number) {
        Ok(())
    } else {
        Err(CallDefect::Range {
            number,
            least,
            most,
        }
        .of(field))
    }
}

/// The texts of a list, for JSON.
pub(super) fn texts<T: AsRef<str>>(list: &[T]) -> Vec<&str> {
    list.iter().map(AsRef::as_ref).collect()
}
