//! Fans are bound to customers of a business system, and what is a customer's is shown to nobody else.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a failed test is what a test is for"
)]

mod support;

use std::time::Duration;

use fandesk_shard::identities;
use fandesk_shard::intake::{self, Arrival, Context};
use fandesk_shard::jobs::rows::Job;
use fandesk_shard::jobs::settle::{ReplayError, replay};
use fandesk_shard::jobs::{Claim, Report, State, Work};
use fandesk_shard::sql::Database;
use fandesk_shard::{Recent, ahead};
use serde_json::{Value, json};
use support::{Counting, FAN, GRACE, SHARD, Shard, text};
use wechat::{Fields, Inbound};

const DOCUMENT: &str = r#"
default = { text = "?" }

[identity]
pattern = '^bind (?P<phone>[0-9]+) (?P<code>[0-9]+)$'
reply = { text = "checking {phone}" }
request = { url = "https://business.example/bind", attempts = 2 }
answer = { text = "hello {result.name}" }
sorry = { text = "no: {result.reason}" }
ask = { text = "bind first" }
expires_after = "1h"
unbind = ["forget me"]
unbound = { text = "you are a stranger" }

[[intent]]
name = "balance"
pattern = '^balance$'
identity = true
reply = { text = "looking" }
request = { url = "https://business.example/balance", attempts = 2 }
answer = { text = "you have {result.amount}" }
sorry = { text = "sorry" }

[[intent]]
name = "shops"
pattern = '^shops$'
reply = { text = "looking" }
request = { url = "https://business.example/shops" }
answer = { text = "{result.shops}" }
sorry = { text = "sorry" }
"#;

fn shard() -> Shard {
    Shard::with(DOCUMENT)
}

/// The newest job.
fn last(shard: &Shard) -> Job {
    shard.jobs().pop().unwrap()
}

/// What a business system is asked, and the lease.
fn asked(shard: &Shard, id: &str) -> (String, Value) {
    match shard.claim(id) {
        Claim::Go {
            lease,
            work: Work::Ask { body, .. },
        } => (lease, serde_json::from_str(&body).unwrap()),
        other => panic!("{other:?}"),
    }
}

fn answer(shard: &Shard, id: &str, lease: &str, answer: &Value) {
    let body = answer.to_string();
    shard.settle(id, lease, Report::Answered { body });
}

/// The text of the newest message, which is sent.
fn hears(shard: &Shard) -> String {
    let id = last(shard).id;
    let Claim::Go {
        lease,
        work: Work::Send { body },
    } = shard.claim(&id)
    else {
        panic!("nothing is sent")
    };
    shard.settle(&id, &lease, Report::Delivered);
    let body: Value = serde_json::from_str(&body).unwrap();
    body["text"]["content"].as_str().unwrap().to_owned()
}

fn bind(shard: &Shard, customer: &str) {
    shard.say("bind 138 4711");
    let id = last(shard).id;
    let (lease, _) = asked(shard, &id);
    answer(
        shard,
        &id,
        &lease,
        &json!({ "identity": customer, "name": "Mei" }),
    );
    assert_eq!(hears(shard), "hello Mei");
}

fn bound(shard: &Shard) -> Option<String> {
    let binding = identities::load(&shard.db, FAN, shard.now.get()).unwrap();
    binding.map(|binding| binding.identity)
}

/// Asks for what only a customer sees; the job.
fn ask(shard: &Shard) -> String {
    assert_eq!(text(&shard.say("balance")), "looking");
    last(shard).id
}

#[test]
fn a_fan_is_bound_by_the_business_systems_answer_and_asks_as_its_customer() {
    let shard = shard();
    assert_eq!(text(&shard.say("bind 138 4711")), "checking 138");
    let id = last(&shard).id;
    let (lease, body) = asked(&shard, &id);
    assert_eq!(
        body,
        json!({
            "intent": "identity", "openid": FAN, "request_id": id,
            "captures": { "phone": "138", "code": "4711", "text": "bind 138 4711" },
        })
    );
    assert_eq!(bound(&shard), None);
    answer(
        &shard,
        &id,
        &lease,
        &json!({ "identity": "C-1", "name": "Mei" }),
    );
    assert_eq!(bound(&shard).as_deref(), Some("C-1"));
    assert_eq!(shard.job(&id).state, State::Done);
    assert_eq!(hears(&shard), "hello Mei");

    let id = ask(&shard);
    let (lease, body) = asked(&shard, &id);
    assert_eq!(
        (&body["identity"], &body["openid"]),
        (&json!("C-1"), &json!(FAN))
    );
    answer(&shard, &id, &lease, &json!({ "amount": 12 }));
    assert_eq!(hears(&shard), "you have 12");
}

