//! The playbooks that were published, every version kept.

use fandesk_shard::UnixMillis;
use worker::wasm_bindgen::JsValue;
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

/// A playbook as it was written.
pub(crate) struct Document {
    /// `toml` or `json`.
    pub(crate) format: String,
    pub(crate) text: String,
}

/// A version without its document.
pub(crate) struct Summary {
    pub(crate) version: i64,
    pub(crate) format: String,
    pub(crate) bytes: i64,
    pub(crate) published_at: i64,
    /// The version whose document it is again, if it is one.
    pub(crate) restored_from: Option<i64>,
}

/// Versions before this one, the newest first.
pub(crate) async fn list_playbooks(
    env: &Env,
    account: &str,
    before: i64,
    limit: i64,
) -> Result<Vec<Summary>> {
    let sql = "SELECT version, format, length(CAST(document AS BLOB)), published_at, restored_from FROM playbooks \
               WHERE account = ?1 AND version < ?2 ORDER BY version DESC LIMIT ?3";
    let parameters = vec![account.into(), number(before), number(limit)];
    let rows = read(env, DB, sql, parameters).await?;
    Ok(rows
        .into_iter()
        .filter_map(|mut row| {
            Some(Summary {
                version: row.number(0)?,
                format: row.take(1)?,
                bytes: row.number(2)?,
                published_at: row.number(3)?,
                restored_from: row.number(4),
            })
        })
        .collect())
}

/// A version's document, if there is such a version.
pub(crate) async fn playbook(env: &Env, account: &str, version: i64) -> Result<Option<Document>> {
    let sql = "SELECT format, document FROM playbooks WHERE account = ?1 AND version = ?2";
    let row = read(env, DB, sql, vec![account.into(), number(version)])
        .await?
        .pop();
    Ok(row.and_then(|mut row| {
        Some(Document {
            format: row.take(0)?,
            text: row.take(1)?,
        })
    }))
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
    document: &Document,
    restored_from: Option<i64>,
    now: UnixMillis,
) -> Result<Option<i64>> {
    // The version is checked and written by one statement, so two who publish at once cannot both succeed.
    let sql = "INSERT INTO playbooks (account, version, format, document, published_at, restored_from) \
               SELECT ?1, ?2 + 1, ?3, ?4, ?5, ?6 \
               WHERE (SELECT coalesce(max(version), 0) FROM playbooks WHERE account = ?1) = ?2 \
               RETURNING version";
    let parameters = vec![
        account.into(),
        number(newest),
        document.format.as_str().into(),
        document.text.as_str().into(),
        number(now.0),
        restored_from.map_or(JsValue::NULL, number),
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
