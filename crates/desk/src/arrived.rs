//! What shards tell: rows of their lane `desk`, in the order of each fan's ledger.

use fandesk_shard::UnixMillis;
use serde_json::Value;

use crate::fields::{Fields, Unreadable};

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrived {
    /// What tells repeats.
    pub key: String,
    /// Which conversation; empty when an erased fan has none.
    pub conversation: String,
    /// The shard's newest number for who speaks.
    pub epoch: i64,
    /// Who the fan is on the channel; empty once they are erased.
    pub openid: String,
    /// The person for statistics.
    pub fan_ref: String,
    /// When it happened.
    pub at: UnixMillis,
    /// `wechat` or `web`.
    pub channel: String,
    /// The entry of the thread, for what is shown there.
    pub entry: Option<Value>,
    /// What the fan is called now, where the row says so.
    pub fan_tags: Option<Vec<String>>,
    /// Until when and how often they may be written to, where the row says so.
    pub window: Option<Value>,
    /// The agent who did it, where one did.
    pub agent: Option<String>,
    /// What happened.
    pub what: What,
}

/// What happened at the shard.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A fan was handed over.
    Opened {
        /// Why.
        reason: String,
        /// To which team, if the playbook says so.
        team: Option<String>,
        /// What an agent has to be able to do.
        skills: Vec<String>,
        /// What the conversation is about.
        tags: Vec<String>,
    },
    /// The fan wrote.
    Wrote,
    /// The fan wrote after it was done.
    Reopened,
    /// An agent's message was accepted.
    Sent,
    /// An agent noted something.
    Noted,
    /// The fan said how it was.
    Scored(i64),
    /// The fan wants to know how long it takes.
    AskedPosition,
    /// The fan follows no more.
    Left,
    /// The fan ended it by word.
    Ended,
    /// Everything personal has to go.
    Erased,
    /// Only the thread is otherwise, by a job's new state, or the window, by a tap. Also what a later release tells.
    Shown,
}

impl Arrived {
    /// Reads a row.
    ///
    /// # Errors
    /// Which field is missing or of another kind.
    pub fn read(value: &Value) -> Result<Self, Unreadable> {
        let fields = Fields::of(value, "row")?;
        let what = match fields.required("type")?.as_str() {
            "opened" => What::Opened {
                reason: fields
                    .text("reason")
                    .unwrap_or_else(|| "default".to_owned()),
                team: fields.text("team"),
                skills: fields.texts("skills"),
                tags: fields.texts("tags"),
            },
            "wrote" => What::Wrote,
            "reopened" => What::Reopened,
            "sent" => What::Sent,
            "noted" => What::Noted,
            "scored" => What::Scored(
                fields
                    .number("score")
                    .filter(|score| (1..=5).contains(score))
                    .ok_or_else(|| Unreadable::new("score", "a number from 1 to 5"))?,
            ),
            "asked_position" => What::AskedPosition,
            "left" => What::Left,
            "ended" => What::Ended,
            "erased" => What::Erased,
            _ => What::Shown,
        };
        let conversation = match what {
            What::Erased => fields.text("conversation").unwrap_or_default(),
            _ => fields.required("conversation")?,
        };
        Ok(Self {
            key: fields.required("key")?,
            conversation,
            epoch: fields.number("epoch").unwrap_or(0),
            openid: fields.text("openid").unwrap_or_default(),
            fan_ref: fields.required("fan_ref")?,
            at: fields.at("at")?,
            channel: fields
                .text("channel")
                .unwrap_or_else(|| "wechat".to_owned()),
            entry: fields.get("entry").cloned(),
            fan_tags: fields.get("fan_tags").map(|_| fields.texts("fan_tags")),
            window: fields.get("window").cloned(),
            agent: fields.text("agent").or_else(|| {
                let agent = fields.get("entry")?.get("agent")?.get("id")?.as_str();
                agent.map(str::to_owned)
            }),
            what,
        })
    }

    pub(crate) fn text(&self) -> Option<&str> {
        self.entry.as_ref()?.get("text")?.as_str()
    }

    pub(crate) fn kind(&self) -> &str {
        let kind = self.entry.as_ref().and_then(|entry| entry.get("kind"));
        kind.and_then(Value::as_str).unwrap_or("text")
    }
}
