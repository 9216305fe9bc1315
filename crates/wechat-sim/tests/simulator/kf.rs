//! Customer-service accounts and sessions.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::stub::{FAN, Stage, answering, text_reply};

/// An account with one fan.
async fn stage() -> Stage {
    let stage = answering("success").await;
    stage.say("GO").await;
    stage
}

async fn code(stage: &Stage, path: &str, body: Value) -> i64 {
    stage.tell(&format!("customservice/{path}"), body).await["errcode"]
        .as_i64()
        .unwrap()
}

async fn add(stage: &Stage, account: &str) -> i64 {
    let body = json!({ "kf_account": account, "nickname": "小林" });
    code(stage, "kfaccount/add", body).await
}

async fn sit(stage: &Stage, account: &str) {
    let worker = json!({ "wx": format!("wx_{}", account.replace('@', "_")), "online": true });
    stage.post(&format!("/sim/kf/{account}"), worker).await;
}

fn session(account: &str) -> Value {
    json!({ "kf_account": account, "openid": FAN })
}

/// The last callback, once there are so many.
async fn heard(stage: &Stage, count: usize) -> String {
    for _ in 0..200 {
        if stage.seen().len() >= count {
            return stage.seen()[count - 1].body.clone();
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{count} callbacks did not come");
}

#[tokio::test]
async fn accounts_are_made_listed_renamed_and_deleted() {
    let stage = stage().await;
    assert_eq!(add(&stage, "lin@lumo").await, 0);
    assert_eq!(add(&stage, "lin@lumo").await, 65406);
    let rename = json!({ "kf_account": "lin@lumo", "nickname": "林老师" });
    assert_eq!(code(&stage, "kfaccount/update", rename).await, 0);
    let list = stage.ask("/cgi-bin/customservice/getkflist").await;
    assert_eq!(list["kf_list"][0]["kf_nick"], "林老师");
    let deleted = stage
        .ask("/customservice/kfaccount/del?kf_account=lin@lumo")
        .await;
    assert_eq!(deleted["errcode"], 0);
    let again = stage
        .ask("/customservice/kfaccount/del?kf_account=lin@lumo")
        .await;
    assert_eq!(again["errcode"], 65401);
}

#[tokio::test]
async fn names_are_checked_and_a_hundred_are_enough() {
    let stage = stage().await;
    for wrong in ["lin", "@lumo", "elevenchars@lumo", "林@lumo"] {
        assert_eq!(add(&stage, wrong).await, 65404, "{wrong}");
    }
    let nameless = json!({ "kf_account": "lin@lumo", "nickname": "" });
    assert_eq!(code(&stage, "kfaccount/add", nameless).await, 65403);
    for n in 0..100 {
        assert_eq!(add(&stage, &format!("a{n}@lumo")).await, 0);
    }
    assert_eq!(add(&stage, "more@lumo").await, 65405);
}

#[tokio::test]
async fn one_wechat_id_is_invited_once() {
    let stage = stage().await;
    add(&stage, "a@lumo").await;
    add(&stage, "b@lumo").await;
    let invite = async |account: &str, wx: &str| {
        let body = json!({ "kf_account": account, "invite_wx": wx });
        code(&stage, "kfaccount/inviteworker", body).await
    };
    assert_eq!(invite("a@lumo", "x").await, 65409);
    assert_eq!(invite("a@lumo", "lin_2026").await, 0);
    assert_eq!(invite("b@lumo", "lin_2026").await, 65408);
    assert_eq!(invite("a@lumo", "other_2026").await, 65411);
    stage
        .post("/sim/kf/a@lumo", json!({ "wx": "lin_2026" }))
        .await;
    assert_eq!(invite("b@lumo", "lin_2026").await, 65407);
    assert_eq!(invite("a@lumo", "other_2026").await, 65412);
    assert_eq!(invite("c@lumo", "third_2026").await, 65401);
}

#[tokio::test]
async fn a_session_begins_is_handed_on_and_ends_and_each_is_heard() {
    let stage = stage().await;
    for account in ["a@lumo", "b@lumo"] {
        add(&stage, account).await;
        sit(&stage, account).await;
    }
    assert_eq!(code(&stage, "kfsession/create", session("a@lumo")).await, 0);
    let begun = heard(&stage, 2).await;
    assert!(
        begun.contains("kf_create_session") && begun.contains("a@lumo"),
        "{begun}"
    );
    assert_eq!(
        code(&stage, "kfsession/create", session("b@lumo")).await,
        65414
    );
    let shown = stage
        .ask(&format!("/customservice/kfsession/getsession?openid={FAN}"))
        .await;
    assert_eq!(shown["kf_account"], "a@lumo");
    stage.fan("switch", json!({ "to": "b@lumo" })).await;
    let handed = heard(&stage, 3).await;
    assert!(
        handed.contains("<FromKfAccount><![CDATA[a@lumo]]>")
            && handed.contains("<ToKfAccount><![CDATA[b@lumo]]>")
    );
    let list = stage
        .ask("/customservice/kfsession/getsessionlist?kf_account=b@lumo")
        .await;
    assert_eq!(list["sessionlist"][0]["openid"], FAN);
    assert_eq!(
        code(&stage, "kfsession/close", session("a@lumo")).await,
        65414
    );
    assert_eq!(code(&stage, "kfsession/close", session("b@lumo")).await, 0);
    assert!(heard(&stage, 4).await.contains("kf_close_session"));
    assert_eq!(
        code(&stage, "kfsession/close", session("b@lumo")).await,
        65413
    );
}

#[tokio::test]
async fn who_is_unbound_or_away_serves_nobody() {
    let stage = stage().await;
    assert_eq!(
        code(&stage, "kfsession/create", session("lin@lumo")).await,
        65401
    );
    add(&stage, "lin@lumo").await;
    assert_eq!(
        code(&stage, "kfsession/create", session("lin@lumo")).await,
        65402
    );
    stage
        .post("/sim/kf/lin@lumo", json!({ "wx": "lin_2026" }))
        .await;
    assert_eq!(
        code(&stage, "kfsession/create", session("lin@lumo")).await,
        65415
    );
    sit(&stage, "lin@lumo").await;
    let online = stage.ask("/cgi-bin/customservice/getonlinekflist").await;
    assert_eq!(online["kf_online_list"][0]["accepted_case"], 0);
    let stranger = json!({ "kf_account": "lin@lumo", "openid": "oStranger" });
    assert_eq!(code(&stage, "kfsession/create", stranger).await, 40003);
    let (status, _) = stage
        .call(
            Method::POST,
            "/sim/kf/none@lumo",
            Some(json!({ "online": true })),
        )
        .await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn a_fan_handed_over_by_a_reply_waits() {
    let reply = text_reply("").replace("[text]", "[transfer_customer_service]");
    let stage = answering(&reply).await;
    stage.say("人工").await;
    let waiting = stage.ask("/customservice/kfsession/getwaitcase").await;
    assert_eq!(
        (&waiting["count"], &waiting["waitcaselist"][0]["openid"]),
        (&json!(1), &json!(FAN))
    );
}

#[tokio::test]
async fn a_message_names_an_account_that_exists() {
    let stage = stage().await;
    let message = json!({
        "touser": FAN, "msgtype": "text", "text": { "content": "您好" }, "customservice": { "kf_account": "lin@lumo" }
    });
    assert_eq!(
        stage.api("message/custom/send", message.clone()).await,
        65401
    );
    add(&stage, "lin@lumo").await;
    assert_eq!(stage.api("message/custom/send", message).await, 0);
}

#[tokio::test]
async fn an_account_that_never_switched_it_on_has_no_customer_service() {
    let stage = stage().await;
    let off = Some(json!({ "enabled": false }));
    assert_eq!(stage.call(Method::PUT, "/sim/kf", off).await.0, 204);
    let list = stage.ask("/cgi-bin/customservice/getkflist").await;
    assert_eq!(list["errcode"], 65400);
    assert_eq!(add(&stage, "lin@lumo").await, 65400);
}
