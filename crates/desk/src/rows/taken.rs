//! Keys of rows that shards sent and that were taken, so that a repeat changes nothing.

use std::time::Duration;

use fandesk_shard::UnixMillis;
use fandesk_shard::sql::{Database, SqlError};

/// How long a key is known. A shard repeats a row until it hears that it was taken, at most a minute apart; an object that was away
/// for longer than this has not taken it either.
pub(super) const KNOWN_FOR: Duration = Duration::from_secs(2 * 24 * 60 * 60);

/// Whether a row was taken before.
///
/// # Errors
/// When SQLite fails.
pub fn is_taken(db: &impl Database, key: &str) -> Result<bool, SqlError> {
    let found = db.first("SELECT 1 FROM taken WHERE key = ?", &[key.into()])?;
    Ok(found.is_some())
}

pub(super) fn take(db: &impl Database, key: &str, now: UnixMillis) -> Result<(), SqlError> {
    db.run(
        "INSERT OR IGNORE INTO taken (key, at) VALUES (?, ?)",
        &[key.into(), now.into()],
    )
}

pub(super) fn sweep(db: &impl Database, now: UnixMillis) -> Result<(), SqlError> {
    db.run(
        "DELETE FROM taken WHERE at < ?",
        &[now.minus(KNOWN_FOR).into()],
    )
}
