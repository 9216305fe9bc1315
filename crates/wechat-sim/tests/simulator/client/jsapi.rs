//! The ticket that signs pages.

use reqwest::Method;
use serde_json::json;
use wechat::api::{ErrCode, jsapi};

use super::Account;

#[tokio::test]
async fn a_ticket_is_the_same_for_two_hours() {
    let account = Account::new().await;
    let first = account.call(jsapi::ticket()).await;
    assert_eq!(first.expires_in, 7200);
    let again = account.call(jsapi::ticket()).await;
    assert_eq!(again.ticket, first.ticket);
    account.let_pass(7_200_000).await;
    assert_ne!(account.call(jsapi::ticket()).await.ticket, first.ticket);
}

#[tokio::test]
async fn an_account_that_is_not_verified_gets_none() {
    let account = Account::new().await;
    let standing = json!({ "kind": "subscription", "verified": false });
    account
        .stage
        .call(Method::PUT, "/sim/account", Some(standing))
        .await;
    assert_eq!(account.refused(jsapi::ticket()).await, ErrCode::NoRight);
}
