//! Who is given which fan.
//!
//! A balanced team gives a waiting fan to somebody who is online, on duty, able and free: the one with the fewest fans, and of those
//! the one who was given none for longest. Fans are served by priority, then by how long they wait. Who comes back to a conversation that
//! was done gets the same agent again when that one is free. In a manual team agents take fans themselves.
//!
//! Nobody is given more than their capacity. Whose capacity is lowered below what they have keeps it, and is given nothing more.

use std::collections::BTreeSet;
use std::rc::Rc;

use fandesk_shard::UnixMillis;
use serde_json::json;

use crate::agent::{Agent, Status};
use crate::changes::{BY_DESK, Changes};
use crate::conversation::Conversation;
use crate::desk::Desk;
use crate::lifecycle::{State, Step};
use crate::team::{DESK, Team};
use crate::who::Role;

/// Of how many fans that were given lately a team's pace is taken.
const PACE_OF: usize = 20;

/// What is lately: an hour.
const LATELY: i64 = 60 * 60_000;

impl Desk {
    /// Gives fans who wait to agents who are free.
    pub(crate) fn distribute(&mut self, now: UnixMillis, changes: &mut Changes) {
        let mut free = BTreeSet::new();
        for agent in self.agents.values().filter(|agent| self.takes_more(agent)) {
            free.insert(agent.id.clone());
        }
        if free.is_empty() {
            return;
        }
        let teams = self
            .cases
            .teams_with_queues()
            .filter(|team| self.has_somebody(team, &free, now));
        // One queue of all, in order.
        let mut queue = BTreeSet::new();
        for place in teams.flat_map(|team| self.cases.queue(team)) {
            queue.insert(place.clone());
        }
        // Teams that have nobody left: a long queue is not asked about one by one.
        let mut busy = BTreeSet::new();
        for (_, _, id) in queue {
            let Some(waiting) = self.cases.get(&id) else {
                continue;
            };
            if busy.contains(&waiting.team) {
                continue;
            }
            let Some(agent) = self.choose(waiting, &free, now) else {
                if !waiting.wants_skills && waiting.avoids.is_none() {
                    busy.insert(waiting.team.clone());
                }
                continue;
            };
            self.give(&id, &agent, BY_DESK, now, changes);
            if !self
                .agents
                .get(&agent)
                .is_some_and(|agent| self.takes_more(agent))
            {
                free.remove(&agent);
            }
        }
    }

    /// Whether a team gives fans out and one of these works for it now.
    fn has_somebody(&self, team: &str, free: &BTreeSet<String>, now: UnixMillis) -> bool {
        let Some(found) = self.teams.get(team).filter(|team| team.is_balanced) else {
            return false;
        };
        let mut agents = free.iter().filter_map(|agent| self.agents.get(agent));
        agents.any(|agent| self.is_member(agent, team) && found.has_on_duty(&agent.id, now))
    }

    /// Whether a fan who comes now is given to somebody at once.
    pub(crate) fn has_free(&self, team: &Team, now: UnixMillis) -> bool {
        team.is_balanced
            && self.agents.values().any(|agent| {
                self.takes_more(agent)
                    && self.is_member(agent, &team.id)
                    && team.has_on_duty(&agent.id, now)
            })
    }

    fn takes_more(&self, agent: &Agent) -> bool {
        agent.role == Role::Agent
            && agent.active
            && agent.presence.status() == Status::Online
            && self.has_room(agent)
    }

    pub(crate) fn has_room(&self, agent: &Agent) -> bool {
        self.cases.load(&agent.id) < agent.capacity
    }

    /// Whether somebody works for a team. `desk` is everybody's while there is no other.
    #[must_use]
    pub fn is_member(&self, agent: &Agent, team: &str) -> bool {
        agent.role == Role::Admin
            || agent.teams.contains(team)
            || (team == DESK && self.has_one_team())
    }

    /// Whether somebody may be given this fan now, by rule.
    #[must_use]
    pub fn is_eligible(&self, agent: &Agent, conversation: &Conversation, now: UnixMillis) -> bool {
        self.takes_more(agent)
            && self.is_member(agent, &conversation.team)
            && conversation.avoids.as_ref() != Some(&agent.id)
            && (!conversation.wants_skills
                || conversation
                    .skills
                    .iter()
                    .all(|skill| agent.skills.contains(skill)))
            && self
                .teams
                .get(&conversation.team)
                .is_some_and(|team| team.has_on_duty(&agent.id, now))
    }

    fn choose(
        &self,
        conversation: &Conversation,
        free: &BTreeSet<String>,
        now: UnixMillis,
    ) -> Option<String> {
        let eligible = || {
            free.iter()
                .filter_map(|agent| self.agents.get(agent))
                .filter(|agent| self.is_eligible(agent, conversation, now))
        };
        if conversation.state == State::Reopened
            && let Some(last) =
                eligible().find(|agent| conversation.last_agent.as_ref() == Some(&agent.id))
        {
            return Some(last.id.clone());
        }
        let next = eligible().min_by_key(|agent| {
            (
                self.cases.load(&agent.id),
                agent.presence.given_at,
                &agent.id,
            )
        });
        next.map(|agent| agent.id.clone())
    }

