//! Customer-service messages: reply windows, tokens, order, and what WeChat may answer. Faults and figures are the whole
//! platform's, so these tests take turns.

use std::collections::HashSet;

use fandesk_e2e::shared::Lent;
use fandesk_e2e::simulator::{SEND, TOKEN};
use fandesk_e2e::{Deployment, Fan, Message, Mode, Setup, Shared, at_once, eventually, new_openid};
use serde_json::{Value, json};

static DESK: Shared = Shared::new(|| {
    let desk = Setup::new(Mode::Safe).without_demo().start();
    desk.api().publish(PLAYBOOK).expect(200);
    desk
});

const PLAYBOOK: &str = r#"
default = { text = "?" }

[[rule]]
exact = ["SHOP"]
reply.miniprogrampage = { title = "Shop", appid = "wx0123456789abcdef", pagepath = "p", thumb_media_id = "THUMB" }
"#;

/// The deployment, with nothing wrong yet.
fn desk() -> Lent {
    let desk = DESK.lend_alone();
    desk.simulator().mend(SEND);
    desk.simulator().mend(TOKEN);
    desk
}

/// A fan who wrote, and so may be written to five times.
fn fan_who_wrote(desk: &Deployment) -> Fan {
    let fan = desk.fan();
    fan.say("hello").text();
    fan
}

#[test]
fn a_token_that_ends_under_load_is_refreshed_once() {
    let desk = desk();
    let fans: Vec<Fan> = (0..20).map(|_| fan_who_wrote(&desk)).collect();
    desk.api()
        .job_becomes(&desk.api().write_well(fans[0].openid(), "warm"), "done");
    let before = desk.simulator().calls(TOKEN);
    desk.simulator().expire_tokens();
    let jobs = at_once(fans.len(), |fan| {
        desk.api().write_well(fans[fan].openid(), "news")
    });
    for (fan, job) in fans.iter().zip(&jobs) {
        desk.api().job_becomes(job, "done");
        assert_eq!(
            fan.service_messages()
                .iter()
                .filter(|text| *text == "news")
                .count(),
            1
        );
    }
    assert_eq!(desk.simulator().calls(TOKEN) - before, 1);
}

#[test]
fn a_token_that_wechat_refuses_is_replaced_and_the_message_sent() {
    let desk = desk();
    let fan = fan_who_wrote(&desk);
    desk.api()
        .job_becomes(&desk.api().write_well(fan.openid(), "warm"), "done");
    let before = desk.simulator().calls(TOKEN);
    desk.simulator().refuse(SEND, 40001, 1);
    let job = desk
        .api()
        .job_becomes(&desk.api().write_well(fan.openid(), "news"), "done");
    assert_eq!(job["attempts"], 1);
    // Asked kindly, WeChat gives the same token again, so another one has to be forced.
    assert_eq!(desk.simulator().calls(TOKEN) - before, 2);
}

#[test]
fn while_no_token_can_be_had_messages_wait() {
    let desk = desk();
    let fan = fan_who_wrote(&desk);
    desk.simulator().expire_tokens();
    desk.simulator().refuse(TOKEN, -1, 1);
    let job = desk
        .api()
        .job_becomes(&desk.api().write_well(fan.openid(), "news"), "done");
    assert_eq!(job["attempts"], 2);
    assert_eq!(fan.service_messages(), ["news"]);
}

#[test]
fn the_sixth_message_of_a_window_is_refused_without_a_call() {
    let desk = desk();
    let fan = fan_who_wrote(&desk);
    for number in 1..=5 {
        let job = desk
            .api()
            .write_well(fan.openid(), &format!("message {number}"));
        desk.api().job_becomes(&job, "done");
    }
    let before = desk.simulator().calls(SEND);
    let refused = desk.api().write(fan.openid(), "message 6").expect(409);
    assert!(
        refused.json()["error"]["message"]
            .as_str()
            .unwrap()
            .contains("45047")
    );
    assert_eq!(fan.service_messages().len(), 5);
    assert_eq!(desk.simulator().calls(SEND), before);
}

