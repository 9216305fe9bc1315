//! Playbooks and custom menus. The playbook is everybody's, so each of these tests has a deployment of its own.

use fandesk_e2e::http::Answer;
use fandesk_e2e::{Deployment, Message, Mode, Setup, at_once, new_openid};
use serde_json::{Value, json};

/// The smallest one that every release accepts, with this answer to `GO`.
fn playbook(answer: &str) -> String {
    format!(
        "default = {{ text = \"?\" }}\n\n[[rule]]\nexact = [\"GO\"]\nreply = {{ text = \"{answer}\" }}\n"
    )
}

fn desk() -> Deployment {
    Setup::new(Mode::Plain).without_demo().start()
}

/// What somebody new is answered.
#[track_caller]
fn answer_to(desk: &Deployment, text: &str) -> String {
    let wechat = desk.wechat();
    wechat.text(&wechat.send(&Message::text(&new_openid(), text)))
}

fn publish_with(desk: &Deployment, headers: &[(&str, &str)], playbook: &str) -> Answer {
    desk.api()
        .ask("PUT", "/playbook", headers, Some(playbook.as_bytes()))
}

#[test]
fn a_playbook_is_in_force_as_soon_as_it_was_published() {
    let desk = desk();
    for (version, answer) in [(1, "first"), (2, "second")] {
        let published = desk.api().publish(&playbook(answer)).expect(200);
        assert_eq!(published.json()["version"], version);
        assert_eq!(answer_to(&desk, "go!"), answer);
    }
}

#[test]
fn without_a_playbook_everything_is_kept_and_nothing_answered() {
    let desk = desk();
    let openid = new_openid();
    let answer = desk
        .wechat()
        .send(&Message::text(&openid, "GO"))
        .expect(200);
    assert_eq!(answer.body, "success");
    assert_eq!(desk.api().events_of(&openid).len(), 1);
    desk.api().get("/playbook").expect(404);
}

#[test]
fn a_mistake_is_told_with_its_line_and_the_old_playbook_stays() {
    let desk = desk();
    desk.api().publish(&playbook("old")).expect(200);
    let mistaken = playbook("new").replace("reply =", "replay =");
    let refused = desk.api().publish(&mistaken).expect(422).json();
    assert_eq!(refused["error"]["line"], 5, "{refused}");
    assert_eq!(answer_to(&desk, "GO"), "old");
    assert_eq!(desk.api().get("/playbook").body, playbook("old"));
}

#[test]
fn a_text_that_is_no_toml_is_told_with_its_line() {
    let refused = desk()
        .api()
        .publish("default = { text = \"?\" }\n[[rule\n")
        .expect(422)
        .json();
    assert_eq!(refused["error"]["line"], 2, "{refused}");
}

#[test]
fn a_playbook_that_is_too_large_is_refused() {
    let comment = "#".repeat(2 * 1024 * 1024);
    desk()
        .api()
        .publish(&format!("{}{comment}", playbook("x")))
        .expect(413);
}

#[test]
fn the_document_comes_back_as_it_was_put() {
    let desk = desk();
    let document = format!("# 注释 with a comment\n{}", playbook("x"));
    desk.api().publish(&document).expect(200);
    let shown = desk.api().get("/playbook").expect(200);
    assert_eq!(shown.body, document);
    assert_eq!(shown.header("etag"), "\"1\"");
    assert!(shown.header("content-type").starts_with("application/toml"));
}

#[test]
fn a_playbook_may_be_json() {
    let desk = desk();
    let document = json!({
        "default": { "text": "?" },
        "rule": [{ "exact": ["GO"], "reply": { "text": "from JSON" } }],
    });
    desk.api().put("/playbook", &document).expect(200);
    assert_eq!(answer_to(&desk, "GO"), "from JSON");
    let shown = desk.api().get("/playbook");
    assert!(shown.header("content-type").starts_with("application/json"));
    assert_eq!(shown.body, document.to_string());
}

#[test]
fn another_content_type_is_refused() {
    let desk = desk();
    publish_with(&desk, &[("content-type", "text/yaml")], "default: ?").expect(415);
    publish_with(&desk, &[], &playbook("x")).expect(415);
}

