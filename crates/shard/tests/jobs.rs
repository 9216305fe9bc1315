//! Jobs are claimed, settled, tried again, and end.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a failed test is what a test is for"
)]

mod support;

use std::time::Duration;

use fandesk_shard::intake::{self, WriteError};
use fandesk_shard::jobs::settle::{ReplayError, expire, replay};
use fandesk_shard::jobs::{self, Claim, LEASE, Report, State, Work};
use fandesk_shard::outbox::{self, Lane};
use fandesk_shard::sql::Database;
use support::{FAN, PLAYBOOK, SHARD, Shard};
use wechat::api::custom::ServiceMessage;

fn ask(shard: &Shard) -> String {
    shard.say("查物流 12345");
    shard.jobs()[0].id.clone()
}

fn write(shard: &Shard, text: &str) -> String {
    shard.catch_up();
    intake::write_to_fan(&shard.db, SHARD, FAN, text, shard.now.get()).unwrap()
}

fn sends(text: &str) -> String {
    ServiceMessage::text(text).to_body(FAN, None)
}

fn later(error: &str) -> Report {
    Report::TryAgain {
        error: error.to_owned(),
        after_ms: None,
    }
}

#[test]
fn an_intent_asks_the_business_system_and_its_answer_becomes_a_message() {
    let shard = Shard::new();
    let id = ask(&shard);
    let Claim::Go {
        lease,
        work:
            Work::Ask {
                url,
                secret,
                timeout_ms,
                body,
                ..
            },
    } = shard.claim(&id)
    else {
        panic!()
    };
    assert_eq!(
        (url.as_str(), secret.as_deref(), timeout_ms),
        ("https://business.example/logistics", Some("DEMO"), 3000)
    );
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["captures"]["number"], "12345");
    assert_eq!(body["request_id"], id.as_str());
    shard.settle(
        &id,
        &lease,
        Report::Answered {
            body: r#"{"status":"on its way"}"#.to_owned(),
        },
    );
    assert_eq!(shard.job(&id).state, State::Done);
    let message = shard.jobs()[1].id.clone();
    let Claim::Go { work, .. } = shard.claim(&message) else {
        panic!()
    };
    assert_eq!(
        work,
        Work::Send {
            body: sends("12345 is on its way")
        }
    );
}

#[test]
fn a_business_system_that_stays_down_gives_an_honest_text() {
    let shard = Shard::new();
    let id = ask(&shard);
    for _ in 0..3 {
        let lease = shard.lease(&id);
        shard.settle(&id, &lease, later("down"));
        shard.later(Duration::from_secs(10));
    }
    assert_eq!(shard.job(&id).state, State::Dead);
    assert_eq!(shard.job(&id).last_error.as_deref(), Some("down"));
    let Claim::Go { work, .. } = shard.claim(&shard.jobs()[1].id) else {
        panic!()
    };
    assert_eq!(
        work,
        Work::Send {
            body: sends("sorry about 12345")
        }
    );
}

#[test]
fn an_answer_that_is_no_json_gives_an_honest_text() {
    let shard = Shard::new();
    let id = ask(&shard);
    let lease = shard.lease(&id);
    let body = "<html>".to_owned();
    shard.settle(&id, &lease, Report::Answered { body });
    assert_eq!(shard.job(&id).state, State::Dead);
    let Claim::Go { work, .. } = shard.claim(&shard.jobs()[1].id) else {
        panic!()
    };
    let body = sends("sorry about 12345");
    assert_eq!(work, Work::Send { body });
}

#[test]
fn an_answer_that_lacks_what_it_has_to_have_is_asked_for_again_and_then_an_honest_text() {
    let expecting = "sorry = { text = \"sorry about {number}\" }\nexpects = { status = \"text\" }";
    let document = PLAYBOOK.replace("sorry = { text = \"sorry about {number}\" }", expecting);
    let shard = Shard::with(&document);
    let id = ask(&shard);
    let body = r#"{"status":["secret"]}"#.to_owned();
    for left in [true, true, false] {
        let lease = shard.lease(&id);
        let body = body.clone();
        shard.settle(&id, &lease, Report::Answered { body });
        let job = shard.job(&id);
        let expected = "the business system's answer has a field `status` that is no text";
        assert_eq!(job.last_error.as_deref(), Some(expected));
        assert_eq!(job.state == State::Waiting, left);
        shard.later(Duration::from_secs(10));
    }
    assert_eq!(shard.job(&id).state, State::Dead);
    let Claim::Go { work, .. } = shard.claim(&shard.jobs()[1].id) else {
        panic!()
    };
    let body = sends("sorry about 12345");
    assert_eq!(work, Work::Send { body });
}

