//! What follows from a row of a shard.

use fandesk_shard::UnixMillis;
use serde_json::json;

use crate::arrived::{Arrived, What};
use crate::changes::{Changes, Told};
use crate::conversation::{Conversation, Window};
use crate::deadline::Breach;
use crate::desk::Desk;
use crate::lifecycle::{State, Step};

impl Desk {
    pub(crate) fn arrived(&mut self, row: Arrived, now: UnixMillis, changes: &mut Changes) {
        let id = row.conversation.as_str();
        if row.what == What::Erased {
            self.erase(&row, changes);
            return;
        }
        let is_known = self.cases.get(id).is_some();
        let opens = matches!(row.what, What::Opened { .. } | What::Wrote | What::Reopened);
        // Whoever has no openid any more was erased before this was told.
        if !is_known && (!opens || row.openid.is_empty()) {
            return;
        }
        if self
            .cases
            .get(id)
            .is_some_and(|found| found.openid.is_none())
        {
            // Whoever was erased stays so; a return makes another conversation.
            self.let_go(id, changes);
            return;
        }
        let had = self.cases.get(id).map_or(row.epoch, |found| found.epoch);
        if is_known {
            self.refresh(&row, changes);
        } else {
            self.open(&row, now, changes);
        }
        if let Some(entry) = row.entry.clone() {
            changes.feed.push(Told::Entry {
                conversation: id.to_owned(),
                entry,
            });
        }
        if !is_known {
            return;
        }
        match row.what {
            What::Wrote | What::Reopened => self.fan_wrote(&row, now, changes),
            What::Sent => self.answered(&row, now, changes),
            What::Scored(score) => self.edit(id, changes, |conversation| {
                conversation.score = Some(score);
            }),
            What::AskedPosition => self.tell_position(&row, now, changes),
            What::Left => self.edit(id, changes, |conversation| {
                conversation.window = Window::default();
            }),
            What::Ended => self.ended(&row, had, now, changes),
            What::Noted => self.did(&row, "note", now, changes),
            What::Opened { .. } | What::Erased | What::Shown => {}
        }
        // One that was closed was only looked up for this.
        self.let_go(id, changes);
    }

    /// What every row may say.
    fn refresh(&mut self, row: &Arrived, changes: &mut Changes) {
        self.edit(&row.conversation, changes, |conversation| {
            conversation.epoch = conversation.epoch.max(row.epoch);
            if let Some(tags) = &row.fan_tags {
                conversation.fan_tags = sorted(tags);
            }
            if let Some(window) = &row.window {
                conversation.window = Window::read(window);
            }
        });
    }

    /// A fan who was handed over, or one who writes in a conversation that this desk has lost: nobody is left alone for that.
    fn open(&mut self, row: &Arrived, now: UnixMillis, changes: &mut Changes) {
        let (reason, team, skills, tags) = match &row.what {
            What::Opened {
                reason,
                team,
                skills,
                tags,
            } => (
                reason.as_str(),
                team.as_deref(),
                skills.as_slice(),
                tags.as_slice(),
            ),
            _ => ("reopened", None, [].as_slice(), [].as_slice()),
        };
        let fan_tags = sorted(row.fan_tags.as_deref().unwrap_or_default());
        let known: Vec<&str> = fan_tags.iter().map(String::as_str).collect();
        let team = self.route(team, &known);
        let mut conversation = Conversation {
            id: row.conversation.clone(),
            channel: row.channel.clone(),
            openid: Some(row.openid.clone()),
            fan_ref: row.fan_ref.clone(),
            state: State::New,
            team: team.clone(),
            agent: None,
            last_agent: None,
            avoids: None,
            tags: sorted(tags),
            fan_tags,
            skills: sorted(skills),
            wants_skills: !skills.is_empty(),
            fell_back: false,
            priority: 0,
            epoch: row.epoch,
            reason: reason.to_owned(),
            opened_at: row.at,
            live_since: row.at,
            waiting_since: None,
            fallback_at: None,
            assigned_at: None,
            resolved_at: None,
            close_at: None,
            last_fan_at: row.at,
            last_answer_at: None,
            first_answered_at: None,
            unanswered_since: Some(row.at),
            preview: String::new(),
            last_from: String::new(),
            unread: 1,
            clocks: Vec::new(),
            breaches: Vec::new(),
            window: row.window.as_ref().map(Window::read).unwrap_or_default(),
            reopened: 0,
            asked: false,
            score: None,
            draft: None,
        };
        conversation.show("fan", row.text(), row.kind());
        changes.conversations.insert(row.conversation.clone(), None);
        self.cases.put(conversation);
        self.queue(&row.conversation, &team, None, now, changes);
    }

