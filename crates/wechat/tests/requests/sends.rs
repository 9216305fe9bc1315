//! Mass sends and notices.

use serde_json::json;
use wechat::api::Done;
use wechat::api::mass::{self, Audience, MassMessage, Preview};
use wechat::api::subscribe::{self, Notice};
use wechat::api::template::{self, MiniProgram, TemplateMessage};

use crate::{gets, openids, posts, read, refused, s};

#[test]
fn every_kind_of_mass_message_has_wechats_form() {
    let kinds = [
        (
            MassMessage::Text { content: s("c") },
            json!({ "msgtype": "text", "text": { "content": "c" } }),
        ),
        (
            MassMessage::Mpnews {
                media_id: s("m"),
                send_ignore_reprint: true,
            },
            json!({ "msgtype": "mpnews", "mpnews": { "media_id": "m" }, "send_ignore_reprint": 1 }),
        ),
        (
            MassMessage::Voice { media_id: s("m") },
            json!({ "msgtype": "voice", "voice": { "media_id": "m" } }),
        ),
        (
            MassMessage::Images {
                media_ids: vec![s("m"), s("n")],
                recommend: s("r"),
            },
            json!({ "msgtype": "image", "images": { "media_ids": ["m", "n"], "recommend": "r" } }),
        ),
        (
            MassMessage::Mpvideo { media_id: s("m") },
            json!({ "msgtype": "mpvideo", "mpvideo": { "media_id": "m" } }),
        ),
        (
            MassMessage::Wxcard { card_id: s("k") },
            json!({ "msgtype": "wxcard", "wxcard": { "card_id": "k" } }),
        ),
    ];
    for (message, form) in kinds {
        let mut to_all = form.clone();
        to_all["filter"] = json!({ "is_to_all": true });
        posts(
            &mass::send_all(Audience::All, &message, None).unwrap(),
            "/cgi-bin/message/mass/sendall",
            to_all,
        );
        let mut to_two = form;
        to_two["touser"] = json!(["a", "b"]);
        to_two["clientmsgid"] = json!("c1");
        posts(
            &mass::send(&["a", "b"], &message, Some("c1")).unwrap(),
            "/cgi-bin/message/mass/send",
            to_two,
        );
    }
}

#[test]
fn a_mass_send_keeps_its_limits() {
    let text = MassMessage::Text { content: s("c") };
    assert_eq!(
        refused(mass::send(&["a"], &text, None)),
        "touser: 1 entries, 2 to 10000 are allowed"
    );
    assert!(mass::send(&openids(10_000), &text, None).is_ok());
    assert!(mass::send(&openids(10_001), &text, None).is_err());
    let empty = MassMessage::Text { content: s("") };
    assert_eq!(
        refused(mass::send_all(Audience::All, &empty, None)),
        "text.content: missing"
    );
    let long = "c".repeat(33);
    assert_eq!(
        refused(mass::send_all(Audience::All, &text, Some(&long))),
        "clientmsgid: 33 bytes, at most 32 are allowed"
    );
}

#[test]
fn a_mass_message_is_seen_before_and_looked_after_later() {
    let text = MassMessage::Text { content: s("c") };
    posts(
        &mass::preview(Preview::WxName("me"), &text).unwrap(),
        "/cgi-bin/message/mass/preview",
        json!({ "towxname": "me", "msgtype": "text", "text": { "content": "c" } }),
    );
    let picture = MassMessage::Images {
        media_ids: vec![s("m")],
        recommend: s(""),
    };
    posts(
        &mass::preview(Preview::OpenId("oFan"), &picture).unwrap(),
        "/cgi-bin/message/mass/preview",
        json!({ "touser": "oFan", "msgtype": "image", "image": { "media_id": "m" } }),
    );
    posts(
        &mass::delete("30124", Some(2)).unwrap(),
        "/cgi-bin/message/mass/delete",
        json!({ "msg_id": 30124, "article_idx": 2 }),
    );
    let status = mass::get("18446744073709551615").unwrap();
    posts(
        &status,
        "/cgi-bin/message/mass/get",
        json!({ "msg_id": u64::MAX }),
    );
    let answer = read(
        &status,
        r#"{"msg_id":201053012,"msg_status":"SEND_SUCCESS"}"#,
    );
    assert_eq!(answer.msg_status, "SEND_SUCCESS");
    assert_eq!(refused(mass::get("x")), "msg_id: not a number");
    assert!(mass::delete("1", Some(0)).is_err());
}

