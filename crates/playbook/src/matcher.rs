//! Which answer a text gets: one pass over the text, whatever the number of rules.
//!
//! Exact words are in a hash map. Prefixes, contained words and the literals that patterns require are the needles of
//! one automaton, which finds all of them in one pass; each needle knows the best answer that it leads to. Patterns are
//! tried only when one of their literals was seen. So the work grows with the text and with what is found in it, not
//! with the rules; only patterns without a literal are tried every time, and publishing warns of them.
//!
//! Answers are ranked by priority, then by their order in the document. Within one answer a pattern goes before a
//! prefix and a prefix before a contained word, since they capture more.

mod needles;
mod shadow;

pub(crate) use shadow::warnings;

use crate::captures::Captures;
use crate::hours::During;
use crate::named::Named;
use crate::pattern::Pattern;
use crate::source::Node;
use crate::text::{Text, trim_outer};
use needles::Needles;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What leads to one answer, as it stands in the document.
#[derive(Debug)]
pub(crate) struct Trigger<'t> {
    /// In words, for warnings: `rule "logistics"`.
    pub(crate) title: String,
    pub(crate) node: &'t Node,
    pub(crate) priority: i32,
    /// When it counts; always if not said.
    pub(crate) during: Option<During>,
    pub(crate) exact: Vec<Word<'t>>,
    pub(crate) prefix: Vec<Word<'t>>,
    pub(crate) contains: Vec<Word<'t>>,
    pub(crate) pattern: Option<(Pattern, &'t Node)>,
}

impl<'t> Trigger<'t> {
    /// A trigger that nothing sets off yet.
    pub(crate) fn new(title: String, node: &'t Node) -> Self {
        let (exact, prefix, contains) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            title,
            node,
            priority: 0,
            during: None,
            exact,
            prefix,
            contains,
            pattern: None,
        }
    }

    /// Whether it counts while the account is open, or while it is closed.
    pub(crate) fn counts(&self, when: During) -> bool {
        self.during.is_none_or(|during| during == when)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.exact.is_empty()
            && self.prefix.is_empty()
            && self.contains.is_empty()
            && self.pattern.is_none()
    }
}

/// A word of a trigger.
#[derive(Clone, Debug)]
pub(crate) struct Word<'t> {
    pub(crate) written: &'t str,
    /// The word as texts are when they are compared.
    pub(crate) key: String,
    pub(crate) node: &'t Node,
}

/// A place among the answers, best first.
type Rank = usize;

/// All triggers that count at a time, made ready to search.
#[derive(Debug)]
pub(crate) struct Matcher {
    exact: Named<Rank>,
    needles: Needles,
    /// What each needle leads to, by its id.
    leads: Vec<Lead>,
    /// Patterns without a literal, which are tried on every text.
    always: Vec<Reverse<Rank>>,
    answers: Vec<Answer>,
}

#[derive(Debug)]
struct Answer {
    /// The number of the trigger as it was given.
    trigger: usize,
    pattern: Option<Pattern>,
}

/// What it means that a needle is in a text. Only the best answer can win by a prefix or a contained word.
#[derive(Debug, Default)]
struct Lead {
    word: String,
    prefix: Option<Rank>,
    contains: Option<Rank>,
    patterns: Vec<Reverse<Rank>>,
}

/// What a search did, for those who want to know what it costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effort {
    pub(crate) needles_seen: usize,
    pub(crate) patterns_tried: usize,
}

/// The best match by a word, in the order in which they win.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ByWord {
    /// The longest of several prefixes leaves the least behind it.
    Prefix(Reverse<usize>),
    Contains,
}

