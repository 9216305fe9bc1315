//! Visitors of the web page: decided as any fan, and written to through the ledger.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a failed test is what a test is for"
)]

mod support;

use std::time::Duration;

use fandesk_shard::desk::says::{self as says_of_desk, Hearing};
use fandesk_shard::events::EventId;
use fandesk_shard::jobs::{Report, State};
use fandesk_shard::outbox::{self, Lane};
use fandesk_shard::visitor::{self, inbox};
use fandesk_shard::window::UNCOUNTED;
use fandesk_shard::{fan, intake};
use serde_json::{Value as Json, json};
use support::{SHARD, Shard, text};

const VISITOR: &str = "web:00112233445566778899aabbccddeeff";

/// An account without customer-service messages, which visitors do not need.
fn shard() -> Shard {
    let mut shard = Shard::new();
    shard.service_messages = false;
    shard
}

fn says(shard: &Shard, nr: u64, words: &str) -> Option<wechat::Reply> {
    shard.message(VISITOR, nr, words).unwrap().answer.reply
}

fn read(shard: &Shard, after: Option<EventId>) -> Json {
    shard.catch_up();
    inbox::read(&shard.db, SHARD, VISITOR, after).unwrap()
}

fn texts(read: &Json) -> Vec<&str> {
    let items = read["items"].as_array().unwrap().iter();
    items.map(|item| item["text"].as_str().unwrap()).collect()
}

fn leaves(shard: &Shard) {
    let fields = [
        ("FromUserName", VISITOR),
        ("CreateTime", "1700000000"),
        ("MsgType", "event"),
        ("Event", "unsubscribe"),
    ];
    shard.receive(&fields).unwrap();
}

#[test]
fn a_visitor_is_answered_as_any_fan_and_reads_it_again() {
    let shard = shard();
    let answer = shard.message(VISITOR, 1, "GO").unwrap().answer;
    assert_eq!(text(&answer), "you are in");
    says(&shard, 2, "menu");
    says(&shard, 3, "1");
    let read = read(&shard, None);
    assert_eq!(
        texts(&read)[..4],
        ["GO", "you are in", "menu", texts(&read)[3]]
    );
    assert_eq!(read["next"], "7.3");
}

#[test]
fn a_page_goes_on_from_where_it_was() {
    let shard = shard();
    assert_eq!(read(&shard, None), json!({ "items": [], "next": null }));
    says(&shard, 1, "GO");
    let first = read(&shard, None);
    let next: EventId = first["next"].as_str().unwrap().parse().unwrap();
    assert_eq!(
        read(&shard, Some(next)),
        json!({ "items": [], "next": "7.1" })
    );
    says(&shard, 2, "GO");
    assert_eq!(read(&shard, Some(next))["items"][0]["id"], "7.2");
}

#[test]
fn who_comes_from_another_shard_is_given_all_that_is_here() {
    let shard = shard();
    says(&shard, 1, "GO");
    let elsewhere = EventId { shard: 3, seq: 900 };
    let read = read(&shard, Some(elsewhere));
    assert_eq!((texts(&read).len(), &read["next"]), (2, &json!("7.1")));
}

#[test]
fn of_a_long_chat_the_newest_hundred_events_are_shown_first() {
    let shard = shard();
    for nr in 0..130 {
        says(&shard, nr, &format!("n{nr}"));
    }
    let read = read(&shard, None);
    assert_eq!(texts(&read)[0], "n30");
    assert_eq!(texts(&read).len(), 200);
}

#[test]
fn the_desk_hears_of_a_visitor_with_a_window_that_never_ends() {
    let shard = shard();
    says(&shard, 1, "人工");
    let rows = outbox::waiting(&shard.db, Lane::Desk, i64::MAX).unwrap();
    let row: Json = serde_json::from_str(&rows[0].body).unwrap();
    assert_eq!(
        [&row["type"], &row["channel"], &row["openid"]],
        ["opened", "web", VISITOR]
            .map(|text| json!(text))
            .each_ref()
    );
    assert_eq!(row["window"], json!({ "until": null, "left": UNCOUNTED }));
}

