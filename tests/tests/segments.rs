//! Tags of a fan, and the welcome that looks at them.

use fandesk_e2e::shared::Lent;
use fandesk_e2e::{Deployment, Mode, Setup, Shared, new_openid};
use serde_json::json;

static DESK: Shared = Shared::new(|| {
    let desk = Setup::new(Mode::Plain).without_demo().start();
    desk.api().publish(PLAYBOOK).expect(200);
    desk
});

const PLAYBOOK: &str = r#"
default = { text = "?" }
[welcome]
reply = { text = "welcome" }
[[welcome.segment]]
tag = "会员"
reply = { text = "welcome back, member" }
[[welcome.scene]]
scene = "counter-1"
reply = { text = "welcome to counter 1" }
"#;

fn desk() -> Lent {
    DESK.lend()
}

fn put(desk: &Deployment, openid: &str, body: &serde_json::Value) -> fandesk_e2e::http::Answer {
    desk.api().put(&format!("/fans/{openid}/tags"), body)
}

#[test]
fn a_fan_with_a_tag_who_comes_back_is_welcomed_by_it() {
    let desk = desk();
    let fan = desk.fan();
    assert_eq!(fan.follow().text(), "welcome");
    let kept = put(&desk, fan.openid(), &json!({ "tags": [" 会员 ", "会员"] })).expect(200);
    assert_eq!(kept.json(), json!({ "tags": ["会员"] }));
    assert_eq!(desk.api().fan(fan.openid())["tags"], json!(["会员"]));
    // Each by another door: the same event twice in a second is one.
    fan.unfollow();
    assert_eq!(fan.follow_by("door-1").text(), "welcome back, member");
    fan.unfollow();
    assert_eq!(fan.follow_by("counter-1").text(), "welcome to counter 1");
    put(&desk, fan.openid(), &json!({ "tags": [] })).expect(200);
    fan.unfollow();
    assert_eq!(fan.follow_by("door-2").text(), "welcome");
    let events = desk.api().events_of(fan.openid());
    let rules: Vec<&str> = events
        .iter()
        .filter_map(|event| event["rule"].as_str())
        .collect();
    assert_eq!(
        rules,
        [
            "welcome",
            "welcome.segment:会员",
            "welcome:counter-1",
            "welcome:door-2"
        ]
    );
}

#[test]
fn of_two_changes_the_last_stays() {
    let desk = desk();
    let fan = desk.fan();
    fan.follow();
    for tag in ["a", "b", "c"] {
        put(&desk, fan.openid(), &json!({ "tags": [tag] })).expect(200);
    }
    assert_eq!(desk.api().fan(fan.openid())["tags"], json!(["c"]));
}

#[test]
fn nobody_has_no_tags_and_what_is_no_list_of_tags_is_refused() {
    let desk = desk();
    put(&desk, &new_openid(), &json!({ "tags": ["a"] })).expect(404);
    let fan = desk.fan();
    fan.follow();
    for body in [json!({}), json!({ "tags": "a" }), json!({ "tags": [""] })] {
        let refused = put(&desk, fan.openid(), &body).expect(422).json();
        assert_eq!(refused["error"]["field"], "tags");
    }
    let path = format!("/fans/{}/tags", fan.openid());
    desk.api().get(&path).expect(405);
    desk.api()
        .without_token()
        .put(&path, &json!({ "tags": [] }))
        .expect(401);
    assert_eq!(desk.api().fan(fan.openid())["tags"], json!([]));
}
