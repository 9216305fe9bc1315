//! WeChat's own customer service.

use serde_json::json;
use wechat::api::{Body, File, kf};

use crate::{gets, posts, read, refused, s};

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
fn what_customer_service_said_is_asked_for_by_the_day() {
    let request = kf::get_msg_list(987_654_321, 987_740_721, 1, 10_000).unwrap();
    posts(
        &request,
        "/customservice/msgrecord/getmsglist",
        json!({ "starttime": 987_654_321, "endtime": 987_740_721, "msgid": 1, "number": 10_000 }),
    );
    let said = read(
        &request,
        r#"{"recordlist":[{"openid":"oDF3iY9WMaswOPWjCIp_f3Bnpljk","opercode":2002,"text":"您好，客服test1为您服务。",
            "time":1400563710,"worker":"test1@test"}],"number":1,"msgid":20165267}"#,
    );
    assert_eq!((said.records[0].opercode, said.msgid), (2002, 20_165_267));
    assert_eq!(
        refused(kf::get_msg_list(0, 86_401, 1, 1)),
        "endtime: 86401, 0 to 86400 are allowed"
    );
    assert!(kf::get_msg_list(2, 1, 1, 1).is_err());
    assert!(kf::get_msg_list(0, 1, 1, 10_001).is_err());
}
