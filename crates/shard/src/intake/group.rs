//! The messages of a group, one after the other: each is decided on what those before it left. Nothing is written here; what is to be
//! written gathers in [`Group::events`] and [`Group::consequences`].

use std::collections::{HashMap, HashSet};

use fandesk_playbook::Playbook;
use serde_json::{Map, Value as Json};

use super::consequence::Consequence;
use super::recall::Known;
use super::{Arrival, Context, Receipt, whom};
use crate::UnixMillis;
use crate::about::{self, About};
use crate::ahead::Recent;
use crate::channel::Channel;
use crate::decide::{Effect, Outcome, decide};
use crate::desk::{Told, rate};
use crate::events::{Answer, Batch, EventId, NewEvent};
use crate::fan::{self, Fan};
use crate::identities;
use crate::random::Random;
use crate::sql::{Database, SqlError};
use crate::visitor;

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
    /// How many fans were handed over this minute whom nothing answered, once somebody wanted to know.
    pub(super) handed_over: Option<i64>,
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
                tells: false,
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
            tells: false,
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
        let channel = Channel::of(openid);
        let known = before
            .clone()
            .unwrap_or_else(|| Fan::new(channel, fan::new_ref(random, now), now));
        let desk_bears = self.desk_bears(db, &known)?;
        let decided = |identity| {
            decide(
                &arrival.inbound,
                &known,
                About {
                    tags,
                    identity,
                    event: self.next(),
                    desk_bears,
                },
                self.context.playbook,
                channel.takes_messages(self.context.service_messages),
                channel.erase_after(self.context.erase_after),
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
        let mut tells = false;
        for effect in effects {
            match &effect {
                Effect::HandOver => self.note("handover", [], &fan.fan_ref, openid, &event)?,
                Effect::Tell(telling) => {
                    tells = true;
                    if let Told::Opened { unasked: true, .. } = telling.told {
                        self.handed_over = self.handed_over.map(|count| count.saturating_add(1));
                    }
                    if let Some((kind, beside)) = telling.told.noted() {
                        let conversation = telling.conversation.to_string();
                        let beside = [("conversation", conversation.into())]
                            .into_iter()
                            .chain(beside);
                        self.note(kind, beside, &fan.fan_ref, openid, &event)?;
                    }
                }
                // Nobody follows a web page.
                Effect::EndFollow if channel == Channel::Web => continue,
                Effect::Send(message) if channel.reads_the_ledger() => {
                    let beside = visitor::answer(&message.to_body(openid, None));
                    self.note(visitor::ANSWER, beside, &fan.fan_ref, openid, &event)?;
                    continue;
                }
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
            tells,
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

    /// The name of the next event.
    fn next(&self) -> EventId {
        EventId {
            shard: self.context.shard,
            seq: self.events.last().saturating_add(1),
        }
    }

    /// Whether the desk bears this fan, should they be handed over because nothing answers them.
    fn desk_bears(&mut self, db: &impl Database, fan: &Fan) -> Result<bool, SqlError> {
        let desk = self
            .context
            .playbook
            .and_then(|playbook| playbook.handover().desk());
        let Some(unmatched) = desk.and_then(|desk| desk.unmatched) else {
            return Ok(false);
        };
        let count = fan.desk.as_ref().map_or(0, |desk| desk.unmatched);
        if count.saturating_add(1) < unmatched.after {
            return Ok(false);
        }
        let used = match self.handed_over {
            Some(used) => used,
            None => rate::used(db, self.context.now)?,
        };
        self.handed_over = Some(used);
        Ok(used < rate::share(unmatched, self.context.shards))
    }

    /// Notes in the ledger what a message brought about at the desk.
    fn note(
        &mut self,
        kind: &str,
        beside: impl IntoIterator<Item = (&'static str, Json)>,
        fan_ref: &str,
        openid: &str,
        cause: &EventId,
    ) -> Result<(), SqlError> {
        let now = self.context.now;
        let mut payload = Map::new();
        payload.insert("cause".into(), cause.to_string().into());
        for (name, value) in beside {
            payload.insert(name.to_owned(), value);
        }
        let event = NewEvent {
            message_key: None,
            fan_ref: Some(fan_ref),
            openid,
            kind,
            occurred_at: now,
            received_at: now,
            msg_id: None,
            hit: None,
            payload: &Json::Object(payload).to_string(),
            reply: None,
        };
        self.events.push(&event, None).map(drop)
    }
}
