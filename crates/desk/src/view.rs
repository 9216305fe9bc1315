//! What people are shown, as JSON of the API.

use fandesk_shard::UnixMillis;
use serde_json::{Value, json};

use crate::agent::Agent;
use crate::conversation::Conversation;
use crate::desk::Desk;
use crate::fields::moment;
use crate::lifecycle::State;
use crate::team::Team;
use crate::who::{Role, Who};

impl Desk {
    /// A conversation.
    #[must_use]
    pub fn view(&self, conversation: &Conversation) -> Value {
        let mut view = conversation.view();
        if let Some(view) = view.as_object_mut() {
            let name = conversation.agent.as_ref().map(|agent| self.name_of(agent));
            view.insert("agent_name".to_owned(), name.into());
            let position = self.cases.position(conversation);
            view.insert("position".to_owned(), position.into());
        }
        view
    }

    /// A person, as colleagues see them.
    #[must_use]
    pub fn view_agent(&self, agent: &Agent) -> Value {
        json!({
            "id": agent.id,
            "name": agent.name,
            "status": agent.presence.status().name(),
            "load": self.cases.load(&agent.id),
            "capacity": agent.capacity,
            "teams": agent.teams,
        })
    }

    /// The row of a conversation for reports: nothing personal.
    #[must_use]
    pub fn view_case(&self, conversation: &Conversation) -> Value {
        let breaches: Vec<Value> = conversation
            .breaches
            .iter()
            .map(|breach| json!({ "kind": breach.kind.name(), "at": breach.at.0 }))
            .collect();
        json!({
            "id": conversation.id,
            "fan_ref": conversation.fan_ref,
            "channel": conversation.channel,
            "state": conversation.state.name(),
            "team": conversation.team,
            "agent": conversation.agent,
            "tags": conversation.tags,
            "priority": conversation.priority,
            "epoch": conversation.epoch,
            "reason": conversation.reason,
            "opened_at": conversation.opened_at.0,
            "assigned_at": moment(conversation.assigned_at),
            "first_answered_at": moment(conversation.first_answered_at),
            "resolved_at": moment(conversation.resolved_at),
            "reopened": conversation.reopened,
            "score": conversation.score,
            "breaches": breaches,
        })
    }

    /// The wall: teams of this person with their queues, and the people who work for them. Analysts, who are in no team, see all: there is no
    /// text on it.
    #[must_use]
    pub fn wall(&self, who: &Who, now: UnixMillis) -> Value {
        let teams: Vec<&Team> = self
            .teams()
            .filter(|team| who.role == Role::Analyst || self.is_of_team(who, &team.id))
            .collect();
        let agents: Vec<Value> = self
            .agents
            .values()
            .filter(|agent| agent.active)
            .filter(|agent| teams.iter().any(|team| self.is_member(agent, &team.id)))
            .map(|agent| self.view_agent(agent))
            .collect();
        let teams: Vec<Value> = teams.iter().map(|team| self.view_team(team, now)).collect();
        json!({ "teams": teams, "agents": agents })
    }

    fn view_team(&self, team: &Team, now: UnixMillis) -> Value {
        let of_team = || {
            let live = |found: &&Conversation| found.state.is_live() && found.team == team.id;
            self.cases.all().filter(live)
        };
        let in_state = |state| of_team().filter(|found| found.state == state).count();
        let waiting = self.cases.queue(&team.id).count();
        let oldest = self
            .cases
            .queue(&team.id)
            .map(|(_, since, _)| since.0)
            .min();
        let wait = if waiting == 0 && self.has_free(team, now) {
            Some(0)
        } else {
            self.predicted_wait(&team.id, waiting.saturating_add(1), now)
        };
        json!({
            "id": team.id,
            "name": team.name,
            "waiting": waiting,
            "oldest_wait_ms": oldest.map(|since| now.0.saturating_sub(since).max(0)),
            "predicted_wait_ms": wait,
            "assigned": in_state(State::Assigned),
            "on_hold": in_state(State::OnHold),
            "breached": of_team().filter(|found| found.is_breached()).count(),
            "warned": of_team().filter(|found| found.is_warned(now)).count(),
        })
    }

    /// An answer that is being written.
    #[must_use]
    pub fn view_draft(&self, conversation: &Conversation) -> Value {
        match &conversation.draft {
            Some(draft) => json!({
                "text": draft.text,
                "by": draft.by,
                "by_name": self.name_of(&draft.by),
                "at": draft.at.0,
            }),
            None => json!({ "text": null, "by": null, "by_name": null, "at": null }),
        }
    }
}
