//! The shard's ledger: every event, in the order of arrival, with the answer that was given.
//!
//! It is also what recognises WeChat's retries. WeChat sends a callback up to three times when no answer arrives within
//! 5 s; the shard keeps, for each message key, the answer that was given, so that a retry gets *the same* answer and
//! changes nothing. Correct as long as
//! - one fan always reaches the same shard (see [`crate::routing`]), and
//! - an answer is stored in the same commit as its effects (see [`crate::intake`]).
//!
//! Keys are forgotten after [`REMEMBERED_FOR`]; a later copy counts as a new message.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use wechat::Reply;

use crate::UnixMillis;
use crate::sql::{Database, Row, SqlError, Value, to_json};

/// How long a retry gets the same answer. WeChat's own retries come within 15 s; operators' replays within a day.
pub const REMEMBERED_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a shard keeps events that D1 has, so that a D1 restored to an earlier point can be filled again.
pub const KEPT_FOR: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// How often a shard looks for what it may forget.
pub const SWEPT_EVERY: Duration = Duration::from_secs(60 * 60);

/// The name of an event: which shard took it, and as which one. Opaque outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId {
    /// The shard that took it.
    pub shard: u16,
    /// Its place in that shard's ledger, from 1.
    pub seq: i64,
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.shard, self.seq)
    }
}

/// Not the id of an event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an event id: expected <shard>.<number>")]
pub struct NotAnEventId;

impl FromStr for EventId {
    type Err = NotAnEventId;

    fn from_str(text: &str) -> Result<Self, NotAnEventId> {
        let (shard, seq) = text.split_once('.').ok_or(NotAnEventId)?;
        Ok(Self {
            shard: shard.parse().map_err(|_| NotAnEventId)?,
            seq: seq.parse().map_err(|_| NotAnEventId)?,
        })
    }
}

/// What WeChat was answered, so that a retry can be answered the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The passive reply; `None` is `success`, WeChat's word for silence.
    pub reply: Option<Reply>,
    /// `CreateTime` of the reply document, in seconds: when the event was received.
    pub created_at: i64,
}

/// One event, before it has a place in the ledger.
#[derive(Clone, Debug)]
pub struct NewEvent<'a> {
    /// What tells it from all others while WeChat may try again; `None` for events that fandesk made itself.
    pub message_key: Option<&'a str>,
    /// The fan, unless it belongs to the account as a whole.
    pub fan_ref: Option<&'a str>,
    /// Whom WeChat named.
    pub openid: &'a str,
    /// `MsgType`, or `event.` and the Event in lower case, or fandesk's own word.
    pub kind: &'a str,
    /// `CreateTime`.
    pub occurred_at: UnixMillis,
    /// When the shard took it.
    pub received_at: UnixMillis,
    /// `MsgId`, a 64-bit number kept as text.
    pub msg_id: Option<&'a str>,
    /// The rule of the playbook that answered, for counting.
    pub hit: Option<&'a str>,
    /// Every field that WeChat sent, as a JSON object.
    pub payload: &'a str,
    /// The passive reply that was given.
    pub reply: Option<&'a Reply>,
}

/// Events that are written together, by one statement.
///
/// They get their places here and not from SQLite, so that what follows from an event can name it before it is written.
pub(crate) struct Batch {
    last: i64,
    rows: Vec<Vec<Value>>,
}

const INSERT: &str = "INSERT INTO events (seq, message_key, fan_ref, openid, kind, occurred_at, received_at, msg_id, hit, \
                      payload, reply, fan)";

impl Batch {
    /// A batch behind the place `last`, which must be the last that was ever given.
    pub(crate) fn after(last: i64) -> Self {
        Self {
            last,
            rows: Vec::new(),
        }
    }

