//! Rust read as text: files, documentation, literals.

use std::path::{Path, PathBuf};

use syn::visit::Visit;
use syn::{Attribute, Expr, ExprLit, File, Lit, Meta};

/// Why the page cannot be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    /// A file cannot be read or written.
    #[error("{path}: {reason}")]
    File { path: String, reason: String },
    /// The code has a form that is not understood here.
    #[error("{place}: {what}")]
    Form { place: String, what: &'static str },
    /// The page has no place for a table.
    #[error("the page lacks `<!-- make docs: {0} -->` or the `<!-- end -->` after it")]
    Marker(String),
}

impl Problem {
    pub(crate) fn file(path: &Path, reason: &dyn std::fmt::Display) -> Self {
        Self::File {
            path: path.display().to_string(),
            reason: reason.to_string(),
        }
    }

    pub(crate) fn form(place: impl Into<String>, what: &'static str) -> Self {
        Self::Form {
            place: place.into(),
            what,
        }
    }
}

/// A file as text.
pub(crate) fn text(path: &Path) -> Result<String, Problem> {
    std::fs::read_to_string(path).map_err(|error| Problem::file(path, &error))
}

/// A file as Rust.
pub(crate) fn rust(path: &Path) -> Result<File, Problem> {
    syn::parse_file(&text(path)?).map_err(|error| Problem::file(path, &error))
}

/// All Rust files below a folder, in the order of their names.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(folder).map_err(|error| Problem::file(folder, &error))?;
    for entry in entries {
        let path = entry.map_err(|error| Problem::file(folder, &error))?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The documentation of an item, its lines without the space before them.
pub(crate) fn docs(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| {
        let Meta::NameValue(pair) = &attribute.meta else {
            return None;
        };
        let Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) = &pair.value
        else {
            return None;
        };
        let line = text.value();
        pair.path
            .is_ident("doc")
            .then(|| line.strip_prefix(' ').unwrap_or(&line).to_owned())
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The paragraphs of a documentation, each on one line, up to its first heading or example.
pub(crate) fn paragraphs(docs: &str) -> Vec<String> {
    docs.split("\n\n")
        .take_while(|paragraph| !paragraph.starts_with('#') && !paragraph.starts_with("```"))
        .map(|paragraph| {
            without_links(&paragraph.replace('\n', " "))
                .trim()
                .to_owned()
        })
        .collect()
}

/// ``[`name`](target)`` and ``[`name`]`` as `` `name` ``: the links lead nowhere on a page.
fn without_links(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("[`") {
        plain.push_str(before);
        let Some((name, after)) = after.split_once("`]") else {
            plain.push_str("[`");
            rest = after;
            continue;
        };
        plain.extend(["`", name, "`"]);
        rest = match after
            .strip_prefix('(')
            .and_then(|target| target.split_once(')'))
        {
            Some((_, after)) => after,
            None => after,
        };
    }
    plain.push_str(rest);
    plain
}

/// All string literals in a piece of syntax, in order.
pub(crate) fn literals<'a>(walk: impl FnOnce(&mut Literals<'a>)) -> Vec<String> {
    let mut found = Literals::default();
    walk(&mut found);
    found.texts
}

/// Gathers string literals.
#[derive(Default)]
pub(crate) struct Literals<'a> {
    texts: Vec<String>,
    lifetime: std::marker::PhantomData<&'a ()>,
}

impl<'a> Visit<'a> for Literals<'a> {
    fn visit_lit_str(&mut self, literal: &'a syn::LitStr) {
        self.texts.push(literal.value());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_documentation_ends_at_its_example() {
        let docs = "One\nline.\n\nLimits: 5 a day of [`info`](super::info), see [`MAX`].\n\n```\ncode\n```\n\n# Errors\nNone.";
        assert_eq!(
            paragraphs(docs),
            ["One line.", "Limits: 5 a day of `info`, see `MAX`."]
        );
    }
}
