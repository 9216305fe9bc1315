//! What D1 is told: statements that put many rows at once, and may be repeated.
//!
//! Each statement takes the account as `?1` and a JSON array of rows as `?2`, since D1 allows 100 parameters. A
//! repeat changes nothing: events have their place as key, mutable rows carry `rev` and only a newer one is taken. A person
//! who was erased stays erased: rows that come later write no personal field (see [`crate::erase`]).
//! Statements of one flush are run as one batch, in order, which D1 makes a transaction.

use serde_json::{Map, Value as Json};

use crate::events::Event;
use crate::outbox::Waiting;

/// One statement of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// SQL with `?1` = account and `?2` = rows.
    pub sql: &'static str,
    /// A JSON array of objects.
    pub rows: String,
}

/// The tables of `DB`, in the order in which they are written: erasures first, so that the rest of the batch respects them.
const PEOPLE: &[(&str, &[&str])] = &[
    (
        "erasures:",
        &[
            "INSERT INTO erasures (account, fan_ref, erased_at) \
             SELECT ?1, value ->> 'fan_ref', value ->> 'erased_at' FROM json_each(?2) WHERE true \
             ON CONFLICT (account, fan_ref) DO NOTHING",
            "DELETE FROM fans WHERE account = ?1 AND fan_ref IN (SELECT value ->> 'fan_ref' FROM json_each(?2))",
            "UPDATE jobs SET openid = NULL, next_try_at = NULL, \
             state = CASE WHEN state IN ('waiting', 'sending') THEN 'dead' ELSE state END, \
             last_error = CASE WHEN state IN ('waiting', 'sending') THEN 'the fan''s data was erased' ELSE last_error END \
             WHERE account = ?1 AND fan_ref IN (SELECT value ->> 'fan_ref' FROM json_each(?2))",
            "UPDATE conversations SET state = 'closed', rev = rev + 1 \
             WHERE account = ?1 AND state <> 'closed' AND fan_ref IN (SELECT value ->> 'fan_ref' FROM json_each(?2))",
        ],
    ),
    (
        "fans:",
        &[
            "INSERT INTO fans (account, fan_ref, openid, rev, followed, pushes_stopped, first_seen_at, last_seen_at) \
           SELECT ?1, value ->> 'fan_ref', value ->> 'openid', value ->> 'rev', value ->> 'followed', \
           value ->> 'pushes_stopped', value ->> 'first_seen_at', value ->> 'last_seen_at' FROM json_each(?2) \
           WHERE NOT EXISTS (SELECT 1 FROM erasures WHERE account = ?1 AND fan_ref = value ->> 'fan_ref') \
           ON CONFLICT (account, fan_ref) DO UPDATE SET rev = excluded.rev, followed = excluded.followed, \
           pushes_stopped = excluded.pushes_stopped, last_seen_at = excluded.last_seen_at \
           WHERE excluded.rev > fans.rev",
        ],
    ),
    (
        "follows:",
        &[
            "INSERT INTO follows (account, id, fan_ref, started_at, ended_at, scene) \
           SELECT ?1, value ->> 'id', value ->> 'fan_ref', value ->> 'started_at', value ->> 'ended_at', \
           value ->> 'scene' FROM json_each(?2) WHERE true \
           ON CONFLICT (account, id) DO UPDATE SET ended_at = coalesce(follows.ended_at, excluded.ended_at)",
        ],
    ),
    (
        "conversations:",
        &[
            "INSERT INTO conversations (account, id, fan_ref, rev, state, opened_at) \
           SELECT ?1, value ->> 'id', value ->> 'fan_ref', value ->> 'rev', \
           CASE WHEN EXISTS (SELECT 1 FROM erasures WHERE account = ?1 AND fan_ref = value ->> 'fan_ref') \
           THEN 'closed' ELSE value ->> 'state' END, value ->> 'opened_at' \
           FROM json_each(?2) WHERE true \
           ON CONFLICT (account, id) DO UPDATE SET rev = excluded.rev, state = excluded.state \
           WHERE excluded.rev > conversations.rev",
        ],
    ),
    (
        "jobs:",
        &[
            "INSERT INTO jobs (account, id, fan_ref, openid, rev, kind, state, attempts, last_error, next_try_at, \
           possibly_doubled, created_at, ended_at) \
           SELECT ?1, value ->> 'id', value ->> 'fan_ref', CASE WHEN erased THEN NULL ELSE value ->> 'openid' END, \
           value ->> 'rev', value ->> 'kind', CASE WHEN left_open THEN 'dead' ELSE value ->> 'state' END, \
           value ->> 'attempts', CASE WHEN left_open THEN 'the fan''s data was erased' ELSE value ->> 'last_error' END, \
           CASE WHEN erased THEN NULL ELSE value ->> 'next_try_at' END, value ->> 'possibly_doubled', \
           value ->> 'created_at', value ->> 'ended_at' FROM \
           (SELECT *, erased AND value ->> 'state' IN ('waiting', 'sending') AS left_open FROM \
           (SELECT value, EXISTS (SELECT 1 FROM erasures WHERE account = ?1 AND fan_ref = value ->> 'fan_ref') AS erased \
           FROM json_each(?2))) WHERE true \
           ON CONFLICT (account, id) DO UPDATE SET openid = excluded.openid, rev = excluded.rev, state = excluded.state, \
           attempts = excluded.attempts, last_error = excluded.last_error, next_try_at = excluded.next_try_at, \
           possibly_doubled = excluded.possibly_doubled, ended_at = excluded.ended_at \
           WHERE excluded.rev > jobs.rev",
        ],
    ),
];

