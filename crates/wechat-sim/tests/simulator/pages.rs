//! Web pages inside WeChat: who opened one, and the ticket that signs its scripts.

use reqwest::{Client, header::LOCATION, redirect::Policy};
use serde_json::{Value, json};

use crate::stub::{FAN, Stage, answering};

const BACK: &str = "http%3A%2F%2F127.0.0.1%2Fback%3Fx%3D1";
const ACCOUNT: &str = "appid=wx0123456789abcdef&secret=the-app-secret";

/// An account with one fan.
async fn stage() -> Stage {
    let stage = answering("success").await;
    stage.say("GO").await;
    stage
}

/// Where the authorize page sends the fan's browser; or its status and text.
async fn authorize(stage: &Stage, query: &str, cookie: &str) -> Result<String, (u16, String)> {
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let url = format!("{}/connect/oauth2/authorize?{query}", stage.simulator.url());
    let response = client
        .get(url)
        .header("cookie", cookie)
        .send()
        .await
        .unwrap();
    match response.headers().get(LOCATION) {
        Some(to) => Ok(to.to_str().unwrap().to_owned()),
        None => {
            let status = response.status().as_u16();
            Err((status, response.text().await.unwrap()))
        }
    }
}

fn query(scope: &str) -> String {
    format!(
        "appid=wx0123456789abcdef&redirect_uri={BACK}&response_type=code&scope={scope}&state=s1"
    )
}

fn cookie() -> String {
    format!("other=1; sim_openid={FAN}")
}

/// A code for the fan.
async fn code(stage: &Stage, scope: &str) -> String {
    let asked = format!("{}&confirm=yes", query(scope));
    let to = authorize(stage, &asked, &cookie()).await.unwrap();
    let (_, code) = to.split_once("code=").unwrap();
    code.split('&').next().unwrap().to_owned()
}

async fn trade(stage: &Stage, code: &str) -> Value {
    stage
        .get(&format!(
            "/sns/oauth2/access_token?{ACCOUNT}&code={code}&grant_type=authorization_code"
        ))
        .await
}

#[tokio::test]
async fn a_page_learns_silently_who_opened_it() {
    let stage = stage().await;
    let to = authorize(&stage, &query("snsapi_base"), &cookie())
        .await
        .unwrap();
    assert!(
        to.starts_with("http://127.0.0.1/back?x=1&code=") && to.ends_with("&state=s1"),
        "{to}"
    );
    let code = code(&stage, "snsapi_base").await;
    let traded = trade(&stage, &code).await;
    assert_eq!(
        (&traded["openid"], &traded["scope"], &traded["expires_in"]),
        (&json!(FAN), &json!("snsapi_base"), &json!(7200))
    );
    let token = traded["access_token"].as_str().unwrap();
    let check = format!("/sns/auth?access_token={token}&openid=");
    assert_eq!(stage.get(&format!("{check}{FAN}")).await["errcode"], 0);
    assert_eq!(stage.get(&format!("{check}oOther")).await["errcode"], 40003);
    let info = format!("/sns/userinfo?access_token={token}&openid={FAN}");
    assert_eq!(stage.get(&info).await["errcode"], 48001);
}

#[tokio::test]
async fn nickname_and_picture_need_consent() {
    let stage = stage().await;
    let asked = query("snsapi_userinfo");
    let (status, page) = authorize(&stage, &asked, &cookie()).await.unwrap_err();
    assert!(status == 200 && page.contains("confirm=yes") && page.contains("confirm=no"));
    let refused = authorize(&stage, &format!("{asked}&confirm=no"), &cookie()).await;
    assert_eq!(refused.unwrap(), "http://127.0.0.1/back?x=1&state=s1");
    let traded = trade(&stage, &code(&stage, "snsapi_userinfo").await).await;
    let token = traded["access_token"].as_str().unwrap();
    let shown = stage
        .get(&format!("/sns/userinfo?access_token={token}&openid={FAN}"))
        .await;
    assert_eq!(
        (&shown["openid"], &shown["nickname"]),
        (&json!(FAN), &json!("微信用户"))
    );
}

#[tokio::test]
async fn a_code_is_traded_once_within_five_minutes() {
    let stage = stage().await;
    let (first, second) = (
        code(&stage, "snsapi_base").await,
        code(&stage, "snsapi_base").await,
    );
    assert!(trade(&stage, &first).await["openid"].is_string());
    assert_eq!(trade(&stage, &first).await["errcode"], 40163);
    assert_eq!(trade(&stage, "invented").await["errcode"], 40029);
    assert_eq!(trade(&stage, "").await["errcode"], 41008);
    stage
        .post("/sim/clock", json!({ "advance_ms": 300_000 }))
        .await;
    assert_eq!(trade(&stage, &second).await["errcode"], 42003);
}