    fn fan_wrote(&mut self, row: &Arrived, now: UnixMillis, changes: &mut Changes) {
        let id = row.conversation.as_str();
        let mut returned = None;
        self.edit(id, changes, |conversation| {
            conversation.last_fan_at = conversation.last_fan_at.max(row.at);
            conversation.unread = conversation.unread.saturating_add(1);
            conversation.unanswered_since.get_or_insert(row.at);
            conversation.show("fan", row.text(), row.kind());
            if conversation.state == State::OnHold {
                conversation.step(Step::Resumed);
            } else if conversation.step(Step::Returned) {
                conversation.agent = None;
                conversation.resolved_at = None;
                conversation.close_at = None;
                conversation.live_since = row.at;
                conversation.unanswered_since = Some(row.at);
                conversation.waiting_since = Some(row.at);
                conversation.fell_back = false;
                conversation.reopened = conversation.reopened.saturating_add(1);
                // The shard thought that a person still speaks, so it has not said a new epoch.
                if row.what == What::Wrote {
                    conversation.epoch = conversation.epoch.saturating_add(1);
                }
                returned = Some(conversation.clone());
            }
        });
        match returned {
            Some(returned) => {
                if row.what == What::Wrote {
                    changes.say(
                        &returned,
                        &format!("{}/reopen", returned.epoch),
                        json!({ "do": "reopen", "conversation": id, "epoch": returned.epoch }),
                    );
                }
                let team = Some(returned.team.as_str());
                let tags: Vec<&str> = returned.fan_tags.iter().map(String::as_str).collect();
                self.queue(id, &self.route(team, &tags), None, now, changes);
            }
            None => self.follow_clocks(id, row.at, changes),
        }
    }

    /// An agent's message was accepted at `row.at`: what was promised by then is kept, and the fan is waited for since then, whatever
    /// was noticed in between.
    fn answered(&mut self, row: &Arrived, now: UnixMillis, changes: &mut Changes) {
        let id = row.conversation.as_str();
        self.edit(id, changes, |conversation| {
            let breaches = &mut conversation.breaches;
            for clock in &conversation.clocks {
                let breach = Breach {
                    at: clock.due_at,
                    kind: clock.kind,
                };
                if clock.is_kept_by(row.at) {
                    breaches.retain(|noticed| *noticed != breach);
                } else if !breaches.contains(&breach) {
                    breach.record(breaches);
                }
            }
            conversation.first_answered_at.get_or_insert(row.at);
            conversation.last_answer_at = Some(row.at);
            conversation.unanswered_since = None;
            conversation.unread = 0;
            conversation.show("agent", row.text(), row.kind());
        });
        self.follow_clocks(id, row.at, changes);
        self.did(row, "answer", now, changes);
    }

    /// An agent did something at the shard.
    fn did(&mut self, row: &Arrived, action: &str, now: UnixMillis, changes: &mut Changes) {
        if let Some(agent) = &row.agent {
            changes.note(agent, action, &row.conversation, json!({}));
            self.heard_of(agent, now, changes);
        }
    }

    fn tell_position(&mut self, row: &Arrived, now: UnixMillis, changes: &mut Changes) {
        let Some(conversation) = self.cases.get(&row.conversation) else {
            return;
        };
        let text = match self.cases.position(conversation) {
            Some(position) => {
                let wait = self.predicted_wait(&conversation.team, position, now);
                position_text(position, wait)
            }
            None if conversation.state.is_held() => {
                "客服正在为您服务，请稍候。\nYou are with one of our team, one moment please."
                    .to_owned()
            }
            None => return,
        };
        let key = format!("{}/say", row.key);
        let body = json!({ "do": "say", "conversation": conversation.id, "text": text });
        changes.say(conversation, &key, body);
    }

