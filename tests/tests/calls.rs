//! What the Worker sends to others, byte by byte, and how it bears answers that no well-behaved server gives.

use fandesk_e2e::stub::Reply;
use fandesk_e2e::{Deployment, Mode, Setup, Stub};
use serde_json::{Value, json};

/// A deployment whose look-ups go to this business system. Two tries of half a second each.
fn asking(stub: &Stub) -> Deployment {
    asking_with(stub, "")
}

/// The same, with another field of the intent.
fn asking_with(stub: &Stub, field: &str) -> Deployment {
    let desk = Setup::new(Mode::Plain).without_demo().start();
    let playbook = format!(
        r#"
        default = {{ text = "?" }}

        [[intent]]
        name = "order"
        pattern = '^ORDER (?P<number>[0-9]+)$'
        reply = {{ text = "…" }}
        answer = {{ text = "{{number}}: {{result.status}}" }}
        sorry = {{ text = "sorry, {{number}}" }}
        request = {{ url = "{}/orders?of=lumo", secret = "DEMO", timeout = "500ms", attempts = 2 }}
        {field}
        "#,
        stub.url()
    );
    desk.api().publish(&playbook).expect(200);
    desk
}

fn sent() -> Reply {
    Reply::Body(json!({ "status": "sent" }).to_string())
}

#[test]
fn a_look_up_says_what_is_asked_by_whom_and_signs_it() {
    let stub = Stub::start(|_, _| sent());
    let desk = asking(&stub);
    let fan = desk.fan();
    fan.say("ORDER 12");
    fan.gets("12: sent");
    let asked = stub.asked().remove(0);
    assert_eq!(
        (asked.method.as_str(), asked.target.as_str()),
        ("POST", "/orders?of=lumo")
    );
    let body = asked.json();
    assert_eq!(
        (&body["intent"], &body["captures"]["number"]),
        (&json!("order"), &json!("12"))
    );
    assert_eq!(body["openid"], fan.openid());
    assert!(asked.header("content-type").starts_with("application/json"));
    assert!(asked.header("x-fandesk-timestamp").parse::<u64>().is_ok());
    let signature = asked
        .header("x-fandesk-signature")
        .strip_prefix("sha256=")
        .unwrap();
    assert!(signature.len() == 64 && signature.bytes().all(|byte| byte.is_ascii_hexdigit()));
}

#[test]
fn every_try_of_a_look_up_has_the_same_request_id_and_another_look_up_another() {
    let stub = Stub::start(|number, _| if number == 0 { Reply::Stall } else { sent() });
    let desk = asking(&stub);
    let fan = desk.fan();
    fan.say("ORDER 1");
    fan.gets("1: sent");
    fan.say("ORDER 2");
    fan.gets("2: sent");
    let ids: Vec<Value> = stub
        .asked()
        .iter()
        .map(|asked| asked.json()["request_id"].clone())
        .collect();
    assert_eq!(ids.len(), 3);
    assert!(
        ids[0].is_string() && ids[0] == ids[1] && ids[1] != ids[2],
        "{ids:?}"
    );
}

#[test]
fn a_business_system_that_stops_in_the_middle_is_left_in_time() {
    let stub = Stub::start(|_, _| Reply::Stall);
    let desk = asking(&stub);
    let fan = desk.fan();
    fan.say("ORDER 1");
    fan.gets("sorry, 1");
    assert_eq!(stub.asked().len(), 2);
}

#[test]
fn an_answer_that_is_no_json_is_an_honest_text() {
    let stub = Stub::start(|_, _| Reply::Body("<html>please log in</html>".to_owned()));
    let desk = asking(&stub);
    let fan = desk.fan();
    fan.say("ORDER 1");
    assert_eq!(fan.gets("1"), "sorry, 1");
}

#[test]
fn an_answer_without_what_is_shown_leaves_the_place_empty() {
    let stub = Stub::start(|_, _| Reply::Body(json!({ "state": "unknown field" }).to_string()));
    let desk = asking(&stub);
    let fan = desk.fan();
    fan.say("ORDER 1");
    assert_eq!(fan.gets("1: ").trim_end(), "1:");
}