    /// Adds an event, and the state in which it leaves its fan (JSON), and returns its place.
    pub(crate) fn push(
        &mut self,
        event: &NewEvent<'_>,
        fan: Option<String>,
    ) -> Result<i64, SqlError> {
        self.last = self.last.saturating_add(1);
        self.rows.push(vec![
            self.last.into(),
            event.message_key.into(),
            event.fan_ref.into(),
            event.openid.into(),
            event.kind.into(),
            event.occurred_at.into(),
            event.received_at.into(),
            event.msg_id.into(),
            event.hit.into(),
            event.payload.into(),
            event.reply.map(to_json).transpose()?.into(),
            fan.into(),
        ]);
        Ok(self.last)
    }

    /// The place of the last one.
    pub(crate) fn last(&self) -> i64 {
        self.last
    }

    /// Writes them: all, or none when it fails. A lone one does without the JSON, which costs more than it saves then.
    pub(crate) fn write(self, db: &impl Database) -> Result<(), SqlError> {
        match self.rows.as_slice() {
            [] => Ok(()),
            [row] => db.run(
                &format!("{INSERT} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
                row,
            ),
            rows => db.run(
                &format!(
                    "{INSERT} SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, \
                     value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11 FROM json_each(?)"
                ),
                &[to_json(&rows)?.into()],
            ),
        }
    }
}

/// The last place that was ever given.
pub(crate) fn last(db: &impl Database) -> Result<i64, SqlError> {
    let row = db.first("SELECT seq FROM sqlite_sequence WHERE name = 'events'", &[])?;
    Ok(row.and_then(|row| row.integer(0)).unwrap_or(0))
}

/// Adds one event, which changes no fan, and returns its place.
///
/// # Errors
/// When SQLite fails.
pub fn append(db: &impl Database, event: &NewEvent<'_>) -> Result<i64, SqlError> {
    let mut batch = Batch::after(last(db)?);
    let seq = batch.push(event, None)?;
    batch.write(db)?;
    Ok(seq)
}

/// Finds the place of the event whose key is `asked.key`, if it was received after `?2` (see [`seen_since`]).
pub(crate) const SEEN: &str = "SELECT seq FROM events WHERE message_key = asked.key AND received_at > ?2 ORDER BY seq LIMIT 1";

/// How far back a message counts as seen.
pub(crate) fn seen_since(now: UnixMillis) -> UnixMillis {
    now.minus(REMEMBERED_FOR)
}

/// An event as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its place in the ledger.
    pub seq: i64,
    /// Random; stands for the fan.
    pub fan_ref: Option<String>,
    /// Empty after an erase.
    pub openid: Option<String>,
    /// See [`NewEvent::kind`].
    pub kind: String,
    /// See [`NewEvent::occurred_at`].
    pub occurred_at: UnixMillis,
    /// See [`NewEvent::received_at`].
    pub received_at: UnixMillis,
    /// See [`NewEvent::msg_id`].
    pub msg_id: Option<String>,
    /// See [`NewEvent::hit`].
    pub hit: Option<String>,
    /// JSON; empty after an erase.
    pub payload: Option<String>,
    /// JSON of the [`Reply`]; none for silence, and after an erase.
    pub reply: Option<String>,
}

const COLUMNS: &str = "SELECT seq, fan_ref, openid, kind, occurred_at, received_at, msg_id, hit, payload, reply FROM events";

fn read(row: &Row) -> Result<Event, SqlError> {
    Ok(Event {
        seq: row.integer(0).unwrap_or_default(),
        fan_ref: row.string(1),
        openid: row.string(2),
        kind: row.required(3, COLUMNS)?,
        occurred_at: UnixMillis(row.integer(4).unwrap_or_default()),
        received_at: UnixMillis(row.integer(5).unwrap_or_default()),
        msg_id: row.string(6),
        hit: row.string(7),
        payload: row.string(8),
        reply: row.string(9),
    })
}

