//! Copies for another system: made with their events, in order for each fan, tried, given up, and erased.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a failed test is what a test is for"
)]

mod support;

use std::time::Duration;

use fandesk_shard::forwards::{self, Copy, GIVEN_UP_AFTER};
use fandesk_shard::moving::{self, Call, Step};
use fandesk_shard::outbox::{self, Lane};
use fandesk_shard::{UnixMillis, erase};
use support::{FAN, GRACE, NOW, PLAYBOOK, Shard};

const OTHER: &str = "oFan00000000000000000000002";

fn forwarding(kinds: &str) -> Shard {
    Shard::with(&format!(
        "{PLAYBOOK}\n[forward]\nurl = \"https://old.example.com/\"\ntoken = \"OLD\"\n{kinds}"
    ))
}

fn copies(shard: &Shard) -> Vec<Copy> {
    forwards::next(&shard.db, shard.now.get(), 100).unwrap()
}

fn openids(shard: &Shard) -> Vec<String> {
    copies(shard).into_iter().map(|copy| copy.openid).collect()
}

fn due(shard: &Shard) -> Option<UnixMillis> {
    outbox::due(&shard.db, Lane::Forwards, shard.now.get()).unwrap()
}

#[test]
fn what_came_in_is_copied_whole_and_once() {
    let shard = forwarding("");
    shard.message(FAN, 1, "hello").unwrap();
    shard.message(FAN, 1, "hello").unwrap();
    let copies = copies(&shard);
    assert_eq!(copies.len(), 1);
    let fields: serde_json::Value = serde_json::from_str(&copies[0].fields).unwrap();
    assert_eq!(
        (&fields["Content"], &fields["MsgId"]),
        (&"hello".into(), &"1".into())
    );
    assert_eq!(fields["ToUserName"], "gh_account");
}

#[test]
fn without_forward_nothing_is_copied() {
    let shard = Shard::new();
    shard.message(FAN, 1, "hello").unwrap();
    assert_eq!(copies(&shard), []);
    assert_eq!(due(&shard), None);
}

#[test]
fn only_the_kinds_that_are_named_are_copied() {
    let shard = forwarding("kinds = [\"event.*\"]");
    shard.message(FAN, 1, "hello").unwrap();
    assert_eq!(copies(&shard), []);
    let event = [
        ("FromUserName", FAN),
        ("CreateTime", "1"),
        ("MsgType", "event"),
        ("Event", "CLICK"),
        ("EventKey", "K"),
    ];
    shard.receive(&event).unwrap();
    assert_eq!(copies(&shard).len(), 1);
}

#[test]
fn events_of_the_account_are_copied_too() {
    let shard = forwarding("");
    let event = [
        ("FromUserName", "gh_account"),
        ("CreateTime", "1"),
        ("MsgType", "event"),
        ("Event", "MASSSENDJOBFINISH"),
        ("MsgID", "7"),
    ];
    shard.receive(&event).unwrap();
    assert_eq!(openids(&shard), ["gh_account"]);
}

#[test]
fn what_was_taken_is_gone_and_the_lane_is_due_while_something_is_left() {
    let shard = forwarding("");
    shard.message(FAN, 1, "a").unwrap();
    shard.message(FAN, 2, "b").unwrap();
    let both = copies(&shard);
    assert_eq!(due(&shard), Some(NOW));
    forwards::taken(&shard.db, both[0].place).unwrap();
    assert_eq!(copies(&shard), both[1..]);
    forwards::taken(&shard.db, both[1].place).unwrap();
    assert_eq!(due(&shard), None);
}