#[test]
fn of_eight_messages_at_once_five_arrive_and_the_others_say_why_not() {
    let desk = desk();
    let fan = fan_who_wrote(&desk);
    let before = desk.simulator().calls(SEND);
    let answers = at_once(8, |number| {
        desk.api().write(fan.openid(), &format!("message {number}"))
    });
    let taken: Vec<String> = answers
        .iter()
        .filter(|answer| answer.status == 202)
        .map(|answer| answer.json()["id"].as_str().unwrap().to_owned())
        .collect();
    let ended: Vec<Value> = taken
        .iter()
        .map(|id| {
            eventually("every message ends", || {
                Some(desk.api().job(id)).filter(|job| job["ended_at"].is_i64())
            })
        })
        .collect();
    assert_eq!(
        ended.iter().filter(|job| job["state"] == "done").count(),
        5,
        "{ended:?}"
    );
    for dead in ended.iter().filter(|job| job["state"] != "done") {
        assert_eq!(dead["state"], "dead");
        assert!(
            dead["last_error"].as_str().unwrap().contains("45047"),
            "{dead}"
        );
    }
    assert_eq!(fan.service_messages().len(), 5);
    assert_eq!(desk.simulator().calls(SEND) - before, 5);
}

#[test]
fn a_follow_allows_three_messages() {
    let desk = desk();
    let fan = desk.fan();
    fan.follow();
    for _ in 0..3 {
        desk.api()
            .job_becomes(&desk.api().write_well(fan.openid(), "welcome"), "done");
    }
    desk.api().write(fan.openid(), "one too many").expect(409);
}

#[test]
fn a_new_message_of_the_fan_opens_the_window_again() {
    let desk = desk();
    let fan = fan_who_wrote(&desk);
    for _ in 0..5 {
        desk.api()
            .job_becomes(&desk.api().write_well(fan.openid(), "news"), "done");
    }
    fan.say("more");
    desk.api()
        .job_becomes(&desk.api().write_well(fan.openid(), "more news"), "done");
}

#[test]
fn a_fan_who_did_nothing_that_allows_it_cannot_be_written_to() {
    let desk = desk();
    let openid = new_openid();
    desk.wechat()
        .send(&Message::event(&openid, "VIEW").with("EventKey", "https://example.com"))
        .expect(200);
    let refused = desk.api().write(&openid, "hello").expect(409);
    assert!(
        refused.json()["error"]["message"]
            .as_str()
            .unwrap()
            .contains("45015")
    );
}

#[test]
fn nobody_can_write_to_a_fan_who_was_never_seen() {
    desk().api().write(&new_openid(), "hello").expect(404);
}

#[test]
fn a_message_that_is_empty_too_long_or_no_message_is_refused() {
    let desk = desk();
    let fan = fan_who_wrote(&desk);
    desk.api().write(fan.openid(), " ").expect(422);
    desk.api()
        .write(fan.openid(), &"字".repeat(683))
        .expect(422);
    desk.api()
        .post(
            &format!("/fans/{}/messages", fan.openid()),
            &json!({ "txt": "x" }),
        )
        .expect(400);
    assert_eq!(desk.api().jobs_of(fan.openid()), Vec::<Value>::new());
}

#[test]
fn an_answer_without_a_passive_form_goes_out_as_a_service_message() {
    let desk = desk();
    desk.simulator().make_media_known("THUMB", "image");
    let fan = desk.fan();
    assert!(fan.say("SHOP").is_silence());
    eventually("the card", || {
        (!fan.service_messages().is_empty()).then_some(())
    });
}

#[test]
fn a_job_that_never_was_cannot_be_shown_or_replayed() {
    let api = desk().api();
    for id in ["0.999999.1", "7000.1.1", "nonsense", "1"] {
        api.get(&format!("/jobs/{id}")).expect(404);
        api.post(&format!("/jobs/{id}/replay"), &json!({}))
            .expect(404);
    }
}

