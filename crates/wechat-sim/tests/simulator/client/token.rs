//! The access token.

use serde_json::json;
use wechat::api::{ErrCode, tags, token};

use super::{APP_ID, Account, SECRET};

#[tokio::test]
async fn the_token_is_got_and_its_end_is_told() {
    let account = Account::new().await;
    let first = account
        .call(token::stable_token(APP_ID, SECRET, false))
        .await;
    assert_eq!(
        (first.access_token.is_empty(), first.expires_in),
        (false, 7200)
    );
    let forced = account
        .call(token::stable_token(APP_ID, SECRET, true))
        .await;
    assert_ne!(forced.access_token, first.access_token);
}

#[tokio::test]
async fn a_wrong_secret_gets_none() {
    let account = Account::new().await;
    let asked = token::stable_token(APP_ID, "guess", false);
    assert_eq!(account.refused(asked).await, ErrCode::InvalidAppSecret);
    let asked = token::stable_token("wx-other", SECRET, false);
    assert_eq!(account.refused(asked).await, ErrCode::InvalidAppId);
}

#[tokio::test]
async fn a_token_that_ended_is_replaced_and_the_call_made_again() {
    let account = Account::new().await;
    account.call(tags::get()).await;
    account.stage.post("/sim/tokens/expire", json!({})).await;
    account.call(tags::get()).await;
    assert_eq!(account.calls_of("/cgi-bin/tags/get").await, 3);
    assert_eq!(account.calls_of("/cgi-bin/stable_token").await, 2);
}

#[tokio::test]
async fn a_token_that_another_holder_replaced_is_replaced_here_too() {
    let account = Account::new().await;
    account.call(tags::get()).await;
    let path =
        format!("/cgi-bin/token?grant_type=client_credential&appid={APP_ID}&secret={SECRET}");
    assert!(account.stage.get(&path).await["access_token"].is_string());
    account.call(tags::get()).await;
}
