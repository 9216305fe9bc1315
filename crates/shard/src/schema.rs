//! The shard's own tables, in numbered steps that run once, at construction.
//!
//! Steps are only ever added: a shard that slept through three releases runs what it lacks, in order. Each step and the note
//! that it ran are one atomic write. A step may not remove what the previous release still reads, since deploys overlap.

use crate::sql::{Database, SqlError};

/// The steps, in order. The number of a step is its place, from 1.
const STEPS: &[&[&str]] = &[
    FIRST, PARKED, AHEAD, MOVING, ERASURES, FAILING, TAGS, FORWARDS, IDENTITIES, DESK,
];

const FIRST: &[&str] = &[
    // The version of the playbook that the shard answers from.
    "CREATE TABLE playbook (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        version INTEGER NOT NULL,
        format TEXT NOT NULL,
        document TEXT NOT NULL
    ) STRICT",
    // How many shards there are; only shard 0 is asked.
    "CREATE TABLE layout (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        shards INTEGER NOT NULL
    ) STRICT",
    // The ledger: one row an event, in the order of arrival. `message_key` is there while WeChat may try again;
    // `openid`, `payload` and `reply` are personal and emptied by an erase. `flushed` = D1 has it.
    "CREATE TABLE events (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        message_key TEXT,
        fan_ref TEXT,
        openid TEXT,
        kind TEXT NOT NULL,
        occurred_at INTEGER NOT NULL,
        received_at INTEGER NOT NULL,
        msg_id TEXT,
        hit TEXT,
        payload TEXT,
        reply TEXT,
        flushed INTEGER NOT NULL DEFAULT 0
    ) STRICT",
    "CREATE INDEX events_by_key ON events (message_key) WHERE message_key IS NOT NULL",
    "CREATE INDEX events_by_fan ON events (openid, seq) WHERE openid IS NOT NULL",
    "CREATE INDEX events_to_flush ON events (seq) WHERE flushed = 0",
    // The state of a fan. `rev` rises with every change that D1 sees.
    "CREATE TABLE fans (
        openid TEXT PRIMARY KEY,
        fan_ref TEXT NOT NULL UNIQUE,
        rev INTEGER NOT NULL,
        followed INTEGER,
        pushes_stopped INTEGER NOT NULL DEFAULT 0,
        place TEXT,
        place_until INTEGER,
        window TEXT NOT NULL,
        first_seen_at INTEGER NOT NULL,
        last_seen_at INTEGER NOT NULL,
        erase_at INTEGER
    ) STRICT, WITHOUT ROWID",
    "CREATE INDEX fans_to_erase ON fans (erase_at) WHERE erase_at IS NOT NULL",
    // Each time that a fan followed, as an interval; an open one has no end.
    "CREATE TABLE follows (
        id TEXT PRIMARY KEY,
        fan_ref TEXT NOT NULL,
        started_at INTEGER,
        ended_at INTEGER,
        scene TEXT
    ) STRICT, WITHOUT ROWID",
    "CREATE INDEX follows_by_fan ON follows (fan_ref)",
    // Fans who wait for a person. The desk takes them from here.
    "CREATE TABLE conversations (
        id TEXT PRIMARY KEY,
        fan_ref TEXT NOT NULL,
        state TEXT NOT NULL,
        opened_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID",
    "CREATE INDEX conversations_by_fan ON conversations (fan_ref, state)",
    // What is to be done outside; `place` is the order in which jobs were made.
    "CREATE TABLE jobs (
        place INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        fan_ref TEXT NOT NULL,
        openid TEXT NOT NULL,
        kind TEXT NOT NULL,
        body TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        next_try_at INTEGER,
        lease TEXT,
        lease_until INTEGER,
        rung_at INTEGER,
        reservation TEXT,
        possibly_doubled INTEGER NOT NULL DEFAULT 0,
        last_error TEXT,
        created_at INTEGER NOT NULL,
        began_at INTEGER NOT NULL,
        ended_at INTEGER,
        rev INTEGER NOT NULL
    ) STRICT",
    "CREATE INDEX jobs_open_of_fan ON jobs (openid, place) WHERE state IN ('waiting', 'sending')",
    "CREATE INDEX jobs_waiting ON jobs (next_try_at) WHERE state = 'waiting'",
    "CREATE INDEX jobs_sending ON jobs (lease_until) WHERE state = 'sending'",
    "CREATE INDEX jobs_ended ON jobs (ended_at) WHERE ended_at IS NOT NULL",
    // What must reach another place, a lane a destination. A newer row for the same key replaces the older one under
    // a new id, so that confirming the older one cannot take the newer away.
    "CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        lane TEXT NOT NULL,
        key TEXT NOT NULL,
        body TEXT NOT NULL,
        UNIQUE (lane, key)
    ) STRICT",
    "CREATE TABLE lanes (
        lane TEXT PRIMARY KEY,
        failures INTEGER NOT NULL,
        not_before INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID",
];

