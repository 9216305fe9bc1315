//! A message comes in: seen before? If not, decide, and write everything that follows in one savepoint.

use std::time::Duration;

use fandesk_playbook::Playbook;
use wechat::api::custom::ServiceMessage;
use wechat::inbound::InvalidInbound;
use wechat::{Fields, Inbound, Reply, Subject};

use crate::UnixMillis;
use crate::decide::{Effect, Outcome, decide};
use crate::events::{self, Answer, EventId, NewEvent};
use crate::fan::{self, Fan};
use crate::jobs::rows::{self, Job};
use crate::jobs::{Body, JobId};
use crate::random::Random;
use crate::sql::{Database, SqlError};
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

/// Takes a message. When it fails nothing of it remains, and the caller answers 500, so that WeChat tries again.
///
/// # Errors
/// When SQLite fails.
pub fn receive(
    db: &impl Database,
    arrival: &Arrival,
    context: &Context<'_>,
    random: &mut impl Random,
) -> Result<Receipt, SqlError> {
    db.savepoint(|| take(db, arrival, context, random))
}

/// Takes messages in order, all in one savepoint, which costs less than one each. When one of them fails nothing of any
/// remains; the caller then tries each by itself, with [`receive`].
///
/// # Errors
/// When SQLite fails.
pub fn receive_together<'a>(
    db: &impl Database,
    arrivals: impl IntoIterator<Item = &'a Arrival>,
    context: &Context<'_>,
    random: &mut impl Random,
) -> Result<Vec<Receipt>, SqlError> {
    db.savepoint(|| {
        arrivals
            .into_iter()
            .map(|arrival| take(db, arrival, context, random))
            .collect()
    })
}

fn take(
    db: &impl Database,
    arrival: &Arrival,
    context: &Context<'_>,
    random: &mut impl Random,
) -> Result<Receipt, SqlError> {
    let (subject, openid) = match arrival.inbound.subject() {
        Subject::Fan(openid) => (Some(openid), openid),
        Subject::Account => (None, arrival.inbound.from.as_str()),
    };
    let (answer, fan) = recall(db, &arrival.key, openid, context.now)?;
    if let Some(answer) = answer {
        return Ok(Receipt {
            answer,
            repeat: true,
            rang: false,
        });
    }
    match subject {
        Some(openid) => receive_from_fan(db, arrival, openid, fan, context, random),
        None => receive_for_account(db, arrival, context),
    }
}

/// What the shard knows already: the answer, if the message was seen before, and the fan. One statement, since a statement costs
/// more than what it finds.
fn recall(
    db: &impl Database,
    message_key: &str,
    openid: &str,
    now: UnixMillis,
) -> Result<(Option<Answer>, Option<Fan>), SqlError> {
    let statement = format!(
        "SELECT {}, seen.received_at, seen.reply FROM (SELECT 1) \
         LEFT JOIN fans ON fans.openid = ?1 \
         LEFT JOIN events AS seen ON seen.seq = ({})",
        fan::COLUMNS,
        events::SEEN
    );
    let known = [
        openid.into(),
        message_key.into(),
        events::seen_since(now).into(),
    ];
    let Some(row) = db.first(&statement, &known)? else {
        return Ok((None, None));
    };
    let seen_at = row.integer(fan::COLUMN_COUNT).map(UnixMillis);
    let answer = seen_at.map(|at| Answer {
        reply: row
            .text(fan::COLUMN_COUNT.saturating_add(1))
            .and_then(Reply::from_json),
        created_at: at.seconds(),
    });
    Ok((answer, fan::read(&row, &statement)?))
}

/// Events of the account as a whole are kept, and change no fan.
fn receive_for_account(
    db: &impl Database,
    arrival: &Arrival,
    context: &Context<'_>,
) -> Result<Receipt, SqlError> {
    let answer = Answer {
        reply: None,
        created_at: context.now.seconds(),
    };
    keep(
        db,
        arrival,
        None,
        &arrival.inbound.from,
        None,
        None,
        context.now,
    )?;
    Ok(Receipt {
        answer,
        repeat: false,
        rang: false,
    })
}

fn receive_from_fan(
    db: &impl Database,
    arrival: &Arrival,
    openid: &str,
    before: Option<Fan>,
    context: &Context<'_>,
    random: &mut impl Random,
) -> Result<Receipt, SqlError> {
    let now = context.now;
    let known = before
        .clone()
        .unwrap_or_else(|| Fan::new(fan::new_ref(random, now), now));
    let Outcome {
        reply,
        hit,
        fan,
        effects,
    } = decide(
        &arrival.inbound,
        &known,
        context.playbook,
        context.erase_after,
        now,
    );

    let answer = Answer {
        reply,
        created_at: now.seconds(),
    };
    let seq = keep(
        db,
        arrival,
        Some(&fan.fan_ref),
        openid,
        hit.as_deref(),
        answer.reply.as_ref(),
        now,
    )?;
    fan::save(db, openid, before.as_ref(), &fan)?;

    let event = EventId {
        shard: context.shard,
        seq,
    };
    let occurred_at = UnixMillis::from_seconds(arrival.inbound.create_time);
    let mut jobs = 0_u16;
    for effect in effects {
        match effect {
            Effect::BeginFollow { scene } => {
                fan::begin_follow(db, &event, &fan.fan_ref, occurred_at, scene.as_deref())?;
            }
            Effect::EndFollow => fan::end_follow(db, &event, &fan.fan_ref, occurred_at)?,
            Effect::HandOver => hand_over(db, &fan.fan_ref, openid, &event, now)?,
            Effect::Send(message) => {
                jobs = jobs.saturating_add(1);
                let id = JobId {
                    event,
                    number: jobs,
                };
                let body = Body::answer(openid, &message);
                rows::create(db, &Job::new(&id, &fan.fan_ref, openid, body, now), now)?;
            }
            Effect::Ask { intent, captures } => {
                jobs = jobs.saturating_add(1);
                let body = Body::Intent { intent, captures };
                let id = JobId {
                    event,
                    number: jobs,
                };
                rows::create(db, &Job::new(&id, &fan.fan_ref, openid, body, now), now)?;
            }
        }
    }
    Ok(Receipt {
        answer,
        repeat: false,
        rang: jobs > 0,
    })
}

fn keep(
    db: &impl Database,
    arrival: &Arrival,
    fan_ref: Option<&str>,
    openid: &str,
    hit: Option<&str>,
    reply: Option<&Reply>,
    now: UnixMillis,
) -> Result<i64, SqlError> {
    let inbound = &arrival.inbound;
    events::append(
        db,
        &NewEvent {
            message_key: Some(&arrival.key),
            fan_ref,
            openid,
            kind: &inbound.kind(),
            occurred_at: UnixMillis::from_seconds(inbound.create_time),
            received_at: now,
            msg_id: inbound.msg_id(),
            hit,
            payload: &arrival.payload,
            reply,
        },
    )
}

/// Notes that a person is wanted, and lets the fan wait for one.
fn hand_over(
    db: &impl Database,
    fan_ref: &str,
    openid: &str,
    cause: &EventId,
    now: UnixMillis,
) -> Result<(), SqlError> {
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
    events::append(db, &event)?;
    fan::wait_for_person(db, cause, fan_ref, now)
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
