//! D1: what people query; and R2, where its old events go. The shards write it through their outbox; only settings (playbooks, menus) and the people of the desk are written from here.
//!
//! Rows come as [`Record`]s. Integers are exact up to 2^53, far beyond any place or moment here; WeChat's own 64-bit numbers are
//! kept as text.
//!
//! - [`events`]: the ledger; [`thread`]: of one fan, newest first; [`bucket`]: its archive; [`hits`]: what it says of the playbook
//! - [`jobs`]: the copy of the jobs; [`cases`]: of the desk's conversations; [`tags`]: of fans
//! - [`versions`]: the playbooks that operators published; [`drafts`]: what they are writing; [`menus`]: their custom menus
//! - [`people`], [`sessions`], [`teams`]: of the desk
//! - [`size`]: how large a database is

pub(crate) mod bucket;
pub(crate) mod cases;
pub(crate) mod drafts;
pub(crate) mod events;
pub(crate) mod hits;
pub(crate) mod jobs;
pub(crate) mod menus;
pub(crate) mod people;
pub(crate) mod sessions;
pub(crate) mod size;
pub(crate) mod tags;
pub(crate) mod teams;
pub(crate) mod thread;
pub(crate) mod versions;

use fandesk_shard::mirror::Statement;
use worker::js_sys::Array;
use worker::wasm_bindgen::JsValue;
use worker::{D1Database, Env, Result};

use crate::record::Record;

/// People, jobs, settings.
pub(crate) const DB: &str = "DB";
/// Events and their payloads.
pub(crate) const LEDGER: &str = "LEDGER";

/// Runs statements as one transaction.
pub(crate) async fn write(
    db: &D1Database,
    account: &str,
    statements: Vec<Statement>,
) -> Result<()> {
    let prepared = statements
        .into_iter()
        .map(|statement| {
            db.prepare(statement.sql)
                .bind(&[account.into(), statement.rows.into()])
        })
        .collect::<Result<Vec<_>>>()?;
    if prepared.is_empty() {
        return Ok(());
    }
    // A statement that fails rejects the whole batch, so there is nothing to look for in the results.
    db.batch(prepared).await.map(drop)
}

/// Runs one statement and returns its rows.
pub(crate) async fn read(
    env: &Env,
    database: &str,
    sql: &str,
    parameters: Vec<JsValue>,
) -> Result<Vec<Record>> {
    let rows = env
        .d1(database)?
        .prepare(sql)
        .bind(&parameters)?
        .raw_js_value()
        .await?;
    Ok(rows.iter().map(record).collect())
}

/// Runs statements on `DB` with their parameters, as one transaction.
pub(crate) async fn batch(env: &Env, statements: Vec<(&str, Vec<JsValue>)>) -> Result<()> {
    let db = env.d1(DB)?;
    let prepared = statements
        .into_iter()
        .map(|(sql, parameters)| db.prepare(sql).bind(&parameters))
        .collect::<Result<Vec<_>>>()?;
    db.batch(prepared).await.map(drop)
}

fn record(row: &JsValue) -> Record {
    let mut record = Record::new();
    for value in Array::from(row).iter() {
        record.push(
            value
                .as_string()
                .or_else(|| value.as_f64().map(|number| (number as i64).to_string())),
        );
    }
    record
}

/// A number for D1, which takes what JavaScript calls one.
pub(crate) fn number(value: i64) -> JsValue {
    JsValue::from_f64(value as f64)
}
