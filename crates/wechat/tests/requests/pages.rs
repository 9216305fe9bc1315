//! Pages inside WeChat.

use wechat::api::jsapi;
use wechat::api::oauth::{self, Scope};
use wechat::api::user::Lang;

use crate::{gets, read};

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
