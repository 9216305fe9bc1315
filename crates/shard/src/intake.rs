//! A message comes in: seen before? If not, decide, and write everything that follows in one savepoint.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use fandesk_playbook::Playbook;
use wechat::api::custom::ServiceMessage;
use wechat::inbound::InvalidInbound;
use wechat::{Content, Event, Fields, Inbound, Reply, Subject};

use crate::UnixMillis;
use crate::about::{self, About};
use crate::ahead::Recent;
use crate::decide::{Effect, Outcome, decide};
use crate::events::{self, Answer, Batch, EventId, NewEvent};
use crate::fan::{self, Fan};
use crate::forwards;
use crate::identities;
use crate::jobs::rows::{self, Job};
use crate::jobs::{self, Body, JobId};
use crate::random::Random;
use crate::sql::{Database, SqlError, to_json};
use crate::tags;
use crate::window::Closed;

/// A message or event on its way into the ledger.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// What tells it from all others while WeChat may try again.
    pub key: String,
    /// What it says.
    pub inbound: Inbound,
    /// All its fields as the JSON in which they came, and are kept.
    payload: String,
}

/// What a caller sent is no message.
#[derive(Debug, thiserror::Error)]
pub enum InvalidArrival {
    /// The fields are no JSON object.
    #[error("the fields are no JSON object")]
    NotFields,
    /// A field is missing that every message has.
    #[error(transparent)]
    Inbound(#[from] InvalidInbound),
}

impl Arrival {
    /// Reads what a caller verified: the key, and the fields as JSON.
    ///
    /// # Errors
    /// [`InvalidArrival`].
    pub fn read(key: String, payload: String) -> Result<Self, InvalidArrival> {
        let fields: Fields =
            serde_json::from_str(&payload).map_err(|_| InvalidArrival::NotFields)?;
        Ok(Self {
            key,
            inbound: Inbound::from_fields(fields)?,
            payload,
        })
    }
}

/// What a decision needs beside the message.
pub struct Context<'a> {
    /// The number of this shard.
    pub shard: u16,
    /// The version in force; without one nothing is answered, and everything kept.
    pub playbook: Option<&'a Playbook>,
    /// The account may send customer-service messages.
    pub service_messages: bool,
    /// The grace period of an erase.
    pub erase_after: Duration,
    /// The time.
    pub now: UnixMillis,
}

/// A message was taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// What to answer.
    pub answer: Answer,
    /// It was seen before, and changed nothing.
    pub repeat: bool,
    /// There is something to do outside: the lane of the doorbells has rows.
    pub rang: bool,
}

/// Takes messages in order, all or none. When one of them fails nothing of any remains; the caller then tries each by
/// itself, and answers 500 to the one that fails alone, so that WeChat tries it again.
///
/// All are read by one statement and written by one, since a statement costs more than what it finds. Each sees the effects of
/// those before it all the same: what they changed is in memory.
///
/// # Errors
/// When SQLite fails.
pub fn receive(
    db: &impl Database,
    recent: &mut Recent,
    arrivals: &[&Arrival],
    context: &Context<'_>,
    random: &mut impl Random,
) -> Result<Vec<Receipt>, SqlError> {
    recent.complete(db)?;
    let known = recall(db, recent, arrivals, context)?;
    let events = Batch::after(recent.take_last(db)?);
    let mut group = Group {
        context,
        recent,
        events,
        consequences: Vec::new(),
        fans: HashMap::new(),
        unbound: HashSet::new(),
        answers: HashMap::new(),
    };
    let receipts = arrivals
        .iter()
        .zip(known)
        .map(|(arrival, known)| group.take(db, arrival, known, random))
        .collect::<Result<_, _>>()?;
    let Group {
        events,
        consequences,
        fans,
        ..
    } = group;
    let last = events.last();
    if consequences.is_empty() {
        // One statement, which is a savepoint by itself.
        events.write(db)?;
    } else {
        db.savepoint(|| {
            events.write(db)?;
            consequences
                .iter()
                .try_for_each(|consequence| carry_out(db, consequence, context.now))
        })?;
    }
    recent.keep(fans, last);
    Ok(receipts)
}

/// Messages that are taken together, as far as they were taken.
struct Group<'a> {
    context: &'a Context<'a>,
    recent: &'a Recent,
    events: Batch,
    consequences: Vec<Consequence>,
    /// The fans who wrote in this group, as they are now.
    fans: HashMap<String, Fan>,
    /// Those whose binding ends with this group.
    unbound: HashSet<String>,
    /// What was answered in this group, by the key of the message.
    answers: HashMap<&'a str, Answer>,
}

/// What the tables know of a message: the answer, if it was seen before, and the fan.
#[derive(Default)]
struct Known {
    answer: Option<Answer>,
    fan: Option<Fan>,
    /// As far as the decision may look at them.
    tags: Vec<String>,
}

/// Something beside the answer that an event brings about.
struct Consequence {
    event: EventId,
    occurred_at: UnixMillis,
    fan_ref: String,
    openid: String,
    effect: Effect,
    /// For a job: the how-manieth of its event.
    number: u16,
}

/// Whom a message is about, if it is a fan, and what the shard calls its sender in any case.
fn whom(arrival: &Arrival) -> (bool, &str) {
    match arrival.inbound.subject() {
        Subject::Fan(openid) => (true, openid),
        Subject::Account => (false, &arrival.inbound.from),
    }
}

