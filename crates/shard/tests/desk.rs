//! Who speaks to a fan, and what the Desk is told.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a failed test is what a test is for"
)]

mod support;

use std::time::Duration;

use fandesk_shard::desk::Speaker;
use fandesk_shard::outbox::{self, Lane};
use serde_json::{Value as Json, json};
use support::{FAN, GRACE, Shard, text};

const DOCUMENT: &str = r#"
default = { text = "?" }
[handover]
reply = { text = "a person comes" }
position = { text = "in a moment" }
ended = { text = "bye" }
thanks = { text = "thanks" }
end = ["enough"]
[stop]
reply = { text = "no more pushes" }
[[rule]]
exact = ["GO"]
reply = { text = "go!" }
[[rule]]
exact = ["complain"]
handover = { team = "sales", skills = ["phone"], tags = ["complaint"] }
[[click]]
key = "HELP"
reply = { text = "help" }
[[click]]
key = "PERSON"
handover = true
[[menu]]
name = "main"
keywords = ["menu"]
text = "m"
entry = [{ key = "1", label = "one", reply = { text = "one!" } }]
"#;

fn unmatched(per_minute: u32) -> Shard {
    Shard::with(&DOCUMENT.replace(
        "end = [\"enough\"]",
        &format!("unmatched = {{ after = 3, per_minute = {per_minute} }}"),
    ))
}

/// What waits for the Desk, in order.
fn told(shard: &Shard) -> Vec<Json> {
    let rows = outbox::waiting(&shard.db, Lane::Desk, i64::MAX).unwrap();
    rows.iter()
        .map(|row| serde_json::from_str(&row.body).unwrap())
        .collect()
}

fn kinds(shard: &Shard) -> Vec<String> {
    let told = told(shard);
    told.iter()
        .map(|row| row["type"].as_str().unwrap().to_owned())
        .collect()
}

fn silent(shard: &Shard, words: &str) {
    assert_eq!(shard.say(words).reply, None, "{words}");
}

fn picture(shard: &Shard, msg_id: &str) -> Option<wechat::Reply> {
    let fields = [
        ("FromUserName", FAN),
        ("CreateTime", "1700000000"),
        ("MsgType", "image"),
        ("PicUrl", "http://p/"),
        ("MediaId", "m"),
        ("MsgId", msg_id),
    ];
    shard.receive(&fields).unwrap().answer.reply
}

#[test]
fn who_asks_for_a_person_is_told_to_the_desk_with_all_that_it_needs() {
    let shard = Shard::with(DOCUMENT);
    assert_eq!(text(&shard.say("人工")), "a person comes");
    let now = shard.now.get();
    let rows = told(&shard);
    let entry = json!({ "id": "7.1", "at": now.0, "from": "fan", "agent": null, "kind": "text", "text": "人工",
                        "payload": null, "reply": { "type": "text", "text": "a person comes" }, "job": null });
    let until = now.plus(Duration::from_secs(48 * 3600));
    let row = json!({ "key": "7.1/opened", "type": "opened", "conversation": "7.1", "epoch": 1, "openid": FAN,
        "fan_ref": shard.fan().fan_ref, "at": now.0, "event": "7.1", "channel": "wechat", "reason": "command", "team": null,
        "skills": [], "tags": [], "fan_tags": [], "entry": entry, "window": { "until": until.0, "left": 5 } });
    assert_eq!(rows, [row]);
}

#[test]
fn a_rule_may_say_to_whom() {
    let shard = Shard::with(DOCUMENT);
    shard.say("complain");
    let row = &told(&shard)[0];
    let said = ["reason", "team", "skills", "tags"].map(|field| row[field].clone());
    let expected = [
        json!("rule"),
        json!("sales"),
        json!(["phone"]),
        json!(["complaint"]),
    ];
    assert_eq!(said, expected);
}

#[test]
fn while_a_person_speaks_the_bot_is_silent_and_the_desk_hears_all() {
    let shard = Shard::with(DOCUMENT);
    shard.say("人工");
    silent(&shard, "GO");
    silent(&shard, "menu");
    silent(&shard, "what is this");
    assert_eq!(picture(&shard, "900"), None);
    assert_eq!(
        kinds(&shard),
        ["opened", "wrote", "wrote", "wrote", "wrote"]
    );
    let picture = &told(&shard)[4]["entry"];
    assert_eq!(picture["payload"]["PicUrl"], "http://p/");
}

