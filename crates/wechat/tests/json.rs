//! Callbacks written in JSON say the same as in XML: every message, every event, and encrypted.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use wechat::callback::Refusal;
use wechat::signature::{sign, sign_encrypted};
use wechat::{AesKey, Content, Event, Fields, Format, Inbound, Keyring, Message, Mode, Query};

const NOW: i64 = 1_700_000_000;
const APP: &str = "wx0123456789abcdef";
const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

/// Whom it is from and to, in both forms.
const XML_HEAD: &str = "<ToUserName>gh</ToUserName><FromUserName>oFan</FromUserName><CreateTime>123456789</CreateTime>";
const JSON_HEAD: &str = r#""ToUserName":"gh","FromUserName":"oFan","CreateTime":123456789"#;

fn xml(inside: &str) -> Inbound {
    let body = format!("<xml>{XML_HEAD}{inside}</xml>");
    Inbound::from_fields(Fields::from_xml(body.as_bytes()).unwrap()).unwrap()
}

fn json(inside: &str) -> Inbound {
    let body = format!("{{{JSON_HEAD},{inside}}}");
    Inbound::from_fields(Fields::from_json(body.as_bytes()).unwrap()).unwrap()
}

/// Flat fields, each as XML and as JSON: numbers as numbers where they are some.
fn both(fields: &[(&str, &str)]) -> (Inbound, Inbound) {
    let elements = fields
        .iter()
        .map(|(name, value)| format!("<{name}>{value}</{name}>"));
    let members = fields.iter().map(|(name, value)| {
        let is_number = value.parse::<f64>().is_ok() && !value.starts_with('0');
        let value = if is_number {
            (*value).to_owned()
        } else {
            format!("\"{value}\"")
        };
        format!("\"{name}\":{value}")
    });
    (
        xml(&elements.collect::<String>()),
        json(&members.collect::<Vec<_>>().join(",")),
    )
}

#[test]
fn every_message_says_the_same_in_json() {
    let messages: [&[(&str, &str)]; 9] = [
        &[
            ("MsgType", "text"),
            ("Content", "你好"),
            ("bizmsgmenuid", "101"),
        ],
        &[
            ("MsgType", "image"),
            ("PicUrl", "http://p"),
            ("MediaId", "m"),
        ],
        &[
            ("MsgType", "voice"),
            ("MediaId", "m"),
            ("Format", "amr"),
            ("MediaId16K", "n"),
            ("Recognition", ""),
        ],
        &[
            ("MsgType", "video"),
            ("MediaId", "m"),
            ("ThumbMediaId", "t"),
        ],
        &[
            ("MsgType", "shortvideo"),
            ("MediaId", "m"),
            ("ThumbMediaId", "t"),
        ],
        &[
            ("MsgType", "location"),
            ("Location_X", "23.134520"),
            ("Location_Y", "113.358803"),
            ("Scale", "20"),
            ("Label", "位置"),
        ],
        &[
            ("MsgType", "link"),
            ("Title", "t"),
            ("Description", "d"),
            ("Url", "http://u"),
        ],
        &[
            ("MsgType", "file"),
            ("Title", "t"),
            ("Description", ""),
            ("FileKey", "k"),
            ("FileMd5", "5"),
            ("FileTotalLen", "42"),
        ],
        &[("MsgType", "newer"), ("Anything", "1")],
    ];
    for message in messages {
        let mut fields = message.to_vec();
        fields.extend([
            ("MsgId", "9223372036854775807"),
            ("MsgDataId", "2247483658_1"),
            ("Idx", "1"),
        ]);
        let (xml, json) = both(&fields);
        assert_eq!(json, xml, "{message:?}");
        assert_eq!(json.message_key(), xml.message_key());
        let Content::Message { msg_id, message } = json.content else {
            panic!("{message:?} is a message")
        };
        assert_eq!(msg_id.as_deref(), Some("9223372036854775807"));
        if let Message::Location { latitude, .. } = message {
            assert_eq!(latitude, "23.134520");
        }
    }
}

