//! Fans who wait, and who gets them.

use fandesk_e2e::{Deployment, Fan, Invited, Mode, Setup, Shared, eventually};
use serde_json::{Value, json};

/// Nobody watches in this one, so that fans wait until they are taken.
static DESK: Shared = Shared::new(|| Setup::new(Mode::Plain).start());

/// A fan who has asked for a person.
fn waiting_fan(desk: &Deployment) -> Fan {
    let fan = desk.fan();
    assert!(fan.say("人工").is_well());
    fan
}

/// A team of a test's own, so that tests do not get each other's fans.
fn team(desk: &Deployment, id: &str, more: Value) {
    let mut body = json!({ "id": id, "name": id });
    for (field, value) in more.as_object().unwrap() {
        body[field] = value.clone();
    }
    desk.api().put(&format!("/teams/{id}"), &body).expect(200);
}

#[test]
fn a_fan_who_asks_for_a_person_waits_until_somebody_takes_them() {
    let desk = DESK.lend();
    let alice = desk.hires(Invited::agent("艾丽丝"));
    let fan = waiting_fan(&desk);
    let id = alice.finds(fan.openid());
    let waiting = alice.sees(&id);
    assert_eq!(waiting["state"], "waiting");
    assert_eq!(waiting["reason"], "command");
    assert_eq!(waiting["channel"], "wechat");
    assert_eq!(
        waiting["window"]["left"].as_i64().map(|left| left > 0),
        Some(true)
    );
    let taken = alice.does("take", &id).expect(200).json();
    assert_eq!(
        (&taken["state"], &taken["agent"]),
        (&json!("assigned"), &json!(alice.id()))
    );
    assert_eq!(taken["agent_name"], "艾丽丝");
    fan.say("我的车停在哪里？");
    let written = eventually("what the fan wrote", || {
        Some(alice.sees(&id)).filter(|found| found["preview"] == "我的车停在哪里？")
    });
    assert_eq!(written["last_from"], "fan");
}

#[test]
fn the_second_who_takes_a_fan_is_told_who_was_faster() {
    let desk = DESK.lend();
    let (alice, bob) = (
        desk.hires(Invited::agent("艾丽丝")),
        desk.hires(Invited::agent("鲍勃")),
    );
    let id = alice.finds(waiting_fan(&desk).openid());
    alice.does("take", &id).expect(200);
    let late = bob.does("take", &id).expect(409).json();
    assert!(
        late["error"]["message"]
            .as_str()
            .unwrap()
            .contains("艾丽丝"),
        "{late}"
    );
}

#[test]
fn nobody_has_more_fans_than_they_can() {
    let desk = DESK.lend();
    let alice = desk.hires(Invited::agent("艾丽丝").with("capacity", json!(2)));
    let fans: Vec<Fan> = (0..3).map(|_| waiting_fan(&desk)).collect();
    let ids: Vec<String> = fans.iter().map(|fan| alice.finds(fan.openid())).collect();
    let done = alice
        .post(
            "/conversations/bulk",
            &json!({ "ids": ids, "action": "take" }),
        )
        .expect(200)
        .json();
    assert_eq!(done["done"].as_array().unwrap().len(), 2, "{done}");
    assert_eq!(done["failed"][0]["code"], "conflict");
}

