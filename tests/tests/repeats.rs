//! WeChat tries up to three times: a copy gets the same answer, and changes nothing.

use std::collections::HashSet;

use fandesk_e2e::message::{new_msg_id, seconds_now};
use fandesk_e2e::{Message, Mode, Setup, Shared, at_once, new_openid};

static DESK: Shared = Shared::new(|| Setup::new(Mode::Plain).start());

#[test]
fn three_tries_give_one_event_and_one_answer_to_the_byte() {
    let desk = DESK.lend();
    let openid = new_openid();
    let call = desk.wechat().call(&Message::text(&openid, "GO").xml());
    let bodies: HashSet<String> = (0..3).map(|_| call.send().expect(200).body).collect();
    assert_eq!(bodies.len(), 1);
    assert_eq!(desk.api().events_of(&openid).len(), 1);
}

#[test]
fn a_copy_that_comes_late_and_signed_anew_gets_the_same_answer() {
    let desk = DESK.lend();
    let openid = new_openid();
    let xml = Message::text(&openid, "GO").xml();
    let first = desk
        .wechat()
        .call_at(&xml, seconds_now() - 200)
        .send()
        .expect(200);
    desk.wechat()
        .send(&Message::text(&openid, "菜单"))
        .expect(200);
    let late = desk
        .wechat()
        .call_at(&xml, seconds_now())
        .send()
        .expect(200);
    assert_eq!(late.body, first.body);
    assert_eq!(desk.api().events_of(&openid).len(), 2);
}

#[test]
fn a_copy_of_a_step_in_the_menu_does_not_step_again() {
    let desk = DESK.lend();
    let wechat = desk.wechat();
    let openid = new_openid();
    let say = |text: &str| wechat.text(&wechat.send(&Message::text(&openid, text)));
    say("菜单");
    let step = wechat.call(&Message::text(&openid, "1").xml());
    let first = step.send().expect(200);
    assert_eq!(step.send().body, first.body);
    assert!(
        say("1").contains("维修价格"),
        "the second step leads to the second level"
    );
}

#[test]
fn a_copy_of_a_look_up_starts_no_second_one() {
    let desk = DESK.lend();
    let fan = desk.fan();
    let call = desk
        .wechat()
        .call(&Message::text(fan.openid(), "查物流 77777").xml());
    at_once(3, |_| call.send().expect(200));
    let intents = desk
        .api()
        .jobs_of(fan.openid())
        .into_iter()
        .filter(|job| job["kind"] == "intent");
    assert_eq!(intents.count(), 1);
}

#[test]
fn a_copy_of_an_event_without_msg_id_is_told_by_its_other_fields() {
    let desk = DESK.lend();
    let openid = new_openid();
    let event = Message::event(&openid, "TEMPLATESENDJOBFINISH").with("Status", "success");
    let (first, second) = (event.clone().with("MsgID", 1), event.with("MsgID", 2));
    for message in [&first, &second, &first, &second] {
        desk.wechat().send(message).expect(200);
    }
    assert_eq!(desk.api().events_of(&openid).len(), 2);
}

#[test]
fn one_msg_id_from_fifteen_fans_gives_fifteen_events() {
    let desk = DESK.lend();
    let msg_id = new_msg_id();
    let openids: Vec<String> = (0..15).map(|_| new_openid()).collect();
    at_once(15, |fan| {
        desk.wechat()
            .send(&Message::text(&openids[fan], "GO").with("MsgId", msg_id))
            .expect(200)
    });
    for openid in &openids {
        assert_eq!(desk.api().events_of(openid).len(), 1);
    }
}

#[test]
fn eight_copies_at_once_share_one_answer() {
    let desk = DESK.lend();
    let openid = new_openid();
    let call = desk.wechat().call(&Message::text(&openid, "GO").xml());
    let bodies: HashSet<String> = at_once(8, |_| call.send().expect(200).body)
        .into_iter()
        .collect();
    assert_eq!(bodies.len(), 1);
    assert_eq!(desk.api().events_of(&openid).len(), 1);
}

#[test]
fn two_messages_of_one_fan_at_once_step_the_menu_twice() {
    let desk = DESK.lend();
    let wechat = desk.wechat();
    let openid = new_openid();
    wechat.send(&Message::text(&openid, "菜单")).expect(200);
    let texts: HashSet<String> = at_once(2, |_| {
        wechat.text(&wechat.send(&Message::text(&openid, "1")))
    })
    .into_iter()
    .collect();
    assert!(
        texts.iter().any(|text| text.contains("1 维修 Repair")),
        "{texts:?}"
    );
    assert!(
        texts.iter().any(|text| text.contains("1 维修价格 Prices")),
        "{texts:?}"
    );
}

#[test]
fn a_retry_after_a_restart_gets_the_same_answer() {
    let mut desk = Setup::new(Mode::Plain).start();
    let openid = new_openid();
    let call = desk.wechat().call(&Message::text(&openid, "GO").xml());
    let before = call.send().expect(200).body;
    desk.restart();
    assert_eq!(call.send().expect(200).body, before);
    assert_eq!(desk.api().events_of(&openid).len(), 1);
}

#[test]
fn a_retry_after_a_new_playbook_gets_the_answer_of_the_old_one() {
    let desk = Setup::new(Mode::Plain).start();
    let call = desk
        .wechat()
        .call(&Message::text(&new_openid(), "GO").xml());
    let before = call.send().expect(200).body;
    desk.api()
        .publish("default = { text = \"新的 New\" }")
        .expect(200);
    assert_eq!(call.send().expect(200).body, before);
}
