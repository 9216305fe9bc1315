//! What the Desk and its agents say to a fan's shard.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a failed test is what a test is for"
)]

mod support;

use std::time::Duration;

use fandesk_shard::desk::says::{self, Hearing, Refused};
use fandesk_shard::desk::{Speaker, mark, thread};
use fandesk_shard::events::EventId;
use fandesk_shard::jobs::{Report, State};
use fandesk_shard::outbox::{self, Lane};
use serde_json::{Value as Json, json};
use support::{FAN, SHARD, Shard, text};

const DOCUMENT: &str = r#"
default = { text = "?" }
[handover]
reply = { text = "a person comes" }
thanks = { text = "thanks" }
end = ["enough"]
[[rule]]
exact = ["GO"]
reply = { text = "go!" }
[[menu]]
name = "main"
keywords = ["menu"]
text = "m"
entry = [{ key = "1", label = "one", reply = { text = "one!" } }]
[[click]]
key = "MENU"
menu = "main"
"#;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// A fan who waits: conversation 7.1, epoch 1.
fn waiting() -> Shard {
    let shard = Shard::with(DOCUMENT);
    shard.say("人工");
    shard
}

/// The fan speaks with Li, under epoch 2.
fn assigned() -> Shard {
    let shard = waiting();
    hear(&shard, "a", &assign(2, "li")).unwrap();
    shard
}

/// It was resolved under epoch 3, and the fan was asked how it was.
fn resolved() -> Shard {
    let shard = assigned();
    hear(&shard, "r", &resolve(3)).unwrap();
    shard
}

fn assign(epoch: i64, agent: &str) -> Json {
    json!({ "do": "assigned", "conversation": "7.1", "epoch": epoch, "agent": agent, "name": "Li" })
}

fn resolve(epoch: i64) -> Json {
    json!({ "do": "resolved", "conversation": "7.1", "epoch": epoch, "agent": "li", "ask": true })
}

fn turn(what: &str, epoch: i64) -> Json {
    json!({ "do": what, "conversation": "7.1", "epoch": epoch })
}

fn write(epoch: i64, agent: &str, text: &str) -> Json {
    json!({ "do": "message", "conversation": "7.1", "epoch": epoch, "agent": agent, "name": "Li", "text": text,
            "client_id": "c1" })
}

fn hear(shard: &Shard, key: &str, body: &Json) -> Result<Json, Refused> {
    shard.catch_up();
    let hearing = Hearing {
        shard: SHARD,
        playbook: shard.playbook.as_ref(),
        service_messages: shard.service_messages,
        now: shard.now.get(),
    };
    says::hear(&shard.db, hearing, FAN, key, &body.to_string())
}

/// The word before the sentence, or the sentence.
fn refusal(shard: &Shard, body: &Json) -> String {
    let refused = hear(shard, "refused", body).unwrap_err().to_string();
    refused.split(':').next().unwrap_or_default().to_owned()
}

fn told(shard: &Shard) -> Vec<Json> {
    let rows = outbox::waiting(&shard.db, Lane::Desk, i64::MAX).unwrap();
    rows.iter()
        .map(|row| serde_json::from_str(&row.body).unwrap())
        .collect()
}

fn last_told(shard: &Shard) -> Json {
    told(shard).pop().unwrap()
}

fn tap(shard: &Shard, conversation: EventId, mark: u8, msg_id: &str) -> Option<wechat::Reply> {
    let question = mark::question("?", conversation);
    let wechat::api::custom::ServiceMessage::Msgmenu { list, .. } = question else {
        panic!("no buttons")
    };
    let choice = &list[usize::from(5 - mark)];
    let fields = [
        ("FromUserName", FAN),
        ("CreateTime", "1700000000"),
        ("MsgType", "text"),
        ("Content", choice.content.as_str()),
        ("bizmsgmenuid", choice.id.as_str()),
        ("MsgId", msg_id),
    ];
    shard.receive(&fields).unwrap().answer.reply
}

const CONVERSATION: EventId = EventId {
    shard: SHARD,
    seq: 1,
};

#[test]
fn who_is_assigned_is_an_event_of_the_ledger() {
    let shard = waiting();
    let answer = hear(&shard, "a", &assign(2, "li")).unwrap();
    let entry = &answer["entry"];
    assert_eq!(answer["event"], "7.3");
    assert_eq!([&entry["kind"], &entry["text"]], ["state", "assigned"]);
    assert_eq!(entry["agent"], json!({ "id": "li", "name": "Li" }));
    let fan = shard.fan();
    let case = fan.with_person().unwrap();
    assert_eq!((case.epoch, case.agent.as_deref()), (2, Some("li")));
}

