//! What operators published: playbooks and custom menus, every version kept.

use fandesk_shard::UnixMillis;
use worker::{Env, Result};

use super::{DB, number, read};

/// A version of the playbook.
pub(crate) struct PlaybookVersion {
    pub(crate) version: i64,
    /// `toml` or `json`.
    pub(crate) format: String,
    /// As it was put.
    pub(crate) document: String,
}

/// The newest playbook, if one was ever published.
pub(crate) async fn newest_playbook(env: &Env, account: &str) -> Result<Option<PlaybookVersion>> {
    let sql = "SELECT version, format, document FROM playbooks WHERE account = ?1 ORDER BY version DESC LIMIT 1";
    let row = read(env, DB, sql, vec![account.into()]).await?.pop();
    Ok(row.and_then(|mut row| {
        Some(PlaybookVersion {
            version: row.number(0)?,
            format: row.take(1)?,
            document: row.take(2)?,
        })
    }))
}

/// The number of the newest playbook; 0 when none was ever published.
pub(crate) async fn newest_version(env: &Env, account: &str) -> Result<i64> {
    let sql = "SELECT coalesce(max(version), 0) FROM playbooks WHERE account = ?1";
    Ok(read(env, DB, sql, vec![account.into()])
        .await?
        .pop()
        .and_then(|row| row.number(0))
        .unwrap_or(0))
}

/// Keeps a playbook as the version after `newest`. `None` when somebody else published meanwhile: nothing is kept then.
pub(crate) async fn add_playbook(
    env: &Env,
    account: &str,
    newest: i64,
    format: &str,
    document: &str,
    now: UnixMillis,
) -> Result<Option<i64>> {
    // The version is checked and written by one statement, so two who publish at once cannot both succeed.
    let sql = "INSERT INTO playbooks (account, version, format, document, published_at) \
               SELECT ?1, ?2 + 1, ?3, ?4, ?5 \
               WHERE (SELECT coalesce(max(version), 0) FROM playbooks WHERE account = ?1) = ?2 \
               RETURNING version";
    let parameters = vec![
        account.into(),
        number(newest),
        format.into(),
        document.into(),
        number(now.0),
    ];
    Ok(read(env, DB, sql, parameters)
        .await?
        .pop()
        .and_then(|row| row.number(0)))
}

/// Keeps a playbook again that D1 has lost, as published now. One of that number that is there stays.
pub(crate) async fn restore_playbook(
    env: &Env,
    account: &str,
    kept: &PlaybookVersion,
    now: UnixMillis,
) -> Result<()> {
    let sql = "INSERT INTO playbooks (account, version, format, document, published_at) VALUES (?1, ?2, ?3, ?4, ?5) \
               ON CONFLICT DO NOTHING";
    let parameters = vec![
        account.into(),
        number(kept.version),
        kept.format.as_str().into(),
        kept.document.as_str().into(),
        number(now.0),
    ];
    read(env, DB, sql, parameters).await.map(drop)
}

/// Keeps a menu that WeChat took. Returns its version.
pub(crate) async fn add_menu(
    env: &Env,
    account: &str,
    document: &str,
    now: UnixMillis,
) -> Result<i64> {
    let sql = "INSERT INTO menus (account, version, document, published_at) \
               SELECT ?1, coalesce(max(version), 0) + 1, ?2, ?3 FROM menus WHERE account = ?1 RETURNING version";
    let parameters = vec![account.into(), document.into(), number(now.0)];
    Ok(read(env, DB, sql, parameters)
        .await?
        .pop()
        .and_then(|row| row.number(0))
        .unwrap_or(0))
}