#[test]
fn who_is_not_bound_is_asked_to_be_and_no_job_is_made() {
    let shard = shard();
    assert_eq!(text(&shard.say("balance")), "bind first");
    assert!(shard.jobs().is_empty());
}

#[test]
fn an_intent_that_wants_no_identity_is_told_none() {
    let shard = shard();
    bind(&shard, "C-1");
    shard.say("shops");
    let (_, body) = asked(&shard, &last(&shard).id);
    assert_eq!(body.get("identity"), None);
}

#[test]
fn who_the_fan_is_costs_nothing_where_nobody_wants_to_know() {
    let shard = shard();
    shard.db.run("DROP TABLE identities", &[]).unwrap();
    assert_eq!(text(&shard.say("shops")), "looking");
    assert_eq!(text(&shard.say("bind 138 4711")), "checking 138");
    assert!(shard.message(FAN, 999, "balance").is_err());
}

#[test]
fn a_fan_whom_the_business_system_does_not_know_hears_why_and_nothing_failed() {
    let shard = shard();
    shard.say("bind 138 1");
    let id = last(&shard).id;
    let (lease, _) = asked(&shard, &id);
    answer(&shard, &id, &lease, &json!({ "reason": "wrong code" }));
    assert_eq!((bound(&shard), shard.job(&id).state), (None, State::Done));
    assert_eq!(hears(&shard), "no: wrong code");
}

#[test]
fn an_identity_that_cannot_be_kept_is_a_mistake_of_the_business_system() {
    for identity in [
        json!(17),
        json!(""),
        json!(" "),
        json!("a\nb"),
        json!("x".repeat(129)),
    ] {
        let shard = shard();
        shard.say("bind 138 1");
        let id = last(&shard).id;
        let (lease, _) = asked(&shard, &id);
        answer(&shard, &id, &lease, &json!({ "identity": identity }));
        let job = shard.job(&id);
        assert_eq!((bound(&shard), job.state), (None, State::Dead));
        assert!(job.last_error.unwrap().contains("1 to 128 characters"));
    }
    let shard = shard();
    bind(&shard, &"户".repeat(128));
    assert_eq!(bound(&shard), Some("户".repeat(128)));
}

#[test]
fn a_binding_ends_when_its_time_is_over() {
    let shard = shard();
    bind(&shard, "C-1");
    shard.later(Duration::from_secs(3599));
    let id = ask(&shard);
    shard.later(Duration::from_secs(1));
    assert_eq!(text(&shard.say("balance")), "bind first");
    // What was asked in time, and not sent in time, is not sent either.
    assert!(matches!(shard.claim(&id), Claim::Refused { .. }));
    let rows = "SELECT count(*) FROM identities";
    let left = |shard: &Shard| shard.db.first(rows, &[]).unwrap().unwrap().integer(0);
    assert_eq!(left(&shard), Some(1));
    identities::sweep(&shard.db, shard.now.get()).unwrap();
    assert_eq!(left(&shard), Some(0));
}

#[test]
fn a_fan_ends_the_binding_with_a_word() {
    let shard = shard();
    bind(&shard, "C-1");
    assert_eq!(text(&shard.say("forget me")), "you are a stranger");
    assert_eq!(bound(&shard), None);
    assert_eq!(text(&shard.say("balance")), "bind first");
    // And who is bound to nobody hears the same.
    assert_eq!(text(&shard.say("forget me")), "you are a stranger");
}

#[test]
fn a_fan_who_leaves_is_nobody_when_they_come_back() {
    let shard = shard();
    bind(&shard, "C-1");
    shard.event("unsubscribe", "");
    assert_eq!(bound(&shard), None);
    shard.event("subscribe", "");
    assert_eq!(text(&shard.say("balance")), "bind first");
}

