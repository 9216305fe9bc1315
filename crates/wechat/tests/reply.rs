//! Replies rendered, checked and cut.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use wechat::reply::{InvalidReply, MAX_TEXT_BYTES, cut_text, without_forbidden};
use wechat::{Answering, Article, Envelope, Fields, Format, Reply};

const ENVELOPE: Envelope<'static> = Envelope {
    to: "oFan",
    from: "gh",
    create_time: 1_700_000_000,
};

fn article(title: &str) -> Article {
    let [description, pic_url, url] = ["d", "p", "u"].map(str::to_owned);
    Article {
        title: title.to_owned(),
        description,
        pic_url,
        url,
    }
}

fn s(text: &str) -> String {
    text.to_owned()
}

fn every_kind() -> Vec<Reply> {
    vec![
        Reply::text("hi"),
        Reply::Image { media_id: s("m") },
        Reply::Voice { media_id: s("m") },
        Reply::Video {
            media_id: s("m"),
            title: Some(s("t")),
            description: None,
        },
        Reply::Music {
            title: s("t"),
            description: s(""),
            music_url: s("u"),
            hq_music_url: s("h"),
            thumb_media_id: s("x"),
        },
        Reply::News {
            articles: vec![article("1"), article("2")],
        },
        Reply::TransferCustomerService { kf_account: None },
        Reply::TransferCustomerService {
            kf_account: Some(s("a@gh")),
        },
    ]
}

/// The document after what all have in common.
fn body(reply: &Reply) -> String {
    let xml = reply.to_xml(&ENVELOPE);
    let head = format!(
        "<xml><ToUserName><![CDATA[oFan]]></ToUserName><FromUserName><![CDATA[gh]]></FromUserName>\
         <CreateTime>1700000000</CreateTime><MsgType><![CDATA[{}]]></MsgType>",
        reply.msg_type()
    );
    xml.strip_prefix(&head)
        .and_then(|rest| rest.strip_suffix("</xml>"))
        .unwrap()
        .to_owned()
}

#[test]
fn each_kind_has_the_platforms_form_in_xml() {
    let bodies: Vec<String> = every_kind().iter().map(body).collect();
    let item = |n| {
        format!(
            "<item><Title><![CDATA[{n}]]></Title><Description><![CDATA[d]]></Description>\
             <PicUrl><![CDATA[p]]></PicUrl><Url><![CDATA[u]]></Url></item>"
        )
    };
    let expected = [
        s("<Content><![CDATA[hi]]></Content>"),
        s("<Image><MediaId><![CDATA[m]]></MediaId></Image>"),
        s("<Voice><MediaId><![CDATA[m]]></MediaId></Voice>"),
        s("<Video><MediaId><![CDATA[m]]></MediaId><Title><![CDATA[t]]></Title></Video>"),
        s(
            "<Music><Title><![CDATA[t]]></Title><MusicUrl><![CDATA[u]]></MusicUrl>\
           <HQMusicUrl><![CDATA[h]]></HQMusicUrl><ThumbMediaId><![CDATA[x]]></ThumbMediaId></Music>",
        ),
        format!(
            "<ArticleCount>2</ArticleCount><Articles>{}{}</Articles>",
            item(1),
            item(2)
        ),
        s(""),
        s("<TransInfo><KfAccount><![CDATA[a@gh]]></KfAccount></TransInfo>"),
    ];
    assert_eq!(bodies, expected);
}

#[test]
fn xml_and_json_say_the_same() {
    for reply in every_kind()
        .into_iter()
        .filter(|reply| !matches!(reply, Reply::News { .. }))
    {
        let xml = Fields::from_xml(reply.render(Format::Xml, &ENVELOPE).as_bytes()).unwrap();
        let json = Fields::from_json(reply.render(Format::Json, &ENVELOPE).as_bytes()).unwrap();
        for (name, field) in xml.iter().filter(|(_, field)| field.as_text().is_some()) {
            assert_eq!(json.get(name), Some(field), "{name}");
        }
        for (name, element) in xml
            .iter()
            .filter_map(|(name, field)| Some((name, field.as_element()?)))
        {
            let other = json.element(name).unwrap();
            assert_eq!(other.len(), element.len());
            assert!(
                element
                    .iter()
                    .all(|(inner, field)| other.get(inner) == Some(field)),
                "{name}"
            );
        }
    }
}

