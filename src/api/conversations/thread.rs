//! What was written, by whomever.

use serde_json::{Value, json};
use worker::Response;

use super::{ask_desk, unreadable};
use crate::answer;
use crate::api::principal::{Action, Resource};
use crate::api::thread::of_fan;
use crate::api::{Api, Result, params};
use crate::record::Record;

/// A page, oldest first.
///
/// Awaits the Desk, which lets nobody read what they may not and writes down who read, and then the fan's shard.
pub(super) async fn show(api: &Api<'_>, id: &str) -> Result<Response> {
    api.may(Action::Read, Resource::Conversations)?;
    let query = params::Query::of(&api.request, &["before", "limit"])?;
    let limit = query.limit()?;
    let read = ask_desk(api, "/read", Record::new().with(id).with("read")).await?;
    let read: Value = serde_json::from_str(&read).map_err(|_| unreadable("a conversation"))?;
    let thread = match read.get("openid").and_then(Value::as_str) {
        Some(openid) => {
            let page = of_fan(api, openid, query.get("before"), limit).await?;
            json!({ "items": page.items, "next": page.next })
        }
        // Erased: nobody knows any more what was written.
        None => json!({ "items": [], "next": null }),
    };
    Ok(answer::json(200, &thread)?)
}