#[test]
fn commands_and_taps_are_answered_while_a_person_speaks() {
    let shard = Shard::with(DOCUMENT);
    shard.say("人工");
    assert_eq!(text(&shard.say("TD")), "no more pushes");
    assert_eq!(text(&shard.event("CLICK", "HELP")), "help");
    // Neither is a word for anybody. The tap lets the fan be written to anew; "TD" does no more than the word before it.
    assert_eq!(kinds(&shard), ["opened", "window"]);
}

#[test]
fn a_tap_that_opens_the_window_again_is_told_while_a_person_speaks() {
    let shard = Shard::with(DOCUMENT);
    shard.event("CLICK", "HELP");
    shard.say("人工");
    assert_eq!(kinds(&shard), ["opened"], "the bot spoke at the first tap");
    shard.later(Duration::from_secs(3 * 24 * 3600));
    for (event, key) in [("CLICK", "HELP"), ("CLICK", "unknown"), ("SCAN", "shop")] {
        shard.later(Duration::from_secs(60));
        shard.event(event, key);
        let row = told(&shard).pop().unwrap();
        assert_eq!(row["type"], "window");
        assert_eq!(
            (&row["conversation"], &row["epoch"]),
            (&json!("7.2"), &json!(1))
        );
        assert!(row["window"]["until"].as_i64().unwrap() > shard.now.get().0);
        assert!(row["window"]["left"].as_i64().unwrap() > 0);
    }
    assert_eq!(kinds(&shard), ["opened", "window", "window", "window"]);
    shard.event("CLICK", "PERSON");
    let row = told(&shard).pop().unwrap();
    assert_eq!(row["type"], "asked_position");
    assert!(row["window"]["left"].as_i64().unwrap() > 0);
}

#[test]
fn who_asks_again_while_they_wait_is_told_their_place_in_a_moment() {
    let shard = Shard::with(DOCUMENT);
    shard.say("人工");
    assert_eq!(text(&shard.say("人工")), "in a moment");
    assert_eq!(text(&shard.event("CLICK", "PERSON")), "in a moment");
    assert_eq!(
        kinds(&shard),
        ["opened", "asked_position", "asked_position"]
    );
}

#[test]
fn a_fan_gets_to_a_person_from_any_depth_of_a_menu_and_out_of_it() {
    let shard = Shard::with(DOCUMENT);
    shard.say("menu");
    shard.say("人工");
    silent(&shard, "1");
    assert_eq!(kinds(&shard), ["opened", "wrote"]);
}

#[test]
fn a_tap_that_hands_over_is_told_as_one() {
    let shard = Shard::with(DOCUMENT);
    assert_eq!(text(&shard.event("CLICK", "PERSON")), "a person comes");
    let row = &told(&shard)[0];
    assert_eq!(
        (&row["reason"], &row["entry"]["kind"]),
        (&json!("menu"), &json!("event"))
    );
}

#[test]
fn the_fan_may_end_it() {
    let shard = Shard::with(DOCUMENT);
    shard.say("人工");
    assert_eq!(text(&shard.say("Enough!")), "bye");
    assert_eq!(text(&shard.say("GO")), "go!");
    let rows = told(&shard);
    assert_eq!(kinds(&shard), ["opened", "ended"]);
    assert_eq!(rows[1]["epoch"], 2, "who speaks changed");
}

#[test]
fn the_word_that_ends_means_nothing_while_the_bot_speaks() {
    let shard = Shard::with(DOCUMENT);
    assert_eq!(text(&shard.say("enough")), "?");
    assert_eq!(kinds(&shard), [""; 0]);
}

#[test]
fn what_the_bot_has_no_answer_for_reopens_what_ended() {
    let shard = Shard::with(DOCUMENT);
    shard.say("人工");
    shard.say("enough");
    assert_eq!(text(&shard.say("GO")), "go!");
    assert_eq!(text(&shard.say("it broke again")), "a person comes");
    silent(&shard, "GO");
    let rows = told(&shard);
    assert_eq!(kinds(&shard), ["opened", "ended", "reopened", "wrote"]);
    assert_eq!(rows[2]["conversation"], "7.1");
    assert_eq!(rows[2]["epoch"], 3);
    assert_eq!(shard.fan().with_person().unwrap().speaker, Speaker::Person);
}

#[test]
fn a_picture_reopens_too() {
    let shard = Shard::with(DOCUMENT);
    shard.say("人工");
    shard.say("enough");
    assert!(picture(&shard, "900").is_some());
    assert_eq!(kinds(&shard), ["opened", "ended", "reopened"]);
}

#[test]
fn after_the_days_to_reopen_the_bot_answers_again() {
    let shard = Shard::with(DOCUMENT);
    shard.say("人工");
    shard.say("enough");
    shard.later(Duration::from_secs(7 * 24 * 3600));
    assert_eq!(text(&shard.say("it broke again")), "?");
    assert_eq!(text(&shard.say("人工")), "a person comes");
    let conversation = told(&shard)[2]["conversation"].clone();
    assert_ne!(conversation, "7.1", "another conversation");
}

