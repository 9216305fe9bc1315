//! "Did this help?": asked after each answer, counted, and led to a person when it did not.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a failed test is what a test is for"
)]

mod support;

use std::time::Duration;

use fandesk_shard::conversations;
use serde_json::{Value, json};
use support::{FAN, Shard, text};
use wechat::Reply;

const DOCUMENT: &str = r#"
default = { text = "?" }
handover.reply = { text = "a person comes" }
[[faq]]
name = "help"
keywords = ["faq"]
text = "Questions:"
[[faq.category]]
name = "warranty"
[[faq.category.item]]
question = "How long?"
answer = { text = "A year." }
[[faq.category.item]]
question = "Where?"
answer = { image = "MAP" }
"#;

fn asked(shard: &Shard, item: &str) -> Option<Reply> {
    for word in ["faq", "1"] {
        text(&shard.say(word));
    }
    shard.say(item).reply
}

/// A tap on a button of a message menu.
fn tap(shard: &Shard, id: &str, content: &str, msg_id: &str) -> Option<Reply> {
    let created = shard.now.get().seconds().to_string();
    let fields = [
        ("FromUserName", FAN),
        ("CreateTime", created.as_str()),
        ("MsgType", "text"),
        ("Content", content),
        ("MsgId", msg_id),
        ("bizmsgmenuid", id),
    ];
    shard.receive(&fields).unwrap().answer.reply
}

fn hits(shard: &Shard) -> Vec<String> {
    let hits = shard.events().into_iter().filter_map(|event| event.hit);
    hits.collect()
}

/// What the newest job sends.
fn sent(shard: &Shard) -> Value {
    let job = shard.jobs().pop().unwrap();
    serde_json::from_str(&job.body.write()).unwrap()
}

#[test]
fn the_answer_comes_at_once_and_the_buttons_after_it() {
    let shard = Shard::with(DOCUMENT);
    assert_eq!(asked(&shard, "1"), Some(Reply::text("A year.")));
    assert_eq!(shard.jobs().len(), 1);
    let body = sent(&shard).to_string();
    assert!(
        body.contains("msgmenu") && body.contains("已解决"),
        "{body}"
    );
    assert_eq!(
        hits(&shard),
        [
            "faq:help",
            "faq:help/warranty",
            "faq:help/warranty/How long?"
        ]
    );
}

#[test]
fn an_answer_of_another_kind_is_asked_about_too() {
    let shard = Shard::with(DOCUMENT);
    assert!(matches!(asked(&shard, "2"), Some(Reply::Image { .. })));
    assert!(sent(&shard).to_string().contains("msgmenu"));
}

#[test]
fn an_account_without_service_messages_asks_below_the_answer() {
    let mut shard = Shard::with(DOCUMENT);
    shard.service_messages = false;
    let Some(Reply::Text { content }) = asked(&shard, "1") else {
        panic!()
    };
    assert!(content.starts_with("A year.\n\n") && content.contains("回复“已解决”或“未解决”"));
    assert!(shard.jobs().is_empty());
    assert_eq!(text(&shard.say("已解决")), "很高兴帮到您！\nGlad to help!");
    assert_eq!(
        hits(&shard).pop().unwrap(),
        "faq:help/warranty/How long?/solved"
    );
}

#[test]
fn who_was_not_helped_gets_a_person() {
    let shard = Shard::with(DOCUMENT);
    asked(&shard, "1");
    assert_eq!(text(&shard.say("未解决")), "a person comes");
    assert_eq!(
        hits(&shard).pop().unwrap(),
        "faq:help/warranty/How long?/unsolved"
    );
    shard.catch_up();
    let since = conversations::waiting_since(&shard.db, &shard.fan().fan_ref).unwrap();
    assert_eq!(since, Some(support::NOW));
}

#[test]
fn a_button_that_is_tapped_a_day_later_counts_for_its_question() {
    let shard = Shard::with(DOCUMENT);
    asked(&shard, "1");
    let body = sent(&shard);
    let send: Value = serde_json::from_str(body["answer"]["send"].as_str().unwrap()).unwrap();
    let list = &send["msgmenu"]["list"];
    assert_eq!(list[1]["content"], json!("未解决"));
    shard.later(Duration::from_secs(24 * 3600));
    let id = list[1]["id"].as_str().unwrap();
    assert_eq!(
        tap(&shard, id, "未解决", "900"),
        Some(Reply::text("a person comes"))
    );
    assert_eq!(
        hits(&shard).pop().unwrap(),
        "faq:help/warranty/How long?/unsolved"
    );
}

#[test]
fn a_button_that_no_question_has_is_a_text() {
    let shard = Shard::with(DOCUMENT);
    assert_eq!(
        tap(&shard, "faq-y-0000000000000000", "已解决", "900"),
        Some(Reply::text("?"))
    );
    assert_eq!(
        tap(&shard, "101", "faq", "901"),
        Some(Reply::text("Questions:\n\n1 warranty"))
    );
}

#[test]
fn when_the_time_in_the_list_is_over_the_words_mean_nothing() {
    let shard = Shard::with(DOCUMENT);
    asked(&shard, "1");
    shard.later(Duration::from_secs(600));
    assert_eq!(text(&shard.say("已解决")), "?");
}
