//! An account's own answers become a playbook and a menu. The JSON is that of the platform's documentation.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy.toml allows them in test functions, and these are called by such"
)]

use fandesk_adopt::{Adopted, adopt};
use fandesk_playbook::{Action, Captures, Format, Found, Playbook, Rendered, Text};
use serde_json::{Value, json};
use wechat::Reply;

fn adopted(autoreply: &Value, menu: &Value) -> (Adopted, Playbook) {
    let adopted = adopt(autoreply, menu).unwrap();
    let playbook = Playbook::parse(&adopted.playbook, Format::Toml)
        .unwrap()
        .playbook;
    (adopted, playbook)
}

fn shown(action: &Action) -> Reply {
    let Action::Reply(reply) = action else {
        panic!("{action:?} is no reply")
    };
    match reply.expand(&Captures::default()) {
        Some(Rendered::Passive(reply)) => reply,
        other => panic!("{other:?} is no passive reply"),
    }
}

fn answer(playbook: &Playbook, text: &str) -> Option<Reply> {
    match playbook.find(&Text::new(text)) {
        Found::Match(found) => Some(shown(found.action)),
        _ => None,
    }
}

fn documented() -> Value {
    json!({
        "is_add_friend_reply_open": 1,
        "is_autoreply_open": 1,
        "add_friend_autoreply_info": { "type": "text", "content": "Thanks for your attention!" },
        "message_default_autoreply_info": { "type": "text", "content": "Hello, this is autoreply!" },
        "keyword_autoreply_info": { "list": [
            {
                "rule_name": "autoreply-news",
                "create_time": 1_423_028_166,
                "reply_mode": "reply_all",
                "keyword_list_info": [{ "type": "text", "match_mode": "contain", "content": "news测试" }],
                "reply_list_info": [{ "type": "news", "news_info": { "list": [{
                    "title": "it's news",
                    "author": "jim",
                    "digest": "it's digest",
                    "show_cover": 1,
                    "cover_url": "http://mmbiz.qpic.cn/mmbiz/GE7et87vE9vicuCibqXsX9GPPLuEtBfXfK0HKuBIa1A1cypS0uY1wickv70iaY1gf3I1DTszuJoS3lAVLvhTcm9sDA/0",
                    "content_url": "http://mp.weixin.qq.com/s?__biz=MjM5ODUwNTM3Ng==&mid=204013432&idx=1",
                    "source_url": ""
                }] } }]
            },
            {
                "rule_name": "autoreply-voice",
                "create_time": 1_423_027_971,
                "reply_mode": "random_one",
                "keyword_list_info": [{ "type": "text", "match_mode": "equal", "content": "voice测试" }],
                "reply_list_info": [
                    { "type": "voice", "content": "NESsxgHEvAcg3egJTtYj4uG1PTL6iPhratdWKDLAXYErhN6oEEfMdVyblWtBY5vp" },
                    { "type": "text", "content": "hello!text" }
                ]
            },
            {
                "rule_name": "autoreply-video",
                "create_time": 1_423_023_191,
                "reply_mode": "reply_all",
                "keyword_list_info": [{ "type": "text", "match_mode": "contain", "content": "video测试" }],
                "reply_list_info": [{ "type": "video", "content": "http://61.182.133.153/vweixinp.tc.qq.com/1007_114.f10.mp4?vkey=7183" }]
            }
        ] }
    })
}

fn web_editor() -> Value {
    json!({ "is_menu_open": 1, "selfmenu_info": { "button": [
        { "name": "button", "sub_button": { "list": [
            { "name": "view_url", "type": "view", "url": "http://www.qq.com" },
            { "name": "news", "type": "news", "value": "KQb_w_Tiz-nSdVLoTV35Psmty8hGBulGhEdbb9SKs-o", "news_info": { "list": [
                { "title": "MULTI_NEWS", "author": "JIMZHENG", "digest": "text", "show_cover": 0,
                  "cover_url": "http://mmbiz.qpic.cn/mmbiz/a", "content_url": "http://mp.weixin.qq.com/s?a=1", "source_url": "" },
                { "title": "MULTI_NEWS1", "author": "JIMZHENG", "digest": "", "show_cover": 0,
                  "cover_url": "", "content_url": "http://mp.weixin.qq.com/s?a=2", "source_url": "" }
            ] } },
            { "name": "video", "type": "video", "value": "http://61.182.130.30/vweixinp.tc.qq.com/1007.f10.mp4?vkey=x" },
            { "name": "voice", "type": "voice", "value": "nTXe3aghlQ4XYHa0AQPWiQQbFW9RVtaYTLPC1PCQx11qc9UB6CiUPFjdkeEtJicn" }
        ] } },
        { "name": "text", "type": "text", "value": "This is {text}!" },
        { "name": "photo", "type": "img", "value": "ax5Whs5dsoomJLEppAvftBUuH7CgXCZGFbFJifmbUjnQk_ierMHY99Y5d2Cv14RD" }
    ] } })
}

