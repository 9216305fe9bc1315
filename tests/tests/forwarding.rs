//! Another system gets copies of what WeChat sends, signed for it, and nothing waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use fandesk_e2e::deployment::APP_ID;
use fandesk_e2e::stub::{Asked, Reply};
use fandesk_e2e::{Deployment, Fan, Mode, Setup, Stub, eventually};
use wechat::{AesKey, Fields, Keyring, Query};

const TOKEN: &str = "the-old-systems-token";
/// Another than the account's own.
const KEY: &str = "ZYXWVUTSRQPONMLKJIHGFEDCBA9876543210zyxwvut";

fn deployment() -> Deployment {
    Setup::new(Mode::Safe)
        .without_demo()
        .with("FANDESK_SECRET_OLD_TOKEN", TOKEN)
        .with("FANDESK_SECRET_OLD_KEY", KEY)
        .start()
}

/// The smallest playbook that forwards to this server, with more lines below `[forward]`.
fn forward(desk: &Deployment, to: &str, more: &str) {
    let playbook = format!(
        "default = {{ text = \"?\" }}\n[forward]\nurl = \"{to}\"\ntoken = \"OLD_TOKEN\"\n{more}\n"
    );
    desk.api().publish(&playbook).expect(200);
}

/// What the other system reads, by WeChat's own rules: signatures, time, decryption.
fn read(asked: &Asked, mode: wechat::Mode) -> Fields {
    assert_eq!(asked.method, "POST");
    let keys = vec![AesKey::parse(KEY).unwrap()];
    let theirs = Keyring::new(APP_ID, mode, vec![TOKEN.to_owned()], keys).unwrap();
    let (_, query) = asked.target.split_once('?').unwrap();
    let query = Query::parse(query);
    let now = query.timestamp.as_ref().unwrap().parse().unwrap();
    theirs
        .open(&query, asked.body.as_bytes(), now)
        .unwrap()
        .inbound
        .fields
}

fn contents(stub: &Stub) -> Vec<String> {
    let content = |asked: &Asked| {
        read(asked, wechat::Mode::Plain)
            .text("Content")
            .unwrap_or_default()
            .to_owned()
    };
    stub.asked().iter().map(content).collect()
}

#[track_caller]
fn says(fan: &Fan, text: &str) {
    assert_eq!(fan.say(text).text(), "?");
}

#[test]
fn plain_copies_are_signed_as_wechat_would_and_have_every_field() {
    let desk = deployment();
    let old =
        Stub::start(|_, _| Reply::Body("<xml>what it answers is for nobody</xml>".to_owned()));
    forward(&desk, &format!("{}/wx?of=lumo", old.url()), "");
    let fan = desk.fan();
    says(&fan, "你好 ]]> <b>&");
    let asked = eventually("a copy", || old.asked().pop());
    assert!(
        asked.target.starts_with("/wx?of=lumo&signature="),
        "{}",
        asked.target
    );
    assert!(asked.header("content-type").starts_with("text/xml"));
    let copy = read(&asked, wechat::Mode::Plain);
    let event = desk.api().events_of(fan.openid()).remove(0);
    assert_eq!(serde_json::to_value(&copy).unwrap(), event["payload"]);
    assert_eq!(copy.text("Content"), Some("你好 ]]> <b>&"));
    assert!(fan.service_messages().is_empty());
}

#[test]
fn encrypted_copies_have_the_other_systems_key_and_only_the_kinds_that_are_named() {
    let desk = deployment();
    let old = Stub::start(|_, _| Reply::Body("success".to_owned()));
    forward(
        &desk,
        &old.url(),
        "aes_key = \"OLD_KEY\"\nkinds = [\"event.*\"]",
    );
    let fan = desk.fan();
    says(&fan, "not for them");
    fan.follow();
    let asked = eventually("a copy", || old.asked().pop());
    assert!(
        !asked.body.contains(fan.openid()),
        "only what is encrypted names the fan"
    );
    let copy = read(&asked, wechat::Mode::Safe);
    assert_eq!(copy.text("Event"), Some("subscribe"));
    assert_eq!(old.asked().len(), 1);
}

#[test]
fn while_the_other_system_is_down_fans_are_answered_as_fast_and_it_gets_all_in_order_afterwards() {
    let desk = deployment();
    let works = Arc::new(AtomicBool::new(false));
    let up = Arc::clone(&works);
    let old = Stub::start(move |_, _| {
        if up.load(Ordering::Relaxed) {
            Reply::Body("success".to_owned())
        } else {
            Reply::Stall
        }
    });
    forward(&desk, &old.url(), "");
    let fan = desk.fan();
    says(&fan, "0");
    eventually("the other system is asked in vain", || {
        (!old.asked().is_empty()).then_some(())
    });
    let began = Instant::now();
    (1..20).for_each(|n| says(&fan, &n.to_string()));
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    // What a fan is sent later does not wait for it either.
    desk.api().write_well(fan.openid(), "from a person");
    fan.gets("from a person");

    works.store(true, Ordering::Relaxed);
    let before = old.asked().len();
    let all: Vec<String> = (0..20).map(|n| n.to_string()).collect();
    eventually("it has all of them", || {
        let mut taken = contents(&old).split_off(before);
        // The first may have been on its way when it stalled.
        taken.dedup();
        (taken.len() >= 20).then_some(taken)
    });
    let mut taken = contents(&old);
    taken.dedup();
    assert_eq!(taken, all);
}

#[test]
fn a_copy_that_alone_is_refused_holds_nobody_else_up() {
    let desk = deployment();
    let old = Stub::start(|_, asked| {
        if asked.body.contains("poison") {
            Reply::Redirect("/".to_owned())
        } else {
            Reply::Body("success".to_owned())
        }
    });
    forward(&desk, &old.url(), "");
    let (bad, good) = (desk.fan(), desk.fan());
    says(&bad, "poison");
    says(&bad, "later");
    (0..5).for_each(|n| says(&good, &n.to_string()));
    eventually("the others' copies", || {
        let contents = contents(&old);
        (0..5)
            .all(|n| contents.contains(&n.to_string()))
            .then_some(())
    });
    assert!(
        !contents(&old).contains(&"later".to_owned()),
        "a fan's copies stay in order"
    );
    assert!(desk.api().events_of(bad.openid()).len() == 2);
}
