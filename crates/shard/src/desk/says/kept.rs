//! What is read of something that is said, and where it is kept: in the ledger, in the fan, in jobs, and in rows for the Desk.

use fandesk_playbook::Desk;
use serde_json::{Map, Value as Json};
use wechat::reply::MAX_TEXT_BYTES;

use super::{Refused, Says, answer, sending};
use crate::conversations;
use crate::desk::case::AtDesk;
use crate::desk::entry::{self, Sending};
use crate::desk::rows::{self, Head};
use crate::events::{self, EventId, NewEvent};
use crate::fan::{self, Fan};
use crate::jobs::rows::Job;
use crate::jobs::{self, Body, JobId};
use crate::sql::{Database, SqlError};

impl Says<'_> {
    pub(super) fn desk(&self) -> Option<&Desk> {
        self.hearing.playbook?.handover().desk()
    }

    pub(super) fn text(&self, field: &'static str) -> Result<&str, Refused> {
        self.optional(field)
            .filter(|text| !text.is_empty())
            .ok_or(Refused::Unreadable(field))
    }

    pub(super) fn optional(&self, field: &str) -> Option<&str> {
        self.body.get(field).and_then(Json::as_str)
    }

    /// What a fan shall read.
    pub(super) fn words(&self) -> Result<&str, Refused> {
        let text = self.text("text")?;
        match text.trim().is_empty() || text.len() > MAX_TEXT_BYTES {
            true => Err(Refused::Unreadable("text")),
            false => Ok(text),
        }
    }

    pub(super) fn epoch(&self) -> Result<i64, Refused> {
        let epoch = self.body.get("epoch").and_then(Json::as_i64);
        epoch.ok_or(Refused::Unreadable("epoch"))
    }

    /// The newest event that whoever writes has seen.
    pub(super) fn seen(&self) -> Option<EventId> {
        self.optional("seen")?.parse().ok()
    }

    /// Whether an event is after another of the same fan. Those of the shard that has the fan now are after all others.
    pub(super) fn is_newer(&self, event: EventId, than: EventId) -> bool {
        match event.shard == than.shard {
            true => event.seq > than.seq,
            false => event.shard == self.hearing.shard,
        }
    }

    pub(super) fn payload(&self, conversation: EventId, fields: &[&str]) -> Map<String, Json> {
        let mut payload = Map::new();
        payload.insert("conversation".into(), conversation.to_string().into());
        for field in fields {
            if let Some(value) = self.body.get(field).filter(|value| !value.is_null()) {
                payload.insert((*field).to_owned(), value.clone());
            }
        }
        payload
    }

    /// A conversation of somebody who was erased is none of the person who came back.
    pub(super) fn check_theirs(
        &self,
        db: &impl Database,
        fan: &Fan,
        conversation: EventId,
    ) -> Result<(), Refused> {
        let theirs = "SELECT 1 FROM conversations WHERE id = ? AND fan_ref = ?";
        let of_fan = [conversation.to_string().into(), fan.fan_ref.as_str().into()];
        match db.first(theirs, &of_fan)? {
            Some(_) => Ok(()),
            None => Err(Refused::Epoch("the fan has no such conversation any more")),
        }
    }

    /// Writes it into the ledger, under its key.
    pub(super) fn keep(
        &self,
        db: &impl Database,
        fan: &Fan,
        kind: &str,
        payload: Map<String, Json>,
    ) -> Result<i64, SqlError> {
        let now = self.hearing.now;
        let event = NewEvent {
            message_key: Some(self.key),
            fan_ref: Some(&fan.fan_ref),
            openid: self.openid,
            kind,
            occurred_at: now,
            received_at: now,
            msg_id: None,
            hit: None,
            payload: &Json::Object(payload).to_string(),
            reply: None,
        };
        events::append(db, &event)
    }

    /// Leaves the fan, and the conversation in D1, as it is by now.
    pub(super) fn leave(
        &self,
        db: &impl Database,
        fan: &Fan,
        conversation: EventId,
        state: &str,
    ) -> Result<(), SqlError> {
        let nothing = AtDesk::default();
        let desk = fan.desk.as_ref().unwrap_or(&nothing);
        fan::save_desk(db, self.openid, desk)?;
        conversations::turn(db, &conversation, &fan.fan_ref, state, self.hearing.now)
    }

    pub(super) fn send(
        &self,
        db: &impl Database,
        fan: &Fan,
        seq: i64,
        body: Body,
    ) -> Result<Sending, SqlError> {
        let event = EventId {
            shard: self.hearing.shard,
            seq,
        };
        let id = JobId { event, number: 1 };
        let job = Job::new(&id, &fan.fan_ref, self.openid, body, self.hearing.now);
        jobs::rows::create(db, &job, self.hearing.now)?;
        Ok(sending(&job))
    }

    pub(super) fn entry(
        &self,
        db: &impl Database,
        seq: i64,
        job: Option<&Sending>,
    ) -> Result<Json, SqlError> {
        let event = events::load(db, seq)?;
        let shown = event.map(|event| entry::of_event(self.hearing.shard, &event, job));
        Ok(shown.unwrap_or_default())
    }

    pub(super) fn tell(
        &self,
        db: &impl Database,
        fan: &Fan,
        conversation: EventId,
        seq: i64,
        kind: &str,
        beside: impl IntoIterator<Item = (&'static str, Json)>,
    ) -> Result<(), SqlError> {
        let event = EventId {
            shard: self.hearing.shard,
            seq,
        };
        let case = fan.desk.as_ref().and_then(|desk| desk.case.as_ref());
        let head = Head {
            conversation,
            epoch: case.map_or(0, |case| case.epoch),
            openid: Some(self.openid),
            fan_ref: &fan.fan_ref,
            at: self.hearing.now,
            event: Some(event),
        };
        rows::put(db, &format!("{event}/{kind}"), kind, &head, beside)
    }

    pub(super) fn done(
        &self,
        db: &impl Database,
        fan: &Fan,
        seq: i64,
        job: Option<&Sending>,
    ) -> Result<Json, Refused> {
        let event = EventId {
            shard: self.hearing.shard,
            seq,
        };
        let entry = self.entry(db, seq, job)?;
        let event = Some(event.to_string());
        Ok(answer(
            db,
            self.openid,
            fan,
            self.hearing.now,
            event,
            Some(entry),
        )?)
    }
}
