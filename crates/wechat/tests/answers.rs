//! Answers read: as the platform's documentation shows them, and as it does not.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use wechat::api::{Answer, CallFailure, current, qrcode, read_answer, token, user};

#[track_caller]
fn read<A: Answer>(json: &str) -> A {
    read_answer(200, json.as_bytes()).unwrap()
}

#[track_caller]
fn refused<A: Answer + std::fmt::Debug>(json: &str) -> String {
    read_answer::<A>(200, json.as_bytes())
        .unwrap_err()
        .to_string()
}

#[test]
fn automatic_replies_are_read_with_their_rules() {
    let replies: current::Autoreply = read(
        r#"{ "is_add_friend_reply_open": 1, "is_autoreply_open": 1,
        "add_friend_autoreply_info": { "type": "text", "content": "Thanks for your attention!" },
        "message_default_autoreply_info": { "type": "text", "content": "Hello, this is autoreply!" },
        "keyword_autoreply_info": { "list": [
            { "rule_name": "autoreply-news", "create_time": 1423028166, "reply_mode": "reply_all",
              "keyword_list_info": [ { "type": "text", "match_mode": "contain", "content": "news" } ],
              "reply_list_info": [ { "type": "news", "news_info": { "list": [
                { "title": "it's news", "author": "jim", "digest": "it's digest", "show_cover": 1, "cover_url": "http://c",
                  "content_url": "http://a", "source_url": "" } ] } } ] },
            { "rule_name": "autoreply-voice", "create_time": 1423027971, "reply_mode": "random_one",
              "keyword_list_info": [ { "type": "text", "match_mode": "equal", "content": "voice" } ],
              "reply_list_info": [ { "type": "voice", "content": "NESsxgHEvAcg3egJTtYj4uG1PTL6iPhratdWKDLAXYErhN6oEEfMdVyblWtBY5vp" } ] }
        ] } }"#,
    );
    assert!(replies.is_add_friend_reply_open && replies.is_autoreply_open);
    assert_eq!(
        replies.message_default.unwrap().content.as_deref(),
        Some("Hello, this is autoreply!")
    );
    let [news, voice] = replies.rules.as_slice() else {
        panic!("two rules")
    };
    assert_eq!(
        (news.reply_mode.as_str(), news.create_time),
        ("reply_all", 1_423_028_166)
    );
    assert_eq!(news.replies[0].news[0].show_cover, Some(true));
    assert_eq!(voice.keywords[0].match_mode, "equal");
    assert_eq!(voice.replies[0].kind, "voice");
}

#[test]
fn without_automatic_replies_there_are_none() {
    let replies: current::Autoreply =
        read(r#"{"is_add_friend_reply_open":0,"is_autoreply_open":0}"#);
    assert_eq!((replies.add_friend, replies.rules), (None, Vec::new()));
}

#[test]
fn the_menu_of_the_platforms_pages_is_read() {
    let menu: current::SelfMenu = read(
        r#"{ "is_menu_open": 1, "selfmenu_info": { "button": [
        { "name": "button", "sub_button": { "list": [
            { "type": "view", "name": "view_url", "url": "http://www.qq.com" },
            { "type": "news", "name": "news", "value": "KQb_w_Tiz-nSdVLoTV35Psmty8hGBulGhEdbb9SKs-o",
              "news_info": { "list": [ { "title": "MULTI_NEWS", "author": "JIMZHENG", "digest": "text", "show_cover": 0,
                "cover_url": "http://mmbiz", "content_url": "http://mp", "source_url": "" } ] } },
            { "type": "video", "name": "video", "value": "http://61.182.130.30" },
            { "type": "voice", "name": "voice", "value": "nTXe3aghlQ4XYHa0AQPWiQQbFW9RVtaYTLPC1PCQx11qc9UB6CiUPFjdkeEtJicn" }
        ] } },
        { "type": "text", "name": "text", "value": "This is text!" },
        { "type": "img", "name": "photo", "value": "ax5Whs5dsoomJLEppAvftBUuH7CgXCZGFbFJifmbUjnQk_ierMHY99Y5d2Cv14RD" }
        ] } }"#,
    );
    assert!(menu.is_menu_open);
    let [list, text, _] = menu.buttons.as_slice() else {
        panic!("three buttons")
    };
    assert_eq!((list.kind.as_deref(), list.sub_button.len()), (None, 4));
    assert_eq!(list.sub_button[1].news[0].show_cover, Some(false));
    assert_eq!(text.value.as_deref(), Some("This is text!"));
}

