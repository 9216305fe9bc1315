//! An event of the ledger as agents see it: one entry of the fan's thread.

use serde_json::{Map, Value as Json, json};

use crate::UnixMillis;
use crate::events::{Event, EventId};
use crate::jobs::Said;
use crate::visitor;

/// Kinds of messages that a fan sends, under their own names in an entry.
const MESSAGES: [&str; 8] = [
    "text",
    "image",
    "voice",
    "video",
    "shortvideo",
    "location",
    "link",
    "file",
];

/// Fields of a message that hold what it says, the first that is there.
const SAYS: [&str; 4] = ["Content", "Recognition", "Title", "Label"];

/// Where the job of an entry stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    /// The job's name.
    pub id: String,
    /// Its state.
    pub state: &'static str,
    /// What went wrong last.
    pub last_error: Option<String>,
}

/// The entry of an event.
#[must_use]
pub fn of_event(shard: u16, event: &Event, job: Option<&Sending>) -> Json {
    let payload: Json = event
        .payload
        .as_deref()
        .and_then(|payload| serde_json::from_str(payload).ok())
        .unwrap_or(Json::Null);
    let field = |name: &str| payload.get(name).and_then(Json::as_str);
    let own = |name: &str| field(name).map(Json::from).unwrap_or_default();
    let (from, kind, text) = match event.kind.as_str() {
        kind if MESSAGES.contains(&kind) => {
            let says = SAYS.iter().find_map(|name| field(name));
            ("fan", kind, says.map(Json::from).unwrap_or_default())
        }
        "desk.message" => ("agent", "text", own("text")),
        "desk.note" => ("agent", "note", own("text")),
        "desk.say" => ("system", "text", own("text")),
        // Said later than at once to somebody who reads the ledger.
        visitor::ANSWER => ("bot", "text", visitor::text_of(&payload).into()),
        // Written through the API, by whoever has its token.
        "message" => ("system", "text", own("Content")),
        "desk.score" => {
            let mark = payload.get("score").map(Json::to_string);
            ("fan", "score", mark.map(Json::from).unwrap_or_default())
        }
        "handover" => ("system", "state", "opened".into()),
        kind => match kind.strip_prefix("desk.") {
            Some(state) => ("system", "state", state.into()),
            None => ("fan", "event", Json::Null),
        },
    };
    let agent = field("agent").filter(|_| event.kind.starts_with("desk."));
    let mut entry = Map::new();
    entry.insert("id".into(), id(shard, event).into());
    entry.insert("at".into(), event.received_at.0.into());
    entry.insert("from".into(), from.into());
    entry.insert(
        "agent".into(),
        agent.map_or(
            Json::Null,
            |id| json!({ "id": id, "name": field("name").unwrap_or(id) }),
        ),
    );
    entry.insert("kind".into(), kind.into());
    entry.insert("text".into(), text);
    entry.insert("reply".into(), reply(event));
    entry.insert("job".into(), job.map_or(Json::Null, sending));
    let shown = !matches!(kind, "text" | "note");
    entry.insert(
        "payload".into(),
        if shown {
            anonymous(payload)
        } else {
            Json::Null
        },
    );
    Json::Object(entry)
}

/// The entry of an agent's message, as its job knows it: the event may be at another shard.
#[must_use]
pub(crate) fn of_message(
    event: EventId,
    said: &Said,
    text: Option<&str>,
    job: &Sending,
    at: UnixMillis,
) -> Json {
    json!({
        "id": event.to_string(),
        "at": at.0,
        "from": "agent",
        "agent": { "id": said.agent, "name": said.name },
        "kind": "text",
        "text": text,
        "payload": null,
        "reply": null,
        "job": sending(job),
    })
}

/// The entry of a message that the bot sent later, by a job of its own.
#[must_use]
pub fn of_late_answer(job: &Sending, text: Option<&str>, at: UnixMillis) -> Json {
    json!({
        "id": job.id,
        "at": at.0,
        "from": "bot",
        "agent": null,
        // A card or a picture has no text to show.
        "kind": if text.is_some() { "text" } else { "event" },
        "text": text,
        "payload": null,
        "reply": null,
        "job": sending(job),
    })
}

