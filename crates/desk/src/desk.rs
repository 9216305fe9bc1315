//! The Desk's model, and its turns.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use fandesk_shard::UnixMillis;
use serde_json::Value;

use crate::agent::Agent;
use crate::arrived::Arrived;
use crate::cases::Cases;
use crate::changes::Changes;
use crate::conversation::Conversation;
use crate::deed::{Deed, Refused};
use crate::team::{DESK, Team};
use crate::who::Who;

/// Everything that the Desk decides from.
#[derive(Clone, Debug, PartialEq)]
pub struct Desk {
    /// The number of the newest list of people and teams.
    pub(crate) rev: i64,
    pub(crate) teams: BTreeMap<String, Rc<Team>>,
    pub(crate) agents: BTreeMap<String, Agent>,
    pub(crate) cases: Cases,
    /// When fans of a team were given to somebody lately, for what a wait will be.
    pub(crate) given: BTreeMap<String, VecDeque<UnixMillis>>,
}

/// What makes a turn.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// A row of a shard.
    Arrived(Box<Arrived>),
    /// A person does something to a conversation.
    Deed {
        /// Who.
        who: Who,
        /// Which conversation.
        id: String,
        /// What.
        deed: Deed,
    },
    /// A person wants new fans, or none for now.
    Status {
        /// Who.
        who: Who,
        /// None for now.
        away: bool,
    },
    /// A console of theirs is connected.
    Connected {
        /// Whose.
        agent: String,
    },
    /// Their last console is gone.
    Dropped {
        /// Whose.
        agent: String,
    },
    /// These and no others have a console connected: what the platform knows after a restart.
    Present {
        /// Their ids.
        agents: Vec<String>,
    },
    /// The newest people and teams, all of them, as the API has them.
    Staff {
        /// Taken only when it is higher than the last.
        rev: i64,
        /// People.
        people: Vec<Value>,
        /// Teams.
        teams: Vec<Value>,
    },
    /// Nothing happened but time.
    Tick,
}

impl Default for Desk {
    fn default() -> Self {
        let desk = Team::desk();
        let mut teams = BTreeMap::new();
        teams.insert(desk.id.clone(), Rc::new(desk));
        Self {
            rev: 0,
            teams,
            agents: BTreeMap::new(),
            cases: Cases::default(),
            given: BTreeMap::new(),
        }
    }
}

impl Desk {
    /// One turn: what time did until now, then the command, then whoever is free is given who waits.
    ///
    /// A command that is refused changes nothing; what time did has to be written all the same.
    pub fn turn(&mut self, command: Command, now: UnixMillis) -> (Changes, Result<(), Refused>) {
        let mut changes = Changes::default();
        self.pass(now, &mut changes);
        let done = self.apply(command, now, &mut changes);
        if done.is_ok() {
            // A promise may have been over before it was made.
            self.pass(now, &mut changes);
        }
        self.distribute(now, &mut changes);
        (changes, done)
    }

    fn apply(
        &mut self,
        command: Command,
        now: UnixMillis,
        changes: &mut Changes,
    ) -> Result<(), Refused> {
        match command {
            Command::Arrived(arrived) => {
                self.arrived(*arrived, now, changes);
                Ok(())
            }
            Command::Deed { who, id, deed } => self.deed(&who, &id, deed, now, changes),
            Command::Status { who, away } => self.status(&who, away, changes),
            Command::Connected { agent } => {
                self.connected(&agent, changes);
                Ok(())
            }
            Command::Dropped { agent } => {
                self.dropped(&agent, now, changes);
                Ok(())
            }
            Command::Present { agents } => {
                self.present(&agents, now, changes);
                Ok(())
            }
            Command::Staff { rev, people, teams } => {
                self.replace_staff(rev, &people, &teams, now, changes)
            }
            Command::Tick => Ok(()),
        }
    }

    /// Changes a conversation, if it is there.
    pub(crate) fn edit(
        &mut self,
        id: &str,
        changes: &mut Changes,
        edit: impl FnOnce(&mut Conversation),
    ) {
        if let Some(mut conversation) = self.cases.take(id) {
            let was = conversation.team.clone();
            edit(&mut conversation);
            changes
                .conversations
                .entry(conversation.id.clone())
                .or_insert(Some(was));
            self.cases.put(conversation);
        }
    }

    /// A conversation in memory. Closed ones are [in their rows](crate::rows::recall).
    #[must_use]
    pub fn conversation(&self, id: &str) -> Option<&Conversation> {
        self.cases.get(id)
    }

    /// All conversations in memory, by id.
    pub fn conversations(&self) -> impl Iterator<Item = &Conversation> {
        self.cases.all()
    }

    /// A person.
    #[must_use]
    pub fn agent(&self, id: &str) -> Option<&Agent> {
        self.agents.get(id)
    }

    /// All people.
    pub fn agents(&self) -> impl Iterator<Item = &Agent> {
        self.agents.values()
    }

    /// A team.
    #[must_use]
    pub fn team(&self, id: &str) -> Option<&Team> {
        self.teams.get(id).map(Rc::as_ref)
    }

    /// All teams.
    pub fn teams(&self) -> impl Iterator<Item = &Team> {
        self.teams.values().map(Rc::as_ref)
    }

    /// How many conversations somebody has.
    #[must_use]
    pub fn load(&self, agent: &str) -> u32 {
        self.cases.load(agent)
    }

    /// The number of the newest list of people and teams; 0 before the first.
    #[must_use]
    pub fn rev(&self) -> i64 {
        self.rev
    }

    /// What colleagues call somebody; the id of who is not known.
    #[must_use]
    pub fn name_of(&self, agent: &str) -> String {
        self.agents
            .get(agent)
            .map_or_else(|| agent.to_owned(), |agent| agent.name.clone())
    }

    /// Whether there is no team but the one that is always there.
    pub(crate) fn has_one_team(&self) -> bool {
        self.teams.keys().all(|team| team == DESK)
    }

    /// Puts a conversation back into memory that was closed, before a row of its shard is taken. One that is there stays as it is.
    pub fn recall(&mut self, conversation: Conversation) {
        if self.cases.get(&conversation.id).is_none() {
            self.cases.put(conversation);
        }
    }
}
