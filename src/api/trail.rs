//! The trail: what people and programs change is written into the Desk's audit log, before it is done.
//!
//! Before, because a change without its row is what the log is there to prevent; a row whose change failed afterwards says what was
//! asked for. Nothing of what fans write is in a row, and no password, token or key.

use fandesk_people::Who;
use serde_json::{Value, json};
use worker::Env;

use super::{Api, Result};
use crate::record::Record;
use crate::settings::Settings;
use crate::{log, object};

/// The binding of the Desk.
pub(super) const DESK: &str = "DESK";

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
    if let Err(reason) = tell(env, &settings.account, "/audit", &Record::new().with(row)).await {
        log::warn(
            "audit",
            "a row did not reach the Desk",
            &[
                ("account", &settings.account),
                ("action", &action),
                ("reason", &reason),
            ],
        );
    }
    Ok(())
}

/// Asks the account's Desk; the error says why it did not take it.
pub(super) async fn tell(
    env: &Env,
    account: &str,
    path: &str,
    record: &Record,
) -> std::result::Result<(), String> {
    let name = format!("{account}/desk/0");
    let answer = object::ask(env, DESK, &name, path, record)
        .await
        .map_err(|error| error.to_string())?;
    match object::split(&answer) {
        Some((200, _)) => Ok(()),
        Some((status, message)) => Err(format!("{status}: {message}")),
        None => Err("it gave no answer of ours".to_owned()),
    }
}
