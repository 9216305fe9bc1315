//! Every call beyond those of `tests/api.rs` and `tests/menu.rs`: what is sent, what WeChat's documented answer becomes, and what is
//! refused before it is sent.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use serde_json::{Value, json};
use wechat::api::datacube::{self, Day, Days};
use wechat::api::mass::{self, Audience, MassMessage, Preview};
use wechat::api::media::{self, Kind, Media};
use wechat::api::oauth::{self, Scope};
use wechat::api::qrcode::{self, Scene};
use wechat::api::subscribe::{self, Notice};
use wechat::api::template::{self, MiniProgram, TemplateMessage};
use wechat::api::user::{self, Lang};
use wechat::api::{
    Answer, Body, Call, CallFailure, Done, File, InvalidCall, Method, Request, Response, account,
    jsapi, kf, read_answer, tags,
};

fn s(text: &str) -> String {
    text.to_owned()
}

/// What a request says: method, path, parameters, body.
fn said(
    call: &Call,
) -> (
    &'static str,
    &'static str,
    Vec<(&'static str, String)>,
    Value,
) {
    let body = call
        .json()
        .map_or(Value::Null, |json| serde_json::from_str(json).unwrap());
    assert!(call.token, "{}", call.path);
    (call.method.as_str(), call.path, call.query.clone(), body)
}

#[track_caller]
fn posts<A>(request: &Request<A>, path: &str, body: Value) {
    assert_eq!(said(request), ("POST", request.path, vec![], body));
    assert_eq!(request.path, path);
}

#[track_caller]
fn gets<A>(request: &Request<A>, path: &str, query: &[(&'static str, &str)]) {
    let query: Vec<_> = query
        .iter()
        .map(|(name, value)| (*name, s(value)))
        .collect();
    assert_eq!(said(request), ("GET", request.path, query, Value::Null));
    assert_eq!(request.path, path);
}

#[track_caller]
fn refused<A>(request: Result<Request<A>, InvalidCall>) -> String {
    request.err().unwrap().to_string()
}

#[track_caller]
fn read<A: Answer>(_: &Request<A>, json: &str) -> A {
    read_answer(200, json.as_bytes()).unwrap()
}

fn openids(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("o{number}")).collect()
}

#[test]
fn fans_are_asked_for_one_by_one_or_a_hundred_at_once() {
    gets(
        &user::info("oFan", Lang::En).unwrap(),
        "/cgi-bin/user/info",
        &[("openid", "oFan"), ("lang", "en")],
    );
    assert_eq!(refused(user::info("", Lang::En)), "openid: missing");
    let two = user::batch_get(&["a", "b"], Lang::ZhTw).unwrap();
    posts(
        &two,
        "/cgi-bin/user/info/batchget",
        json!({ "user_list": [{ "openid": "a", "lang": "zh_TW" }, { "openid": "b", "lang": "zh_TW" }] }),
    );
    assert!(user::batch_get(&openids(100), Lang::ZhCn).is_ok());
    assert_eq!(
        refused(user::batch_get(&openids(101), Lang::ZhCn)),
        "user_list: 101 entries, 1 to 100 are allowed"
    );
    assert_eq!(
        refused(user::batch_get(&["a", ""], Lang::ZhCn)),
        "user_list[1]: missing"
    );
}

#[test]
fn followers_are_listed_page_by_page() {
    gets(&user::get(None), "/cgi-bin/user/get", &[]);
    gets(
        &user::get(Some("oLast")),
        "/cgi-bin/user/get",
        &[("next_openid", "oLast")],
    );
    posts(
        &user::get_blacklist(None),
        "/cgi-bin/tags/members/getblacklist",
        json!({ "begin_openid": "" }),
    );
}

#[test]
fn a_remark_has_thirty_characters_of_any_script() {
    let remark = |count: usize| user::update_remark("oFan", &"汉".repeat(count));
    posts(
        &remark(30).unwrap(),
        "/cgi-bin/user/info/updateremark",
        json!({ "openid": "oFan", "remark": "汉".repeat(30) }),
    );
    assert_eq!(
        refused(remark(31)),
        "remark: 93 bytes, at most 90 are allowed"
    );
    assert!(remark(0).is_ok());
}

#[test]
fn fans_are_blocked_and_unblocked_twenty_at_once() {
    posts(
        &user::batch_blacklist(&["a"]).unwrap(),
        "/cgi-bin/tags/members/batchblacklist",
        json!({ "openid_list": ["a"] }),
    );
    posts(
        &user::batch_unblacklist(&["a"]).unwrap(),
        "/cgi-bin/tags/members/batchunblacklist",
        json!({ "openid_list": ["a"] }),
    );
    assert_eq!(
        refused(user::batch_blacklist(&openids(21))),
        "openid_list: 21 entries, 1 to 20 are allowed"
    );
    assert!(user::batch_unblacklist::<&str>(&[]).is_err());
}

#[test]
fn tags_are_made_changed_and_put_on_fans() {
    posts(
        &tags::create("广东").unwrap(),
        "/cgi-bin/tags/create",
        json!({ "tag": { "name": "广东" } }),
    );
    posts(
        &tags::update(134, "广东人").unwrap(),
        "/cgi-bin/tags/update",
        json!({ "tag": { "id": 134, "name": "广东人" } }),
    );
    posts(
        &tags::delete(134),
        "/cgi-bin/tags/delete",
        json!({ "tag": { "id": 134 } }),
    );
    posts(
        &tags::fans(134, None),
        "/cgi-bin/user/tag/get",
        json!({ "tagid": 134, "next_openid": "" }),
    );
    posts(
        &tags::batch_tag(134, &["a", "b"]).unwrap(),
        "/cgi-bin/tags/members/batchtagging",
        json!({ "openid_list": ["a", "b"], "tagid": 134 }),
    );
    posts(
        &tags::batch_untag(134, &["a"]).unwrap(),
        "/cgi-bin/tags/members/batchuntagging",
        json!({ "openid_list": ["a"], "tagid": 134 }),
    );
    posts(
        &tags::of_fan("a").unwrap(),
        "/cgi-bin/tags/getidlist",
        json!({ "openid": "a" }),
    );
    gets(&tags::get(), "/cgi-bin/tags/get", &[]);

    assert!(tags::create(&"a".repeat(30)).is_ok());
    assert_eq!(
        refused(tags::create(&"a".repeat(31))),
        "tag.name: 31 bytes, at most 30 are allowed"
    );
    assert_eq!(
        refused(tags::batch_tag(1, &openids(51))),
        "openid_list: 51 entries, 1 to 50 are allowed"
    );

    let all = read(
        &tags::get(),
        r#"{"tags":[{"id":1,"name":"黑名单","count":0},{"id":2,"name":"星标组","count":12}]}"#,
    );
    assert_eq!((all.tags[1].id, all.tags[1].count), (2, 12));
    let fans = read(
        &tags::fans(2, None),
        r#"{"count":1,"data":{"openid":["ocYxcuAEy30bX0NXmGn4ypqx3tI0"]},"next_openid":"ocYxcuAEy30bX0NXmGn4ypqx3tI0"}"#,
    );
    assert_eq!(fans.openids.len(), 1);
    let none = read(&tags::fans(2, None), r#"{"count":0}"#);
    assert_eq!((none.openids.len(), none.next_openid), (0, None));
}

#[test]
fn codes_are_made_within_their_limits() {
    let day = Duration::from_secs(86_400);
    posts(
        &qrcode::temporary(Scene::Id(123), day).unwrap(),
        "/cgi-bin/qrcode/create",
        json!({ "expire_seconds": 86_400, "action_name": "QR_SCENE", "action_info": { "scene": { "scene_id": 123 } } }),
    );
    posts(
        &qrcode::permanent(Scene::Str("test")).unwrap(),
        "/cgi-bin/qrcode/create",
        json!({ "action_name": "QR_LIMIT_STR_SCENE", "action_info": { "scene": { "scene_str": "test" } } }),
    );
    assert!(qrcode::permanent(Scene::Id(100_000)).is_ok());
    assert_eq!(
        refused(qrcode::permanent(Scene::Id(100_001))),
        "scene_id: 100001, 1 to 100000 are allowed"
    );
    assert!(qrcode::temporary(Scene::Id(u32::MAX), qrcode::MAX_LIFE).is_ok());
    assert_eq!(
        refused(qrcode::temporary(
            Scene::Id(1),
            qrcode::MAX_LIFE + Duration::from_secs(1)
        )),
        "expire_seconds: 2592001, 1 to 2592000 are allowed"
    );
    assert!(qrcode::temporary(Scene::Id(1), Duration::ZERO).is_err());
    let long = "a".repeat(65);
    assert_eq!(
        refused(qrcode::permanent(Scene::Str(&long))),
        "scene_str: 65 bytes, at most 64 are allowed"
    );
    assert!(qrcode::permanent(Scene::Str("")).is_err());

    let code = read(
        &qrcode::permanent(Scene::Id(1)).unwrap(),
        r#"{"ticket":"gQH47joAAAA==","expire_seconds":60,"url":"http://weixin.qq.com/q/kZgfwMTm72WWPkovabbI"}"#,
    );
    let picture = qrcode::show("https://mp.weixin.qq.com", &code.ticket).unwrap();
    assert_eq!(
        picture,
        "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=gQH47joAAAA%3D%3D"
    );
    assert!(qrcode::show("https://mp.weixin.qq.com", "").is_err());
}

#[test]
fn a_file_is_given_in_a_form_whose_boundary_is_not_in_it() {
    let picture = File {
        name: "a\"b\r\n.PNG",
        content_type: "image/png",
        bytes: b"\x89PNG\r\n--boundary--",
    };
    let request = media::upload(Kind::Image, &picture).unwrap();
    assert_eq!(
        (request.method, request.path),
        (Method::Post, "/cgi-bin/media/upload")
    );
    let Body::Form {
        content_type,
        bytes,
    } = &request.body
    else {
        panic!("a form")
    };
    let boundary = content_type
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    assert!(content_type.is_ascii() && boundary.len() < 70);
    let text = String::from_utf8_lossy(bytes);
    let expected = format!(
        "--{boundary}\r\ncontent-disposition: form-data; name=\"media\"; filename=\"a_b__.PNG\"; filelength=18\r\n\
         content-type: image/png\r\n\r\n"
    );
    assert!(text.starts_with(&expected), "{text}");
    assert!(
        text.ends_with(&format!("--boundary--\r\n--{boundary}--\r\n")),
        "{text}"
    );

    let made = read(
        &request,
        r#"{"type":"image","media_id":"MEDIA_ID","created_at":123456789}"#,
    );
    assert_eq!(
        (made.media_id.as_str(), made.created_at),
        ("MEDIA_ID", 123_456_789)
    );
    let thumb = read(
        &request,
        r#"{"type":"thumb","thumb_media_id":"THUMB","created_at":"1"}"#,
    );
    assert_eq!(thumb.media_id, "THUMB");
}

#[test]
fn a_file_that_wechat_would_refuse_is_not_given() {
    let file = |name: &'static str, bytes: &'static [u8]| File {
        name,
        content_type: "application/octet-stream",
        bytes,
    };
    assert!(refused(media::upload(Kind::Voice, &file("a.wav", b"x"))).contains("ending"));
    assert!(refused(media::upload(Kind::Video, &file("mp4", b"x"))).contains("ending"));
    assert_eq!(
        refused(media::upload(Kind::Voice, &file("a.mp3", b""))),
        "media.filelength: 0, 1 to 2097152 are allowed"
    );
    static LARGE: [u8; 65_537] = [0; 65_537];
    assert_eq!(
        refused(media::upload(Kind::Thumb, &file("a.jpg", &LARGE))),
        "media.filelength: 65537, 1 to 65536 are allowed"
    );
    let article = media::upload_article_image(&file("a.gif", b"x"));
    assert!(refused(article).contains("ending"));
}

#[test]
fn a_file_an_address_and_an_error_come_with_the_same_status() {
    let request = media::get("M").unwrap();
    gets(&request, "/cgi-bin/media/get", &[("media_id", "M")]);
    assert_eq!(request.max_answer, media::MAX_FILE_BYTES);
    let answer = |content_type: &str, body: &[u8]| {
        request.read(Response {
            status: 200,
            content_type: Some(s(content_type)),
            body: body.to_vec(),
        })
    };
    let file = answer("image/jpeg", b"\xFF\xD8\xFF").unwrap();
    assert!(matches!(&file, Media::File { bytes, .. } if bytes == b"\xFF\xD8\xFF"));
    assert!(!format!("{file:?}").contains("255"));
    assert_eq!(
        answer("text/plain", br#"{"video_url":"http://v"}"#).unwrap(),
        Media::Video {
            video_url: s("http://v")
        }
    );
    let error = answer(
        "application/json",
        br#"{"errcode":40007,"errmsg":"invalid media_id"}"#,
    );
    assert!(matches!(error, Err(CallFailure::Api(error)) if error.errcode == 40007));
    assert!(matches!(
        answer("image/jpeg", b""),
        Err(CallFailure::NotJson { .. })
    ));
    let gone = request.read(Response {
        status: 502,
        content_type: None,
        body: b"\xFF".to_vec(),
    });
    assert_eq!(gone, Err(CallFailure::Status(502)));
    let voice = media::get_jssdk("M").unwrap();
    gets(&voice, "/cgi-bin/media/get/jssdk", &[("media_id", "M")]);
}

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
    let long = "c".repeat(65);
    assert_eq!(
        refused(mass::send_all(Audience::All, &text, Some(&long))),
        "clientmsgid: 65 bytes, at most 64 are allowed"
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

#[test]
fn accounts_of_customer_service_are_kept() {
    const KF: &str = "test1@test";
    posts(
        &kf::add(KF, "客服1").unwrap(),
        "/customservice/kfaccount/add",
        json!({ "kf_account": KF, "nickname": "客服1" }),
    );
    posts(
        &kf::update(KF, "客服2").unwrap(),
        "/customservice/kfaccount/update",
        json!({ "kf_account": KF, "nickname": "客服2" }),
    );
    posts(
        &kf::invite_worker(KF, "test_kfwx").unwrap(),
        "/customservice/kfaccount/inviteworker",
        json!({ "kf_account": KF, "invite_wx": "test_kfwx" }),
    );
    gets(
        &kf::delete(KF).unwrap(),
        "/customservice/kfaccount/del",
        &[("kf_account", KF)],
    );
    gets(&kf::list(), "/cgi-bin/customservice/getkflist", &[]);
    gets(&kf::online(), "/cgi-bin/customservice/getonlinekflist", &[]);
    let picture = File {
        name: "a.jpg",
        content_type: "image/jpeg",
        bytes: b"x",
    };
    let upload = kf::upload_head_image(KF, &picture).unwrap();
    assert_eq!(upload.query, [("kf_account", s(KF))]);
    assert!(matches!(&upload.body, Body::Form { .. }));

    for (account, told) in [
        ("test", "kf_account: it is not of the form name@account"),
        ("@test", "kf_account: missing"),
        ("a@", "kf_account: missing"),
        (
            "elevenchars@t",
            "kf_account: 11 bytes, at most 10 are allowed",
        ),
        (
            "客服@t",
            "kf_account: its name has other characters than letters, digits and _",
        ),
    ] {
        assert_eq!(refused(kf::delete(account)), told);
    }
    assert!(kf::add(KF, &"客".repeat(16)).is_ok());
    assert!(kf::add(KF, &"客".repeat(17)).is_err());

    let all = read(
        &kf::list(),
        r#"{"kf_list":[{"kf_account":"test1@test","kf_headimgurl":"http://h","kf_id":"1001","kf_nick":"ntest1","kf_wx":"kfwx1"},
            {"kf_account":"test3@test","kf_headimgurl":"http://h","kf_id":1003,"kf_nick":"ntest3","invite_wx":"kfwx3",
             "invite_expire_time":123456789,"invite_status":"waiting"}]}"#,
    );
    assert_eq!(all.accounts[1].kf_id.as_deref(), Some("1003"));
    let online = read(
        &kf::online(),
        r#"{"kf_online_list":[{"kf_account":"test1@test","status":1,"kf_id":"1001","accepted_case":1}]}"#,
    );
    assert_eq!(online.accounts[0].accepted_case, 1);
}

#[test]
fn sessions_of_customer_service_begin_and_end() {
    const KF: &str = "test1@test";
    let between = json!({ "kf_account": KF, "openid": "oFan" });
    posts(
        &kf::create_session(KF, "oFan").unwrap(),
        "/customservice/kfsession/create",
        between.clone(),
    );
    posts(
        &kf::close_session(KF, "oFan").unwrap(),
        "/customservice/kfsession/close",
        between,
    );
    let session = kf::get_session("oFan").unwrap();
    gets(
        &session,
        "/customservice/kfsession/getsession",
        &[("openid", "oFan")],
    );
    let list = kf::get_session_list(KF).unwrap();
    gets(
        &list,
        "/customservice/kfsession/getsessionlist",
        &[("kf_account", KF)],
    );
    gets(
        &kf::get_wait_case(),
        "/customservice/kfsession/getwaitcase",
        &[],
    );
    assert!(kf::create_session(KF, "").is_err());

    let with = read(
        &session,
        r#"{"createtime":123456789,"kf_account":"test1@test"}"#,
    );
    assert_eq!(with.kf_account.as_deref(), Some(KF));
    let sessions = read(
        &list,
        r#"{"sessionlist":[{"createtime":123456789,"openid":"OPENID"}]}"#,
    );
    assert_eq!(sessions.sessions[0].openid, "OPENID");
    let waiting = read(
        &kf::get_wait_case(),
        r#"{"count":150,"waitcaselist":[{"latest_time":123456789,"openid":"OPENID"}]}"#,
    );
    assert_eq!((waiting.count, waiting.cases.len()), (150, 1));
}

#[test]
fn pages_learn_who_opened_them() {
    let request = oauth::access_token("wx1", "SECRET", "CODE").unwrap();
    assert_eq!(
        request.url("https://api.weixin.qq.com", Some("ACCOUNTS")),
        "https://api.weixin.qq.com/sns/oauth2/access_token?appid=wx1&secret=SECRET&code=CODE&grant_type=authorization_code"
    );
    assert!(!format!("{request:?}").contains("SECRET"));
    let token = read(
        &request,
        r#"{"access_token":"AT","expires_in":7200,"refresh_token":"RT","openid":"OPENID","scope":"snsapi_base","is_snapshotuser":1}"#,
    );
    assert_eq!(
        (token.access_token.reveal(), token.is_snapshotuser),
        ("AT", Some(true))
    );
    let shown = format!("{token:?}");
    assert!(!shown.contains("AT") && !shown.contains("RT\""), "{shown}");

    let again = oauth::refresh("wx1", token.refresh_token.reveal()).unwrap();
    assert_eq!(
        again.url("https://h", None),
        "https://h/sns/oauth2/refresh_token?appid=wx1&grant_type=refresh_token&refresh_token=RT"
    );
    let profile = oauth::user_info("AT", "OPENID", Lang::ZhCn).unwrap();
    assert_eq!(
        profile.url("https://h", Some("ACCOUNTS")),
        "https://h/sns/userinfo?access_token=AT&openid=OPENID&lang=zh_CN"
    );
    let fan = read(
        &profile,
        r#"{"openid":"OPENID","nickname":"NICKNAME","sex":1,"province":"P","headimgurl":"","privilege":["PRIVILEGE1"]}"#,
    );
    assert_eq!(fan.privilege, ["PRIVILEGE1"]);
    let auth = oauth::auth("AT", "OPENID").unwrap();
    assert_eq!(
        auth.url("https://h", None),
        "https://h/sns/auth?access_token=AT&openid=OPENID"
    );

    let state =
        |state: &str| oauth::authorize("https://o", "wx1", "https://d", Scope::UserInfo, state);
    assert!(state(&"a".repeat(128)).is_ok());
    assert!(state(&"a".repeat(129)).is_err());
    assert_eq!(
        state("a&b").unwrap_err().to_string(),
        "state: only letters and digits are allowed"
    );
}

#[test]
fn pages_get_a_ticket_to_sign_with() {
    gets(
        &jsapi::ticket(),
        "/cgi-bin/ticket/getticket",
        &[("type", "jsapi")],
    );
    let ticket = read(
        &jsapi::ticket(),
        r#"{"errcode":0,"errmsg":"ok","ticket":"bxLdikRXVbTPdHSM05e5u5sUoXNKd8","expires_in":7200}"#,
    );
    assert!(!format!("{ticket:?}").contains("bxLd"));
    let sign = |url: &str| jsapi::sign(ticket.ticket.reveal(), "n", 1, url);
    assert_eq!(sign("https://d/p#a"), sign("https://d/p"));
    assert_ne!(sign("https://d/p?a"), sign("https://d/p"));
}

#[test]
fn figures_are_asked_for_by_days() {
    let day = |month, day| Day::new(2026, month, day).unwrap();
    let week = Days {
        begin: day(2, 25),
        end: day(3, 3),
    };
    let summary = datacube::user_summary(week).unwrap();
    posts(
        &summary,
        "/datacube/getusersummary",
        json!({ "begin_date": "2026-02-25", "end_date": "2026-03-03" }),
    );
    let longer = Days {
        begin: day(2, 24),
        end: day(3, 3),
    };
    assert_eq!(
        refused(datacube::user_summary(longer)),
        "end_date: 8 entries, 1 to 7 are allowed"
    );
    let backwards = Days {
        begin: day(3, 3),
        end: day(2, 24),
    };
    assert_eq!(
        refused(datacube::user_cumulate(backwards)),
        "end_date: the last day is before the first"
    );
    assert!(datacube::article_summary(Days::only(day(3, 3))).is_ok());
    assert!(datacube::article_total(week).is_err());
    let over_the_year = Days {
        begin: day(12, 31),
        end: Day::new(2027, 1, 6).unwrap(),
    };
    assert!(datacube::upstream_msg(over_the_year).is_ok());

    let figures = read(
        &summary,
        r#"{"list":[{"ref_date":"2014-12-07","user_source":0,"new_user":0,"cancel_user":0},
            {"ref_date":"2014-12-08","user_source":30,"new_user":4,"cancel_user":1}]}"#,
    );
    assert_eq!(
        (figures.list[1].user_source, figures.list[1].new_user),
        (30, 4)
    );
}

#[test]
fn only_days_that_there_are_can_be_asked_for() {
    assert!(Day::new(2024, 2, 29).is_some() && Day::new(2000, 2, 29).is_some());
    for (year, month, day) in [
        (2023, 2, 29),
        (1900, 2, 29),
        (2026, 13, 1),
        (2026, 0, 1),
        (2026, 4, 31),
        (2026, 1, 0),
    ] {
        assert_eq!(Day::new(year, month, day), None, "{year}-{month}-{day}");
    }
}

#[test]
fn the_documented_figures_are_read() {
    let day = Days::only(Day::new(2014, 12, 8).unwrap());
    let articles = read(
        &datacube::article_total(day).unwrap(),
        r#"{"list":[{"ref_date":"2014-12-14","msgid":"202457380_1","title":"马航丢画记","details":[
            {"stat_date":"2014-12-14","target_user":261917,"int_page_read_user":23676,"int_page_read_count":25615,
             "ori_page_read_user":29,"ori_page_read_count":34,"share_user":122,"share_count":994,"add_to_fav_user":1,
             "add_to_fav_count":3}]}]}"#,
    );
    assert_eq!(articles.list[0].details[0].target_user, 261_917);
    let reading = read(
        &datacube::user_read_hour(day).unwrap(),
        r#"{"list":[{"ref_date":"2015-07-14","ref_hour":0,"user_source":0,"int_page_read_user":6391,"int_page_read_count":7836,
            "ori_page_read_user":375,"ori_page_read_count":440,"share_user":2,"share_count":2,"add_to_fav_user":0,"add_to_fav_count":0}]}"#,
    );
    assert_eq!(reading.list[0].ref_hour, Some(0));
    let messages = read(
        &datacube::upstream_msg(day).unwrap(),
        r#"{"list":[{"ref_date":"2014-12-07","msg_type":1,"msg_user":282,"msg_count":817}]}"#,
    );
    assert_eq!(messages.list[0].msg_count, 817);
    let spread = read(
        &datacube::upstream_msg_dist(day).unwrap(),
        r#"{"list":[{"ref_date":"2014-12-07","count_interval":1,"msg_user":246}]}"#,
    );
    assert_eq!(spread.list[0].msg_user, 246);
    let sharing = read(
        &datacube::user_share(day).unwrap(),
        r#"{"list":[{"ref_date":"2014-12-07","share_scene":1,"share_count":207,"share_user":11}]}"#,
    );
    assert_eq!(sharing.list[0].share_count, 207);
    let interface = read(
        &datacube::interface_summary(day).unwrap(),
        r#"{"list":[{"ref_date":"2014-12-07","callback_count":36974,"fail_count":67,"total_time_cost":14994291,"max_time_cost":5044}]}"#,
    );
    assert_eq!(interface.list[0].max_time_cost, 5044);
    let nothing = read(&datacube::upstream_msg_week(day).unwrap(), r#"{"list":[]}"#);
    assert_eq!(nothing.list.len(), 0);
}

#[test]
fn the_account_asks_about_itself() {
    gets(&account::callback_ip(), "/cgi-bin/getcallbackip", &[]);
    gets(&account::api_domain_ip(), "/cgi-bin/get_api_domain_ip", &[]);
    posts(
        &account::clear_quota("wx1").unwrap(),
        "/cgi-bin/clear_quota",
        json!({ "appid": "wx1" }),
    );
    let quota = account::quota("/cgi-bin/menu/create").unwrap();
    posts(
        &quota,
        "/cgi-bin/openapi/quota/get",
        json!({ "cgi_path": "/cgi-bin/menu/create" }),
    );
    let left = read(
        &quota,
        r#"{"errcode":0,"errmsg":"ok","quota":{"daily_limit":10,"used":3,"remain":7}}"#,
    );
    assert_eq!((left.daily_limit, left.used, left.remain), (10, 3, 7));
    let addresses = read(
        &account::callback_ip(),
        r#"{"ip_list":["101.226.103.0/25","2402:4e00::1"]}"#,
    );
    assert_eq!(addresses.ip_list.len(), 2);
    assert!(account::clear_quota("").is_err());
}
