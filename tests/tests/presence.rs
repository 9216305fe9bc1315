//! Who is there, what they are told, and what they missed.

use std::time::{Duration, Instant};

use fandesk_e2e::wait::within;
use fandesk_e2e::{Agent, Invited, Mode, Setup, Shared, Socket};
use serde_json::{Value, json};

static DESK: Shared = Shared::new(|| Setup::new(Mode::Plain).without_demo().start());

/// Presence is promised to be true within this.
const PROMISE: Duration = Duration::from_secs(5);

/// The status of somebody, as the wall shows it.
fn status(watcher: &Agent, of: &Agent) -> String {
    let desk = watcher.get("/desk").expect(200).json();
    let agents = desk["agents"].as_array().unwrap();
    let found = agents.iter().find(|agent| agent["id"] == of.id()).unwrap();
    found["status"].as_str().unwrap().to_owned()
}

/// When a socket first heard that somebody is so.
fn told(socket: &Socket, of: &Agent, status: &str) -> Option<Instant> {
    let heard = socket.heard();
    let news = heard
        .iter()
        .rev()
        .find(|heard| heard.message["agent"]["id"] == of.id())?;
    (news.message["agent"]["status"] == status).then_some(news.at)
}

#[test]
fn who_opens_a_console_is_there_and_who_closes_it_is_not() {
    let desk = DESK.lend();
    let (alice, bob) = (
        desk.hires(Invited::agent("艾丽丝")),
        desk.hires(Invited::agent("鲍勃")),
    );
    assert_eq!(status(&bob, &alice), "offline");
    let console = alice.watches();
    assert_eq!(status(&bob, &alice), "online");
    drop(console);
    let gone = within(PROMISE, || {
        (status(&bob, &alice) == "offline").then_some(())
    });
    assert!(gone.is_some(), "a console that was closed still counts");
}

#[test]
fn whose_laptop_is_closed_is_missed_within_five_seconds_and_back_with_the_next_ping() {
    let desk = DESK.lend();
    let (alice, bob) = (
        desk.hires(Invited::agent("艾丽丝")),
        desk.hires(Invited::agent("鲍勃")),
    );
    let watching = bob.watches();
    let console = alice.watches();
    console.falls_silent();
    let silent_since = Instant::now();
    let missed_at =
        within(PROMISE * 2, || told(&watching, &alice, "offline")).expect("she is missed");
    assert!(
        missed_at - silent_since <= PROMISE,
        "{:?}",
        missed_at - silent_since
    );
    console.speaks_again();
    let back = within(PROMISE, || told(&watching, &alice, "online"));
    assert!(back.is_some(), "she is back, and nobody is told");
}

#[test]
fn who_has_two_consoles_is_there_while_one_is() {
    let desk = DESK.lend();
    let (alice, bob) = (
        desk.hires(Invited::agent("艾丽丝")),
        desk.hires(Invited::agent("鲍勃")),
    );
    let (office, phone) = (alice.watches(), alice.watches());
    drop(office);
    // The other one has told that it is there long after this one was closed.
    std::thread::sleep(PROMISE);
    assert_eq!(status(&bob, &alice), "online");
    assert!(!phone.is_closed());
}

#[test]
fn who_wants_no_new_fans_is_away_until_they_say_otherwise() {
    let desk = DESK.lend();
    let (alice, bob) = (
        desk.hires(Invited::agent("艾丽丝")),
        desk.hires(Invited::agent("鲍勃")),
    );
    let console = alice.watches();
    let watching = bob.watches();
    let away = alice
        .put("/desk/me", &json!({ "status": "away" }))
        .expect(200)
        .json();
    assert_eq!(away["status"], "away");
    assert!(within(PROMISE, || told(&watching, &alice, "away")).is_some());
    console.say(&json!({ "type": "status", "status": "online" }));
    assert!(within(PROMISE, || told(&watching, &alice, "online")).is_some());
}

