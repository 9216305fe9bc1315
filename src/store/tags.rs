//! The tags of fans. D1 has the truth of them.

use fandesk_shard::UnixMillis;
use worker::{Env, Result};

use super::{DB, number, read};

/// What was kept.
pub(crate) struct Kept {
    /// The person, whom the shard has to mean too.
    pub(crate) fan_ref: String,
    /// The number of this change.
    pub(crate) rev: i64,
}

/// Replaces the tags of a fan; `None` when there is no such fan here.
///
/// The number of a change is the time, or more: it rises also when D1 was set back to an earlier day.
pub(crate) async fn replace(
    env: &Env,
    account: &str,
    openid: &str,
    tags: &str,
    now: UnixMillis,
) -> Result<Option<Kept>> {
    let sql = "UPDATE fans SET tags = ?3, tags_rev = max(tags_rev + 1, ?4) WHERE account = ?1 AND openid = ?2 \
               RETURNING fan_ref, tags_rev";
    let parameters = vec![account.into(), openid.into(), tags.into(), number(now.0)];
    Ok(read(env, DB, sql, parameters)
        .await?
        .pop()
        .and_then(|mut row| {
            Some(Kept {
                fan_ref: row.take(0)?,
                rev: row.number(1)?,
            })
        }))
}