#[test]
fn an_agents_message_becomes_a_job_and_the_desk_hears_what_came_of_it() {
    let shard = assigned();
    let answer = hear(&shard, "m", &write(2, "li", "how can I help?")).unwrap();
    let entry = &answer["entry"];
    assert_eq!(
        [&entry["from"], &entry["text"]],
        ["agent", "how can I help?"]
    );
    assert_eq!(answer["window"]["left"], 4, "this one counts already");
    let sent = last_told(&shard);
    assert_eq!(
        [&sent["type"], &sent["agent"], &sent["client_id"]],
        ["sent", "li", "c1"]
    );
    assert_eq!(sent["entry"], *entry);
    let job = entry["job"]["id"].as_str().unwrap();
    let lease = shard.lease(job);
    shard.settle(job, &lease, Report::Delivered);
    let after = last_told(&shard);
    assert_eq!(
        [&after["type"], &after["entry"]["job"]["state"]],
        ["job", "done"]
    );
    assert_eq!(
        [&after["entry"]["id"], &after["entry"]["text"]],
        [&entry["id"], &entry["text"]]
    );
}

#[test]
fn the_name_that_a_fan_sees_is_the_agents_own() {
    let shard = assigned();
    let mut body = write(2, "li", "hello");
    body["kf_account"] = "li@desk".into();
    hear(&shard, "m", &body).unwrap();
    let body = shard.jobs().pop().unwrap().body.write();
    assert!(
        body.contains(r#"\"customservice\":{\"kf_account\":\"li@desk\"}"#),
        "{body}"
    );
}

#[test]
fn a_repeat_is_answered_the_same_and_sends_nothing() {
    let shard = assigned();
    let first = hear(&shard, "m", &write(2, "li", "hello")).unwrap();
    let rows = told(&shard).len();
    assert_eq!(hear(&shard, "m", &write(2, "li", "hello")).unwrap(), first);
    assert_eq!((shard.jobs().len(), told(&shard).len()), (1, rows));
}

#[test]
fn nobody_speaks_under_an_epoch_that_is_over() {
    let shard = assigned();
    hear(&shard, "b", &assign(3, "wang")).unwrap();
    assert_eq!(refusal(&shard, &write(2, "li", "hello")), "epoch");
    assert_eq!(refusal(&shard, &turn("released", 2)), "epoch");
    assert_eq!(refusal(&shard, &resolve(2)), "epoch");
    assert!(shard.jobs().is_empty());
}

#[test]
fn who_was_assigned_while_the_fan_ended_it_does_not_speak() {
    let shard = waiting();
    shard.say("enough");
    // The Desk assigned without knowing of it: both began epoch 2.
    assert_eq!(refusal(&shard, &assign(2, "li")), "epoch");
    assert_eq!(refusal(&shard, &write(2, "li", "hello")), "epoch");
    assert_eq!(text(&shard.say("GO")), "go!");
}

#[test]
fn a_message_may_overtake_the_news_of_who_is_assigned() {
    let shard = waiting();
    hear(&shard, "m", &write(2, "li", "hello")).unwrap();
    hear(&shard, "a", &assign(2, "li")).unwrap();
    assert_eq!(
        shard.fan().with_person().unwrap().agent.as_deref(),
        Some("li")
    );
}

#[test]
fn two_who_answer_at_once_the_second_is_told() {
    let shard = assigned();
    let first = hear(&shard, "m1", &write(2, "li", "yes")).unwrap();
    let mut second = write(2, "wang", "no");
    second["seen"] = "7.1".into();
    assert_eq!(refusal(&shard, &second), "answered");
    second["seen"] = first["event"].clone();
    hear(&shard, "m2", &second).unwrap();
}

#[test]
fn a_message_after_the_window_or_its_quota_is_refused_before_the_call() {
    let shard = assigned();
    for nth in 0..5 {
        hear(&shard, &format!("m{nth}"), &write(2, "li", "hello")).unwrap();
    }
    // None of them has left yet.
    let used_up = hear(&shard, "m5", &write(2, "li", "hello"))
        .unwrap_err()
        .to_string();
    assert!(
        used_up.starts_with("window:") && used_up.contains("used up"),
        "{used_up}"
    );
    shard.later(2 * DAY);
    let over = hear(&shard, "m6", &write(2, "li", "hello"))
        .unwrap_err()
        .to_string();
    assert!(
        over.starts_with("window:") && over.contains("48 hours"),
        "{over}"
    );
    assert_eq!(shard.jobs().len(), 5);
}

#[test]
fn a_note_is_for_the_desk_only() {
    let shard = assigned();
    let note = json!({ "do": "note", "conversation": "7.1", "agent": "li", "name": "Li", "text": "calls tomorrow" });
    let answer = hear(&shard, "n", &note).unwrap();
    assert_eq!(answer["entry"]["kind"], "note");
    assert_eq!(last_told(&shard)["type"], "noted");
    assert!(shard.jobs().is_empty());
}

#[test]
fn what_is_resolved_is_asked_about_and_the_bot_speaks() {
    let shard = resolved();
    assert_eq!(text(&shard.say("GO")), "go!");
    let question = shard.jobs().pop().unwrap().body.write();
    assert!(question.contains("msgmenu"), "{question}");
}

#[test]
fn a_digit_that_is_the_next_text_is_a_mark() {
    let shard = resolved();
    assert_eq!(text(&shard.say("５")), "thanks");
    let row = last_told(&shard);
    assert_eq!((&row["type"], &row["score"]), (&json!("scored"), &json!(5)));
    let noted = shard.events().pop().unwrap();
    assert_eq!(noted.kind, "desk.score");
}

#[test]
fn a_digit_after_another_text_is_a_text() {
    let shard = resolved();
    shard.say("GO");
    assert_eq!(
        text(&shard.say("5")),
        "a person comes",
        "nothing answers it, so it reopens"
    );
}

#[test]
fn a_digit_in_a_menu_chooses_from_it() {
    let shard = resolved();
    shard.event("CLICK", "MENU");
    assert_eq!(text(&shard.say("1")), "one!");
}

#[test]
fn a_tap_is_a_mark_once_and_for_a_day() {
    let shard = resolved();
    shard.say("GO");
    assert!(tap(&shard, CONVERSATION, 4, "901").is_some());
    assert!(tap(&shard, CONVERSATION, 1, "902").is_some());
    let scores: Vec<Json> = told(&shard)
        .iter()
        .filter(|row| row["type"] == "scored")
        .map(|row| row["score"].clone())
        .collect();
    assert_eq!(scores, [json!(4)]);
}

#[test]
fn a_tap_after_a_day_or_of_another_conversation_is_nothing() {
    let shard = resolved();
    let other = EventId { shard: 9, seq: 9 };
    assert_eq!(tap(&shard, other, 5, "901"), None);
    shard.later(DAY);
    assert_eq!(tap(&shard, CONVERSATION, 5, "902"), None);
    assert!(told(&shard).iter().all(|row| row["type"] != "scored"));
}

#[test]
fn a_fan_is_asked_once_a_conversation() {
    let shard = resolved();
    shard.say("it broke again");
    hear(&shard, "a2", &assign(5, "li")).unwrap();
    hear(&shard, "r2", &resolve(6)).unwrap();
    let asked = shard
        .jobs()
        .iter()
        .filter(|job| job.body.write().contains("msgmenu"))
        .count();
    assert_eq!(asked, 1);
}

#[test]
fn nobody_is_asked_whom_wechat_does_not_let_be_written_to() {
    let shard = assigned();
    shard.later(2 * DAY);
    let answer = hear(&shard, "r", &resolve(3)).unwrap();
    assert_eq!(answer["entry"]["payload"]["asked"], false);
    assert!(shard.jobs().is_empty());
}

#[test]
fn what_is_closed_is_not_reopened() {
    let shard = resolved();
    hear(&shard, "c", &turn("closed", 3)).unwrap();
    assert_eq!(text(&shard.say("it broke again")), "?");
    assert_eq!(shard.fan().with_person(), None);
}

#[test]
fn what_the_fan_reopened_meanwhile_is_not_closed() {
    let shard = resolved();
    shard.say("it broke again");
    assert_eq!(refusal(&shard, &turn("closed", 3)), "epoch");
    assert_eq!(shard.fan().with_person().unwrap().speaker, Speaker::Person);
}

#[test]
fn released_the_fan_waits_and_may_be_told_their_place() {
    let shard = assigned();
    hear(&shard, "x", &turn("released", 3)).unwrap();
    shard.say("人工");
    assert_eq!(last_told(&shard)["type"], "asked_position");
    let say = json!({ "do": "say", "conversation": "7.1", "text": "2 before you" });
    let answer = hear(&shard, "s", &say).unwrap();
    assert_eq!(
        [&answer["entry"]["from"], &answer["entry"]["text"]],
        ["system", "2 before you"]
    );
    assert_eq!(shard.jobs().pop().unwrap().state, State::Waiting);
}

#[test]
fn who_speaks_with_an_agent_says_the_word_for_a_person_to_them() {
    let shard = assigned();
    assert_eq!(shard.say("人工").reply, None);
    assert_eq!(last_told(&shard)["type"], "wrote");
}

#[test]
fn the_desk_may_take_up_what_was_resolved() {
    let shard = resolved();
    hear(&shard, "o", &turn("reopen", 4)).unwrap();
    assert_eq!(shard.say("GO").reply, None);
}

#[test]
fn what_nobody_knows_or_can_read_is_refused() {
    let shard = assigned();
    let other = json!({ "do": "released", "conversation": "9.9", "epoch": 3 });
    assert_eq!(refusal(&shard, &other), "epoch");
    let note = json!({ "do": "note", "conversation": "9.9", "agent": "li", "text": "a note" });
    assert_eq!(refusal(&shard, &note), "epoch");
    let too_long = "长".repeat(700);
    for body in [
        json!({}),
        json!({ "do": "assigned", "conversation": "x" }),
        json!({ "do": "assigned", "conversation": "7.1" }),
        json!({ "do": "dance", "conversation": "7.1" }),
        write(2, "", "hello"),
        write(2, "li", "  "),
        write(2, "li", &too_long),
    ] {
        let refused = hear(&shard, "bad", &body).unwrap_err();
        assert!(matches!(refused, Refused::Unreadable(_)), "{body}");
    }
    let hearing = Hearing {
        shard: SHARD,
        playbook: None,
        service_messages: true,
        now: shard.now.get(),
    };
    let nobody = says::hear(&shard.db, hearing, "oNobody", "k", "{}");
    assert!(matches!(nobody, Err(Refused::UnknownFan)));
}

fn thread(shard: &Shard, before: i64, limit: i64) -> Vec<Vec<Json>> {
    shard.catch_up();
    let shown = thread::newest(&shard.db, SHARD, FAN, (0, before), limit).unwrap();
    shown.into_iter().map(|shown| shown.entries).collect()
}

/// From whom, of which kind, and what it says.
fn lines(entries: &[Vec<Json>]) -> Vec<[String; 3]> {
    let line = |entry: &Json| {
        ["from", "kind", "text"].map(|name| entry[name].as_str().unwrap_or("-").to_owned())
    };
    entries.iter().flatten().map(line).collect()
}

#[test]
fn the_thread_shows_all_that_was_said_newest_first() {
    let shard = assigned();
    shard.say("it is broken");
    hear(&shard, "m", &write(2, "li", "since when?")).unwrap();
    let job = shard.jobs().pop().unwrap().id;
    let entries = thread(&shard, i64::MAX, 10);
    let expected = [
        ["agent", "text", "since when?"],
        ["fan", "text", "it is broken"],
        ["system", "state", "assigned"],
        ["system", "state", "opened"],
        ["fan", "text", "人工"],
    ];
    assert_eq!(lines(&entries), expected);
    assert_eq!(
        entries[0][0]["job"],
        json!({ "id": job, "state": "waiting", "last_error": null })
    );
    assert_eq!(entries[4][0]["reply"]["text"], "a person comes");
}

#[test]
fn the_thread_goes_on_behind_a_page() {
    let shard = assigned();
    let pages = [thread(&shard, i64::MAX, 2), thread(&shard, 2, 2)];
    let ids = pages.map(|page| {
        page.iter()
            .map(|entries| entries[0]["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    });
    assert_eq!(
        ids,
        [
            vec!["7.3".to_owned(), "7.2".to_owned()],
            vec!["7.1".to_owned()]
        ]
    );
}

#[test]
fn what_the_bot_sent_later_stands_behind_what_it_answers() {
    let shard = Shard::new();
    shard.say("查物流 12345");
    let question = shard.jobs().pop().unwrap().id;
    let lease = shard.lease(&question);
    let body = r#"{"status":"on its way"}"#.to_owned();
    shard.settle(&question, &lease, Report::Answered { body });
    let entries = thread(&shard, i64::MAX, 10);
    let expected = [
        ["fan", "text", "查物流 12345"],
        ["bot", "text", "12345 is on its way"],
    ];
    assert_eq!(lines(&entries), expected);
    assert_eq!(entries[0][0]["job"]["id"], json!(question), "the question");
    assert_eq!(entries[0][1]["job"]["state"], "waiting");
}

#[test]
fn a_card_that_the_bot_sent_is_no_text() {
    let shard = Shard::new();
    shard.say("CARD");
    assert_eq!(
        lines(&thread(&shard, i64::MAX, 10))[1],
        ["bot", "event", "-"]
    );
}

#[test]
fn what_was_taken_is_found_by_its_key_whoever_has_the_conversation_now() {
    let shard = assigned();
    let again = json!({ "do": "again", "conversation": "7.1" });
    let refused = hear(&shard, "m", &again).unwrap_err();
    assert!(refused.to_string().starts_with("epoch:"), "{refused}");
    let first = hear(&shard, "m", &write(2, "li", "hello")).unwrap();
    hear(&shard, "b", &turn("released", 3)).unwrap();
    let before = told(&shard).len();
    assert_eq!(hear(&shard, "m", &again).unwrap(), first);
    assert!(hear(&shard, "m2", &again).is_err());
    assert_eq!(told(&shard).len(), before);
}
