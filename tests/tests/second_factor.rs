//! A second factor: set up, asked for, taken once, taken away.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fandesk_e2e::person::PASSWORD;
use fandesk_e2e::{Answer, Deployment, Mode, Person, Setup, Shared};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha1::Sha1;

static DESK: Shared = Shared::new(|| Setup::new(Mode::Plain).start());

/// RFC 6238 as an authenticator app has it, from the secret as it is typed in.
fn code_at(secret: &str, step: u64) -> String {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: String = secret
        .chars()
        .map(|letter| format!("{:05b}", letters.find(letter).unwrap()))
        .collect();
    let bytes: Vec<u8> = (0..bits.len() / 8)
        .map(|byte| u8::from_str_radix(&bits[byte * 8..byte * 8 + 8], 2).unwrap())
        .collect();
    let mut mac = Hmac::<Sha1>::new_from_slice(&bytes).unwrap();
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let number = u32::from_be_bytes(hash[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// The step of now, with time to use it before the next.
fn step() -> u64 {
    loop {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        if now.as_millis() % 30_000 < 22_000 {
            return now.as_secs() / 30;
        }
        std::thread::sleep(Duration::from_millis(500));
    }
}

/// Sets a second factor up, and returns its secret and the step of the code that confirmed it.
#[track_caller]
fn set_up(person: &Person) -> (String, u64) {
    let wanted = person.post("/me/totp", &json!({})).expect(200).json();
    let secret = wanted["secret"].as_str().unwrap().to_owned();
    assert!(wanted["uri"].as_str().unwrap().contains(&secret));
    // The step before: those of now and of the next are left to log in with.
    let used = step() - 1;
    let code = json!({ "code": code_at(&secret, used) });
    person.put("/me/totp", &code).expect(204);
    (secret, used)
}

fn log_in(desk: &Deployment, login: &str, code: Option<&str>) -> Answer {
    let body = json!({ "login": login, "password": PASSWORD, "code": code });
    desk.browser().post("/session", &body)
}

fn code_of(answer: &Answer) -> String {
    let code = &answer.json()["error"]["code"];
    code.as_str().unwrap_or_default().to_owned()
}

#[test]
fn who_has_a_second_factor_is_asked_for_its_code_and_each_is_taken_once() {
    let desk = DESK.lend();
    let person = desk.person("anna", "agent", &[]);
    let (secret, used) = set_up(&person);
    let shown = person.get("/session").expect(200).json();
    assert_eq!(shown["person"]["totp"], true);

    let without = log_in(&desk, "anna", None).expect(401);
    assert_eq!(code_of(&without), "code_needed");
    assert_eq!(without.header("set-cookie"), "");
    // A wrong password is not told that there is a code.
    let wrong = desk.browser().try_to_log_in("anna", "wrong").expect(401);
    assert_eq!(code_of(&wrong), "unauthorized");
    let old = code_at(&secret, used);
    assert_eq!(
        code_of(&log_in(&desk, "anna", Some(&old)).expect(401)),
        "unauthorized"
    );
    let next = code_at(&secret, used + 1);
    log_in(&desk, "anna", Some(&next)).expect(200);
    assert_eq!(
        code_of(&log_in(&desk, "anna", Some(&next)).expect(401)),
        "unauthorized"
    );
}

#[test]
fn two_who_send_one_code_at_the_same_moment_are_not_both_let_in() {
    let desk = DESK.lend();
    let person = desk.person("bert", "agent", &[]);
    let (secret, used) = set_up(&person);
    let code = code_at(&secret, used + 1);
    let statuses = fandesk_e2e::at_once(4, |_| log_in(&desk, "bert", Some(&code)).status);
    let let_in = statuses.iter().filter(|status| **status == 200).count();
    assert_eq!(let_in, 1, "{statuses:?}");
}

#[test]
fn a_second_factor_counts_from_its_first_code_on() {
    let desk = DESK.lend();
    let person = desk.person("carl", "agent", &[]);
    person
        .put("/me/totp", &json!({ "code": "000000" }))
        .expect(409);
    person.post("/me/totp", &json!({})).expect(200);
    let wrong = person
        .put("/me/totp", &json!({ "code": "12345" }))
        .expect(422);
    assert_eq!(wrong.json()["error"]["field"], "code");
    log_in(&desk, "carl", None).expect(200);
}

#[test]
fn it_is_taken_away_with_the_password_or_by_an_administrator() {
    let desk = DESK.lend();
    let person = desk.person("dina", "agent", &[]);
    set_up(&person);
    person.post("/me/totp", &json!({})).expect(409);
    let drop =
        |password: &str| person.ask("DELETE", "/me/totp", Some(&json!({ "password": password })));
    assert_eq!(
        drop("wrong").expect(422).json()["error"]["field"],
        "password"
    );
    drop(PASSWORD).expect(204);
    log_in(&desk, "dina", None).expect(200);

    set_up(&person);
    let path = format!("/people/{}", person.id());
    desk.api().put(&path, &json!({ "totp": false })).expect(200);
    log_in(&desk, "dina", None).expect(200);
}

#[test]
fn without_a_data_key_secrets_are_sealed_with_the_session_key() {
    let desk = Setup::new(Mode::Plain)
        .with("FANDESK_DATA_KEY", "")
        .with("NO_SIM", "1")
        .without_demo()
        .start();
    let person = desk.person("egon", "agent", &[]);
    let (secret, used) = set_up(&person);
    let code = code_at(&secret, used + 1);
    log_in(&desk, "egon", Some(&code)).expect(200);
}
