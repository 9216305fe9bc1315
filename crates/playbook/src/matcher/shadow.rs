//! Warnings about what can never match, or costs time on every message.

use super::needles::Needles;
use super::{Trigger, Word, best_first};
use crate::command::Commands;
use crate::hours::During;
use crate::mistake::Warning;
use crate::named::Named;
use crate::source::Node;
use crate::text::{fold, is_bare_punctuation};

/// Looks through all triggers.
///
/// One that counts only while the account is open, or closed, stands only before those that count then; one that always
/// counts is dead when it is so at both times.
pub(crate) fn warnings(triggers: &[Trigger<'_>], commands: &Commands) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for trigger in triggers {
        warn_of_the_unwise(trigger, &mut warnings);
    }
    let open = dead(triggers, commands, During::Open);
    if triggers.iter().all(|trigger| trigger.during.is_none()) {
        warnings.extend(open.into_iter().map(|(_, warning)| warning));
        return warnings;
    }
    let closed = dead(triggers, commands, During::Closed);
    let mut at_both: Named<()> = Named::default();
    for (_, warning) in &closed {
        at_both.add(&warning.field, ());
    }
    for (during, warning) in open {
        if during.is_some() || at_both.has(&warning.field) {
            warnings.push(warning);
        }
    }
    for (during, warning) in closed {
        if during.is_some() {
            warnings.push(warning);
        }
    }
    warnings
}

/// What can never match at a time, with when it counts.
fn dead(
    triggers: &[Trigger<'_>],
    commands: &Commands,
    when: During,
) -> Vec<(Option<During>, Warning)> {
    let shadows = Shadows::new(triggers, commands, when);
    let mut all = Vec::new();
    for (rank, trigger) in shadows.ordered.iter().enumerate() {
        let mut warnings = Vec::new();
        shadows.warn(rank, trigger, &mut warnings);
        all.extend(
            warnings
                .into_iter()
                .map(|warning| (trigger.during, warning)),
        );
    }
    all
}

/// What stands before what.
struct Shadows<'t> {
    /// Best first.
    ordered: Vec<&'t Trigger<'t>>,
    commands: &'t Commands,
    /// The first to have an exact word.
    exact: Named<(usize, &'t Word<'t>)>,
    /// All words that stand for a prefix or a contained word.
    needles: Needles,
    casts: Vec<Casts<'t>>,
}

/// The best answers that a needle leads to.
#[derive(Clone, Copy)]
struct Casts<'t> {
    key: &'t str,
    prefix: Option<(usize, &'t Word<'t>)>,
    contains: Option<(usize, &'t Word<'t>)>,
}

/// How a word is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    Exact,
    Prefix,
    Contains,
}

