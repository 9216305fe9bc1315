//! Questions to a business system that is slow, fails or says no. Faults are the whole platform's, so these tests take turns.

use fandesk_e2e::shared::Lent;
use fandesk_e2e::simulator::{BUSINESS, SEND};
use fandesk_e2e::{Deployment, Fan, Mode, Setup, Shared, eventually};
use serde_json::{Value, json};

static DESK: Shared = Shared::new(start);

/// Three tries of half a second each, so that nobody waits long for an outage to be noticed.
fn start() -> Deployment {
    let desk = Setup::new(Mode::Safe).without_demo().start();
    let playbook = format!(
        r#"
        default = {{ text = "?" }}

        [[intent]]
        name = "logistics"
        pattern = '^查物流\s*(?P<number>[0-9]+)$'
        reply = {{ text = "查询中 {{number}}" }}
        answer = {{ text = "运单 {{number}}：{{result.status}}" }}
        sorry = {{ text = "暂时查不到 {{number}}" }}
        request = {{ url = "{}{BUSINESS}", secret = "DEMO", timeout = "500ms", attempts = 3 }}
        "#,
        desk.simulator_url()
    );
    desk.api().publish(&playbook).expect(200);
    desk
}

/// The deployment, with nothing wrong yet.
fn desk() -> Lent {
    let desk = DESK.lend_alone();
    desk.simulator().mend(SEND);
    desk.simulator().mend(BUSINESS);
    desk
}

/// The look-up that a fan's question became.
#[track_caller]
fn intent_of(desk: &Deployment, fan: &Fan) -> Value {
    let jobs = desk.api().jobs_of(fan.openid());
    jobs.into_iter()
        .find(|job| job["kind"] == "intent")
        .expect("a look-up")
}

#[test]
fn a_slow_business_system_is_asked_again() {
    let desk = desk();
    desk.simulator().slow_down(BUSINESS, 1_500, 1);
    let fan = desk.fan();
    assert!(fan.say("查物流 10001").text().contains("查询中"));
    fan.gets("运单 10001");
    let job = desk
        .api()
        .job_becomes(intent_of(&desk, &fan)["id"].as_str().unwrap(), "done");
    assert_eq!(job["attempts"], 2);
}

#[test]
fn a_business_system_that_fails_twice_is_asked_a_third_time() {
    let desk = desk();
    desk.simulator().fail(BUSINESS, 500, 2);
    let fan = desk.fan();
    fan.say("查物流 10002");
    fan.gets("运单 10002");
    assert_eq!(intent_of(&desk, &fan)["attempts"], 3);
    assert_eq!(fan.service_messages().len(), 1);
}

#[test]
fn when_the_business_system_is_down_the_fan_is_told_so_and_the_look_up_can_be_replayed() {
    let desk = desk();
    desk.simulator().fail(BUSINESS, 500, 1_000);
    let fan = desk.fan();
    fan.say("查物流 10003");
    fan.gets("暂时查不到 10003");
    let job = intent_of(&desk, &fan);
    assert_eq!(
        (&job["state"], &job["attempts"]),
        (&json!("dead"), &json!(3))
    );
    assert!(job["last_error"].as_str().unwrap().contains("500"), "{job}");

    desk.simulator().mend(BUSINESS);
    let replay = format!("/jobs/{}/replay", job["id"].as_str().unwrap());
    desk.api().post(&replay, &json!({})).expect(202);
    fan.gets("运单 10003");
    desk.api().job_becomes(job["id"].as_str().unwrap(), "done");
    desk.api().post(&replay, &json!({})).expect(409);
}

#[test]
fn a_business_system_that_says_no_is_not_asked_again() {
    let desk = desk();
    let fan = desk.fan();
    // The number that no parcel has.
    fan.say("查物流 00000");
    fan.gets("暂时查不到 00000");
    let job = intent_of(&desk, &fan);
    assert_eq!(
        (&job["state"], &job["attempts"]),
        (&json!("dead"), &json!(1))
    );
}

#[test]
fn an_answer_that_was_promised_is_sent_again_and_marked_as_possibly_doubled() {
    let desk = desk();
    desk.simulator().fail(SEND, 502, 1);
    let fan = desk.fan();
    fan.say("查物流 10004");
    fan.gets("运单 10004");
    let answer = eventually("the answer is done", || {
        desk.api()
            .jobs_of(fan.openid())
            .into_iter()
            .find(|job| job["kind"] == "answer" && job["state"] == "done")
    });
    assert_eq!(answer["possibly_doubled"], true);
}

#[test]
fn a_look_up_that_waits_goes_on_after_a_restart() {
    let mut desk = start();
    desk.simulator().fail(BUSINESS, 500, 1_000);
    let fan = desk.fan();
    fan.say("查物流 10005");
    let id = eventually("a first try that failed", || {
        let job = intent_of(&desk, &fan);
        let failed = job["state"] == "waiting" && job["attempts"] == 1;
        failed.then(|| job["id"].as_str().unwrap().to_owned())
    });
    // The simulator is another one afterwards, with a business system that is well.
    desk.restart();
    assert_eq!(desk.api().job_becomes(&id, "done")["attempts"], 2);
}
