//! What the Desk is told: rows of the lane `desk`, each with the event that it comes from.
//!
//! A row is JSON with `key` (a repeat has the same and changes nothing), `type`, `conversation`, `epoch`, `openid`, `fan_ref`, `at` (ms),
//! `event`, `channel`, and what its type has beside.

use fandesk_playbook::Routing;
use serde_json::{Map, Value as Json, json};

use super::{entry, rate};
use crate::UnixMillis;
use crate::channel::Channel;
use crate::conversations;
use crate::events::{self, EventId};
use crate::fan::Fan;
use crate::outbox::{self, Lane};
use crate::sql::{Database, SqlError};
use crate::tags;

/// Why a fan is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// They asked for a person.
    Command,
    /// An intent says so.
    Intent,
    /// A rule, a welcome or a code says so.
    Rule,
    /// An entry of a menu, a question or a tap says so.
    Menu,
    /// Nothing answered them.
    Default,
}

impl Reason {
    /// Told from what counts the answer's hits.
    #[must_use]
    pub fn of_hit(hit: &str) -> Self {
        match hit.split([':', '[']).next().unwrap_or_default() {
            "command" => Self::Command,
            "intent" | "identity" => Self::Intent,
            "menu" | "faq" | "click" => Self::Menu,
            "default" => Self::Default,
            _ => Self::Rule,
        }
    }

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Intent => "intent",
            Self::Rule => "rule",
            Self::Menu => "menu",
            Self::Default => "default",
        }
    }
}

/// What a fan did, as the Desk hears of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A conversation began.
    Opened {
        /// Why.
        reason: Reason,
        /// To whom, and about what.
        routing: Routing,
        /// Nothing answered the fan, which counts for the rate that the desk bears.
        unasked: bool,
    },
    /// They wrote while a person speaks.
    Wrote,
    /// They wrote after it was resolved, and it goes on.
    Reopened,
    /// They asked for a person while they wait.
    AskedPosition,
    /// They did something that is no word for anybody and lets them be written to again, such as a tap.
    Window,
    /// They do not follow any more.
    Left,
    /// They ended it.
    Ended,
    /// They gave a mark.
    Scored(u8),
}

impl Told {
    /// The word for it in the row.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Wrote => "wrote",
            Self::Reopened => "reopened",
            Self::AskedPosition => "asked_position",
            Self::Window => "window",
            Self::Left => "left",
            Self::Ended => "ended",
            Self::Scored(_) => "scored",
        }
    }

    /// What the ledger notes of it beside the fan's message, as a kind and what belongs to it.
    pub(crate) fn noted(&self) -> Option<(&'static str, Vec<(&'static str, Json)>)> {
        Some(match self {
            Self::Opened {
                reason, routing, ..
            } => {
                let mut beside = vec![("reason", reason.name().into())];
                let team = routing.team.as_deref();
                beside.extend(team.map(|team| ("team", team.into())));
                ("handover", beside)
            }
            Self::Reopened => ("desk.reopened", Vec::new()),
            Self::Ended => ("desk.ended", Vec::new()),
            Self::Scored(score) => ("desk.score", vec![("score", (*score).into())]),
            Self::Wrote | Self::AskedPosition | Self::Window | Self::Left => return None,
        })
    }

    /// The state that the conversation has then, if it changes.
    fn state(&self) -> Option<&'static str> {
        match self {
            Self::Reopened => Some("waiting"),
            Self::Ended => Some("resolved"),
            _ => None,
        }
    }
}

/// Something to tell, and how the conversation was then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    /// What.
    pub told: Told,
    /// Of which conversation.
    pub conversation: EventId,
    /// Its epoch.
    pub epoch: i64,
    /// Until when, and how often, the fan may be written to.
    pub window: Json,
}

impl Telling {
    /// What is told of the conversation that the fan has; none if there is none.
    #[must_use]
    pub fn of(told: Told, fan: &Fan, now: UnixMillis) -> Option<Self> {
        let case = fan.desk.as_ref()?.case.as_ref()?;
        Some(Self {
            told,
            conversation: case.conversation,
            epoch: case.epoch,
            window: window(fan, now),
        })
    }
}

/// Until when, and how often, a fan may be written to.
#[must_use]
pub fn window(fan: &Fan, now: UnixMillis) -> Json {
    json!({ "until": fan.window.until(now), "left": fan.window.left(now) })
}

