//! A message the other way: a person or another system writes to a fan.

use wechat::api::custom::ServiceMessage;

use crate::UnixMillis;
use crate::events::{self, EventId, NewEvent};
use crate::fan;
use crate::jobs::rows::{self, Job};
use crate::jobs::{Body, JobId};
use crate::sql::{Database, SqlError};
use crate::window::Closed;

/// Why a message to a fan was not taken.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The shard knows no such fan.
    #[error("no such fan")]
    UnknownFan,
    /// WeChat would refuse it.
    #[error(transparent)]
    Closed(#[from] Closed),
    /// The database.
    #[error(transparent)]
    Sql(#[from] SqlError),
}

/// Takes a message that a person or another system wrote to a fan. It is noted as an event of kind `message`, which gives
/// the job its name; what the window allows is looked at now, and taken when the job is done. Returns the job's id.
///
/// # Errors
/// [`WriteError`].
pub fn write_to_fan(
    db: &impl Database,
    shard: u16,
    openid: &str,
    text: &str,
    now: UnixMillis,
) -> Result<String, WriteError> {
    let fan = fan::load(db, openid)?.ok_or(WriteError::UnknownFan)?;
    fan.window.clone().reserve(now)?;
    Ok(db.savepoint(|| {
        let event = NewEvent {
            message_key: None,
            fan_ref: Some(&fan.fan_ref),
            openid,
            kind: "message",
            occurred_at: now,
            received_at: now,
            msg_id: None,
            hit: None,
            payload: &serde_json::json!({ "Content": text }).to_string(),
            reply: None,
        };
        let seq = events::append(db, &event)?;
        let id = JobId {
            event: EventId { shard, seq },
            number: 1,
        };
        let body = Body::Message {
            send: ServiceMessage::text(text).to_body(openid, None),
            said: None,
        };
        rows::create(db, &Job::new(&id, &fan.fan_ref, openid, body, now), now)?;
        Ok::<_, SqlError>(id.to_string())
    })?)
}