#[test]
fn what_a_business_system_answers_is_written_into_the_ledger() {
    let shard = shard();
    says(&shard, 1, "查物流 12345");
    let id = shard.jobs()[0].id.clone();
    let lease = shard.lease(&id);
    let body = r#"{"status":"on its way"}"#.to_owned();
    shard.settle(&id, &lease, Report::Answered { body });
    let read = read(&shard, None);
    assert_eq!(*texts(&read).last().unwrap(), "12345 is on its way");
    let jobs = shard.jobs();
    assert_eq!((jobs.len(), jobs[0].state), (1, State::Done));
}

#[test]
fn an_answer_without_a_passive_form_is_written_into_the_ledger_too() {
    let shard = shard();
    assert_eq!(says(&shard, 1, "CARD"), None);
    says(&shard, 2, "GO");
    let read = read(&shard, None);
    let items = read["items"].as_array().unwrap();
    let from: Vec<_> = items.iter().map(|item| item["from"].as_str()).collect();
    assert_eq!(from, ["fan", "bot", "fan", "bot"].map(Some));
    assert!(texts(&read)[1].contains("WeChat"));
    assert!(shard.jobs().is_empty());
}

#[test]
fn a_message_to_a_visitor_has_arrived_when_it_is_kept_however_many_there_are() {
    let shard = shard();
    says(&shard, 1, "hi");
    shard.later(Duration::from_secs(100 * 3600));
    shard.catch_up();
    for nr in 0..9 {
        let text = format!("m{nr}");
        intake::write_to_fan(&shard.db, SHARD, VISITOR, &text, shard.now.get()).unwrap();
    }
    let jobs = shard.jobs();
    assert!(
        jobs.iter()
            .all(|job| job.state == State::Done && job.ended_at.is_some())
    );
    assert!(
        outbox::waiting(&shard.db, Lane::Jobs, i64::MAX)
            .unwrap()
            .is_empty()
    );
    assert_eq!(*texts(&read(&shard, None)).last().unwrap(), "m8");
}

#[test]
fn a_visitor_who_wants_to_be_forgotten_is_at_once() {
    let shard = shard();
    says(&shard, 1, "my name is Wang");
    says(&shard, 2, "人工");
    leaves(&shard);
    assert_eq!(shard.erase_due().unwrap(), 1);
    assert_eq!(fan::load(&shard.db, VISITOR).unwrap(), None);
    assert_eq!(read(&shard, None), json!({ "items": [], "next": null }));
    assert!(
        shard
            .events()
            .iter()
            .all(|event| event.payload.is_none() && event.openid.is_none())
    );
}

#[test]
fn what_is_written_to_a_visitor_in_the_write_that_erases_them_goes_too() {
    let shard = shard();
    says(&shard, 1, "查物流 12345");
    leaves(&shard);
    let id = shard.jobs()[0].id.clone();
    let lease = shard.lease(&id);
    let body = r#"{"status":"on its way"}"#.to_owned();
    shard.settle(&id, &lease, Report::Answered { body });
    // Not caught up in between, as when both are due at the same waking.
    fandesk_shard::erase::erase_due(&shard.db, shard.now.get()).unwrap();
    assert!(shard.events().iter().all(|event| event.payload.is_none()));
}

/// What the Desk, or one of its agents, says to the visitor's shard.
fn hears(shard: &Shard, key: &str, body: Json) -> Json {
    shard.catch_up();
    let hearing = Hearing {
        shard: SHARD,
        playbook: shard.playbook.as_ref(),
        service_messages: shard.service_messages,
        now: shard.now.get(),
    };
    says_of_desk::hear(&shard.db, hearing, VISITOR, key, &body.to_string()).unwrap()
}

