//! Codes that bring a scene along.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use wechat::api::{
    ErrCode,
    qrcode::{self, MAX_LIFE, MAX_PERMANENT_SCENE_ID, MAX_SCENE_STR_BYTES, Scene},
};

use super::Account;

#[tokio::test]
async fn codes_with_the_largest_scenes_are_made_and_shown() {
    let account = Account::new().await;
    let longest = "s".repeat(MAX_SCENE_STR_BYTES);
    for scene in [
        Scene::Id(1),
        Scene::Id(u32::MAX),
        Scene::Str("柜台"),
        Scene::Str(&longest),
    ] {
        let code = account.call(qrcode::temporary(scene, MAX_LIFE)).await;
        assert_eq!(code.expire_seconds, Some(MAX_LIFE.as_secs()));
        assert_shown(&account, &code).await;
    }
    for scene in [Scene::Id(MAX_PERMANENT_SCENE_ID), Scene::Str(&longest)] {
        let code = account.call(qrcode::permanent(scene)).await;
        assert_eq!(code.expire_seconds, None);
        assert_shown(&account, &code).await;
    }
}

async fn assert_shown(account: &Account, code: &qrcode::QrCode) {
    assert!(code.url.starts_with("http"), "{}", code.url);
    let picture = qrcode::show(&account.url, &code.ticket).unwrap();
    let picture = reqwest::get(picture).await.unwrap();
    assert_eq!(picture.headers()["content-type"], "image/png");
}

#[tokio::test]
async fn an_account_that_is_not_verified_makes_none() {
    let account = Account::new().await;
    let standing = json!({ "kind": "service", "verified": false });
    account
        .stage
        .call(Method::PUT, "/sim/account", Some(standing))
        .await;
    let life = Duration::from_secs(60);
    let asked = qrcode::temporary(Scene::Id(1), life);
    assert_eq!(account.refused(asked).await, ErrCode::NoRight);
    assert_eq!(
        account.refused(qrcode::permanent(Scene::Id(1))).await,
        ErrCode::NoRight
    );
}
