//! Checking a menu at publishing and writing out what each level shows.

use super::{Entry, Level, Menu, Then};
use crate::action::{self, Action, Names};
use crate::command::Commands;
use crate::duration;
use crate::faq::Helped;
use crate::mistake::Refusal;
use crate::reply::Setting;
use crate::source::{Node, Table};
use crate::text::normalise;
use std::ops::RangeInclusive;
use std::time::Duration;
use wechat::reply::MAX_TEXT_BYTES;

const EXPIRES_AFTER: Duration = Duration::from_secs(600);

/// Beyond the two days of a fan's window nobody remembers what a bare `1` would answer.
const EXPIRIES: RangeInclusive<Duration> = Duration::from_secs(10)..=Duration::from_secs(48 * 3600);

const BACK: &str = "返回上级";
const HOME: &str = "返回首页";
const RESTART: &str = "菜单已更新，请重新选择。";

/// The fields of a `[[menu]]`.
pub(crate) const FIELDS: [&str; 9] = [
    "name",
    "keywords",
    "text",
    "footer",
    "back",
    "home",
    "restart",
    "expires_after",
    "entry",
];

const ENTRY_FIELDS: [&str; 8] = [
    "key", "label", "reply", "menu", "intent", "handover", "text", "entry",
];

impl Menu {
    pub(crate) fn compile(
        name: &str,
        table: &Table<'_>,
        commands: &Commands,
        names: &mut Names,
    ) -> Result<Self, Refusal> {
        let expires_after = duration_of(table)?;
        let frame = Frame::new(table, commands)?;
        let heading = table.required("text")?;
        let hit = format!("menu:{name}");
        let root = Workshop {
            frame: &frame,
            commands,
            names,
        }
        .level(table, heading, &hit, 0)?;
        Self::with_root(name, table, expires_after, root, None)
    }

    /// A menu whose levels are compiled.
    pub(super) fn with_root(
        name: &str,
        table: &Table<'_>,
        expires_after: Duration,
        root: Level,
        helped: Option<Helped>,
    ) -> Result<Self, Refusal> {
        let own = table.get("restart");
        let sentence = own.map_or(Ok(RESTART), Node::text)?;
        let restart = format!("{sentence}\n\n{}", root.text);
        fits(&restart, own.or(table.get("text")).unwrap_or(table.node))?;
        Ok(Self {
            name: name.to_owned(),
            expires_after,
            root,
            restart,
            helped: helped.map(|helped| {
                let thanks = Action::Reply(helped.thanks.clone());
                (helped, thanks)
            }),
        })
    }
}

/// How long a fan stays in a menu.
pub(super) fn duration_of(table: &Table<'_>) -> Result<Duration, Refusal> {
    duration::read(table.get("expires_after"), EXPIRES_AFTER, &EXPIRIES)
}

/// What is around the entries of every level.
pub(super) struct Frame {
    back: String,
    home: String,
    footer: String,
}

impl Frame {
    pub(super) fn new(table: &Table<'_>, commands: &Commands) -> Result<Self, Refusal> {
        let hint = |field: &str, word: Option<&str>, what: &str| -> Result<String, Refusal> {
            let own = table.text(field)?;
            let shown =
                word.map(|word| own.map_or_else(|| format!("{word} {what}"), str::to_owned));
            Ok(shown.unwrap_or_default())
        };
        Ok(Self {
            back: hint("back", commands.back_word(), BACK)?,
            home: hint("home", commands.home_word(), HOME)?,
            footer: table.text("footer")?.unwrap_or_default().to_owned(),
        })
    }

    /// The text of a level: heading, entries, and what is below them, each after an empty line. On the first level
    /// there is nowhere to go back to, and from the second the way back is the way to the first.
    pub(super) fn text(&self, heading: &str, entries: &str, depth: usize) -> String {
        let mut text = format!("{heading}\n\n{entries}");
        let mut gap = "\n\n";
        for (line, from) in [(&self.back, 1), (&self.home, 2), (&self.footer, 0)] {
            if depth >= from && !line.is_empty() {
                text.push_str(gap);
                text.push_str(line);
                gap = "\n";
            }
        }
        text
    }
}

struct Workshop<'c> {
    frame: &'c Frame,
    commands: &'c Commands,
    names: &'c mut Names,
}

impl Workshop<'_> {
    /// Compiles the level whose entries a table has.
    fn level(
        &mut self,
        table: &Table<'_>,
        heading: &Node,
        hit: &str,
        depth: usize,
    ) -> Result<Level, Refusal> {
        let nodes = table.list("entry")?;
        if nodes.is_empty() {
            return Err(table
                .node
                .refuse("a menu needs at least one [[menu.entry]]"));
        }
        let mut lines = String::new();
        let mut entries: Vec<Entry> = Vec::new();
        for node in nodes {
            let table = node.table(&ENTRY_FIELDS)?;
            let key = self.key(&table)?;
            if entries.iter().any(|other| other.key == key) {
                return Err(table
                    .required("key")?
                    .refuse(&format!("key \"{key}\" is on this level already")));
            }
            let label = table.required("label")?;
            if !lines.is_empty() {
                lines.push('\n');
            }
            lines.push_str(table.required("key")?.text()?.trim());
            lines.push(' ');
            lines.push_str(label.filled("label")?.trim());
            let then = self.then(&table, label, &format!("{hit}/{key}"), depth)?;
            entries.push(Entry { key, then });
        }
        let text = self
            .frame
            .text(heading.filled("heading")?.trim(), &lines, depth);
        fits(&text, heading)?;
        Ok(Level {
            hit: hit.to_owned(),
            text,
            entries,
        })
    }

    fn then(
        &mut self,
        table: &Table<'_>,
        label: &Node,
        hit: &str,
        depth: usize,
    ) -> Result<Then, Refusal> {
        let heading = table.get("text");
        if !table.list("entry")?.is_empty() {
            if action::given(table) {
                return Err(table
                    .node
                    .refuse("an entry either has entries of its own or an action, not both"));
            }
            let level = self.level(
                table,
                heading.unwrap_or(label),
                hit,
                depth.saturating_add(1),
            )?;
            return Ok(Then::Open(level));
        }
        if let Some(heading) = heading {
            let message = "text is the heading of entries, and there are none; write reply = { text = \"…\" }";
            return Err(heading.refuse(message));
        }
        let action = action::compile(table, &Setting::message(), self.names)?;
        Ok(Then::Act {
            hit: hit.to_owned(),
            action,
            hits: None,
        })
    }

    fn key(&self, table: &Table<'_>) -> Result<String, Refusal> {
        let node = table.required("key")?;
        let key = normalise(node.filled("key")?);
        if let Some(command) = self.commands.by_key(&key) {
            let message = format!(
                "key \"{key}\" is a word of commands.{}, which goes first",
                command.field()
            );
            return Err(node.refuse(&message));
        }
        Ok(key)
    }
}

pub(super) fn fits(text: &str, at: &Node) -> Result<(), Refusal> {
    if text.len() > MAX_TEXT_BYTES {
        let message = format!(
            "with its entries this has {} bytes, and WeChat takes {MAX_TEXT_BYTES}",
            text.len()
        );
        return Err(at.refuse(&message));
    }
    Ok(())
}
