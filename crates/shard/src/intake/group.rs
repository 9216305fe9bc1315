//! The messages of a group, one after the other: each is decided on what those before it left. Nothing is written here; what is to be
//! written gathers in [`Group::events`] and [`Group::consequences`].

use std::collections::{HashMap, HashSet};

use fandesk_playbook::Playbook;

use super::consequence::Consequence;
use super::recall::Known;
use super::{Arrival, Context, Receipt, whom};
use crate::UnixMillis;
use crate::about::{self, About};
use crate::ahead::Recent;
use crate::decide::{Effect, Outcome, decide};
use crate::events::{Answer, Batch, EventId, NewEvent};
use crate::fan::{self, Fan};
use crate::identities;
use crate::random::Random;
use crate::sql::{Database, SqlError};

/// Messages that are taken together, as far as they were taken.
pub(super) struct Group<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) recent: &'a Recent,
    pub(super) events: Batch,
    pub(super) consequences: Vec<Consequence>,
    /// The fans who wrote in this group, as they are now.
    pub(super) fans: HashMap<String, Fan>,
    /// Those whose binding ends with this group.
    pub(super) unbound: HashSet<String>,
    /// What was answered in this group, by the key of the message.
    pub(super) answers: HashMap<&'a str, Answer>,
}

impl<'a> Group<'a> {
    /// Takes one message; the next ones see what it changed.
    pub(super) fn take(
        &mut self,
        db: &impl Database,
        arrival: &'a Arrival,
        known: Known,
        random: &mut impl Random,
    ) -> Result<Receipt, SqlError> {
        if let Some(answer) = known
            .answer
            .or_else(|| self.answers.get(arrival.key.as_str()).cloned())
        {
            return Ok(Receipt {
                answer,
                repeat: true,
                rang: false,
            });
        }
        let receipt = match whom(arrival) {
            (true, openid) => {
                let in_memory = self.fans.get(openid).or_else(|| self.recent.fan(openid));
                let before = in_memory.cloned().or(known.fan);
                self.take_from_fan(db, arrival, openid, before, &known.tags, random)?
            }
            (false, from) => self.take_for_account(arrival, from)?,
        };
        self.answers.insert(&arrival.key, receipt.answer.clone());
        Ok(receipt)
    }

    /// Events of the account as a whole are kept, and change no fan.
    fn take_for_account(&mut self, arrival: &Arrival, from: &str) -> Result<Receipt, SqlError> {
        let answer = Answer {
            reply: None,
            created_at: self.context.now.seconds(),
        };
        let seq = self.keep(arrival, from, None, None, &answer)?;
        let event = EventId {
            shard: self.context.shard,
            seq,
        };
        self.forward(arrival, event, "", from);
        Ok(Receipt {
            answer,
            repeat: false,
            rang: false,
        })
    }

    fn take_from_fan(
        &mut self,
        db: &impl Database,
        arrival: &Arrival,
        openid: &str,
        before: Option<Fan>,
        tags: &[String],
        random: &mut impl Random,
    ) -> Result<Receipt, SqlError> {
        let now = self.context.now;
        let known = before
            .clone()
            .unwrap_or_else(|| Fan::new(fan::new_ref(random, now), now));
        let decided = |identity| {
            decide(
                &arrival.inbound,
                &known,
                About { tags, identity },
                self.context.playbook,
                self.context.service_messages,
                self.context.erase_after,
                now,
            )
        };
        let mut outcome = decided(about::Known::NotAsked);
        if outcome.asks_identity {
            let bound = match self.unbound.contains(openid) {
                true => None,
                false => identities::load(db, openid, now)?,
            };
            outcome = decided(bound.as_ref().map_or(about::Known::Unbound, |bound| {
                about::Known::Bound(&bound.identity)
            }));
        }
        let Outcome {
            reply,
            hit,
            mut fan,
            effects,
            ..
        } = outcome;
        let answer = Answer {
            reply,
            created_at: now.seconds(),
        };
        let state = fan::left(before.as_ref(), &mut fan)?;
        let left = Some((fan.fan_ref.as_str(), state));
        let seq = self.keep(arrival, openid, left, hit.as_deref(), &answer)?;
        let event = EventId {
            shard: self.context.shard,
            seq,
        };
        let mut jobs = 0_u16;
        for effect in effects {
            match effect {
                Effect::HandOver => self.note_hand_over(&fan.fan_ref, openid, &event)?,
                Effect::Send(_) | Effect::Ask { .. } | Effect::Bind { .. } => {
                    jobs = jobs.saturating_add(1);
                }
                Effect::Unbind => {
                    self.unbound.insert(openid.to_owned());
                }
                Effect::BeginFollow { .. } | Effect::EndFollow | Effect::Forward(_) => {}
            }
            self.consequences.push(Consequence {
                event,
                occurred_at: UnixMillis::from_seconds(arrival.inbound.create_time),
                fan_ref: fan.fan_ref.clone(),
                openid: openid.to_owned(),
                effect,
                number: jobs,
            });
        }
        self.forward(arrival, event, &fan.fan_ref, openid);
        self.fans.insert(openid.to_owned(), fan);
        Ok(Receipt {
            answer,
            repeat: false,
            rang: jobs > 0,
        })
    }

    /// Another system gets a copy, if the playbook says so.
    fn forward(&mut self, arrival: &Arrival, event: EventId, fan_ref: &str, openid: &str) {
        let forward = self.context.playbook.and_then(Playbook::forward);
        if forward.is_some_and(|forward| forward.takes(&arrival.inbound.kind())) {
            self.consequences.push(Consequence {
                event,
                occurred_at: UnixMillis::from_seconds(arrival.inbound.create_time),
                fan_ref: fan_ref.to_owned(),
                openid: openid.to_owned(),
                effect: Effect::Forward(arrival.payload.clone()),
                number: 0,
            });
        }
    }

    fn keep(
        &mut self,
        arrival: &Arrival,
        openid: &str,
        left: Option<(&str, String)>,
        hit: Option<&str>,
        answer: &Answer,
    ) -> Result<i64, SqlError> {
        let (fan_ref, state) = left.unzip();
        let inbound = &arrival.inbound;
        let event = NewEvent {
            message_key: Some(&arrival.key),
            fan_ref,
            openid,
            kind: &inbound.kind(),
            occurred_at: UnixMillis::from_seconds(inbound.create_time),
            received_at: self.context.now,
            msg_id: inbound.msg_id(),
            hit,
            payload: &arrival.payload,
            reply: answer.reply.as_ref(),
        };
        self.events.push(&event, state)
    }

    /// Notes in the ledger that a person is wanted.
    fn note_hand_over(
        &mut self,
        fan_ref: &str,
        openid: &str,
        cause: &EventId,
    ) -> Result<(), SqlError> {
        let now = self.context.now;
        let event = NewEvent {
            message_key: None,
            fan_ref: Some(fan_ref),
            openid,
            kind: "handover",
            occurred_at: now,
            received_at: now,
            msg_id: None,
            hit: None,
            payload: &serde_json::json!({ "cause": cause.to_string() }).to_string(),
            reply: None,
        };
        self.events.push(&event, None).map(drop)
    }
}
