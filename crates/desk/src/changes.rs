//! What a turn leaves to be written down and told.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::conversation::Conversation;
use crate::deadline::{Kind, Ring};

/// Who does what nobody did by hand.
pub const BY_DESK: &str = "desk";

/// Everything that follows from a turn. [`crate::rows::save`] writes it in one savepoint; what is in `feed` goes to consoles after
/// that, what is in `says` to shards.
#[derive(Debug, Default, PartialEq)]
pub struct Changes {
    /// Conversations that are otherwise now, each with the team that it had before; none for a new one.
    pub conversations: BTreeMap<String, Option<String>>,
    /// Conversations whose draft is otherwise now.
    pub drafts: BTreeSet<String>,
    /// People who are otherwise now, or have another load.
    pub agents: BTreeSet<String>,
    /// Teams that gave somebody a fan.
    pub teams: BTreeSet<String>,
    /// Whether people and teams were replaced.
    pub staff: bool,
    /// Whether a newer list of them says what is known already, so that only its number is kept.
    pub same_staff: bool,
    /// Conversations that left memory, as they were then. They are also among `conversations`.
    pub closed: Vec<Conversation>,
    /// People, by their `fan_ref`, of whom everything personal has to go, from older rows too.
    pub erased: BTreeSet<String>,
    /// What consoles are told besides the new state of the above.
    pub feed: Vec<Told>,
    /// What shards are told, in this order.
    pub says: Vec<Says>,
    /// What was done, by whom.
    pub audit: Vec<Audit>,
}

/// Something that consoles are told.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// An entry of a thread, as the shard wrote it.
    Entry {
        /// Whose thread.
        conversation: String,
        /// The entry.
        entry: Value,
    },
    /// A clock rang.
    Deadline {
        /// Whose.
        conversation: String,
        /// Which promise.
        kind: Kind,
        /// What it said.
        ring: Ring,
    },
}

/// Something that the fan's shard is told. A repeat changes nothing there, by the key.
#[derive(Clone, Debug, PartialEq)]
pub struct Says {
    /// Whose shard.
    pub openid: String,
    /// What tells repeats.
    pub key: String,
    /// What the shard shall do: `{"do": …}`.
    pub body: Value,
}

/// Something that was done. Never personal data of a fan: rows of the audit stay for good.
#[derive(Clone, Debug, PartialEq)]
pub struct Audit {
    /// Who did it; [`BY_DESK`] for what follows from time and rules.
    pub person: String,
    /// Such as `take`.
    pub action: String,
    /// What it was done to, such as a conversation's id.
    pub object: String,
    /// What else there is to know.
    pub detail: Value,
}

impl Changes {
    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        // Field by field: comparing whole conversations is a good deal of machine code. A new field has to be named here.
        let Self {
            conversations,
            drafts,
            agents,
            teams,
            staff,
            same_staff,
            closed,
            erased,
            feed,
            says,
            audit,
        } = self;
        let told = feed.is_empty() && says.is_empty() && audit.is_empty();
        let kept = conversations.is_empty() && drafts.is_empty() && closed.is_empty();
        let people = agents.is_empty() && teams.is_empty() && erased.is_empty();
        told && kept && people && !staff && !same_staff
    }

    pub(crate) fn note(&mut self, person: &str, action: &str, object: &str, detail: Value) {
        self.audit.push(Audit {
            person: person.to_owned(),
            action: action.to_owned(),
            object: object.to_owned(),
            detail,
        });
    }

    /// Something that the shard of a conversation is told. Nobody is told of who was erased.
    pub(crate) fn say(&mut self, conversation: &Conversation, key: &str, body: Value) {
        if let Some(openid) = &conversation.openid {
            self.says.push(Says {
                openid: openid.clone(),
                key: format!("desk/{}/{key}", conversation.id),
                body,
            });
        }
    }
}
