//! What a fan would see, told before anything is published.

use fandesk_e2e::{Deployment, Message, Mode, Setup, Shared, new_openid};
use serde_json::{Value, json};

/// With the demo's playbook in force, and nothing else ever published.
static DESK: Shared = Shared::new(|| Setup::new(Mode::Plain).start());

const OTHER: &str =
    "default = { text = \"?\" }\n\n[[rule]]\nexact = [\"GO\"]\nreply = { text = \"not yet\" }\n";

#[track_caller]
fn preview(desk: &Deployment, asked: &Value) -> Value {
    desk.api()
        .post("/playbook/preview", asked)
        .expect(200)
        .json()
}

#[test]
fn what_is_foretold_is_what_a_fan_is_then_answered() {
    let desk = DESK.lend();
    let (wechat, openid) = (desk.wechat(), new_openid());
    let mut place = Value::Null;
    for text in [
        "GO",
        "菜单",
        "1",
        "1",
        "1",
        "0",
        "#",
        "9",
        "谢谢",
        "常见问题",
        "1",
        "什么都不是",
        "查物流 12345",
        "人工",
    ] {
        let foretold = preview(&desk, &json!({ "text": text, "place": place }));
        let answered = wechat.text(&wechat.send(&Message::text(&openid, text)));
        assert_eq!(foretold["reply"]["content"], answered, "{text}: {foretold}");
        let mut events = desk.api().events_of(&openid);
        // What is sent to the fan is one, too.
        events.retain(|event| event["kind"] == "text");
        let event = events.pop().expect("an event");
        assert_eq!(foretold["hit"], event["rule"], "{text}");
        place = foretold["place"].clone();
    }
}

#[test]
fn what_follows_the_answer_is_told_too() {
    let desk = DESK.lend();
    let human = preview(&desk, &json!({ "text": "人工" }));
    assert_eq!(human["then"], "hand_over");
    let parcel = preview(&desk, &json!({ "text": "查物流 12345" }));
    assert_eq!(
        (&parcel["then"], &parcel["to"]),
        (&json!("ask"), &json!("logistics"))
    );
    assert_eq!(preview(&desk, &json!({ "text": "退订" }))["then"], "stop");
    let welcome = preview(&desk, &json!({ "follow": "counter-1" }));
    assert_eq!(welcome["hit"], "welcome:counter-1");
    assert_eq!(
        preview(&desk, &json!({ "click": "NOBODY" }))["reply"],
        Value::Null
    );
}

#[test]
fn a_document_that_is_sent_along_is_asked_and_stays_out_of_force() {
    let desk = DESK.lend();
    let asked = json!({ "document": OTHER, "text": "GO" });
    assert_eq!(preview(&desk, &asked)["reply"]["content"], "not yet");
    let document: Value = json!({ "default": { "text": "J" } });
    let asked = json!({ "document": document.to_string(), "format": "json", "text": "GO" });
    assert_eq!(preview(&desk, &asked)["reply"]["content"], "J");
    let in_force = preview(&desk, &json!({ "text": "GO" }));
    assert_ne!(in_force["reply"]["content"], "not yet");
}

#[test]
fn a_draft_goes_before_what_is_in_force() {
    let desk = Setup::new(Mode::Plain).without_demo().start();
    let asked = json!({ "text": "GO" });
    desk.api().post("/playbook/preview", &asked).expect(404);
    let toml = [("content-type", "application/toml")];
    let draft = Some(OTHER.as_bytes());
    desk.api()
        .ask("PUT", "/playbook/draft", &toml, draft)
        .expect(200);
    assert_eq!(preview(&desk, &asked)["reply"]["content"], "not yet");
}

#[test]
fn a_mistake_of_the_document_is_told_with_its_line() {
    let asked = json!({ "document": OTHER.replace("reply", "replay"), "text": "GO" });
    let refused = DESK
        .lend()
        .api()
        .post("/playbook/preview", &asked)
        .expect(422)
        .json();
    assert_eq!(refused["error"]["line"], 5, "{refused}");
}

#[test]
fn a_field_that_cannot_be_meant_is_named() {
    let desk = DESK.lend();
    for (asked, field) in [
        (json!({}), "text"),
        (json!({ "text": "a", "click": "b" }), "text"),
        (json!({ "click": "b", "choice": "c" }), "text"),
        (json!({ "text": 1 }), "text"),
        (json!({ "text": "a", "place": "main" }), "place"),
        (json!({ "text": "a", "place": { "menu": "main" } }), "place"),
        (
            json!({ "text": "a", "place": { "menu": "main", "path": [1] } }),
            "place",
        ),
        (json!({ "text": "a", "open": "yes" }), "open"),
        (
            json!({ "text": "a", "document": "", "format": "yaml" }),
            "format",
        ),
    ] {
        let refused = desk
            .api()
            .post("/playbook/preview", &asked)
            .expect(422)
            .json();
        assert_eq!(refused["error"]["field"], field, "{asked}: {refused}");
    }
    let broken = desk.api().ask("POST", "/playbook/preview", &[], Some(b"{"));
    broken.expect(400);
}

#[test]
fn strangers_are_told_nothing() {
    let stranger = DESK.lend().api().without_token();
    stranger
        .post("/playbook/preview", &json!({ "text": "GO" }))
        .expect(401);
}
