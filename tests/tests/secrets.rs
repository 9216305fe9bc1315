//! What an operator sees in the log of a bad morning, and that no fan, text, password, token or key is in it.

use std::sync::atomic::{AtomicUsize, Ordering};

use fandesk_e2e::deployment::{ADMIN_TOKEN, AES_KEY, TOKEN};
use fandesk_e2e::gate::{Called, Way};
use fandesk_e2e::person::PASSWORD;
use fandesk_e2e::stub::{Asked, Reply};
use fandesk_e2e::{Deployment, Message, Mode, Setup, Stub, eventually, new_openid};
use serde_json::json;

const APP_SECRET: &str = "e2e-app-secret";
const DEMO_SECRET: &str = "e2e-demo-secret";
const RELAY_TOKEN: &str = "e2e-relay-token";
const WRONG_TOKEN: &str = "e2e-guessed-token";
const WRONG_KEY: &str = "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba";
const WRONG_PASSWORD: &str = "e2e-guessed-password";
const SESSION_KEY: &str = "e2e-session-key-of-a-bad-morning";
const MEDIA: &str = "e2e-media-id-of-a-picture";
/// Begins every access token.
const ACCESS_TOKEN: &str = "e2e-access-token";
/// In everything that anybody writes, and in what a business system answers.
const WORDS: &str = "机密 private words";

const PLAYBOOK: &str = r#"
default = { text = "? {text}" }

[handover]
reply = { text = "…" }

[[intent]]
name = "order"
pattern = '^ORDER (?P<number>[0-9]+)'
reply = { text = "…" }
answer = { text = "{number}: {result.status}" }
sorry = { text = "sorry, {text}" }
request = { url = "BUSINESS/orders?of={number}", secret = "DEMO", timeout = "500ms", attempts = 1 }
"#;

/// WeChat's API and the business system, on a day on which hardly anything works.
fn platform(tokens: &AtomicUsize, number: usize, asked: &Asked) -> Reply {
    let body = if asked.target.contains("stable_token") {
        match tokens.fetch_add(1, Ordering::Relaxed) {
            0 => json!({ "errcode": 40164, "errmsg": "invalid ip, not in whitelist" }),
            number => {
                json!({ "access_token": format!("{ACCESS_TOKEN}-{number}"), "expires_in": 7200 })
            }
        }
    } else if asked.target.contains("/orders") {
        match number % 3 {
            0 => return Reply::Stall,
            1 => return Reply::Body(format!("<html>{WORDS}</html>")),
            _ => json!({ "status": WORDS }),
        }
    } else if asked.target.contains("/menu/") {
        json!({ "errcode": 40018, "errmsg": format!("invalid button name {WORDS}") })
    } else {
        match number % 4 {
            0 => json!({ "errcode": 40001, "errmsg": "invalid credential" }),
            1 => json!({ "errcode": 45015, "errmsg": format!("out of time, {}", asked.body) }),
            2 => return Reply::Body(format!("<html>{}{}</html>", asked.target, asked.body)),
            _ => json!({ "errcode": 0, "errmsg": "ok" }),
        }
    };
    Reply::Body(body.to_string())
}

/// Fans write, follow, send pictures, ask, want a person, and leave.
fn fans_write(desk: &Deployment, openids: &[String]) {
    let wechat = desk.wechat();
    for (number, openid) in openids.iter().enumerate() {
        wechat
            .send(&Message::event(openid, "subscribe").with("EventKey", "qrscene_counter-1"))
            .expect(200);
        // What comes after `人工` is for a person.
        for text in [
            WORDS.to_owned(),
            format!("ORDER {number} {WORDS}"),
            "人工".to_owned(),
            WORDS.to_owned(),
        ] {
            wechat.send(&Message::text(openid, &text)).expect(200);
        }
        let picture = Message::bare(openid, "image").with("MediaId", MEDIA);
        wechat.send(&picture.with("MsgId", 7)).expect(200);
        let unknown = Message::bare(openid, "brand_new_type").with("Words", WORDS);
        wechat.send(&unknown).expect(200);
    }
    wechat
        .send(&Message::event(&openids[0], "unsubscribe"))
        .expect(200);
    let revoked = Message::event(&openids[1], "user_authorization_revoke");
    wechat
        .send(&revoked.with("OpenID", openids[2].as_str()))
        .expect(200);
}