#[test]
fn articles_are_an_array_in_json() {
    let news = Reply::News {
        articles: vec![article("1"), article("2")],
    };
    let json: serde_json::Value = serde_json::from_str(&news.to_json(&ENVELOPE)).unwrap();
    let item = |title| serde_json::json!({ "Title": title, "Description": "d", "PicUrl": "p", "Url": "u" });
    assert_eq!(json.get("ArticleCount"), Some(&2.into()));
    assert_eq!(
        json.get("Articles"),
        Some(&serde_json::json!([item("1"), item("2")]))
    );
}

#[test]
fn json_does_not_escape_chinese() {
    assert!(Reply::text("你好").to_json(&ENVELOPE).contains("你好"));
}

#[test]
fn the_end_of_a_cdata_section_inside_a_text_is_split() {
    let xml = Reply::text("a]]>b]]]>").to_xml(&ENVELOPE);
    assert_eq!(
        Fields::from_xml(xml.as_bytes()).unwrap().text("Content"),
        Some("a]]>b]]]>")
    );
}

#[test]
fn a_section_end_that_appears_when_a_character_is_dropped_is_split_too() {
    let xml = Reply::text("]]\u{1}>").to_xml(&ENVELOPE);
    assert_eq!(
        Fields::from_xml(xml.as_bytes()).unwrap().text("Content"),
        Some("]]>")
    );
}

#[test]
fn characters_that_xml_forbids_are_left_out() {
    assert_eq!(
        without_forbidden("a\0\u{8}\t\u{b}\r\n\u{1f}\u{fffe}\u{ffff}\u{fffd}😀"),
        "a\t\r\n\u{fffd}😀"
    );
}

#[test]
fn a_long_text_is_cut_at_a_character() {
    let reply = Reply::text("你".repeat(1000));
    let Reply::Text { content } = &reply else {
        panic!("{reply:?}")
    };
    assert_eq!(content.len(), 2046);
    assert!(content.ends_with("你…"));
    assert_eq!(reply.check(Answering::Message), Ok(()));
}

#[test]
fn a_text_that_fits_is_not_cut() {
    let fits = "a".repeat(MAX_TEXT_BYTES);
    assert_eq!(Reply::text(fits.as_str()), Reply::Text { content: fits });
}

#[test]
fn where_no_ellipsis_fits_nothing_is_left() {
    assert_eq!(cut_text("abcd", 2), "");
    assert_eq!(cut_text("abcd", 3), "…");
    assert_eq!(cut_text("abcd", 4), "abcd");
}

#[test]
fn a_message_takes_one_article_and_an_event_eight() {
    let news = |count: usize| Reply::News {
        articles: vec![article("t"); count],
    };
    assert_eq!(news(1).check(Answering::Message), Ok(()));
    assert_eq!(
        news(2).check(Answering::Message),
        Err(InvalidReply::TooManyArticles { count: 2, limit: 1 })
    );
    assert_eq!(news(8).check(Answering::Event), Ok(()));
    assert_eq!(
        news(9).check(Answering::Event),
        Err(InvalidReply::TooManyArticles { count: 9, limit: 8 })
    );
    assert_eq!(
        news(0).check(Answering::Event),
        Err(InvalidReply::Empty { field: "articles" })
    );
}

#[test]
fn only_a_message_can_be_transferred() {
    let transfer = Reply::TransferCustomerService { kf_account: None };
    assert_eq!(transfer.check(Answering::Message), Ok(()));
    assert_eq!(
        transfer.check(Answering::Event),
        Err(InvalidReply::TransferOfEvent)
    );
}

#[test]
fn empty_and_overlong_replies_are_named() {
    let check = |reply: Reply| reply.check(Answering::Message).unwrap_err();
    assert_eq!(
        check(Reply::Text { content: s("") }),
        InvalidReply::Empty { field: "content" }
    );
    assert_eq!(
        check(Reply::Image { media_id: s("") }),
        InvalidReply::Empty { field: "media_id" }
    );
    let (field, bytes, limit) = ("content", 2049, 2048);
    assert_eq!(
        check(Reply::Text {
            content: "a".repeat(2049)
        }),
        InvalidReply::TooLong {
            field,
            bytes,
            limit
        }
    );
    assert_eq!(
        check(Reply::News {
            articles: vec![article("")]
        }),
        InvalidReply::Empty { field: "title" }
    );
}

#[test]
fn every_reply_survives_storage() {
    for reply in every_kind() {
        let stored = serde_json::to_string(&reply).unwrap();
        assert_eq!(Reply::from_json(&stored).unwrap(), reply, "{stored}");
    }
    let written = r#"{"type":"transfer_customer_service"}"#;
    assert_eq!(
        Reply::from_json(written).unwrap(),
        Reply::TransferCustomerService { kf_account: None }
    );
}
