//! Text menus: a fan types a key and sees the next level.
//!
//! A [`Place`] is the name of a menu and the keys that led there. Where a word leads from a place is a function of the
//! playbook alone: nothing is kept here. A place outlives the playbook it was made with, so its menu or its entry may
//! be gone; then the fan starts again.
//!
//! An entry that answers is a place too. There, *back* shows the level that it is an entry of, and the keys of that
//! level go on working, so that a fan can look at one answer after another.

mod compile;
mod faq;
mod reach;

pub(crate) use compile::FIELDS;
pub(crate) use faq::FAQ_FIELDS;
pub(crate) use reach::check_reach;

use crate::action::{Action, HAND_OVER};
use crate::command::Command;
use crate::faq::{Helped, choice_id};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Where a fan stands in a text menu. It is stored with the fan, so its form is kept from release to release.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The name of the menu.
    pub menu: String,
    /// The keys from its first level.
    pub path: Vec<String>,
}

/// A text menu.
#[derive(Clone, Debug)]
pub struct Menu {
    name: String,
    expires_after: Duration,
    root: Level,
    /// The first level with a sentence before it that says why it is shown.
    restart: String,
    /// For a list of questions: how it is asked whether an answer helped, and the thanks.
    helped: Option<(Helped, Action)>,
}

/// Entries to choose from.
#[derive(Clone, Debug)]
struct Level {
    /// What counts its hits: `menu:main/1`.
    hit: String,
    /// All that the fan sees.
    text: String,
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    /// As texts are when they are compared.
    key: String,
    then: Then,
}

#[derive(Clone, Debug)]
enum Then {
    Act {
        hit: String,
        action: Action,
        /// For a question.
        hits: Option<Box<Hits>>,
    },
    Open(Level),
}

/// What counts how often an answer helped, and how often it did not.
#[derive(Clone, Debug)]
struct Hits {
    solved: String,
    unsolved: String,
}

/// A level of a menu, to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View<'p> {
    /// Where the fan stands now.
    pub place: Place,
    /// What the fan sees; at most 2048 bytes.
    pub text: &'p str,
    /// What counts its hits, such as `menu:main/1`; it stays the same from version to version.
    pub hit: &'p str,
}

/// Where a word leads from a place in a menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<'p> {
    /// To a level.
    Show(View<'p>),
    /// To an answer.
    Act {
        /// Where the fan stands now.
        place: Place,
        /// What counts its hits, such as `menu:main/1/2`.
        hit: &'p str,
        /// What to do.
        action: &'p Action,
    },
    /// Back to the first level, since this entry is in the playbook no more; the text says so.
    Restart(View<'p>),
    /// Nowhere: the menu has no such key here. The word may mean something elsewhere, and the fan stays in the menu.
    Elsewhere,
    /// Nowhere, and the menu is in the playbook no more.
    Gone,
}

impl Menu {
    /// How long a fan stays in the menu after the last step.
    #[must_use]
    pub fn expires_after(&self) -> Duration {
        self.expires_after
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn open(&self) -> View<'_> {
        self.view(&self.root, &[])
    }

    /// Where a normalised word leads from a path.
    pub(crate) fn step(&self, path: &[String], word: &str, command: Option<Command>) -> Step<'_> {
        let Some((level, above)) = self.locate(path) else {
            return Step::Restart(View {
                text: &self.restart,
                ..self.open()
            });
        };
        match command {
            Some(Command::Home) => Step::Show(self.open()),
            Some(Command::Back) => {
                // One that answers is below the level that it is an entry of.
                let target = if above.len() < path.len() {
                    above
                } else {
                    parent(above)
                };
                self.locate(target).map_or_else(
                    || Step::Show(self.open()),
                    |(level, at)| Step::Show(self.view(level, at)),
                )
            }
            Some(Command::Human | Command::Stop) => Step::Elsewhere,
            None => match level.entries.iter().find(|entry| entry.key == word) {
                None => match self
                    .helped
                    .as_ref()
                    .and_then(|(helped, _)| helped.heard(word))
                {
                    Some(helped) if above.len() < path.len() => {
                        self.helped(path, helped).unwrap_or(Step::Elsewhere)
                    }
                    _ => Step::Elsewhere,
                },
                Some(Entry { key, then }) => {
                    let path = [above, std::slice::from_ref(key)].concat();
                    match then {
                        Then::Open(level) => Step::Show(self.view(level, &path)),
                        Then::Act { hit, action, .. } => Step::Act {
                            place: Place {
                                menu: self.name.clone(),
                                path,
                            },
                            hit,
                            action,
                        },
                    }
                }
            },
        }
    }

    /// What it leads to that the answer at a path helped, or did not.
    pub(crate) fn helped(&self, path: &[String], helped: bool) -> Option<Step<'_>> {
        let (_, thanks) = self.helped.as_ref()?;
        let (key, above) = path.split_last()?;
        let (level, _) = self.locate(above)?;
        let entry = level.entries.iter().find(|entry| entry.key == *key)?;
        let Then::Act { hits, .. } = &entry.then else {
            return None;
        };
        let hits = hits.as_ref()?;
        Some(Step::Act {
            place: Place {
                menu: self.name.clone(),
                path: path.to_vec(),
            },
            hit: if helped { &hits.solved } else { &hits.unsolved },
            action: if helped { thanks } else { &HAND_OVER },
        })
    }

    /// The ids of the buttons below each answer, with its path and whether it helped.
    pub(crate) fn buttons(&self) -> Vec<(String, Vec<String>, bool)> {
        let mut all = Vec::new();
        if self.helped.is_none() {
            return all;
        }
        for category in &self.root.entries {
            let Then::Open(level) = &category.then else {
                continue;
            };
            for item in &level.entries {
                if let Then::Act { hit, .. } = &item.then {
                    let path = vec![category.key.clone(), item.key.clone()];
                    all.push((choice_id(hit, true), path.clone(), true));
                    all.push((choice_id(hit, false), path, false));
                }
            }
        }
        all
    }

    fn view<'m>(&self, level: &'m Level, path: &[String]) -> View<'m> {
        View {
            place: Place {
                menu: self.name.clone(),
                path: path.to_vec(),
            },
            text: &level.text,
            hit: &level.hit,
        }
    }

    /// The level that a path leads to, or whose entry it leads to, and the path of that level.
    fn locate<'k>(&self, path: &'k [String]) -> Option<(&Level, &'k [String])> {
        let mut level = &self.root;
        for (depth, key) in path.iter().enumerate() {
            let entry = level.entries.iter().find(|entry| entry.key == *key)?;
            match &entry.then {
                Then::Open(next) => level = next,
                Then::Act { .. } if depth.saturating_add(1) == path.len() => {
                    return Some((level, parent(path)));
                }
                Then::Act { .. } => return None,
            }
        }
        Some((level, path))
    }

    /// Every action in the menu.
    pub(crate) fn actions(&self) -> Vec<&Action> {
        fn collect<'m>(level: &'m Level, into: &mut Vec<&'m Action>) {
            for entry in &level.entries {
                match &entry.then {
                    Then::Act { action, .. } => into.push(action),
                    Then::Open(level) => collect(level, into),
                }
            }
        }
        let mut all = Vec::new();
        collect(&self.root, &mut all);
        all
    }
}

fn parent(path: &[String]) -> &[String] {
    path.split_last().map_or(&[], |(_, above)| above)
}

#[cfg(test)]
mod tests;
