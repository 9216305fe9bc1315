//! An event of the ledger as a visitor sees it: what they wrote, what the bot and agents answered, and nothing that is the desk's own.

use serde_json::{Map, Value as Json};
use wechat::Reply;

use super::{ANSWER, words};
use crate::events::{Event, EventId};

/// What a visitor sees of an event: nothing, one entry, or what they wrote and what it was answered at once.
///
/// An entry has `id` (that of the event, with `/reply` behind it for an answer at once), `at` (ms), `from` (`fan`, `bot` or `agent`), `name`
/// (how an agent is called to the outside, or null), `text`, and where there are any `links` (`title`, `url`), `choices` (`id`, `content`)
/// and `client_id` (what the page called it when it was sent).
#[must_use]
pub fn shown(shard: u16, event: &Event) -> Vec<Json> {
    let payload: Json = event
        .payload
        .as_deref()
        .and_then(|payload| serde_json::from_str(payload).ok())
        .unwrap_or_default();
    let field = |name: &str| payload.get(name).and_then(Json::as_str);
    let seq = event.seq;
    let id = EventId { shard, seq }.to_string();
    let entry = |id: &str, from: &str| {
        let mut entry = Map::new();
        entry.insert("id".into(), id.into());
        entry.insert("at".into(), event.received_at.0.into());
        entry.insert("from".into(), from.into());
        entry.insert("name".into(), Json::Null);
        entry
    };
    let mut entries = Vec::new();
    match event.kind.as_str() {
        "text" => {
            let mut own = entry(&id, "fan");
            own.insert("text".into(), field("Content").unwrap_or_default().into());
            if let Some(client_id) = field("ClientId") {
                own.insert("client_id".into(), client_id.into());
            }
            entries.push(own);
        }
        "desk.message" => {
            let mut said = entry(&id, "agent");
            said.insert(
                "name".into(),
                field("name").map(Json::from).unwrap_or_default(),
            );
            words::of_text(field("text").unwrap_or_default()).write(&mut said);
            entries.push(said);
        }
        kind => {
            let said = match kind {
                ANSWER => payload.get("send").map(words::of_sent),
                "desk.say" => field("text").map(words::of_text),
                "message" => field("Content").map(words::of_text),
                _ => None,
            };
            if let Some(said) = said {
                let mut by_bot = entry(&id, "bot");
                said.write(&mut by_bot);
                entries.push(by_bot);
            }
        }
    }
    if let Some(reply) = event.reply.as_deref().and_then(Reply::from_json) {
        let mut answered = entry(&format!("{id}/reply"), "bot");
        words::of_reply(&reply).write(&mut answered);
        entries.push(answered);
    }
    entries.into_iter().map(Json::Object).collect()
}

/// A reply of which nothing else is known any more.
#[must_use]
pub fn reply(reply: &Reply) -> Json {
    let mut entry = Map::new();
    entry.insert("from".into(), "bot".into());
    words::of_reply(reply).write(&mut entry);
    Json::Object(entry)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::UnixMillis;

    fn event(kind: &str, payload: &Json, reply: Option<&str>) -> Event {
        Event {
            seq: 41,
            fan_ref: None,
            openid: None,
            kind: kind.to_owned(),
            occurred_at: UnixMillis(1000),
            received_at: UnixMillis(1234),
            msg_id: None,
            hit: None,
            payload: Some(payload.to_string()),
            reply: reply.map(str::to_owned),
        }
    }

    #[test]
    fn a_visitor_sees_what_they_wrote_and_what_it_was_answered() {
        let wrote = json!({ "FromUserName": "web:1", "Content": "hi", "ClientId": "c1" });
        let reply = r#"{"type":"text","content":"hello"}"#;
        let expected = [
            json!({ "id": "3.41", "at": 1234, "from": "fan", "name": null, "text": "hi", "client_id": "c1" }),
            json!({ "id": "3.41/reply", "at": 1234, "from": "bot", "name": null, "text": "hello" }),
        ];
        assert_eq!(shown(3, &event("text", &wrote, Some(reply))), expected);
    }

    #[test]
    fn an_agent_is_seen_by_the_name_that_is_for_fans_and_by_nothing_else() {
        let said = json!({ "conversation": "3.1", "agent": "p1", "name": "小林", "text": "您好" });
        let expected =
            [json!({ "id": "3.41", "at": 1234, "from": "agent", "name": "小林", "text": "您好" })];
        assert_eq!(shown(3, &event("desk.message", &said, None)), expected);
    }

    #[test]
    fn what_is_the_desks_own_is_not_seen() {
        let by = json!({ "agent": "p1", "name": "Li", "text": "rude", "score": 4 });
        for kind in [
            "desk.note",
            "desk.assigned",
            "desk.released",
            "desk.resolved",
            "desk.score",
            "handover",
            "event.unsubscribe",
            "later",
        ] {
            assert!(shown(3, &event(kind, &by, None)).is_empty(), "{kind}");
        }
    }

    #[test]
    fn what_the_bot_says_later_is_seen_with_its_links_and_choices() {
        let answer = json!({ "send": { "msgtype": "msgmenu", "msgmenu": {
            "head_content": "<a href=\"https://a\">A</a>?", "list": [{ "id": "1", "content": "yes" }] } } });
        let expected = [
            json!({ "id": "3.41", "at": 1234, "from": "bot", "name": null, "text": "A?",
            "links": [{ "title": "A", "url": "https://a" }], "choices": [{ "id": "1", "content": "yes" }] }),
        ];
        assert_eq!(shown(3, &event(ANSWER, &answer, None)), expected);
        for (kind, said) in [
            ("desk.say", json!({ "text": "x" })),
            ("message", json!({ "Content": "x" })),
        ] {
            let seen = shown(3, &event(kind, &said, None));
            assert_eq!(
                (&seen[0]["from"], &seen[0]["text"]),
                (&json!("bot"), &json!("x"))
            );
        }
    }

    #[test]
    fn of_what_an_erase_emptied_nothing_is_seen_but_that_it_was() {
        let mut empty = event("desk.say", &Json::Null, None);
        empty.payload = None;
        assert!(shown(3, &empty).is_empty());
    }
}
