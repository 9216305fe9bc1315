//! Opening hours change what a fan is answered, by the time at which the shard takes the message.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a failed test is what a test is for"
)]

mod support;

use std::time::Duration;

use fandesk_shard::conversations;
use support::{Shard, text};
use wechat::Reply;

/// The clock of these tests begins on a Wednesday, 22:13:20 UTC; this opens at 22:14 and closes at 22:15.
const DOCUMENT: &str = r#"
default = { text = "?" }
handover.outside_hours = { text = "nobody is here" }
handover.reply = { text = "a person comes" }
[hours]
zone = "+00:00"
open = [{ days = ["tue"], times = ["22:14-22:15"] }]
default = { text = "zzz" }
[[rule]]
exact = ["GO"]
during = "open"
reply = { text = "go!" }
"#;

const UNTIL_OPEN: Duration = Duration::from_secs(40);
const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn a_rule_and_the_default_follow_the_clock() {
    let shard = Shard::with(DOCUMENT);
    assert_eq!(text(&shard.say("GO")), "zzz");
    shard.later(UNTIL_OPEN);
    assert_eq!(text(&shard.say("GO")), "go!");
    assert_eq!(text(&shard.say("?!")), "?");
    shard.later(MINUTE);
    assert_eq!(text(&shard.say("GO")), "zzz");
}

#[test]
fn who_wants_a_person_while_closed_is_told_so_and_waits_all_the_same() {
    let shard = Shard::with(DOCUMENT);
    assert_eq!(text(&shard.say("人工")), "nobody is here");
    shard.catch_up();
    let since = conversations::waiting_since(&shard.db, &shard.fan().fan_ref).unwrap();
    assert_eq!(since, Some(support::NOW));
    shard.later(UNTIL_OPEN);
    assert!(text(&shard.say("人工")).starts_with("正在为您排队"));
}

#[test]
fn there_is_no_transfer_to_wechats_client_while_closed() {
    let document = DOCUMENT.replace(
        "handover.reply = { text = \"a person comes\" }",
        "handover.via = \"wechat\"",
    );
    let shard = Shard::with(&document);
    assert_eq!(text(&shard.say("人工")), "nobody is here");
    shard.later(UNTIL_OPEN);
    let answer = shard.say("人工");
    assert!(matches!(
        answer.reply,
        Some(Reply::TransferCustomerService { .. })
    ));
}

#[test]
fn a_retry_after_closing_time_gets_the_answer_of_before() {
    let shard = Shard::with(DOCUMENT);
    shard.later(UNTIL_OPEN);
    let created = shard.now.get().seconds().to_string();
    let fields = [
        ("FromUserName", support::FAN),
        ("CreateTime", created.as_str()),
        ("MsgType", "text"),
        ("Content", "GO"),
        ("MsgId", "7"),
    ];
    let first = shard.receive(&fields).unwrap();
    shard.later(MINUTE);
    let again = shard.receive(&fields).unwrap();
    assert!(again.repeat);
    assert_eq!(text(&again.answer), "go!");
    assert_eq!(first.answer, again.answer);
}
