//! The callback in plain mode: what is taken, what is refused, and that a refusal leaves nothing behind.

use std::fs;

use fandesk_e2e::deployment::{APP_ID, checkout};
use fandesk_e2e::message::seconds_now;
use fandesk_e2e::{Deployment, Message, Mode, Setup, Shared, new_openid};
use serde_json::{Value, json};

static DESK: Shared = Shared::new(|| Setup::new(Mode::Plain).start());

/// Whom the published documents name.
const FAN_OF_VECTORS: &str = "oFan00000000000000000000001";

/// A published document, as if this fan had caused it.
fn vector(name: &str, openid: &str) -> String {
    let path = checkout()
        .join("crates/wechat/tests/vectors/edge")
        .join(name);
    fs::read_to_string(path)
        .unwrap()
        .trim_end()
        .replace(FAN_OF_VECTORS, openid)
}

/// Sends a published document, which has to be taken, and gives what was answered and what is kept of it.
fn send_vector(desk: &Deployment, name: &str) -> (String, Value) {
    let openid = new_openid();
    let answer = desk
        .wechat()
        .call(&vector(name, &openid))
        .send()
        .expect(200);
    (answer.body, only_event(desk, &openid))
}

#[track_caller]
fn only_event(desk: &Deployment, openid: &str) -> Value {
    let events = desk.api().events_of(openid);
    assert_eq!(events.len(), 1, "{events:?}");
    events[0].clone()
}

#[track_caller]
fn assert_no_trace(desk: &Deployment, openid: &str) {
    assert_eq!(desk.api().events_of(openid), Vec::<Value>::new());
    desk.api().get(&format!("/fans/{openid}")).expect(404);
}

#[test]
fn the_verification_gets_its_echostr_back() {
    let answer = DESK
        .lend()
        .wechat()
        .verification("5927369287402743810")
        .get()
        .expect(200);
    assert_eq!(answer.body, "5927369287402743810");
}

#[test]
fn a_forged_verification_is_refused() {
    let desk = DESK.lend();
    desk.wechat()
        .with_token("guessed")
        .verification("1")
        .get()
        .expect(401);
}

#[test]
fn a_verification_without_echostr_is_refused() {
    let desk = DESK.lend();
    desk.wechat()
        .verification("1")
        .without("echostr")
        .get()
        .expect(400);
}

#[test]
fn other_methods_are_refused() {
    DESK.lend()
        .http()
        .ask("PUT", "/wechat", &[], Some(b"<xml></xml>"))
        .expect(405);
}

#[test]
fn bytes_that_are_no_utf_8_are_refused() {
    let desk = DESK.lend();
    let mut body = Message::text(&new_openid(), "GO").xml().into_bytes();
    let place = body.iter().position(|byte| *byte == b'G').unwrap();
    body[place] = 0xFF;
    desk.wechat().call_with_body(body).send().expect(400);
}

#[test]
fn a_text_is_answered_as_xml() {
    let desk = DESK.lend();
    let answer = desk.wechat().send(&Message::text(&new_openid(), "GO"));
    assert_eq!(
        answer.header("content-type"),
        "application/xml; charset=utf-8"
    );
    assert!(desk.wechat().text(&answer).contains("出发"));
}

#[test]
fn a_json_body_is_answered_as_json() {
    let desk = DESK.lend();
    let openid = new_openid();
    let answer = desk
        .wechat()
        .call(&Message::text(&openid, "GO").json())
        .send()
        .expect(200);
    assert_eq!(
        answer.header("content-type"),
        "application/json; charset=utf-8"
    );
    assert_eq!(answer.json()["ToUserName"], openid);
    assert!(answer.json()["Content"].as_str().unwrap().contains("出发"));
}

#[test]
fn a_forged_signature_is_refused_and_leaves_nothing() {
    let desk = DESK.lend();
    let openid = new_openid();
    let call = desk.wechat().call(&Message::text(&openid, "GO").xml());
    call.query("signature", &"0".repeat(40)).send().expect(401);
    assert_no_trace(&desk, &openid);
}

#[test]
fn a_missing_signature_is_refused_and_leaves_nothing() {
    let desk = DESK.lend();
    let openid = new_openid();
    let call = desk.wechat().call(&Message::text(&openid, "GO").xml());
    call.without("signature").send().expect(401);
    assert_no_trace(&desk, &openid);
}