#[test]
fn every_flat_event_says_the_same_in_json() {
    let person: &[(&str, &str)] = &[
        ("OpenID", "oPerson"),
        ("AppID", "wx1"),
        ("RevokeInfo", "301"),
    ];
    let expiry: &[(&str, &str)] = &[("ExpiredTime", "1442401156")];
    let failure: &[(&str, &str)] = &[("FailTime", "1442401122"), ("FailReason", "by time")];
    let events: [(&str, &[(&str, &str)]); 27] = [
        (
            "subscribe",
            &[("EventKey", "qrscene_counter-1"), ("Ticket", "T")],
        ),
        ("subscribe", &[("EventKey", "")]),
        ("unsubscribe", &[("EventKey", "")]),
        ("SCAN", &[("EventKey", "123"), ("Ticket", "T")]),
        (
            "LOCATION",
            &[
                ("Latitude", "23.137466"),
                ("Longitude", "113.352425"),
                ("Precision", "119.385040"),
            ],
        ),
        ("CLICK", &[("EventKey", "HELP")]),
        ("VIEW", &[("EventKey", "http://u"), ("MenuId", "425329864")]),
        (
            "view_miniprogram",
            &[("EventKey", "pages/a"), ("MenuId", "425329864")],
        ),
        (
            "TEMPLATESENDJOBFINISH",
            &[("MsgID", "200163836"), ("Status", "failed: system failed")],
        ),
        ("kf_create_session", &[("KfAccount", "test1@test")]),
        (
            "kf_close_session",
            &[("KfAccount", "test1@test"), ("CloseType", "KF")],
        ),
        (
            "kf_switch_session",
            &[("FromKfAccount", "a@t"), ("ToKfAccount", "b@t")],
        ),
        ("user_info_modified", person),
        ("user_authorization_revoke", person),
        ("user_authorization_cancellation", person),
        ("qualification_verify_success", expiry),
        ("qualification_verify_fail", failure),
        ("naming_verify_success", expiry),
        ("naming_verify_fail", failure),
        ("annual_renew", expiry),
        ("verify_expired", expiry),
        ("card_pass_check", &[("CardId", "c")]),
        (
            "card_not_pass_check",
            &[("CardId", "c"), ("RefuseReason", "非法代制")],
        ),
        (
            "user_get_card",
            &[
                ("CardId", "c"),
                ("IsGiveByFriend", "1"),
                ("UserCardCode", "12312312"),
                ("OuterId", "0"),
            ],
        ),
        (
            "user_del_card",
            &[("CardId", "c"), ("UserCardCode", "12312312")],
        ),
        (
            "user_consume_card",
            &[("CardId", "c"), ("UserCardCode", "12312312")],
        ),
        ("anything_newer", &[("Its", "own")]),
    ];
    for (event, given) in events {
        let mut fields = vec![("MsgType", "event"), ("Event", event)];
        fields.extend(given);
        let (xml, json) = both(&fields);
        assert_eq!(json, xml, "{event}");
        assert_eq!(
            (json.message_key(), json.subject()),
            (xml.message_key(), xml.subject())
        );
    }
}

