//! The custom menus that were published, every version kept.

use fandesk_shard::UnixMillis;
use worker::{Env, Result};

use super::{DB, number, read};
use crate::record::Record;

/// What the document of a version is that took the menu away.
pub(crate) const NOTHING: &str = r#"{"button":[]}"#;

/// A version of the menus.
pub(crate) struct MenuVersion {
    pub(crate) version: i64,
    /// WeChat's JSON; [`NOTHING`] when the menu was taken away.
    pub(crate) document: String,
    /// In Unix milliseconds.
    pub(crate) published_at: i64,
    /// `publishing`, `published` or `unsure`.
    pub(crate) state: String,
    /// Why it is unsure.
    pub(crate) error: Option<String>,
    /// The version that it is a copy of.
    pub(crate) restored_from: Option<i64>,
}

const COLUMNS: &str = "version, document, published_at, state, error, restored_from";

impl MenuVersion {
    fn of(mut row: Record) -> Option<Self> {
        Some(Self {
            version: row.number(0)?,
            document: row.take(1)?,
            published_at: row.number(2)?,
            state: row.take(3)?,
            error: row.take(4),
            restored_from: row.number(5),
        })
    }
}

/// The newest version, whatever became of it.
pub(crate) async fn newest(env: &Env, account: &str) -> Result<Option<MenuVersion>> {
    let newest = versions(env, account, None, 1).await?;
    Ok(newest.into_iter().next())
}

/// A version.
pub(crate) async fn version(env: &Env, account: &str, version: i64) -> Result<Option<MenuVersion>> {
    let sql = format!("SELECT {COLUMNS} FROM menus WHERE account = ?1 AND version = ?2");
    let rows = read(env, DB, &sql, vec![account.into(), number(version)]).await?;
    Ok(rows.into_iter().find_map(MenuVersion::of))
}

/// Versions, newest first, from the one before `before`.
pub(crate) async fn versions(
    env: &Env,
    account: &str,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<MenuVersion>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM menus WHERE account = ?1 AND version < ?2 ORDER BY version DESC LIMIT ?3"
    );
    // No version comes near 2^53, the largest number that D1 takes.
    let before = before.unwrap_or(1 << 53);
    let parameters = vec![account.into(), number(before), number(limit.into())];
    let rows = read(env, DB, &sql, parameters).await?;
    Ok(rows.into_iter().filter_map(MenuVersion::of).collect())
}

/// Writes down that the version after `newest` is being published. `None` when somebody else is at it: one who began after
/// `abandoned_before`, or who has published since `newest` was read.
pub(crate) async fn begin(
    env: &Env,
    account: &str,
    newest: i64,
    document: &str,
    restored_from: Option<i64>,
    now: UnixMillis,
    abandoned_before: UnixMillis,
) -> Result<Option<i64>> {
    // Checked and written by one statement, so two who publish at once cannot both begin.
    let sql = "INSERT INTO menus (account, version, document, published_at, state, restored_from) \
               SELECT ?1, ?2 + 1, ?3, ?4, 'publishing', nullif(?5, 0) \
               WHERE (SELECT coalesce(max(version), 0) FROM menus WHERE account = ?1) = ?2 \
               AND NOT EXISTS (SELECT 1 FROM menus WHERE account = ?1 AND state = 'publishing' AND published_at > ?6) \
               RETURNING version";
    let parameters = vec![
        account.into(),
        number(newest),
        document.into(),
        number(now.0),
        number(restored_from.unwrap_or(0)),
        number(abandoned_before.0),
    ];
    let rows = read(env, DB, sql, parameters).await?;
    Ok(rows.first().and_then(|row| row.number(0)))
}

/// WeChat has the version, or with an error may have some of it.
pub(crate) async fn settle(
    env: &Env,
    account: &str,
    version: i64,
    error: Option<&str>,
) -> Result<()> {
    let sql = "UPDATE menus SET state = CASE ?3 WHEN '' THEN 'published' ELSE 'unsure' END, error = nullif(?3, '') \
               WHERE account = ?1 AND version = ?2 RETURNING version";
    let parameters = vec![account.into(), number(version), error.unwrap_or("").into()];
    read(env, DB, sql, parameters).await.map(drop)
}

/// WeChat took nothing of the version: it never was.
pub(crate) async fn forget(env: &Env, account: &str, version: i64) -> Result<()> {
    let sql = "DELETE FROM menus WHERE account = ?1 AND version = ?2 AND state = 'publishing' RETURNING version";
    let parameters = vec![account.into(), number(version)];
    read(env, DB, sql, parameters).await.map(drop)
}