#[test]
fn an_intent_that_left_the_playbook_still_gets_an_honest_text() {
    let mut shard = Shard::new();
    let id = ask(&shard);
    shard.playbook = Shard::with("default = { text = \"?\" }").playbook;
    assert!(matches!(shard.claim(&id), Claim::Refused { .. }));
    assert_eq!(shard.job(&id).state, State::Dead);
    assert_eq!(shard.jobs().len(), 2);
}

#[test]
fn a_sixth_message_is_refused_before_the_call() {
    let shard = Shard::new();
    shard.say("hello");
    for _ in 0..5 {
        let id = write(&shard, "answer");
        let lease = shard.lease(&id);
        shard.settle(&id, &lease, Report::Delivered);
    }
    let refused = intake::write_to_fan(&shard.db, SHARD, FAN, "answer", shard.now.get());
    assert!(matches!(refused, Err(WriteError::Closed(_))));
}

#[test]
fn a_message_that_waited_until_the_window_closed_is_refused_with_the_reason() {
    let shard = Shard::new();
    shard.say("hello");
    let id = write(&shard, "answer");
    shard.later(Duration::from_secs(48 * 3600));
    let Claim::Refused { reason } = shard.claim(&id) else {
        panic!()
    };
    assert!(reason.contains("45015"));
    assert_eq!(shard.job(&id).state, State::Dead);
}

#[test]
fn messages_of_a_fan_leave_in_order() {
    let shard = Shard::new();
    shard.say("hello");
    let (first, second) = (write(&shard, "1"), write(&shard, "2"));
    assert_eq!(shard.claim(&second), Claim::Wait);
    let lease = shard.lease(&first);
    shard.settle(&first, &lease, Report::Delivered);
    shard.lease(&second);
}

#[test]
fn a_doorbell_that_rings_twice_sends_once() {
    let shard = Shard::new();
    shard.say("hello");
    let id = write(&shard, "answer");
    let lease = shard.lease(&id);
    assert_eq!(shard.claim(&id), Claim::Wait);
    shard.settle(&id, &lease, Report::Delivered);
    assert_eq!(shard.claim(&id), Claim::Ended);
}

#[test]
fn what_was_not_sent_costs_nothing_of_the_quota() {
    let shard = Shard::new();
    shard.say("hello");
    let id = write(&shard, "answer");
    let lease = shard.lease(&id);
    assert_eq!(shard.fan().window.left(shard.now.get()), 4);
    shard.settle(&id, &lease, later("busy"));
    assert_eq!(shard.fan().window.left(shard.now.get()), 5);
}

#[test]
fn a_persons_message_whose_answer_got_lost_waits_for_a_person() {
    let shard = Shard::new();
    shard.say("hello");
    let id = write(&shard, "answer");
    let lease = shard.lease(&id);
    shard.settle(
        &id,
        &lease,
        Report::Lost {
            error: "time-out".to_owned(),
        },
    );
    assert_eq!(shard.job(&id).state, State::Unknown);
    replay(&shard.db, &id, shard.now.get()).unwrap();
    shard.lease(&id);
}

#[test]
fn an_answer_whose_answer_got_lost_is_sent_again_and_counted() {
    let shard = Shard::new();
    shard.say("CARD");
    let id = shard.jobs()[0].id.clone();
    shard.lease(&id);
    shard.later(LEASE);
    expire(&shard.db, shard.playbook.as_ref(), shard.now.get()).unwrap();
    let job = shard.job(&id);
    assert_eq!((job.state, job.possibly_doubled), (State::Waiting, true));
}

