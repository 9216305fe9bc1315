//! Mass messages.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::stub::{FAN, Stage, answering};

const OTHER: &str = "oFan00000000000000000000002";

/// An account with two fans.
async fn stage() -> Stage {
    let stage = answering("success").await;
    for openid in [FAN, OTHER] {
        stage
            .post(&format!("/sim/fans/{openid}/follow"), json!({}))
            .await;
    }
    stage
}

fn to_all(text: &str) -> Value {
    json!({ "filter": { "is_to_all": true }, "msgtype": "text", "text": { "content": text } })
}

async fn send_all(stage: &Stage, body: Value) -> Value {
    stage.tell("cgi-bin/message/mass/sendall", body).await
}

/// The result of the job of that number.
async fn finished(stage: &Stage, number: &Value) -> String {
    let number = format!("<MsgID>{number}</MsgID>");
    for _ in 0..400 {
        let of_job = |body: &String| body.contains("MASSSENDJOBFINISH") && body.contains(&number);
        if let Some(body) = stage.seen().into_iter().map(|seen| seen.body).find(of_job) {
            return body;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("no result of {number}");
}

#[tokio::test]
async fn a_message_to_all_is_in_every_inbox_and_its_result_is_heard() {
    let stage = stage().await;
    let answer = send_all(&stage, to_all("下午两点，回复 GO")).await;
    let result = finished(&stage, &answer["msg_id"]).await;
    for part in [
        "<Status><![CDATA[send success]]>",
        "<TotalCount>2<",
        "<FilterCount>2<",
        "<SentCount>2<",
        "<ErrorCount>0<",
    ] {
        assert!(result.contains(part), "{part} in {result}");
    }
    let item = stage.inbox().await.remove(0);
    assert_eq!(
        (&item["via"], &item["content"]),
        (&json!("mass"), &json!("下午两点，回复 GO"))
    );
    let status = stage
        .tell(
            "cgi-bin/message/mass/get",
            json!({ "msg_id": answer["msg_id"] }),
        )
        .await;
    assert_eq!(status["msg_status"], "SEND_SUCCESS");
}

#[tokio::test]
async fn a_tag_has_the_message_and_others_have_not() {
    let stage = stage().await;
    let tag = stage
        .tell("cgi-bin/tags/create", json!({ "tag": { "name": "会员" } }))
        .await["tag"]["id"]
        .clone();
    stage
        .api(
            "tags/members/batchtagging",
            json!({ "openid_list": [OTHER], "tagid": tag }),
        )
        .await;
    let body = json!({ "filter": { "is_to_all": false, "tag_id": tag }, "msgtype": "text", "text": { "content": "会员日" } });
    let answer = send_all(&stage, body.clone()).await;
    finished(&stage, &answer["msg_id"]).await;
    assert!(stage.inbox().await.is_empty());
    let mut unknown = body;
    unknown["filter"]["tag_id"] = json!(9999);
    assert_eq!(send_all(&stage, unknown).await["errcode"], 40152);
}

#[tokio::test]
async fn a_client_id_is_one_job() {
    let stage = stage().await;
    let mut body = to_all("一次");
    body["clientmsgid"] = json!("campaign-7");
    let first = send_all(&stage, body.clone()).await;
    let second = send_all(&stage, body.clone()).await;
    assert_eq!(
        (&second["errcode"], &second["msg_id"]),
        (&json!(45065), &first["msg_id"])
    );
    finished(&stage, &first["msg_id"]).await;
    assert_eq!(stage.inbox().await.len(), 1);
    body["clientmsgid"] = json!("x".repeat(33));
    assert_eq!(send_all(&stage, body).await["errcode"], 45067);
}

#[tokio::test]
async fn without_a_client_id_the_same_message_is_the_same_job() {
    let stage = stage().await;
    assert_eq!(send_all(&stage, to_all("同样")).await["errcode"], 0);
    assert_eq!(send_all(&stage, to_all("同样")).await["errcode"], 45065);
}

#[tokio::test]
async fn a_fan_of_a_service_account_gets_four_a_month() {
    let stage = stage().await;
    let mut last = Value::Null;
    for n in 0..5 {
        last = send_all(&stage, to_all(&n.to_string())).await;
        finished(&stage, &last["msg_id"]).await;
    }
    assert!(
        finished(&stage, &last["msg_id"])
            .await
            .contains("<ErrorCount>2<")
    );
    assert_eq!(stage.inbox().await.len(), 4);
}

#[tokio::test]
async fn a_subscription_account_sends_once_a_day() {
    let stage = stage().await;
    let standing = json!({ "kind": "subscription", "verified": true });
    stage
        .call(Method::PUT, "/sim/account", Some(standing))
        .await;
    assert_eq!(send_all(&stage, to_all("一")).await["errcode"], 0);
    assert_eq!(send_all(&stage, to_all("二")).await["errcode"], 45028);
    stage
        .post("/sim/clock", json!({ "advance_ms": 86_400_000 }))
        .await;
    assert_eq!(send_all(&stage, to_all("二")).await["errcode"], 0);
}

#[tokio::test]
async fn a_list_has_two_to_ten_thousand_fans_of_the_account() {
    let stage = stage().await;
    let to = |openids: Value| json!({ "touser": openids, "msgtype": "text", "text": { "content": "hi" } });
    assert_eq!(
        stage
            .api("message/mass/send", to(json!([FAN, OTHER])))
            .await,
        0
    );
    assert_eq!(
        stage.api("message/mass/send", to(json!([FAN]))).await,
        40130
    );
    assert_eq!(stage.api("message/mass/send", to(json!(FAN))).await, 40130);
    assert_eq!(
        stage
            .api("message/mass/send", to(json!([FAN, "oStranger"])))
            .await,
        40003
    );
    assert_eq!(
        stage
            .api("message/mass/send", to(json!(vec![FAN; 10_001])))
            .await,
        40032
    );
}

#[tokio::test]
async fn one_who_left_or_is_blacklisted_is_filtered() {
    let stage = stage().await;
    stage
        .api(
            "tags/members/batchblacklist",
            json!({ "openid_list": [OTHER] }),
        )
        .await;
    let answer = send_all(&stage, to_all("hi")).await;
    let result = finished(&stage, &answer["msg_id"]).await;
    assert!(
        result.contains("<TotalCount>2<") && result.contains("<FilterCount>1<"),
        "{result}"
    );
}

#[tokio::test]
async fn contents_are_checked() {
    let stage = stage().await;
    stage
        .post("/sim/media", json!({ "media_id": "logo", "type": "image" }))
        .await;
    let with = |kind: &str, name: &str, part: Value| json!({ "filter": { "is_to_all": true }, "msgtype": kind, name: part });
    for (body, code) in [
        (with("image", "images", json!({ "media_ids": ["logo"] })), 0),
        (with("image", "image", json!({ "media_id": "logo" })), 0),
        (with("image", "images", json!({ "media_ids": [] })), 40215),
        (
            with("image", "images", json!({ "media_ids": vec!["logo"; 21] })),
            40215,
        ),
        (
            with("image", "images", json!({ "media_ids": ["none"] })),
            40007,
        ),
        (with("voice", "voice", json!({ "media_id": "logo" })), 40007),
        (
            with("mpnews", "mpnews", json!({ "media_id": "none" })),
            40007,
        ),
        (
            with("mpvideo", "mpvideo", json!({ "media_id": "none" })),
            40007,
        ),
        (with("wxcard", "wxcard", json!({ "card_id": "c" })), 45113),
        (with("text", "text", json!({ "content": "" })), 44004),
        (
            with("text", "text", json!({ "content": "x".repeat(2049) })),
            45002,
        ),
        (with("text", "other", json!({})), 40035),
        (with("hologram", "hologram", json!({})), 45162),
        (json!({ "filter": { "is_to_all": true } }), 45162),
        (json!({ "filter": { "is_to_all": "yes" } }), 40035),
        (json!({ "msgtype": "text" }), 44002),
    ] {
        assert_eq!(
            send_all(&stage, body.clone()).await["errcode"],
            code,
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_preview_goes_to_one_who_follows_and_counts_for_nothing() {
    let stage = stage().await;
    let preview = |openid: &str| json!({ "touser": openid, "msgtype": "text", "text": { "content": "看看" } });
    for _ in 0..6 {
        assert_eq!(stage.api("message/mass/preview", preview(FAN)).await, 0);
    }
    assert_eq!(stage.inbox().await.len(), 6);
    assert_eq!(
        stage
            .api("message/mass/preview", preview("oStranger"))
            .await,
        40003
    );
    stage.fan("unfollow", json!({})).await;
    assert_eq!(stage.api("message/mass/preview", preview(FAN)).await, 43004);
}

#[tokio::test]
async fn a_job_is_taken_back_by_its_number() {
    let stage = stage().await;
    let answer = send_all(&stage, to_all("撤回")).await;
    finished(&stage, &answer["msg_id"]).await;
    let job = json!({ "msg_id": answer["msg_id"] });
    assert_eq!(stage.api("message/mass/delete", job.clone()).await, 0);
    assert_eq!(
        stage.tell("cgi-bin/message/mass/get", job).await["msg_status"],
        "DELETE"
    );
    for path in ["message/mass/delete", "message/mass/get"] {
        assert_eq!(stage.api(path, json!({ "msg_id": 1 })).await, 40059);
    }
}
