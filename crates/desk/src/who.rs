//! Who asks, and what their role lets them do with a conversation.
//!
//! The Worker has found out who it is; the Desk checks team and role itself, in the turn in which it happens.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::conversation::Conversation;
use crate::deed::{Deed, Refused};
use crate::desk::Desk;
use crate::fields::{Fields, Unreadable};
use crate::team::DESK;

/// What a person is at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// May do everything, in every team.
    Admin,
    /// May do everything with the conversations of their teams.
    Supervisor,
    /// Answers fans of their teams.
    Agent,
    /// Reads figures, and no conversation.
    Analyst,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Supervisor, Self::Agent, Self::Analyst];

    /// The word in tables and in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Supervisor => "supervisor",
            Self::Agent => "agent",
            Self::Analyst => "analyst",
        }
    }

    /// Reads [`Role::name`].
    #[must_use]
    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// A person who asks something of the Desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// Their id; `token` for the bearer of the admin token.
    pub id: String,
    /// What colleagues call them.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// Their teams. An admin's is every team, whatever stands here.
    pub teams: BTreeSet<String>,
}

impl Who {
    /// Reads `{"id", "name", "role", "teams"}`.
    ///
    /// # Errors
    /// When a field is missing or there is no such role.
    pub fn read(value: &Value) -> Result<Self, Unreadable> {
        let fields = Fields::of(value, "who")?;
        Ok(Self {
            id: fields.required("id")?,
            name: fields.text("name").unwrap_or_default(),
            role: fields
                .str("role")
                .and_then(Role::read)
                .ok_or_else(|| Unreadable::new("role", "a role"))?,
            teams: fields.texts("teams").into_iter().collect(),
        })
    }
}

impl Desk {
    /// Whether a team is one of the person's. `desk` is everybody's while there is no other.
    #[must_use]
    pub fn is_of_team(&self, who: &Who, team: &str) -> bool {
        who.role == Role::Admin || who.teams.contains(team) || (team == DESK && self.has_one_team())
    }

    /// Whether they may see a conversation: read it, and be told what happens in it.
    #[must_use]
    pub fn may_see(&self, who: &Who, team: &str) -> bool {
        who.role != Role::Analyst && self.is_of_team(who, team)
    }

    /// The conversation, if they may see it. One that is closed and not in memory is not found.
    ///
    /// # Errors
    /// [`Refused::NotFound`], [`Refused::ForeignTeam`], or [`Refused::Role`] for who reads no conversations.
    pub fn seen(&self, who: &Who, id: &str) -> Result<&Conversation, Refused> {
        let conversation = self.cases.get(id).ok_or(Refused::NotFound)?;
        if who.role == Role::Analyst {
            return Err(Refused::Role);
        }
        if !self.is_of_team(who, &conversation.team) {
            return Err(Refused::ForeignTeam);
        }
        Ok(conversation)
    }

    /// Whether their role lets them do this to a conversation that they see. What its state lets them do is looked at after.
    pub(crate) fn check_role(
        &self,
        who: &Who,
        conversation: &Conversation,
        deed: &Deed,
    ) -> Result<(), Refused> {
        if who.role != Role::Agent {
            return Ok(());
        }
        match deed {
            Deed::Take | Deed::Read => Ok(()),
            // Who waits is nobody's.
            Deed::Assign { agent } if *agent == who.id => Ok(()),
            Deed::Assign { .. } => Err(Refused::Role),
            _ => self.check_own(who, conversation),
        }
    }

    /// Whether it is theirs.
    pub(crate) fn check_own(&self, who: &Who, conversation: &Conversation) -> Result<(), Refused> {
        if conversation.agent.as_ref() == Some(&who.id) && conversation.state.is_held() {
            return Ok(());
        }
        Err(Refused::NotYours {
            by: conversation
                .agent
                .as_ref()
                .filter(|_| conversation.state.is_held())
                .map(|agent| self.name_of(agent)),
        })
    }
}
