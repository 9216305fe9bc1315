//! The compiled playbook and the questions that it answers.

use crate::action::Action;
use crate::alerts::Alerts;
use crate::captures::Captures;
use crate::choices;
use crate::command::{Command, Commands};
use crate::compile::compile;
use crate::forward::Forward;
use crate::handover::Handover;
use crate::hours::Hours;
use crate::identity::Identity;
use crate::intent::Intent;
use crate::matcher::{Effort, Matcher};
use crate::menu::{Menu, Place, Step, View};
use crate::mistake::{Mistake, Warning};
use crate::named::Named;
use crate::needs::{self, Need};
use crate::reply::Reply;
use crate::source::{self, Format};
use crate::text::Text;
use crate::welcome::Welcome;
use std::collections::BinaryHeap;
use wechat::account::Account;

/// Bytes of a document. A shard keeps it in one value of its SQLite, and such a value ends at 2 MB.
pub const MAX_DOCUMENT_BYTES: usize = 1024 * 1024;

/// What the account answers, compiled from a document and never changed.
#[derive(Debug)]
pub struct Playbook {
    pub(crate) default: Action,
    pub(crate) default_outside_hours: Option<Action>,
    pub(crate) commands: Commands,
    pub(crate) handover: Handover,
    pub(crate) hours: Option<Hours>,
    pub(crate) outside_hours: Option<Reply>,
    pub(crate) stop: Reply,
    pub(crate) welcome: Welcome,
    pub(crate) clicks: Named<Action>,
    pub(crate) menus: Named<Menu>,
    pub(crate) intents: Named<Intent>,
    pub(crate) identity: Option<Identity>,
    /// What the buttons below answers of lists of questions say, by their ids.
    pub(crate) buttons: Named<Button>,
    pub(crate) alerts: Alerts,
    pub(crate) forward: Option<Forward>,
    pub(crate) matcher: Matcher,
    /// For the times outside of opening hours, if anything is different then.
    pub(crate) closed: Option<Matcher>,
    /// What the matchers' triggers lead to, by their numbers.
    pub(crate) targets: Vec<Target>,
}

/// A button that says whether an answer helped.
#[derive(Debug)]
pub(crate) struct Button {
    pub(crate) menu: String,
    pub(crate) path: Vec<String>,
    pub(crate) helped: bool,
}

/// An answer that a text can lead to.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) hit: String,
    pub(crate) action: Action,
}

/// A playbook and what its author should know about it.
#[derive(Debug)]
pub struct Parsed {
    /// Ready to use.
    pub playbook: Playbook,
    /// What is probably not meant so, in the order of the document.
    pub warnings: Vec<Warning>,
    /// What it needs that not every account may do.
    pub needs: Vec<Need>,
}

impl Parsed {
    /// The first thing in the document that this account may not do.
    #[must_use]
    pub fn refused_by(&self, account: Account) -> Option<Mistake> {
        let mistakes = self.needs.iter().filter_map(|need| need.mistake(account));
        mistakes.min_by_key(|mistake| mistake.line)
    }
}

/// What a text means outside of menus and campaigns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<'p> {
    /// A command that is heard everywhere: [`Command::Human`] or [`Command::Stop`].
    Command(Command),
    /// An answer.
    Match(Match<'p>),
    /// None of the playbook's words; what is left is knowledge, and then [`Playbook::default`].
    Nothing,
}

/// The answer to a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match<'p> {
    /// What counts its hits: `rule:logistics`, `rule[3]` for one without a name, `menu:main`, `intent:logistics`,
    /// `identity:bind`.
    ///
    /// A name keeps its counts when rules are moved; a number, from 0, does not.
    pub hit: &'p str,
    /// What to do.
    pub action: &'p Action,
    /// What of the text to fill into replies.
    pub captures: Captures,
}

impl Playbook {
    /// Compiles a document.
    ///
    /// # Errors
    /// The first mistake, with its line.
    pub fn parse(document: &str, format: Format) -> Result<Parsed, Mistake> {
        if document.len() > MAX_DOCUMENT_BYTES {
            let message = format!(
                "the document has {} bytes, at most {MAX_DOCUMENT_BYTES} are allowed",
                document.len()
            );
            return Err(Mistake {
                line: None,
                field: String::new(),
                message,
            });
        }
        Self::parse_unbounded(document, format)
    }

    /// Compiles a document however long it is: for measuring how costs grow beyond what a shard could keep. What is to be
    /// published goes through [`Playbook::parse`].
    ///
    /// # Errors
    /// The first mistake, with its line.
    pub fn parse_unbounded(document: &str, format: Format) -> Result<Parsed, Mistake> {
        let compiled = source::read(document, format).and_then(|tree| {
            let (playbook, mut warnings) = compile(&tree)?;
            warnings.extend(choices::warnings(&tree, &playbook));
            Ok((playbook, warnings, needs::of(&tree)))
        });
        let (playbook, warnings, needs) = compiled.map_err(|mistake| *mistake)?;
        Ok(Parsed {
            playbook,
            needs,
            warnings: BinaryHeap::from(warnings).into_sorted_vec(),
        })
    }

    /// The command that a text gives, if it is one. Asked first: commands go before everything.
    #[must_use]
    pub fn command(&self, text: &Text<'_>) -> Option<Command> {
        self.commands.of(text)
    }

