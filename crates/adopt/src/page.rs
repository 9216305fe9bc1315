//! A playbook in the making: TOML with comments.

use std::fmt::Write;

use fandesk_playbook::MAX_DOCUMENT_BYTES;

/// Bytes of rules; the rest of a document is left for what comes before and after them.
const MOST_RULES_BYTES: usize = MAX_DOCUMENT_BYTES - 256 * 1024;

/// Characters of somebody's text that a note quotes.
const QUOTED_CHARS: usize = 40;

const HEAD: &str = "\
# 由 make adopt 根据公众号现有的自动回复和菜单生成，尚未发布。请先通读并修改，再用 PUT /api/v1/playbook 发布。
# Made by `make adopt` from the account's own automatic answers and menu. Nothing is published yet: read it, change it,
# then publish it with PUT /api/v1/playbook. playbook.example.toml explains every field.
#
# 启用服务器配置后，公众平台自己的自动回复和菜单随即停用，所以请先发布，再启用。步骤见 docs/adoption.md。
# Turning the server URL on switches the account's own answers and menu off, so publish first. See docs/adoption.md.
#
# “注意”开头的注释是没有迁移或需要确认的内容。
# Comments that begin with 注意 are what was not carried over or needs a look.
";

/// A document in the making.
pub(crate) struct Page {
    text: String,
    left: Vec<String>,
}

/// A part of a document that is added whole or not at all.
#[derive(Default)]
pub(crate) struct Block {
    text: String,
    left: Vec<String>,
}

impl Page {
    pub(crate) fn new() -> Self {
        Self {
            text: HEAD.to_owned(),
            left: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, block: Block) {
        self.text.push('\n');
        self.text.push_str(&block.text);
        self.left.extend(block.left);
    }

    /// Adds a block if a document may still become so large.
    pub(crate) fn add_if_it_fits(&mut self, block: Block) -> bool {
        let fits = self.text.len().saturating_add(block.text.len()) < MOST_RULES_BYTES;
        if fits {
            self.add(block);
        }
        fits
    }

    pub(crate) fn finish(self) -> (String, Vec<String>) {
        (self.text, self.left)
    }
}

impl Block {
    /// A line of TOML.
    pub(crate) fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A line of TOML that waits in a comment until somebody completed it, or one that is ready.
    pub(crate) fn line_if(&mut self, ready: bool, line: &str) {
        if ready {
            self.line(line);
        } else {
            self.comment(line);
        }
    }

    /// A line that nobody reads but people.
    pub(crate) fn comment(&mut self, words: &str) {
        self.line(format!("# {}", one_line(words)).trim_end());
    }

    /// What was not carried over, or needs a look: here, and in the list that is shown. `place` says where it was.
    pub(crate) fn note(&mut self, place: &str, words: &str) {
        let (place, words) = (one_line(place), one_line(words));
        self.line(&format!("# 注意 {words}"));
        self.left.push(format!("{place}: {words}"));
    }

    pub(crate) fn notes(&mut self, place: &str, notes: &[String]) {
        notes.iter().for_each(|note| self.note(place, note));
    }
}

/// A basic string of TOML.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => {
                // Writing into a String cannot fail.
                let _ = write!(quoted, "\\u{:04X}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// The text as a template that stands for itself: braces mean nothing in WeChat's own answers.
pub(crate) fn literal(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

/// The beginning of somebody's text, for a note.
pub(crate) fn short(text: &str) -> String {
    let mut short: String = one_line(text).chars().take(QUOTED_CHARS).collect();
    if text.chars().nth(QUOTED_CHARS).is_some() {
        short.push('…');
    }
    short
}

/// The text without anything that would end a comment or hide in one.
fn one_line(text: &str) -> String {
    let visible = |character: char| {
        if character.is_control() {
            ' '
        } else {
            character
        }
    };
    text.chars().map(visible).collect()
}