#[test]
fn who_takes_their_consent_back_is_nobody() {
    for event in [
        "user_authorization_revoke",
        "user_authorization_cancellation",
    ] {
        let shard = shard();
        bind(&shard, "C-1");
        shard.event(event, "");
        assert_eq!(bound(&shard), None, "{event}");
    }
}

#[test]
fn a_question_of_an_identity_that_ended_is_not_asked() {
    for newer in ["forget me", "bound to another"] {
        let shard = shard();
        bind(&shard, "C-1");
        let id = ask(&shard);
        match newer {
            "forget me" => drop(shard.say(newer)),
            _ => bind(&shard, "C-2"),
        }
        let Claim::Refused { reason } = shard.claim(&id) else {
            panic!("{newer}: asked all the same")
        };
        assert!(!reason.contains("C-1"), "{reason}");
        assert_eq!(shard.job(&id).state, State::Dead);
        assert_eq!(hears(&shard), "bind first");
    }
}

#[test]
fn an_answer_for_an_identity_that_ended_meanwhile_is_not_shown() {
    let shard = shard();
    bind(&shard, "C-1");
    let id = ask(&shard);
    let (lease, _) = asked(&shard, &id);
    bind(&shard, "C-2");
    answer(&shard, &id, &lease, &json!({ "amount": 12 }));
    assert_eq!(shard.job(&id).state, State::Dead);
    assert_eq!(hears(&shard), "bind first");
    assert_eq!(bound(&shard).as_deref(), Some("C-2"));
}

#[test]
fn a_message_about_an_identity_that_ended_before_it_left_is_not_sent() {
    let shard = shard();
    bind(&shard, "C-1");
    let id = ask(&shard);
    let (lease, _) = asked(&shard, &id);
    answer(&shard, &id, &lease, &json!({ "amount": 12 }));
    let message = last(&shard).id;
    shard.say("forget me");
    assert!(matches!(shard.claim(&message), Claim::Refused { .. }));
    assert_eq!(shard.job(&message).state, State::Dead);
    assert_eq!(hears(&shard), "bind first");
    // Nor when a person wants it tried once more.
    replay(&shard.db, &message, shard.now.get()).unwrap();
    assert!(matches!(shard.claim(&message), Claim::Refused { .. }));
}

#[test]
fn a_business_system_ends_a_binding_that_is_no_longer_good() {
    let shard = shard();
    bind(&shard, "C-1");
    let id = ask(&shard);
    let (lease, _) = asked(&shard, &id);
    answer(
        &shard,
        &id,
        &lease,
        &json!({ "identity_refused": true, "amount": 12 }),
    );
    assert_eq!((bound(&shard), shard.job(&id).state), (None, State::Done));
    assert_eq!(hears(&shard), "bind first");
}

#[test]
fn what_an_intent_without_identity_is_answered_ends_no_binding() {
    let shard = shard();
    bind(&shard, "C-1");
    shard.say("shops");
    let id = last(&shard).id;
    let (lease, _) = asked(&shard, &id);
    answer(
        &shard,
        &id,
        &lease,
        &json!({ "identity_refused": true, "shops": "one" }),
    );
    assert_eq!(hears(&shard), "one");
    assert_eq!(bound(&shard).as_deref(), Some("C-1"));
}

#[test]
fn an_answer_that_comes_after_a_newer_word_binds_nobody() {
    for newer in ["forget me", "bind 139 1", "unsubscribe"] {
        let shard = shard();
        shard.say("bind 138 4711");
        let id = last(&shard).id;
        let (lease, _) = asked(&shard, &id);
        match newer {
            "unsubscribe" => drop(shard.event(newer, "")),
            _ => drop(shard.say(newer)),
        }
        answer(
            &shard,
            &id,
            &lease,
            &json!({ "identity": "C-1", "name": "Mei" }),
        );
        assert_eq!(bound(&shard), None, "{newer}");
        assert_eq!(shard.job(&id).state, State::Done);
    }
}