#[test]
fn a_signature_for_another_nonce_is_refused() {
    let desk = DESK.lend();
    desk.wechat()
        .call(&Message::text(&new_openid(), "GO").xml())
        .query("nonce", "1")
        .send()
        .expect(401);
}

#[test]
fn a_callback_older_than_five_minutes_is_refused_and_leaves_nothing() {
    let desk = DESK.lend();
    let openid = new_openid();
    desk.wechat()
        .call_at(&Message::text(&openid, "GO").xml(), seconds_now() - 310)
        .send()
        .expect(401);
    assert_no_trace(&desk, &openid);
}

#[test]
fn a_callback_from_the_far_future_is_refused() {
    let desk = DESK.lend();
    desk.wechat()
        .call_at(
            &Message::text(&new_openid(), "GO").xml(),
            seconds_now() + 310,
        )
        .send()
        .expect(401);
}

#[test]
fn clocks_may_differ_by_less_than_five_minutes() {
    let desk = DESK.lend();
    let text = || Message::text(&new_openid(), "GO").xml();
    desk.wechat()
        .call_at(&text(), seconds_now() - 290)
        .send()
        .expect(200);
    desk.wechat()
        .call_at(&text(), seconds_now() + 290)
        .send()
        .expect(200);
}

#[test]
fn a_repeated_nonce_is_not_refused() {
    let desk = DESK.lend();
    let openid = new_openid();
    let call = desk.wechat().call(&Message::text(&openid, "GO").xml());
    call.send().expect(200);
    call.body(Message::text(&openid, "帮助").xml())
        .send()
        .expect(200);
    assert_eq!(desk.api().events_of(&openid).len(), 2);
}

#[test]
fn create_time_and_receiver_are_not_judged() {
    let desk = DESK.lend();
    let openid = new_openid();
    let message = Message::text(&openid, "GO")
        .with("CreateTime", 1)
        .with("ToUserName", "gh_somebody_else");
    desk.wechat().send(&message).expect(200);
    assert_eq!(only_event(&desk, &openid)["occurred_at"], 1000);
}

#[test]
fn malformed_xml_is_refused() {
    let desk = DESK.lend();
    for body in [
        "",
        "hello",
        "<xml>",
        "<xml><MsgType>text</xml>",
        "<html></html>",
    ] {
        let answer = desk.wechat().call(body).send();
        assert_eq!(answer.status, 400, "{body:?}: {}", answer.body);
    }
}

#[test]
fn a_doctype_is_refused_and_leaves_nothing() {
    let desk = DESK.lend();
    let openid = new_openid();
    desk.wechat()
        .call(&vector("doctype_xxe.xml", &openid))
        .send()
        .expect(400);
    assert_no_trace(&desk, &openid);
}

#[test]
fn a_callback_without_a_field_that_all_have_is_refused() {
    let desk = DESK.lend();
    for field in ["ToUserName", "FromUserName", "CreateTime", "MsgType"] {
        let openid = new_openid();
        let answer = desk
            .wechat()
            .send(&Message::text(&openid, "GO").without(field));
        assert_eq!(answer.status, 400, "without {field}: {}", answer.body);
        assert_no_trace(&desk, &openid);
    }
}

#[test]
fn a_body_of_256_kib_is_taken_and_one_byte_more_is_not() {
    let desk = DESK.lend();
    let around = Message::text(&new_openid(), "").xml().len();
    let fitting = "x".repeat(256 * 1024 - around);
    let xml = |content: &str| Message::text(&new_openid(), content).xml();
    desk.wechat().call(&xml(&fitting)).send().expect(200);
    desk.wechat()
        .call(&xml(&format!("{fitting}x")))
        .send()
        .expect(413);
}

#[test]
fn a_body_that_does_not_say_its_length_is_measured_all_the_same() {
    let desk = DESK.lend();
    let xml = |content: &str| Message::text(&new_openid(), content).xml();
    desk.wechat().call(&xml("GO")).stream().expect(200);
    desk.wechat()
        .call(&xml(&"x".repeat(256 * 1024)))
        .stream()
        .expect(413);
}

#[test]
fn size_is_looked_at_before_the_signature_and_the_signature_before_the_rest() {
    let wechat = DESK.lend().wechat().with_token("guessed");
    wechat.call(&"x".repeat(256 * 1024 + 1)).send().expect(413);
    wechat.call("<xml>").send().expect(401);
}

