//! A list of questions as a menu: its categories, numbered, and the questions of each, numbered.

use super::compile::{Frame, duration_of, fits};
use super::{Entry, Hits, Level, Menu, Then};
use crate::action::Action;
use crate::command::Commands;
use crate::faq::Helped;
use crate::mistake::Refusal;
use crate::named::Named;
use crate::reply::{self, Setting};
use crate::source::{Node, Table};

/// The fields of an `[[faq]]`.
pub(crate) const FAQ_FIELDS: [&str; 7] = [
    "name",
    "keywords",
    "text",
    "footer",
    "expires_after",
    "helped",
    "category",
];

const CATEGORY_FIELDS: [&str; 3] = ["name", "text", "item"];

const ITEM_FIELDS: [&str; 3] = ["name", "question", "answer"];

/// Characters of a name, as for all others; it is part of the hit.
const MAX_NAME_CHARS: usize = 64;

impl Menu {
    /// Compiles an `[[faq]]`.
    pub(crate) fn of_faq(
        name: &str,
        table: &Table<'_>,
        commands: &Commands,
    ) -> Result<Self, Refusal> {
        let expires_after = duration_of(table)?;
        let frame = Frame::new(table, commands)?;
        let helped = Helped::compile(table, commands)?;
        let hit = format!("faq:{name}");
        let mut categories = Branch::new(commands);
        for node in table.required("category")?.list()? {
            let table = node.table(&CATEGORY_FIELDS)?;
            let at = table.required("name")?;
            let name = categories.name(at)?;
            let hit = format!("{hit}/{name}");
            let mut items = Branch::new(commands);
            for node in table.required("item")?.list()? {
                let table = node.table(&ITEM_FIELDS)?;
                let at = table.required("question")?;
                let question = at.filled("question")?.trim();
                let name = items.name(table.get("name").unwrap_or(at))?;
                let hit = format!("{hit}/{name}");
                let reply = reply::compile(table.required("answer")?, &Setting::message())?;
                let action = Action::Faq(Box::new(helped.faq(reply, &hit)));
                let hits = Some(Box::new(Hits {
                    solved: format!("{hit}/solved"),
                    unsolved: format!("{hit}/unsolved"),
                }));
                items.add(question, at, Then::Act { hit, action, hits })?;
            }
            let heading = table.get("text").unwrap_or(at);
            let level = items.level(heading, &frame, hit, 1)?;
            categories.add(name, at, Then::Open(level))?;
        }
        let heading = table.required("text")?;
        let root = categories.level(heading, &frame, hit, 0)?;
        Self::with_root(name, table, expires_after, root, Some(helped))
    }
}

/// A level on its way.
struct Branch<'c> {
    commands: &'c Commands,
    names: Named<()>,
    lines: String,
    entries: Vec<Entry>,
}

impl<'c> Branch<'c> {
    fn new(commands: &'c Commands) -> Self {
        Self {
            commands,
            names: Named::default(),
            lines: String::new(),
            entries: Vec::new(),
        }
    }

    /// The name of an entry, under which it is counted.
    fn name<'n>(&mut self, node: &'n Node) -> Result<&'n str, Refusal> {
        let name = node.filled("name")?.trim();
        let length = name.chars().count();
        if length > MAX_NAME_CHARS {
            let message = format!(
                "what an entry is counted under has at most {MAX_NAME_CHARS} characters, this has {length}: give it a short `name`"
            );
            return Err(node.refuse(&message));
        }
        if name.contains('/') || name.chars().any(char::is_control) {
            let message = "what an entry is counted under has no `/` and no line breaks: give it a short `name`";
            return Err(node.refuse(message));
        }
        if !self.names.add(name, ()) {
            return Err(node.refuse(&format!("\"{name}\" is here already")));
        }
        Ok(name)
    }

    fn add(&mut self, label: &str, at: &Node, then: Then) -> Result<(), Refusal> {
        let key = self.entries.len().saturating_add(1).to_string();
        if let Some(command) = self.commands.by_key(&key) {
            let message = format!(
                "this would be number {key}, which is a word of commands.{}",
                command.field()
            );
            return Err(at.refuse(&message));
        }
        if !self.lines.is_empty() {
            self.lines.push('\n');
        }
        self.lines.push_str(&key);
        self.lines.push(' ');
        self.lines.push_str(label);
        self.entries.push(Entry { key, then });
        Ok(())
    }

    fn level(
        self,
        heading: &Node,
        frame: &Frame,
        hit: String,
        depth: usize,
    ) -> Result<Level, Refusal> {
        if self.entries.is_empty() {
            return Err(heading.refuse("there is nothing to choose from below this"));
        }
        let text = frame.text(heading.filled("heading")?.trim(), &self.lines, depth);
        fits(&text, heading)?;
        Ok(Level {
            hit,
            text,
            entries: self.entries,
        })
    }
}
