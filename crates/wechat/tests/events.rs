//! Callbacks typed: every event that the platform documents, in its own samples' form.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use wechat::inbound::{Delivery, SubscriptionChoice, SubscriptionSent};
use wechat::{Content, Event, Fields, Inbound, Subject};

fn inbound(event: &str, inside: &str) -> Inbound {
    let body = format!(
        "<xml><ToUserName>gh</ToUserName><FromUserName>oFan</FromUserName><CreateTime>1700000000</CreateTime>\
         <MsgType>event</MsgType><Event>{event}</Event>{inside}</xml>"
    );
    Inbound::from_fields(Fields::from_xml(body.as_bytes()).unwrap()).unwrap()
}

fn event(event: &str, inside: &str) -> Event {
    match inbound(event, inside).content {
        Content::Event(event) => event,
        Content::Message { message, .. } => panic!("a message: {message:?}"),
    }
}

fn s(text: &str) -> String {
    text.to_owned()
}

#[test]
fn an_unfollow_is_typed() {
    assert_eq!(
        event("unsubscribe", "<EventKey></EventKey>"),
        Event::Unsubscribe
    );
}

#[test]
fn a_follow_after_a_payment_names_it() {
    let expected = Event::Subscribe {
        scene: None,
        trade_no: Some(s("42")),
        ticket: None,
    };
    assert_eq!(
        event("subscribe", "<EventKey>last_trade_no_42</EventKey>"),
        expected
    );
}

#[test]
fn a_follow_without_event_key_is_plain() {
    let expected = Event::Subscribe {
        scene: None,
        trade_no: None,
        ticket: None,
    };
    assert_eq!(event("subscribe", ""), expected);
    assert_eq!(
        event("subscribe", "<EventKey>qrscene_</EventKey>"),
        expected
    );
}

#[test]
fn taps_are_typed_in_any_case() {
    assert_eq!(
        event("CLICK", "<EventKey>HELP</EventKey>"),
        Event::Click { key: s("HELP") }
    );
    assert_eq!(
        event("click", "<EventKey>HELP</EventKey>"),
        Event::Click { key: s("HELP") }
    );
    assert_eq!(
        event("VIEW", "<EventKey>http://u</EventKey><MenuId>7</MenuId>"),
        Event::View {
            url: s("http://u"),
            menu_id: Some(s("7"))
        }
    );
    assert_eq!(
        event("view_miniprogram", "<EventKey>p/i</EventKey>"),
        Event::ViewMiniProgram {
            path: s("p/i"),
            menu_id: None
        }
    );
}

#[test]
fn the_reported_place_is_typed() {
    let sent = "<Latitude>23.1</Latitude><Longitude>113.3</Longitude><Precision>119.0</Precision>";
    let expected = Event::Location {
        latitude: s("23.1"),
        longitude: s("113.3"),
        precision: s("119.0"),
    };
    assert_eq!(event("LOCATION", sent), expected);
}

#[test]
fn scanned_codes_are_typed() {
    let sent = "<EventKey>k</EventKey><ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult>2</ScanResult></ScanCodeInfo>";
    let (key, scan_type, scan_result) = (s("k"), s("qrcode"), s("2"));
    assert_eq!(
        event("scancode_waitmsg", sent),
        Event::ScanCodeWaitMsg {
            key: key.clone(),
            scan_type: scan_type.clone(),
            scan_result: scan_result.clone()
        }
    );
    assert_eq!(
        event("scancode_push", sent),
        Event::ScanCodePush {
            key,
            scan_type,
            scan_result
        }
    );
}

#[test]
fn one_picture_and_several_are_listed_alike() {
    let item = |sum: &str| format!("<item><PicMd5Sum>{sum}</PicMd5Sum></item>");
    let sent = |items: &str| {
        format!(
            "<EventKey>6</EventKey><SendPicsInfo><Count>1</Count><PicList>{items}</PicList></SendPicsInfo>"
        )
    };
    let (key, pictures) = (s("6"), vec![s("a")]);
    assert_eq!(
        event("pic_sysphoto", &sent(&item("a"))),
        Event::PicSysPhoto {
            key: key.clone(),
            pictures
        }
    );
    let pictures = vec![s("a"), s("b")];
    let two = sent(&[item("a"), item("b")].concat());
    assert_eq!(
        event("pic_weixin", &two),
        Event::PicWeixin {
            key: key.clone(),
            pictures: pictures.clone()
        }
    );
    assert_eq!(
        event("pic_photo_or_album", &two),
        Event::PicPhotoOrAlbum { key, pictures }
    );
    assert_eq!(
        event("pic_weixin", ""),
        Event::PicWeixin {
            key: s(""),
            pictures: vec![]
        }
    );
}