#[test]
fn an_unknown_type_is_answered_with_success_and_kept_whole() {
    let desk = DESK.lend();
    let openid = new_openid();
    let list = json!([{ "Name": "一", "Count": "1" }, { "Name": "二", "Count": "2" }]);
    let message = Message::bare(&openid, "brand_new_type")
        .with("Item", list.clone())
        .with("Deep", json!({ "A": { "B": "c" } }));
    let answer = desk.wechat().send(&message).expect(200);
    assert_eq!(answer.body, "success");
    let event = only_event(&desk, &openid);
    assert_eq!(event["kind"], "brand_new_type");
    assert_eq!(event["payload"]["Item"], list);
    assert_eq!(event["payload"]["Deep"]["A"]["B"], "c");
}

#[test]
fn the_prefix_of_a_scene_is_taken_off_once() {
    let desk = DESK.lend();
    let openid = new_openid();
    desk.wechat()
        .call(&vector("subscribe_qrscene.xml", &openid))
        .send()
        .expect(200);
    assert_eq!(desk.api().fan(&openid)["follows"][0]["scene"], "qrscene_1");
}

#[test]
fn an_empty_scene_is_none() {
    let desk = DESK.lend();
    let openid = new_openid();
    desk.wechat()
        .call(&vector("subscribe_empty_eventkey.xml", &openid))
        .send()
        .expect(200);
    assert_eq!(desk.api().fan(&openid)["follows"][0]["scene"], Value::Null);
}

#[test]
fn scan_in_small_letters_is_the_same_event() {
    let (_, event) = send_vector(&DESK.lend(), "scan_lowercase.xml");
    assert_eq!(event["kind"], "event.scan");
}

#[test]
fn cdata_that_was_split_is_one_text() {
    let desk = DESK.lend();
    let (answer, event) = send_vector(&desk, "text_cdata_split.xml");
    assert_eq!(event["payload"]["Content"], "a]]>b");
    assert!(answer.contains("a]]]]><![CDATA[>b"), "{answer}");
}

#[test]
fn text_without_cdata_is_read_with_its_entities() {
    let (_, event) = send_vector(&DESK.lend(), "text_no_cdata_entities.xml");
    assert_eq!(event["payload"]["Content"], "1 < 2 & 3 你");
}

#[test]
fn tags_inside_a_text_stay_text() {
    let (_, event) = send_vector(&DESK.lend(), "text_injected_tags.xml");
    assert_eq!(event["kind"], "text");
    assert_eq!(
        event["payload"]["Content"],
        "</Content><MsgType>event</MsgType><Event>subscribe</Event>"
    );
}

#[test]
fn the_largest_msg_id_and_emoji_are_kept_to_the_digit_and_byte() {
    let (_, event) = send_vector(&DESK.lend(), "text_emoji_surrogate.xml");
    assert_eq!(event["msg_id"], "9223372036854775807");
    assert_eq!(event["payload"]["Content"], "你好👨‍👩‍👧‍👦🇨🇳/::)");
}

#[test]
fn the_end_of_a_template_message_is_kept_with_its_status() {
    let (answer, event) = send_vector(&DESK.lend(), "template_finish_MsgID.xml");
    assert_eq!(answer, "success");
    assert_eq!(event["kind"], "event.templatesendjobfinish");
    assert_eq!(event["payload"]["MsgID"], "200163840");
    assert_eq!(event["payload"]["Status"], "failed:user block");
}

#[test]
fn an_unknown_event_is_answered_with_success_and_kept_with_what_is_nested_in_it() {
    let (answer, event) = send_vector(&DESK.lend(), "unknown_event.xml");
    assert_eq!(answer, "success");
    assert_eq!(event["kind"], "event.brand_new_event_2030");
    assert_eq!(event["payload"]["Some"], json!({ "Nested": "1" }));
}

#[test]
fn the_path_may_name_the_account() {
    let desk = DESK.lend();
    let call = desk
        .wechat()
        .call(&Message::text(&new_openid(), "GO").xml());
    call.clone()
        .to(&format!("/wechat/{APP_ID}"))
        .send()
        .expect(200);
    call.to("/wechat/wx0000000000000000").send().expect(404);
}