#[test]
fn notices_by_template_have_their_values_by_name() {
    let message = TemplateMessage {
        touser: s("oFan"),
        template_id: s("T"),
        data: vec![(s("thing1"), s("手机"))],
        url: Some(s("http://u")),
        miniprogram: Some(MiniProgram {
            appid: s("wx"),
            pagepath: s("p"),
        }),
        client_msg_id: None,
    };
    let sent = template::send(&message).unwrap();
    posts(
        &sent,
        "/cgi-bin/message/template/send",
        json!({ "touser": "oFan", "template_id": "T", "data": { "thing1": { "value": "手机" } }, "url": "http://u",
                "miniprogram": { "appid": "wx", "pagepath": "p" } }),
    );
    let answer = read(
        &sent,
        r#"{"errcode":0,"errmsg":"ok","msgid":9007199254740993}"#,
    );
    assert_eq!(answer.msgid, "9007199254740993");
    assert_eq!(
        refused(template::send(&TemplateMessage::default())),
        "touser: missing"
    );
    let again = TemplateMessage {
        client_msg_id: Some(s("")),
        ..message
    };
    assert_eq!(refused(template::send(&again)), "client_msg_id: missing");
}

#[test]
fn templates_are_listed_added_and_removed() {
    gets(
        &template::get_all_private_template(),
        "/cgi-bin/template/get_all_private_template",
        &[],
    );
    gets(
        &template::get_industry(),
        "/cgi-bin/template/get_industry",
        &[],
    );
    posts(
        &template::add_template("TM00015", &["时间"]).unwrap(),
        "/cgi-bin/template/api_add_template",
        json!({ "template_id_short": "TM00015", "keyword_name_list": ["时间"] }),
    );
    posts(
        &template::del_private_template("T").unwrap(),
        "/cgi-bin/template/del_private_template",
        json!({ "template_id": "T" }),
    );
    let all = read(
        &template::get_all_private_template(),
        r#"{"template_list":[{"template_id":"iPk5sOIt5X_flOVKn5GrTFpncEYTojx6ddbt8WYoV5s","title":"领取奖金提醒",
            "primary_industry":"IT科技","deputy_industry":"互联网|电子商务","content":"{ {result.DATA} }","example":"您已提交"}]}"#,
    );
    assert_eq!(all.templates[0].title, "领取奖金提醒");
    let industry = read(
        &template::get_industry(),
        r#"{"primary_industry":{"first_class":"运输与仓储","second_class":"快递"},
            "secondary_industry":{"first_class":"IT科技","second_class":"互联网|电子商务"}}"#,
    );
    assert_eq!(industry.primary_second_class.as_deref(), Some("快递"));
}

#[test]
fn subscription_notices_are_sent_once_a_consent() {
    let notice = Notice {
        touser: s("oFan"),
        template_id: s("T"),
        data: vec![(s("thing1"), s("v"))],
        page: Some(s("mp.weixin.qq.com")),
        miniprogram: None,
    };
    let sent = subscribe::bizsend(&notice).unwrap();
    posts(
        &sent,
        "/cgi-bin/message/subscribe/bizsend",
        json!({ "touser": "oFan", "template_id": "T", "data": { "thing1": { "value": "v" } }, "page": "mp.weixin.qq.com" }),
    );
    assert_eq!(read(&sent, r#"{"errcode":0,"errmsg":"ok"}"#), Done {});
    gets(
        &subscribe::get_template(),
        "/wxaapi/newtmpl/gettemplate",
        &[],
    );
    posts(
        &subscribe::del_template("T").unwrap(),
        "/wxaapi/newtmpl/deltemplate",
        json!({ "priTmplId": "T" }),
    );
    let all = read(
        &subscribe::get_template(),
        r#"{"errcode":0,"errmsg":"ok","data":[{"priTmplId":"9Aw5","title":"报名结果通知","content":"会议名称:{{date2.DATA}}\n",
            "example":"会议名称:2016年8月8日\n","type":2}]}"#,
    );
    assert_eq!(
        (all.templates[0].template_id.as_str(), all.templates[0].kind),
        ("9Aw5", 2)
    );
}
