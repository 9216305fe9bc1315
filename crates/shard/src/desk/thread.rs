//! A fan's thread: what was said by whom, as the desk sees it.
//!
//! It is the ledger, read backwards, and nothing is kept twice for it: what the bot sent later than at once (the answer of a business
//! system, a card) is read from its job, which the shard keeps for a week after it ended.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::entry::{self, Sending};
use crate::UnixMillis;
use crate::events::{self, Event, EventId};
use crate::jobs::{Body, State};
use crate::sql::{Database, SqlError, to_json};

/// Kinds of events whose job is what they say.
const SAID: [&str; 3] = ["desk.message", "desk.say", "message"];

/// What an event shows: itself, and what the bot sent later because of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// Its place in the shard's ledger.
    pub seq: i64,
    /// In order.
    pub entries: Vec<Json>,
}

/// A job of an event.
struct Done {
    sending: Sending,
    /// The text of an answer; for what is asked of business systems none.
    answer: Option<Option<String>>,
    at: UnixMillis,
}

/// The newest events of a fan before the place `before` and after the place `after`, newest first.
///
/// # Errors
/// When SQLite fails.
pub fn newest(
    db: &impl Database,
    shard: u16,
    openid: &str,
    (after, before): (i64, i64),
    limit: i64,
) -> Result<Vec<Shown>, SqlError> {
    let events = events::newest_of(db, openid, (after, before), limit)?;
    let mut jobs = jobs_of(db, shard, &events)?;
    let shown = events.iter().map(|event| {
        let jobs = jobs.remove(&event.seq).unwrap_or_default();
        show(shard, event, jobs)
    });
    Ok(shown.collect())
}

/// An event without its jobs: of one that no shard keeps any more.
#[must_use]
pub fn show_alone(shard: u16, event: &Event) -> Shown {
    show(shard, event, Vec::new())
}

fn show(shard: u16, event: &Event, jobs: Vec<Done>) -> Shown {
    let says = SAID.contains(&event.kind.as_str());
    let own = jobs.iter().find(|job| says || job.answer.is_none());
    let mut entries = vec![entry::of_event(shard, event, own.map(|job| &job.sending))];
    if !says {
        entries.extend(jobs.iter().filter_map(|job| {
            let text = job.answer.as_ref()?.as_deref();
            Some(entry::of_late_answer(&job.sending, text, job.at))
        }));
    }
    Shown {
        seq: event.seq,
        entries,
    }
}

/// The jobs of events, by their places, in the order in which they were made.
fn jobs_of(
    db: &impl Database,
    shard: u16,
    events: &[Event],
) -> Result<HashMap<i64, Vec<Done>>, SqlError> {
    let mut all: HashMap<i64, Vec<Done>> = HashMap::new();
    if events.is_empty() {
        return Ok(all);
    }
    let ids = events.iter().map(|event| {
        let seq = event.seq;
        EventId { shard, seq }.to_string()
    });
    // The sign behind `.` is `/`: whatever begins with the event's id and a point is one of its jobs.
    let statement = "SELECT asked.key, jobs.id, jobs.body, jobs.state, jobs.last_error, \
                     coalesce(jobs.ended_at, jobs.created_at) FROM json_each(?) AS asked CROSS JOIN jobs \
                     ON jobs.id > asked.value || '.' AND jobs.id < asked.value || '/' ORDER BY jobs.place";
    for row in db.query(statement, &[to_json(&ids.collect::<Vec<_>>())?.into()])? {
        let place = row.integer(0).and_then(|place| usize::try_from(place).ok());
        let Some(event) = place.and_then(|place| events.get(place)) else {
            continue;
        };
        let (Some(body), Ok(state)) = (
            Body::read(&row.required(2, statement)?),
            row.required(3, statement)?.parse::<State>(),
        ) else {
            continue;
        };
        let answer = matches!(body, Body::Answer { .. } | Body::Message { .. });
        all.entry(event.seq).or_default().push(Done {
            sending: Sending {
                id: row.required(1, statement)?,
                state: state.name(),
                last_error: row.string(4),
            },
            answer: answer.then(|| body.text()),
            at: UnixMillis(row.integer(5).unwrap_or_default()),
        });
    }
    Ok(all)
}