#[test]
fn a_report_with_an_old_lease_counts_only_when_the_job_is_done() {
    let shard = Shard::new();
    shard.say("CARD");
    let id = shard.jobs()[0].id.clone();
    let old = shard.lease(&id);
    shard.later(LEASE);
    expire(&shard.db, shard.playbook.as_ref(), shard.now.get()).unwrap();
    shard.settle(
        &id,
        &old,
        Report::Refused {
            error: "late".to_owned(),
        },
    );
    assert_eq!(shard.job(&id).state, State::Waiting);
    shard.settle(&id, &old, Report::Delivered);
    assert_eq!(shard.job(&id).state, State::Done);
}

#[test]
fn a_job_that_is_not_due_waits_and_is_rung_for_when_it_is() {
    let shard = Shard::new();
    let id = ask(&shard);
    let rung = outbox::waiting(&shard.db, Lane::Jobs, 1000).unwrap();
    outbox::confirm(
        &shard.db,
        &rung.iter().map(|row| row.id).collect::<Vec<_>>(),
    )
    .unwrap();
    let lease = shard.lease(&id);
    shard.settle(&id, &lease, later("busy"));
    assert_eq!(shard.claim(&id), Claim::Wait);
    jobs::rows::ring_due(&shard.db, shard.now.get()).unwrap();
    assert!(
        outbox::waiting(&shard.db, Lane::Jobs, 1000)
            .unwrap()
            .is_empty()
    );
    shard.later(Duration::from_secs(1));
    jobs::rows::ring_due(&shard.db, shard.now.get()).unwrap();
    assert_eq!(
        outbox::waiting(&shard.db, Lane::Jobs, 1000).unwrap()[0].key,
        id
    );
}

#[test]
fn a_lost_doorbell_is_rung_again() {
    let shard = Shard::new();
    let id = ask(&shard);
    let rung = outbox::waiting(&shard.db, Lane::Jobs, 1000).unwrap();
    outbox::confirm(
        &shard.db,
        &rung.iter().map(|row| row.id).collect::<Vec<_>>(),
    )
    .unwrap();
    let due = jobs::rows::due(&shard.db).unwrap().unwrap();
    assert_eq!(due, shard.now.get().plus(jobs::RING_AGAIN_AFTER));
    shard.now.set(due);
    jobs::rows::ring_due(&shard.db, due).unwrap();
    assert_eq!(
        outbox::waiting(&shard.db, Lane::Jobs, 1000).unwrap()[0].key,
        id
    );
}

#[test]
fn only_what_failed_can_be_replayed() {
    let shard = Shard::new();
    let id = ask(&shard);
    assert!(matches!(
        replay(&shard.db, &id, shard.now.get()),
        Err(ReplayError::NotFailed(State::Waiting))
    ));
    assert!(matches!(
        replay(&shard.db, "7.99.1", shard.now.get()),
        Err(ReplayError::NotFound)
    ));
}

#[test]
fn a_replayed_intent_has_all_its_tries_again() {
    let shard = Shard::new();
    let id = ask(&shard);
    let lease = shard.lease(&id);
    shard.settle(
        &id,
        &lease,
        Report::Refused {
            error: "no".to_owned(),
        },
    );
    shard.later(Duration::from_secs(3600));
    replay(&shard.db, &id, shard.now.get()).unwrap();
    let lease = shard.lease(&id);
    shard.settle(&id, &lease, later("busy"));
    assert_eq!(shard.job(&id).state, State::Waiting);
}

#[test]
fn a_message_to_an_unknown_fan_is_refused() {
    let shard = Shard::new();
    let refused = intake::write_to_fan(&shard.db, SHARD, "oNobody", "x", shard.now.get());
    assert!(matches!(refused, Err(WriteError::UnknownFan)));
}

#[test]
fn ended_jobs_are_forgotten_after_a_week() {
    let shard = Shard::new();
    shard.say("hello");
    let id = write(&shard, "answer");
    let lease = shard.lease(&id);
    shard.settle(&id, &lease, Report::Delivered);
    shard.later(jobs::ENDED_KEPT_FOR);
    jobs::rows::sweep(&shard.db, shard.now.get()).unwrap();
    assert!(
        shard
            .db
            .query("SELECT 1 FROM jobs", &[])
            .unwrap()
            .is_empty()
    );
}
