//! An erase at a fan's shard must reach the shards where the fan was before: they keep events for some days, and may have rows for
//! D1. The Clock asks each shard whom it erased (`waiting`), tells all (`forget`), and then says so (`told`).
//!
//! D1 and the archive go by `fan_ref` whichever shard an event is of, so they need no more than the erasure that the outbox brings.

use crate::forwards;
use crate::sql::{Database, SqlError};

/// People who are told on in one go.
const AT_ONCE: i64 = 500;

/// Those whom other shards have not been told of, as a JSON array; nothing when there is nobody.
pub(super) fn waiting(db: &impl Database) -> Result<String, SqlError> {
    let statement = "SELECT json_group_array(fan_ref) FROM (SELECT fan_ref FROM erased ORDER BY fan_ref LIMIT ?) \
                     HAVING count(*) > 0";
    match db.first(statement, &[AT_ONCE.into()])? {
        Some(row) => row.required(0, statement),
        None => Ok(String::new()),
    }
}

/// Empties what this shard has of them.
pub(super) fn forget(db: &impl Database, people: &str) -> Result<String, SqlError> {
    for statement in [
        "DELETE FROM fan_events WHERE (openid, seq) IN (SELECT openid, seq FROM events WHERE openid IS NOT NULL \
         AND fan_ref IN (SELECT value FROM json_each(?)))",
        "UPDATE events SET openid = NULL, payload = NULL, reply = NULL, fan = NULL WHERE openid IS NOT NULL \
         AND fan_ref IN (SELECT value FROM json_each(?))",
        // As an erase leaves them: what D1 has of jobs and conversations, the erasure ends.
        "DELETE FROM outbox WHERE lane = 'people' AND json_extract(body, '$.fan_ref') IN (SELECT value FROM json_each(?)) \
         AND key NOT LIKE 'erasures:%' AND key NOT LIKE 'follows:%'",
    ] {
        db.run(statement, &[people.into()])?;
    }
    forwards::forget_all(db, people)?;
    Ok(String::new())
}

/// All shards know of them.
pub(super) fn told(db: &impl Database, people: &str) -> Result<String, SqlError> {
    db.run(
        "DELETE FROM erased WHERE fan_ref IN (SELECT value FROM json_each(?))",
        &[people.into()],
    )?;
    Ok(String::new())
}
