//! A fan asks for a person, and gets one.

use fandesk_e2e::{Deployment, Fan, Invited, Mode, Setup, Shared, eventually};
use serde_json::json;

static DESK: Shared = Shared::new(|| Setup::new(Mode::Safe).start());

/// A fan who has asked for a person, with something to say.
fn waiting_fan(desk: &Deployment) -> Fan {
    let fan = desk.fan();
    assert!(fan.say("人工").is_well());
    fan.say("我的车停在哪里？");
    fan
}

#[test]
fn a_fan_who_asks_for_a_person_waits_until_somebody_takes_them_and_answers() {
    let desk = DESK.lend();
    let alice = desk.hires(Invited::agent("艾丽丝"));
    let fan = waiting_fan(&desk);
    let id = alice.finds(fan.openid());
    let waiting = alice.sees(&id);
    assert_eq!(waiting["state"], "waiting");
    assert_eq!(waiting["reason"], "command");
    let taken = alice.does("take", &id).expect(200).json();
    assert_eq!(
        (&taken["state"], &taken["agent"]),
        (&json!("assigned"), &json!(alice.id()))
    );
    assert_eq!(taken["agent_name"], "艾丽丝");
    let answered = alice.answers(&id, "在地下二层。").expect(202).json();
    assert_eq!(answered["entry"]["from"], "agent");
    assert_eq!(fan.gets("在地下二层。"), "在地下二层。");
    let thread = alice.reads(&id);
    let texts: Vec<&str> = thread
        .iter()
        .filter_map(|entry| entry["text"].as_str())
        .collect();
    assert!(
        texts.contains(&"我的车停在哪里？") && texts.contains(&"在地下二层。"),
        "{texts:?}"
    );
}

#[test]
fn who_has_not_taken_a_fan_cannot_answer_them() {
    let desk = DESK.lend();
    let alice = desk.hires(Invited::agent("艾丽丝"));
    let fan = waiting_fan(&desk);
    let id = alice.finds(fan.openid());
    let refused = alice.answers(&id, "您好").expect(409).json();
    assert_eq!(refused["error"]["code"], "not_yours");
}

#[test]
fn an_answer_after_the_window_is_refused_with_the_reason() {
    let desk = DESK.lend();
    let alice = desk.hires(Invited::agent("艾丽丝"));
    let fan = waiting_fan(&desk);
    let id = alice.finds(fan.openid());
    alice.does("take", &id).expect(200);
    // Every message that WeChat allows after one of the fan, and one more.
    let refused = (0..30)
        .map(|n| alice.answers(&id, &format!("第{n}条")))
        .find(|answer| answer.status != 202);
    let refused = refused.expect("the quota ends").expect(409).json();
    assert_eq!(refused["error"]["code"], "window", "{refused}");
}

#[test]
fn a_repeat_of_an_answer_with_the_same_client_id_is_sent_once() {
    let desk = DESK.lend();
    let alice = desk.hires(Invited::agent("艾丽丝"));
    let fan = waiting_fan(&desk);
    let id = alice.finds(fan.openid());
    alice.does("take", &id).expect(200);
    let path = format!("/conversations/{id}/messages");
    let body = json!({ "text": "只发一次", "client_id": "mine" });
    let first = alice.post(&path, &body).expect(202).json();
    let second = alice.post(&path, &body).expect(202).json();
    assert_eq!(first["entry"]["id"], second["entry"]["id"]);
    fan.gets("只发一次");
    // Nor is it another message when the conversation was given back before the repeat came.
    alice.does("release", &id).expect(200);
    let third = alice.post(&path, &body).expect(202).json();
    assert_eq!(first["entry"]["id"], third["entry"]["id"]);
    let other = json!({ "text": "别的话", "client_id": "other" });
    let refused = alice.post(&path, &other).expect(409).json();
    assert_eq!(refused["error"]["code"], "not_yours", "{refused}");
    let sent = || {
        fan.service_messages()
            .iter()
            .filter(|text| *text == "只发一次")
            .count()
    };
    assert_eq!(sent(), 1);
}

#[test]
fn of_two_who_answer_at_once_the_second_is_told() {
    let desk = DESK.lend();
    let alice = desk.hires(Invited::agent("艾丽丝"));
    let fan = waiting_fan(&desk);
    let id = alice.finds(fan.openid());
    alice.does("take", &id).expect(200);
    let seen = alice.reads(&id).last().unwrap()["id"].clone();
    alice.answers(&id, "第一个回答").expect(202);
    // A colleague got it meanwhile, and has not seen the answer.
    let bob = desk.hires(Invited::agent("鲍勃"));
    alice.does("release", &id).expect(200);
    bob.does("take", &id).expect(200);
    let body = json!({ "text": "第二个回答", "client_id": "b1", "seen": seen });
    let refused = bob
        .post(&format!("/conversations/{id}/messages"), &body)
        .expect(409)
        .json();
    assert_eq!(refused["error"]["code"], "answered", "{refused}");
}

