//! The log: each exchange, both ways.

use reqwest::Method;
use serde_json::{Value, json};

use crate::stub::{Do, FAN, Stage, answering, scripted, text_reply};

async fn lines(stage: &Stage, query: &str) -> Vec<Value> {
    let page = stage.get(&format!("/sim/exchanges?{query}")).await;
    page["items"].as_array().unwrap().clone()
}

async fn whole(stage: &Stage, line: &Value) -> Value {
    stage.get(&format!("/sim/exchanges/{}", line["seq"])).await
}

#[tokio::test]
async fn a_callback_is_logged_with_its_document_and_its_answer() {
    let stage = answering(&text_reply("你好")).await;
    stage.say("GO").await;
    let line = lines(&stage, "").await.remove(0);
    assert_eq!(
        (
            &line["direction"],
            &line["kind"],
            &line["openid"],
            &line["status"]
        ),
        (&json!("callback"), &json!("text"), &json!(FAN), &json!(200))
    );
    let exchange = whole(&stage, &line).await;
    assert!(
        exchange["request"]["body"]
            .as_str()
            .unwrap()
            .contains("<Content><![CDATA[GO]]>")
    );
    assert!(
        exchange["answer"]["body"]
            .as_str()
            .unwrap()
            .contains("你好")
    );
}

#[tokio::test]
async fn a_callback_that_was_refused_shows_its_three_tries() {
    let stage = scripted(|_, _| Do::Answer(503, "busy".to_owned())).await;
    stage.say("GO").await;
    let line = lines(&stage, "errors=true").await.remove(0);
    assert_eq!(
        (&line["verdict"], &line["tries"]),
        (&json!("refused"), &json!(3))
    );
    assert_eq!(
        whole(&stage, &line).await["attempts"]
            .as_array()
            .map(Vec::len),
        Some(3)
    );
}

#[tokio::test]
async fn a_call_is_logged_and_no_secret_with_it() {
    let stage = answering("success").await;
    stage.say("GO").await;
    let token = stage.token().await;
    stage.send_text("您好").await;
    let log = lines(&stage, "direction=call").await;
    let (asked, sent) = (
        whole(&stage, &log[0]).await,
        whole(&stage, log.last().unwrap()).await,
    );
    assert_eq!(
        (
            &sent["path"],
            &sent["errcode"],
            &sent["kind"],
            &sent["openid"]
        ),
        (
            &json!("/cgi-bin/message/custom/send"),
            &json!(0),
            &json!("text"),
            &json!(FAN)
        )
    );
    assert!(sent["request"]["body"].as_str().unwrap().contains("您好"));
    for secret in [token.as_str(), "the-app-secret"] {
        assert!(!asked.to_string().contains(secret) && !sent.to_string().contains(secret));
    }
}

#[tokio::test]
async fn lines_are_filtered_by_fan_path_and_errors() {
    let stage = answering("success").await;
    stage.say("GO").await;
    stage
        .post("/sim/fans/oOther/say", json!({ "text": "GO" }))
        .await;
    stage.ask("/cgi-bin/menu/get").await;
    assert_eq!(lines(&stage, "fan=oOther").await.len(), 1);
    assert_eq!(lines(&stage, "path=menu").await[0]["errcode"], 46003);
    assert_eq!(lines(&stage, "errors=true").await.len(), 1);
    let (status, _) = stage
        .call(Method::GET, "/sim/exchanges?direction=up", None)
        .await;
    assert_eq!(status, 422);
    let (status, _) = stage.call(Method::GET, "/sim/exchanges/9999", None).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn a_reader_of_the_log_waits_for_what_the_filter_takes() {
    let stage = answering("success").await;
    stage.say("GO").await;
    let reading = async { lines(&stage, "path=menu&wait_ms=5000").await };
    let (news, _) = tokio::join!(reading, async {
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        stage.say("more").await;
        stage.ask("/cgi-bin/menu/get").await
    });
    assert_eq!(news[0]["path"], "/cgi-bin/menu/get");
}

#[tokio::test]
async fn a_crowd_is_logged_only_where_it_fails() {
    let stage = scripted(|before, _| {
        Do::Answer(
            200,
            if before == 3 { "nonsense" } else { "success" }.to_owned(),
        )
    })
    .await;
    let crowd = json!({ "fans": 20, "per_second": 1000, "script": ["GO"] });
    stage.post("/sim/crowd", crowd).await;
    while stage.get("/sim/stats").await["answered"] != 19 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let log = lines(&stage, "").await;
    assert_eq!((log.len(), &log[0]["verdict"]), (1, &json!("malformed")));
}

#[tokio::test]
async fn the_log_page_is_one_document() {
    let stage = answering("success").await;
    let page = stage.get("/log").await;
    assert!(page.as_str().unwrap().starts_with("<!doctype html>"));
}
