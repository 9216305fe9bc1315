//! Deleting a person's data, after the grace period that follows an unsubscribe or a revocation.
//!
//! Payloads, answers, jobs and the link between openid and `fan_ref` go; rows without a person (that an event of a kind took
//! place, when a follow began and ended) stay under the `fan_ref`, which nothing can resolve any more. D1 is told through the
//! outbox and notes the `fan_ref` as erased, so that a row of it that is still under way writes no personal field
//! again. It is remembered here for a month, for a D1 that is set back (see [`crate::reflush`]). Someone who returns later gets a new `fan_ref`: the old one is the older epoch, and stays dead.

use serde_json::{Map, Value as Json};

use crate::UnixMillis;
use crate::desk;
use crate::forwards;
use crate::identities;
use crate::moving;
use crate::outbox::{self, Lane};
use crate::sql::{Database, SqlError};

/// Erased in one go; the rest follows with the next alarm, so that a mass unsubscribe does not stop the shard.
const AT_ONCE: i64 = 100;

/// Erases every fan whose grace period is over. Returns how many.
///
/// # Errors
/// When SQLite fails; a fan is erased whole or not at all.
pub fn erase_due(db: &impl Database, now: UnixMillis) -> Result<usize, SqlError> {
    let statement =
        "SELECT openid, fan_ref FROM fans WHERE erase_at <= ? ORDER BY erase_at LIMIT ?";
    let due = db.query(statement, &[now.into(), AT_ONCE.into()])?;
    for row in &due {
        let (openid, fan_ref) = (row.required(0, statement)?, row.required(1, statement)?);
        db.savepoint(|| erase(db, &openid, &fan_ref, now))?;
    }
    Ok(due.len())
}

fn erase(db: &impl Database, openid: &str, fan_ref: &str, now: UnixMillis) -> Result<(), SqlError> {
    moving::forget_person(db, openid)?;
    // Whatever was written to them in this very write is not among the fan's events yet.
    db.run(
        "UPDATE events SET openid = NULL, payload = NULL, reply = NULL, fan = NULL \
         WHERE seq IN (SELECT seq FROM fan_events WHERE openid = ?1) \
         OR (seq > (SELECT caught_up FROM progress) AND openid = ?1)",
        &[openid.into()],
    )?;
    db.run("DELETE FROM fan_events WHERE openid = ?", &[openid.into()])?;
    // Their copies in D1 stay as dead jobs of nobody.
    db.run(
        "DELETE FROM outbox WHERE key IN (SELECT id FROM jobs WHERE openid = ?1) \
         OR key IN (SELECT 'jobs:' || id FROM jobs WHERE openid = ?1)",
        &[openid.into()],
    )?;
    db.run("DELETE FROM jobs WHERE openid = ?", &[openid.into()])?;
    forwards::forget(db, openid)?;
    desk::rows::forget(db, openid, fan_ref, now)?;
    db.run(
        "DELETE FROM conversations WHERE fan_ref = ?",
        &[fan_ref.into()],
    )?;
    db.run(
        "DELETE FROM outbox WHERE lane = 'people' AND (key = 'fans:' || ?1 OR json_extract(body, '$.fan_ref') = ?1 \
         AND key LIKE 'conversations:%')",
        &[fan_ref.into()],
    )?;
    db.run("DELETE FROM fan_tags WHERE openid = ?", &[openid.into()])?;
    identities::unbind(db, openid)?;
    db.run("DELETE FROM fans WHERE openid = ?", &[openid.into()])?;
    db.run(
        "INSERT OR REPLACE INTO erasures (fan_ref, erased_at) VALUES (?, ?)",
        &[fan_ref.into(), now.into()],
    )?;
    let mut row = Map::new();
    row.insert("fan_ref".into(), fan_ref.into());
    row.insert("erased_at".into(), now.0.into());
    let (key, row) = (format!("erasures:{fan_ref}"), Json::Object(row));
    outbox::put(db, Lane::People, &key, &row)?;
    outbox::put(db, Lane::Ledger, &key, &row)
}

/// When the next fan is to be erased, if any.
///
/// # Errors
/// When SQLite fails.
pub fn due(db: &impl Database) -> Result<Option<UnixMillis>, SqlError> {
    Ok(db
        .first(
            "SELECT min(erase_at) FROM fans WHERE erase_at IS NOT NULL",
            &[],
        )?
        .and_then(|row| row.integer(0))
        .map(UnixMillis))
}
