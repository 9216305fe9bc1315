//! All conversations in memory, found by what they wait for.
//!
//! The live ones, and the resolved ones until they are closed. Every change goes through [`Cases::put`], which keeps the ways of
//! finding them true; that they are is what the tests of this file are for.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use fandesk_shard::UnixMillis;

use crate::conversation::Conversation;
use crate::lifecycle::State;

/// The place of a fan in a queue: priority, then waiting time.
pub type Place = (Reverse<i64>, UnixMillis, String);

/// Conversations, by id and by what is looked for every time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cases {
    all: BTreeMap<String, Conversation>,
    /// Who waits, by team, in order.
    queues: BTreeMap<String, BTreeSet<Place>>,
    /// Who has which.
    held: BTreeMap<String, BTreeSet<String>>,
    /// What time will do.
    due: BTreeSet<(UnixMillis, String)>,
}

impl Cases {
    /// One of them.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Conversation> {
        self.all.get(id)
    }

    /// All of them, by id.
    pub fn all(&self) -> impl Iterator<Item = &Conversation> {
        self.all.values()
    }

    /// Puts one in, in place of what it was.
    pub fn put(&mut self, conversation: Conversation) {
        self.take(&conversation.id);
        if let Some(place) = place(&conversation) {
            let team = conversation.team.clone();
            self.queues.entry(team).or_default().insert(place);
        }
        if let Some(agent) = holder(&conversation) {
            let held = self.held.entry(agent.to_owned()).or_default();
            held.insert(conversation.id.clone());
        }
        if let Some(at) = conversation.due_at() {
            self.due.insert((at, conversation.id.clone()));
        }
        self.all.insert(conversation.id.clone(), conversation);
    }

    /// Takes one out.
    pub fn take(&mut self, id: &str) -> Option<Conversation> {
        let conversation = self.all.remove(id)?;
        if let Some(place) = place(&conversation) {
            drop_from(&mut self.queues, &conversation.team, &place);
        }
        if let Some(agent) = holder(&conversation) {
            drop_from(&mut self.held, agent, &conversation.id);
        }
        if let Some(at) = conversation.due_at() {
            self.due.remove(&(at, conversation.id.clone()));
        }
        Some(conversation)
    }

    /// How many somebody has.
    #[must_use]
    pub fn load(&self, agent: &str) -> u32 {
        self.held
            .get(agent)
            .map_or(0, |held| u32::try_from(held.len()).unwrap_or(u32::MAX))
    }

    /// Which somebody has.
    #[must_use]
    pub fn held_by(&self, agent: &str) -> Vec<String> {
        self.held
            .get(agent)
            .map_or_else(Vec::new, |held| held.iter().cloned().collect())
    }

    /// Who waits for a team, first come first.
    pub fn queue(&self, team: &str) -> impl Iterator<Item = &Place> {
        self.queues.get(team).into_iter().flatten()
    }

    /// Teams for which somebody waits.
    pub fn teams_with_queues(&self) -> impl Iterator<Item = &str> {
        self.queues.keys().map(String::as_str)
    }

    /// How many stand in front of one, and itself: 1 for the first. None for who does not wait.
    #[must_use]
    pub fn position(&self, conversation: &Conversation) -> Option<usize> {
        let place = place(conversation)?;
        let queue = self.queues.get(&conversation.team)?;
        Some(queue.range(..=place).count())
    }

    /// The first for which time does something, and when.
    #[must_use]
    pub fn first_due(&self) -> Option<(UnixMillis, &str)> {
        self.due.first().map(|(at, id)| (*at, id.as_str()))
    }
}

fn place(conversation: &Conversation) -> Option<Place> {
    conversation.state.queues().then(|| {
        let since = conversation.waiting_since.unwrap_or(conversation.opened_at);
        (
            Reverse(conversation.priority),
            since,
            conversation.id.clone(),
        )
    })
}

fn holder(conversation: &Conversation) -> Option<&str> {
    conversation
        .agent
        .as_deref()
        .filter(|_| matches!(conversation.state, State::Assigned | State::OnHold))
}

fn drop_from<T: Ord>(sets: &mut BTreeMap<String, BTreeSet<T>>, key: &str, item: &T) {
    if let Some(set) = sets.get_mut(key) {
        set.remove(item);
        if set.is_empty() {
            sets.remove(key);
        }
    }
}
