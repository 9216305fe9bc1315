//! What an agent should know before the first word.

use serde_json::{Value, json};
use worker::Response;

use super::{ask_desk, shard_of, unreadable};
use crate::answer;
use crate::api::principal::{Action, Resource};
use crate::api::thread::of_fan;
use crate::api::{Api, Result};
use crate::fan_shard::ask::ask;
use crate::fan_shard::calls::ShowFan;
use crate::record::Record;

/// Entries among which notes are looked for.
const NEWEST: u32 = 300;

/// Where it is known what a fan has to do with the house: what they bought, which customers they belong to. The first source is what
/// is here already; a business system becomes another one.
trait Background {
    /// Other cases of the fan, newest first.
    fn cases(&self) -> &Value;

    /// Orders of the fan, newest first.
    fn orders(&self) -> Vec<Value>;
}

/// What the desk itself knows: the fan's cases. Their tags are shown with the fan.
struct OwnRecords {
    cases: Value,
}

impl Background for OwnRecords {
    fn cases(&self) -> &Value {
        &self.cases
    }

    /// The desk sells nothing.
    fn orders(&self) -> Vec<Value> {
        Vec::new()
    }
}

/// Awaits the Desk, which lets nobody read what they may not and writes down who read, and then twice the fan's shard.
pub(super) async fn show(api: &Api<'_>, id: &str) -> Result<Response> {
    api.may(Action::Read, Resource::Conversations)?;
    let call = Record::new().with(id).with("context");
    let read = ask_desk(api, "/read", call).await?;
    let mut read: Value = serde_json::from_str(&read).map_err(|_| unreadable("a conversation"))?;
    let own = OwnRecords {
        cases: read.get_mut("cases").map(Value::take).unwrap_or_default(),
    };
    let (fan, notes) = match read.get("openid").and_then(Value::as_str) {
        Some(openid) => (fan(api, openid).await?, notes(api, openid).await?),
        None => (None, Vec::new()),
    };
    let context =
        json!({ "fan": fan, "cases": own.cases(), "notes": notes, "orders": own.orders() });
    Ok(answer::json(200, &context)?)
}

async fn fan(api: &Api<'_>, openid: &str) -> Result<Option<Value>> {
    let call = ShowFan {
        openid: openid.to_owned(),
    };
    let shard = shard_of(api, openid).await?;
    let fan = ask(api.env, api.account(), shard, &call).await?;
    Ok(fan.and_then(|fan| serde_json::from_str(&fan).ok()))
}

/// The notes among the newest entries of the thread, newest first.
async fn notes(api: &Api<'_>, openid: &str) -> Result<Vec<Value>> {
    let mut notes = of_fan(api, openid, None, NEWEST).await?.items;
    notes.retain(|entry| entry.get("kind").and_then(Value::as_str) == Some("note"));
    notes.reverse();
    Ok(notes)
}
