//! What a playbook says: the kinds of replies, and the answers to events.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy.toml allows them in test functions, and these are called by such"
)]

use fandesk_playbook::{
    Action, Captures, Command, Format, Found, Handover, Method, Playbook, Rendered, Reply, Routing,
    Text,
};
use serde_json::json;
use std::time::Duration;
use wechat::api::custom::ServiceMessage;

/// A playbook of a `default` and these lines.
fn playbook(rest: &str) -> Playbook {
    let document = format!("default = {{ text = \"?\" }}\n{rest}");
    Playbook::parse(&document, Format::Toml).unwrap().playbook
}

/// The reply of a rule with the pattern `(?P<n>.*)` behind `a`.
fn reply(fields: &str) -> Reply {
    let playbook = playbook(&format!(
        "[[rule]]\npattern = 'a(?P<n>.*)'\nreply = {{ {fields} }}"
    ));
    let Found::Match(found) = playbook.find(&Text::new("a")) else {
        panic!()
    };
    replied(found.action).clone()
}

fn replied(action: &Action) -> &Reply {
    let Action::Reply(reply) = action else {
        panic!("{action:?}")
    };
    reply
}

fn captures(n: &str) -> Captures {
    Captures {
        names: [("n".to_owned(), n.to_owned())].into(),
        ..Captures::default()
    }
}