#[test]
fn when_wechat_is_busy_the_message_is_sent_again_and_arrives_once() {
    let desk = desk();
    let fan = fan_who_wrote(&desk);
    desk.simulator().refuse(SEND, -1, 1);
    let job = desk
        .api()
        .job_becomes(&desk.api().write_well(fan.openid(), "news"), "done");
    assert_eq!(job["attempts"], 2);
    assert_eq!(fan.service_messages(), ["news"]);
}

#[test]
fn what_wechat_refuses_for_good_is_dead_with_the_reason() {
    let desk = desk();
    let fan = fan_who_wrote(&desk);
    fan.has_window(3, 0);
    let job = desk
        .api()
        .job_becomes(&desk.api().write_well(fan.openid(), "news"), "dead");
    assert!(
        job["last_error"].as_str().unwrap().contains("45015"),
        "{job}"
    );
    assert_eq!(job["attempts"], 1);
}

#[test]
fn when_the_days_quota_is_used_up_the_message_waits_for_midnight_in_china() {
    let desk = desk();
    let fan = fan_who_wrote(&desk);
    desk.simulator().refuse(SEND, 45009, 1);
    let id = desk.api().write_well(fan.openid(), "news");
    let job = eventually("the first try", || {
        Some(desk.api().job(&id)).filter(|job| job["attempts"] == 1 && job["state"] == "waiting")
    });
    let into_the_day = (job["next_try_at"].as_i64().unwrap() + 8 * 3_600_000) % 86_400_000;
    assert!(into_the_day < 60_000, "{job}");
}

#[test]
fn a_message_whose_answer_got_lost_is_not_sent_again_without_a_person() {
    let desk = desk();
    let fan = fan_who_wrote(&desk);
    desk.simulator().fail(SEND, 502, 1);
    let id = desk.api().write_well(fan.openid(), "news");
    let job = desk.api().job_becomes(&id, "unknown");
    assert_eq!(job["attempts"], 1);
    assert_eq!(fan.service_messages(), Vec::<String>::new());
    desk.api()
        .post(&format!("/jobs/{id}/replay"), &json!({}))
        .expect(202);
    desk.api().job_becomes(&id, "done");
    assert_eq!(fan.service_messages(), ["news"]);
}

#[test]
fn messages_to_a_fan_arrive_in_the_order_in_which_they_were_written() {
    let desk = desk();
    let fan = fan_who_wrote(&desk);
    desk.simulator().refuse(SEND, -1, 2);
    let texts = ["one", "two", "three", "four"];
    let jobs = texts.map(|text| desk.api().write_well(fan.openid(), text));
    for job in &jobs {
        desk.api().job_becomes(job, "done");
    }
    assert_eq!(fan.service_messages(), texts);
}

#[test]
fn a_message_that_is_refused_does_not_stop_the_next() {
    let desk = desk();
    let fan = fan_who_wrote(&desk);
    desk.simulator().refuse(SEND, 45002, 1);
    let first = desk.api().write_well(fan.openid(), "refused");
    let second = desk.api().write_well(fan.openid(), "taken");
    desk.api().job_becomes(&first, "dead");
    desk.api().job_becomes(&second, "done");
    assert_eq!(fan.service_messages(), ["taken"]);
}

#[test]
fn jobs_are_listed_by_state_as_soon_as_they_changed() {
    let desk = desk();
    let fan = fan_who_wrote(&desk);
    desk.simulator().refuse(SEND, 45002, 1);
    let dead = desk.api().write_well(fan.openid(), "refused");
    desk.api().job_becomes(&dead, "dead");
    let done = desk.api().write_well(fan.openid(), "taken");
    desk.api().job_becomes(&done, "done");
    let ids = |state: &str| -> HashSet<String> {
        let jobs = desk.api().all(&format!("/jobs?state={state}&limit=2"));
        assert!(jobs.iter().all(|job| job["state"] == state));
        jobs.iter()
            .map(|job| job["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert!(ids("dead").contains(&dead) && !ids("dead").contains(&done));
    assert!(ids("done").contains(&done) && !ids("done").contains(&dead));
}
