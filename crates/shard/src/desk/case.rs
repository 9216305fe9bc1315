//! What a shard knows of a fan and the desk. It is part of the fan's state, and so decided and written with each message.

use std::time::Duration;

use serde_json::{Map, Value as Json};

use crate::UnixMillis;
use crate::events::EventId;

/// How long a mark counts after it was asked for.
pub const MARKS_COUNT_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// A fan and the desk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AtDesk {
    /// Texts in a row that nothing answered; counted only where the playbook hands over after some.
    pub unmatched: u32,
    /// The newest conversation.
    pub case: Option<Case>,
}

/// Who speaks to the fan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The playbook.
    Bot,
    /// A person, or nobody yet while the fan waits for one. The bot is silent.
    Person,
}

/// A conversation of a fan with the desk, as far as the fan's shard decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The event that opened it, which names it.
    pub conversation: EventId,
    /// Rises with every change of who speaks or who is assigned.
    pub epoch: i64,
    /// The newest epoch that this shard began: the Desk's changes have to be newer.
    pub own_epoch: i64,
    /// Who speaks.
    pub speaker: Speaker,
    /// Who is assigned, by the id of the person; nobody while the fan waits.
    pub agent: Option<String>,
    /// The newest message of an agent, and whose it is.
    pub answered: Option<(EventId, String)>,
    /// Until when it may be reopened; none while it is open, and once it is closed.
    pub reopen_until: Option<UnixMillis>,
    /// The fan was asked for a mark; not a second time.
    pub asked: bool,
    /// Until when a mark counts.
    pub marks_until: Option<UnixMillis>,
    /// A digit counts as a mark if it is the next text.
    pub next_is_mark: bool,
    /// The mark that the fan gave.
    pub score: Option<u8>,
}

impl Case {
    /// A conversation that begins: the fan waits.
    #[must_use]
    pub fn open(conversation: EventId) -> Self {
        Self {
            conversation,
            epoch: 1,
            own_epoch: 1,
            speaker: Speaker::Person,
            agent: None,
            answered: None,
            reopen_until: None,
            asked: false,
            marks_until: None,
            next_is_mark: false,
            score: None,
        }
    }

    /// Whether it may be reopened now.
    #[must_use]
    pub fn reopens(&self, now: UnixMillis) -> bool {
        self.speaker == Speaker::Bot && self.reopen_until.is_some_and(|until| until > now)
    }

    /// The shard lets another one speak, by itself.
    pub fn turn_to(&mut self, speaker: Speaker) {
        self.epoch = self.epoch.saturating_add(1);
        self.own_epoch = self.epoch;
        self.speaker = speaker;
        self.agent = None;
        self.reopen_until = None;
        self.next_is_mark = false;
    }
}

impl AtDesk {
    /// Reads [`AtDesk::write`]; what a later release wrote otherwise reads as nothing, and the bot speaks.
    #[must_use]
    pub fn read(kept: &str) -> Option<Self> {
        let kept: Json = serde_json::from_str(kept).ok()?;
        Some(Self {
            unmatched: kept
                .get("unmatched")
                .and_then(Json::as_u64)
                .and_then(|unmatched| unmatched.try_into().ok())
                .unwrap_or(0),
            case: kept.get("case").and_then(read_case),
        })
    }

    /// The JSON that is kept.
    #[must_use]
    pub fn write(&self) -> Json {
        let mut kept = Map::new();
        if self.unmatched > 0 {
            kept.insert("unmatched".into(), self.unmatched.into());
        }
        if let Some(case) = &self.case {
            kept.insert("case".into(), write_case(case));
        }
        Json::Object(kept)
    }
}

fn read_case(kept: &Json) -> Option<Case> {
    let text = |name: &str| kept.get(name).and_then(Json::as_str);
    let number = |name: &str| kept.get(name).and_then(Json::as_i64);
    let flag = |name: &str| kept.get(name).and_then(Json::as_bool).unwrap_or(false);
    let event = |name: &str| text(name)?.parse::<EventId>().ok();
    Some(Case {
        conversation: event("conversation")?,
        epoch: number("epoch")?,
        own_epoch: number("own_epoch")?,
        speaker: match text("speaker")? {
            "person" => Speaker::Person,
            "bot" => Speaker::Bot,
            _ => return None,
        },
        agent: text("agent").map(str::to_owned),
        answered: event("answered").zip(text("answered_by").map(str::to_owned)),
        reopen_until: number("reopen_until").map(UnixMillis),
        asked: flag("asked"),
        marks_until: number("marks_until").map(UnixMillis),
        next_is_mark: flag("next_is_mark"),
        score: number("score").and_then(|score| score.try_into().ok()),
    })
}

fn write_case(case: &Case) -> Json {
    let mut kept = Map::new();
    let mut put = |name: &str, value: Option<Json>| {
        if let Some(value) = value {
            kept.insert(name.to_owned(), value);
        }
    };
    let speaker = match case.speaker {
        Speaker::Bot => "bot",
        Speaker::Person => "person",
    };
    put("conversation", Some(case.conversation.to_string().into()));
    put("epoch", Some(case.epoch.into()));
    put("own_epoch", Some(case.own_epoch.into()));
    put("speaker", Some(speaker.into()));
    put("agent", case.agent.as_deref().map(Json::from));
    let answered = case.answered.as_ref();
    put(
        "answered",
        answered.map(|(event, _)| event.to_string().into()),
    );
    put(
        "answered_by",
        answered.map(|(_, agent)| agent.as_str().into()),
    );
    put("reopen_until", case.reopen_until.map(|at| at.0.into()));
    put("asked", case.asked.then_some(true.into()));
    put("marks_until", case.marks_until.map(|at| at.0.into()));
    put("next_is_mark", case.next_is_mark.then_some(true.into()));
    put("score", case.score.map(Json::from));
    Json::Object(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_a_fan_and_the_desk_reads_back() {
        let conversation = EventId { shard: 3, seq: 41 };
        let open = Case::open(conversation);
        let marked = Case {
            epoch: 7,
            own_epoch: 5,
            speaker: Speaker::Bot,
            agent: Some("p1".to_owned()),
            answered: Some((EventId { shard: 4, seq: 1 }, "p1".to_owned())),
            reopen_until: Some(UnixMillis(9)),
            asked: true,
            marks_until: Some(UnixMillis(8)),
            next_is_mark: true,
            score: Some(5),
            ..open.clone()
        };
        for (unmatched, case) in [(0, None), (2, Some(open)), (0, Some(marked))] {
            let at_desk = AtDesk { unmatched, case };
            assert_eq!(AtDesk::read(&at_desk.write().to_string()), Some(at_desk));
        }
    }

    #[test]
    fn what_nobody_wrote_leaves_the_fan_to_the_bot() {
        assert_eq!(AtDesk::read("x"), None);
        assert_eq!(
            AtDesk::read(r#"{"case":{"epoch":1}}"#),
            Some(AtDesk::default())
        );
    }
}