impl<'t> Shadows<'t> {
    fn new(triggers: &'t [Trigger<'t>], commands: &'t Commands, when: During) -> Self {
        let ordered: Vec<&Trigger<'_>> = best_first(triggers)
            .into_iter()
            .filter_map(|number| triggers.get(number))
            .filter(|trigger| trigger.counts(when))
            .collect();
        let mut exact = Named::default();
        let mut casts: Named<Casts<'_>> = Named::default();
        for (rank, trigger) in ordered.iter().enumerate() {
            for word in &trigger.exact {
                exact.add(&word.key, (rank, word));
            }
            for (words, prefix) in [(&trigger.prefix, true), (&trigger.contains, false)] {
                for word in words {
                    casts.add(
                        &word.key,
                        Casts {
                            key: &word.key,
                            prefix: None,
                            contains: None,
                        },
                    );
                    if let Some(known) = casts.get_mut(&word.key) {
                        let first = if prefix {
                            &mut known.prefix
                        } else {
                            &mut known.contains
                        };
                        *first = first.or(Some((rank, word)));
                    }
                }
            }
        }
        let casts = casts.into_items();
        let words: Vec<&str> = casts.iter().map(|casts| casts.key).collect();
        Self {
            ordered,
            commands,
            exact,
            needles: Needles::new(&words),
            casts,
        }
    }

    /// One warning for a trigger that can never match, else one for each of its words that cannot.
    fn warn(&self, rank: usize, trigger: &Trigger<'_>, warnings: &mut Vec<Warning>) {
        let mut reachable = false;
        let mut dead: Vec<(&Node, String)> = Vec::new();
        let lists = [
            (&trigger.exact, Manner::Exact),
            (&trigger.prefix, Manner::Prefix),
            (&trigger.contains, Manner::Contains),
        ];
        for (words, manner) in lists {
            for word in words {
                match self.over(rank, word, manner) {
                    Some(why) => dead.push((word.node, why)),
                    None => reachable = true,
                }
            }
        }
        if let Some((pattern, node)) = &trigger.pattern {
            let literals = pattern.literals().unwrap_or_default();
            let over = literals
                .iter()
                .map(|literal| self.over_needle(rank, literal, Manner::Contains));
            // Each match has one of them, but any one will do.
            match over
                .collect::<Option<Vec<String>>>()
                .and_then(|mut all| all.pop())
            {
                Some(why) => dead.push((node, why)),
                None => reachable = true,
            }
        }
        let title = &trigger.title;
        match dead.first() {
            Some((_, why)) if !reachable => {
                warnings.push(trigger.node.warn(format!("{title} can never match: {why}")))
            }
            _ => {
                for (node, why) in dead {
                    let word = node.text().unwrap_or_default();
                    warnings.push(node.warn(format!("{title}: \"{word}\" can never match: {why}")));
                }
            }
        }
    }

    /// Why a word of a trigger can never match.
    fn over(&self, rank: usize, word: &Word<'_>, manner: Manner) -> Option<String> {
        if manner != Manner::Exact {
            return self.over_needle(rank, &word.key, manner);
        }
        if let Some(command) = self.commands.anywhere(&word.key) {
            return Some(format!(
                "\"{}\" is a word of commands.{}",
                word.written,
                command.field()
            ));
        }
        let (other, first) = self.exact.get(&word.key)?;
        (!std::ptr::eq(first.node, word.node)).then(|| self.why(rank, *other, first))
    }

    /// What better answer has every text that begins with the word, or that contains it.
    fn over_needle(&self, rank: usize, word: &str, manner: Manner) -> Option<String> {
        let mut over: Option<(usize, &Word<'_>)> = None;
        self.needles.each(word, |needle, span| {
            let Some(casts) = self.casts.get(needle) else {
                return;
            };
            let by_prefix = casts
                .prefix
                .filter(|_| manner == Manner::Prefix && span.start == 0);
            for found in casts.contains.into_iter().chain(by_prefix) {
                if found.0 < rank && over.is_none_or(|best| found.0 < best.0) {
                    over = Some(found);
                }
            }
        });
        over.map(|(other, word)| self.why(rank, other, word))
    }

    fn why(&self, rank: usize, other: usize, word: &Word<'_>) -> String {
        let priority = |rank: usize| self.ordered.get(rank).map(|trigger| trigger.priority);
        let how = if priority(other) > priority(rank) {
            "with higher priority"
        } else {
            "and comes first"
        };
        format!(
            "\"{}\" (line {}) matches everything it does, {how}",
            word.written,
            word.node.line()
        )
    }
}

/// What can match but is probably not meant so.
fn warn_of_the_unwise(trigger: &Trigger<'_>, warnings: &mut Vec<Warning>) {
    if let Some((_, node)) = trigger
        .pattern
        .as_ref()
        .filter(|(pattern, _)| pattern.literals().is_none())
    {
        let message = "no text that every match contains was found in this pattern, so it is tried on every message";
        warnings.push(node.warn(message.to_owned()));
    }
    if let Some((pattern, node)) = &trigger.pattern
        && let Some(sign) = pattern.lost()
    {
        warnings.push(node.warn(format!(
            "this pattern can never match: it wants \"{sign}\" at the end of a text, where punctuation is taken off"
        )));
    }
    for (words, prefix) in [(&trigger.prefix, true), (&trigger.contains, false)] {
        for word in words {
            let (written, key) = (word.written, &word.key);
            if prefix && is_bare_punctuation(key) {
                let message = format!(
                    "\"{written}\" matches only itself: outer punctuation is taken off a text"
                );
                warnings.push(word.node.warn(message));
            } else if fold(written).trim() != key {
                let message = format!(
                    "\"{written}\" is searched as \"{key}\": outer punctuation is taken off"
                );
                warnings.push(word.node.warn(message));
            }
        }
    }
}
