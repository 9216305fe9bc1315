//! Tags come to the shard from D1, and a welcome looks at them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a failed test is what a test is for"
)]

mod support;

use std::time::Duration;

use fandesk_shard::tags;
use support::{FAN, Shard, text};

const DOCUMENT: &str = r#"
default = { text = "?" }
[welcome]
reply = { text = "welcome" }
[[welcome.segment]]
tag = "vip"
reply = { text = "welcome, member" }
[[welcome.segment]]
tag = "old"
reply = { text = "welcome back" }
[[welcome.scene]]
scene = "s"
reply = { text = "welcome to s" }
"#;

fn put(shard: &Shard, rev: i64, names: &[&str]) -> bool {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    shard.catch_up();
    tags::put(&shard.db, FAN, &shard.fan().fan_ref, rev, &names).unwrap()
}

fn known(shard: &Shard) -> Vec<String> {
    tags::load(&shard.db, FAN).unwrap()
}

/// Follows again, and is welcomed.
fn follow(shard: &Shard, scene: &str) -> String {
    // Two events of one second are one.
    shard.later(Duration::from_secs(1));
    shard.event("unsubscribe", "");
    let key = if scene.is_empty() {
        String::new()
    } else {
        format!("qrscene_{scene}")
    };
    text(&shard.event("subscribe", &key)).to_owned()
}

#[test]
fn a_fan_is_welcomed_by_scene_then_by_segment_then_like_everybody() {
    let shard = Shard::with(DOCUMENT);
    assert_eq!(text(&shard.event("subscribe", "")), "welcome");
    put(&shard, 1, &["old", "vip"]);
    // Of several segments the first in the document.
    assert_eq!(follow(&shard, ""), "welcome, member");
    assert_eq!(follow(&shard, "s"), "welcome to s");
    assert_eq!(follow(&shard, "unknown"), "welcome, member");
    put(&shard, 2, &["old"]);
    assert_eq!(follow(&shard, ""), "welcome back");
    put(&shard, 3, &[]);
    assert_eq!(follow(&shard, ""), "welcome");
}

#[test]
fn a_segment_is_noted_as_what_answered() {
    let shard = Shard::with(DOCUMENT);
    shard.say("hello");
    put(&shard, 1, &["vip"]);
    follow(&shard, "");
    let hit = shard.events().pop().unwrap().hit;
    assert_eq!(hit.as_deref(), Some("welcome.segment:vip"));
}

#[test]
fn an_older_change_that_comes_late_changes_nothing() {
    let shard = Shard::with(DOCUMENT);
    shard.say("hello");
    assert!(put(&shard, 7, &["vip"]));
    assert!(put(&shard, 6, &["old"]));
    assert!(put(&shard, 7, &["old"]));
    assert_eq!(known(&shard), ["vip"]);
    assert!(put(&shard, 8, &["old"]));
    assert_eq!(known(&shard), ["old"]);
}

#[test]
fn tags_of_another_person_are_not_taken() {
    let shard = Shard::with(DOCUMENT);
    shard.say("hello");
    shard.catch_up();
    let names = ["vip".to_owned()];
    assert!(!tags::put(&shard.db, FAN, "another", 1, &names).unwrap());
    assert!(!tags::put(&shard.db, "oNobody", "another", 1, &names).unwrap());
    assert!(known(&shard).is_empty());
}

#[test]
fn an_erase_takes_the_tags_along() {
    let shard = Shard::with(DOCUMENT);
    shard.say("hello");
    put(&shard, 1, &["vip"]);
    shard.event("unsubscribe", "");
    shard.later(support::GRACE);
    shard.catch_up();
    assert_eq!(shard.erase_due().unwrap(), 1);
    assert!(known(&shard).is_empty());
    assert_eq!(text(&shard.event("subscribe", "")), "welcome");
}