#[test]
fn pictures_of_a_json_body_are_listed_too() {
    let body = br#"{"ToUserName":"gh","FromUserName":"o","CreateTime":1,"MsgType":"event","Event":"pic_weixin","EventKey":"6",
        "SendPicsInfo":{"Count":2,"PicList":[{"PicMd5Sum":"a"},{"PicMd5Sum":"b"}]}}"#;
    let inbound = Inbound::from_fields(Fields::from_json(body).unwrap()).unwrap();
    let pictures = vec![s("a"), s("b")];
    assert_eq!(
        inbound.content,
        Content::Event(Event::PicWeixin {
            key: s("6"),
            pictures
        })
    );
}

#[test]
fn a_picked_place_is_typed() {
    let sent = "<EventKey>6</EventKey><SendLocationInfo><Location_X>23</Location_X><Location_Y>113</Location_Y>\
                <Scale>15</Scale><Label>street</Label><Poiname>shop</Poiname></SendLocationInfo>";
    let expected = Event::LocationSelect {
        key: s("6"),
        latitude: s("23"),
        longitude: s("113"),
        scale: s("15"),
        label: s("street"),
        poi_name: s("shop"),
    };
    assert_eq!(event("location_select", sent), expected);
}

#[test]
fn every_status_of_a_template_message_is_read() {
    let status = |sent: &str| match event(
        "TEMPLATESENDJOBFINISH",
        &format!("<MsgID>1</MsgID><Status>{sent}</Status>"),
    ) {
        Event::TemplateSendJobFinish { status, .. } => status,
        other => panic!("{other:?}"),
    };
    assert_eq!(status("success"), Delivery::Delivered);
    assert_eq!(status("failed:user block"), Delivery::BlockedByFan);
    assert_eq!(status("failed: user block"), Delivery::BlockedByFan);
    assert_eq!(status("failed: system failed"), Delivery::SystemFailed);
    assert_eq!(status("failed: moon"), Delivery::Other(s("failed: moon")));
}

#[test]
fn the_result_of_a_mass_send_is_about_the_account() {
    let sent = "<MsgID>9</MsgID><Status>send success</Status><TotalCount>100</TotalCount><FilterCount>80</FilterCount>\
                <SentCount>75</SentCount><ErrorCount>5</ErrorCount><CopyrightCheckResult><Count>2</Count></CopyrightCheckResult>";
    let inbound = inbound("MASSSENDJOBFINISH", sent);
    assert_eq!(inbound.subject(), Subject::Account);
    assert_eq!(inbound.msg_id(), Some("9"));
    let expected = Event::MassSendJobFinish {
        msg_id: s("9"),
        status: s("send success"),
        total_count: Some(100),
        filter_count: Some(80),
        sent_count: Some(75),
        error_count: Some(5),
    };
    assert_eq!(inbound.content, Content::Event(expected));
}

#[test]
fn the_result_of_publishing_is_about_the_account() {
    let sent = "<PublishEventInfo><publish_id>22</publish_id><publish_status>0</publish_status><article_id>b5</article_id>\
                <article_detail><count>1</count></article_detail></PublishEventInfo>";
    let inbound = inbound("PUBLISHJOBFINISH", sent);
    assert_eq!(inbound.subject(), Subject::Account);
    let expected = Event::PublishJobFinish {
        publish_id: s("22"),
        publish_status: s("0"),
        article_id: Some(s("b5")),
    };
    assert_eq!(inbound.content, Content::Event(expected));
}

#[test]
fn sessions_of_customer_service_are_typed() {
    let kf = "<KfAccount>a@gh</KfAccount>";
    assert_eq!(
        event("kf_create_session", kf),
        Event::KfCreateSession {
            kf_account: s("a@gh")
        }
    );
    assert_eq!(
        event("kf_close_session", kf),
        Event::KfCloseSession {
            kf_account: s("a@gh")
        }
    );
    let switch = "<FromKfAccount>a@gh</FromKfAccount><ToKfAccount>b@gh</ToKfAccount>";
    assert_eq!(
        event("kf_switch_session", switch),
        Event::KfSwitchSession {
            from: s("a@gh"),
            to: s("b@gh")
        }
    );
}