#[test]
fn an_answer_in_another_shape_than_expected_is_asked_for_again_and_told_by_its_field() {
    let stub = Stub::start(|number, _| {
        let status = if number % 2 == 0 {
            json!({ "text": "secret" })
        } else {
            json!("sent")
        };
        let first = json!({ "status": status }).to_string();
        let never = json!({ "state": "secret" }).to_string();
        Reply::Body(if number < 2 { first } else { never })
    });
    let desk = asking_with(&stub, "expects = { status = \"text\" }");
    let fan = desk.fan();
    fan.say("ORDER 1");
    assert_eq!(fan.gets("1"), "1: sent");
    assert_eq!(stub.asked().len(), 2);
    fan.say("ORDER 2");
    assert_eq!(fan.gets("2"), "sorry, 2");
    assert_eq!(stub.asked().len(), 4);
    let jobs = desk.api().jobs_of(fan.openid());
    let errors: Vec<&Value> = jobs
        .iter()
        .filter(|job| job["kind"] == "intent" && job["state"] == "dead")
        .map(|job| &job["last_error"])
        .collect();
    assert_eq!(
        errors,
        ["the business system's answer has no field `status`"]
    );
}

#[test]
fn an_answer_of_more_than_a_mebibyte_is_not_read() {
    let stub = Stub::start(|_, _| {
        Reply::Body(json!({ "status": "x".repeat(2 * 1024 * 1024) }).to_string())
    });
    let desk = asking(&stub);
    let fan = desk.fan();
    fan.say("ORDER 1");
    fan.gets("sorry, 1");
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Stub::start(|_, _| sent());
    let target = elsewhere.url();
    let stub = Stub::start(move |_, _| Reply::Redirect(target.clone()));
    let desk = asking(&stub);
    let fan = desk.fan();
    fan.say("ORDER 1");
    fan.gets("sorry, 1");
    assert!(elsewhere.asked().is_empty());
}

#[test]
fn a_look_up_whose_secret_is_not_set_is_an_honest_text_and_names_the_setting() {
    let stub = Stub::start(|_, _| sent());
    let mut desk = asking(&stub);
    desk.stop();
    desk.set("FANDESK_SECRET_DEMO", "");
    desk.start();
    let fan = desk.fan();
    fan.say("ORDER 1");
    fan.gets("sorry, 1");
    let jobs = desk.api().jobs_of(fan.openid());
    let intent = jobs.iter().find(|job| job["kind"] == "intent").unwrap();
    assert!(
        intent["last_error"]
            .as_str()
            .unwrap()
            .contains("FANDESK_SECRET_DEMO"),
        "{intent}"
    );
    assert!(stub.asked().is_empty());
}

#[test]
fn calls_through_a_relay_carry_its_token_and_what_wechat_wants() {
    let stub = Stub::start(|_, asked| {
        let token = asked.target.contains("stable_token");
        Reply::Body(
            if token {
                r#"{"access_token":"T","expires_in":7200}"#
            } else {
                r#"{"errcode":0,"errmsg":"ok"}"#
            }
            .to_owned(),
        )
    });
    let setup = Setup::new(Mode::Plain).without_demo();
    let desk = setup
        .with("WECHAT_API_BASE", &stub.url())
        .with("WECHAT_API_RELAY_TOKEN", "relay-token")
        .start();
    let menu = json!({ "button": [{ "type": "click", "name": "帮助", "key": "HELP" }] });
    desk.api().put("/menu", &menu).expect(200);
    let asked = stub.asked();
    let targets: Vec<&str> = asked.iter().map(|asked| asked.target.as_str()).collect();
    assert_eq!(
        targets,
        [
            "/cgi-bin/stable_token",
            "/cgi-bin/menu/create?access_token=T"
        ]
    );
    assert!(
        asked
            .iter()
            .all(|asked| asked.header("authorization") == "Bearer relay-token")
    );
    assert_eq!(asked[0].json()["grant_type"], "client_credential");
    // WeChat takes UTF-8, not escapes.
    assert!(asked[1].body.contains("帮助"));
}

#[test]
fn a_wechat_that_answers_nonsense_is_told_to_the_operator() {
    let stub = Stub::start(|_, _| Reply::Body("<html>".to_owned()));
    let desk = Setup::new(Mode::Plain)
        .without_demo()
        .with("WECHAT_API_BASE", &stub.url())
        .start();
    let menu = json!({ "button": [{ "type": "click", "name": "帮助", "key": "HELP" }] });
    let error = desk.api().put("/menu", &menu).expect(502).json();
    assert_eq!(error["error"]["code"], "wechat");
}
