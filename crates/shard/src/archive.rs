//! Old events leave D1 for R2: which, in which object, and what an erase does there.
//!
//! D1 ends at 10 GB; an archive does not. An object holds one stretch of one shard's ledger, an event a line, in the form in
//! which events reach D1 (see [`crate::mirror`]), so that lines can be put back as they are. The table `archives` says which
//! stretches are archived, and it alone decides: an object that it does not name is the leftover of a crash.
//!
//! The order of steps is: read the next [`Stretch`] ([`NEXT`]), put its object, then in one transaction name it and take
//! its rows away ([`Stretch::named`]). A crash in between leaves the rows in D1. The repeat begins at the same place,
//! which is behind the last stretch that is named, so it overwrites the object; what it finds may have changed (an erase, an
//! event that came late), and then the newer object is the right one.
//!
//! Correct as long as
//! - one at a time archives an account (the Clock), and
//! - events reach D1 in their shard's order. One that comes later than [`crate::events::KEPT_FOR`] allows, when its
//!   stretch is archived already, stays in D1 for ever, and is shown from there.
//!
//! **Erasing.** The table `archived_fans` knows who is in which object. An erase empties `openid` there with the payloads in D1,
//! and from then on readers hide what the object still has of that person; then the object is written again without
//! it ([`TO_CLEAN`], [`cleaned`]), and the row goes. An erase between the reading of a stretch and its naming is
//! found by the naming, which looks into `erasures`.

use serde_json::{Map, Value as Json};

use crate::UnixMillis;
use crate::events::Event;
use crate::mirror::Statement;

/// Events in one object, at most.
pub const EVENTS: i64 = 1_000;

/// Characters of payload in one object, about. A Worker has 128 MB, and the text is there three times while it is packed.
pub const CHARACTERS: i64 = 1_000_000;

/// The next stretch to archive: of the shard that has the oldest event that is not archived and was received before `?2`.
///
/// It begins behind that shard's last stretch and ends before the first event that is too young, after [`EVENTS`] (`?3`) or
/// [`CHARACTERS`] (`?4`). A shard's clock may have stepped back, so that an old event stands behind a younger one: then
/// the younger one goes with it, since places decide and not times.
///
/// Columns: see [`Row`].
pub const NEXT: &str = "WITH oldest AS (\
     SELECT e.shard, e.seq, (SELECT coalesce(max(a.last), 0) FROM archives a WHERE a.account = ?1 AND a.shard = e.shard) AS done \
     FROM events e WHERE e.account = ?1 AND e.received_at < ?2 AND NOT EXISTS \
     (SELECT 1 FROM archives a WHERE a.account = ?1 AND a.shard = e.shard AND a.last >= e.seq) \
     ORDER BY e.received_at LIMIT 1), \
     following AS (\
     SELECT e.shard, o.done + 1 AS first, e.seq, e.fan_ref, e.kind, e.occurred_at, e.received_at, e.msg_id, e.hit, \
     p.openid, p.payload, p.reply, e.received_at >= ?2 AND e.seq > o.seq AS young, \
     200 + coalesce(length(p.payload), 0) + coalesce(length(p.reply), 0) AS characters \
     FROM oldest o JOIN events e ON e.account = ?1 AND e.shard = o.shard AND e.seq > o.done \
     LEFT JOIN payloads p ON p.account = e.account AND p.shard = e.shard AND p.seq = e.seq ORDER BY e.seq LIMIT ?3), \
     cut AS (\
     SELECT *, max(young) OVER (ORDER BY seq) AS ended, sum(characters) OVER (ORDER BY seq) - characters AS before \
     FROM following) \
     SELECT shard, first, seq, received_at, fan_ref, openid, json_object('fan_ref', fan_ref, 'hit', hit, 'kind', kind, \
     'msg_id', msg_id, 'occurred_at', occurred_at, 'openid', openid, 'payload', payload, 'received_at', received_at, \
     'reply', reply, 'seq', seq, 'shard', shard) FROM cut WHERE NOT ended AND before < ?4 ORDER BY seq";