#[test]
fn an_agents_message_has_arrived_when_it_is_kept_and_is_seen_once() {
    let shard = shard();
    says(&shard, 1, "人工");
    let body = json!({ "do": "message", "conversation": "7.1", "epoch": 2, "agent": "p1", "name": "Li", "text": "hello" });
    let said = hears(&shard, "k1", body.clone());
    assert_eq!(said["entry"]["job"]["state"], "done");
    assert_eq!(said["window"], json!({ "until": null, "left": UNCOUNTED }));
    assert_eq!(hears(&shard, "k1", body), said);
    let seen = read(&shard, None);
    let texts = texts(&seen);
    assert_eq!(texts.iter().filter(|text| **text == "hello").count(), 1);
}

#[test]
fn what_the_desk_itself_says_is_seen_once_too() {
    let shard = shard();
    says(&shard, 1, "人工");
    let body = json!({ "do": "say", "conversation": "7.1", "text": "two before you" });
    hears(&shard, "k1", body);
    let seen = read(&shard, None);
    let texts = texts(&seen);
    assert_eq!(
        texts
            .iter()
            .filter(|text| **text == "two before you")
            .count(),
        1
    );
    assert!(shard.jobs().is_empty());
}

#[test]
fn a_visitor_is_asked_how_it_was_and_answers_by_a_tap() {
    let shard = shard();
    says(&shard, 1, "人工");
    let body =
        json!({ "do": "resolved", "conversation": "7.1", "epoch": 2, "agent": "p1", "ask": true });
    hears(&shard, "k1", body);
    let question = read(&shard, None)["items"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    let choice = &question["choices"][0];
    let fields = [
        ("FromUserName", VISITOR),
        ("CreateTime", "1700000000"),
        ("MsgType", "text"),
        ("Content", choice["content"].as_str().unwrap()),
        ("bizmsgmenuid", choice["id"].as_str().unwrap()),
    ];
    shard.receive(&fields).unwrap();
    let rows = outbox::waiting(&shard.db, Lane::Desk, i64::MAX).unwrap();
    let last: Json = serde_json::from_str(&rows.last().unwrap().body).unwrap();
    assert_eq!(
        (&last["type"], &last["score"]),
        (&json!("scored"), &json!(5))
    );
}

#[test]
fn nobody_follows_a_web_page() {
    let shard = shard();
    says(&shard, 1, "hi");
    let fan_ref = fan(&shard).fan_ref;
    leaves(&shard);
    assert!(fan::follows(&shard.db, &fan_ref).unwrap().is_empty());
}

fn fan(shard: &Shard) -> fan::Fan {
    shard.catch_up();
    fan::load(&shard.db, VISITOR).unwrap().unwrap()
}

#[test]
fn twenty_messages_a_minute_are_taken_and_then_there_is_a_wait() {
    let shard = shard();
    let wait = |shard: &Shard| {
        shard.catch_up();
        visitor::too_fast(&shard.db, VISITOR, shard.now.get()).unwrap()
    };
    for nr in 0..20 {
        assert_eq!(wait(&shard), None, "{nr}");
        says(&shard, nr, "GO");
        shard.later(Duration::from_secs(1));
    }
    assert_eq!(wait(&shard), Some(40_000));
    shard.later(Duration::from_millis(39_999));
    assert_eq!(wait(&shard), Some(1));
    shard.later(Duration::from_millis(1));
    assert_eq!(wait(&shard), None);
}

#[test]
fn what_was_answered_is_found_by_the_key_of_the_message() {
    let shard = shard();
    says(&shard, 1, "GO");
    let key = "SELECT message_key FROM events WHERE seq = 1";
    let row = fandesk_shard::sql::Database::first(&shard.db, key, &[]).unwrap();
    let key = row.unwrap().string(0).unwrap();
    let answered = inbox::answered(&shard.db, SHARD, &key).unwrap().unwrap();
    assert_eq!(
        (&answered["id"], &answered["reply"]["text"]),
        (&json!("7.1"), &json!("you are in"))
    );
    assert_eq!(inbox::answered(&shard.db, SHARD, "x").unwrap(), None);
}
