//! A message comes in: seen before? If not, decide, and write everything that follows in one savepoint.
//!
//! - `recall`: looking all messages of a group up
//! - `group`: deciding them, in order
//! - `consequence`: what follows beside the answers
//! - `outbound`: what somebody writes to a fan is noted in the same ledger

mod consequence;
mod group;
mod outbound;
mod recall;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use fandesk_playbook::Playbook;
use wechat::inbound::InvalidInbound;
use wechat::{Fields, Inbound, Subject};

use self::consequence::carry_out;
use self::group::Group;
pub use self::outbound::{WriteError, write_to_fan};
use self::recall::recall;
use crate::UnixMillis;
use crate::ahead::Recent;
use crate::events::{Answer, Batch};
use crate::random::Random;
use crate::sql::{Database, SqlError};

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
    /// How many shards there are, about: each hands over its share of what the desk bears.
    pub shards: u16,
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
    /// There is something to tell the Desk.
    pub tells: bool,
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
        handed_over: None,
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

/// Whom a message is about, if it is a fan, and what the shard calls its sender in any case.
fn whom(arrival: &Arrival) -> (bool, &str) {
    match arrival.inbound.subject() {
        Subject::Fan(openid) => (true, openid),
        Subject::Account => (false, &arrival.inbound.from),
    }
}