#[test]
fn subscription_choices_are_listed_one_by_one() {
    let item = |id: &str, status: &str| {
        format!(
            "<List><TemplateId>{id}</TemplateId><SubscribeStatusString>{status}</SubscribeStatusString><PopupScene>2</PopupScene></List>"
        )
    };
    let choice = |id: &str, status: &str| SubscriptionChoice {
        template_id: s(id),
        status: s(status),
        popup_scene: Some(s("2")),
    };
    let one = format!(
        "<SubscribeMsgPopupEvent>{}</SubscribeMsgPopupEvent>",
        item("A", "accept")
    );
    assert_eq!(
        event("subscribe_msg_popup_event", &one),
        Event::SubscribeMsgPopup {
            list: vec![choice("A", "accept")]
        }
    );
    let two = [item("A", "accept"), item("B", "reject")].concat();
    let two = format!("<SubscribeMsgChangeEvent>{two}</SubscribeMsgChangeEvent>");
    let list = vec![choice("A", "accept"), choice("B", "reject")];
    assert_eq!(
        event("subscribe_msg_change_event", &two),
        Event::SubscribeMsgChange { list }
    );
}

#[test]
fn subscription_results_are_read_from_json_without_a_wrapper() {
    let sent = SubscriptionSent {
        template_id: s("A"),
        msg_id: s("17"),
        error_code: s("0"),
        error_status: s("success"),
    };
    for list in [
        r#""List":{"TemplateId":"A","MsgID":"17","ErrorCode":"0","ErrorStatus":"success"}"#,
        r#""List":[{"TemplateId":"A","MsgID":17,"ErrorCode":0,"ErrorStatus":"success"}]"#,
        r#""SubscribeMsgSentEvent":[{"TemplateId":"A","MsgID":17,"ErrorCode":0,"ErrorStatus":"success"}]"#,
        r#""SubscribeMsgSentEvent":{"List":[{"TemplateId":"A","MsgID":17,"ErrorCode":0,"ErrorStatus":"success"}]}"#,
    ] {
        let body = format!(
            r#"{{"ToUserName":"gh","FromUserName":"o","CreateTime":"1","MsgType":"event","Event":"subscribe_msg_sent_event",{list}}}"#
        );
        let inbound = Inbound::from_fields(Fields::from_json(body.as_bytes()).unwrap()).unwrap();
        assert_eq!(
            inbound.content,
            Content::Event(Event::SubscribeMsgSent {
                list: vec![sent.clone()]
            }),
            "{list}"
        );
    }
}

#[test]
fn a_withdrawn_authorisation_is_about_the_person_in_open_id() {
    let sent = "<OpenID>oPerson</OpenID><AppID>wx1</AppID><RevokeInfo>1</RevokeInfo>";
    for name in [
        "user_info_modified",
        "user_authorization_revoke",
        "user_authorization_cancellation",
    ] {
        assert_eq!(
            inbound(name, sent).subject(),
            Subject::Fan("oPerson"),
            "{name}"
        );
    }
    let (open_id, app_id, revoke_info) = (s("oPerson"), s("wx1"), s("1"));
    assert_eq!(
        event("user_authorization_revoke", sent),
        Event::UserAuthorizationRevoke {
            open_id,
            app_id,
            revoke_info
        }
    );
}

#[test]
fn without_open_id_it_is_about_the_sender() {
    assert_eq!(
        inbound("user_authorization_revoke", "").subject(),
        Subject::Fan("oFan")
    );
}

#[test]
fn verification_is_about_the_account() {
    let sent = "<ExpiredTime>1442401156</ExpiredTime><FailTime>1442401122</FailTime><FailReason>by time</FailReason>";
    let expired_time = s("1442401156");
    let (fail_time, fail_reason) = (s("1442401122"), s("by time"));
    let expected = [
        (
            "qualification_verify_success",
            Event::QualificationVerifySuccess {
                expired_time: expired_time.clone(),
            },
        ),
        (
            "qualification_verify_fail",
            Event::QualificationVerifyFail {
                fail_time: fail_time.clone(),
                fail_reason: fail_reason.clone(),
            },
        ),
        (
            "naming_verify_success",
            Event::NamingVerifySuccess {
                expired_time: expired_time.clone(),
            },
        ),
        (
            "naming_verify_fail",
            Event::NamingVerifyFail {
                fail_time,
                fail_reason,
            },
        ),
        (
            "annual_renew",
            Event::AnnualRenew {
                expired_time: expired_time.clone(),
            },
        ),
        ("verify_expired", Event::VerifyExpired { expired_time }),
    ];
    for (name, typed) in expected {
        let inbound = inbound(name, sent);
        assert_eq!(inbound.subject(), Subject::Account, "{name}");
        assert_eq!(inbound.content, Content::Event(typed));
    }
}

#[test]
fn a_card_event_is_kept_as_unknown_and_is_about_the_fan() {
    let inbound = inbound("card_pass_check", "<CardId>c</CardId>");
    assert_eq!(
        inbound.content,
        Content::Event(Event::Unknown {
            event: s("card_pass_check")
        })
    );
    assert_eq!(inbound.subject(), Subject::Fan("oFan"));
    assert_eq!(inbound.fields.text("CardId"), Some("c"));
}
