//! Which callbacks count as copies of one another.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use wechat::{Field, Fields, Inbound, MessageKey};

fn inbound(pairs: &[(&str, &str)]) -> Inbound {
    Inbound::from_fields(Fields::from_iter(pairs.iter().copied())).unwrap()
}

fn message(from: &str, create_time: &str, msg_id: &str, content: &str) -> MessageKey {
    let pairs = [
        ("ToUserName", "gh"),
        ("FromUserName", from),
        ("CreateTime", create_time),
        ("MsgType", "text"),
        ("Content", content),
        ("MsgId", msg_id),
    ];
    inbound(&pairs).message_key()
}

fn event(pairs: &[(&str, &str)]) -> MessageKey {
    let head = [
        ("ToUserName", "gh"),
        ("FromUserName", "oFan"),
        ("CreateTime", "1"),
        ("MsgType", "event"),
    ];
    inbound(&[&head, pairs].concat()).message_key()
}

#[test]
fn a_retry_has_the_same_key() {
    assert_eq!(
        message("oFan", "1", "7", "hi"),
        message("oFan", "1", "7", "hi")
    );
}

#[test]
fn one_msg_id_for_several_fans_is_several_messages() {
    assert_ne!(
        message("oFan", "1", "7", "hi"),
        message("oOther", "1", "7", "hi")
    );
}

#[test]
fn the_same_words_in_another_message_are_another_message() {
    assert_ne!(
        message("oFan", "1", "7", "hi"),
        message("oFan", "1", "8", "hi")
    );
    assert_ne!(
        message("oFan", "1", "7", "hi"),
        message("oFan", "2", "7", "hi")
    );
}

#[test]
fn parts_do_not_run_together() {
    assert_ne!(
        message("oFan1", "1", "7", ""),
        message("oFan", "11", "7", "")
    );
    assert_ne!(
        message("oFan", "1", "17", ""),
        message("oFan", "11", "7", "")
    );
    assert_ne!(
        event(&[("Event", "x"), ("EventKey", "yz")]),
        event(&[("Event", "xy"), ("EventKey", "z")])
    );
}

#[test]
fn two_template_results_of_one_second_differ_in_their_msg_id() {
    let result = |id| {
        event(&[
            ("Event", "TEMPLATESENDJOBFINISH"),
            ("MsgID", id),
            ("Status", "success"),
        ])
    };
    assert_ne!(result("1"), result("2"));
    assert_eq!(result("1"), result("1"));
}

#[test]
fn two_events_of_one_second_may_differ_in_any_field() {
    let tap = |key, menu| event(&[("Event", "VIEW"), ("EventKey", key), ("MenuId", menu)]);
    assert_ne!(tap("u", "1"), tap("v", "1"));
    assert_ne!(tap("u", "1"), tap("u", "2"));
}

#[test]
fn nested_fields_count() {
    let scan = |result: &str| {
        let mut fields = inbound(&[
            ("ToUserName", "gh"),
            ("FromUserName", "oFan"),
            ("CreateTime", "1"),
            ("MsgType", "event"),
            ("Event", "scancode_push"),
        ])
        .fields;
        fields.push("ScanCodeInfo", Fields::from_iter([("ScanResult", result)]));
        Inbound::from_fields(fields).unwrap().message_key()
    };
    assert_ne!(scan("1"), scan("2"));
}

#[test]
fn a_message_without_id_is_told_by_all_its_fields() {
    let message = |content| {
        let pairs = [
            ("ToUserName", "gh"),
            ("FromUserName", "oFan"),
            ("CreateTime", "1"),
            ("MsgType", "text"),
            ("Content", content),
        ];
        inbound(&pairs).message_key()
    };
    assert_eq!(message("a"), message("a"));
    assert_ne!(message("a"), message("b"));
}

#[test]
fn keys_rise_with_time() {
    let keys =
        ["1", "1790000000", "1790000001", "9999999999"].map(|time| message("o", time, "7", "hi"));
    assert!(keys.is_sorted(), "{keys:?}");
}

#[test]
fn a_key_is_fifty_digits_and_survives_storage() {
    let key = message("oFan", "1", "7", "hi");
    assert_eq!(key.as_str().len(), 50);
    let stored = serde_json::to_string(&key).unwrap();
    assert_eq!(stored, format!("\"{key}\""));
    assert_eq!(serde_json::from_str::<MessageKey>(&stored).unwrap(), key);
}

#[test]
fn xml_and_json_of_one_callback_have_one_key() {
    let xml =
        b"<xml><ToUserName>gh</ToUserName><FromUserName>o</FromUserName><CreateTime>1</CreateTime>\
                <MsgType>event</MsgType><Event>CLICK</Event><EventKey>k</EventKey></xml>";
    let json = br#"{"ToUserName":"gh","FromUserName":"o","CreateTime":1,"MsgType":"event","Event":"CLICK","EventKey":"k"}"#;
    let [xml, json] = [Fields::from_xml(xml), Fields::from_json(json)]
        .map(|fields| Inbound::from_fields(fields.unwrap()));
    assert_eq!(xml.unwrap().message_key(), json.unwrap().message_key());
}

proptest! {
    #[test]
    fn different_messages_have_different_keys(
        a in ("[a-c]{1,3}", 0..20i64, "[0-9]{1,2}"),
        b in ("[a-c]{1,3}", 0..20i64, "[0-9]{1,2}"),
    ) {
        let key = |(from, time, id): &(String, i64, String)| message(from, &time.to_string(), id, "");
        prop_assert_eq!(key(&a) == key(&b), a == b);
    }

    #[test]
    fn different_fields_have_different_keys(
        a in proptest::collection::vec(("[ab]{1,2}", "[ab]{0,2}"), 0..3),
        b in proptest::collection::vec(("[ab]{1,2}", "[ab]{0,2}"), 0..3),
    ) {
        let with = |pairs: &[(String, String)]| {
            let mut fields = inbound(&[
                ("ToUserName", "gh"), ("FromUserName", "o"), ("CreateTime", "1"), ("MsgType", "event"), ("Event", "x"),
            ]).fields;
            for (name, text) in pairs {
                fields.push(name.as_str(), Field::from(text.as_str()));
            }
            Inbound::from_fields(fields).unwrap()
        };
        let (a, b) = (with(&a), with(&b));
        prop_assert_eq!(a.message_key() == b.message_key(), a.fields == b.fields);
    }
}
