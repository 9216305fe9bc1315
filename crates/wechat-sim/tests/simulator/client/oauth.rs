//! Pages inside WeChat: who opened one.

use reqwest::header::LOCATION;
use wechat::api::{
    ErrCode,
    oauth::{self, FanToken, Scope},
    user::Lang,
};

use super::{APP_ID, Account, FAN, OTHER, SECRET};

const BACK: &str = "http://127.0.0.1/back?x=1&y=二";

/// What WeChat sends the fan's browser back to the page with.
async fn code(account: &Account, scope: Scope) -> String {
    let address = oauth::authorize(&account.url, APP_ID, BACK, scope, "s1").unwrap();
    let address = address.replace("#wechat_redirect", "&confirm=yes#wechat_redirect");
    let phone = account.wire.0.get(address);
    let sent = phone
        .header("cookie", format!("sim_openid={FAN}"))
        .send()
        .await
        .unwrap();
    let back = sent.headers()[LOCATION].to_str().unwrap();
    let back: reqwest::Url = back.parse().unwrap();
    let pairs: Vec<(String, String)> = back.query_pairs().into_owned().collect();
    let get = |name: &str| {
        pairs
            .iter()
            .find(|(known, _)| known == name)
            .unwrap()
            .1
            .clone()
    };
    assert_eq!(
        (get("x"), get("y"), get("state")),
        ("1".into(), "二".into(), "s1".into())
    );
    get("code")
}

async fn token(account: &Account, scope: Scope) -> FanToken {
    let code = code(account, scope).await;
    account
        .call(oauth::access_token(APP_ID, SECRET, &code))
        .await
}

#[tokio::test]
async fn a_code_becomes_a_token_once() {
    let account = Account::with_fan().await;
    let code = code(&account, Scope::Base).await;
    let asked = || oauth::access_token(APP_ID, SECRET, &code);
    let fan = account.call(asked()).await;
    assert_eq!(
        (fan.openid.as_str(), fan.scope.as_str(), fan.expires_in),
        (FAN, "snsapi_base", 7200)
    );
    assert_eq!(account.refused(asked()).await, ErrCode::Other(40163));
}

#[tokio::test]
async fn a_token_is_checked_ends_and_is_renewed() {
    let account = Account::with_fan().await;
    let fan = token(&account, Scope::Base).await;
    let check = |token: &str, openid: &str| oauth::auth(token, openid);
    account.call(check(fan.access_token.reveal(), FAN)).await;
    let other = check(fan.access_token.reveal(), OTHER);
    assert_eq!(account.refused(other).await, ErrCode::InvalidOpenId);
    account.let_pass(7_200_000).await;
    let late = check(fan.access_token.reveal(), FAN);
    assert_eq!(account.refused(late).await, ErrCode::TokenExpired);
    let renewed = account
        .call(oauth::refresh(APP_ID, fan.refresh_token.reveal()))
        .await;
    assert_eq!(renewed.openid, FAN);
    account
        .call(check(renewed.access_token.reveal(), FAN))
        .await;
    let invented = oauth::refresh(APP_ID, "invented");
    assert_eq!(account.refused(invented).await, ErrCode::Other(40030));
}

#[tokio::test]
async fn a_profile_needs_consent() {
    let account = Account::with_fan().await;
    let base = token(&account, Scope::Base).await;
    let asked = oauth::user_info(base.access_token.reveal(), FAN, Lang::ZhCn);
    assert_eq!(account.refused(asked).await, ErrCode::NoRight);
    let fan = token(&account, Scope::UserInfo).await;
    let profile = account
        .call(oauth::user_info(fan.access_token.reveal(), FAN, Lang::ZhCn))
        .await;
    assert_eq!(
        (profile.openid.as_str(), profile.nickname.as_str()),
        (FAN, "微信用户")
    );
    assert!(profile.privilege.is_empty());
}

#[tokio::test]
async fn a_refused_token_of_a_page_does_not_cost_the_accounts_own() {
    let account = Account::with_fan().await;
    let invented = oauth::auth("invented", FAN);
    assert_eq!(account.refused(invented).await, ErrCode::InvalidCredential);
    assert_eq!(account.calls_of("/cgi-bin/stable_token").await, 0);
    assert_eq!(account.calls_of("/sns/auth").await, 1);
}