    /// Gives a conversation to somebody; that they may have it was looked at. `by` is who decided it.
    pub(crate) fn give(
        &mut self,
        id: &str,
        agent: &str,
        by: &str,
        now: UnixMillis,
        changes: &mut Changes,
    ) {
        let Some(name) = self
            .agents
            .get(agent)
            .map(|agent| agent.shown_name().to_owned())
        else {
            return;
        };
        let mut had = None;
        let mut says = None;
        self.edit(id, changes, |conversation| {
            if !conversation.step(Step::Given) {
                return;
            }
            had = conversation.agent.replace(agent.to_owned());
            conversation.last_agent = Some(agent.to_owned());
            conversation.epoch = conversation.epoch.saturating_add(1);
            conversation.assigned_at = Some(now);
            conversation.waiting_since = None;
            conversation.fallback_at = None;
            conversation.avoids = None;
            says = Some(conversation.clone());
        });
        let Some(given) = says else { return };
        changes.say(
            &given,
            &format!("{}/assigned", given.epoch),
            json!({ "do": "assigned", "conversation": id, "epoch": given.epoch, "agent": agent, "name": name }),
        );
        let action = if by == agent { "take" } else { "assign" };
        changes.note(
            by,
            action,
            id,
            json!({ "agent": agent, "team": given.team }),
        );
        changes.agents.extend(had);
        changes.agents.insert(agent.to_owned());
        if let Some(agent) = self.agents.get_mut(agent) {
            agent.presence.given_at = Some(now);
        }
        self.heard_of(agent, now, changes);
        let lately = self.given.entry(given.team.clone()).or_default();
        lately.push_back(now);
        if lately.len() > PACE_OF {
            lately.pop_front();
        }
        changes.teams.insert(given.team);
        self.follow_clocks(id, now, changes);
    }

    /// Puts a conversation into the queue of a team, from wherever it is. `avoids` is not given it for a while.
    pub(crate) fn queue(
        &mut self,
        id: &str,
        team: &str,
        avoids: Option<&str>,
        now: UnixMillis,
        changes: &mut Changes,
    ) {
        let waits_for = self.teams.get(team);
        let mut had = None;
        let mut says = None;
        let (choosy, plain) = (
            waits_for.and_then(|team| team.waits_for(true)),
            waits_for.and_then(|team| team.waits_for(false)),
        );
        self.edit(id, changes, |conversation| {
            let held = conversation.state.is_held();
            let step = if conversation.team == team && held {
                Step::GivenBack
            } else {
                Step::Routed
            };
            // Who came back keeps that, so that the agent from before is asked first.
            if conversation.team == team && conversation.state == State::Reopened {
                // Nothing to step.
            } else if !conversation.step(step) {
                return;
            }
            team.clone_into(&mut conversation.team);
            had = conversation.agent.take();
            conversation.avoids = avoids.map(str::to_owned);
            conversation.wants_skills = !conversation.skills.is_empty();
            // Who waited for an answer already does not begin at the end.
            let since = conversation.unanswered_since.unwrap_or(now).min(now);
            conversation.waiting_since = Some(conversation.waiting_since.unwrap_or(since));
            let is_choosy = conversation.wants_skills || conversation.avoids.is_some();
            conversation.fallback_at = if is_choosy { choosy } else { plain }
                .filter(|_| !conversation.fell_back || is_choosy)
                .map(|span| UnixMillis(now.0.saturating_add(span)));
            if held {
                conversation.epoch = conversation.epoch.saturating_add(1);
                says = Some(conversation.clone());
            }
        });
        if let Some(released) = says {
            changes.say(
                &released,
                &format!("{}/released", released.epoch),
                json!({ "do": "released", "conversation": id, "epoch": released.epoch }),
            );
        }
        changes.agents.extend(had);
        self.follow_clocks(id, now, changes);
    }

    /// The team that a fan comes to: the one that was named, else the first that has one of the fan's tags, else `desk`.
    pub(crate) fn route(&self, team: Option<&str>, tags: &[&str]) -> String {
        let named = team.filter(|team| self.teams.contains_key(*team));
        let by_tag = || {
            let has = |team: &&Rc<Team>| tags.iter().any(|tag| team.tags.contains(*tag));
            self.teams.values().find(has).map(|team| team.id.as_str())
        };
        named.or_else(by_tag).unwrap_or(DESK).to_owned()
    }

    /// How long somebody who stands at this place of a team's queue will wait, in milliseconds, by the pace of the last hour. None
    /// while too few were given to tell.
    #[must_use]
    pub fn predicted_wait(&self, team: &str, position: usize, now: UnixMillis) -> Option<i64> {
        let lately = self.given.get(team)?;
        let since = now.0.saturating_sub(LATELY);
        let mut moments = lately.iter().filter(|at| at.0 >= since);
        let first = moments.next()?;
        let gaps = i64::try_from(moments.count())
            .ok()
            .filter(|gaps| *gaps > 0)?;
        // Up to now, not up to the last: a team that stands still gets slower.
        let pace = now.0.saturating_sub(first.0).checked_div(gaps)?;
        Some(pace.saturating_mul(i64::try_from(position).unwrap_or(i64::MAX)))
    }
}