/// One event of this shard, while it is kept.
///
/// # Errors
/// When SQLite fails.
pub fn load(db: &impl Database, seq: i64) -> Result<Option<Event>, SqlError> {
    Ok(select(db, "WHERE seq = ?", &[seq.into()])?.pop())
}

/// The newest events of a fan after the place `after` and before the place `before`, newest first. The tables must have
/// [caught up](crate::ahead::catch_up).
pub(crate) fn newest_of(
    db: &impl Database,
    openid: &str,
    (after, before): (i64, i64),
    limit: i64,
) -> Result<Vec<Event>, SqlError> {
    let places = "SELECT seq FROM fan_events WHERE openid = ? AND seq > ? AND seq < ? ORDER BY seq DESC LIMIT ?";
    select(
        db,
        &format!("WHERE seq IN ({places}) ORDER BY seq DESC"),
        &[openid.into(), after.into(), before.into(), limit.into()],
    )
}

fn select(db: &impl Database, rest: &str, parameters: &[Value]) -> Result<Vec<Event>, SqlError> {
    db.query(&format!("{COLUMNS} {rest}"), parameters)?
        .iter()
        .map(read)
        .collect()
}

/// Those of the events that match `condition`, oldest first, that are among the first `limit` and within `bytes` of payloads,
/// to each of which `row_bytes` are added, but at least one. Sums are made before any payload is loaded: a thousand of the largest are more than an isolate holds.
fn select_within(
    db: &impl Database,
    condition: &str,
    mut parameters: Vec<Value>,
    limit: i64,
    bytes: usize,
    row_bytes: usize,
) -> Result<Vec<Event>, SqlError> {
    parameters.push(limit.into());
    parameters.push(i64::try_from(bytes).unwrap_or(i64::MAX).into());
    let rest = format!(
        "WHERE seq IN (SELECT seq FROM (SELECT seq, sum(size) OVER (ORDER BY seq) - size AS before FROM \
         (SELECT seq, {row_bytes} + coalesce(length(CAST(payload AS BLOB)), 0) AS size FROM events \
         WHERE {condition} ORDER BY seq LIMIT ?)) WHERE before < ?) ORDER BY seq"
    );
    select(db, &rest, &parameters)
}

/// Events after `after`, of one fan or of all, oldest first, up to `bytes` of payloads, but at least one. Whoever gets fewer than
/// `limit`, and fewer bytes of payloads than asked for, has all that there are.
///
/// # Errors
/// When SQLite fails.
pub fn list(
    db: &impl Database,
    openid: Option<&str>,
    after: i64,
    limit: i64,
    bytes: usize,
) -> Result<Vec<Event>, SqlError> {
    let mut parameters = vec![after.into()];
    let condition = match openid {
        Some(openid) => {
            parameters.push(openid.into());
            "seq IN (SELECT seq FROM fan_events WHERE seq > ? AND openid = ?)"
        }
        None => "seq > ?",
    };
    select_within(db, condition, parameters, limit, bytes, 0)
}

/// The first place that the shard still keeps: what came before is in D1 only.
///
/// # Errors
/// When SQLite fails.
pub fn kept_from(db: &impl Database) -> Result<i64, SqlError> {
    let row = db.first(
        "SELECT coalesce((SELECT min(seq) FROM events), (SELECT seq + 1 FROM sqlite_sequence WHERE name = 'events'), 1)",
        &[],
    )?;
    Ok(row.and_then(|row| row.integer(0)).unwrap_or(1))
}

/// Which events D1 lacks: those behind the place up to which it has all, but for the [parked](crate::parked), and those of the
/// parked that are to be tried again.
const UNFLUSHED: &str = "SELECT id AS seq FROM parked WHERE kind = 'event' AND until = 0 UNION ALL \
     SELECT * FROM (SELECT seq FROM events WHERE seq > (SELECT flushed FROM progress) \
     AND seq NOT IN (SELECT id FROM parked WHERE kind = 'event') ORDER BY seq LIMIT 1000)";