#[test]
fn without_a_menu_there_are_no_buttons() {
    let menu: current::SelfMenu = read(r#"{"is_menu_open":0}"#);
    assert_eq!(menu.buttons, []);
}

#[test]
fn a_fan_is_read_following_or_not() {
    let fan: user::User = read(
        r#"{"subscribe":1,"openid":"o6_bmjrPTlm6_2sgVt7hMZOPfL2M","language":"zh_CN","subscribe_time":1382694957,
        "unionid":"o6_bmasdasdsad6_2sgVt7hMZOPfL","remark":"","groupid":0,"tagid_list":[128,2],
        "subscribe_scene":"ADD_SCENE_QR_CODE","qr_scene":98765,"qr_scene_str":""}"#,
    );
    assert_eq!(
        (fan.tagid_list.as_slice(), fan.qr_scene),
        ([128, 2].as_slice(), Some(98_765))
    );
    let gone: user::User = read(r#"{"subscribe":0,"openid":"otvxTs_JZ6SEiP0imdhpi50fuSZg"}"#);
    assert_eq!((gone.subscribe, gone.remark), (false, None));
    let two: user::Users = read(
        r#"{"user_info_list":[{"subscribe":1,"openid":"a","tagid_list":[]},{"subscribe":0,"openid":"b"}]}"#,
    );
    assert_eq!(two.users.len(), 2);
}

#[test]
fn the_last_page_of_followers_is_empty() {
    let page: user::OpenIds =
        read(r#"{"total":2,"count":2,"data":{"openid":["a","b"]},"next_openid":"b"}"#);
    assert_eq!(
        (page.openids, page.next_openid.as_deref()),
        (vec!["a".to_owned(), "b".to_owned()], Some("b"))
    );
    let last: user::OpenIds = read(r#"{"total":2,"count":0,"next_openid":""}"#);
    assert_eq!(last.openids, Vec::<String>::new());
}

#[test]
fn numbers_of_64_bits_pass_through_no_float() {
    let fan: user::User = read(
        r#"{"subscribe":1,"openid":18446744073709551615,"subscribe_time":"9007199254740993"}"#,
    );
    assert_eq!(fan.openid, "18446744073709551615");
    assert_eq!(fan.subscribe_time, Some(9_007_199_254_740_993));
    assert_eq!(
        refused::<user::User>(r#"{"subscribe":1,"openid":1.5}"#),
        "the answer is not the one expected: openid is not a text"
    );
}

#[test]
fn what_is_missing_or_of_another_kind_is_named_by_its_path() {
    assert_eq!(
        refused::<qrcode::QrCode>(r#"{"url":"u"}"#),
        "the answer is not the one expected: ticket is not there"
    );
    assert_eq!(
        refused::<user::Users>(
            r#"{"user_info_list":[{"subscribe":1,"openid":"a","tagid_list":["x"]}]}"#
        ),
        "the answer is not the one expected: user_info_list[0].tagid_list[0] is not a whole number"
    );
    assert_eq!(
        refused::<user::OpenIds>(r#"{"total":1,"count":1,"data":[1]}"#),
        "the answer is not the one expected: data is not an object"
    );
    assert_eq!(
        refused::<token::AccessToken>(r#"{"errcode":"x"}"#),
        "the answer is not the one expected: errcode is not a whole number"
    );
}

/// JSON of any shape under names that the readers look for.
fn any_answer() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("[]".to_owned()),
        Just("{}".to_owned()),
        Just("1e999".to_owned()),
        Just("-1".to_owned()),
        Just("18446744073709551616".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<bool>().prop_map(|on| on.to_string()),
        "\"[a-z0-9]{0,4}\"",
    ];
    let name = prop::sample::select(vec![
        "errcode",
        "errmsg",
        "openid",
        "data",
        "user_info_list",
        "tagid_list",
        "selfmenu_info",
        "button",
        "sub_button",
        "list",
        "news_info",
        "keyword_autoreply_info",
        "subscribe",
        "name",
        "type",
        "total",
        "count",
        "ticket",
        "url",
        "access_token",
    ]);
    let value = leaf.prop_recursive(4, 48, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec((name.clone(), inner), 0..5).prop_map(|members| {
                let members: Vec<String> = members
                    .iter()
                    .map(|(name, value)| format!("\"{name}\":{value}"))
                    .collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    });
    prop_oneof![4 => value, 1 => ".{0,40}"]
}

proptest! {
    #[test]
    fn no_answer_makes_a_reader_panic(json in any_answer(), status in prop_oneof![Just(200_u16), any::<u16>()]) {
        let body = json.as_bytes();
        let _ = read_answer::<user::Users>(status, body);
        let _ = read_answer::<user::OpenIds>(status, body);
        let _ = read_answer::<current::Autoreply>(status, body);
        let _ = read_answer::<current::SelfMenu>(status, body);
        let _ = read_answer::<qrcode::QrCode>(status, body);
        let token = read_answer::<token::AccessToken>(status, body);
        let no_success = status != 200 || serde_json::from_str::<serde_json::Value>(&json).is_err();
        prop_assert!(!(no_success && token.is_ok()));
    }

    #[test]
    fn bytes_that_are_no_text_make_no_reader_panic(body in prop::collection::vec(any::<u8>(), 0..64)) {
        let answer = read_answer::<user::User>(200, &body);
        let told_apart = matches!(answer, Ok(_) | Err(CallFailure::NotJson { .. } | CallFailure::Unexpected(_) | CallFailure::Api(_)));
        prop_assert!(told_apart);
    }
}
