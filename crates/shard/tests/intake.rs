//! Messages come in, and everything that follows is kept.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a failed test is what a test is for"
)]

mod support;

use std::time::Duration;

use fandesk_shard::sql::Database;
use support::{FAN, Shard, text};
use wechat::Fields;

#[test]
fn a_retry_gets_the_same_answer_and_changes_nothing() {
    let shard = Shard::new();
    let first = shard.message(FAN, 1, "GO").unwrap();
    shard.later(Duration::from_secs(5));
    // WeChat's retry carries the CreateTime of the original.
    let created = support::NOW.seconds().to_string();
    let again = shard
        .receive(&[
            ("FromUserName", FAN),
            ("CreateTime", &created),
            ("MsgType", "text"),
            ("Content", "GO"),
            ("MsgId", "1"),
        ])
        .unwrap();
    assert_eq!(again.answer, first.answer);
    assert!(again.repeat);
    assert_eq!(shard.events().len(), 1);
}

#[test]
fn a_copy_after_a_day_counts_as_a_new_message() {
    let shard = Shard::new();
    let fields: Fields = [
        ("ToUserName", "gh"),
        ("FromUserName", FAN),
        ("CreateTime", "1700000000"),
        ("MsgType", "text"),
        ("Content", "GO"),
        ("MsgId", "1"),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), wechat::Field::from(value)))
    .collect();
    shard.receive_fields(fields.clone()).unwrap();
    shard.later(Duration::from_secs(24 * 3600));
    shard.receive_fields(fields).unwrap();
    assert_eq!(shard.events().len(), 2);
}

#[test]
fn one_msg_id_from_fifteen_fans_gives_fifteen_events() {
    let shard = Shard::new();
    for n in 0..15 {
        shard.message(&format!("oFan{n:024}"), 1, "GO").unwrap();
    }
    assert_eq!(shard.events().len(), 15);
}

#[test]
fn a_poisoned_member_among_fifty_leaves_nothing_and_the_others_stay() {
    let shard = Shard::new();
    shard
        .db
        .run(
            "CREATE TRIGGER poison BEFORE INSERT ON events WHEN NEW.openid = 'oPoison' \
             BEGIN SELECT raise(ABORT, 'poisoned'); END",
            &[],
        )
        .unwrap();
    // One transaction around all of them, as the group commit of a Durable Object has it.
    shard.db.run("BEGIN", &[]).unwrap();
    let kept = (0..50)
        .filter(|n| {
            let openid = if *n == 25 {
                "oPoison".to_owned()
            } else {
                format!("oFan{n}")
            };
            shard.message(&openid, 1, "GO").is_ok()
        })
        .count();
    shard.db.run("COMMIT", &[]).unwrap();
    assert_eq!(kept, 49);
    let events = shard.events();
    assert_eq!(events.len(), 49);
    assert!(
        events
            .iter()
            .all(|event| event.openid.as_deref() != Some("oPoison"))
    );
}

#[test]
fn two_messages_of_one_fan_step_the_menu_twice() {
    let shard = Shard::new();
    shard.say("menu");
    assert!(text(&shard.say("1")).starts_with("phones"));
    assert!(text(&shard.say("1")).starts_with("repairs"));
    assert_eq!(text(&shard.say("1")), "screens are mended");
}

#[test]
fn a_menu_expires_and_its_keys_mean_nothing_then() {
    let shard = Shard::new();
    shard.say("menu");
    shard.later(Duration::from_secs(601));
    assert_eq!(text(&shard.say("1")), "?");
}

#[test]
fn back_and_home_lead_through_the_menu() {
    let shard = Shard::new();
    let main = text(&shard.say("menu")).to_owned();
    shard.say("1");
    shard.say("1");
    assert!(text(&shard.say("0")).starts_with("phones"));
    shard.say("1");
    assert_eq!(text(&shard.say("#")), main);
}

