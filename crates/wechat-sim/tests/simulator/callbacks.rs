//! Fan → account: what is sent, how often, and what the fan sees.

use std::{collections::HashSet, net::Ipv4Addr, time::Duration};

use serde_json::{Value, json};
use tokio::net::TcpListener;
use wechat::signature;
use wechat_sim::{Simulator, settings::Settings};

use crate::stub::{Do, FAN, answering, patient, scripted, text_reply};

const FAULT: &str = "该公众号提供的服务出现故障";

#[tokio::test]
async fn a_text_reply_reaches_the_fan() {
    let stage = answering(&text_reply("你好")).await;
    let said = stage.say("GO").await;
    assert_eq!((&said["status"], &said["tries"]), (&json!(200), &json!(1)));
    assert_eq!(
        (&said["reply"]["type"], &said["reply"]["content"]),
        (&json!("text"), &json!("你好"))
    );
    assert_eq!(stage.inbox().await[0]["via"], "passive");
}

#[tokio::test]
async fn success_says_nothing() {
    let stage = answering("success").await;
    assert_eq!(stage.say("GO").await["reply"], Value::Null);
    assert!(stage.inbox().await.is_empty());
}

#[tokio::test]
async fn a_callback_is_signed_with_the_token() {
    let stage = answering("success").await;
    stage.say("GO").await;
    let query = &stage.seen()[0].query;
    assert_eq!(
        query["signature"],
        signature::sign("the-token", &query["timestamp"], &query["nonce"])
    );
    assert_eq!(query["openid"], FAN);
    assert!(!query.contains_key("msg_signature"));
}

#[tokio::test]
async fn any_status_but_200_is_tried_three_times_in_all() {
    for status in [201, 301, 401, 500] {
        let stage = scripted(move |_, _| Do::Answer(status, "success".to_owned())).await;
        let said = stage.say("GO").await;
        assert_eq!(
            (&said["tries"], &said["status"]),
            (&json!(3), &json!(status))
        );
        assert_eq!(said["reply"]["content"], FAULT);
    }
}

#[tokio::test]
async fn every_try_carries_the_same_query_and_body() {
    let stage = scripted(|_, _| Do::Answer(500, String::new())).await;
    stage.say("GO").await;
    let seen = stage.seen();
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().all(|one| *one == seen[0]));
}

#[tokio::test]
async fn a_later_try_may_succeed() {
    let answer = |before, _: &_| {
        if before < 2 {
            Do::Answer(503, String::new())
        } else {
            Do::Answer(200, text_reply("ok"))
        }
    };
    let stage = scripted(answer).await;
    let said = stage.say("GO").await;
    assert_eq!(
        (&said["tries"], &said["status"], &said["reply"]["content"]),
        (&json!(3), &json!(200), &json!("ok"))
    );
}

#[tokio::test]
async fn who_answers_too_late_is_given_up() {
    let stage =
        scripted(|_, _| Do::AnswerLate(Duration::from_secs(20), "success".to_owned())).await;
    let said = stage.say("GO").await;
    assert_eq!(
        (&said["tries"], &said["status"], &said["verdict"]),
        (&json!(3), &Value::Null, &json!("gave_up"))
    );
    let elapsed = said["elapsed_ms"].as_u64().unwrap();
    assert!(
        (900..3000).contains(&elapsed),
        "three times 300 ms, took {elapsed} ms"
    );
}

#[tokio::test]
async fn a_dropped_connection_is_tried_again() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            drop(listener.accept().await);
        }
    });
    let simulator = Simulator::start(Settings::for_tests(url)).await.unwrap();
    let address = format!("{}/sim/fans/{FAN}/unfollow", simulator.url());
    let text = reqwest::Client::new()
        .post(address)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let said: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&said["tries"], &said["verdict"]),
        (&json!(3), &json!("gave_up"))
    );
}

#[tokio::test]
async fn a_malformed_answer_is_not_tried_again_and_shows_the_fan_a_fault() {
    let stage = answering("<html>welcome</html>").await;
    let said = stage.say("GO").await;
    assert_eq!(
        (&said["tries"], &said["verdict"]),
        (&json!(1), &json!("malformed"))
    );
    assert_eq!(
        (&said["reply"]["type"], &said["reply"]["content"]),
        (&json!("error"), &json!(FAULT))
    );
    assert_eq!(stage.inbox().await[0]["content"], FAULT);
    assert_eq!(stage.get("/sim/stats").await["malformed"], 1);
}