fn text(action: Option<&Action>) -> Option<String> {
    match replied(action?).expand(&Captures::default()) {
        Some(Rendered::Passive(wechat::Reply::Text { content })) => Some(content),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_playbook_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>(_: &T) {}
    shared(&playbook(""));
}

#[test]
fn an_image_is_sent_by_its_id() {
    let expected = wechat::Reply::Image {
        media_id: "M".into(),
    };
    assert_eq!(
        reply("image = \"M\"").expand(&captures("")),
        Some(Rendered::Passive(expected))
    );
}

#[test]
fn a_voice_is_sent_by_its_id() {
    let expected = wechat::Reply::Voice {
        media_id: "M".into(),
    };
    assert_eq!(
        reply("voice = \"M\"").expand(&captures("")),
        Some(Rendered::Passive(expected))
    );
}

#[test]
fn a_video_shows_its_picture_when_it_is_sent_later() {
    let reply = reply("video = { media_id = \"M\", thumb_media_id = \"T\", title = \"{n}\" }");
    let at_once = wechat::Reply::Video {
        media_id: "M".into(),
        title: Some("x".into()),
        description: None,
    };
    let later = ServiceMessage::Video {
        media_id: "M".into(),
        thumb_media_id: Some("T".into()),
        title: Some("x".into()),
        description: None,
    };
    assert_eq!(
        reply.expand(&captures("x")),
        Some(Rendered::Passive(at_once))
    );
    assert_eq!(reply.expand_later(&captures("x"), None), Some(later));
}

#[test]
fn music_needs_its_cover_only() {
    let expected = wechat::Reply::Music {
        title: String::new(),
        description: String::new(),
        music_url: "https://a/x%20y".into(),
        hq_music_url: String::new(),
        thumb_media_id: "T".into(),
    };
    let reply = reply("music = { thumb_media_id = \"T\", music_url = \"https://a/{n}\" }");
    assert_eq!(
        reply.expand(&captures("x y")),
        Some(Rendered::Passive(expected))
    );
}

#[test]
fn an_article_carries_captured_text_in_its_address() {
    let reply = reply("news = [{ title = \"{n}\", url = \"https://a/?n={n}\" }]");
    let article = wechat::Article {
        title: "单&1".into(),
        url: "https://a/?n=%E5%8D%95%261".into(),
        ..Default::default()
    };
    let at_once = wechat::Reply::News {
        articles: vec![article.clone()],
    };
    assert_eq!(
        reply.expand(&captures("单&1")),
        Some(Rendered::Passive(at_once))
    );
    assert_eq!(
        reply.expand_later(&captures("单&1"), None),
        Some(ServiceMessage::News { article })
    );
}

#[test]
fn a_mini_program_card_goes_out_as_a_service_message() {
    let reply = reply(
        "miniprogrampage = { title = \"{n}\", appid = \"wx1\", pagepath = \"p?n={n}\", thumb_media_id = \"T\" }",
    );
    let expected = ServiceMessage::Miniprogrampage {
        title: "1&2".into(),
        appid: "wx1".into(),
        pagepath: "p?n=1%262".into(),
        thumb_media_id: "T".into(),
    };
    assert_eq!(
        reply.expand(&captures("1&2")),
        Some(Rendered::Service(expected.clone()))
    );
    assert_eq!(reply.expand_later(&captures("1&2"), None), Some(expected));
}

#[test]
fn a_text_that_would_be_empty_is_not_sent() {
    assert_eq!(reply("text = \"{n}\"").expand(&captures(" ")), None);
}

#[test]
fn an_article_without_a_title_is_not_sent() {
    let reply = reply("news = [{ title = \"{n}\", url = \"https://a\" }]");
    assert_eq!(reply.expand(&captures("")), None);
}

#[test]
fn an_address_that_became_too_long_is_not_sent() {
    let reply = reply("news = [{ title = \"a\", url = \"https://a/{n}\" }]");
    assert_eq!(reply.expand(&captures(&"界".repeat(300))), None);
}

#[test]
fn several_articles_cannot_be_sent_later() {
    let playbook = playbook(
        "[welcome]\nreply.news = [{ title = \"a\", url = \"https://a\" }, { title = \"b\", url = \"https://b\" }]",
    );
    let reply = replied(playbook.welcome(None).unwrap());
    assert!(matches!(
        reply.expand(&Captures::default()),
        Some(Rendered::Passive(_))
    ));
    assert_eq!(reply.expand_later(&Captures::default(), None), None);
}

#[test]
fn a_long_expansion_is_cut_with_a_sign() {
    let Some(Rendered::Passive(wechat::Reply::Text { content })) =
        reply("text = \"{n}\"").expand(&captures(&"界".repeat(1000)))
    else {
        panic!()
    };
    assert_eq!((content.len(), content.ends_with("界…")), (2046, true));
}

const WELCOME: &str = r#"
    [welcome]
    reply.text = "plain"
    [[welcome.scene]]
    scene = "counter-1"
    reply.text = "counter 1"
    scan_reply.text = "again"
    [[welcome.scene]]
    prefix = "counter-"
    reply.text = "a counter"
    [[welcome.scene]]
    prefix = "counter-2"
    reply.text = "the second floor"
"#;

#[test]
fn a_plain_follow_is_welcomed() {
    assert_eq!(
        text(playbook(WELCOME).welcome(None)).as_deref(),
        Some("plain")
    );
}

#[test]
fn the_whole_scene_goes_before_a_prefix_and_the_longer_prefix_before_the_shorter() {
    let playbook = playbook(WELCOME);
    let welcomes = ["counter-1", "counter-12", "counter-21", "counter", "柜台"];
    let texts = welcomes.map(|scene| text(playbook.welcome(Some(scene))).unwrap());
    assert_eq!(
        texts,
        [
            "counter 1",
            "a counter",
            "the second floor",
            "plain",
            "plain"
        ]
    );
}

#[test]
fn a_scan_gets_the_welcome_of_its_scene_if_nothing_else_is_said() {
    let playbook = playbook(WELCOME);
    assert_eq!(text(playbook.scan("counter-1")).as_deref(), Some("again"));
    assert_eq!(
        text(playbook.scan("counter-9")).as_deref(),
        Some("a counter")
    );
    assert_eq!(playbook.scan("elsewhere"), None);
}

#[test]
fn without_a_welcome_nothing_is_said() {
    assert_eq!(playbook("").welcome(None), None);
}

#[test]
fn a_tap_is_answered_by_its_key() {
    let playbook = playbook("[[click]]\nkey = \"HELP\"\nhandover = true");
    assert_eq!(
        playbook.click("HELP"),
        Some(&Action::Handover(Routing::PLAIN))
    );
    assert_eq!(playbook.click("help"), None);
}

#[test]
fn a_default_may_lead_to_a_person() {
    let playbook = Playbook::parse("default = { handover = true }", Format::Toml)
        .unwrap()
        .playbook;
    assert_eq!(playbook.default(), &Action::Handover(Routing::PLAIN));
}

#[test]
fn the_desk_takes_over_if_nothing_else_is_said() {
    let playbook = playbook("");
    let reply = &playbook.handover().desk().unwrap().reply;
    assert!(
        text(Some(&Action::Reply(reply.clone())))
            .unwrap()
            .starts_with("正在为您转接人工客服")
    );
}

#[test]
fn wechat_can_take_over() {
    let playbook = playbook("[handover]\nvia = \"wechat\"\nkf_account = \"a@b\"");
    assert_eq!(
        playbook.handover(),
        &Handover::Wechat {
            kf_account: Some("a@b".into())
        }
    );
}

#[test]
fn a_fan_who_wants_no_pushes_is_answered() {
    let playbook = playbook("[stop]\nreply.text = \"好\"");
    assert_eq!(
        playbook.find(&Text::new("td。")),
        Found::Command(Command::Stop)
    );
    assert_eq!(
        text(Some(&Action::Reply(playbook.stop().clone()))).as_deref(),
        Some("好")
    );
}

#[test]
fn given_command_words_replace_their_own_list_only() {
    let playbook = playbook("[commands]\nhuman = [\"客服\"]");
    assert_eq!(playbook.command(&Text::new("客服")), Some(Command::Human));
    assert_eq!(playbook.command(&Text::new("人工")), None);
    assert_eq!(playbook.command(&Text::new("退订")), Some(Command::Stop));
}

#[test]
fn the_ways_back_of_menus_mean_nothing_outside() {
    let playbook = playbook("");
    assert_eq!(playbook.command(&Text::new("0")), Some(Command::Back));
    assert_eq!(playbook.find(&Text::new("0")), Found::Nothing);
}

const INTENT: &str = r#"
    [[rule]]
    name = "how"
    contains = ["查"]
    reply.text = "how"
    [[intent]]
    name = "logistics"
    pattern = '查(?P<n>\d+)'
    reply.text = "looking up {n}"
    answer.text = "{n} is {result.status}"
    sorry.text = "no {n}"
    request.url = "https://example.com/"
"#;

#[test]
fn an_intent_goes_before_the_rule_that_explains_it() {
    let playbook = playbook(INTENT);
    let hit = |words| match playbook.find(&Text::new(words)) {
        Found::Match(found) => found.hit,
        other => panic!("{other:?}"),
    };
    assert_eq!((hit("查42"), hit("查")), ("intent:logistics", "rule:how"));
}

#[test]
fn a_request_has_its_defaults() {
    let playbook = playbook(INTENT);
    let request = playbook.intent("logistics").unwrap().request();
    assert_eq!(
        (request.method, request.method.as_str()),
        (Method::Post, "POST")
    );
    assert_eq!((request.secret.as_deref(), request.attempts), (None, 5));
    assert_eq!(
        (request.timeout, request.retry_over),
        (Duration::from_secs(3), Duration::from_secs(600))
    );
}

#[test]
fn an_intent_answers_later_with_what_the_system_said() {
    let playbook = playbook(INTENT);
    let intent = playbook.intent("logistics").unwrap();
    let answer = intent
        .answer()
        .expand_later(&captures("42"), Some(&json!({"status": "here"})));
    assert_eq!(
        answer,
        Some(ServiceMessage::Text {
            content: "42 is here".into()
        })
    );
    let sorry = intent.sorry().expand_later(&captures("42"), None);
    assert_eq!(
        sorry,
        Some(ServiceMessage::Text {
            content: "no 42".into()
        })
    );
}

#[test]
fn captures_are_stored_as_json() {
    let playbook = playbook(INTENT);
    let Found::Match(found) = playbook.find(&Text::new("查42")) else {
        panic!()
    };
    let stored = serde_json::to_string(&found.captures).unwrap();
    assert_eq!(
        stored,
        r#"{"text":"查42","rest":"","groups":["42"],"names":{"n":"42"}}"#
    );
    assert_eq!(
        Captures::read(&serde_json::from_str(&stored).unwrap()).unwrap(),
        found.captures
    );
}
