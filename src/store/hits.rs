//! How often each answer of the playbook was given, counted from the ledger.

use worker::{Env, Result};

use super::{LEDGER, number, read};

/// An answer with how often it was given.
pub(crate) struct Hit {
    pub(crate) hit: String,
    pub(crate) count: i64,
    /// When it was given last, in milliseconds.
    pub(crate) last_at: i64,
}

/// Which answers are counted.
pub(crate) struct Counted<'a> {
    /// From this moment, in milliseconds.
    pub(crate) since: i64,
    /// Until before this one.
    pub(crate) until: i64,
    /// How their hits begin.
    pub(crate) prefix: &'a str,
    /// Those behind this one, in the order of their hits.
    pub(crate) after: &'a str,
}

/// Counts at most `limit` answers. D1 reads the events of the time twice each: the index, then the row.
pub(crate) async fn count(
    env: &Env,
    account: &str,
    counted: &Counted<'_>,
    limit: i64,
) -> Result<Vec<Hit>> {
    let sql = "SELECT hit, count(*), max(received_at) FROM events \
               WHERE account = ?1 AND received_at >= ?2 AND received_at < ?3 AND hit > ?4 \
               AND substr(hit, 1, length(?5)) = ?5 GROUP BY hit ORDER BY hit LIMIT ?6";
    let parameters = vec![
        account.into(),
        number(counted.since),
        number(counted.until),
        counted.after.into(),
        counted.prefix.into(),
        number(limit),
    ];
    let rows = read(env, LEDGER, sql, parameters).await?;
    let hits = rows.into_iter().filter_map(|mut row| {
        Some(Hit {
            hit: row.take(0)?,
            count: row.number(1)?,
            last_at: row.number(2)?,
        })
    });
    Ok(hits.collect())
}