/// Callbacks that are forged, late, malformed, too large, or encrypted with another key.
fn strangers_write(desk: &Deployment, openid: &str) {
    let text = Message::text(openid, WORDS).xml();
    let wechat = desk.wechat();
    wechat.call_with_body(text.as_str()).send().expect(400);
    wechat.call(&text).body(text.as_str()).send().expect(400);
    let forged = wechat.clone().with_token(WRONG_TOKEN);
    forged.call(&text).send().expect(401);
    let others = wechat.clone().with_key(WRONG_KEY);
    others.call(&text).send().expect(400);
    let doctype = format!("<!DOCTYPE x [<!ENTITY e \"{WORDS}\">]>{text}");
    wechat.call(&doctype).send().expect(400);
    wechat.call(&format!("{text}{WORDS}")).send().expect(400);
    let large = text.replace(WORDS, &WORDS.repeat(16 * 1024));
    wechat.call_with_body(large).send().expect(413);
    wechat.call_at(&text, 1_700_000_000).send().expect(401);
}

/// Programs with good and bad tokens, of which some write to fans.
fn programs_ask(desk: &Deployment, openids: &[String]) {
    let api = desk.api();
    for openid in openids {
        api.write(openid, WORDS);
    }
    api.write(openids[0].as_str(), "").expect(422);
    let stranger = api.clone().with_token(WRONG_TOKEN);
    stranger.get(&format!("/fans/{}", openids[0])).expect(401);
    stranger.write(&openids[0], WORDS).expect(401);
    api.get(&format!(
        "/events?openid={}&after={WRONG_TOKEN}",
        openids[0]
    ))
    .expect(422);
    let menu = json!({ "button": [{ "type": "click", "name": "帮助", "key": "HELP" }] });
    // Refused for want of a token, or by WeChat with the field: whoever comes first to the TokenKeeper learns that there is none.
    let refused = api.put("/menu", &menu);
    assert!([422, 502].contains(&refused.status), "{}", refused.body);
    api.publish(&format!("default = {{ text = \"{WORDS} {{nothing}}\" }}"))
        .expect(422);
}

/// People are invited, mistype, log in, and are refused; returns what must be nowhere in the log.
fn people_log_in(desk: &Deployment) -> Vec<String> {
    let body = json!({ "login": "alice", "name": "艾丽丝", "role": "agent" });
    let added = desk.api().post("/people", &body).expect(201).json();
    let invitation = added["invitation"]["token"].as_str().unwrap();
    let browser = desk.browser();
    let link = format!("/invitations/{invitation}");
    browser
        .post(&link, &json!({ "password": "weak" }))
        .expect(422);
    browser
        .post(&link, &json!({ "password": PASSWORD }))
        .expect(204);
    browser.get(&link).expect(404);
    browser.try_to_log_in(WRONG_PASSWORD, PASSWORD).expect(401);
    browser.try_to_log_in("alice", WRONG_PASSWORD).expect(401);
    browser
        .post(
            "/session",
            &json!({ "login": "alice", "password": [WRONG_PASSWORD] }),
        )
        .expect(422);
    let alice = browser.log_in("alice", PASSWORD);
    let wanted = alice.post("/me/totp", &json!({})).expect(200).json();
    let code = json!({ "code": WRONG_PASSWORD });
    alice.put("/me/totp", &code).expect(422);
    let change = json!({ "old": WRONG_PASSWORD, "new": "another good password" });
    alice.put("/me/password", &change).expect(422);
    alice
        .ask_with("DELETE", "/session", &[("x-csrf-token", WRONG_TOKEN)], None)
        .expect(403);
    alice.get("/events").expect(403);
    alice.delete("/session").expect(204);
    alice.get("/session").expect(401);
    let token = alice.cookie.split_once('=').unwrap().1;
    vec![
        invitation.to_owned(),
        token.to_owned(),
        alice.csrf.clone(),
        wanted["secret"].as_str().unwrap().to_owned(),
    ]
}

