//! People who were erased lately, so that a row about them that comes late does not make them again.
//!
//! Rows travel in requests that may overtake each other: one that a shard gave up waiting for can arrive after the row that its fan is
//! erased. A fan who comes back has another `fan_ref`.

use fandesk_shard::UnixMillis;
use fandesk_shard::sql::{Database, SqlError};

use super::taken::KNOWN_FOR;

/// Whether the person of this `fan_ref` was erased.
///
/// # Errors
/// When SQLite fails.
pub fn is_erased(db: &impl Database, fan_ref: &str) -> Result<bool, SqlError> {
    let found = db.first("SELECT 1 FROM erased WHERE fan_ref = ?", &[fan_ref.into()])?;
    Ok(found.is_some())
}

pub(super) fn note(db: &impl Database, fan_ref: &str, now: UnixMillis) -> Result<(), SqlError> {
    db.run(
        "INSERT OR REPLACE INTO erased (fan_ref, at) VALUES (?, ?)",
        &[fan_ref.into(), now.into()],
    )
}

pub(super) fn sweep(db: &impl Database, now: UnixMillis) -> Result<(), SqlError> {
    db.run(
        "DELETE FROM erased WHERE at < ?",
        &[now.minus(KNOWN_FOR).into()],
    )
}
