//! What time does: clocks ring, who waited too long goes elsewhere, what is done is closed, fans of who is gone are given back.

use std::time::Duration;

use fandesk_shard::UnixMillis;
use serde_json::json;

use crate::changes::{BY_DESK, Changes, Told};
use crate::conversation::Conversation;
use crate::deadline::{Breach, Clock, Kind, Ring};
use crate::desk::Desk;
use crate::lifecycle::{State, Step};

/// How long somebody keeps their fans when their console is gone: a page that loads again takes a few seconds.
pub const GRACE: Duration = Duration::from_secs(30);

impl Desk {
    /// When the next turn is due if nothing happens until then. None for never.
    #[must_use]
    pub fn next_due(&self, now: UnixMillis) -> Option<UnixMillis> {
        let cases = self.cases.first_due().map(|(at, _)| at);
        let gone = self.agents.values().filter_map(|agent| {
            let dropped_at = agent.presence.dropped_at?;
            (self.cases.load(&agent.id) > 0).then(|| dropped_at.plus(GRACE))
        });
        let duty = self
            .cases
            .teams_with_queues()
            .filter_map(|team| self.teams.get(team)?.roster_changes_at(now));
        cases.into_iter().chain(gone).chain(duty).min()
    }

    /// Does all that time did until now, but giving out fans.
    pub(crate) fn pass(&mut self, now: UnixMillis, changes: &mut Changes) {
        while let Some((at, id)) = self.cases.first_due() {
            if at > now {
                break;
            }
            let id = id.to_owned();
            self.ring(&id, now, changes);
            self.fall_back(&id, now, changes);
            self.close(&id, now, changes);
        }
        let gone: Vec<String> = self
            .agents
            .values()
            .filter(|agent| {
                let dropped_at = agent.presence.dropped_at;
                dropped_at.is_some_and(|at| at.plus(GRACE) <= now)
            })
            .map(|agent| agent.id.clone())
            .collect();
        for agent in gone {
            self.give_back_all(&agent, "gone", now, changes);
            if let Some(agent) = self.agents.get_mut(&agent) {
                agent.presence.dropped_at = None;
            }
            changes.agents.insert(agent);
        }
    }

    /// Gives back everything that somebody has, with the reason for the audit.
    pub(crate) fn give_back_all(
        &mut self,
        agent: &str,
        why: &str,
        now: UnixMillis,
        changes: &mut Changes,
    ) {
        for id in self.cases.held_by(agent) {
            self.give_back(&id, agent, why, now, changes);
        }
    }

    pub(crate) fn give_back(
        &mut self,
        id: &str,
        agent: &str,
        why: &str,
        now: UnixMillis,
        changes: &mut Changes,
    ) {
        let Some(team) = self.cases.get(id).map(|found| found.team.clone()) else {
            return;
        };
        self.queue(id, &team, None, now, changes);
        let detail = json!({ "agent": agent, "why": why });
        changes.note(BY_DESK, "release", id, detail);
    }

    fn ring(&mut self, id: &str, now: UnixMillis, changes: &mut Changes) {
        let mut rang = Vec::new();
        self.edit(id, changes, |conversation| {
            for clock in &mut conversation.clocks {
                if let Some(ring) = clock.ring(now) {
                    if ring == Ring::Breach {
                        let (at, kind) = (clock.due_at, clock.kind);
                        Breach { at, kind }.record(&mut conversation.breaches);
                    }
                    rang.push((clock.kind, ring));
                }
            }
        });
        for (kind, ring) in rang {
            changes.feed.push(Told::Deadline {
                conversation: id.to_owned(),
                kind,
                ring,
            });
        }
    }

    fn fall_back(&mut self, id: &str, now: UnixMillis, changes: &mut Changes) {
        let Some(conversation) = self
            .cases
            .get(id)
            .filter(|found| found.state.queues() && found.fallback_at.is_some_and(|at| at <= now))
        else {
            return;
        };
        let fallback = self
            .teams
            .get(&conversation.team)
            .and_then(|team| team.fallback.clone())
            .filter(|_| !conversation.fell_back);
        let from = conversation.team.clone();
        if conversation.wants_skills || conversation.avoids.is_some() {
            self.edit(id, changes, |conversation| {
                conversation.wants_skills = false;
                conversation.avoids = None;
                conversation.fallback_at = fallback
                    .map(|fallback| UnixMillis(now.0.saturating_add(fallback.after.max(1))));
            });
            changes.note(BY_DESK, "waive", id, json!({ "team": from }));
            return;
        }
        let to = fallback
            .map(|fallback| fallback.team)
            .filter(|team| *team != from && self.teams.contains_key(team));
        self.edit(id, changes, |conversation| {
            conversation.fallback_at = None;
            conversation.fell_back = true;
        });
        if let Some(to) = to {
            self.queue(id, &to, None, now, changes);
            let detail = json!({ "from": from, "to": to, "why": "fallback" });
            changes.note(BY_DESK, "transfer", id, detail);
        }
    }

