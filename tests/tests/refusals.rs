//! Who sends many callbacks that are refused is turned away, and nobody who signs is.

use fandesk_e2e::callback::Call;
use fandesk_e2e::{Deployment, Message, Mode, Setup, Shared, at_once, new_openid};

/// Addresses count apart, so each test has one of its own.
static DESK: Shared = Shared::new(|| Setup::new(Mode::Plain).start());

/// Refusals of an address in a minute, as in `src/refusals.rs`.
const MOST: usize = 300;

fn genuine(desk: &Deployment, address: &str) -> Call {
    let text = Message::text(&new_openid(), "GO");
    desk.wechat().call(&text.xml()).from(address)
}

fn forged(desk: &Deployment, address: &str) -> Call {
    genuine(desk, address).query("signature", &"0".repeat(40))
}

/// Sends it as often as it is refused with its own status in a minute.
#[track_caller]
fn flood(call: &Call, status: u16) {
    let sent = at_once(4, |_| {
        let answers = (0..MOST / 4).map(|_| call.send().status);
        answers.collect::<Vec<_>>()
    });
    assert_eq!(sent.concat(), vec![status; MOST]);
}

/// What the Worker wrote into its log about refusals.
fn lines(desk: &Deployment) -> Vec<String> {
    let log = desk.log();
    let lines = log
        .lines()
        .filter(|line| line.contains("callbacks were refused"));
    lines.map(str::to_owned).collect()
}

#[test]
fn who_forges_many_is_turned_away_whatever_comes_next() {
    let desk = DESK.lend();
    let forged = forged(&desk, "203.0.113.10");
    flood(&forged, 401);
    forged.send().expect(429);
    forged.stream().expect(429);
    forged
        .clone()
        .body("x".repeat(257 * 1024))
        .send()
        .expect(429);
    let verification = desk.wechat().with_token("guessed").verification("1");
    verification.from("203.0.113.10").get().expect(429);
}

#[test]
fn a_genuine_callback_from_an_address_that_is_turned_away_is_answered() {
    let desk = DESK.lend();
    let address = "203.0.113.11";
    flood(&forged(&desk, address), 401);
    forged(&desk, address).send().expect(429);
    let answer = genuine(&desk, address).send().expect(200);
    assert!(desk.wechat().text(&answer).contains("出发"));
    genuine(&desk, address).stream().expect(200);
    let verification = desk.wechat().verification("17");
    verification.from(address).get().expect(200);
}

#[test]
fn in_safe_mode_too() {
    let desk = Setup::new(Mode::Safe).start();
    let address = "203.0.113.12";
    flood(&forged(&desk, address), 401);
    forged(&desk, address).send().expect(429);
    genuine(&desk, address).send().expect(200);
}

#[test]
fn who_is_refused_often_for_what_is_signed_is_told_so_and_is_heard() {
    let desk = DESK.lend();
    let address = "203.0.113.13";
    let malformed = genuine(&desk, address).body("<xml>");
    flood(&malformed, 400);
    malformed.send().expect(429);
    genuine(&desk, address).send().expect(200);
}

#[test]
fn another_address_hears_the_reason() {
    let desk = DESK.lend();
    flood(&forged(&desk, "203.0.113.14"), 401);
    forged(&desk, "203.0.113.14").send().expect(429);
    let other = "203.0.113.15";
    forged(&desk, other).send().expect(401);
    genuine(&desk, other).body("<xml>").send().expect(400);
    let large = genuine(&desk, other).body("x".repeat(257 * 1024));
    large.send().expect(413);
}

#[test]
fn a_flood_is_one_line_in_the_log() {
    let desk = Setup::new(Mode::Plain).start();
    let forged = forged(&desk, "203.0.113.16");
    flood(&forged, 401);
    for _ in 0..50 {
        forged.send().expect(429);
    }
    let lines = lines(&desk);
    // The flood takes a second or two, and a line has the rest of a minute.
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(
        lines[0].contains("signature is not made with any configured token"),
        "{lines:?}"
    );
}
