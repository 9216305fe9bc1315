//! The Desk's own tables, in numbered steps that run once, at construction.
//!
//! Steps are only ever added. A step may not remove what the previous release still reads, since deploys overlap.

use fandesk_shard::schema;
use fandesk_shard::sql::{Database, SqlError};

/// The steps, in order. The number of a step is its place, from 1.
const STEPS: &[&[&str]] = &[FIRST, ERASED];

const FIRST: &[&str] = &[
    // The number of the newest list of people and teams.
    "CREATE TABLE staff (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        rev INTEGER NOT NULL
    ) STRICT",
    "CREATE TABLE agents (
        id TEXT PRIMARY KEY,
        person TEXT NOT NULL,
        presence TEXT NOT NULL
    ) STRICT, WITHOUT ROWID",
    "CREATE TABLE teams (id TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT, WITHOUT ROWID",
    // When fans of a team were given to somebody lately.
    "CREATE TABLE given (team TEXT PRIMARY KEY, moments TEXT NOT NULL) STRICT, WITHOUT ROWID",
    // `openid` and parts of `body` are personal and emptied by an erase.
    "CREATE TABLE conversations (
        id TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        team TEXT NOT NULL,
        agent TEXT,
        openid TEXT,
        fan_ref TEXT NOT NULL,
        opened_at INTEGER NOT NULL,
        body TEXT NOT NULL
    ) STRICT, WITHOUT ROWID",
    "CREATE INDEX conversations_open ON conversations (id) WHERE state <> 'closed'",
    "CREATE INDEX conversations_closed ON conversations (opened_at, id) WHERE state = 'closed'",
    "CREATE INDEX conversations_by_fan ON conversations (fan_ref)",
    // Personal. Apart from the conversation, since it is written with every few keys that are pressed.
    "CREATE TABLE drafts (
        conversation TEXT PRIMARY KEY,
        person TEXT NOT NULL,
        text TEXT NOT NULL,
        at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID",
    // Keys of rows that shards sent.
    "CREATE TABLE taken (key TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE INDEX taken_by_time ON taken (at)",
    // What shards and D1 have to be told. `not_before` is there while the destination does not take it.
    "CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        lane TEXT NOT NULL,
        key TEXT NOT NULL,
        openid TEXT,
        body TEXT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        not_before INTEGER NOT NULL DEFAULT 0,
        UNIQUE (lane, key)
    ) STRICT",
    "CREATE INDEX outbox_by_fan ON outbox (openid, id) WHERE openid IS NOT NULL",
    // News for consoles. `body` is personal; `was` is the team that lost the conversation.
    "CREATE TABLE feed (
        n INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        conversation TEXT,
        agent TEXT,
        team TEXT,
        was TEXT,
        body TEXT NOT NULL
    ) STRICT",
    "CREATE INDEX feed_by_conversation ON feed (conversation) WHERE conversation IS NOT NULL",
    // What was done, by whom. Nothing of it is ever changed or deleted; each hash covers the row and the hash before it.
    "CREATE TABLE audit (
        n INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        person TEXT NOT NULL,
        action TEXT NOT NULL,
        object TEXT NOT NULL,
        detail TEXT NOT NULL,
        hash TEXT NOT NULL
    ) STRICT",
    "CREATE INDEX audit_by_person ON audit (person, n)",
    "CREATE INDEX audit_by_object ON audit (object, n)",
];

/// Whose late rows are dropped.
const ERASED: &[&str] = &[
    "CREATE TABLE erased (fan_ref TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE INDEX erased_by_time ON erased (at)",
];

/// Brings the tables to the newest step.
///
/// # Errors
/// What SQLite refuses; the steps that ran before stay.
pub fn migrate(db: &impl Database) -> Result<(), SqlError> {
    schema::run(db, STEPS)
}
