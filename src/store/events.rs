//! The ledger in D1: events that the shards no longer keep.

use worker::wasm_bindgen::JsValue;
use worker::{Env, Result};

use super::{LEDGER, number, read};
use crate::fan_shard::calls::Listed;

/// A stretch of one shard's ledger.
pub(crate) struct Stretch {
    pub(crate) shard: u16,
    /// The place before the first that is wanted.
    pub(crate) after: i64,
    /// The place behind the last that is wanted.
    pub(crate) before: i64,
}

/// Events of a stretch, of one fan or of all, in order, as the API shows them.
pub(crate) async fn list(
    env: &Env,
    account: &str,
    openid: Option<&str>,
    stretch: &Stretch,
    limit: i64,
) -> Result<Vec<Listed>> {
    let sql = "SELECT e.seq, e.received_at, json_object('id', e.shard || '.' || e.seq, 'openid', p.openid, \
               'kind', e.kind, 'occurred_at', e.occurred_at, 'received_at', e.received_at, 'msg_id', e.msg_id, \
               'rule', e.hit, 'payload', json(p.payload), 'reply', json(p.reply)) \
               FROM events e LEFT JOIN payloads p ON p.account = e.account AND p.shard = e.shard AND p.seq = e.seq \
               WHERE e.account = ?1 AND e.shard = ?2 AND e.seq > ?3 AND e.seq < ?4 AND (?5 IS NULL OR p.openid = ?5) \
               ORDER BY e.seq LIMIT ?6";
    let parameters = vec![
        account.into(),
        number(stretch.shard.into()),
        number(stretch.after),
        number(stretch.before),
        openid.map_or(JsValue::NULL, Into::into),
        number(limit),
    ];
    let rows = read(env, LEDGER, sql, parameters).await?;
    let listed = rows.into_iter().filter_map(|mut row| {
        Some(Listed {
            seq: row.number(0)?,
            received_at: row.number(1)?,
            json: row.take(2)?,
        })
    });
    Ok(listed.collect())
}
