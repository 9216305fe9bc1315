//! What is wrong with a document, told to the person who wrote it.

use std::fmt;
use thiserror::Error;

/// Why a document cannot be published.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}{message}", Place { line: *line, field })]
pub struct Mistake {
    /// The line of the document, counted from 1; none when no one line is to blame.
    pub line: Option<usize>,
    /// The way to the field, such as `rule[3].pattern` with items counted from 0; empty when the text could not be parsed.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

/// What can be published and is probably not what was meant. They sort by line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// The line of the document, counted from 1.
    pub line: Option<usize>,
    /// The way to the field, as in [`Mistake::field`].
    pub field: String,
    /// What will not work and why.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}{}",
            Place {
                line: self.line,
                field: &self.field
            },
            self.message
        )
    }
}

/// The beginning of a line of output: `playbook:41: rule[3].pattern: `.
struct Place<'m> {
    line: Option<usize>,
    field: &'m str,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("playbook:")?;
        if let Some(line) = self.line {
            write!(f, "{line}:")?;
        }
        if !self.field.is_empty() {
            write!(f, " {}:", self.field)?;
        }
        f.write_str(" ")
    }
}

/// A mistake on its way up, in a box: it is rare, and every `?` would carry its bytes.
pub(crate) type Refusal = Box<Mistake>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_names_line_and_field() {
        let mistake = Mistake {
            line: Some(41),
            field: "rule[3].pattern".into(),
            message: "unclosed group".into(),
        };
        assert_eq!(
            mistake.to_string(),
            "playbook:41: rule[3].pattern: unclosed group"
        );
    }

    #[test]
    fn a_mistake_of_syntax_has_a_line_only() {
        let mistake = Mistake {
            line: Some(2),
            field: String::new(),
            message: "duplicate key".into(),
        };
        assert_eq!(mistake.to_string(), "playbook:2: duplicate key");
    }
}
