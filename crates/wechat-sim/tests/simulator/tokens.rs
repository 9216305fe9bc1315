//! Who gets an access token, and what the others are told.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::stub::{Do, Stage, answering, token_request, with_settings};

async fn menu_with(stage: &Stage, token: &str) -> Value {
    stage
        .get(&format!("/cgi-bin/menu/get?access_token={token}"))
        .await["errcode"]
        .clone()
}

#[tokio::test]
async fn a_call_without_or_with_an_invented_token_is_refused() {
    let stage = answering("success").await;
    assert_eq!(stage.get("/cgi-bin/menu/get").await["errcode"], 41001);
    assert_eq!(menu_with(&stage, "invented").await, 40001);
    let token = stage.token().await;
    assert_eq!(menu_with(&stage, &token).await, 46003);
}

#[tokio::test]
async fn only_the_account_itself_gets_a_token() {
    let stage = answering("success").await;
    for (field, value, code) in [
        ("appid", json!("wx-other"), 40013),
        ("appid", Value::Null, 41002),
        ("secret", json!("guess"), 40125),
        ("secret", Value::Null, 41004),
        ("grant_type", json!("password"), 40002),
        ("force_refresh", json!("true"), 40035),
    ] {
        let mut request = token_request(false);
        request[field] = value;
        assert_eq!(
            stage.post("/cgi-bin/stable_token", request).await["errcode"],
            code,
            "{field}"
        );
    }
}

#[tokio::test]
async fn the_token_stays_until_it_is_forced() {
    let stage = answering("success").await;
    let first = stage.token().await;
    assert_eq!(stage.token().await, first);
    let forced = stage
        .post("/cgi-bin/stable_token", token_request(true))
        .await;
    assert_ne!(forced["access_token"], json!(first));
    assert_eq!(menu_with(&stage, &first).await, 40001);
}

#[tokio::test]
async fn the_old_interface_ends_the_tokens_of_others() {
    let stage = answering("success").await;
    let stable = stage.token().await;
    let path = "/cgi-bin/token?grant_type=client_credential&appid=wx0123456789abcdef&secret=the-app-secret";
    let other = stage.get(path).await["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(menu_with(&stage, &stable).await, 40001);
    assert_eq!(menu_with(&stage, &other).await, 46003);
}

#[tokio::test]
async fn a_token_expires() {
    let short = |settings: &mut wechat_sim::settings::Settings| {
        settings.token_ttl = Duration::from_millis(40)
    };
    let stage = with_settings(short, |_, _| Do::Answer(200, String::new())).await;
    let token = stage.token().await;
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert_eq!(menu_with(&stage, &token).await, 42001);
}

#[tokio::test]
async fn a_token_can_be_made_to_expire() {
    let stage = answering("success").await;
    let token = stage.token().await;
    assert_eq!(
        stage.call(Method::POST, "/sim/tokens/expire", None).await.0,
        204
    );
    assert_eq!(menu_with(&stage, &token).await, 42001);
    assert_ne!(stage.token().await, token);
}

#[tokio::test]
async fn the_method_matters() {
    let stage = answering("success").await;
    let token = stage.token().await;
    assert_eq!(stage.get("/cgi-bin/stable_token").await["errcode"], 43002);
    assert_eq!(stage.api("menu/get", json!({})).await, 43001);
    assert_eq!(
        stage
            .get(&format!("/cgi-bin/menu/create?access_token={token}"))
            .await["errcode"],
        43002
    );
}

#[tokio::test]
async fn what_is_not_simulated_says_so() {
    let stage = answering("success").await;
    let (status, answer) = stage
        .call(Method::GET, "/cgi-bin/card/create?access_token=x", None)
        .await;
    assert_eq!((status, &answer["errcode"]), (404, &json!(40066)));
}
