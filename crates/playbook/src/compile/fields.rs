//! Fields that several parts of a document have.

use crate::matcher::Word;
use crate::mistake::Refusal;
use crate::pattern::Pattern;
use crate::source::{Node, Table};
use crate::text::normalise;

/// Characters of a name. It is shown in reports and stored with every hit.
const MAX_NAME_CHARS: usize = 64;

/// Words that a text is compared with, as they are written and as they are compared.
pub(crate) fn words<'t>(table: &Table<'t>, field: &str) -> Result<Vec<Word<'t>>, Refusal> {
    let mut words = Vec::new();
    for node in table.list(field)? {
        let written = node.filled("word")?;
        let key = normalise(written);
        if key.is_empty() {
            return Err(node.refuse("this word is empty"));
        }
        words.push(Word { written, key, node });
    }
    Ok(words)
}

/// A pattern, and where it stands.
pub(crate) fn pattern<'t>(table: &Table<'t>) -> Result<Option<(Pattern, &'t Node)>, Refusal> {
    let Some(node) = table.get("pattern") else {
        return Ok(None);
    };
    let pattern = Pattern::new(node.text()?).map_err(|message| node.refuse(&message))?;
    Ok(Some((pattern, node)))
}

/// Who wins of several that match; 0 unless it is said.
pub(super) fn priority(table: &Table<'_>) -> Result<i32, Refusal> {
    let Some(node) = table.get("priority") else {
        return Ok(0);
    };
    i32::try_from(node.integer()?).map_err(|_| node.refuse("this number is too large"))
}

/// What a part is called: in reports, and by other parts.
pub(super) fn name(node: &Node) -> Result<&str, Refusal> {
    let name = node.filled("name")?;
    let length = name.chars().count();
    if length > MAX_NAME_CHARS {
        let message = format!("a name has at most {MAX_NAME_CHARS} characters, this one {length}");
        return Err(node.refuse(&message));
    }
    if name.chars().any(char::is_control) {
        return Err(node.refuse("a name has no control characters"));
    }
    Ok(name)
}

/// Another part has this name.
pub(super) fn taken(table: &Table<'_>, name: &str) -> Refusal {
    table
        .get("name")
        .unwrap_or(table.node)
        .refuse(&format!("\"{name}\" is here already"))
}
