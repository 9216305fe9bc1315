//! Whatever WeChat answers, both documents are taken: the playbook compiles, and the menu keeps to every limit.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy.toml allows them in test functions, and these are called by such"
)]

use fandesk_adopt::adopt;
use fandesk_playbook::{Format, Playbook};
use proptest::prelude::*;
use serde_json::{Value, json};
use wechat::api::menu::Menu;

/// Texts that would break out of strings, comments, templates, names and limits.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a查{}\"\\\\#\n\r\t\u{0}\u{7f}\u{85}\u{2028} ]{0,12}",
        1 => "https?://[a-z{@]{0,5}/?[a {}查\n]{0,4}",
        1 => "(查|a|\\{){600,900}",
        1 => Just(String::new()),
    ]
}

fn content(field: &'static str) -> impl Strategy<Value = Value> {
    let kind = prop_oneof![
        Just("text"),
        Just("img"),
        Just("voice"),
        Just("video"),
        Just("news"),
        Just("finder"),
        Just("")
    ];
    let article = (text(), text(), text(), text()).prop_map(|(title, digest, cover, url)| {
        json!({ "title": title, "digest": digest, "cover_url": cover, "content_url": url, "source_url": cover })
    });
    (kind, text(), prop::collection::vec(article, 0..10)).prop_map(move |(kind, text, articles)| {
        json!({ "type": kind, field: text, "news_info": { "list": articles } })
    })
}

fn autoreply() -> impl Strategy<Value = Value> {
    let word = (prop_oneof![Just("equal"), Just("contain")], text())
        .prop_map(|(mode, text)| json!({ "type": "text", "match_mode": mode, "content": text }));
    let rule = (
        text(),
        prop::collection::vec(word, 0..4),
        prop::collection::vec(content("content"), 0..3),
        prop_oneof![Just("reply_all"), Just("random_one")],
    )
        .prop_map(|(name, words, replies, mode)| {
            json!({ "rule_name": name, "reply_mode": mode, "keyword_list_info": words, "reply_list_info": replies })
        });
    (
        prop::collection::vec(rule, 0..5),
        content("content"),
        content("content"),
        0..2,
        0..2,
    )
        .prop_map(|(rules, friend, default, friend_on, on)| {
            json!({
                "is_add_friend_reply_open": friend_on, "is_autoreply_open": on,
                "add_friend_autoreply_info": friend, "message_default_autoreply_info": default,
                "keyword_autoreply_info": { "list": rules }
            })
        })
}

fn button() -> impl Strategy<Value = Value> {
    let kind = prop::option::of(prop_oneof![
        Just("click"),
        Just("view"),
        Just("miniprogram"),
        Just("media_id"),
        Just("article_id"),
        Just("location_select")
    ]);
    (content("value"), kind, text(), text(), text()).prop_map(
        |(mut button, kind, name, key, url)| {
            if let Some(kind) = kind {
                button["type"] = kind.into();
            }
            button["name"] = name.into();
            button["key"] = key.into();
            button["url"] = url.into();
            button
        },
    )
}

fn menu() -> impl Strategy<Value = Value> {
    let top =
        (button(), prop::collection::vec(button(), 0..7)).prop_map(|(mut button, entries)| {
            button["sub_button"] = json!({ "list": entries });
            button
        });
    prop::collection::vec(prop_oneof![top, button()], 0..5)
        .prop_map(|buttons| json!({ "is_menu_open": 1, "selfmenu_info": { "button": buttons } }))
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text().prop_map(Value::from)
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        let field = prop_oneof![
            Just("list"),
            Just("type"),
            Just("content"),
            Just("news_info"),
            Just("button"),
            Just("selfmenu_info"),
            Just("keyword_autoreply_info"),
            Just("keyword_list_info"),
            Just("reply_list_info"),
            Just("name")
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((field, inner), 0..4).prop_map(|fields| {
                fields
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect::<Value>()
            })
        ]
    })
}

fn both_documents_are_taken(autoreply: &Value, menu: &Value) {
    let adopted = adopt(autoreply, menu).unwrap();
    Playbook::parse(&adopted.playbook, Format::Toml).unwrap();
    if let Some(menu) = &adopted.menu {
        Menu::from_json(menu.as_bytes()).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn both_documents_are_taken_for_answers_of_the_right_form(autoreply in autoreply(), menu in menu()) {
        both_documents_are_taken(&autoreply, &menu);
    }

    #[test]
    fn both_documents_are_taken_for_any_json(autoreply in anything(), menu in anything()) {
        both_documents_are_taken(&autoreply, &menu);
    }
}
