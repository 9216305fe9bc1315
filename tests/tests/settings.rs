//! Settings that are missing or malformed: said at the start, in `/healthz`, and what still works.

use fandesk_e2e::{Deployment, Message, Mode, Setup, new_openid};
use serde_json::Value;

/// The one problem that `/healthz` tells, if it is with this setting.
#[track_caller]
fn only_problem(desk: &Deployment, setting: &str) -> String {
    let health = desk.http().get("/healthz").expect(503).json();
    assert_eq!(health["ok"], false);
    let problems = health["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 1, "{health}");
    assert_eq!(problems[0]["setting"], setting);
    problems[0]["message"].as_str().unwrap().to_owned()
}

fn without(setting: &str) -> Deployment {
    malformed(setting, "")
}

fn malformed(setting: &str, value: &str) -> Deployment {
    Setup::new(Mode::Plain)
        .with("NO_SIM", "1")
        .with(setting, value)
        .without_demo()
        .start()
}

fn go() -> Message {
    Message::text(&new_openid(), "GO")
}

#[test]
fn without_the_callback_token_nothing_is_answered_and_the_setting_is_named() {
    let desk = without("WECHAT_TOKEN");
    only_problem(&desk, "WECHAT_TOKEN");
    desk.wechat().send(&go()).expect(500);
    desk.wechat().verification("1").get().expect(500);
}

#[test]
fn settings_are_looked_at_before_size_and_signature() {
    let desk = without("WECHAT_TOKEN");
    desk.wechat()
        .call(&"x".repeat(300 * 1024))
        .without("signature")
        .send()
        .expect(500);
}

#[test]
fn a_missing_setting_is_one_clear_line_at_the_start() {
    let desk = without("WECHAT_APP_ID");
    let lines = desk
        .log()
        .lines()
        .filter(|line| line.starts_with("not healthy: WECHAT_APP_ID"))
        .count();
    assert_eq!(lines, 1);
}

#[test]
fn a_malformed_key_is_named_without_being_shown() {
    let desk = malformed("WECHAT_AES_KEY", "too-short-to-be-a-key");
    let message = only_problem(&desk, "WECHAT_AES_KEY");
    assert!(!message.contains("too-short-to-be-a-key"), "{message}");
    assert!(!desk.log().contains("too-short-to-be-a-key"));
    desk.wechat().send(&go()).expect(500);
}

#[test]
fn a_malformed_mode_is_named() {
    let desk = malformed("WECHAT_MODE", "open");
    only_problem(&desk, "WECHAT_MODE");
    desk.wechat().send(&go()).expect(500);
}

#[test]
fn without_the_app_secret_passive_replies_work_and_the_rest_is_named() {
    let desk = Setup::new(Mode::Plain)
        .with("WECHAT_APP_SECRET", "")
        .start();
    let message = only_problem(&desk, "WECHAT_APP_SECRET");
    assert!(message.contains("passive replies work"), "{message}");
    let fan = desk.fan();
    assert!(fan.say("GO").text().contains("出发"));
    let job = desk
        .api()
        .job_becomes(&desk.api().write_well(fan.openid(), "news"), "dead");
    assert!(
        job["last_error"]
            .as_str()
            .unwrap()
            .contains("WECHAT_APP_SECRET"),
        "{job}"
    );
}

#[test]
fn without_the_admin_token_the_callback_works_and_nobody_has_the_api() {
    let desk = without("FANDESK_ADMIN_TOKEN");
    only_problem(&desk, "FANDESK_ADMIN_TOKEN");
    desk.wechat().send(&go()).expect(200);
    desk.api().get("/events").expect(401);
    desk.api().with_token("").get("/events").expect(401);
}

#[test]
fn without_a_mode_a_key_makes_it_safe() {
    let desk = Setup::new(Mode::Safe).with("WECHAT_MODE", "").start();
    let answer = desk.wechat().send(&go());
    assert!(desk.wechat().text(&answer).contains("出发"));
}

#[test]
fn without_a_mode_and_a_key_it_is_plain() {
    let desk = Setup::new(Mode::Plain)
        .with("WECHAT_MODE", "")
        .with("WECHAT_AES_KEY", "")
        .start();
    assert_eq!(
        desk.http().get("/healthz").expect(200).json()["problems"],
        Value::Array(Vec::new())
    );
    let answer = desk.wechat().send(&go());
    assert!(desk.wechat().text(&answer).contains("出发"));
}
