//! Sessions over time: how they end by themselves, what a restart leaves of them, and what a copy of the database is worth.

use fandesk_e2e::person::PASSWORD;
use fandesk_e2e::{Deployment, Mode, Setup};
use serde_json::json;

fn desk() -> Deployment {
    Setup::new(Mode::Plain)
        .with("NO_SIM", "1")
        .without_demo()
        .start()
}

/// Changes the database while nobody uses it.
fn change(desk: &mut Deployment, sql: &str) {
    desk.stop();
    desk.databases().people().execute_batch(sql).unwrap();
    desk.start();
}

/// Lets `hours` go by for all sessions, invitations and tries.
fn later(desk: &mut Deployment, hours: i64) {
    let ms = hours * 3_600_000;
    let sql = format!(
        "UPDATE sessions SET created_at = created_at - {ms}, seen_at = seen_at - {ms}, expires_at = expires_at - {ms};
         UPDATE invitations SET expires_at = expires_at - {ms};
         UPDATE sign_in_tries SET last_at = last_at - {ms};"
    );
    change(desk, &sql);
}

#[test]
fn a_session_ends_twelve_hours_after_it_was_used_and_seven_days_after_it_began() {
    let mut desk = desk();
    let person = desk.person("anna", "agent", &[]);
    for _ in 0..2 {
        later(&mut desk, 11);
        person.get("/session").expect(200);
    }
    // Six days older, and with an hour left: using it gives two, which is what is left of the week.
    change(
        &mut desk,
        "UPDATE sessions SET created_at = created_at - 144 * 3600000, expires_at = created_at + 23 * 3600000",
    );
    person.get("/session").expect(200);
    later(&mut desk, 3);
    person.get("/session").expect(401);

    let idle = desk.browser().log_in("anna", PASSWORD);
    later(&mut desk, 13);
    idle.get("/session").expect(401);
}

#[test]
fn an_invitation_is_good_for_three_days_and_a_wait_ends() {
    let mut desk = desk();
    let body = json!({ "login": "bert", "name": "Bert", "role": "agent" });
    let added = desk.api().post("/people", &body).expect(201).json();
    let link = format!(
        "/invitations/{}",
        added["invitation"]["token"].as_str().unwrap()
    );
    desk.person("carl", "agent", &[]);
    for _ in 0..5 {
        desk.browser().try_to_log_in("carl", "guess").expect(401);
    }
    desk.browser().try_to_log_in("carl", PASSWORD).expect(429);
    later(&mut desk, 2);
    desk.browser().log_in("carl", PASSWORD);
    later(&mut desk, 69);
    desk.browser().get(&link).expect(200);
    later(&mut desk, 2);
    desk.browser().get(&link).expect(404);
}

#[test]
fn a_copy_of_the_database_is_no_way_in() {
    let mut desk = desk();
    let person = desk.person("dina", "agent", &[]);
    let invited = json!({ "login": "egon", "name": "Egon", "role": "agent" });
    let invited = desk.api().post("/people", &invited).expect(201).json();
    let wanted = person.post("/me/totp", &json!({})).expect(200).json();
    let typed_into_the_wrong_field = "what.is@my-password";
    desk.browser()
        .try_to_log_in(typed_into_the_wrong_field, "x")
        .expect(401);
    desk.stop();
    let databases = desk.databases();
    for secret in [
        PASSWORD,
        typed_into_the_wrong_field,
        person.cookie.split_once('=').unwrap().1,
        person.csrf.as_str(),
        invited["invitation"]["token"].as_str().unwrap(),
        wanted["secret"].as_str().unwrap(),
    ] {
        assert_eq!(databases.mentions(secret), Vec::<String>::new(), "{secret}");
    }
    // It does have the people.
    assert!(!databases.mentions("dina").is_empty());
}

#[test]
fn another_session_key_ends_sessions_and_invitations() {
    let mut desk = desk();
    let person = desk.person("finn", "agent", &[]);
    let invited = json!({ "login": "gina", "name": "Gina", "role": "agent" });
    let invited = desk.api().post("/people", &invited).expect(201).json();
    let token = invited["invitation"]["token"].as_str().unwrap();
    let link = format!("/invitations/{token}");
    desk.browser().get(&link).expect(200);
    person.get("/session").expect(200);
    desk.set("FANDESK_SESSION_KEY", &"another key ".repeat(4));
    desk.restart();
    person.get("/session").expect(401);
    desk.browser().get(&link).expect(404);
}