#[tokio::test]
async fn only_the_account_itself_trades() {
    let stage = stage().await;
    for (query, code) in [
        (
            "appid=wx-other&secret=the-app-secret&code=c&grant_type=authorization_code",
            40013,
        ),
        (
            "secret=the-app-secret&code=c&grant_type=authorization_code",
            41002,
        ),
        (
            "appid=wx0123456789abcdef&secret=guess&code=c&grant_type=authorization_code",
            40125,
        ),
        (
            "appid=wx0123456789abcdef&code=c&grant_type=authorization_code",
            41004,
        ),
        (
            "appid=wx0123456789abcdef&secret=the-app-secret&code=c&grant_type=client_credential",
            40002,
        ),
    ] {
        let answer = stage
            .get(&format!("/sns/oauth2/access_token?{query}"))
            .await;
        assert_eq!(answer["errcode"], code, "{query}");
    }
}

#[tokio::test]
async fn a_page_token_ends_and_is_renewed_for_thirty_days() {
    let stage = stage().await;
    let traded = trade(&stage, &code(&stage, "snsapi_base").await).await;
    let (token, refresh) = (
        traded["access_token"].as_str().unwrap(),
        traded["refresh_token"].as_str().unwrap(),
    );
    stage
        .post("/sim/clock", json!({ "advance_ms": 7_200_000 }))
        .await;
    let check = format!("/sns/auth?access_token={token}&openid={FAN}");
    assert_eq!(stage.get(&check).await["errcode"], 42001);
    let renew = |refresh: &str| {
        format!(
            "/sns/oauth2/refresh_token?appid=wx0123456789abcdef&grant_type=refresh_token&refresh_token={refresh}"
        )
    };
    assert_eq!(stage.get(&renew(refresh)).await["openid"], FAN);
    assert_eq!(stage.get(&renew("invented")).await["errcode"], 40030);
    stage
        .post("/sim/clock", json!({ "advance_ms": 30_u64 * 86_400_000 }))
        .await;
    assert_eq!(stage.get(&renew(refresh)).await["errcode"], 42002);
    let invented = format!("/sns/auth?access_token=invented&openid={FAN}");
    assert_eq!(stage.get(&invented).await["errcode"], 40001);
}

#[tokio::test]
async fn an_address_that_is_wrong_is_shown_as_a_page() {
    let stage = stage().await;
    let good = query("snsapi_base");
    for (wrong, number) in [
        (good.replace("wx0123456789abcdef", "wx-other"), "10012"),
        (
            good.replace("response_type=code", "response_type=token"),
            "10006",
        ),
        (good.replace("snsapi_base", "snsapi_all"), "10005"),
        (good.replace("state=s1", "state=a-b"), "10016"),
        (
            good.replace("state=s1", &format!("state={}", "s".repeat(129))),
            "10016",
        ),
        (good.replace("http%3A", "javascript%3A"), "10003"),
    ] {
        let (status, page) = authorize(&stage, &wrong, &cookie()).await.unwrap_err();
        assert!(status == 400 && page.contains(number), "{wrong}: {page}");
    }
    let (_, nobody) = authorize(&stage, &good, "").await.unwrap_err();
    assert!(nobody.contains("10001"));
}

#[tokio::test]
async fn a_ticket_stays_for_two_hours_and_has_a_type() {
    let stage = stage().await;
    let first = stage.ask("/cgi-bin/ticket/getticket?type=jsapi").await;
    let second = stage.ask("/cgi-bin/ticket/getticket?type=jsapi").await;
    assert_eq!(
        (&first["errcode"], &first["ticket"]),
        (&json!(0), &second["ticket"])
    );
    let card = stage.ask("/cgi-bin/ticket/getticket?type=wx_card").await;
    assert_ne!(card["ticket"], first["ticket"]);
    let other = stage.ask("/cgi-bin/ticket/getticket?type=other").await;
    assert_eq!(other["errcode"], 40097);
    stage
        .post("/sim/clock", json!({ "advance_ms": 7_200_000 }))
        .await;
    let later = stage.ask("/cgi-bin/ticket/getticket?type=jsapi").await;
    assert_ne!(later["ticket"], first["ticket"]);
}
