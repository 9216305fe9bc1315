//! What people do to conversations.

use fandesk_shard::UnixMillis;
use serde_json::json;

use crate::changes::Changes;
use crate::consequence::sorted;
use crate::conversation::{Conversation, Draft};
use crate::desk::Desk;
use crate::fields::Unreadable;
use crate::lifecycle::{State, Step};
use crate::who::{Role, Who};

/// Tags that a conversation has at most, and characters of one.
const TAGS: usize = 20;
const TAG: usize = 64;
/// Characters of a draft: more than WeChat sends at once.
const DRAFT: usize = 4_000;

/// Something that a person does to a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// They take who waits.
    Take,
    /// They give back who they have.
    Release,
    /// Somebody shall have it.
    Assign {
        /// Who.
        agent: String,
    },
    /// Another team shall have it.
    Transfer {
        /// Which.
        team: String,
    },
    /// It is the fan's turn.
    Hold,
    /// It goes on.
    Resume,
    /// It is done.
    Resolve,
    /// It is called this.
    Tags(Vec<String>),
    /// They are writing this; none when they gave it up.
    Draft(Option<String>),
    /// They read the thread.
    Read,
}

/// Why something was not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no such conversation.
    #[error("there is no such conversation")]
    NotFound,
    /// It is another team's.
    #[error("this conversation is another team's")]
    ForeignTeam,
    /// Their role does not allow it.
    #[error("your role does not allow this")]
    Role,
    /// They are not one of the desk's people.
    #[error("only people of the desk have conversations, and you are not known there")]
    NotOfTheDesk,
    /// Somebody else has it, or nobody.
    #[error("{}", not_yours(.by.as_deref()))]
    NotYours {
        /// The name of who has it.
        by: Option<String>,
    },
    /// They have as many conversations as they may have.
    #[error(
        "{name} has {capacity} conversations already, and cannot have more: resolve or release one first"
    )]
    AtCapacity {
        /// Who.
        name: String,
        /// How many.
        capacity: u32,
    },
    /// They are not there.
    #[error("{name} is not there")]
    Offline {
        /// Who.
        name: String,
    },
    /// They do not work for the team.
    #[error("{name} is not in this team")]
    NotInTeam {
        /// Who.
        name: String,
    },
    /// That is not done in this state.
    #[error("this conversation is {}, which does not allow it", .state.name())]
    State {
        /// Where it is.
        state: State,
    },
    /// What was sent cannot be so.
    #[error("{message}")]
    Invalid {
        /// Which field.
        field: &'static str,
        /// What is wrong with it.
        message: String,
    },
    /// People or teams that cannot be read.
    #[error("people and teams cannot be read: {0}")]
    Staff(#[from] Unreadable),
}

fn not_yours(by: Option<&str>) -> String {
    match by {
        Some(name) => format!("{name} has this conversation"),
        None => "nobody has this conversation: take it first".to_owned(),
    }
}

impl Refused {
    /// The word in the API's error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::ForeignTeam | Self::Role | Self::NotOfTheDesk => "forbidden",
            Self::NotYours { .. } => "not_yours",
            Self::AtCapacity { .. }
            | Self::Offline { .. }
            | Self::NotInTeam { .. }
            | Self::State { .. } => "conflict",
            Self::Invalid { .. } | Self::Staff(_) => "invalid",
        }
    }

    /// The HTTP status of that.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self.code() {
            "not_found" => 404,
            "forbidden" => 403,
            "invalid" => 422,
            _ => 409,
        }
    }

    /// The field that is to blame.
    #[must_use]
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::Invalid { field, .. } => Some(field),
            _ => None,
        }
    }
}

/// What the shard is told with an agent's message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answering {
    /// Whose shard.
    pub openid: String,
    /// Under which the agent speaks.
    pub epoch: i64,
    /// The name that the fan sees.
    pub name: String,
    /// The customer-service account by which WeChat shows it.
    pub kf_account: Option<String>,
}

impl Desk {
    /// Whether they may answer the fan now, and how.
    ///
    /// # Errors
    /// [`Refused::NotYours`] unless they have it, and what [`Desk::seen`] refuses.
    pub fn may_answer(&self, who: &Who, id: &str) -> Result<Answering, Refused> {
        let conversation = self.seen(who, id)?;
        self.check_own(who, conversation)?;
        let agent = self.agents.get(&who.id).ok_or(Refused::NotOfTheDesk)?;
        Ok(Answering {
            openid: conversation.openid.clone().ok_or(Refused::NotFound)?,
            epoch: conversation.epoch,
            name: agent.shown_name().to_owned(),
            kf_account: agent.kf_account.clone(),
        })
    }