const ERASE_PAYLOADS: &[&str] = &[
    "INSERT INTO erasures (account, fan_ref, erased_at) \
     SELECT ?1, value ->> 'fan_ref', value ->> 'erased_at' FROM json_each(?2) WHERE true \
     ON CONFLICT (account, fan_ref) DO NOTHING",
    "DELETE FROM payloads WHERE account = ?1 AND fan_ref IN (SELECT value ->> 'fan_ref' FROM json_each(?2))",
    // Their objects are written again without them: see the archive.
    "UPDATE archived_fans SET openid = NULL \
     WHERE account = ?1 AND fan_ref IN (SELECT value ->> 'fan_ref' FROM json_each(?2))",
];

const EVENTS: &[&str] = &[
    "INSERT INTO events (account, shard, seq, fan_ref, kind, occurred_at, received_at, msg_id, hit) \
     SELECT ?1, value ->> 'shard', value ->> 'seq', value ->> 'fan_ref', value ->> 'kind', value ->> 'occurred_at', \
     value ->> 'received_at', value ->> 'msg_id', value ->> 'hit' FROM json_each(?2) WHERE true \
     ON CONFLICT (account, shard, seq) DO NOTHING",
    "INSERT INTO payloads (account, shard, seq, fan_ref, openid, payload, reply) \
     SELECT ?1, value ->> 'shard', value ->> 'seq', value ->> 'fan_ref', value ->> 'openid', value ->> 'payload', \
     value ->> 'reply' FROM json_each(?2) WHERE value ->> 'payload' IS NOT NULL \
     AND NOT EXISTS (SELECT 1 FROM erasures WHERE account = ?1 AND fan_ref = value ->> 'fan_ref') \
     ON CONFLICT (account, shard, seq) DO NOTHING",
];

/// What brings rows of the lane `people` into `DB`.
#[must_use]
pub fn people(rows: &[Waiting]) -> Vec<Statement> {
    PEOPLE
        .iter()
        .flat_map(|(prefix, statements)| {
            let bodies: Vec<&str> = rows
                .iter()
                .filter(|row| row.key.starts_with(prefix))
                .map(|row| row.body.as_str())
                .collect();
            batch(&bodies, statements)
        })
        .collect()
}

/// What brings events, and erasures of the lane `ledger`, into `LEDGER`.
#[must_use]
pub fn ledger(shard: u16, events: &[Event], erasures: &[Waiting]) -> Vec<Statement> {
    let erasures: Vec<&str> = erasures.iter().map(|row| row.body.as_str()).collect();
    let events: Vec<String> = events.iter().map(|event| row(shard, event)).collect();
    let events: Vec<&str> = events.iter().map(String::as_str).collect();
    let mut statements = batch(&erasures, ERASE_PAYLOADS);
    statements.extend(batch(&events, EVENTS));
    statements
}

fn batch(bodies: &[&str], statements: &[&'static str]) -> Vec<Statement> {
    if bodies.is_empty() {
        return Vec::new();
    }
    let rows = format!("[{}]", bodies.join(","));
    statements
        .iter()
        .map(|sql| Statement {
            sql,
            rows: rows.clone(),
        })
        .collect()
}

fn row(shard: u16, event: &Event) -> String {
    let text = |value: &Option<String>| value.clone().map_or(Json::Null, Json::from);
    let mut row = Map::new();
    row.insert("shard".into(), shard.into());
    row.insert("seq".into(), event.seq.into());
    row.insert("fan_ref".into(), text(&event.fan_ref));
    row.insert("openid".into(), text(&event.openid));
    row.insert("kind".into(), event.kind.as_str().into());
    row.insert("occurred_at".into(), event.occurred_at.0.into());
    row.insert("received_at".into(), event.received_at.0.into());
    row.insert("msg_id".into(), text(&event.msg_id));
    row.insert("hit".into(), text(&event.hit));
    row.insert("payload".into(), text(&event.payload));
    row.insert("reply".into(), text(&event.reply));
    Json::Object(row).to_string()
}
