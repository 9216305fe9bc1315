//! Menus read, refused and written.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use wechat::api::menu::{
    self, Action, Button, MatchRule, Menu, MenuSet, Platform, PublishedMenus, Step,
};
use wechat::api::{Call, read_answer};

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

fn menus(json: &Value) -> MenuSet {
    MenuSet::from_json(json.to_string().as_bytes()).unwrap()
}

fn refused(json: &Value) -> String {
    let error = MenuSet::from_json(json.to_string().as_bytes()).unwrap_err();
    error.to_string()
}

fn click(name: &str) -> Value {
    json!({ "type": "click", "name": name, "key": "k" })
}

/// A default menu and conditional ones, by the tags of those who see them.
fn with_tags(tags: &[u64]) -> Value {
    let conditional = tags.iter().map(|tag| {
        json!({ "button": [click(&tag.to_string())], "matchrule": { "tag_id": tag.to_string() } })
    });
    let conditional: Vec<Value> = conditional.collect();
    if conditional.is_empty() {
        json!({ "button": [click("default")] })
    } else {
        json!({ "button": [click("default")], "conditionalmenu": conditional })
    }
}

fn published(json: &Value) -> PublishedMenus {
    read_answer(200, json.to_string().as_bytes()).unwrap()
}

#[test]
fn menus_for_some_fans_stand_beside_the_default_one() {
    let document = json!({
        "button": [click("a")],
        "conditionalmenu": [
            { "button": [click("b")], "matchrule": { "tag_id": "2", "client_platform_type": "1" } },
            { "button": [click("c")], "matchrule": { "client_platform_type": "3" } },
        ],
    });
    let menus = menus(&document);
    assert_eq!(menus.to_value(), document);
    let rule = MatchRule::tag(2).and_platform(Platform::Ios);
    assert_eq!(menus.conditional()[0].rule(), rule);
    let call = menu::add_conditional(&menus.conditional()[1]);
    assert_eq!(call.path, "/cgi-bin/menu/addconditional");
    assert_eq!(body(&call), document["conditionalmenu"][1]);
}

#[test]
fn an_older_document_without_conditional_menus_has_none() {
    let menus = menus(&json!({ "button": [click("a")] }));
    assert_eq!(menus.conditional(), []);
    assert_eq!(menus.to_value(), json!({ "button": [click("a")] }));
}

#[test]
fn a_condition_that_the_platform_refuses_is_refused_with_its_path() {
    let with_rule = |rule: Value| {
        refused(&json!({
            "button": [click("a")],
            "conditionalmenu": [{ "button": [click("b")], "matchrule": rule }],
        }))
    };
    for name in ["sex", "country", "province", "city", "language"] {
        let told = with_rule(json!({ name: "1" }));
        let expected = format!(
            "conditionalmenu[0].matchrule.{name}: WeChat takes no personal conditions any more"
        );
        assert!(told.starts_with(&expected), "{told}");
    }
    assert_eq!(
        with_rule(json!({})),
        "conditionalmenu[0].matchrule: at least one condition is needed"
    );
    assert_eq!(
        with_rule(Value::Null),
        "conditionalmenu[0].matchrule: missing"
    );
    assert_eq!(
        with_rule(json!({ "tag_id": "" })),
        "conditionalmenu[0].matchrule: at least one condition is needed"
    );
    assert_eq!(
        with_rule(json!({ "tag_id": "VIP" })),
        "conditionalmenu[0].matchrule.tag_id: not a number"
    );
    assert_eq!(
        with_rule(json!({ "client_platform_type": 4 })),
        "conditionalmenu[0].matchrule.client_platform_type: not one of 1 (iOS), 2 (Android), 3 (others)"
    );
    assert_eq!(
        with_rule(json!({ "age": "30" })),
        "conditionalmenu[0].matchrule.age: no such condition: there are tag_id and client_platform_type"
    );
    assert_eq!(
        with_rule(json!([1])),
        "conditionalmenu[0].matchrule: not an object"
    );
}