/// Lists and elements have another shape in JSON, so only what they say is the same, not the fields.
#[track_caller]
fn says_the_same(event: &str, in_xml: &str, in_json: &str) -> Event {
    let xml = xml(&format!(
        "<MsgType>event</MsgType><Event>{event}</Event>{in_xml}"
    ));
    let json = json(&format!(r#""MsgType":"event","Event":"{event}",{in_json}"#));
    assert_eq!(json.content, xml.content, "{event}");
    let Content::Event(event) = json.content else {
        unreachable!("an event was sent")
    };
    event
}

#[test]
fn what_a_menu_sends_says_the_same_in_json() {
    for event in ["scancode_push", "scancode_waitmsg"] {
        says_the_same(
            event,
            "<EventKey>k</EventKey><ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult>1</ScanResult></ScanCodeInfo>",
            r#""EventKey":"k","ScanCodeInfo":{"ScanType":"qrcode","ScanResult":"1"}"#,
        );
    }
    for event in ["pic_sysphoto", "pic_photo_or_album", "pic_weixin"] {
        let pictures = "<EventKey>k</EventKey><SendPicsInfo><Count>2</Count><PicList><item><PicMd5Sum>a</PicMd5Sum></item>\
                        <item><PicMd5Sum>b</PicMd5Sum></item></PicList></SendPicsInfo>";
        says_the_same(
            event,
            pictures,
            r#""EventKey":"k","SendPicsInfo":{"Count":2,"PicList":[{"PicMd5Sum":"a"},{"PicMd5Sum":"b"}]}"#,
        );
        says_the_same(
            event,
            pictures,
            r#""EventKey":"k","SendPicsInfo":{"Count":2,"PicList":{"item":[{"PicMd5Sum":"a"},{"PicMd5Sum":"b"}]}}"#,
        );
    }
    says_the_same(
        "location_select",
        "<EventKey>k</EventKey><SendLocationInfo><Location_X>23.10</Location_X><Location_Y>113</Location_Y><Scale>15</Scale>\
         <Label>广州</Label><Poiname></Poiname></SendLocationInfo>",
        r#""EventKey":"k","SendLocationInfo":{"Location_X":23.10,"Location_Y":113,"Scale":15,"Label":"广州","Poiname":null}"#,
    );
}

#[test]
fn results_of_sends_say_the_same_in_json() {
    let sent = says_the_same(
        "MASSSENDJOBFINISH",
        "<MsgID>1000001625</MsgID><Status>err(30003)</Status><TotalCount>0</TotalCount><FilterCount>0</FilterCount>\
         <SentCount>0</SentCount><ErrorCount>0</ErrorCount><CopyrightCheckResult><Count>2</Count><ResultList>\
         <item><ArticleIdx>1</ArticleIdx></item><item><ArticleIdx>2</ArticleIdx></item></ResultList></CopyrightCheckResult>",
        r#""MsgID":1000001625,"Status":"err(30003)","TotalCount":0,"FilterCount":0,"SentCount":0,"ErrorCount":0,
           "CopyrightCheckResult":{"Count":2,"ResultList":[{"ArticleIdx":1},{"ArticleIdx":2}]}"#,
    );
    assert!(matches!(
        sent,
        Event::MassSendJobFinish {
            total_count: Some(0),
            ..
        }
    ));
    says_the_same(
        "PUBLISHJOBFINISH",
        "<PublishEventInfo><publish_id>2247503051</publish_id><publish_status>0</publish_status><article_id>b5O2</article_id>\
         </PublishEventInfo>",
        r#""PublishEventInfo":{"publish_id":2247503051,"publish_status":0,"article_id":"b5O2"}"#,
    );
}

#[test]
fn answers_to_subscription_notices_say_the_same_in_json() {
    let choice = |wrapper: &str| {
        let one = "<List><TemplateId>T</TemplateId><SubscribeStatusString>accept</SubscribeStatusString>\
                   <PopupScene>2</PopupScene></List>";
        format!("<{wrapper}>{one}</{wrapper}>")
    };
    let listed = r#""List":[{"TemplateId":"T","SubscribeStatusString":"accept","PopupScene":"2"}]"#;
    let single = r#""List":{"TemplateId":"T","SubscribeStatusString":"accept","PopupScene":2}"#;
    for (event, wrapper) in [
        ("subscribe_msg_popup_event", "SubscribeMsgPopupEvent"),
        ("subscribe_msg_change_event", "SubscribeMsgChangeEvent"),
    ] {
        says_the_same(event, &choice(wrapper), listed);
        says_the_same(event, &choice(wrapper), single);
    }
    says_the_same(
        "subscribe_msg_sent_event",
        "<SubscribeMsgSentEvent><List><TemplateId>T</TemplateId><MsgID>1864323726461255680</MsgID><ErrorCode>0</ErrorCode>\
         <ErrorStatus>success</ErrorStatus></List></SubscribeMsgSentEvent>",
        r#""List":{"TemplateId":"T","MsgID":1864323726461255680,"ErrorCode":0,"ErrorStatus":"success"}"#,
    );
}

fn keyring(mode: Mode) -> Keyring {
    let key = AesKey::parse(KEY).unwrap();
    Keyring::new(APP, mode, vec!["token".to_owned()], vec![key]).unwrap()
}

/// The query of a request with this ciphertext.
fn query(encrypt: &str) -> Query {
    let timestamp = NOW.to_string();
    Query::parse(&format!(
        "signature={}&timestamp={timestamp}&nonce=n&encrypt_type=aes&msg_signature={}",
        sign("token", &timestamp, "n"),
        sign_encrypted("token", &timestamp, "n", encrypt)
    ))
}

fn encrypted(inside: &str) -> String {
    AesKey::parse(KEY)
        .unwrap()
        .encrypt([7; 16], inside.as_bytes(), APP)
}

#[test]
fn an_event_in_encrypted_json_is_read_whole() {
    let encrypt = encrypted(&format!(
        r#"{{{JSON_HEAD},"MsgType":"event","Event":"pic_weixin","EventKey":"k","SendPicsInfo":{{"Count":1,"PicList":[{{"PicMd5Sum":"a"}}]}}}}"#
    ));
    let body = format!(r#"{{"ToUserName":"gh","Encrypt":"{encrypt}"}}"#);
    for mode in [Mode::Safe, Mode::Compatible] {
        let opened = keyring(mode)
            .open(&query(&encrypt), body.as_bytes(), NOW)
            .unwrap();
        assert_eq!(opened.format, Format::Json);
        let Content::Event(Event::PicWeixin { pictures, .. }) = opened.inbound.content else {
            panic!("pictures")
        };
        assert_eq!(pictures, ["a"]);
    }
}

#[test]
fn beside_encrypted_json_only_what_was_decrypted_counts() {
    let encrypt = encrypted(&format!(
        r#"{{{JSON_HEAD},"MsgType":"text","Content":"true","MsgId":1}}"#
    ));
    let body = format!(
        r#"{{{JSON_HEAD},"MsgType":"text","Content":"false","MsgId":2,"Encrypt":"{encrypt}"}}"#
    );
    let opened = keyring(Mode::Compatible)
        .open(&query(&encrypt), body.as_bytes(), NOW)
        .unwrap();
    assert_eq!(opened.inbound.fields.text("Content"), Some("true"));
    assert_eq!(opened.inbound.fields.text("Encrypt"), None);
}

#[test]
fn json_whose_encrypt_is_missing_or_no_text_is_refused() {
    for body in [
        format!(r#"{{{JSON_HEAD},"MsgType":"text","Content":"hi","MsgId":1}}"#),
        r#"{"Encrypt":{}}"#.to_owned(),
        r#"{"Encrypt":[]}"#.to_owned(),
    ] {
        for mode in [Mode::Safe, Mode::Compatible] {
            let refused = keyring(mode)
                .open(&query(""), body.as_bytes(), NOW)
                .unwrap_err();
            assert_eq!(refused, Refusal::NotEncrypted, "{body}");
            assert_eq!(refused.status(), 400);
        }
    }
    // Empty is no ciphertext.
    let refused = keyring(Mode::Safe).open(&query(""), br#"{"Encrypt":null}"#, NOW);
    assert!(refused.is_err());
}

proptest! {
    #[test]
    fn whatever_is_in_json_no_callback_panics(event in "[A-Za-z_]{0,20}", value in "null|\\[\\]|\\{\\}|[1-9][0-9]{0,19}|\"[a-z]{0,4}\"|\\[\\{\\}\\]") {
        for name in ["SendPicsInfo", "ScanCodeInfo", "SendLocationInfo", "PublishEventInfo", "List", "EventKey", "OpenID", "MsgID"] {
            let body = format!(r#"{{{JSON_HEAD},"MsgType":"event","Event":"{event}","{name}":{value}}}"#);
            let fields = Fields::from_json(body.as_bytes()).unwrap();
            if let Ok(inbound) = Inbound::from_fields(fields) {
                let _ = (inbound.message_key(), inbound.subject());
            }
        }
    }
}
