//! The short run of `make chaos`, and that its comparisons see what they are there to see.

use std::collections::BTreeSet;

use fandesk_e2e::chaos::books::{Books, Kept, Told};
use fandesk_e2e::chaos::deliveries::Deliveries;
use fandesk_e2e::chaos::sync::{self, Synced, Trace};
use fandesk_e2e::chaos::{Plan, run};
use serde_json::{Value, json};

#[test]
fn kills_lose_and_double_nothing() {
    let report = run(Plan { seed: 7, kills: 3 });
    assert!(
        report.failures().is_empty(),
        "{:?}\n{report}",
        report.failures()
    );
}

#[test]
fn every_answer_waits_for_the_sync_of_its_message() {
    match sync::watch() {
        Ok(synced) => assert!(
            synced.before >= 40 && synced.without == 0 && synced.unseen == 0,
            "{synced:?}"
        ),
        // Not every machine has it, or lets it look.
        Err(why) => println!("SKIPPED, the syncs were not looked at: {why}"),
    }
}

fn told(msg_id: &str, answer: Option<Value>) -> Told {
    Told {
        msg_id: msg_id.to_owned(),
        openid: "oAnna".to_owned(),
        answer,
    }
}

fn kept(msg_id: &str, reply: Value) -> Kept {
    Kept {
        msg_id: msg_id.to_owned(),
        openid: "oAnna".to_owned(),
        reply,
    }
}

#[test]
fn what_was_acknowledged_and_is_in_one_place_only_is_lost() {
    let there = [kept("1", Value::Null)];
    let told = [told("1", Some(Value::Null))];
    assert_eq!(Books::compare(&told, &there, &there).lost, 0);
    assert_eq!(Books::compare(&told, &there, &[]).lost, 1);
    assert_eq!(Books::compare(&told, &[], &there).lost, 1);
}

#[test]
fn what_was_not_acknowledged_may_be_kept_or_not() {
    let told = [told("1", None), told("2", None)];
    let there = [kept("1", Value::Null)];
    let books = Books::compare(&told, &there, &there);
    assert_eq!((books.refused, books.kept, books.lost), (2, 1, 0));
}

#[test]
fn a_second_copy_and_another_reply_are_seen() {
    let told = [told("1", Some(json!({ "type": "text", "content": "a" })))];
    let other = json!({ "type": "text", "content": "b" });
    let books = Books::compare(
        &told,
        &[kept("1", other.clone()), kept("1", other.clone())],
        &[kept("1", other)],
    );
    assert_eq!((books.doubled, books.altered), (1, 1));
}

#[test]
fn messages_too_many_and_too_few_are_seen() {
    let job = json!({ "id": "j", "kind": "answer", "openid": "oAnna", "state": "done", "last_error": null });
    let received =
        |count| Deliveries::count(std::slice::from_ref(&job), |_| count, &BTreeSet::new());
    let seen = |count| (received(count).extra, received(count).missing);
    assert_eq!([seen(0), seen(1), seen(2)], [(0, 1), (0, 0), (1, 0)]);
}

#[test]
fn a_job_that_is_open_or_dead_without_a_reason_is_unexplained() {
    let job = |state, error| json!({ "id": "j", "kind": "intent", "openid": "oAnna", "state": state, "last_error": error });
    let jobs = [
        job("done", Value::Null),
        job("dead", json!("refused")),
        job("dead", Value::Null),
        job("sending", Value::Null),
    ];
    assert_eq!(
        Deliveries::count(&jobs, |_| 0, &BTreeSet::new()).unexplained,
        2
    );
}

const WRITE: &str =
    r#"7 pwrite64(5</s/do/fandesk-FanShard/a.sqlite-wal>, "\0\17oAnna\1", 24, 0) = 24"#;
const SYNC: &str = "7 fsync(5</s/do/fandesk-FanShard/a.sqlite-wal>) = 0";
const ANSWER: &str = r#"7 writev(9<socket:[1]>, [{iov_base="HTTP/1.1 200 OK\r\n", iov_len=17}, {iov_base="<xml>oAnna", iov_len=10}], 2) = 27"#;

fn judge(lines: &[&str]) -> (usize, usize, usize) {
    let Synced {
        before,
        without,
        unseen,
    } = Trace::read(&lines.join("\n")).judge(&["oAnna".to_owned()]);
    (before, without, unseen)
}

#[test]
fn an_answer_that_leaves_before_the_sync_is_seen() {
    assert_eq!(judge(&[WRITE, SYNC, ANSWER]), (1, 0, 0));
    assert_eq!(judge(&[WRITE, ANSWER, SYNC]), (0, 1, 0));
    assert_eq!(judge(&[SYNC, WRITE, ANSWER]), (0, 1, 0));
    assert_eq!(judge(&[WRITE, SYNC]), (0, 0, 1));
}

#[test]
fn a_sync_of_another_file_or_one_that_failed_or_has_not_ended_does_not_count() {
    let other = "7 fsync(6</s/do/fandesk-FanShard/b.sqlite-wal>) = 0";
    let failed = "7 fsync(5</s/do/fandesk-FanShard/a.sqlite-wal>) = -1 EIO (Input/output error)";
    let begun = "8 fsync(5</s/do/fandesk-FanShard/a.sqlite-wal> <unfinished ...>";
    let ended = "8 <... fsync resumed>) = 0";
    assert_eq!(judge(&[WRITE, other, ANSWER]), (0, 1, 0));
    assert_eq!(judge(&[WRITE, failed, ANSWER]), (0, 1, 0));
    assert_eq!(judge(&[WRITE, begun, ANSWER, ended]), (0, 1, 0));
    assert_eq!(judge(&[WRITE, begun, ended, ANSWER]), (1, 0, 0));
}
