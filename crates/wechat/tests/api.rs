//! Calls built, answers read.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use wechat::api::custom::{self, MenuChoice, ServiceMessage};
use wechat::api::token::{self, AccessToken};
use wechat::api::{
    Advice, ApiError, Call, CallFailure, Done, ErrCode, InvalidCall, Method, Request, read_answer,
};
use wechat::reply::{InvalidReply, MAX_TEXT_BYTES};
use wechat::{Article, Reply};

fn s(text: &str) -> String {
    text.to_owned()
}

fn body(call: &Call) -> Value {
    serde_json::from_str(call.json().unwrap()).unwrap()
}

fn article() -> Article {
    Article {
        title: s("t"),
        description: s("d"),
        pic_url: s("p"),
        url: s("u"),
    }
}

#[test]
fn the_token_is_asked_for_without_a_token() {
    let call = token::stable_token("wx1", "secret", true);
    assert_eq!(
        (call.method, call.path, call.token),
        (Method::Post, "/cgi-bin/stable_token", false)
    );
    assert_eq!(
        body(&call),
        json!({ "grant_type": "client_credential", "appid": "wx1", "secret": "secret", "force_refresh": true })
    );
    assert_eq!(
        call.url("http://127.0.0.1:1/", Some("T")),
        "http://127.0.0.1:1/cgi-bin/stable_token"
    );
}