#[test]
fn what_was_said_before_an_unfollow_and_came_after_it_binds_nobody() {
    let shard = shard();
    shard.event("unsubscribe", "");
    shard.say("bind 138 4711");
    let id = last(&shard).id;
    let (lease, _) = asked(&shard, &id);
    answer(
        &shard,
        &id,
        &lease,
        &json!({ "identity": "C-1", "name": "Mei" }),
    );
    assert_eq!((bound(&shard), shard.job(&id).state), (None, State::Dead));
}

#[test]
fn a_binding_is_not_replayed() {
    let shard = shard();
    shard.say("bind 138 4711");
    let id = last(&shard).id;
    let lease = shard.lease(&id);
    let error = "no".to_owned();
    shard.settle(&id, &lease, Report::Refused { error });
    assert_eq!(shard.job(&id).state, State::Dead);
    let replayed = replay(&shard.db, &id, shard.now.get());
    assert!(matches!(replayed, Err(ReplayError::Binding)));
}

#[test]
fn a_job_made_before_its_intent_wanted_an_identity_is_not_done_without_one() {
    let mut shard = Shard::with(&DOCUMENT.replace("identity = true", ""));
    let id = ask(&shard);
    shard.playbook = self::shard().playbook;
    assert!(matches!(shard.claim(&id), Claim::Refused { .. }));
    assert_eq!(hears(&shard), "bind first");
}

#[test]
fn a_job_of_an_earlier_release_is_still_read() {
    let shard = shard();
    shard.say("shops");
    let id = last(&shard).id;
    let body = r#"{"intent":{"intent":"shops","captures":{"text":"shops"}}}"#;
    let old = "UPDATE jobs SET body = ? WHERE id = ?";
    shard
        .db
        .run(old, &[body.into(), id.as_str().into()])
        .unwrap();
    let (lease, _) = asked(&shard, &id);
    answer(&shard, &id, &lease, &json!({ "shops": "one" }));
    let message = last(&shard).id;
    let body = r#"{"answer":{"send":"{}"}}"#;
    shard
        .db
        .run(old, &[body.into(), message.as_str().into()])
        .unwrap();
    shard.lease(&message);
}

#[test]
fn an_erased_person_has_no_binding_left() {
    let shard = shard();
    bind(&shard, "C-1");
    shard.event("unsubscribe", "");
    // As if it had been bound again by a release that let this happen.
    identities::bind(&shard.db, FAN, "C-1", shard.now.get(), None).unwrap();
    shard.later(GRACE);
    assert_eq!(shard.erase_due().unwrap(), 1);
    assert_eq!(bound(&shard), None);
}

/// Texts of one fan that are taken in one commit, and what each is answered.
fn together(shard: &Shard, texts: &[&str]) -> Vec<String> {
    let arrivals: Vec<Arrival> = (1000_u64..)
        .zip(texts)
        .map(|(number, content)| {
            let mut fields = Fields::new();
            for (name, value) in [
                ("ToUserName", "gh_account"),
                ("FromUserName", FAN),
                ("CreateTime", "1700000000"),
                ("MsgType", "text"),
                ("Content", content),
                ("MsgId", &number.to_string()),
            ] {
                fields.insert(name, value);
            }
            let key = Inbound::from_fields(fields.clone()).unwrap().message_key();
            Arrival::read(key.to_string(), serde_json::to_string(&fields).unwrap()).unwrap()
        })
        .collect();
    let all: Vec<&Arrival> = arrivals.iter().collect();
    let context = Context {
        shard: SHARD,
        shards: 1,
        playbook: shard.playbook.as_ref(),
        service_messages: true,
        erase_after: GRACE,
        now: shard.now.get(),
    };
    shard.catch_up();
    let mut recent = Recent::default();
    let receipts =
        intake::receive(&shard.db, &mut recent, &all, &context, &mut Counting(9)).unwrap();
    ahead::catch_up(&shard.db, &mut recent).unwrap();
    receipts
        .iter()
        .map(|receipt| text(&receipt.answer).to_owned())
        .collect()
}

#[test]
fn of_messages_in_one_commit_each_sees_the_end_of_the_binding_before_it() {
    let shard = shard();
    bind(&shard, "C-1");
    assert_eq!(
        together(&shard, &["balance", "forget me", "balance"]),
        ["looking", "you are a stranger", "bind first"]
    );
    assert!(matches!(
        shard.claim(&last(&shard).id),
        Claim::Refused { .. }
    ));
}