#[test]
fn a_playbook_that_somebody_else_replaced_meanwhile_is_not_overwritten() {
    let desk = desk();
    let toml = ("content-type", "application/toml");
    desk.api().publish(&playbook("first")).expect(200);
    publish_with(&desk, &[toml, ("if-match", "\"1\"")], &playbook("second")).expect(200);
    publish_with(&desk, &[toml, ("if-match", "\"1\"")], &playbook("third")).expect(412);
    assert_eq!(answer_to(&desk, "GO"), "second");
}

#[test]
fn of_several_who_publish_at_once_each_gets_a_version_of_their_own_or_is_told() {
    let desk = desk();
    let answers = at_once(6, |number| {
        desk.api().publish(&playbook(&number.to_string()))
    });
    let mut versions: Vec<i64> = Vec::new();
    for answer in &answers {
        assert!([200, 409].contains(&answer.status), "{}", answer.body);
        versions.extend(answer.json()["version"].as_i64());
    }
    versions.sort_unstable();
    let expected: Vec<i64> = (1..=i64::try_from(versions.len()).unwrap()).collect();
    assert_eq!(versions, expected);
}

#[test]
fn a_playbook_published_while_the_shards_sleep_is_in_all_of_them() {
    let mut desk = desk();
    desk.api().publish(&playbook("before")).expect(200);
    desk.restart();
    desk.api().publish(&playbook("after")).expect(200);
    let shards = desk.api().get("/playbook/shards").expect(200).json();
    let versions: Vec<&Value> = shards["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|shard| &shard["version"])
        .collect();
    assert_eq!(versions, [&json!(2); 8]);
}

#[test]
fn the_shards_answer_from_their_playbook_after_a_restart() {
    let mut desk = desk();
    desk.api().publish(&playbook("kept")).expect(200);
    desk.restart();
    assert_eq!(answer_to(&desk, "GO"), "kept");
}

#[test]
fn a_fan_whose_place_in_the_menu_is_gone_starts_again_with_a_sentence() {
    let desk = desk();
    let menu = |key: &str| {
        format!(
            "default = {{ text = \"?\" }}\n[[menu]]\nname = \"m\"\nkeywords = [\"menu\"]\ntext = \"top\"\nrestart = \"changed\"\n\
             [[menu.entry]]\nkey = \"{key}\"\nlabel = \"deeper\"\n\
             [[menu.entry.entry]]\nkey = \"1\"\nlabel = \"leaf\"\nreply = {{ text = \"leaf\" }}\n"
        )
    };
    desk.api().publish(&menu("1")).expect(200);
    let wechat = desk.wechat();
    let openid = new_openid();
    let say = |text: &str| wechat.text(&wechat.send(&Message::text(&openid, text)));
    say("menu");
    say("1");
    desk.api().publish(&menu("2")).expect(200);
    assert!(say("1").starts_with("changed"));
}

#[test]
fn a_menu_is_published_to_wechat() {
    let desk = desk();
    let menu = json!({ "button": [{ "type": "click", "name": "帮助", "key": "HELP" }] });
    desk.api().put("/menu", &menu).expect(200);
    let button = &desk.simulator().menu()["button"][0];
    assert_eq!(
        (&button["name"], &button["key"]),
        (&json!("帮助"), &json!("HELP"))
    );
}

#[test]
fn a_menu_that_wechat_would_refuse_is_refused_before() {
    let desk = desk();
    let button = json!({ "type": "click", "name": "一", "key": "K" });
    for menu in [
        json!({}),
        json!({ "button": vec![button.clone(); 4] }),
        json!({ "button": [{ "type": "click", "name": "这个名字实在太长了", "key": "K" }] }),
        json!({ "button": [{ "type": "dance", "name": "一", "key": "K" }] }),
    ] {
        let answer = desk.api().put("/menu", &menu);
        assert_eq!(answer.status, 422, "{menu}: {}", answer.body);
    }
    assert_eq!(desk.simulator().menu()["button"], Value::Null);
}
