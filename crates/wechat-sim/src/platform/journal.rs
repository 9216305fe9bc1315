//! What happened around one fan, in order: what the fan did, what came back, and what went over the wire.
//!
//! The phone page draws itself from this alone, so that a reload shows the same conversation.

use std::collections::VecDeque;

use serde::Serialize;

use crate::{answer::Reply, callback::Outcome, clock::UnixMillis};

/// Entries kept for a fan who is watched by a person.
const KEPT: usize = 400;
/// Entries kept for one of a crowd: enough to see the last answers, little enough for a million fans.
const KEPT_IN_CROWD: usize = 6;

/// How a message reached the fan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    /// In the answer to a callback.
    Passive,
    /// Through the customer-service interface.
    Service,
    /// As a template message.
    Template,
    /// As a subscription notice.
    Notice,
    /// As a mass message.
    Mass,
}

/// One thing that happened.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "what", rename_all = "lowercase")]
pub enum Happening {
    /// The fan did something.
    Did {
        /// The kind of callback, such as `text` or `event.click`.
        kind: String,
        /// What the fan typed, tapped or scanned.
        text: String,
    },
    /// A message arrived on the fan's phone.
    Message {
        /// How.
        via: Via,
        /// The message.
        #[serde(flatten)]
        reply: Reply,
    },
    /// A callback was played, with all its tries.
    Callback {
        /// The kind of callback.
        kind: String,
        /// What the fan typed, tapped or scanned.
        text: String,
        /// What was sent, before encryption.
        document: String,
        /// What became of it.
        #[serde(flatten)]
        outcome: Outcome,
    },
    /// The account called an interface about this fan.
    Call {
        /// The path.
        path: String,
        /// The answer given.
        errcode: i32,
        /// The answer in words.
        errmsg: String,
        /// The type of the message asked for, when there is one.
        kind: Option<String>,
        /// The words of it, when it is a text.
        text: Option<String>,
    },
    /// “The other side is typing” began or ended.
    Typing {
        /// Until when it shows; 0 when it was taken back.
        until: UnixMillis,
    },
}

/// A [`Happening`] with its number and time.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// Grows by one; a reader continues after the last that it has.
    pub seq: u64,
    /// When.
    pub at: UnixMillis,
    /// What.
    #[serde(flatten)]
    pub happening: Happening,
}

/// What a fan received, as `GET /sim/fans/{openid}/inbox` shows it.
#[derive(Debug, Clone, Serialize)]
pub struct InboxItem {
    /// How it came.
    pub via: Via,
    /// The message.
    #[serde(flatten)]
    pub reply: Reply,
    /// When.
    pub at: UnixMillis,
}

/// The last entries of one fan.
#[derive(Debug, Default)]
pub struct Journal {
    entries: VecDeque<Entry>,
    next: u64,
    of_crowd: bool,
}

impl Journal {
    /// A journal for one of a crowd, which keeps received messages only.
    pub fn of_crowd() -> Self {
        Self {
            of_crowd: true,
            ..Self::default()
        }
    }

    /// Adds an entry.
    pub fn add(&mut self, happening: Happening, at: UnixMillis) {
        if self.of_crowd && !matches!(happening, Happening::Message { .. }) {
            return;
        }
        let kept = if self.of_crowd { KEPT_IN_CROWD } else { KEPT };
        if self.entries.len() >= kept {
            self.entries.pop_front();
        }
        self.next += 1;
        self.entries.push_back(Entry {
            seq: self.next,
            at,
            happening,
        });
    }

    /// Whether a page may be waiting for entries.
    pub fn is_watched(&self) -> bool {
        !self.of_crowd
    }

    /// The entries after number `seq`.
    pub fn after(&self, seq: u64) -> Vec<Entry> {
        self.entries
            .iter()
            .filter(|entry| entry.seq > seq)
            .cloned()
            .collect()
    }

    /// The received messages, oldest first.
    pub fn inbox(&self) -> Vec<InboxItem> {
        let received = self
            .entries
            .iter()
            .filter_map(|entry| match &entry.happening {
                Happening::Message { via, reply } => Some(InboxItem {
                    via: *via,
                    reply: reply.clone(),
                    at: entry.at,
                }),
                _ => None,
            });
        received.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typing(until: u64) -> Happening {
        Happening::Typing { until }
    }

    #[test]
    fn a_reader_continues_after_what_it_has() {
        let mut journal = Journal::default();
        (0..3).for_each(|n| journal.add(typing(n), n));
        let seqs = journal
            .after(1)
            .iter()
            .map(|entry| entry.seq)
            .collect::<Vec<_>>();
        assert_eq!(seqs, [2, 3]);
    }

    #[test]
    fn old_entries_are_forgotten_but_numbers_go_on() {
        let mut journal = Journal::default();
        (0..1000).for_each(|n| journal.add(typing(n), n));
        let all = journal.after(0);
        assert_eq!(
            (all.len(), all.last().map(|entry| entry.seq)),
            (KEPT, Some(1000))
        );
    }

    #[test]
    fn one_of_a_crowd_keeps_only_what_was_received() {
        let mut journal = Journal::of_crowd();
        journal.add(typing(1), 1);
        journal.add(
            Happening::Message {
                via: Via::Passive,
                reply: Reply::fault(""),
            },
            2,
        );
        assert_eq!(journal.after(0).len(), 1);
    }
}
