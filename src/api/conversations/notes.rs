//! What is written for the desk: notes, and what is not sent yet.

use serde_json::{Value, json};
use worker::Response;

use super::answers::{erased, say};
use super::deeds::MAX_NOTE;
use super::{MAX_BODY, ask_desk, unreadable};
use crate::answer;
use crate::api::fields::Fields;
use crate::api::principal::{Action, Resource};
use crate::api::{Api, Result};
use crate::random::{PlatformRandom, now};
use crate::record::Record;

/// Notes something, which the fan never sees.
pub(super) async fn add(api: &Api<'_>, id: &str) -> Result<Response> {
    api.may(Action::Write, Resource::Conversations)?;
    let body = Fields::of(&api.request, MAX_BODY, &["text"]).await?;
    let entry = write(api, id, &body.text("text", MAX_NOTE)?).await?;
    Ok(answer::json(201, &entry)?)
}

/// Awaits the Desk, which says whose fan it is and writes down who noted, and the fan's shard, which keeps the note in the thread.
pub(super) async fn write(api: &Api<'_>, id: &str, text: &str) -> Result<Value> {
    let call = Record::new().with(id).with("note");
    let read = ask_desk(api, "/read", call).await?;
    let read: Value = serde_json::from_str(&read).map_err(|_| unreadable("a conversation"))?;
    let openid = read
        .get("openid")
        .and_then(Value::as_str)
        .ok_or_else(erased)?;
    let who = api.principal.person();
    let says = json!({ "do": "note", "conversation": id, "agent": who.id, "name": who.name, "text": text });
    let mut said = say(api, openid, note_key(id), &says).await?;
    Ok(said.get_mut("entry").map(Value::take).unwrap_or_default())
}

/// Each is one of its own: notes carry no name that a repeat could have.
fn note_key(id: &str) -> String {
    use fandesk_shard::Random;
    let mut bytes = [0; 8];
    PlatformRandom.fill(&mut bytes);
    format!("{id}/note/{}/{:016x}", now().0, u64::from_le_bytes(bytes))
}

/// What somebody was writing.
pub(super) async fn show_draft(api: &Api<'_>, id: &str) -> Result<Response> {
    api.may(Action::Read, Resource::Conversations)?;
    let draft = ask_desk(api, "/draft", Record::new().with(id)).await?;
    Ok(answer::text(200, answer::JSON, draft, None)?)
}

/// Keeps what somebody is writing, for them and for whoever takes over.
pub(super) async fn keep_draft(api: &Api<'_>, id: &str) -> Result<Response> {
    api.may(Action::Write, Resource::Conversations)?;
    let body = Fields::of(&api.request, MAX_BODY, &["text"]).await?;
    let text = body.text("text", MAX_NOTE)?;
    let call = Record::new()
        .with(id)
        .with("draft")
        .with(json!({ "text": text }));
    ask_desk(api, "/deed", call).await?;
    show_draft(api, id).await
}

/// Forgets it.
pub(super) async fn discard_draft(api: &Api<'_>, id: &str) -> Result<Response> {
    api.may(Action::Write, Resource::Conversations)?;
    let call = Record::new()
        .with(id)
        .with("draft")
        .with(json!({ "text": null }));
    ask_desk(api, "/deed", call).await?;
    Ok(Response::empty()?.with_status(204))
}