#[test]
fn keywords_answer_as_they_did() {
    let (_, playbook) = adopted(&documented(), &Value::Null);
    let Some(Reply::News { articles }) = answer(&playbook, "看看 news测试 吧") else {
        panic!("the keyword is contained and answered with news")
    };
    assert_eq!(articles[0].title, "it's news");
    assert!(articles[0].url.ends_with("&idx=1"));
    // Of a voice that ends in three days and a text, the text is kept.
    assert_eq!(
        answer(&playbook, "voice测试"),
        Some(Reply::text("hello!text"))
    );
    assert_eq!(answer(&playbook, "voice测试吗"), None);
}

#[test]
fn followers_and_unknown_texts_are_answered_as_they_were() {
    let (_, playbook) = adopted(&documented(), &Value::Null);
    assert_eq!(
        shown(playbook.welcome(None).unwrap()),
        Reply::text("Thanks for your attention!")
    );
    assert_eq!(
        shown(playbook.default()),
        Reply::text("Hello, this is autoreply!")
    );
}

#[test]
fn what_cannot_be_carried_over_is_told_in_the_list_and_in_the_document() {
    let (adopted, playbook) = adopted(&documented(), &Value::Null);
    assert_eq!(answer(&playbook, "video测试"), None);
    for told in [
        "temporary material",
        "media.adopted/2.*",
        "picked at random",
        "another answer is left: voice",
        "once an hour",
    ] {
        assert!(
            adopted.left.iter().any(|left| left.contains(told)),
            "{told}"
        );
        assert!(adopted.playbook.contains(told), "{told}");
    }
}

#[test]
fn answers_that_are_switched_off_stay_off() {
    let mut autoreply = documented();
    autoreply["is_add_friend_reply_open"] = 0.into();
    autoreply["is_autoreply_open"] = 0.into();
    let (adopted, playbook) = adopted(&autoreply, &Value::Null);
    assert!(playbook.welcome(None).is_none());
    assert_ne!(
        shown(playbook.default()),
        Reply::text("Hello, this is autoreply!")
    );
    assert!(adopted.playbook.contains("“Thanks for your attention!”"));
}

