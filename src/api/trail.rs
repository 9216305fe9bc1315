//! The trail: what people and programs change is written into the Desk's audit log, before it is done.
//!
//! Before, because a change without its row is what the log is there to prevent; a row whose change failed afterwards says what was
//! asked for. Nothing of what fans write is in a row, and no password, token or key.

use fandesk_people::Who;
use serde_json::{Value, json};
use worker::Env;

use super::{Api, Result};
use crate::desk::ask::ask;
use crate::record::Record;
use crate::settings::Settings;

/// Notes that whoever asks does `action` with `object`.
pub(super) async fn audit(api: &Api<'_>, action: &str, object: &str, detail: Value) -> Result<()> {
    let who = api.principal.person();
    audit_of(api.env, &api.settings, &who, action, object, detail).await
}

/// Notes that somebody does it who was nobody a moment ago.
///
/// One await, for the Desk.
pub(super) async fn audit_of(
    env: &Env,
    settings: &Settings,
    who: &Who,
    action: &str,
    object: &str,
    detail: Value,
) -> Result<()> {
    let row = json!({
        "who": { "id": who.id, "name": who.name },
        "action": action,
        "object": object,
        "detail": detail,
    });
    ask(env, &settings.account, "/audit", &Record::new().with(row)).await?;
    Ok(())
}

/// A fan, as the log calls them: enough to find them again with the shard's own record, and not their openid.
pub(super) fn fan(openid: &str) -> String {
    let skipped = openid.chars().count().saturating_sub(6);
    let end: String = openid.chars().skip(skipped).collect();
    format!("…{end}")
}