#[test]
fn a_fan_of_another_team_is_not_theirs_to_read_or_take() {
    let desk = DESK.lend();
    team(&desk, "phone", json!({}));
    let (alice, bob) = (
        desk.hires(Invited::agent("艾丽丝")),
        desk.hires(Invited::agent("鲍勃").of(&["phone"])),
    );
    let id = alice.finds(waiting_fan(&desk).openid());
    bob.get(&format!("/conversations/{id}")).expect(403);
    bob.does("take", &id).expect(403);
    assert!(
        bob.get("/conversations").expect(200).json()["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    alice.does("take", &id).expect(200);
    let to = |team: &str| {
        alice.post(
            &format!("/conversations/{id}/transfer"),
            &json!({ "team": team }),
        )
    };
    assert_eq!(to("nowhere").expect(422).json()["error"]["field"], "team");
    to("phone").expect(200);
    alice.get(&format!("/conversations/{id}")).expect(403);
    assert_eq!(bob.sees(&id)["state"], "waiting");
}

#[test]
fn what_may_not_be_reopened_is_closed_when_it_is_resolved_and_nothing_is_noted_in_it() {
    let desk = DESK.lend();
    team(&desk, "once", json!({ "reopen_days": 0 }));
    let alice = desk.hires(Invited::agent("艾丽丝").of(&["desk", "once"]));
    let id = alice.finds(waiting_fan(&desk).openid());
    alice.does("take", &id).expect(200);
    let to = json!({ "team": "once" });
    alice
        .post(&format!("/conversations/{id}/transfer"), &to)
        .expect(200);
    alice.does("take", &id).expect(200);
    let resolved = alice.does("resolve", &id).expect(200).json();
    assert!(
        ["resolved", "closed"].contains(&resolved["state"].as_str().unwrap()),
        "{resolved}"
    );
    eventually("that it is closed", || {
        (alice.sees(&id)["state"] == "closed").then_some(())
    });
    let note = json!({ "text": "太晚了" });
    alice
        .post(&format!("/conversations/{id}/notes"), &note)
        .expect(409);
}

#[test]
fn a_vanished_agents_draft_is_there_for_whoever_takes_over() {
    let desk = DESK.lend();
    let (alice, bob) = (
        desk.hires(Invited::agent("艾丽丝")),
        desk.hires(Invited::agent("鲍勃")),
    );
    let id = alice.finds(waiting_fan(&desk).openid());
    alice.does("take", &id).expect(200);
    let draft = format!("/conversations/{id}/draft");
    assert_eq!(alice.get(&draft).expect(200).json()["text"], Value::Null);
    alice
        .put(&draft, &json!({ "text": "您好，关于您的" }))
        .expect(200);
    assert_eq!(alice.sees(&id)["draft_by"], json!(alice.id()));
    alice.does("release", &id).expect(200);
    bob.does("take", &id).expect(200);
    let found = bob.get(&draft).expect(200).json();
    assert_eq!(
        (&found["text"], &found["by"]),
        (&json!("您好，关于您的"), &json!(alice.id()))
    );
    bob.delete(&draft).expect(204);
    assert_eq!(bob.sees(&id)["draft_by"], Value::Null);
}

#[test]
fn a_field_that_is_wrong_is_named() {
    let desk = DESK.lend();
    let alice = desk.hires(Invited::agent("艾丽丝"));
    let id = alice.finds(waiting_fan(&desk).openid());
    alice.does("take", &id).expect(200);
    let of = |deed: &str| format!("/conversations/{id}/{deed}");
    for (path, body, field) in [
        (of("messages"), json!({ "client_id": "1" }), "text"),
        (
            of("messages"),
            json!({ "text": " ", "client_id": "1" }),
            "text",
        ),
        (
            of("messages"),
            json!({ "text": "字".repeat(700), "client_id": "1" }),
            "text",
        ),
        (of("messages"), json!({ "text": "好" }), "client_id"),
        (of("notes"), json!({ "text": "" }), "text"),
        (of("transfer"), json!({}), "team"),
        (
            "/conversations/bulk".to_owned(),
            json!({ "ids": [], "action": "take" }),
            "ids",
        ),
        (
            "/conversations/bulk".to_owned(),
            json!({ "ids": [id], "action": "close" }),
            "action",
        ),
    ] {
        let refused = alice.post(&path, &body).expect(422).json();
        assert_eq!(refused["error"]["field"], field, "{path} {body}");
    }
    alice.post(&of("transfer"), &json!([])).expect(400);
    alice.does("take", "0.999999").expect(404);
    alice
        .post(&of("assign"), &json!({ "agent": alice.id() }))
        .expect(403);
}

#[test]
fn what_is_done_at_the_desk_is_in_the_log_and_the_log_is_whole() {
    let desk = DESK.lend();
    let (alice, boss) = (
        desk.hires(Invited::agent("艾丽丝")),
        desk.hires(Invited::supervisor("主管")),
    );
    let id = alice.finds(waiting_fan(&desk).openid());
    alice.does("take", &id).expect(200);
    alice.does("hold", &id).expect(200);
    alice.get("/audit").expect(403);
    let rows = boss
        .get(&format!("/audit?conversation={id}"))
        .expect(200)
        .json();
    let did: Vec<(&str, &str)> = rows["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["action"].as_str().unwrap(),
                row["person"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(did, [("hold", alice.id()), ("take", alice.id())]);
    let verified = boss.get("/audit/verify").expect(200).json();
    assert_eq!(verified["ok"], true, "{verified}");
    assert!(verified["rows"].as_i64().unwrap() > 2);
}

#[test]
fn a_restart_keeps_everything_and_d1_has_a_copy_for_reports() {
    let mut desk = Setup::new(Mode::Plain).start();
    let alice = desk.hires(Invited::agent("艾丽丝"));
    let fan = waiting_fan(&desk);
    let id = alice.finds(fan.openid());
    alice.does("take", &id).expect(200);
    alice
        .put(
            &format!("/conversations/{id}/tags"),
            &json!({ "tags": ["投诉"] }),
        )
        .expect(200);
    alice
        .put(
            &format!("/conversations/{id}/draft"),
            &json!({ "text": "写到一半" }),
        )
        .expect(200);
    eventually("the copy", || {
        let databases = desk.databases();
        let statement =
            "SELECT count(*) FROM cases WHERE state = 'assigned' AND tags ->> 0 = '投诉'";
        let copies: i64 = databases
            .people()
            .query_row(statement, [], |row| row.get(0))
            .unwrap();
        (copies == 1).then_some(())
    });
    let before = alice.sees(&id);
    desk.restart();
    assert_eq!(alice.sees(&id), before);
    let draft = alice
        .get(&format!("/conversations/{id}/draft"))
        .expect(200)
        .json();
    assert_eq!(draft["text"], "写到一半");
    fan.say("还在吗");
    eventually("what the fan wrote", || {
        (alice.sees(&id)["preview"] == "还在吗").then_some(())
    });
}

#[test]
fn an_erased_fan_leaves_nothing_at_the_desk() {
    let desk = Setup::new(Mode::Plain)
        .with("FANDESK_ERASE_AFTER_HOURS", "0")
        .start();
    let alice = desk.hires(Invited::agent("艾丽丝"));
    let fan = desk.fan();
    fan.follow();
    fan.say("人工");
    let id = alice.finds(fan.openid());
    alice.does("take", &id).expect(200);
    fan.say("我的电话是 13800000000");
    alice
        .put(
            &format!("/conversations/{id}/draft"),
            &json!({ "text": "您的电话" }),
        )
        .expect(200);
    eventually("what the fan wrote", || {
        alice.sees(&id)["preview"]
            .as_str()
            .unwrap()
            .contains("138")
            .then_some(())
    });
    fan.unfollow();
    let gone = eventually("the fan is erased", || {
        Some(alice.sees(&id)).filter(|found| found["openid"].is_null())
    });
    assert_eq!(
        (&gone["preview"], &gone["state"]),
        (&json!(""), &json!("closed"))
    );
    let draft = alice
        .get(&format!("/conversations/{id}/draft"))
        .expect(200)
        .json();
    assert_eq!(draft["text"], Value::Null);
    for personal in [fan.openid(), "13800000000", "您的电话"] {
        eventually("nothing is left of them", || {
            desk.databases().mentions(personal).is_empty().then_some(())
        });
    }
}