#[test]
fn a_resolved_fan_is_asked_how_it_was_and_their_tap_is_the_score() {
    let desk = DESK.lend();
    let alice = desk.hires(Invited::agent("艾丽丝"));
    let fan = waiting_fan(&desk);
    let id = alice.finds(fan.openid());
    alice.does("take", &id).expect(200);
    alice.answers(&id, "好了").expect(202);
    fan.gets("好了");
    eventually("the answer counts", || {
        alice.sees(&id)["first_answered_at"].as_i64()
    });
    let resolved = alice.does("resolve", &id).expect(200).json();
    assert_eq!(resolved["state"], "resolved");
    let menu = fan.gets_type("msgmenu");
    let best = &menu["msgmenu"]["list"][0];
    fan.choose(
        best["id"].as_str().unwrap(),
        best["content"].as_str().unwrap(),
    );
    let score = eventually("the score", || alice.sees(&id)["score"].as_i64());
    assert_eq!(score, 5);
}

#[test]
fn a_note_is_in_the_thread_and_the_context_and_never_reaches_the_fan() {
    let desk = DESK.lend();
    let alice = desk.hires(Invited::agent("艾丽丝"));
    let fan = waiting_fan(&desk);
    let id = alice.finds(fan.openid());
    let noted = alice.post(
        &format!("/conversations/{id}/notes"),
        &json!({ "text": "老客户，先查订单" }),
    );
    assert_eq!(noted.expect(201).json()["kind"], "note");
    let context = alice
        .get(&format!("/conversations/{id}/context"))
        .expect(200)
        .json();
    assert_eq!(context["notes"][0]["text"], "老客户，先查订单");
    assert_eq!(context["fan"]["openid"], fan.openid());
    assert_eq!(
        (&context["cases"], &context["orders"]),
        (&json!([]), &json!([]))
    );
    let noted = |entry: &serde_json::Value| entry["kind"] == "note";
    assert!(alice.reads(&id).iter().any(noted));
    assert!(fan.service_messages().is_empty());
}

#[test]
fn a_fan_who_writes_after_it_was_resolved_is_in_the_same_case_again() {
    let desk = DESK.lend();
    let alice = desk.hires(Invited::agent("艾丽丝"));
    let fan = waiting_fan(&desk);
    let id = alice.finds(fan.openid());
    alice.does("take", &id).expect(200);
    alice.answers(&id, "好了").expect(202);
    fan.gets("好了");
    alice.does("resolve", &id).expect(200);
    eventually("the shard knows", || {
        let states = alice.reads(&id);
        states
            .iter()
            .any(|entry| entry["text"] == "resolved")
            .then_some(())
    });
    fan.say("还是有一个问题没解决");
    let again = eventually("it is reopened", || {
        Some(alice.sees(&id)).filter(|found| found["reopened"] == 1)
    });
    assert_eq!(again["state"], "reopened", "{again}");
    alice.does("take", &id).expect(200);
    alice.answers(&id, "这就看看").expect(202);
    fan.gets("这就看看");
}

#[test]
fn a_long_thread_is_read_page_by_page_into_the_past() {
    let desk = DESK.lend();
    let alice = desk.hires(Invited::agent("艾丽丝"));
    let fan = waiting_fan(&desk);
    let id = alice.finds(fan.openid());
    for n in 0..12 {
        fan.say(&format!("第{n}句"));
    }
    let (mut texts, mut before) = (Vec::new(), String::new());
    loop {
        let path = format!("/conversations/{id}/thread?limit=5{before}");
        let page = alice.get(&path).expect(200).json();
        let items = page["items"].as_array().unwrap();
        let page_texts = items
            .iter()
            .filter_map(|entry| entry["text"].as_str().map(str::to_owned));
        texts.splice(0..0, page_texts);
        match page["next"].as_str() {
            Some(next) => before = format!("&before={next}"),
            None => break,
        }
    }
    let said: Vec<String> = (0..12).map(|n| format!("第{n}句")).collect();
    let read: Vec<String> = texts
        .into_iter()
        .filter(|text| text.ends_with('句'))
        .collect();
    assert_eq!(read, said);
    alice
        .get(&format!("/conversations/{id}/thread?before=x"))
        .expect(422);
}

#[test]
fn who_ends_it_by_word_is_done() {
    let desk = DESK.lend();
    let alice = desk.hires(Invited::agent("艾丽丝"));
    let fan = waiting_fan(&desk);
    let id = alice.finds(fan.openid());
    alice.does("take", &id).expect(200);
    eventually("the shard knows", || {
        alice
            .reads(&id)
            .iter()
            .any(|entry| entry["text"] == "assigned")
            .then_some(())
    });
    fan.say("结束服务");
    alice.sees_it_become(&id, "resolved");
}
