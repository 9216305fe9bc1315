//! Menus read, refused and written.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use wechat::api::Call;
use wechat::api::menu::{self, Action, Button, Menu};

fn s(text: &str) -> String {
    text.to_owned()
}

fn body(call: &Call) -> Value {
    serde_json::from_str(call.json().unwrap()).unwrap()
}

fn menu_error(json: &str) -> String {
    Menu::from_json(json.as_bytes()).unwrap_err().to_string()
}

#[test]
fn a_menu_with_every_kind_of_button_keeps_wechats_form() {
    let document = json!({ "button": [
        { "type": "click", "name": "帮助", "key": "HELP" },
        { "name": "更多", "sub_button": [
            { "type": "view", "name": "v", "url": "http://u" },
            { "type": "scancode_push", "name": "s", "key": "k" },
            { "type": "scancode_waitmsg", "name": "s", "key": "k" },
            { "type": "pic_sysphoto", "name": "p", "key": "k" },
            { "type": "pic_photo_or_album", "name": "p", "key": "k" },
        ] },
        { "name": "再多", "sub_button": [
            { "type": "pic_weixin", "name": "p", "key": "k" },
            { "type": "location_select", "name": "l", "key": "k" },
            { "type": "miniprogram", "name": "m", "url": "http://u", "appid": "wx", "pagepath": "p" },
            { "type": "media_id", "name": "m", "media_id": "m" },
            { "type": "article_id", "name": "a", "article_id": "a" },
        ] },
    ] });
    let menu: Menu = serde_json::from_value(document.clone()).unwrap();
    assert_eq!(serde_json::to_value(&menu).unwrap(), document);
    let call = menu::create(&menu);
    assert_eq!((call.path, body(&call)), ("/cgi-bin/menu/create", document));
}

#[test]
fn the_older_kinds_of_button_are_read_too() {
    let document = json!({ "button": [
        { "type": "view_limited", "name": "v", "media_id": "m" },
        { "type": "article_view_limited", "name": "a", "article_id": "a" },
    ] });
    let menu: Menu = serde_json::from_value(document.clone()).unwrap();
    assert_eq!(serde_json::to_value(&menu).unwrap(), document);
}

#[test]
fn the_empty_lists_of_wechats_own_answer_are_taken() {
    let menu =
        Menu::from_json(br#"{"button":[{"type":"click","name":"a","key":"k","sub_button":[]}]}"#)
            .unwrap();
    assert_eq!(
        menu.buttons(),
        [Button {
            name: s("a"),
            action: Action::Click { key: s("k") }
        }]
    );
}

#[test]
fn the_offending_button_is_named_by_its_path() {
    let click = r#"{"type":"click","name":"a","key":"k"}"#;
    let list = |count: usize| vec![click; count].join(",");
    let under = |inside: &str| {
        format!(r#"{{"button":[{click},{{"name":"m","sub_button":[{click},{inside}]}}]}}"#)
    };
    assert_eq!(menu_error(r#"{"button":[]}"#), "button: missing");
    assert_eq!(
        menu_error(&format!(r#"{{"button":[{}]}}"#, list(4))),
        "button: 4 entries, at most 3 are allowed"
    );
    assert_eq!(
        menu_error(&under(&list(5))),
        "button[1].sub_button: 6 entries, at most 5 are allowed"
    );
    assert_eq!(
        menu_error(r#"{"button":[{"type":"click","key":"k"}]}"#),
        "button[0].name: missing"
    );
    assert_eq!(
        menu_error(r#"{"button":[{"name":"a"}]}"#),
        "button[0].type: missing"
    );
    assert_eq!(
        menu_error(r#"{"button":[{"name":"a","type":"x"}]}"#),
        r#"button[0].type: unknown type "x""#
    );
    assert_eq!(
        menu_error(&under(r#"{"type":"view","name":"v"}"#)),
        "button[1].sub_button[1].url: missing"
    );
    assert_eq!(
        menu_error(&under(&format!(r#"{{"name":"m","sub_button":[{click}]}}"#))),
        "button[1].sub_button[1]: entries of a sub menu have no entries of their own"
    );
    assert_eq!(menu_error("{"), "line 1, column 1: not the JSON of a menu");
}

#[test]
fn lengths_are_counted_in_bytes() {
    let named =
        |name: &str| format!(r#"{{"button":[{{"type":"click","name":"{name}","key":"k"}}]}}"#);
    assert!(Menu::from_json(named("五个汉字啊").as_bytes()).is_ok());
    assert_eq!(
        menu_error(&named("六个汉字啊啊")),
        "button[0].name: 18 bytes, at most 16 are allowed"
    );
    let keyed = |bytes: usize| {
        format!(
            r#"{{"button":[{{"type":"click","name":"a","key":"{}"}}]}}"#,
            "k".repeat(bytes)
        )
    };
    assert!(Menu::from_json(keyed(128).as_bytes()).is_ok());
    assert_eq!(
        menu_error(&keyed(129)),
        "button[0].key: 129 bytes, at most 128 are allowed"
    );
    let linked = |bytes: usize| {
        format!(
            r#"{{"button":[{{"type":"view","name":"a","url":"{}"}}]}}"#,
            "u".repeat(bytes)
        )
    };
    assert!(Menu::from_json(linked(1024).as_bytes()).is_ok());
    assert_eq!(
        menu_error(&linked(1025)),
        "button[0].url: 1025 bytes, at most 1024 are allowed"
    );
    let sub = |name: String| {
        Menu::new(vec![Button {
            name: s("m"),
            action: Action::SubButton {
                buttons: vec![Button {
                    name,
                    action: Action::Click { key: s("k") },
                }],
            },
        }])
    };
    assert!(sub("a".repeat(60)).is_ok());
    assert_eq!(
        sub("a".repeat(61)).unwrap_err().path,
        "button[0].sub_button[0].name"
    );
}