    /// The fan ended it. Where the desk, whose epoch was `had`, gave it out again before it heard of that, the shard takes what it is
    /// told of it for newer than the end, and has to hear once more that it is done.
    fn ended(&mut self, row: &Arrived, had: i64, now: UnixMillis, changes: &mut Changes) {
        let id = row.conversation.as_str();
        let is_live = |desk: &Self| {
            desk.cases
                .get(id)
                .is_some_and(|found| found.state.is_live())
        };
        let was_live = is_live(self);
        self.done(id, row.at, now, changes);
        if had > row.epoch && was_live && !is_live(self) {
            let agent = self.cases.get(id).and_then(|found| found.agent.clone());
            self.say_resolved(id, agent.as_deref(), false, changes);
        }
    }

    /// Tells the shard that it is done, under a new epoch.
    pub(crate) fn say_resolved(
        &mut self,
        id: &str,
        agent: Option<&str>,
        ask: bool,
        changes: &mut Changes,
    ) {
        let mut done = None;
        self.edit(id, changes, |conversation| {
            conversation.epoch = conversation.epoch.saturating_add(1);
            conversation.asked |= ask;
            done = Some(conversation.clone());
        });
        if let Some(done) = done {
            let key = format!("{}/resolved", done.epoch);
            let body = json!({ "do": "resolved", "conversation": id, "epoch": done.epoch, "agent": agent, "ask": ask });
            changes.say(&done, &key, body);
        }
    }

    /// It is done since `at`, as the shard knows already.
    pub(crate) fn done(
        &mut self,
        id: &str,
        at: UnixMillis,
        now: UnixMillis,
        changes: &mut Changes,
    ) {
        let Some(team) = self.cases.get(id).map(|found| found.team.clone()) else {
            return;
        };
        let reopens_for = self.teams.get(&team).map_or(0, |team| team.reopens_for);
        let mut had = None;
        self.edit(id, changes, |conversation| {
            if !conversation.step(Step::Resolved) {
                return;
            }
            had.clone_from(&conversation.agent);
            conversation.resolved_at = Some(at);
            conversation.close_at = Some(UnixMillis(at.0.saturating_add(reopens_for)));
            conversation.waiting_since = None;
            conversation.fallback_at = None;
            conversation.unanswered_since = None;
        });
        changes.agents.extend(had);
        self.follow_clocks(id, now, changes);
    }

    /// Everything personal of a fan goes, in every conversation that they had.
    fn erase(&mut self, row: &Arrived, changes: &mut Changes) {
        let theirs: Vec<String> = self
            .cases
            .all()
            .filter(|found| found.fan_ref == row.fan_ref || found.id == row.conversation)
            .map(|found| found.id.clone())
            .collect();
        for id in theirs {
            let mut had = None;
            self.edit(&id, changes, |conversation| {
                had.clone_from(&conversation.agent);
                conversation.forget();
                conversation.step(Step::Erased);
                conversation.clocks.clear();
            });
            changes.drafts.insert(id.clone());
            changes.agents.extend(had);
            self.let_go(&id, changes);
        }
        changes.erased.insert(row.fan_ref.clone());
    }
}

impl Conversation {
    /// Forgets who the fan is and what was said.
    pub(crate) fn forget(&mut self) {
        self.openid = None;
        self.preview.clear();
        self.fan_tags.clear();
        self.draft = None;
        self.window = Window::default();
    }
}

/// What a fan in a queue is told: how many are ahead, and about how long it takes.
fn position_text(position: usize, wait: Option<i64>) -> String {
    let ahead = position.saturating_sub(1);
    let (mut chinese, mut english) = match ahead {
        0 => ("您是下一位".to_owned(), "You are next".to_owned()),
        1 => (
            "您前面还有 1 位".to_owned(),
            "There is 1 person ahead of you".to_owned(),
        ),
        _ => (
            format!("您前面还有 {ahead} 位"),
            format!("There are {ahead} people ahead of you"),
        ),
    };
    if let Some(wait) = wait {
        let minutes = wait.saturating_add(59_999).div_euclid(60_000).max(1);
        chinese.push_str(&format!("，预计等待约 {minutes} 分钟"));
        english.push_str(&format!(", about {minutes} min"));
    }
    format!("{chinese}。\n{english}.")
}

/// Without repeats, in order.
pub(crate) fn sorted(texts: &[String]) -> Vec<String> {
    let mut texts = texts.to_vec();
    texts.sort();
    texts.dedup();
    texts
}
