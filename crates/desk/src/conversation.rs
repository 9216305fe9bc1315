//! One conversation between a fan and the desk, with all that is kept of it.

use fandesk_shard::UnixMillis;
use serde_json::{Value, json};

use crate::deadline::{Breach, Clock};
use crate::fields::{Fields, Unreadable, moment};
use crate::lifecycle::{State, Step, next};

/// Characters of the last text that lists show.
const PREVIEW: usize = 100;

/// A conversation. Its id is that of the event that opened it.
#[derive(Clone, Debug, PartialEq)]
pub struct Conversation {
    /// Such as `3.41`: the shard and the place in its ledger.
    pub id: String,
    /// `wechat` or `web`. Nothing here depends on it.
    pub channel: String,
    /// Who the fan is on that channel; none when they were erased.
    pub openid: Option<String>,
    /// The person for statistics.
    pub fan_ref: String,
    /// Where it is.
    pub state: State,
    /// Whose it is.
    pub team: String,
    /// Who has it.
    pub agent: Option<String>,
    /// Who had it last.
    pub last_agent: Option<String>,
    /// Who gave it back and is not given it again for a while.
    pub avoids: Option<String>,
    /// What agents call it, sorted.
    pub tags: Vec<String>,
    /// What the fan is called, sorted; personal.
    pub fan_tags: Vec<String>,
    /// What an agent has to be able to do, all of it.
    pub skills: Vec<String>,
    /// Whether that still counts.
    pub wants_skills: bool,
    /// Whether it came here because another team took too long.
    pub fell_back: bool,
    /// Higher is served first.
    pub priority: i64,
    /// Rises with every change of who speaks or who is assigned.
    pub epoch: i64,
    /// Why it was opened.
    pub reason: String,
    /// When.
    pub opened_at: UnixMillis,
    /// When it was opened, or the fan last came back.
    pub live_since: UnixMillis,
    /// Since when the fan stands in a queue.
    pub waiting_since: Option<UnixMillis>,
    /// When the queue is not enough any more.
    pub fallback_at: Option<UnixMillis>,
    /// Since when the agent has it.
    pub assigned_at: Option<UnixMillis>,
    /// When it was done.
    pub resolved_at: Option<UnixMillis>,
    /// When it is over for good.
    pub close_at: Option<UnixMillis>,
    /// When the fan wrote last.
    pub last_fan_at: UnixMillis,
    /// When an agent wrote last.
    pub last_answer_at: Option<UnixMillis>,
    /// When an agent wrote first.
    pub first_answered_at: Option<UnixMillis>,
    /// Since when the fan waits for an answer.
    pub unanswered_since: Option<UnixMillis>,
    /// The last text; personal.
    pub preview: String,
    /// Who wrote it: `fan`, `agent` or `bot`.
    pub last_from: String,
    /// What the fan wrote since it was last read.
    pub unread: i64,
    /// The clocks that run or stand.
    pub clocks: Vec<Clock>,
    /// Promises that were not kept.
    pub breaches: Vec<Breach>,
    /// Until when and how often the fan may be written to, as the shard said last.
    pub window: Window,
    /// How often the fan came back.
    pub reopened: i64,
    /// Whether the fan was asked how it was: once a conversation.
    pub asked: bool,
    /// How it was, from 1 to 5.
    pub score: Option<i64>,
    /// An answer that is being written; personal.
    pub draft: Option<Draft>,
}

/// Until when and how often a fan may be written to. Nobody may be by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// None when it is over.
    pub until: Option<UnixMillis>,
    /// Messages.
    pub left: i64,
}

impl Window {
    /// Reads `{"until", "left"}`; what is not there is not allowed.
    #[must_use]
    pub fn read(value: &Value) -> Self {
        let number = |name: &str| value.get(name).and_then(Value::as_i64);
        Self {
            until: number("until").map(UnixMillis),
            left: number("left").unwrap_or(0),
        }
    }
}

/// An answer that is being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// By whom.
    pub by: String,
    /// The text so far.
    pub text: String,
    /// Since when it is so.
    pub at: UnixMillis,
}

impl Conversation {
    /// Takes a step of its life. False, and nothing changed, when there is no such step from here.
    pub(crate) fn step(&mut self, step: Step) -> bool {
        let Some(state) = next(self.state, step) else {
            return false;
        };
        self.state = state;
        true
    }

    /// All tags that count for promises: those of the conversation and of the fan.
    #[must_use]
    pub fn all_tags(&self) -> Vec<&str> {
        let tags = self.tags.iter().chain(&self.fan_tags);
        tags.map(String::as_str).collect()
    }

    /// When it has to be looked at next, whatever else happens.
    #[must_use]
    pub fn due_at(&self) -> Option<UnixMillis> {
        let clocks = self.clocks.iter().filter_map(Clock::rings_at);
        let queue = self.fallback_at.filter(|_| self.state.queues());
        let end = self.close_at.filter(|_| self.state == State::Resolved);
        clocks.chain(queue).chain(end).min()
    }

    /// Whether a promise is broken that still waits to be kept.
    #[must_use]
    pub fn is_breached(&self) -> bool {
        self.clocks.iter().any(|clock| clock.breached_at.is_some())
    }