/// The database refuses what one fan says.
fn poison(desk: &mut Deployment, openid: &str) {
    desk.stop();
    let trigger = format!(
        "CREATE TRIGGER poison BEFORE INSERT ON events WHEN NEW.openid = '{openid}' \
         BEGIN SELECT RAISE(ABORT, 'poisoned'); END"
    );
    for shard in desk.databases().shards() {
        shard.execute_batch(&trigger).unwrap();
    }
    desk.start();
    let message = Message::text(openid, WORDS);
    desk.wechat().send(&message).expect(500);
}

#[track_caller]
fn wait_for(desk: &Deployment, line: &str) {
    eventually(&format!("the log says `{line}`"), || {
        desk.log().contains(line).then_some(())
    });
}

#[test]
fn nothing_private_is_in_the_log_of_a_bad_morning() {
    let tokens = AtomicUsize::new(0);
    let stub = Stub::start(move |number, asked| platform(&tokens, number, asked));
    let (setup, gate) = Setup::new(Mode::Safe).without_demo().behind_a_gate();
    let mut desk = setup
        .with("NO_SIM", "1")
        .with("WECHAT_API_BASE", &stub.url())
        .with("WECHAT_API_RELAY_TOKEN", RELAY_TOKEN)
        .with("WECHAT_APP_SECRET", APP_SECRET)
        .with("FANDESK_SECRET_DEMO", DEMO_SECRET)
        .with("FANDESK_SESSION_KEY", SESSION_KEY)
        .with("FANDESK_ERASE_AFTER_HOURS", "0")
        .with("FANDESK_SHARDS", "2")
        .start();
    let playbook = PLAYBOOK.replace("BUSINESS", &stub.url());
    desk.api().publish(&playbook).expect(200);
    let openids: Vec<String> = (0..8).map(|_| new_openid()).collect();

    fans_write(&desk, &openids);
    strangers_write(&desk, &openids[3]);
    programs_ask(&desk, &openids);
    let of_people = people_log_in(&desk);
    wait_for(&desk, "WeChat gave no access token");
    wait_for(&desk, "callbacks were refused");
    gate.set(Called::Ledger, Way::Refuses);
    gate.set(Called::Queue, Way::Refuses);
    fans_write(&desk, &openids[3..]);
    wait_for(&desk, "could not be flushed");
    gate.set(Called::Ledger, Way::Open);
    gate.set(Called::Queue, Way::Open);
    poison(&mut desk, &openids[4]);
    wait_for(&desk, "a message was refused in shard");
    // What was begun ends, however it ends.
    eventually("no job waits for its first try", || {
        let jobs = desk.api().all("/jobs?limit=1000");
        let tried = jobs
            .iter()
            .all(|job| job["attempts"].as_i64() > Some(0) || job["state"] != "waiting");
        tried.then_some(())
    });

    let asked = stub.asked();
    assert!(
        asked
            .iter()
            .any(|asked| asked.target.contains(ACCESS_TOKEN))
    );
    assert!(asked.iter().any(|asked| asked.target.contains("/orders")));
    let log = desk.log();
    let secrets = [
        TOKEN,
        AES_KEY,
        WRONG_KEY,
        ADMIN_TOKEN,
        APP_SECRET,
        DEMO_SECRET,
        RELAY_TOKEN,
        WRONG_TOKEN,
        ACCESS_TOKEN,
        MEDIA,
        WORDS,
        "private words",
        PASSWORD,
        WRONG_PASSWORD,
        SESSION_KEY,
    ];
    for secret in secrets
        .into_iter()
        .chain(of_people.iter().map(String::as_str))
        .chain(openids.iter().map(String::as_str))
    {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "`{secret}` is in the log");
    }
}