#[test]
fn a_hand_over_that_says_about_what_is_another_conversation() {
    let shard = Shard::with(DOCUMENT);
    shard.say("人工");
    shard.say("enough");
    shard.say("complain");
    assert_eq!(kinds(&shard), ["opened", "ended", "opened"]);
}

#[test]
fn who_leaves_is_still_a_case() {
    let shard = Shard::with(DOCUMENT);
    shard.say("人工");
    shard.event("unsubscribe", "");
    assert_eq!(kinds(&shard), ["opened", "left"]);
    assert!(shard.fan().with_person().is_some());
}

#[test]
fn an_erase_tells_the_desk_and_leaves_nothing_else_for_it() {
    let shard = Shard::with(DOCUMENT);
    shard.say("人工");
    shard.say("my number is 5");
    shard.event("unsubscribe", "");
    shard.later(GRACE);
    assert_eq!(shard.erase_due().unwrap(), 1);
    assert_eq!(kinds(&shard), ["erased"]);
    let row = &told(&shard)[0];
    assert_eq!(
        (&row["conversation"], &row["openid"]),
        (&json!("7.1"), &Json::Null)
    );
}

#[test]
fn a_fan_who_was_never_with_the_desk_is_erased_without_telling_it() {
    let shard = Shard::with(DOCUMENT);
    shard.say("GO");
    shard.event("unsubscribe", "");
    shard.later(GRACE);
    assert_eq!(shard.erase_due().unwrap(), 1);
    assert_eq!(kinds(&shard), [""; 0]);
}

#[test]
fn wechats_own_customer_service_is_none_of_the_desks_business() {
    let shard = Shard::with("default = { text = \"?\" }\n[handover]\nvia = \"wechat\"");
    shard.say("人工");
    assert_eq!(text(&shard.say("hello")), "?");
    assert_eq!(kinds(&shard), [""; 0]);
}

#[test]
fn a_retry_tells_the_desk_nothing_new() {
    let shard = Shard::with(DOCUMENT);
    shard.message(FAN, 1, "人工").unwrap();
    let receipt = shard.message(FAN, 1, "人工").unwrap();
    assert!(receipt.repeat && !receipt.tells);
    assert_eq!(kinds(&shard), ["opened"]);
}

#[test]
fn who_speaks_survives_the_instance_and_a_catch_up() {
    let shard = Shard::with(DOCUMENT);
    shard.say("人工");
    shard.forget_what_is_in_memory();
    silent(&shard, "GO");
    shard.catch_up();
    silent(&shard, "GO");
}

#[test]
fn without_a_playbook_the_desk_still_hears_the_fan() {
    let mut shard = Shard::with(DOCUMENT);
    shard.say("人工");
    shard.playbook = None;
    silent(&shard, "hello");
    assert_eq!(kinds(&shard), ["opened", "wrote"]);
}

#[test]
fn the_third_text_in_a_row_that_nothing_answers_hands_over() {
    let shard = unmatched(60);
    shard.say("a");
    shard.say("b");
    shard.say("GO");
    assert_eq!(text(&shard.say("c")), "?");
    assert_eq!(text(&shard.say("d")), "?");
    assert_eq!(text(&shard.say("e")), "a person comes");
    assert_eq!(told(&shard)[0]["reason"], "default");
}

#[test]
fn thousands_of_texts_that_nothing_answers_do_not_reach_the_desk() {
    let shard = unmatched(20);
    let mut msg_id = 0;
    for round in 0..5 {
        for fan in 0..1000 {
            msg_id += 1;
            let openid = format!("oFan{fan:024}");
            shard
                .message(&openid, msg_id, &format!("{round}?"))
                .unwrap();
        }
    }
    let opened = || {
        kinds(&shard)
            .iter()
            .filter(|kind| *kind == "opened")
            .count()
    };
    assert_eq!(opened(), 20);
    shard.later(Duration::from_secs(60));
    shard
        .message("oFan000000000000000000000999", 9999, "?")
        .unwrap();
    assert_eq!(opened(), 21, "another minute, another fan");
}

#[test]
fn who_asks_is_handed_over_whatever_the_rate() {
    let shard = unmatched(1);
    for fan in 0..5 {
        shard
            .message(&format!("oFan{fan:024}"), fan + 1, "人工")
            .unwrap();
    }
    assert_eq!(kinds(&shard), ["opened"; 5]);
}
