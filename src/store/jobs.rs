//! The copy of the jobs in D1.

use fandesk_shard::jobs::State;
use worker::wasm_bindgen::JsValue;
use worker::{Env, Result};

use super::{DB, number, read};
use crate::record::Record;

/// A job as the API shows it, and its place in a list.
pub(crate) struct Listed {
    pub(crate) place: Place,
    pub(crate) json: String,
}

/// A place in the list of jobs, by age.
pub(crate) struct Place {
    pub(crate) created_at: i64,
    pub(crate) id: String,
}

const ROW: &str = "SELECT created_at, id, json_object('id', id, 'kind', kind, 'openid', openid, 'state', state, \
                   'attempts', attempts, 'last_error', last_error, 'next_try_at', next_try_at, 'possibly_doubled', \
                   json(CASE possibly_doubled WHEN 0 THEN 'false' ELSE 'true' END), 'created_at', created_at, \
                   'ended_at', ended_at) FROM jobs";

/// Jobs in one state or all, oldest first.
pub(crate) async fn list(
    env: &Env,
    account: &str,
    state: Option<State>,
    after: Option<&Place>,
    limit: i64,
) -> Result<Vec<Listed>> {
    let by_state = if state.is_some() {
        "AND state = ?2"
    } else {
        "AND ?2 IS NULL"
    };
    let sql = format!(
        "{ROW} WHERE account = ?1 {by_state} AND (created_at, id) > (?3, ?4) ORDER BY created_at, id LIMIT ?5"
    );
    let parameters = vec![
        account.into(),
        state.map_or(JsValue::NULL, |state| state.name().into()),
        number(after.map_or(-1, |after| after.created_at)),
        after.map_or("", |after| after.id.as_str()).into(),
        number(limit),
    ];
    Ok(read(env, DB, &sql, parameters)
        .await?
        .into_iter()
        .filter_map(listed)
        .collect())
}

/// One job.
pub(crate) async fn show(env: &Env, account: &str, id: &str) -> Result<Option<String>> {
    let sql = format!("{ROW} WHERE account = ?1 AND id = ?2");
    let row = read(env, DB, &sql, vec![account.into(), id.into()])
        .await?
        .pop();
    Ok(row.and_then(listed).map(|job| job.json))
}

fn listed(mut row: Record) -> Option<Listed> {
    let place = Place {
        created_at: row.number(0)?,
        id: row.take(1)?,
    };
    Some(Listed {
        place,
        json: row.take(2)?,
    })
}
