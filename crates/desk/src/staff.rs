//! People, teams, and who of them is there.

use std::collections::BTreeMap;
use std::rc::Rc;

use fandesk_shard::UnixMillis;
use serde_json::{Value, json};

use crate::agent::Agent;
use crate::changes::{BY_DESK, Changes};
use crate::deed::Refused;
use crate::desk::Desk;
use crate::team::{DESK, Team};
use crate::who::{Role, Who};

impl Desk {
    /// Analysts are given nobody, so they are not there for anybody either: the cell of `Presence` in the table of who may do what.
    pub(crate) fn status(
        &mut self,
        who: &Who,
        away: bool,
        changes: &mut Changes,
    ) -> Result<(), Refused> {
        if who.role == Role::Analyst {
            return Err(Refused::Role);
        }
        let agent = self.agents.get_mut(&who.id).ok_or(Refused::NotOfTheDesk)?;
        if agent.presence.away != away {
            agent.presence.away = away;
            changes.agents.insert(who.id.clone());
            let status = if away { "away" } else { "online" };
            changes.note(&who.id, "status", &who.id, json!({ "status": status }));
        }
        Ok(())
    }

    pub(crate) fn connected(&mut self, agent: &str, changes: &mut Changes) {
        if let Some(found) = self.agents.get_mut(agent) {
            let was = found.presence.clone();
            found.presence.connected = true;
            found.presence.dropped_at = None;
            if found.presence != was {
                changes.agents.insert(agent.to_owned());
            }
        }
    }

    pub(crate) fn dropped(&mut self, agent: &str, now: UnixMillis, changes: &mut Changes) {
        if let Some(found) = self.agents.get_mut(agent)
            && found.presence.connected
        {
            found.presence.connected = false;
            found.presence.dropped_at = Some(now);
            changes.agents.insert(agent.to_owned());
        }
    }

    /// Somebody does something. Without a console they keep their fans for a moment from now on.
    pub(crate) fn heard_of(&mut self, agent: &str, now: UnixMillis, changes: &mut Changes) {
        if self.cases.load(agent) > 0
            && let Some(found) = self.agents.get_mut(agent)
            && !found.presence.connected
        {
            found.presence.dropped_at = Some(now);
            changes.agents.insert(agent.to_owned());
        }
    }

    pub(crate) fn present(&mut self, agents: &[String], now: UnixMillis, changes: &mut Changes) {
        let known: Vec<String> = self.agents.keys().cloned().collect();
        for agent in known {
            if agents.contains(&agent) {
                self.connected(&agent, changes);
            } else {
                self.dropped(&agent, now, changes);
            }
        }
    }

    pub(crate) fn replace_staff(
        &mut self,
        rev: i64,
        people: &[Value],
        teams: &[Value],
        now: UnixMillis,
        changes: &mut Changes,
    ) -> Result<(), Refused> {
        if rev <= self.rev {
            return Ok(());
        }
        let mut agents = BTreeMap::new();
        for person in people {
            let mut agent = Agent::read(person)?;
            if let Some(known) = self.agents.get(&agent.id) {
                agent.presence = known.presence.clone();
            }
            agents.insert(agent.id.clone(), agent);
        }
        let mut all = BTreeMap::new();
        for team in teams {
            let team = Team::read(team)?;
            all.insert(team.id.clone(), Rc::new(team));
        }
        if !all.contains_key(DESK) {
            all.insert(DESK.to_owned(), Rc::new(Team::desk()));
        }
        self.rev = rev;
        // Told with each console that connects, and once an hour.
        if self.agents == agents && self.teams == all {
            changes.same_staff = true;
            return Ok(());
        }
        self.agents = agents;
        self.teams = all;
        self.given.retain(|team, _| self.teams.contains_key(team));
        changes.staff = true;
        self.settle_staff(now, changes);
        Ok(())
    }

    /// Brings conversations in line with people and teams that are new.
    fn settle_staff(&mut self, now: UnixMillis, changes: &mut Changes) {
        let all: Vec<String> = self.cases.all().map(|found| found.id.clone()).collect();
        for id in all {
            let Some(conversation) = self.cases.get(&id) else {
                continue;
            };
            let team = conversation.team.clone();
            let holder = conversation
                .agent
                .clone()
                .filter(|_| conversation.state.is_held());
            let may_keep = |agent: &String| {
                self.agents.get(agent).is_some_and(|agent| {
                    agent.active && agent.role != Role::Analyst && self.is_member(agent, &team)
                })
            };
            if !self.teams.contains_key(&team) {
                if conversation.state.is_live() {
                    self.queue(&id, DESK, None, now, changes);
                } else {
                    self.edit(&id, changes, |found| DESK.clone_into(&mut found.team));
                }
                let detail = json!({ "from": team, "to": DESK, "why": "the team is gone" });
                changes.note(BY_DESK, "transfer", &id, detail);
            } else if let Some(agent) = holder.filter(|agent| !may_keep(agent)) {
                self.give_back(&id, &agent, "not in the team", now, changes);
            } else if conversation.state.is_live() {
                self.follow_clocks(&id, now, changes);
            }
        }
    }
}
