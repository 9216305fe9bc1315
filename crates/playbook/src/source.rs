//! From the text of a document to a tree of [`Node`]s, each of which knows its line and the way to it.
//!
//! TOML and JSON are read into the same tree, so that all that follows is written, tested and compiled into Wasm once,
//! and every mistake can be shown at the line where it was made, whatever the form. What compiles a part of a document
//! reads its fields from the tree: `serde`'s derived code for the same fields took some 50 KB more of gzipped Wasm.

mod compare;
mod json;
mod node;
mod toml;

pub(crate) use node::{Node, Table};

use crate::mistake::{Mistake, Refusal};

/// The form that a document is written in. Both have the same fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// TOML 1.1, what people write.
    Toml,
    /// JSON, what programs write.
    Json,
}

/// Levels of tables and lists in one another. A text menu takes two for each of its levels.
///
/// It bounds the recursion over a tree: the parsers have bounds of their own for TOML and none for JSON.
const MAX_DEPTH: usize = 64;

/// Reads the text. What the fields mean is not looked at.
pub(crate) fn read(document: &str, format: Format) -> Result<Node, Refusal> {
    match format {
        Format::Toml => toml::read(document),
        Format::Json => json::read(document),
    }
}

/// A text that is no document.
fn broken(line: usize, message: &str) -> Refusal {
    Box::new(Mistake {
        line: Some(line),
        field: String::new(),
        message: node::said(message),
    })
}

/// One level further down, as long as there is one.
fn below(depth: usize, line: usize) -> Result<usize, Refusal> {
    depth
        .checked_sub(1)
        .ok_or_else(|| broken(line, &format!("nested more than {MAX_DEPTH} levels deep")))
}

/// Finds the lines of byte offsets.
struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    fn of(document: &str) -> Self {
        let breaks = document
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n');
        Self {
            starts: breaks.map(|(at, _)| at.saturating_add(1)).collect(),
        }
    }

    /// The line, counted from 1, that holds the byte.
    fn at(&self, offset: usize) -> usize {
        self.starts
            .partition_point(|start| *start <= offset)
            .saturating_add(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_begins_after_its_break() {
        let lines = Lines::of("ab\n\nc");
        let found: Vec<usize> = (0..6).map(|offset| lines.at(offset)).collect();
        assert_eq!(found, [1, 1, 1, 2, 3, 3]);
    }
}