/// The oldest events that D1 lacks, up to `bytes` of payloads, but at least one.
///
/// # Errors
/// When SQLite fails.
pub fn unflushed(db: &impl Database, bytes: usize) -> Result<Vec<Event>, SqlError> {
    let condition = format!("seq IN ({UNFLUSHED})");
    select_within(db, &condition, Vec::new(), 1000, bytes, ROW_BYTES)
}

/// Whether D1 lacks any.
pub(crate) fn any_unflushed(db: &impl Database) -> Result<bool, SqlError> {
    Ok(db
        .first(&format!("SELECT 1 FROM ({UNFLUSHED}) LIMIT 1"), &[])?
        .is_some())
}

/// Bytes of an event beside its payload, roughly, when it travels as JSON.
const ROW_BYTES: usize = 300;

/// The place up to which D1 has all events, but for those that are [parked](crate::parked).
///
/// # Errors
/// When SQLite fails.
pub fn flushed(db: &impl Database) -> Result<i64, SqlError> {
    let row = db.first("SELECT flushed FROM progress", &[])?;
    Ok(row.and_then(|row| row.integer(0)).unwrap_or(0))
}

/// D1 has all events up to `seq` too, where it had those up to `before` when they were sent. If that place is another by now, D1 was
/// set back meanwhile (see [`crate::reflush`]), and nothing is noted: they are sent again.
///
/// # Errors
/// When SQLite fails.
pub fn flushed_to(db: &impl Database, before: i64, seq: i64) -> Result<(), SqlError> {
    db.run(
        "UPDATE progress SET flushed = max(flushed, ?2) WHERE flushed = ?1",
        &[before.into(), seq.into()],
    )
}

/// Lets all events behind the last that was received before `since` go to D1 once more. Returns how many wait then.
pub(crate) fn reflush(db: &impl Database, since: UnixMillis) -> Result<i64, SqlError> {
    db.run(
        "UPDATE progress SET flushed = min(flushed, coalesce( \
         (SELECT seq - 1 FROM events WHERE received_at >= ? ORDER BY seq LIMIT 1), flushed))",
        &[since.into()],
    )?;
    Ok(last(db)?.saturating_sub(flushed(db)?))
}

/// Forgets keys older than [`REMEMBERED_FOR`], and events older than [`KEPT_FOR`], up to the first that is younger or not flushed: what
/// is kept has no gaps, also when the clock was set back in between (see [`kept_from`]).
///
/// # Errors
/// When SQLite fails.
pub fn sweep(db: &impl Database, now: UnixMillis) -> Result<(), SqlError> {
    db.run(
        "UPDATE events SET message_key = NULL WHERE message_key IS NOT NULL AND received_at <= ?",
        &[now.minus(REMEMBERED_FOR).into()],
    )?;
    let kept_from = db
        .first(
            "SELECT min(seq) FROM (SELECT flushed + 1 AS seq FROM progress UNION ALL \
             SELECT min(id) FROM parked WHERE kind = 'event' UNION ALL \
             SELECT * FROM (SELECT seq FROM events WHERE received_at > ? ORDER BY seq LIMIT 1))",
            &[now.minus(KEPT_FOR).into()],
        )?
        .and_then(|row| row.integer(0))
        .unwrap_or(0);
    let before = [kept_from.into()];
    db.run(
        "DELETE FROM fan_events WHERE (openid, seq) IN (SELECT openid, seq FROM events WHERE seq < ? AND openid IS NOT NULL)",
        &before,
    )?;
    db.run("DELETE FROM events WHERE seq < ?", &before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_id_reads_back() {
        let id = EventId {
            shard: 63,
            seq: 1_000_000,
        };
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn what_is_no_event_id_is_refused() {
        for text in ["", "1", "1.", ".1", "70000.1", "1.x", "1.1.1"] {
            assert_eq!(text.parse::<EventId>(), Err(NotAnEventId), "{text}");
        }
    }
}