/// Rows of the outbox and events that their destination refuses, and until when they are left out (see [`crate::parked`]).
const PARKED: &[&str] = &["CREATE TABLE parked (
        kind TEXT NOT NULL,
        id INTEGER NOT NULL,
        until INTEGER NOT NULL,
        PRIMARY KEY (kind, id)
    ) STRICT, WITHOUT ROWID"];

/// The ledger runs ahead of what is looked up by fan (see [`crate::ahead`]), and what D1 has is a place in it and no longer a mark on
/// each event: `events.flushed` is read by nobody since.
const AHEAD: &[&str] = &[
    // The state in which an event left its fan, as JSON; personal, and emptied by an erase.
    "ALTER TABLE events ADD COLUMN fan TEXT",
    "DROP INDEX events_by_fan",
    "DROP INDEX events_to_flush",
    "CREATE TABLE fan_events (
        openid TEXT NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (openid, seq)
    ) STRICT, WITHOUT ROWID",
    "INSERT INTO fan_events (openid, seq) SELECT openid, seq FROM events WHERE openid IS NOT NULL",
    // The last event that the tables of fans know of, and the last that D1 has.
    "CREATE TABLE progress (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        caught_up INTEGER NOT NULL,
        flushed INTEGER NOT NULL
    ) STRICT",
    "INSERT INTO progress (id, caught_up, flushed) \
     SELECT 1, last, coalesce((SELECT min(seq) - 1 FROM events WHERE flushed = 0), last) \
     FROM (SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0) AS last)",
];

/// Slots that move from shard to shard (see [`crate::moving`]).
const MOVING: &[&str] = &[
    // Shard 0: how many shards are wanted, and how many there ever were; the number of the newest move; slots moved towards
    // what is wanted.
    "CREATE TABLE goal (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        wanted INTEGER NOT NULL,
        shards INTEGER NOT NULL,
        moves INTEGER NOT NULL DEFAULT 0,
        moved INTEGER NOT NULL DEFAULT 0
    ) STRICT",
    // Shard 0: slots that have moved, and where they were before, up to which event.
    "CREATE TABLE owners (slot INTEGER PRIMARY KEY, shard INTEGER NOT NULL) STRICT",
    "CREATE TABLE history (
        slot INTEGER NOT NULL,
        move INTEGER NOT NULL,
        shard INTEGER NOT NULL,
        last INTEGER NOT NULL,
        PRIMARY KEY (slot, move)
    ) STRICT, WITHOUT ROWID",
    // Shard 0: the move under way. `noted` = the layout has it.
    "CREATE TABLE move (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        number INTEGER NOT NULL,
        old INTEGER NOT NULL,
        new INTEGER NOT NULL,
        slots TEXT NOT NULL,
        noted INTEGER NOT NULL DEFAULT 0
    ) STRICT",
    // Slots that came here (`arriving`, then `here` since a moment) or went to `shard` (`left`, after the event `last`), by the
    // newest move that this shard knows of. A slot without a row was always where it is.
    "CREATE TABLE slots (
        slot INTEGER PRIMARY KEY,
        state TEXT NOT NULL,
        move INTEGER NOT NULL,
        shard INTEGER,
        last INTEGER,
        since INTEGER
    ) STRICT",
    // Rows of fans between two shards.
    "CREATE TABLE parcels (
        move INTEGER NOT NULL,
        page INTEGER NOT NULL,
        name TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (move, page)
    ) STRICT, WITHOUT ROWID",
    // Keys of messages, with their answers, that are not with an event of this shard: it has another, or an erase took the openid.
    "CREATE TABLE message_keys (
        message_key TEXT PRIMARY KEY,
        slot INTEGER NOT NULL,
        fan_ref TEXT,
        received_at INTEGER NOT NULL,
        reply TEXT
    ) STRICT, WITHOUT ROWID",
    "CREATE INDEX message_keys_by_slot ON message_keys (slot)",
    // Events whose jobs went elsewhere with their slot.
    "CREATE TABLE left_jobs (event TEXT PRIMARY KEY, slot INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    // While slots are handed over: who is in which, and how far that is known.
    "CREATE TABLE roster (
        slot INTEGER NOT NULL,
        openid TEXT NOT NULL,
        PRIMARY KEY (slot, openid)
    ) STRICT, WITHOUT ROWID",
    "CREATE TABLE roster_until (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        openid TEXT,
        seq INTEGER NOT NULL
    ) STRICT",
    // People of slots that came from elsewhere who were erased here; the other shards are still to be told.
    "CREATE TABLE erased (fan_ref TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
];