/// Looks all of them up. Of those who are new, and wrote something new, nothing comes back.
fn recall(
    db: &impl Database,
    recent: &Recent,
    arrivals: &[&Arrival],
    context: &Context<'_>,
) -> Result<Vec<Known>, SqlError> {
    let asked: Vec<(Option<&str>, &str)> = arrivals
        .iter()
        .map(|arrival| {
            let (_, openid) = whom(arrival);
            let openid = recent.fan(openid).is_none().then_some(openid);
            (openid, arrival.key.as_str())
        })
        .collect();
    let since = events::seen_since(context.now).into();
    // As in `Batch::write`, a lone one does without the JSON.
    let (from, parameters) = match asked.as_slice() {
        [(openid, key)] => (
            "SELECT 0 AS nth, ?1 AS openid, ?3 AS key",
            vec![(*openid).into(), since, (*key).into()],
        ),
        asked => (
            "SELECT key AS nth, value ->> 0 AS openid, value ->> 1 AS key FROM json_each(?1)",
            vec![to_json(&asked)?.into(), since],
        ),
    };
    let statement = format!(
        "SELECT {}, asked.nth, seen.received_at, seen.reply FROM ({from}) AS asked \
         LEFT JOIN fans ON fans.openid = asked.openid \
         LEFT JOIN events AS seen ON seen.seq = ({}) \
         WHERE fans.openid IS NOT NULL OR seen.seq IS NOT NULL",
        fan::COLUMNS,
        events::SEEN
    );
    let mut known: Vec<Known> = arrivals.iter().map(|_| Known::default()).collect();
    for row in db.query(&statement, &parameters)? {
        let column = |nth: usize| fan::COLUMN_COUNT.saturating_add(nth);
        let place = row
            .integer(column(0))
            .and_then(|place| usize::try_from(place).ok());
        if let Some(known) = place.and_then(|place| known.get_mut(place)) {
            known.fan = fan::read(&row, &statement)?;
            known.answer = row.integer(column(1)).map(|at| Answer {
                reply: row.text(column(2)).and_then(Reply::from_json),
                created_at: UnixMillis(at).seconds(),
            });
        }
    }
    if context.playbook.is_some_and(Playbook::welcomes_by_tag) {
        for (arrival, known) in arrivals.iter().zip(&mut known) {
            if let (true, openid) = whom(arrival)
                && matches!(
                    arrival.inbound.content,
                    Content::Event(Event::Subscribe { .. })
                )
            {
                known.tags = tags::load(db, openid)?;
            }
        }
    }
    Ok(known)
}

impl<'a> Group<'a> {
    fn take(
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

fn carry_out(
    db: &impl Database,
    consequence: &Consequence,
    now: UnixMillis,
) -> Result<(), SqlError> {
    let Consequence {
        event,
        occurred_at,
        fan_ref,
        openid,
        effect,
        number,
    } = consequence;
    let body = match effect {
        Effect::BeginFollow { scene } => {
            return fan::begin_follow(db, event, fan_ref, *occurred_at, scene.as_deref());
        }
        Effect::EndFollow => return fan::end_follow(db, event, fan_ref, *occurred_at),
        Effect::HandOver => return fan::wait_for_person(db, event, fan_ref, now),
        Effect::Forward(fields) => {
            return forwards::put(db, event, fan_ref, openid, fields, now);
        }
        Effect::Send(message) => Body::answer(openid, message),
        Effect::Ask {
            intent,
            captures,
            identity,
        } => Body::Intent {
            intent: intent.clone(),
            captures: captures.clone(),
            identity: identity.clone(),
        },
        Effect::Bind { captures } => {
            jobs::bound::forget_questions(db, openid, now)?;
            Body::Identity {
                captures: captures.clone(),
            }
        }
        Effect::Unbind => {
            identities::unbind(db, openid)?;
            return jobs::bound::forget_questions(db, openid, now);
        }
    };
    let id = JobId {
        event: *event,
        number: *number,
    };
    rows::create(db, &Job::new(&id, fan_ref, openid, body, now), now)
}

/// Why a message to a fan was not taken.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The shard knows no such fan.
    #[error("no such fan")]
    UnknownFan,
    /// WeChat would refuse it.
    #[error(transparent)]
    Closed(#[from] Closed),
    /// The database.
    #[error(transparent)]
    Sql(#[from] SqlError),
}

/// Takes a message that a person or another system wrote to a fan. It is noted as an event of kind `message`, which gives
/// the job its name; what the window allows is looked at now, and taken when the job is done. Returns the job's id.
///
/// # Errors
/// [`WriteError`].
pub fn write_to_fan(
    db: &impl Database,
    shard: u16,
    openid: &str,
    text: &str,
    now: UnixMillis,
) -> Result<String, WriteError> {
    let fan = fan::load(db, openid)?.ok_or(WriteError::UnknownFan)?;
    fan.window.clone().reserve(now)?;
    Ok(db.savepoint(|| {
        let event = NewEvent {
            message_key: None,
            fan_ref: Some(&fan.fan_ref),
            openid,
            kind: "message",
            occurred_at: now,
            received_at: now,
            msg_id: None,
            hit: None,
            payload: &serde_json::json!({ "Content": text }).to_string(),
            reply: None,
        };
        let seq = events::append(db, &event)?;
        let id = JobId {
            event: EventId { shard, seq },
            number: 1,
        };
        let body = Body::Message {
            send: ServiceMessage::text(text).to_body(openid, None),
        };
        rows::create(db, &Job::new(&id, &fan.fan_ref, openid, body, now), now)?;
        Ok::<_, SqlError>(id.to_string())
    })?)
}
