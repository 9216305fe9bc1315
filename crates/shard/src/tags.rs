//! The tags of fans, as far as rules need them.
//!
//! D1 has the truth; a shard has a copy for decisions. It comes with a number that only rises, so that of two changes that arrive
//! in the wrong order the newer stays.

use crate::sql::{Database, SqlError, to_json};

/// Takes the tags of a fan, unless newer ones are here. Whether there is such a fan.
///
/// `fan_ref` is the person that D1 meant: someone who came back after an erase is another one, and has none of these tags.
///
/// # Errors
/// When SQLite fails.
pub fn put(
    db: &impl Database,
    openid: &str,
    fan_ref: &str,
    rev: i64,
    tags: &[String],
) -> Result<bool, SqlError> {
    let known = "SELECT 1 FROM fans WHERE openid = ? AND fan_ref = ?";
    if db.first(known, &[openid.into(), fan_ref.into()])?.is_none() {
        return Ok(false);
    }
    db.run(
        "INSERT INTO fan_tags (openid, rev, tags) VALUES (?1, ?2, ?3) \
         ON CONFLICT (openid) DO UPDATE SET rev = excluded.rev, tags = excluded.tags WHERE excluded.rev > rev",
        &[openid.into(), rev.into(), to_json(&tags)?.into()],
    )?;
    Ok(true)
}

/// The tags of a fan; none if nothing was ever said.
///
/// # Errors
/// When SQLite fails.
pub fn load(db: &impl Database, openid: &str) -> Result<Vec<String>, SqlError> {
    let statement = "SELECT value FROM fan_tags, json_each(tags) WHERE openid = ? ORDER BY key";
    let rows = db.query(statement, &[openid.into()])?;
    Ok(rows.iter().filter_map(|row| row.string(0)).collect())
}