/// Who was erased, for a D1 that is set back (see [`crate::reflush`]). Of those who were before this step, events tell while they are kept.
const ERASURES: &[&str] = &[
    "CREATE TABLE erasures (fan_ref TEXT PRIMARY KEY, erased_at INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "INSERT INTO erasures (fan_ref, erased_at) SELECT fan_ref, max(received_at) FROM events \
     WHERE fan_ref IS NOT NULL AND openid IS NULL GROUP BY fan_ref",
];

/// Since when a lane has failed, for [`crate::alerts`].
const FAILING: &[&str] = &["ALTER TABLE lanes ADD COLUMN failing_since INTEGER"];

/// Tags of fans (see [`crate::tags`]).
const TAGS: &[&str] = &["CREATE TABLE fan_tags (
        openid TEXT PRIMARY KEY,
        rev INTEGER NOT NULL,
        tags TEXT NOT NULL
    ) STRICT, WITHOUT ROWID"];

/// Copies on their way to another system (see [`crate::forwards`]).
const FORWARDS: &[&str] = &[
    // `openid` and `fields` are personal: the row goes when it was taken, given up or erased. `not_before` is there while the receiver
    // refuses this one alone.
    "CREATE TABLE forwards (
        place INTEGER PRIMARY KEY AUTOINCREMENT,
        event INTEGER NOT NULL,
        fan_ref TEXT NOT NULL,
        openid TEXT NOT NULL,
        made_at INTEGER NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        not_before INTEGER,
        fields TEXT NOT NULL
    ) STRICT",
    "CREATE INDEX forwards_by_fan ON forwards (openid)",
    "CREATE INDEX forwards_refused ON forwards (openid, not_before) WHERE not_before IS NOT NULL",
    // How many were given up, and when.
    "CREATE TABLE forwards_given_up (at INTEGER PRIMARY KEY, copies INTEGER NOT NULL) STRICT",
];

/// Who the business says its fans are (see [`crate::identities`]).
const IDENTITIES: &[&str] = &[
    "CREATE TABLE identities (
        openid TEXT PRIMARY KEY,
        identity TEXT NOT NULL,
        bound_at INTEGER NOT NULL,
        expires_at INTEGER
    ) STRICT, WITHOUT ROWID",
    "CREATE INDEX identities_to_end ON identities (expires_at) WHERE expires_at IS NOT NULL",
];

/// Who speaks to fans (see [`crate::desk`]).
const DESK: &[&str] = &[
    "ALTER TABLE fans ADD COLUMN desk TEXT",
    "ALTER TABLE conversations ADD COLUMN revision INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE conversations ADD COLUMN changed_at INTEGER",
    // How many fans were handed over in a minute because nothing answered them.
    "CREATE TABLE hand_over_rate (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        minute INTEGER NOT NULL,
        used INTEGER NOT NULL
    ) STRICT",
];

/// Brings the tables of a shard to the newest step.
///
/// # Errors
/// What SQLite refuses; the steps that ran before stay.
pub fn migrate(db: &impl Database) -> Result<(), SqlError> {
    run(db, STEPS)
}

/// Runs the steps that a database lacks, in order. The number of a step is its place, from 1.
///
/// # Errors
/// What SQLite refuses; the steps that ran before stay.
pub fn run(db: &impl Database, steps: &[&[&str]]) -> Result<(), SqlError> {
    db.run(
        "CREATE TABLE IF NOT EXISTS steps (step INTEGER PRIMARY KEY) STRICT",
        &[],
    )?;
    let done = db
        .first("SELECT coalesce(max(step), 0) FROM steps", &[])?
        .and_then(|row| row.integer(0))
        .unwrap_or(0);
    for (number, step) in (1_i64..).zip(steps).filter(|(number, _)| *number > done) {
        db.savepoint(|| {
            step.iter()
                .try_for_each(|statement| db.run(statement, &[]))?;
            db.run("INSERT INTO steps (step) VALUES (?)", &[number.into()])
        })?;
    }
    Ok(())
}
