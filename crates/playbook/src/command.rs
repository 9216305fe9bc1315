//! Command words, which go before everything else.

use crate::mistake::Refusal;
use crate::named::Named;
use crate::source::{Node, Table};
use crate::text::{Text, normalise};

/// What a fan can ask for from anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// A person.
    Human,
    /// One level up. Means something inside a text menu only.
    Back,
    /// The first level. Means something inside a text menu only.
    Home,
    /// No more pushes.
    Stop,
}

impl Command {
    /// The field of `[commands]` that has its words.
    pub(crate) fn field(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Back => "back",
            Self::Home => "home",
            Self::Stop => "stop",
        }
    }

    fn default_words(self) -> &'static [&'static str] {
        match self {
            Self::Human => &["人工", "转人工", "人工客服"],
            Self::Back => &["0"],
            Self::Home => &["#"],
            Self::Stop => &["TD", "退订"],
        }
    }
}

/// The words of each command.
#[derive(Debug, Default)]
pub(crate) struct Commands {
    words: Named<Command>,
    /// As they are shown in a menu: the first word of each, as it is written.
    back: Option<String>,
    home: Option<String>,
}

impl Commands {
    /// Reads `[commands]`, a field of the document.
    pub(crate) fn compile(document: &Table<'_>) -> Result<Self, Refusal> {
        let given = match document.get("commands") {
            Some(node) => Some(node.table(&["human", "back", "home", "stop"])?),
            None => None,
        };
        let mut commands = Self::default();
        for command in [Command::Human, Command::Back, Command::Home, Command::Stop] {
            let own = given.and_then(|table| table.get(command.field()));
            let first = match own {
                Some(words) => commands.add_written(command, words.list()?)?,
                None => commands
                    .add_default(command, given.map_or(document.node, |table| table.node))?,
            };
            match command {
                Command::Back => commands.back = first,
                Command::Home => commands.home = first,
                Command::Human | Command::Stop => {}
            }
        }
        Ok(commands)
    }

    fn add_written(&mut self, command: Command, words: &[Node]) -> Result<Option<String>, Refusal> {
        for node in words {
            self.add(command, node.text()?, node)?;
        }
        words
            .first()
            .map(|node| node.text().map(str::to_owned))
            .transpose()
    }

    fn add_default(&mut self, command: Command, at: &Node) -> Result<Option<String>, Refusal> {
        for word in command.default_words() {
            self.add(command, word, at)?;
        }
        Ok(command
            .default_words()
            .first()
            .map(|word| (*word).to_owned()))
    }

    fn add(&mut self, command: Command, word: &str, at: &Node) -> Result<(), Refusal> {
        let key = normalise(word);
        if key.is_empty() {
            return Err(at.refuse("this word is empty"));
        }
        match self.by_key(&key) {
            Some(other) if other != command => {
                let (here, there) = (command.field(), other.field());
                Err(at.refuse(&format!(
                    "\"{word}\" cannot be a word of commands.{here}: it is one of commands.{there}"
                )))
            }
            _ => {
                self.words.add(&key, command);
                Ok(())
            }
        }
    }

    pub(crate) fn of(&self, text: &Text<'_>) -> Option<Command> {
        self.by_key(text.key())
    }

    pub(crate) fn by_key(&self, key: &str) -> Option<Command> {
        self.words.get(key).copied()
    }

    /// The command that a word gives wherever the fan is.
    pub(crate) fn anywhere(&self, key: &str) -> Option<Command> {
        self.by_key(key)
            .filter(|command| matches!(command, Command::Human | Command::Stop))
    }

    pub(crate) fn back_word(&self) -> Option<&str> {
        self.back.as_deref()
    }

    pub(crate) fn home_word(&self) -> Option<&str> {
        self.home.as_deref()
    }
}
