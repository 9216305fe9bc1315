//! Template messages, and subscription notices with their consent.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::stub::{FAN, Stage, answering};

const SHIPPED: &str = "TM-shipped-0000000000000000000000000000000";
const BEGIN: &str = "SN-begin-000000000000000000000000000000000";

/// An account with one fan.
async fn stage() -> Stage {
    let stage = answering("success").await;
    stage.say("GO").await;
    stage
}

fn shipped() -> Value {
    json!({ "touser": FAN, "template_id": SHIPPED, "url": "https://a.example/order/1", "data": {
        "character_string1": { "value": "20261126001" }, "thing2": { "value": "拾光手机" },
        "time3": { "value": "2026年11月26日 10:00" }
    } })
}

fn notice() -> Value {
    json!({ "touser": FAN, "template_id": BEGIN, "data": {
        "thing1": { "value": "整点抽奖" }, "time2": { "value": "14:00" }
    } })
}

async fn heard(stage: &Stage, event: &str) -> String {
    for _ in 0..400 {
        if let Some(seen) = stage
            .seen()
            .into_iter()
            .find(|seen| seen.body.contains(event))
        {
            return seen.body;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{event} did not come");
}

#[tokio::test]
async fn a_template_message_arrives_and_its_result_is_heard() {
    let stage = stage().await;
    let answer = stage.tell("cgi-bin/message/template/send", shipped()).await;
    let item = stage.inbox().await.remove(0);
    assert_eq!(item["via"], "template");
    assert_eq!(
        item["content"],
        "订单发货通知\n订单编号：20261126001\n商品名称：拾光手机\n发货时间：2026年11月26日 10:00"
    );
    let event = heard(&stage, "TEMPLATESENDJOBFINISH").await;
    assert!(
        event.contains(&format!("<MsgID>{}</MsgID>", answer["msgid"])),
        "{event}"
    );
    assert!(event.contains("<Status><![CDATA[success]]>"), "{event}");
}

#[tokio::test]
async fn the_same_client_id_sends_once_within_ten_minutes() {
    let stage = stage().await;
    let mut message = shipped();
    message["client_msg_id"] = json!("job-1");
    let first = stage
        .tell("cgi-bin/message/template/send", message.clone())
        .await;
    let second = stage
        .tell("cgi-bin/message/template/send", message.clone())
        .await;
    assert_eq!(
        (first["msgid"].clone(), stage.inbox().await.len()),
        (second["msgid"].clone(), 1)
    );
    stage
        .post("/sim/clock", json!({ "advance_ms": 600_000 }))
        .await;
    stage.tell("cgi-bin/message/template/send", message).await;
    assert_eq!(stage.inbox().await.len(), 2);
}

#[tokio::test]
async fn a_template_message_is_checked_field_by_field() {
    let stage = stage().await;
    let with = |pointer: &str, value: Value| {
        let mut message = shipped();
        *message.pointer_mut(pointer).unwrap() = value;
        message
    };
    for (message, code) in [
        (with("/touser", json!("no openid")), 40003),
        (with("/touser", json!("oStranger")), 40003),
        (with("/template_id", json!("none")), 40037),
        (with("/data", json!([])), 47001),
        (with("/data/thing2", json!({})), 47003),
        (with("/data/thing2/value", json!("")), 47003),
        (with("/data/thing2/value", json!("物".repeat(21))), 47003),
        (with("/url", json!("ftp://a.example")), 40066),
        (
            with(
                "/url",
                json!(format!("https://a.example/{}", "x".repeat(1024))),
            ),
            40039,
        ),
    ] {
        assert_eq!(
            stage.api("message/template/send", message.clone()).await,
            code,
            "{message}"
        );
    }
    let mut program = shipped();
    program["miniprogram"] = json!({ "pagepath": "p" });
    assert_eq!(stage.api("message/template/send", program).await, 40013);
    stage.fan("unfollow", json!({})).await;
    assert_eq!(stage.api("message/template/send", shipped()).await, 43004);
}

#[tokio::test]
async fn a_fan_who_refuses_a_template_gets_none_and_the_result_says_so() {
    let stage = stage().await;
    let refusal = json!({ "template_id": SHIPPED, "accept": false });
    stage.fan("consent", refusal).await;
    assert_eq!(stage.api("message/template/send", shipped()).await, 0);
    assert!(
        heard(&stage, "TEMPLATESENDJOBFINISH")
            .await
            .contains("failed:user block")
    );
    assert!(stage.inbox().await.is_empty());
}

#[tokio::test]
async fn templates_are_listed_deleted_and_set() {
    let stage = stage().await;
    let list = stage
        .ask("/cgi-bin/template/get_all_private_template")
        .await;
    assert_eq!(list["template_list"][0]["template_id"], SHIPPED);
    let id = json!({ "template_id": SHIPPED });
    assert_eq!(
        stage.api("template/del_private_template", id.clone()).await,
        0
    );
    assert_eq!(stage.api("template/del_private_template", id).await, 40037);
    assert_eq!(stage.api("message/template/send", shipped()).await, 40037);
    let own = json!({ "subscribe": [{ "template_id": "mine", "title": "题", "content": "{{thing1.DATA}}" }] });
    stage.call(Method::PUT, "/sim/templates", Some(own)).await;
    let notices = stage.ask("/wxaapi/newtmpl/gettemplate").await;
    assert_eq!(notices["data"][0]["priTmplId"], "mine");
    for (id, code) in [("", 20002), ("other", 20002), ("mine", 0), ("mine", 20002)] {
        let body = json!({ "priTmplId": id });
        let answer = stage.tell("wxaapi/newtmpl/deltemplate", body).await;
        assert_eq!(answer["errcode"], code, "{id}");
    }
    let notices = stage.ask("/wxaapi/newtmpl/gettemplate").await;
    assert_eq!(notices["data"], json!([]));
}

#[tokio::test]
async fn one_consent_is_one_notice() {
    let stage = stage().await;
    assert_eq!(
        stage.api("message/subscribe/bizsend", notice()).await,
        43101
    );
    let consent = |accept: bool| json!({ "template_id": BEGIN, "accept": accept });
    stage.fan("consent", consent(true)).await;
    let popup = heard(&stage, "subscribe_msg_popup_event").await;
    assert!(
        popup.contains("<SubscribeStatusString><![CDATA[accept]]>"),
        "{popup}"
    );
    assert_eq!(stage.api("message/subscribe/bizsend", notice()).await, 0);
    assert_eq!(
        stage.api("message/subscribe/bizsend", notice()).await,
        43101
    );
    assert_eq!(stage.inbox().await[0]["via"], "notice");
    assert!(
        heard(&stage, "subscribe_msg_sent_event")
            .await
            .contains("<ErrorStatus><![CDATA[success]]>")
    );
    stage.fan("consent", consent(true)).await;
    stage.fan("consent", consent(false)).await;
    assert_eq!(
        stage.api("message/subscribe/bizsend", notice()).await,
        43101
    );
}

#[tokio::test]
async fn a_notice_is_checked_before_consent_is_spent() {
    let stage = stage().await;
    stage
        .fan("consent", json!({ "template_id": BEGIN, "accept": true }))
        .await;
    let mut wrong = notice();
    wrong["data"]["time2"]["value"] = json!("明天");
    assert_eq!(stage.api("message/subscribe/bizsend", wrong).await, 47003);
    let mut unknown = notice();
    unknown["template_id"] = json!(SHIPPED);
    assert_eq!(stage.api("message/subscribe/bizsend", unknown).await, 40037);
    assert_eq!(stage.api("message/subscribe/bizsend", notice()).await, 0);
    let path = format!("/sim/fans/{FAN}/consent");
    let none = json!({ "template_id": "none", "accept": true });
    assert_eq!(stage.call(Method::POST, &path, Some(none)).await.0, 404);
}