    /// Whether one is about to be.
    #[must_use]
    pub fn is_warned(&self, now: UnixMillis) -> bool {
        self.clocks.iter().any(|clock| {
            clock.breached_at.is_none() && clock.left.is_none() && clock.warn_at <= now
        })
    }

    /// Remembers what was said last.
    pub(crate) fn show(&mut self, from: &str, text: Option<&str>, kind: &str) {
        from.clone_into(&mut self.last_from);
        self.preview = match text {
            Some(text) => text.chars().take(PREVIEW).collect(),
            None => format!("[{kind}]"),
        };
    }

    /// What the API shows of it that does not depend on anything else.
    #[must_use]
    pub fn view(&self) -> Value {
        json!({
            "id": self.id,
            "channel": self.channel,
            "openid": self.openid,
            "state": self.state.name(),
            "team": self.team,
            "agent": self.agent,
            "tags": self.tags,
            "priority": self.priority,
            "epoch": self.epoch,
            "reason": self.reason,
            "opened_at": self.opened_at.0,
            "waiting_since": moment(self.waiting_since),
            "assigned_at": moment(self.assigned_at),
            "resolved_at": moment(self.resolved_at),
            "last_fan_at": self.last_fan_at.0,
            "last_answer_at": moment(self.last_answer_at),
            "first_answered_at": moment(self.first_answered_at),
            "preview": self.preview,
            "last_from": self.last_from,
            "unread": self.unread,
            "fan_tags": self.fan_tags,
            "deadlines": self.clocks.iter().map(Clock::view).collect::<Vec<_>>(),
            "window": { "until": moment(self.window.until), "left": self.window.left },
            "reopened": self.reopened,
            "score": self.score,
            "draft_by": self.draft.as_ref().map(|draft| &draft.by),
        })
    }

    /// All of it but the draft, which has a row of its own.
    pub(crate) fn write(&self) -> Value {
        let mut kept = self.view();
        let more = json!({
            "fan_ref": self.fan_ref,
            "last_agent": self.last_agent,
            "avoids": self.avoids,
            "skills": self.skills,
            "wants_skills": self.wants_skills,
            "fell_back": self.fell_back,
            "fallback_at": moment(self.fallback_at),
            "live_since": self.live_since.0,
            "asked": self.asked,
            "close_at": moment(self.close_at),
            "unanswered_since": moment(self.unanswered_since),
            "clocks": self.clocks.iter().map(Clock::write).collect::<Vec<_>>(),
            "breaches": self.breaches.iter().map(Breach::write).collect::<Vec<_>>(),
        });
        if let (Some(kept), Value::Object(more)) = (kept.as_object_mut(), more) {
            kept.remove("deadlines");
            kept.remove("draft_by");
            kept.extend(more);
        }
        kept
    }

    /// Reads [`Conversation::write`].
    pub(crate) fn read(value: &Value) -> Result<Self, Unreadable> {
        let fields = Fields::of(value, "conversation")?;
        let clocks = fields.items("clocks").iter().map(Clock::read);
        let breaches = fields.items("breaches").iter().map(Breach::read);
        Ok(Self {
            id: fields.required("id")?,
            channel: fields.required("channel")?,
            openid: fields.text("openid"),
            fan_ref: fields.required("fan_ref")?,
            state: fields
                .str("state")
                .and_then(State::read)
                .ok_or_else(|| Unreadable::new("state", "a state"))?,
            team: fields.required("team")?,
            agent: fields.text("agent"),
            last_agent: fields.text("last_agent"),
            avoids: fields.text("avoids"),
            tags: fields.texts("tags"),
            fan_tags: fields.texts("fan_tags"),
            skills: fields.texts("skills"),
            wants_skills: fields.flag("wants_skills"),
            fell_back: fields.flag("fell_back"),
            priority: fields.number("priority").unwrap_or(0),
            epoch: fields.number("epoch").unwrap_or(0),
            reason: fields.text("reason").unwrap_or_default(),
            opened_at: fields.at("opened_at")?,
            live_since: fields.at("live_since")?,
            asked: fields.flag("asked"),
            waiting_since: fields.moment("waiting_since"),
            fallback_at: fields.moment("fallback_at"),
            assigned_at: fields.moment("assigned_at"),
            resolved_at: fields.moment("resolved_at"),
            close_at: fields.moment("close_at"),
            last_fan_at: fields.at("last_fan_at")?,
            last_answer_at: fields.moment("last_answer_at"),
            first_answered_at: fields.moment("first_answered_at"),
            unanswered_since: fields.moment("unanswered_since"),
            preview: fields.text("preview").unwrap_or_default(),
            last_from: fields.text("last_from").unwrap_or_default(),
            unread: fields.number("unread").unwrap_or(0),
            clocks: clocks.collect::<Result<_, _>>()?,
            breaches: breaches.collect::<Result<_, _>>()?,
            window: fields.get("window").map(Window::read).unwrap_or_default(),
            reopened: fields.number("reopened").unwrap_or(0),
            score: fields.number("score"),
            draft: None,
        })
    }
}