#[test]
fn a_console_that_comes_back_is_told_what_it_missed_and_nothing_twice() {
    let desk = DESK.lend();
    let (alice, bob) = (
        desk.hires(Invited::agent("艾丽丝")),
        desk.hires(Invited::agent("鲍勃")),
    );
    let _there = alice.watches();
    let watching = bob.watches();
    let seen = watching.hears("the greeting", |hello| hello["n"].as_i64());
    drop(watching);
    for status in ["away", "online", "away"] {
        alice
            .put("/desk/me", &json!({ "status": status }))
            .expect(200);
    }
    let again = bob.watches_after(seen);
    let hello = again.hears("the greeting", |hello| hello["resumed"].as_bool());
    assert!(hello, "everything is kept for an hour");
    let statuses = |socket: &Socket| -> Vec<Value> {
        let heard = socket.heard();
        let of_alice = heard
            .iter()
            .filter(|heard| heard.message["agent"]["id"] == alice.id());
        of_alice
            .map(|heard| heard.message["agent"]["status"].clone())
            .collect()
    };
    let all = within(PROMISE, || {
        Some(statuses(&again)).filter(|statuses| statuses.len() >= 3)
    });
    assert_eq!(all.unwrap(), ["away", "online", "away"]);
    let numbers: Vec<i64> = again
        .heard()
        .iter()
        .skip(1)
        .filter_map(|heard| heard.message["n"].as_i64())
        .collect();
    assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
}

#[test]
fn a_console_that_was_away_for_longer_than_anything_is_kept_is_told_to_read_anew() {
    let desk = DESK.lend();
    let alice = desk.hires(Invited::agent("艾丽丝"));
    let console = alice.watches_after(1_000_000);
    let resumed = console.hears("the greeting", |hello| hello["resumed"].as_bool());
    assert!(!resumed);
}

#[test]
fn whose_teams_are_others_now_is_asked_who_they_are_again() {
    let desk = DESK.lend();
    desk.api()
        .put("/teams/night", &json!({ "id": "night", "name": "夜班" }))
        .expect(200);
    let alice = desk.hires(Invited::agent("艾丽丝"));
    let console = alice.watches();
    let path = format!("/people/{}", alice.id());
    desk.api()
        .put(&path, &json!({ "teams": ["night"] }))
        .expect(200);
    assert!(within(PROMISE, || console.is_closed().then_some(())).is_some());
}

#[test]
fn who_leaves_is_shown_nothing_more_at_once() {
    let desk = DESK.lend();
    let alice = desk.hires(Invited::agent("艾丽丝"));
    let console = alice.watches();
    let path = format!("/people/{}", alice.id());
    desk.api()
        .put(&path, &json!({ "active": false }))
        .expect(200);
    assert!(within(PROMISE, || console.is_closed().then_some(())).is_some());
}

#[test]
fn nobody_watches_who_may_not() {
    let desk = DESK.lend();
    let path = "/api/v1/desk/live";
    let refused = |headers: &[(&str, &str)]| Socket::open(&desk.address(), path, headers).err();
    assert_eq!(refused(&[]), Some(401));
    let alice = desk.hires(Invited::agent("艾丽丝"));
    let cookie = ("cookie", alice.cookie.as_str());
    // A page of others that asks a browser in which she is logged in.
    assert_eq!(
        refused(&[cookie, ("origin", "https://evil.example")]),
        Some(403)
    );
    let own = format!("http://{}", desk.address());
    assert_eq!(refused(&[cookie, ("origin", &own)]), None);
    alice.get("/desk/live").expect(426);
    alice.get("/desk/live?after=x").expect(422);
}

#[test]
fn a_console_that_says_nonsense_is_not_minded() {
    let desk = DESK.lend();
    let (alice, bob) = (
        desk.hires(Invited::agent("艾丽丝")),
        desk.hires(Invited::agent("鲍勃")),
    );
    let console = alice.watches();
    for nonsense in [
        json!("typing"),
        json!(7),
        json!({ "type": "typing" }),
        json!({ "type": "delete" }),
        json!(["x".repeat(4_000)]),
    ] {
        console.say(&nonsense);
    }
    console.say(&json!({ "type": "status", "status": "away" }));
    assert!(within(PROMISE, || (status(&bob, &alice) == "away").then_some(())).is_some());
}
