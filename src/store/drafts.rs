//! The playbook that is being written: one an account.

use fandesk_shard::UnixMillis;
use worker::wasm_bindgen::JsValue;
use worker::{Env, Result};

use super::versions::Document;
use super::{DB, number, read};

/// What there is of a draft.
pub(crate) struct Draft {
    /// Rises with every change, and is never used again; 0 when there never was one.
    pub(crate) revision: i64,
    /// None when it was published or thrown away.
    pub(crate) document: Option<Document>,
}

/// The account's draft.
pub(crate) async fn draft(env: &Env, account: &str) -> Result<Draft> {
    let sql = "SELECT revision, format, document FROM playbook_drafts WHERE account = ?1";
    let row = read(env, DB, sql, vec![account.into()]).await?.pop();
    Ok(row.map_or(
        Draft {
            revision: 0,
            document: None,
        },
        |mut row| {
            let (format, text) = (row.take(1), row.take(2));
            Draft {
                revision: row.number(0).unwrap_or(0),
                document: format
                    .zip(text)
                    .map(|(format, text)| Document { format, text }),
            }
        },
    ))
}

/// Puts another draft, or none, in the place of the one with this revision. Returns the new revision; `None` when somebody
/// else changed it meanwhile: nothing is kept then.
pub(crate) async fn replace(
    env: &Env,
    account: &str,
    revision: i64,
    document: Option<&Document>,
    now: UnixMillis,
) -> Result<Option<i64>> {
    // The revision is checked and written by one statement, so of two who save at once one is told.
    let sql = "INSERT INTO playbook_drafts (account, revision, format, document, saved_at) \
               SELECT ?1, ?2 + 1, ?3, ?4, ?5 \
               WHERE (SELECT coalesce(max(revision), 0) FROM playbook_drafts WHERE account = ?1) = ?2 \
               ON CONFLICT (account) DO UPDATE SET revision = excluded.revision, format = excluded.format, \
               document = excluded.document, saved_at = excluded.saved_at \
               RETURNING revision";
    let parameters = vec![
        account.into(),
        number(revision),
        document.map_or("toml", |document| &document.format).into(),
        document.map_or(JsValue::NULL, |document| document.text.as_str().into()),
        number(now.0),
    ];
    Ok(read(env, DB, sql, parameters)
        .await?
        .pop()
        .and_then(|row| row.number(0)))
}