/// An object that still has something of people who were erased. Columns: shard, first place, their `fan_ref`s with commas between.
pub const TO_CLEAN: &str = "SELECT shard, first, group_concat(fan_ref) FROM archived_fans \
     WHERE account = ?1 AND openid IS NULL GROUP BY shard, first LIMIT 1";

const NAME: &[&str] = &[
    // Fails if it is named already: whoever came second changes nothing.
    "INSERT INTO archives (account, shard, first, last, events, received_from, received_until, key, bytes, sha256) \
     SELECT ?1, ?2 ->> 'shard', ?2 ->> 'first', ?2 ->> 'last', ?2 ->> 'events', ?2 ->> 'received_from', \
     ?2 ->> 'received_until', ?2 ->> 'key', ?2 ->> 'bytes', ?2 ->> 'sha256'",
    "INSERT INTO archived_fans (account, shard, first, fan_ref, openid) \
     SELECT DISTINCT ?1, ?2 ->> 'shard', ?2 ->> 'first', value ->> 0, CASE WHEN EXISTS \
     (SELECT 1 FROM erasures WHERE account = ?1 AND fan_ref = value ->> 0) THEN NULL ELSE value ->> 1 END \
     FROM json_each(?2, '$.people')",
    "DELETE FROM payloads WHERE account = ?1 AND shard = ?2 ->> 'shard' \
     AND seq IN (SELECT value FROM json_each(?2, '$.seqs'))",
    "DELETE FROM events WHERE account = ?1 AND shard = ?2 ->> 'shard' \
     AND seq IN (SELECT value FROM json_each(?2, '$.seqs'))",
];

const CLEANED: &[&str] = &[
    "UPDATE archives SET bytes = ?2 ->> 'bytes', sha256 = ?2 ->> 'sha256' \
     WHERE account = ?1 AND shard = ?2 ->> 'shard' AND first = ?2 ->> 'first'",
    "DELETE FROM archived_fans WHERE account = ?1 AND shard = ?2 ->> 'shard' AND first = ?2 ->> 'first' \
     AND openid IS NULL AND fan_ref IN (SELECT value FROM json_each(?2, '$.erased'))",
];

/// Which object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The shard whose events it holds.
    pub shard: u16,
    /// The place behind the last of the stretch before.
    pub first: i64,
}

impl Place {
    /// Its key in the bucket. It depends on what is named only, so a repeat finds the same one.
    #[must_use]
    pub fn key(self, account: &str) -> String {
        format!("{account}/events/{}/{}.ndjson.gz", self.shard, self.first)
    }
}

/// A row of [`NEXT`].
#[derive(Clone, Debug)]
pub struct Row {
    /// Where the stretch goes.
    pub place: Place,
    /// The event's place.
    pub seq: i64,
    /// When it was received.
    pub received_at: UnixMillis,
    /// Whom it is of.
    pub fan_ref: Option<String>,
    /// Whom it is of, unless they were erased.
    pub openid: Option<String>,
    /// The line.
    pub line: String,
}

/// What the bucket confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its size as it is stored.
    pub bytes: usize,
    /// Of the bytes that are stored, in hexadecimal.
    pub sha256: String,
}

/// Events that go into one object.
#[derive(Clone, Debug)]
pub struct Stretch {
    place: Place,
    rows: Vec<Row>,
}

impl Stretch {
    /// What [`NEXT`] gave; nothing when there is nothing to archive.
    #[must_use]
    pub fn gather(rows: Vec<Row>) -> Option<Self> {
        let place = rows.first()?.place;
        Some(Self { place, rows })
    }

    /// Which object it is.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place
    }

    /// What the object holds.
    #[must_use]
    pub fn text(&self) -> String {
        lines(self.rows.iter().map(|row| row.line.as_str()))
    }

    /// What names the object in D1 and takes its rows away, once the bucket has it.
    #[must_use]
    pub fn named(&self, account: &str, stored: &Stored) -> Vec<Statement> {
        let times = self.rows.iter().map(|row| row.received_at.0);
        let people = self
            .rows
            .iter()
            .filter(|row| row.openid.is_some())
            .map(|row| Json::from(vec![row.fan_ref.clone(), row.openid.clone()]));
        let seqs: Vec<i64> = self.rows.iter().map(|row| row.seq).collect();
        let mut facts = facts(self.place, stored);
        facts.insert("last".into(), seqs.last().copied().into());
        facts.insert("events".into(), seqs.len().into());
        facts.insert("received_from".into(), times.clone().min().into());
        facts.insert("received_until".into(), times.max().into());
        facts.insert("key".into(), self.place.key(account).into());
        facts.insert("people".into(), people.collect());
        facts.insert("seqs".into(), seqs.into());
        statements(NAME, facts)
    }
}

