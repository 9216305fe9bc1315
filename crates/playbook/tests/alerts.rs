//! `[alerts]`: what is read, what holds without it, and what is refused.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in test functions, and these are called by such"
)]

use std::time::Duration;

use fandesk_playbook::{Address, Alerts, Form, Format, Playbook, Webhook};

fn document(alerts: &str) -> String {
    format!("default = {{ text = \"?\" }}\n[alerts]\n{alerts}")
}

fn alerts(fields: &str) -> Alerts {
    let parsed = Playbook::parse(&document(fields), Format::Toml).unwrap();
    parsed.playbook.alerts().clone()
}

fn mistake(fields: &str) -> String {
    Playbook::parse(&document(fields), Format::Toml)
        .unwrap_err()
        .to_string()
}

#[test]
fn without_the_table_the_thresholds_hold_and_nobody_is_told() {
    let parsed = Playbook::parse("default = { text = \"?\" }", Format::Toml).unwrap();
    assert_eq!(*parsed.playbook.alerts(), Alerts::default());
    assert_eq!(Alerts::default().webhook, None);
}

#[test]
fn every_field_is_read() {
    let read = alerts(
        "url = \"https://ops.example.com/hook\"\nsecret = \"OPS\"\nrepeat_every = \"1h\"\noutbox_age = \"5m\"\n\
         failed_jobs = 3\nfailed_within = \"2h\"\nrefused_tokens = 4\nrefused_within = \"5m\"\nno_token_for = \"1m\"\n\
         d1_megabytes = 9000",
    );
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    let expected = Alerts {
        webhook: Some(Webhook {
            address: Address::Url("https://ops.example.com/hook".to_owned()),
            secret: Some("OPS".to_owned()),
            form: Form::Fandesk,
        }),
        repeat_every: minutes(60),
        outbox_age: minutes(5),
        failed_jobs: 3,
        failed_within: minutes(120),
        refused_tokens: 4,
        refused_within: minutes(5),
        no_token_for: minutes(1),
        d1_megabytes: 9_000,
    };
    assert_eq!(read, expected);
}

#[test]
fn the_address_of_a_robot_can_be_a_secret_in_each_form() {
    for form in Form::ALL {
        let read = alerts(&format!(
            "url_secret = \"ROBOT\"\nform = \"{}\"",
            form.name()
        ));
        let webhook = read.webhook.unwrap();
        assert_eq!(webhook.address, Address::Secret("ROBOT".to_owned()));
        assert_eq!(webhook.form, form);
    }
}

#[test]
fn thresholds_stand_without_an_address() {
    let read = alerts("failed_jobs = 1");
    assert_eq!((read.webhook, read.failed_jobs), (None, 1));
}

#[test]
fn what_cannot_be_meant_is_told_with_its_line() {
    for (fields, told) in [
        (
            "url = \"ops\"",
            "playbook:3: alerts.url: this is no address",
        ),
        (
            "url = \"https://a/\"\nurl_secret = \"B\"",
            "playbook:4: alerts.url_secret: either url or url_secret",
        ),
        (
            "secret = \"OPS\"",
            "playbook:3: alerts.secret: this goes with url",
        ),
        (
            "form = \"wecom\"",
            "playbook:3: alerts.form: this goes with url",
        ),
        (
            "url = \"https://a/\"\nform = \"slack\"",
            "playbook:4: alerts.form: \"slack\" is not known; known: \"fandesk\"",
        ),
        (
            "url_secret = \"R\"\nform = \"wecom\"\nsecret = \"S\"",
            "playbook:5: alerts.secret: WeCom's robots take no signature",
        ),
        (
            "url_secret = \"r\"",
            "playbook:3: alerts.url_secret: \"r\" is no name of a secret",
        ),
        (
            "failed_jobs = 0",
            "playbook:3: alerts.failed_jobs: 0 is out of range",
        ),
        (
            "d1_megabytes = 10001",
            "playbook:3: alerts.d1_megabytes: 10001 is out of range: between 1 and 10000",
        ),
        (
            "outbox_age = \"30s\"",
            "playbook:3: alerts.outbox_age: \"30s\" is out of range: between 1m and 1d",
        ),
        (
            "webhook = \"x\"",
            "playbook:3: alerts.webhook: unknown field",
        ),
    ] {
        let mistake = mistake(fields);
        assert!(mistake.starts_with(told), "{mistake}");
    }
}