#[test]
fn buttons_of_the_web_editor_become_keys_with_answers() {
    let (adopted, playbook) = adopted(&Value::Null, &web_editor());
    let menu: Value = serde_json::from_str(adopted.menu.as_deref().unwrap()).unwrap();
    let sub = menu["button"][0]["sub_button"].as_array().unwrap();
    let names: Vec<&str> = sub.iter().map(|b| b["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["view_url", "news", "video", "voice"]);
    assert_eq!(sub[0]["url"], "http://www.qq.com");
    let tap = |button: &Value| {
        assert_eq!(button["type"], "click");
        shown(playbook.click(button["key"].as_str().unwrap()).unwrap())
    };
    assert!(matches!(tap(&sub[1]), Reply::News { articles } if articles.len() == 2));
    assert_eq!(tap(&menu["button"][1]), Reply::text("This is {text}!"));
}

#[test]
fn what_ends_in_three_days_is_to_be_saved_and_waits_in_comments_for_its_permanent_id() {
    let (adopted, playbook) = adopted(&documented(), &web_editor());
    let sources: Vec<&str> = adopted
        .media
        .iter()
        .map(|media| media.source.as_str())
        .collect();
    assert_eq!(sources.len(), 5);
    assert!(
        sources[1].starts_with("http://61.182.133.153/") && sources[4].starts_with("ax5Whs5ds")
    );
    let waiting = "# [[rule]]\n# name = \"autoreply-video\"\n# contains = [\"video测试\"]\n# reply = { video = { media_id = \"MEDIA_ID\" } }";
    assert!(adopted.playbook.contains(waiting), "{}", adopted.playbook);
    let menu: Value = serde_json::from_str(adopted.menu.as_deref().unwrap()).unwrap();
    let photo = menu["button"][2]["key"].as_str().unwrap();
    assert!(playbook.click(photo).is_none());
    let waiting = format!("# [[click]]\n# key = \"{photo}\"\n# reply = {{ image = \"MEDIA_ID\" }}");
    assert!(adopted.playbook.contains(&waiting), "{}", adopted.playbook);
    // Who takes the signs away and puts the id in has a playbook.
    let mended = adopted
        .playbook
        .replace("# [[", "[[")
        .replace("# name", "name")
        .replace("# key", "key");
    let mended = mended
        .replace("# contains", "contains")
        .replace("# reply", "reply");
    Playbook::parse(&mended, Format::Toml).unwrap();
}

#[test]
fn buttons_of_the_api_stay_as_they_are_and_their_keys_want_an_answer() {
    let menu = json!({ "is_menu_open": 0, "selfmenu_info": { "button": [
        { "type": "click", "name": "今日歌曲", "key": "V1001_TODAY_MUSIC" },
        { "name": "菜单", "sub_button": { "list": [
            { "type": "view", "name": "搜索", "url": "http://www.soso.com/" },
            { "type": "scancode_waitmsg", "name": "扫码", "key": "rselfmenu_0_0" },
            { "type": "miniprogram", "name": "商城", "url": "http://mp.weixin.qq.com", "appid": "wx286b93c14bbf93aa", "pagepath": "pages/lunar/index" },
            { "type": "hologram", "name": "?", "value": "x" }
        ] } }
    ] } });
    let (adopted, _) = adopted(&Value::Null, &menu);
    let made: Value = serde_json::from_str(adopted.menu.as_deref().unwrap()).unwrap();
    assert_eq!(made["button"][0]["key"], "V1001_TODAY_MUSIC");
    let kinds: Vec<&str> = made["button"][1]["sub_button"]
        .as_array()
        .unwrap()
        .iter()
        .map(|button| button["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["view", "scancode_waitmsg", "miniprogram"]);
    for told in ["V1001_TODAY_MUSIC", "“hologram”", "switched off"] {
        assert!(
            adopted.left.iter().any(|left| left.contains(told)),
            "{told}"
        );
    }
}

#[test]
fn an_account_without_anything_gives_a_playbook_that_can_be_published() {
    let (adopted, _) = adopted(
        &json!({ "is_autoreply_open": 0 }),
        &json!({ "is_menu_open": 0 }),
    );
    assert_eq!(adopted.menu, None);
    assert!(
        adopted
            .left
            .iter()
            .any(|left| left.contains("a playbook needs one"))
    );
}

#[test]
fn two_rules_of_one_name_keep_apart() {
    let rule = |word: &str| {
        json!({
            "rule_name": "价格",
            "keyword_list_info": [{ "type": "text", "match_mode": "equal", "content": word }],
            "reply_list_info": [{ "type": "text", "content": word }]
        })
    };
    let autoreply =
        json!({ "keyword_autoreply_info": { "list": [rule("a"), rule("b"), rule("c")] } });
    let (adopted, playbook) = adopted(&autoreply, &Value::Null);
    assert!(adopted.playbook.contains(r#"name = "价格 (3)""#));
    assert_eq!(answer(&playbook, "c"), Some(Reply::text("c")));
}

#[test]
fn a_text_that_is_too_long_is_cut_at_a_character() {
    let autoreply =
        json!({ "add_friend_autoreply_info": { "type": "text", "content": "欢".repeat(1000) } });
    let (adopted, playbook) = adopted(&autoreply, &Value::Null);
    let Reply::Text { content } = shown(playbook.welcome(None).unwrap()) else {
        panic!("a text")
    };
    assert!(content.len() <= 2048 && content.ends_with('…'));
    assert!(adopted.left.iter().any(|left| left.contains("is cut here")));
}

#[test]
fn rules_beyond_the_largest_document_are_left_and_counted() {
    let rules: Vec<Value> = (0..1_000)
        .map(|n| {
            json!({
                "keyword_list_info": [{ "type": "text", "match_mode": "equal", "content": format!("k{n}") }],
                "reply_list_info": [{ "type": "text", "content": "x".repeat(2_000) }]
            })
        })
        .collect();
    let (adopted, playbook) = adopted(
        &json!({ "keyword_autoreply_info": { "list": rules } }),
        &web_editor(),
    );
    assert!(
        adopted
            .left
            .iter()
            .any(|left| left.contains("rules are left"))
    );
    assert!(answer(&playbook, "k0").is_some());
    assert!(playbook.click("ADOPTED_1").is_some());
}
