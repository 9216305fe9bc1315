//! What was said in a conversation's thread.

use serde_json::Value;
use worker::Response;

use super::answers::erased;
use super::{ask_desk, unreadable};
use crate::api::principal::{Action, Resource};
use crate::api::{Api, Result, page, params, thread};
use crate::record::Record;

/// Shows a page of the fan's thread.
///
/// Awaits the Desk, which says whose fan it is and writes down who reads, before anything is read; and then wherever the fan's events are.
pub(super) async fn show(api: &Api<'_>, id: &str) -> Result<Response> {
    api.may(Action::Read, Resource::Conversations)?;
    let query = params::Query::of(&api.request, &["before", "limit"])?;
    let limit = query.limit()?;
    let read = ask_desk(api, "/read", Record::new().with(id).with("read")).await?;
    let read: Value = serde_json::from_str(&read).map_err(|_| unreadable("a conversation"))?;
    let openid = read.get("openid").and_then(Value::as_str);
    let openid = openid.ok_or_else(erased)?;
    let found = thread::of_fan(api, openid, query.get("before"), limit).await?;
    page::of(found.items.iter().map(Value::to_string), found.next)
}