    fn close(&mut self, id: &str, now: UnixMillis, changes: &mut Changes) {
        let is_over = self.cases.get(id).is_some_and(|found| {
            found.state == State::Resolved && found.close_at.is_some_and(|at| at <= now)
        });
        if is_over {
            let mut had_draft = false;
            self.edit(id, changes, |conversation| {
                conversation.step(Step::Expired);
                had_draft = conversation.draft.take().is_some();
            });
            if had_draft {
                changes.drafts.insert(id.to_owned());
            }
            if let Some(closed) = self.cases.get(id) {
                let key = format!("{}/closed", closed.epoch);
                let body = json!({ "do": "closed", "conversation": id, "epoch": closed.epoch });
                changes.say(closed, &key, body);
            }
            self.let_go(id, changes);
        }
    }

    /// Takes a conversation out of memory if it is closed.
    pub(crate) fn let_go(&mut self, id: &str, changes: &mut Changes) {
        let is_closed = |found: &Conversation| found.state == State::Closed;
        if self.cases.get(id).is_some_and(is_closed) {
            changes.closed.extend(self.cases.take(id));
        }
    }

    /// Brings the clocks of a conversation in line with its state since `at`: which run, which stand, which are done, and to which
    /// promise.
    pub(crate) fn follow_clocks(&mut self, id: &str, at: UnixMillis, changes: &mut Changes) {
        let Some(team) = self.cases.get(id).map(|found| found.team.clone()) else {
            return;
        };
        let Some(team) = self.teams.get(&team).cloned() else {
            return;
        };
        let hours = team.hours.as_ref();
        self.edit(id, changes, |conversation| {
            let tags = conversation.all_tags();
            let priority = team.policy.priority(&tags);
            let targets = Kind::ALL.map(|kind| (kind, team.policy.target(kind, &tags)));
            conversation.priority = priority;
            for (kind, target) in targets {
                let since = runs_since(kind, conversation);
                let place = conversation
                    .clocks
                    .iter()
                    .position(|clock| clock.kind == kind);
                match (since, target, place) {
                    (None, _, Some(place)) | (_, None, Some(place)) => {
                        conversation.clocks.remove(place);
                    }
                    (Some(since), Some(target), None) => {
                        let clock = Clock::start(kind, target, since, hours);
                        conversation.clocks.extend(clock);
                    }
                    (Some(_), Some(target), Some(place)) => {
                        if let Some(clock) = conversation.clocks.get_mut(place) {
                            clock.retarget(target, at, hours);
                        }
                    }
                    (None, _, None) | (_, None, None) => {}
                }
            }
            let stands = is_fan_awaited(conversation);
            let resolution = conversation
                .clocks
                .iter_mut()
                .filter(|clock| clock.kind == Kind::Resolution);
            for clock in resolution {
                if stands {
                    clock.pause(at, hours);
                } else {
                    clock.resume(at, hours);
                }
            }
        });
    }
}

/// Since when a promise of this kind is to be kept, if it is.
fn runs_since(kind: Kind, conversation: &Conversation) -> Option<UnixMillis> {
    if !conversation.state.is_live() {
        return None;
    }
    let answered = conversation.first_answered_at.is_some();
    match kind {
        Kind::FirstAnswer if !answered => Some(conversation.live_since),
        Kind::NextAnswer if answered => conversation.unanswered_since,
        Kind::Resolution => Some(conversation.live_since),
        Kind::FirstAnswer | Kind::NextAnswer => None,
    }
}

/// Whether it is the fan's turn.
fn is_fan_awaited(conversation: &Conversation) -> bool {
    conversation.state == State::OnHold || conversation.unanswered_since.is_none()
}
