//! Visitors of the company's web site: fans whose phone is a chat on a web page.
//!
//! What they write is decided like what any fan writes. What is written to them is in the ledger, which is their inbox: there is nothing
//! to call and nothing to try again. What the bot says later than at once is an event of its own there, of kind [`ANSWER`]; what agents
//! say is one on every channel.
//!
//! - [`seen`]: an event as a visitor sees it; [`words`]: what is written for WeChat, in words and links
//! - [`inbox`]: what there is for a visitor, from a place on

pub mod inbox;
pub mod seen;
pub mod words;

use serde_json::{Value as Json, json};

use crate::UnixMillis;
use crate::events::{self, NewEvent};
use crate::jobs::rows::Job;
use crate::sql::{Database, SqlError};

/// The kind of an event that is something the bot said later than at once.
pub const ANSWER: &str = "answer";

/// Messages of a visitor in a minute. Who types them stays far below.
pub const MOST_A_MINUTE: i64 = 20;

/// What an event of kind [`ANSWER`] has: `send` is what would be the body of the call, without whom it is for.
pub(crate) fn answer(send: &str) -> [(&'static str, Json); 1] {
    let mut send: Json = serde_json::from_str(send).unwrap_or_default();
    if let Some(fields) = send.as_object_mut() {
        fields.remove("touser");
    }
    [("send", send)]
}

/// Writes something that the bot says into the ledger.
pub(crate) fn put_answer(
    db: &impl Database,
    job: &Job,
    send: &str,
    now: UnixMillis,
) -> Result<(), SqlError> {
    let [(name, send)] = answer(send);
    let event = NewEvent {
        message_key: None,
        fan_ref: Some(&job.fan_ref),
        openid: &job.openid,
        kind: ANSWER,
        occurred_at: now,
        received_at: now,
        msg_id: None,
        hit: None,
        payload: &json!({ "cause": job.id, name: send }).to_string(),
        reply: None,
    };
    events::append(db, &event).map(drop)
}

/// What an event of kind [`ANSWER`] says, as agents read it.
pub(crate) fn text_of(payload: &Json) -> String {
    words::of_sent(payload.get("send").unwrap_or(&Json::Null)).text
}

/// In how many milliseconds a visitor may write again; none while they may now.
///
/// # Errors
/// When SQLite fails.
pub fn too_fast(
    db: &impl Database,
    openid: &str,
    now: UnixMillis,
) -> Result<Option<i64>, SqlError> {
    const MINUTE_MS: i64 = 60_000;
    // What was said to them lies between: a few events for each message at most.
    let statement = "SELECT received_at FROM events WHERE seq IN \
                     (SELECT seq FROM fan_events WHERE openid = ?1 ORDER BY seq DESC LIMIT 200) \
                     AND kind = 'text' AND received_at > ?2 ORDER BY seq DESC LIMIT 1 OFFSET ?3";
    let since = now.0.saturating_sub(MINUTE_MS);
    let last = MOST_A_MINUTE.saturating_sub(1);
    let row = db.first(statement, &[openid.into(), since.into(), last.into()])?;
    let first = row.and_then(|row| row.integer(0));
    Ok(first.map(|at| {
        at.saturating_add(MINUTE_MS)
            .saturating_sub(now.0)
            .clamp(1, MINUTE_MS)
    }))
}