fn id(shard: u16, event: &Event) -> String {
    let seq = event.seq;
    EventId { shard, seq }.to_string()
}

fn sending(job: &Sending) -> Json {
    json!({ "id": job.id, "state": job.state, "last_error": job.last_error })
}

/// Whom a message is from and to stands in the conversation already.
fn anonymous(mut payload: Json) -> Json {
    if let Json::Object(fields) = &mut payload {
        fields.remove("FromUserName");
        fields.remove("ToUserName");
    }
    payload
}

/// What the bot answered at once.
fn reply(event: &Event) -> Json {
    let reply = event.reply.as_deref();
    let Some(Json::Object(reply)) = reply.and_then(|reply| serde_json::from_str(reply).ok()) else {
        return Json::Null;
    };
    let first = reply.get("articles").and_then(|articles| articles.get(0));
    let title = first.and_then(|article| article.get("title"));
    let text = reply
        .get("content")
        .or_else(|| reply.get("title"))
        .or(title);
    json!({ "type": reply.get("type"), "text": text })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: &str, payload: &Json) -> Event {
        Event {
            seq: 41,
            fan_ref: Some("f".to_owned()),
            openid: Some("o".to_owned()),
            kind: kind.to_owned(),
            occurred_at: UnixMillis(1000),
            received_at: UnixMillis(1234),
            msg_id: None,
            hit: None,
            payload: Some(payload.to_string()),
            reply: None,
        }
    }

    #[test]
    fn a_text_shows_what_was_said_and_what_was_answered() {
        let mut event = event("text", &json!({ "FromUserName": "o", "Content": "hi" }));
        event.reply = Some(r#"{"type":"text","content":"hello"}"#.to_owned());
        assert_eq!(
            of_event(3, &event, None),
            json!({ "id": "3.41", "at": 1234, "from": "fan", "agent": null, "kind": "text", "text": "hi",
                    "payload": null, "reply": { "type": "text", "text": "hello" }, "job": null })
        );
    }

    #[test]
    fn a_picture_shows_its_fields_without_the_openid() {
        let payload = json!({ "FromUserName": "o", "ToUserName": "gh", "PicUrl": "http://p/" });
        let entry = of_event(3, &event("image", &payload), None);
        assert_eq!(entry["payload"], json!({ "PicUrl": "http://p/" }));
        assert_eq!(
            (&entry["kind"], &entry["text"]),
            (&json!("image"), &Json::Null)
        );
    }

    #[test]
    fn everything_at_the_desk_has_its_form() {
        let by = json!({ "agent": "p1", "name": "Li", "text": "t", "score": 4 });
        for (kind, from, shown, text) in [
            ("desk.message", "agent", "text", "t"),
            ("desk.note", "agent", "note", "t"),
            ("desk.say", "system", "text", "t"),
            ("desk.score", "fan", "score", "4"),
            ("desk.assigned", "system", "state", "assigned"),
            ("handover", "system", "state", "opened"),
        ] {
            let entry = of_event(3, &event(kind, &by), None);
            let seen = ["from", "kind", "text"].map(|name| entry[name].as_str());
            assert_eq!(seen, [from, shown, text].map(Some), "{kind}");
        }
        let message = of_event(3, &event("desk.message", &by), None);
        assert_eq!(message["agent"], json!({ "id": "p1", "name": "Li" }));
        let nameless = of_event(
            3,
            &event("desk.resolved", &json!({ "agent": "token" })),
            None,
        );
        assert_eq!(nameless["agent"], json!({ "id": "token", "name": "token" }));
    }

    #[test]
    fn what_an_erase_emptied_shows_nothing() {
        let mut event = event("text", &Json::Null);
        event.payload = None;
        assert_eq!(of_event(3, &event, None)["text"], Json::Null);
    }
}