#[test]
fn the_token_is_read_and_not_shown() {
    let token: AccessToken =
        read_answer(200, br#"{"access_token":"SECRET","expires_in":7200}"#).unwrap();
    assert_eq!(
        (token.access_token.as_str(), token.expires_in),
        ("SECRET", 7200)
    );
    assert!(!format!("{token:?}").contains("SECRET"));
    let call = token::stable_token("wx1", "SECRET", false);
    assert!(!format!("{call:?}").contains("SECRET"));
}

#[test]
fn parameters_are_encoded_after_the_token() {
    let call = Call::get("/cgi-bin/user/get").with("next", "a b&你");
    let url = call.url("https://h", Some("t+/"));
    assert_eq!(
        url,
        "https://h/cgi-bin/user/get?access_token=t%2B%2F&next=a%20b%26%E4%BD%A0"
    );
}

#[test]
fn a_200_with_an_error_code_is_a_failure() {
    let failure = read_answer::<Done>(
        200,
        br#"{"errcode":45015,"errmsg":"response out of time limit rid: 1"}"#,
    );
    let error = ApiError {
        errcode: 45015,
        errmsg: s("response out of time limit rid: 1"),
    };
    assert_eq!(
        error.to_string(),
        "errcode 45015: response out of time limit rid: 1"
    );
    assert_eq!(error.code(), ErrCode::WindowOver);
    assert_eq!(failure, Err(CallFailure::Api(error)));
}

#[test]
fn an_absent_error_code_or_zero_is_success() {
    assert_eq!(
        read_answer::<Done>(200, br#"{"errcode":0,"errmsg":"ok"}"#),
        Ok(Done {})
    );
    assert_eq!(read_answer::<Done>(200, b"{}"), Ok(Done {}));
}

#[test]
fn what_is_no_answer_is_told_apart() {
    assert_eq!(
        read_answer::<Done>(502, b"{}"),
        Err(CallFailure::Status(502))
    );
    let not_json = |body| {
        matches!(
            read_answer::<Done>(200, body),
            Err(CallFailure::NotJson { .. })
        )
    };
    assert!(not_json(b"<html>"));
    assert!(not_json(b""));
    assert!(not_json(b"[]"));
    assert_eq!(
        read_answer::<Done>(302, b""),
        Err(CallFailure::Redirect(302))
    );
    let secret = read_answer::<AccessToken>(200, br#"{"access_token":["SECRET"],"expires_in":1}"#)
        .unwrap_err();
    assert!(!secret.to_string().contains("SECRET"));
}

#[test]
fn every_known_code_keeps_its_number() {
    for code in ErrCode::KNOWN {
        assert_eq!(ErrCode::from(code.number()), *code);
    }
    assert_eq!(ErrCode::from(99), ErrCode::Other(99));
    assert_eq!(ErrCode::Other(99).number(), 99);
}

#[test]
fn each_code_of_the_platform_has_its_advice() {
    let advice = |number| ErrCode::from(number).advice();
    assert_eq!([-1, 45011].map(advice), [Advice::RetryLater; 2]);
    assert_eq!([40001, 40014, 42001].map(advice), [Advice::RefreshToken; 3]);
    assert_eq!(advice(45009), Advice::RetryTomorrow);
    let lost = [
        40003, 40033, 40164, 43004, 43019, 43101, 45002, 45015, 45047, 45056, 45057, 45058, 45080,
        45081, 45157, 45158, 48001, 48002, 48004, 50002, 50005, 65400, 65401, 65402,
    ];
    for number in lost {
        assert!(matches!(advice(number), Advice::GiveUp(_)), "{number}");
        assert!(
            !matches!(ErrCode::from(number), ErrCode::Other(_)),
            "{number}"
        );
    }
}

#[test]
fn every_service_message_has_wechats_form() {
    let menu = ServiceMessage::Msgmenu {
        head_content: s("h"),
        list: vec![MenuChoice {
            id: s("101"),
            content: s("满意"),
        }],
        tail_content: s("t"),
    };
    let video = ServiceMessage::Video {
        media_id: s("m"),
        thumb_media_id: Some(s("x")),
        title: Some(s("t")),
        description: None,
    };
    let music = ServiceMessage::Music {
        title: s("t"),
        description: s("d"),
        music_url: s("u"),
        hq_music_url: s("h"),
        thumb_media_id: s("x"),
    };
    let page = ServiceMessage::Miniprogrampage {
        title: s("t"),
        appid: s("wx"),
        pagepath: s("p"),
        thumb_media_id: s("x"),
    };
    let forms = [
        (
            ServiceMessage::text("你好"),
            "text",
            json!({ "content": "你好" }),
        ),
        (
            ServiceMessage::Image { media_id: s("m") },
            "image",
            json!({ "media_id": "m" }),
        ),
        (
            ServiceMessage::Voice { media_id: s("m") },
            "voice",
            json!({ "media_id": "m" }),
        ),
        (
            video,
            "video",
            json!({ "media_id": "m", "thumb_media_id": "x", "title": "t" }),
        ),
        (
            music,
            "music",
            json!({ "title": "t", "description": "d", "musicurl": "u", "hqmusicurl": "h", "thumb_media_id": "x" }),
        ),
        (
            ServiceMessage::News { article: article() },
            "news",
            json!({ "articles": [{ "title": "t", "description": "d", "url": "u", "picurl": "p" }] }),
        ),
        (
            ServiceMessage::Mpnews { media_id: s("m") },
            "mpnews",
            json!({ "media_id": "m" }),
        ),
        (
            ServiceMessage::Mpnewsarticle { article_id: s("a") },
            "mpnewsarticle",
            json!({ "article_id": "a" }),
        ),
        (
            menu,
            "msgmenu",
            json!({ "head_content": "h", "list": [{ "id": "101", "content": "满意" }], "tail_content": "t" }),
        ),
        (
            ServiceMessage::Wxcard { card_id: s("c") },
            "wxcard",
            json!({ "card_id": "c" }),
        ),
        (
            page,
            "miniprogrampage",
            json!({ "title": "t", "appid": "wx", "pagepath": "p", "thumb_media_id": "x" }),
        ),
    ];
    for (message, msgtype, inner) in forms {
        let call = custom::send("oFan", &message).unwrap();
        assert_eq!(
            (call.path, call.token),
            ("/cgi-bin/message/custom/send", true)
        );
        assert_eq!(
            body(&call),
            json!({ "touser": "oFan", "msgtype": msgtype, msgtype: inner })
        );
        assert_eq!(message.check(), Ok(()));
        let kept = custom::send_body(message.to_body("oFan", None));
        assert_eq!(body(&kept), body(&call));
    }
}

#[test]
fn music_with_one_address_names_it_twice_and_with_none_is_refused() {
    let music = |music_url: &str, hq_music_url: &str| ServiceMessage::Music {
        title: s("t"),
        description: s("d"),
        music_url: s(music_url),
        hq_music_url: s(hq_music_url),
        thumb_media_id: s("x"),
    };
    for (one, message) in [("u", music("u", "")), ("h", music("", "h"))] {
        let body = body(&custom::send("oFan", &message).unwrap());
        let expected = json!({ "title": "t", "description": "d", "musicurl": one, "hqmusicurl": one, "thumb_media_id": "x" });
        assert_eq!(body["music"], expected);
    }
    let refused = custom::send("oFan", &music("", "")).unwrap_err();
    assert_eq!(refused.to_string(), "musicurl: missing");
}

#[test]
fn an_article_without_a_picture_names_none() {
    let article = Article {
        pic_url: String::new(),
        ..article()
    };
    let call = custom::send("oFan", &ServiceMessage::News { article }).unwrap();
    let expected = json!({ "articles": [{ "title": "t", "description": "d", "url": "u" }] });
    assert_eq!(body(&call)["news"], expected);
}

#[test]
fn a_message_can_be_in_the_name_of_an_account_of_customer_service() {
    let call = custom::send_as("oFan", &ServiceMessage::text("hi"), "a@gh").unwrap();
    assert_eq!(
        body(&call).get("customservice"),
        Some(&json!({ "kf_account": "a@gh" }))
    );
    assert_eq!(
        call.json(),
        Some(
            ServiceMessage::text("hi")
                .to_body("oFan", Some("a@gh"))
                .as_str()
        )
    );
}

#[test]
fn chinese_leaves_unescaped() {
    let body = ServiceMessage::text("你好😀").to_body("oFan", None);
    assert!(body.contains("你好😀"), "{body}");
}

#[test]
fn typing_is_a_command() {
    assert_eq!(
        body(&custom::typing("oFan", true)),
        json!({ "touser": "oFan", "command": "Typing" })
    );
    assert_eq!(
        body(&custom::typing("oFan", false)),
        json!({ "touser": "oFan", "command": "CancelTyping" })
    );
}

#[test]
fn a_service_message_is_checked_before_it_is_sent() {
    let long = ServiceMessage::Text {
        content: "a".repeat(MAX_TEXT_BYTES.saturating_add(1)),
    };
    assert!(matches!(long.check(), Err(InvalidReply::TooLong { .. })));
    let empty = ServiceMessage::Msgmenu {
        head_content: s("h"),
        list: vec![],
        tail_content: s(""),
    };
    assert_eq!(empty.check(), Err(InvalidReply::Empty { field: "list" }));
    let told = |request: Result<Request<Done>, InvalidCall>| request.unwrap_err().to_string();
    assert_eq!(told(custom::send("oFan", &empty)), "list: missing");
    assert_eq!(
        told(custom::send("oFan", &long)),
        "content: 2049 bytes, at most 2048 are allowed"
    );
    let text = ServiceMessage::text("hi");
    assert_eq!(told(custom::send("", &text)), "touser: missing");
    assert_eq!(
        told(custom::send_as("oFan", &text, "a")),
        "kf_account: it is not of the form name@account"
    );
}

#[test]
fn a_reply_becomes_a_service_message_where_there_is_such_a_form() {
    assert_eq!(
        ServiceMessage::from_reply(&Reply::text("hi")),
        Some(ServiceMessage::text("hi"))
    );
    let news = |count: usize| Reply::News {
        articles: vec![article(); count],
    };
    assert_eq!(
        ServiceMessage::from_reply(&news(1)),
        Some(ServiceMessage::News { article: article() })
    );
    assert_eq!(ServiceMessage::from_reply(&news(2)), None);
    assert_eq!(
        ServiceMessage::from_reply(&Reply::TransferCustomerService { kf_account: None }),
        None
    );
}