impl Matcher {
    /// Makes the triggers ready that count at this time. Of two with the same priority, the one given first wins.
    pub(crate) fn new(triggers: &[Trigger<'_>], when: During) -> Self {
        let mut exact = Named::default();
        let mut leads = Named::default();
        let mut always = Vec::new();
        let mut answers: Vec<Answer> = Vec::new();
        for number in best_first(triggers) {
            let Some(trigger) = triggers.get(number).filter(|trigger| trigger.counts(when)) else {
                continue;
            };
            let rank = answers.len();
            for word in &trigger.exact {
                exact.add(&word.key, rank);
            }
            for word in &trigger.prefix {
                lead(&mut leads, &word.key, |lead| {
                    lead.prefix = lead.prefix.or(Some(rank))
                });
            }
            for word in &trigger.contains {
                lead(&mut leads, &word.key, |lead| {
                    lead.contains = lead.contains.or(Some(rank))
                });
            }
            match trigger
                .pattern
                .as_ref()
                .map(|(pattern, _)| pattern.literals())
            {
                Some(Some(literals)) => {
                    for literal in literals {
                        lead(&mut leads, literal, |lead| {
                            lead.patterns.push(Reverse(rank))
                        });
                    }
                }
                Some(None) => always.push(Reverse(rank)),
                None => {}
            }
            answers.push(Answer {
                trigger: number,
                pattern: trigger.pattern.as_ref().map(|(pattern, _)| pattern.clone()),
            });
        }
        let leads = leads.into_items();
        let words: Vec<&str> = leads.iter().map(|lead| lead.word.as_str()).collect();
        Self {
            exact,
            needles: Needles::new(&words),
            leads,
            always,
            answers,
        }
    }

    /// The number of the trigger that a text sets off, with what it captured.
    pub(crate) fn find(&self, text: &Text<'_>, effort: &mut Effort) -> Option<(usize, Captures)> {
        if let Some(answer) = self
            .exact
            .get(text.key())
            .and_then(|rank| self.answers.get(*rank))
        {
            return Some((answer.trigger, Captures::of_text(text.whole())));
        }
        let (word, patterns) = self.search(text.key(), effort);
        let mut patterns = BinaryHeap::from(patterns);
        let mut tried = None;
        while let Some(Reverse(rank)) = patterns.pop() {
            if word.is_some_and(|(best, _)| best < rank) {
                break;
            }
            // Several of its literals may have been seen.
            if tried.replace(rank) == Some(rank) {
                continue;
            }
            let Some(Answer {
                trigger,
                pattern: Some(pattern),
            }) = self.answers.get(rank)
            else {
                continue;
            };
            effort.patterns_tried = effort.patterns_tried.saturating_add(1);
            if let Some(captures) = pattern.captures(text) {
                return Some((*trigger, captures));
            }
        }
        let (rank, by) = word?;
        let mut captures = Captures::of_text(text.whole());
        if let ByWord::Prefix(Reverse(length)) = by {
            captures.rest = trim_outer(text.written(length..text.key().len())).to_owned();
        }
        self.answers
            .get(rank)
            .map(|answer| (answer.trigger, captures))
    }

    /// The best answer by a word, and all patterns that may match.
    fn search(
        &self,
        key: &str,
        effort: &mut Effort,
    ) -> (Option<(Rank, ByWord)>, Vec<Reverse<Rank>>) {
        let mut best: Option<(Rank, ByWord)> = None;
        let mut patterns = self.always.clone();
        self.needles.each(key, |needle, span| {
            effort.needles_seen = effort.needles_seen.saturating_add(1);
            let Some(lead) = self.leads.get(needle) else {
                return;
            };
            let prefix = lead
                .prefix
                .filter(|_| span.start == 0)
                .map(|rank| (rank, ByWord::Prefix(Reverse(span.end))));
            let contains = lead.contains.map(|rank| (rank, ByWord::Contains));
            best = best.into_iter().chain(prefix).chain(contains).min();
            patterns.extend(&lead.patterns);
        });
        (best, patterns)
    }
}

/// The triggers' numbers by priority, then by their order.
fn best_first(triggers: &[Trigger<'_>]) -> Vec<usize> {
    let numbered = triggers
        .iter()
        .enumerate()
        .map(|(number, trigger)| (Reverse(trigger.priority), number));
    // A heap's sort is a tenth of the code of a slice's.
    let sorted = numbered.collect::<BinaryHeap<_>>().into_sorted_vec();
    sorted.into_iter().map(|(_, number)| number).collect()
}

/// Notes what a needle leads to.
fn lead(leads: &mut Named<Lead>, word: &str, note: impl FnOnce(&mut Lead)) {
    leads.add(
        word,
        Lead {
            word: word.to_owned(),
            ..Lead::default()
        },
    );
    leads.get_mut(word).map(note);
}

#[cfg(test)]
mod tests;