#[test]
fn a_mistake_in_a_conditional_menu_is_named_by_its_path() {
    let told = refused(&json!({
        "button": [click("a")],
        "conditionalmenu": [{ "button": [{ "type": "view", "name": "v" }], "matchrule": { "tag_id": 2 } }],
    }));
    assert_eq!(told, "conditionalmenu[0].button[0].url: missing");
    assert_eq!(
        refused(&json!({ "button": [click("a")], "conditionalmenu": {} })),
        "conditionalmenu: not a list"
    );
    assert_eq!(
        refused(&json!({ "button": [{ "name": 1, "type": "click" }] })),
        "button[0].name: not a text"
    );
    assert_eq!(
        refused(&json!({ "button": ["a"] })),
        "button[0]: not an object"
    );
}

#[test]
fn the_default_menu_is_made_first_and_the_first_conditional_one_last() {
    let menus = menus(&with_tags(&[7, 8]));
    let nothing = PublishedMenus::NONE;
    let steps = menus.steps(&nothing);
    let [first, second] = menus.conditional() else {
        panic!("two conditional menus")
    };
    // The newest is matched first.
    assert_eq!(
        steps,
        [
            Step::Create(menus.default_menu()),
            Step::Add(second),
            Step::Add(first)
        ]
    );
}

#[test]
fn conditional_menus_that_are_right_stay() {
    let menus = menus(&with_tags(&[7, 8]));
    let theirs = |tag: &str, menuid: u64| {
        json!({ "button": [{ "type": "click", "name": tag, "key": "k", "sub_button": [] }],
                "matchrule": { "group_id": tag }, "menuid": menuid })
    };
    // Tag 7 was added last, so it is matched first.
    let published = published(&json!({
        "menu": { "button": [click("old")], "menuid": 98 },
        "conditionalmenu": [theirs("8", 99), theirs("7", 100)],
    }));
    assert_eq!(
        menus.steps(&published),
        [Step::Create(menus.default_menu())]
    );
    assert!(!menus.is_published(&published));
}

#[test]
fn conditional_menus_in_another_order_are_made_anew() {
    let menus = menus(&with_tags(&[7, 8]));
    let swapped = published(&json!({
        "menu": { "button": [click("default")], "menuid": 1 },
        "conditionalmenu": [
            { "button": [click("8")], "matchrule": { "tag_id": "8" }, "menuid": 100 },
            { "button": [click("7")], "matchrule": { "tag_id": "7" }, "menuid": 99 },
        ],
    }));
    let steps = menus.steps(&swapped);
    assert_eq!(steps[1..3], [Step::Remove("100"), Step::Remove("99")]);
    assert_eq!(steps.len(), 5);
}

#[test]
fn what_wechat_has_is_compared_with_a_document() {
    let menus = menus(&with_tags(&[]));
    let same = published(&json!({ "menu": { "button": [
        { "type": "click", "name": "default", "key": "k", "sub_button": [] },
    ] } }));
    assert!(menus.is_published(&same));
    assert!(!menus.is_published(&PublishedMenus::NONE));
}

#[test]
fn a_matched_menu_is_read_in_both_its_forms() {
    for json in [
        json!({ "button": [click("a")] }),
        json!({ "menu": { "button": [click("a")] } }),
    ] {
        let matched: menu::MatchedMenu = read_answer(200, json.to_string().as_bytes()).unwrap();
        assert_eq!(matched.buttons(), Some(json!([click("a")])));
    }
}

#[test]
fn calls_of_conditional_menus_want_their_names() {
    let call = menu::delete_conditional("208379533").unwrap();
    assert_eq!(body(&call), json!({ "menuid": "208379533" }));
    assert_eq!(
        menu::delete_conditional("").unwrap_err().to_string(),
        "menuid: missing"
    );
    let call = menu::try_match("oFan").unwrap();
    assert_eq!(body(&call), json!({ "user_id": "oFan" }));
    assert!(menu::try_match("").is_err());
    let added: menu::Added = read_answer(200, br#"{"menuid":208379533}"#).unwrap();
    assert_eq!(added.menuid, "208379533");
}