#[test]
fn a_person_can_be_asked_for_from_any_depth() {
    let shard = Shard::new();
    shard.say("menu");
    shard.say("1");
    shard.say("1");
    assert_eq!(text(&shard.say("人工")), "a person comes");
    let kinds: Vec<String> = shard.events().into_iter().map(|event| event.kind).collect();
    assert_eq!(kinds, ["text", "text", "text", "text", "handover"]);
    let waiting =
        fandesk_shard::conversations::waiting_since(&shard.db, &shard.fan().fan_ref).unwrap();
    assert_eq!(waiting, Some(support::NOW));
}

#[test]
fn who_asks_twice_for_a_person_waits_once() {
    let shard = Shard::new();
    shard.say("人工");
    shard.say("人工");
    let rows = shard.db.query("SELECT id FROM conversations", &[]).unwrap();
    assert_eq!(rows.len(), 1);
}

#[test]
fn stopping_pushes_is_remembered() {
    let shard = Shard::new();
    assert_eq!(text(&shard.say("TD")), "no more pushes");
    assert!(shard.fan().pushes_stopped);
}

#[test]
fn a_follow_is_welcomed_by_its_scene() {
    let shard = Shard::new();
    assert_eq!(text(&shard.event("subscribe", "")), "welcome");
    shard.later(Duration::from_secs(1));
    assert_eq!(
        text(&shard.event("subscribe", "qrscene_counter-1")),
        "welcome to counter 1"
    );
}

#[test]
fn every_time_of_following_is_kept() {
    let shard = Shard::new();
    for (event, key) in [
        ("subscribe", ""),
        ("unsubscribe", ""),
        ("subscribe", "qrscene_counter-1"),
    ] {
        shard.event(event, key);
        shard.later(Duration::from_secs(60));
    }
    let follows = fandesk_shard::fan::follows(&shard.db, &shard.fan().fan_ref).unwrap();
    assert_eq!(follows.len(), 2);
    assert_eq!(
        follows[0].ended_at,
        Some(support::NOW.plus(Duration::from_secs(60)))
    );
    assert_eq!(
        (follows[1].ended_at, follows[1].scene.as_deref()),
        (None, Some("counter-1"))
    );
    assert_eq!(shard.fan().followed, Some(true));
}

#[test]
fn a_tap_on_the_custom_menu_is_answered() {
    let shard = Shard::new();
    assert_eq!(text(&shard.event("CLICK", "HELP")), "help");
    assert_eq!(shard.event("CLICK", "NOTHING").reply, None);
}

#[test]
fn what_is_unknown_is_kept_and_answered_with_silence() {
    let shard = Shard::new();
    let fields = Fields::from_xml(
        b"<xml><ToUserName>gh</ToUserName><FromUserName>oX</FromUserName><CreateTime>1700000000</CreateTime>\
          <MsgType>event</MsgType><Event>brand_new</Event><Some><Nested>1</Nested></Some></xml>",
    )
    .unwrap();
    assert_eq!(shard.receive_fields(fields).unwrap().answer.reply, None);
    let event = &shard.events()[0];
    assert_eq!(event.kind, "event.brand_new");
    assert!(
        event
            .payload
            .as_ref()
            .unwrap()
            .contains(r#""Some":{"Nested":"1"}"#)
    );
}

#[test]
fn an_event_of_the_account_makes_no_fan() {
    let shard = Shard::new();
    shard.event("MASSSENDJOBFINISH", "");
    assert_eq!(fandesk_shard::fan::load(&shard.db, FAN).unwrap(), None);
    assert_eq!(shard.events().len(), 1);
}

#[test]
fn without_a_playbook_everything_is_kept_and_nothing_answered() {
    let mut shard = Shard::new();
    shard.playbook = None;
    assert_eq!(shard.say("GO").reply, None);
    assert_eq!(shard.events().len(), 1);
}

#[test]
fn a_reply_without_a_passive_form_becomes_a_job() {
    let shard = Shard::new();
    assert_eq!(shard.say("CARD").reply, None);
    assert_eq!(shard.jobs()[0].body.kind(), "answer");
}

#[test]
fn the_rule_that_answered_is_noted() {
    let shard = Shard::new();
    shard.say("go");
    shard.say("something else");
    let hits: Vec<_> = shard.events().into_iter().map(|event| event.hit).collect();
    assert_eq!(
        hits,
        [Some("rule:go".to_owned()), Some("default".to_owned())]
    );
}