/// Events received before this moment are old: whole days in UTC, so that each day's events go once, in few objects.
#[must_use]
pub fn old_before(now: UnixMillis, after_days: u32) -> UnixMillis {
    UnixMillis(
        now.day()
            .saturating_sub(after_days.into())
            .saturating_mul(86_400_000),
    )
}

/// An object's text without what it has of the `erased`. Their events stay, as in D1.
#[must_use]
pub fn clean(text: &str, erased: &[&str]) -> String {
    let cleaned: Vec<String> = text
        .lines()
        .map(|line| match serde_json::from_str::<Json>(line) {
            Ok(Json::Object(mut event)) if is_of(&event, erased) => {
                for field in ["openid", "payload", "reply"] {
                    event.insert(field.into(), Json::Null);
                }
                Json::Object(event).to_string()
            }
            _ => line.to_owned(),
        })
        .collect();
    lines(cleaned.iter().map(String::as_str))
}

/// What tells D1 that an object was written again without the `erased`. One that is gone from the bucket has nothing of them either.
#[must_use]
pub fn cleaned(place: Place, erased: &[&str], stored: Option<&Stored>) -> Vec<Statement> {
    let gone = Stored {
        bytes: 0,
        sha256: String::new(),
    };
    let mut facts = facts(place, stored.unwrap_or(&gone));
    facts.insert("erased".into(), erased.to_vec().into());
    statements(CLEANED, facts)
}

/// The events of an object, in order, without what it may still have of the `erased`.
pub fn read(text: &str, erased: &[&str]) -> impl Iterator<Item = Event> {
    text.lines()
        .filter_map(move |line| match serde_json::from_str(line) {
            Ok(Json::Object(fields)) => event(fields, erased),
            _ => None,
        })
}

fn event(mut fields: Map<String, Json>, erased: &[&str]) -> Option<Event> {
    let hidden = is_of(&fields, erased);
    let number = |name: &str| fields.get(name).and_then(Json::as_i64);
    let (seq, occurred_at, received_at) = (
        number("seq")?,
        number("occurred_at")?,
        number("received_at")?,
    );
    let mut text = |name: &str| match fields.remove(name) {
        Some(Json::String(text)) => Some(text),
        _ => None,
    };
    Some(Event {
        seq,
        fan_ref: text("fan_ref"),
        openid: text("openid").filter(|_| !hidden),
        kind: text("kind")?,
        occurred_at: UnixMillis(occurred_at),
        received_at: UnixMillis(received_at),
        msg_id: text("msg_id"),
        hit: text("hit"),
        payload: text("payload").filter(|_| !hidden),
        reply: text("reply").filter(|_| !hidden),
    })
}

fn is_of(event: &Map<String, Json>, erased: &[&str]) -> bool {
    let fan_ref = event.get("fan_ref").and_then(Json::as_str);
    fan_ref.is_some_and(|fan_ref| erased.contains(&fan_ref))
}

fn lines<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    text
}

fn facts(place: Place, stored: &Stored) -> Map<String, Json> {
    let mut facts = Map::new();
    facts.insert("shard".into(), place.shard.into());
    facts.insert("first".into(), place.first.into());
    facts.insert("bytes".into(), stored.bytes.into());
    facts.insert("sha256".into(), stored.sha256.as_str().into());
    facts
}

fn statements(all: &[&'static str], facts: Map<String, Json>) -> Vec<Statement> {
    let rows = Json::Object(facts).to_string();
    all.iter()
        .map(|sql| Statement {
            sql,
            rows: rows.clone(),
        })
        .collect()
}