#[test]
fn a_copy_that_alone_is_refused_holds_back_its_fan_and_nobody_else() {
    let shard = forwarding("");
    shard.message(FAN, 1, "a").unwrap();
    shard.message(OTHER, 2, "b").unwrap();
    shard.message(FAN, 3, "c").unwrap();
    let refused = copies(&shard).remove(0);
    forwards::refused(&shard.db, &refused, NOW).unwrap();
    assert_eq!(openids(&shard), [OTHER]);
    let others = copies(&shard).remove(0);
    forwards::taken(&shard.db, others.place).unwrap();
    assert_eq!(due(&shard), Some(NOW.plus(Duration::from_secs(1))));
    shard.later(Duration::from_secs(1));
    let again = copies(&shard);
    assert_eq!(
        again.iter().map(|copy| copy.tries).collect::<Vec<_>>(),
        [1, 0]
    );
    forwards::refused(&shard.db, &again[0], shard.now.get()).unwrap();
    assert_eq!(
        due(&shard),
        Some(shard.now.get().plus(Duration::from_secs(2)))
    );
}

#[test]
fn a_receiver_that_takes_nothing_is_left_alone_for_longer_and_longer() {
    let shard = forwarding("");
    shard.message(FAN, 1, "a").unwrap();
    for _ in 0..10 {
        outbox::failed(&shard.db, Lane::Forwards, NOW, 128).unwrap();
    }
    assert_eq!(due(&shard), Some(NOW.plus(Duration::from_secs(60))));
    assert!(!outbox::may_flush(&shard.db, Lane::Forwards, NOW).unwrap());
    assert!(outbox::may_flush(&shard.db, Lane::Jobs, NOW).unwrap());
}

#[test]
fn what_is_too_old_is_given_up_and_counted_and_the_fans_next_copy_goes() {
    let shard = forwarding("");
    shard.message(FAN, 1, "a").unwrap();
    let first = copies(&shard).remove(0);
    shard.later(Duration::from_secs(60));
    shard.message(FAN, 2, "b").unwrap();
    forwards::refused(&shard.db, &first, NOW.plus(GIVEN_UP_AFTER)).unwrap();
    shard.now.set(NOW.plus(GIVEN_UP_AFTER));
    assert_eq!(copies(&shard), []);
    assert_eq!(forwards::give_up(&shard.db, shard.now.get()).unwrap(), 1);
    assert_eq!(openids(&shard), [FAN]);
    let since = |at| forwards::given_up_since(&shard.db, at).unwrap();
    assert_eq!((since(NOW), since(shard.now.get())), (1, 0));
}

#[test]
fn when_nobody_is_to_get_copies_any_more_those_that_wait_are_given_up() {
    let shard = forwarding("");
    shard.message(FAN, 1, "a").unwrap();
    shard.message(OTHER, 2, "b").unwrap();
    assert_eq!(forwards::drop_all(&shard.db, NOW).unwrap(), 2);
    assert_eq!((copies(&shard).len(), due(&shard)), (0, None));
}

#[test]
fn a_person_who_is_erased_is_gone_from_the_copies() {
    let shard = forwarding("");
    shard.message(FAN, 1, "a").unwrap();
    shard.message(OTHER, 2, "b").unwrap();
    let leaves = [
        ("FromUserName", FAN),
        ("CreateTime", "1"),
        ("MsgType", "event"),
        ("Event", "unsubscribe"),
    ];
    shard.receive(&leaves).unwrap();
    shard.catch_up();
    let over = NOW.plus(GRACE);
    erase::erase_due(&shard.db, over).unwrap();
    assert_eq!(openids(&shard), [OTHER]);
}

#[test]
fn a_person_who_is_erased_at_another_shard_is_gone_from_the_copies_here() {
    let shard = forwarding("");
    shard.message(FAN, 1, "a").unwrap();
    shard.message(OTHER, 2, "b").unwrap();
    shard.catch_up();
    let fan_ref = shard.fan().fan_ref;
    let call = Call::about(Step::Forget, format!("[\"{fan_ref}\"]"));
    moving::serve(&shard.db, &call, NOW).unwrap();
    assert_eq!(openids(&shard), [OTHER]);
}
