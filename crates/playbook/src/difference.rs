//! What is different between two documents, for people: which rules, menus and other parts, and which lines.
//!
//! Parts are told apart by their names, so a rule that was moved or reworded is still the same one. Lines are told
//! apart as they are written, comments included. Neither looks at what the parts mean, so a document of an older release, or a draft
//! with a mistake, can be compared as well.

mod items;
mod lines;
mod rising;

use crate::mistake::Mistake;
use crate::source::{self, Format};

/// The difference between two documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Parts that are different, in the order of the new document, with those that are gone where they were; or why one of the
    /// documents cannot be read.
    pub changes: Result<Vec<Change>, Mistake>,
    /// Lines that are gone or new, with three around them.
    pub lines: Vec<Line>,
}

/// A part of a document that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The part, such as `rule "go"` or `handover`.
    pub item: String,
    /// What happened to it.
    pub kind: Kind,
    /// Its line in the old document, unless it is new.
    pub from_line: Option<usize>,
    /// Its line in the new document, unless it is gone.
    pub to_line: Option<usize>,
    /// For one that changed, its fields that did, such as `reply.text`.
    pub fields: Vec<String>,
}

/// What happened to a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It says something else.
    Changed,
    /// It stands before or behind others than it did, which decides between equals.
    Moved,
}

impl Kind {
    /// Its word in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Moved => "moved",
        }
    }
}

/// A line of either document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number in the old document, unless it is new.
    pub from: Option<usize>,
    /// Its number in the new document, unless it is gone.
    pub to: Option<usize>,
    /// The line.
    pub text: String,
}

/// Compares two documents.
#[must_use]
pub fn difference(old: (&str, Format), new: (&str, Format)) -> Difference {
    let trees =
        source::read(old.0, old.1).and_then(|old| source::read(new.0, new.1).map(|new| (old, new)));
    Difference {
        changes: trees
            .map(|(old, new)| items::changes(&old, &new))
            .map_err(|mistake| *mistake),
        lines: lines::changed(old.0, new.0),
    }
}