    pub(crate) fn deed(
        &mut self,
        who: &Who,
        id: &str,
        deed: Deed,
        now: UnixMillis,
        changes: &mut Changes,
    ) -> Result<(), Refused> {
        let conversation = self.seen(who, id)?;
        self.check_role(who, conversation, &deed)?;
        let (state, team) = (conversation.state, conversation.team.clone());
        let holder = conversation.agent.clone().filter(|_| state.is_held());
        let check = |step| match crate::lifecycle::next(state, step) {
            Some(_) => Ok(()),
            None => Err(Refused::State { state }),
        };
        match deed {
            Deed::Take => self.assign(who, id, &who.id, now, changes)?,
            Deed::Assign { agent } => self.assign(who, id, &agent, now, changes)?,
            Deed::Release => {
                check(Step::GivenBack)?;
                self.queue(id, &team, holder.as_deref(), now, changes);
                changes.note(&who.id, "release", id, json!({ "agent": holder }));
            }
            Deed::Transfer { team: to } => {
                check(Step::Routed)?;
                if !self.teams.contains_key(&to) {
                    return Err(Refused::Invalid {
                        field: "team",
                        message: "there is no such team".to_owned(),
                    });
                }
                self.edit(id, changes, |conversation| conversation.fell_back = false);
                self.queue(id, &to, holder.as_deref(), now, changes);
                changes.note(&who.id, "transfer", id, json!({ "from": team, "to": to }));
            }
            Deed::Hold | Deed::Resume => {
                let (step, action) = match deed {
                    Deed::Hold => (Step::Held, "hold"),
                    _ => (Step::Resumed, "resume"),
                };
                check(step)?;
                self.edit(id, changes, |conversation| {
                    conversation.step(step);
                });
                self.follow_clocks(id, now, changes);
                changes.note(&who.id, action, id, json!({}));
            }
            Deed::Resolve => {
                check(Step::Resolved)?;
                self.resolve(who, id, now, changes);
            }
            Deed::Tags(tags) => {
                if !state.is_live() {
                    return Err(Refused::State { state });
                }
                check_tags(&tags)?;
                let tags = sorted(&tags);
                changes.note(&who.id, "tags", id, json!({ "tags": tags }));
                self.edit(id, changes, |conversation| conversation.tags = tags);
                self.follow_clocks(id, now, changes);
            }
            Deed::Draft(text) => self.draft(who, id, text, now, changes)?,
            Deed::Read => {
                if holder.as_ref() == Some(&who.id) {
                    self.edit(id, changes, |conversation| conversation.unread = 0);
                }
                changes.note(&who.id, "read", id, json!({}));
            }
        }
        self.heard_of(&who.id, now, changes);
        Ok(())
    }

    /// Gives it to somebody because a person says so.
    fn assign(
        &mut self,
        who: &Who,
        id: &str,
        to: &str,
        now: UnixMillis,
        changes: &mut Changes,
    ) -> Result<(), Refused> {
        let conversation = self.seen(who, id)?;
        let state = conversation.state;
        if !(state.queues() || state.is_held()) {
            return Err(Refused::State { state });
        }
        if state.is_held() {
            if conversation.agent.as_deref() == Some(to) {
                return Ok(());
            }
            // A supervisor may take it from somebody by assigning it, and nobody by taking it.
            if to == who.id {
                self.check_own(who, conversation)?;
            }
        }
        let takes = to == who.id;
        let agent = self
            .agents
            .get(to)
            .filter(|agent| agent.active && agent.role != Role::Analyst);
        let agent = match agent {
            Some(agent) => agent,
            None if takes => return Err(Refused::NotOfTheDesk),
            None => {
                return Err(Refused::Invalid {
                    field: "agent",
                    message: "there is no such agent".to_owned(),
                });
            }
        };
        let name = || agent.name.clone();
        if !self.is_member(agent, &conversation.team) {
            return Err(Refused::NotInTeam { name: name() });
        }
        if !takes && !agent.presence.connected {
            return Err(Refused::Offline { name: name() });
        }
        if !self.has_room(agent) {
            return Err(Refused::AtCapacity {
                name: name(),
                capacity: agent.capacity,
            });
        }
        self.give(id, to, &who.id, now, changes);
        Ok(())
    }

    fn resolve(&mut self, who: &Who, id: &str, now: UnixMillis, changes: &mut Changes) {
        self.done(id, now, now, changes);
        let asks = |conversation: &Conversation| {
            let team = self.teams.get(&conversation.team);
            // Who was never answered by a person is not asked how the person was.
            team.is_some_and(|team| team.asks_satisfaction)
                && !conversation.asked
                && conversation.first_answered_at.is_some()
        };
        let ask = self.cases.get(id).is_some_and(asks);
        let agent = self.cases.get(id).and_then(|found| found.agent.clone());
        self.say_resolved(id, Some(agent.as_deref().unwrap_or(&who.id)), ask, changes);
        changes.note(&who.id, "resolve", id, json!({}));
    }

    fn draft(
        &mut self,
        who: &Who,
        id: &str,
        text: Option<String>,
        now: UnixMillis,
        changes: &mut Changes,
    ) -> Result<(), Refused> {
        let text = text.filter(|text| !text.is_empty());
        if text
            .as_ref()
            .is_some_and(|text| text.chars().count() > DRAFT)
        {
            return Err(Refused::Invalid {
                field: "text",
                message: format!("a draft has at most {DRAFT} characters"),
            });
        }
        let draft = text.map(|text| Draft {
            by: who.id.clone(),
            text,
            at: now,
        });
        let by = |draft: &Option<Draft>| draft.as_ref().map(|draft| draft.by.clone());
        let had = self.cases.get(id).and_then(|found| by(&found.draft));
        changes.drafts.insert(id.to_owned());
        if had == by(&draft) {
            // Each key that is pressed is not news for everybody.
            if let Some(mut conversation) = self.cases.take(id) {
                conversation.draft = draft;
                self.cases.put(conversation);
            }
        } else {
            self.edit(id, changes, |conversation| conversation.draft = draft);
        }
        Ok(())
    }
}

fn check_tags(tags: &[String]) -> Result<(), Refused> {
    let message = if tags.len() > TAGS {
        format!("a conversation has at most {TAGS} tags")
    } else if tags.iter().any(|tag| tag.trim().is_empty()) {
        "a tag is empty".to_owned()
    } else if tags.iter().any(|tag| tag.chars().count() > TAG) {
        format!("a tag has at most {TAG} characters")
    } else {
        return Ok(());
    };
    Err(Refused::Invalid {
        field: "tags",
        message,
    })
}