    /// What a text means outside of menus and campaigns: a command, an exact word, then prefixes, contained words and
    /// patterns by priority.
    ///
    /// At equal priority intents go before rules: a rule that explains how to ask stands beside the intent that is
    /// asked, and contains its words.
    ///
    /// This is what it means while the account is open; see [`Playbook::find_when`].
    #[must_use]
    pub fn find<'p>(&'p self, text: &Text<'_>) -> Found<'p> {
        self.find_when(text, true)
    }

    /// Whether the account is open at a moment in Unix milliseconds. One without opening hours always is.
    #[must_use]
    pub fn is_open(&self, at: i64) -> bool {
        self.hours.as_ref().is_none_or(|hours| hours.is_open(at))
    }

    /// What a text means while the account is open, or while it is closed.
    #[must_use]
    pub fn find_when<'p>(&'p self, text: &Text<'_>, open: bool) -> Found<'p> {
        if let Some(command) = self.commands.anywhere(text.key()) {
            return Found::Command(command);
        }
        let closed = self.closed.as_ref().filter(|_| !open);
        let matcher = closed.unwrap_or(&self.matcher);
        let found = matcher.find(text, &mut Effort::default());
        let target =
            found.and_then(|(number, captures)| Some((self.targets.get(number)?, captures)));
        target.map_or(Found::Nothing, |(Target { hit, action }, captures)| {
            Found::Match(Match {
                hit,
                action,
                captures,
            })
        })
    }

    /// What to do for a fan who follows, with the scene of the QR code if there was one. A scene that the playbook
    /// does not name is welcomed like a plain follow.
    #[must_use]
    pub fn welcome(&self, scene: Option<&str>) -> Option<&Action> {
        self.welcome_to(scene, &[]).map(|(action, _)| action)
    }

    /// The same for a fan with tags: a scene goes before a segment, and that before what everybody gets. With it, the tag of the
    /// segment, if it is one.
    #[must_use]
    pub fn welcome_to(
        &self,
        scene: Option<&str>,
        tags: &[String],
    ) -> Option<(&Action, Option<&str>)> {
        self.welcome.on_follow(scene, tags)
    }

    /// Whether [`Playbook::welcome_to`] looks at tags.
    #[must_use]
    pub fn welcomes_by_tag(&self) -> bool {
        self.welcome.has_segments()
    }

    /// What to do for a fan who follows already and scans a QR code.
    #[must_use]
    pub fn scan(&self, scene: &str) -> Option<&Action> {
        self.welcome.on_scan(scene)
    }

    /// What to do for a tap on the custom menu.
    #[must_use]
    pub fn click(&self, key: &str) -> Option<&Action> {
        self.clicks.get(key)
    }

    /// What to do for a text that nothing else answers.
    #[must_use]
    pub fn default(&self) -> &Action {
        &self.default
    }

    /// The same while the account is open, or while it is closed.
    #[must_use]
    pub fn default_when(&self, open: bool) -> &Action {
        let outside_hours = self.default_outside_hours.as_ref().filter(|_| !open);
        outside_hours.unwrap_or(&self.default)
    }

    /// Who takes over from the playbook, and what the fan is told meanwhile.
    #[must_use]
    pub fn handover(&self) -> &Handover {
        &self.handover
    }

    /// What a fan who wants a person is told outside of opening hours, in place of what [`Playbook::handover`] has; `None`
    /// while there are no hours.
    #[must_use]
    pub fn outside_hours(&self) -> Option<&Reply> {
        self.outside_hours.as_ref()
    }

    /// The answer to a fan who wants no more pushes.
    #[must_use]
    pub fn stop(&self) -> &Reply {
        &self.stop
    }

    /// When something counts as wrong, and whom to tell.
    #[must_use]
    pub fn alerts(&self) -> &Alerts {
        &self.alerts
    }

    /// Who gets copies of what comes in.
    #[must_use]
    pub fn forward(&self) -> Option<&Forward> {
        self.forward.as_ref()
    }

    /// The intent of this name.
    #[must_use]
    pub fn intent(&self, name: &str) -> Option<&Intent> {
        self.intents.get(name)
    }

    /// How fans are bound to customers of a business system, if they are.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// The text menu of this name.
    #[must_use]
    pub fn menu(&self, name: &str) -> Option<&Menu> {
        self.menus.get(name)
    }

    /// The first level of a text menu.
    #[must_use]
    pub fn open_menu(&self, name: &str) -> Option<View<'_>> {
        self.menu(name).map(Menu::open)
    }

    /// Where a tap on an entry of a message menu leads, by its `bizmsgmenuid`; `None` for those that only say a text. These are
    /// the buttons of [`Faq::ask`](crate::Faq::ask).
    #[must_use]
    pub fn tapped(&self, id: &str) -> Option<Step<'_>> {
        let button = self.buttons.get(id)?;
        self.menu(&button.menu)?.helped(&button.path, button.helped)
    }

    /// Where a text leads from a place in a menu. Commands that are heard everywhere lead elsewhere.
    #[must_use]
    pub fn step(&self, place: &Place, text: &Text<'_>) -> Step<'_> {
        match self.menu(&place.menu) {
            Some(menu) => menu.step(&place.path, text.key(), self.command(text)),
            None => Step::Gone,
        }
    }
}
