//! Callbacks typed: messages, and what every callback has.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use wechat::inbound::InvalidInbound;
use wechat::{Content, Fields, Inbound, Message};

fn read(inside: &str) -> Inbound {
    let head = "<ToUserName>gh</ToUserName><FromUserName>oFan</FromUserName><CreateTime>1700000000</CreateTime>";
    Inbound::from_fields(Fields::from_xml(format!("<xml>{head}{inside}</xml>").as_bytes()).unwrap())
        .unwrap()
}

fn message(msg_type: &str, inside: &str) -> Message {
    match read(&format!(
        "<MsgType>{msg_type}</MsgType><MsgId>1</MsgId>{inside}"
    ))
    .content
    {
        Content::Message { message, .. } => message,
        Content::Event(event) => panic!("an event: {event:?}"),
    }
}

fn s(text: &str) -> String {
    text.to_owned()
}

#[test]
fn a_text_carries_the_choice_of_a_menu() {
    let expected = Message::Text {
        content: s(" hi "),
        menu_choice: Some(s("101")),
    };
    assert_eq!(
        message(
            "text",
            "<Content> hi </Content><bizmsgmenuid>101</bizmsgmenuid>"
        ),
        expected
    );
}

#[test]
fn a_voice_without_recognition_has_none() {
    let sent = "<MediaId>m</MediaId><Format>amr</Format><MediaId16K>k</MediaId16K><Recognition></Recognition>";
    let expected = Message::Voice {
        media_id: s("m"),
        format: s("amr"),
        media_id_16k: Some(s("k")),
        recognition: None,
    };
    assert_eq!(message("voice", sent), expected);
}

#[test]
fn other_messages_are_typed() {
    assert_eq!(
        message("image", "<PicUrl>http://p</PicUrl><MediaId>m</MediaId>"),
        Message::Image {
            pic_url: s("http://p"),
            media_id: s("m")
        }
    );
    let video = "<MediaId>m</MediaId><ThumbMediaId>t</ThumbMediaId>";
    assert_eq!(
        message("video", video),
        Message::Video {
            media_id: s("m"),
            thumb_media_id: s("t")
        }
    );
    assert_eq!(
        message("shortvideo", video),
        Message::ShortVideo {
            media_id: s("m"),
            thumb_media_id: s("t")
        }
    );
    assert_eq!(
        message(
            "location",
            "<Location_X>23.10</Location_X><Location_Y>113.3</Location_Y><Scale>20</Scale><Label>x</Label>"
        ),
        Message::Location {
            latitude: s("23.10"),
            longitude: s("113.3"),
            scale: s("20"),
            label: s("x")
        }
    );
    assert_eq!(
        message(
            "link",
            "<Title>t</Title><Description>d</Description><Url>u</Url>"
        ),
        Message::Link {
            title: s("t"),
            description: s("d"),
            url: s("u")
        }
    );
    let file = "<Title>a.pdf</Title><FileKey>k</FileKey><FileMd5>5</FileMd5><FileTotalLen>9</FileTotalLen>";
    let expected = Message::File {
        title: s("a.pdf"),
        description: s(""),
        key: s("k"),
        md5: s("5"),
        total_len: s("9"),
    };
    assert_eq!(message("file", file), expected);
}

#[test]
fn an_unknown_message_is_kept_whole() {
    let inbound = read("<MsgType>hologram</MsgType><MsgId>1</MsgId><Depth><Mm>3</Mm></Depth>");
    assert_eq!(inbound.kind(), "hologram");
    assert_eq!(
        inbound.fields.element("Depth").unwrap().text("Mm"),
        Some("3")
    );
    assert_eq!(
        inbound.content,
        Content::Message {
            msg_id: Some(s("1")),
            message: Message::Unknown {
                msg_type: s("hologram")
            }
        }
    );
}

#[test]
fn the_kind_is_the_type_or_the_event_in_lower_case() {
    assert_eq!(read("<MsgType>text</MsgType>").kind(), "text");
    assert_eq!(
        read("<MsgType>event</MsgType><Event>MASSSENDJOBFINISH</Event>").kind(),
        "event.masssendjobfinish"
    );
}

#[test]
fn what_every_callback_has_is_required_by_name() {
    let whole = [
        ("ToUserName", "gh"),
        ("FromUserName", "oFan"),
        ("CreateTime", "1700000000"),
        ("MsgType", "event"),
        ("Event", "CLICK"),
    ];
    assert!(Inbound::from_fields(Fields::from_iter(whole)).is_ok());
    for (missing, _) in whole {
        let rest = whole.into_iter().filter(|(name, _)| *name != missing);
        let error = Inbound::from_fields(Fields::from_iter(rest)).unwrap_err();
        assert_eq!(error, InvalidInbound::Missing { field: missing });
        let mut empty = Fields::from_iter(whole);
        empty.insert(missing, "");
        assert_eq!(Inbound::from_fields(empty), Err(error));
    }
}

#[test]
fn a_create_time_must_be_a_number_that_fits_as_milliseconds() {
    let read = |create_time: &str| {
        let fields = [
            ("ToUserName", "gh"),
            ("FromUserName", "o"),
            ("CreateTime", create_time),
            ("MsgType", "text"),
        ];
        Inbound::from_fields(Fields::from_iter(fields)).map(|inbound| inbound.create_time)
    };
    let refused = Err(InvalidInbound::NotATime {
        field: "CreateTime",
    });
    assert_eq!(read("0"), Ok(0));
    assert_eq!(read(" 1700000000\n"), Ok(1_700_000_000));
    assert_eq!(read("9223372036854775"), Ok(9_223_372_036_854_775));
    for wrong in [
        "9223372036854776",
        "99999999999999999999",
        "-1",
        "+1",
        "1.5",
        "now",
        " ",
    ] {
        assert_eq!(read(wrong), refused, "{wrong}");
    }
}

#[test]
fn an_inbound_is_stored_as_its_fields_and_comes_back_equal() {
    let inbound =
        read("<MsgType>event</MsgType><Event>subscribe</Event><EventKey>qrscene_1</EventKey>");
    let stored = serde_json::to_string(&inbound).unwrap();
    assert_eq!(stored, serde_json::to_string(&inbound.fields).unwrap());
    assert_eq!(serde_json::from_str::<Inbound>(&stored).unwrap(), inbound);
    assert!(serde_json::from_str::<Inbound>(r#"{"MsgType":"text"}"#).is_err());
}
