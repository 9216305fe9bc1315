//! Cloudflare Access in front: whoever it vouches for is logged in without a password, and nobody else.

use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use fandesk_e2e::deployment::checkout;
use fandesk_e2e::stub::Reply;
use fandesk_e2e::{Answer, Deployment, Mode, Setup, Stub};
use serde_json::{Value, json};

const TEAM: &str = "e2e-team";
const AUD: &str = "e2e-application";

/// What Access would send for these claims: the team's keys, good assertions, forged ones.
fn signed(claims: &[Value]) -> (Value, Vec<String>, Vec<String>) {
    let script = checkout().join("tests/access.mjs");
    let output = Command::new(checkout().join("node_modules/.bin/node"))
        .arg(script)
        .arg(Value::from(claims).to_string())
        .output()
        .unwrap();
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    let tokens = |name: &str| {
        let tokens = printed[name].as_array().unwrap().iter();
        tokens
            .map(|token| token.as_str().unwrap().to_owned())
            .collect()
    };
    (printed["certs"].clone(), tokens("tokens"), tokens("forged"))
}

fn claims(email: &str, audience: &str, seconds: i64) -> Value {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = i64::try_from(now.as_secs()).unwrap();
    let issuer = format!("https://{TEAM}.cloudflareaccess.com");
    json!({ "iss": issuer, "aud": [audience], "email": email, "iat": now, "exp": now + seconds })
}

fn behind_access(certs: &str) -> Deployment {
    Setup::new(Mode::Plain)
        .with("NO_SIM", "1")
        .with("FANDESK_ACCESS_TEAM", TEAM)
        .with("FANDESK_ACCESS_AUD", AUD)
        .with("FANDESK_ACCESS_CERTS", certs)
        .without_demo()
        .start()
}

fn open(desk: &Deployment, headers: &[(&str, &str)]) -> Answer {
    desk.http().ask("GET", "/api/v1/session", headers, None)
}

#[test]
fn who_access_vouches_for_is_logged_in_and_nobody_else() {
    let (certs, tokens, forged) = signed(&[
        claims("Alice@example.com", AUD, 60),
        claims("alice@example.com", "another-application", 60),
        claims("alice@example.com", AUD, -3600),
        claims("stranger@example.com", AUD, 60),
    ]);
    let team = Stub::start(move |_, _| Reply::Body(certs.to_string()));
    let desk = behind_access(&team.url());
    let person = json!({ "login": "alice@example.com", "name": "艾丽丝", "role": "agent" });
    let added = desk.api().post("/people", &person).expect(201).json();

    let header = "cf-access-jwt-assertion";
    let answer = open(&desk, &[(header, &tokens[0])]);
    let alice = desk.browser().session(&answer);
    assert_eq!(alice.person["id"], added["person"]["id"]);
    alice.get("/me/preferences").expect(200);
    alice.put("/me/preferences", &json!({})).expect(200);
    // A session that is there goes on.
    let again = open(&desk, &[("cookie", &alice.cookie), (header, &tokens[0])]).expect(200);
    assert_eq!(again.header("set-cookie"), "");

    for refused in [
        &forged[0], &tokens[1], &tokens[2], &tokens[3], "guessed", "",
    ] {
        let answer = open(&desk, &[(header, refused)]).expect(401);
        assert_eq!(answer.json()["error"]["code"], "unauthorized");
        assert_eq!(answer.header("set-cookie"), "");
    }
    // It is no way past our own pages, and opens nothing but a session.
    let elsewhere = [
        (header, tokens[0].as_str()),
        ("sec-fetch-site", "cross-site"),
    ];
    assert_eq!(open(&desk, &elsewhere).status, 401);
    let people = desk
        .http()
        .ask("GET", "/api/v1/people", &[(header, &tokens[0])], None);
    people.expect(401);
    // One key for all of them.
    assert_eq!(team.asked().len(), 1);
    assert_eq!(team.asked()[0].target, "/cdn-cgi/access/certs");

    let path = format!("/people/{}", alice.id());
    desk.api()
        .put(&path, &json!({ "active": false }))
        .expect(200);
    open(&desk, &[(header, &tokens[0])]).expect(401);
}

#[test]
fn while_the_keys_are_not_to_be_had_passwords_work() {
    let (_, tokens, _) = signed(&[claims("bob@example.com", AUD, 60)]);
    let team = Stub::start(|_, _| Reply::Body("<html>".to_owned()));
    let desk = behind_access(&team.url());
    let bob = desk.person("bob@example.com", "agent", &[]);
    let header = [("cf-access-jwt-assertion", tokens[0].as_str())];
    let answer = open(&desk, &header).expect(503);
    assert_eq!(answer.json()["error"]["code"], "unavailable");
    bob.get("/session").expect(200);
    let log = desk.log();
    assert!(!log.contains(&tokens[0]) && !log.contains("bob@example.com"));
}