#[tokio::test]
async fn figures_tell_the_ends_of_callbacks_apart() {
    let stage = scripted(|before, _| match before {
        0 => Do::Answer(200, "success".to_owned()),
        1..=3 => Do::Answer(500, String::new()),
        _ => Do::AnswerLate(Duration::from_secs(20), String::new()),
    })
    .await;
    for _ in 0..3 {
        stage.say("GO").await;
    }
    let stats = stage.get("/sim/stats").await;
    let ends = [
        "sent",
        "answered",
        "refused",
        "gave_up",
        "malformed",
        "retries",
    ]
    .map(|name| stats[name].as_u64().unwrap());
    assert_eq!(ends, [3, 1, 1, 1, 0, 4]);
}

#[tokio::test]
async fn no_two_messages_share_an_id() {
    let stage = patient(|_, _| Do::Answer(200, "success".to_owned())).await;
    stage
        .post(
            "/sim/crowd",
            json!({ "fans": 200, "per_second": 10_000, "script": ["a", "b"] }),
        )
        .await;
    while stage.get("/sim/crowd/crowd-1").await["done"] == false {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let id = |body: &str| {
        body.split("<MsgId>")
            .nth(1)
            .unwrap()
            .split('<')
            .next()
            .unwrap()
            .to_owned()
    };
    let ids: HashSet<String> = stage.seen().iter().map(|seen| id(&seen.body)).collect();
    assert_eq!(ids.len(), 400);
    assert!(ids.iter().all(|id| id.parse::<i64>().is_ok()));
}

#[tokio::test]
async fn a_scan_follows_first_and_is_a_scan_from_then_on() {
    let stage = answering("success").await;
    stage.fan("scan", json!({ "scene": "counter-1" })).await;
    stage.fan("scan", json!({ "scene": "counter-1" })).await;
    let seen = stage.seen();
    assert!(seen[0].body.contains("[subscribe]") && seen[0].body.contains("[qrscene_counter-1]"));
    assert!(seen[1].body.contains("[SCAN]") && seen[1].body.contains("[counter-1]"));
}

#[tokio::test]
async fn who_left_cannot_write_until_back() {
    let stage = answering("success").await;
    stage.fan("unfollow", json!({})).await;
    let path = format!("/sim/fans/{FAN}/say");
    let (status, _) = stage
        .call(reqwest::Method::POST, &path, Some(json!({ "text": "hi" })))
        .await;
    assert_eq!(status, 409);
    stage.fan("follow", json!({})).await;
    assert_eq!(stage.say("hi").await["status"], 200);
}

#[tokio::test]
async fn every_act_of_the_contract_is_one_callback() {
    let stage = answering("success").await;
    for (act, body, sign) in [
        (
            "tap",
            json!({ "key": "HELP" }),
            "<EventKey><![CDATA[HELP]]>",
        ),
        ("tap", json!({ "url": "https://a.example" }), "[VIEW]"),
        ("follow", json!({ "scene": "s" }), "[qrscene_s]"),
        ("follow", json!({}), "<EventKey><![CDATA[]]>"),
        (
            "locate",
            json!({ "latitude": 23.134521, "longitude": 113.358803 }),
            "<Location_X>23.134521</Location_X>",
        ),
        (
            "locate",
            json!({ "latitude": 23.1, "longitude": 113.3, "precision": 60.5 }),
            "<Precision>60.5</Precision>",
        ),
        ("image", json!({}), "<PicUrl>"),
        (
            "voice",
            json!({ "recognition": "你好" }),
            "<Recognition><![CDATA[你好]]>",
        ),
        (
            "link",
            json!({ "title": "t", "url": "https://a.example" }),
            "<Url>",
        ),
        ("unfollow", json!({}), "[unsubscribe]"),
    ] {
        let before = stage.seen().len();
        assert_eq!(stage.fan(act, body).await["status"], 200, "{act}");
        let seen = stage.seen();
        assert_eq!(seen.len(), before + 1, "{act}");
        assert!(
            seen[before].body.contains(sign),
            "{act}: {}",
            seen[before].body
        );
    }
}