/// What all rows have.
pub(crate) struct Head<'a> {
    pub(crate) conversation: EventId,
    pub(crate) epoch: i64,
    /// Nobody's once the person is erased: the Desk knows the `fan_ref`.
    pub(crate) openid: Option<&'a str>,
    pub(crate) fan_ref: &'a str,
    pub(crate) at: UnixMillis,
    pub(crate) event: Option<EventId>,
}

/// Puts a row into the lane.
pub(crate) fn put(
    db: &impl Database,
    key: &str,
    kind: &str,
    head: &Head<'_>,
    beside: impl IntoIterator<Item = (&'static str, Json)>,
) -> Result<(), SqlError> {
    let mut row = Map::new();
    row.insert("key".into(), key.into());
    row.insert("type".into(), kind.into());
    row.insert("conversation".into(), head.conversation.to_string().into());
    row.insert("epoch".into(), head.epoch.into());
    row.insert("openid".into(), head.openid.map_or(Json::Null, Json::from));
    row.insert("fan_ref".into(), head.fan_ref.into());
    row.insert("at".into(), head.at.0.into());
    row.insert(
        "event".into(),
        head.event
            .map_or(Json::Null, |event| event.to_string().into()),
    );
    // Of somebody who is erased there is nothing to be told but that.
    let channel = head.openid.map_or(Channel::WeChat, Channel::of);
    row.insert("channel".into(), channel.name().into());
    for (name, value) in beside {
        row.insert(name.to_owned(), value);
    }
    outbox::put(db, Lane::Desk, key, &Json::Object(row))
}

/// Tells the Desk what a fan did with an event that is written already, in its savepoint.
pub(crate) fn tell(
    db: &impl Database,
    event: EventId,
    (openid, fan_ref): (&str, &str),
    telling: &Telling,
    now: UnixMillis,
) -> Result<(), SqlError> {
    let told = &telling.told;
    let head = Head {
        conversation: telling.conversation,
        epoch: telling.epoch,
        openid: Some(openid),
        fan_ref,
        at: now,
        event: Some(event),
    };
    let mut beside = Vec::new();
    match told {
        Told::Opened {
            reason, routing, ..
        } => {
            beside.push(("reason", reason.name().into()));
            beside.push((
                "team",
                routing.team.as_deref().map_or(Json::Null, Json::from),
            ));
            beside.push(("skills", routing.skills.clone().into()));
            beside.push(("tags", routing.tags.clone().into()));
        }
        Told::Scored(score) => beside.push(("score", (*score).into())),
        _ => {}
    }
    if let Told::Opened { .. } | Told::Wrote | Told::Reopened = told {
        let written = events::load(db, event.seq)?;
        let entry = written.map_or(Json::Null, |written| {
            entry::of_event(event.shard, &written, None)
        });
        beside.push(("entry", entry));
        beside.push(("fan_tags", tags::load(db, openid)?.into()));
    }
    if let Told::Opened { .. } | Told::Wrote | Told::Reopened | Told::AskedPosition | Told::Window =
        told
    {
        beside.push(("window", telling.window.clone()));
    }
    match told {
        Told::Opened { unasked, .. } => {
            if *unasked {
                rate::count(db, now)?;
            }
            conversations::open(db, &telling.conversation, fan_ref, now)?;
        }
        told => {
            if let Some(state) = told.state() {
                conversations::turn(db, &telling.conversation, fan_ref, state, now)?;
            }
        }
    }
    let key = format!("{event}/{}", told.name());
    put(db, &key, told.name(), &head, beside)
}

/// The person is erased: what still waits for the Desk goes, and it forgets what it has.
pub(crate) fn forget(
    db: &impl Database,
    openid: &str,
    fan_ref: &str,
    now: UnixMillis,
) -> Result<(), SqlError> {
    db.run(
        "DELETE FROM outbox WHERE lane = 'desk' AND json_extract(body, '$.openid') = ?",
        &[openid.into()],
    )?;
    let statement =
        "SELECT desk ->> '$.case.conversation', desk ->> '$.case.epoch' FROM fans WHERE openid = ?";
    let row = db.first(statement, &[openid.into()])?;
    let conversation = row.as_ref().and_then(|row| row.text(0)?.parse().ok());
    let Some(conversation) = conversation else {
        return Ok(());
    };
    let head = Head {
        conversation,
        epoch: row.and_then(|row| row.integer(1)).unwrap_or(0),
        openid: None,
        fan_ref,
        at: now,
        event: None,
    };
    put(db, &format!("{fan_ref}/erased"), "erased", &head, [])
}
