//! What a test can move: faults, crowds, hand-made callbacks, the business system.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use wechat::signature;

use crate::stub::{Do, FAN, Stage, answering, patient, scripted, with_settings};

#[tokio::test]
async fn an_interface_is_busy_as_often_as_asked() {
    let stage = answering("success").await;
    stage.say("GO").await;
    stage
        .post(
            "/sim/faults",
            json!({ "path": "/cgi-bin/message/custom/send", "errcode": -1, "times": 2 }),
        )
        .await;
    let codes = [
        stage.send_text("a").await,
        stage.send_text("b").await,
        stage.send_text("c").await,
    ];
    assert_eq!(codes, [-1, -1, 0]);
}

#[tokio::test]
async fn a_path_can_answer_with_a_status_until_it_is_told_to_stop() {
    let stage = answering("success").await;
    stage
        .post(
            "/sim/faults",
            json!({ "path": "/demo/", "status": 503, "times": 1000 }),
        )
        .await;
    assert_eq!(look_up(&stage, "12345", "r1").await.0, 503);
    stage
        .post("/sim/faults", json!({ "path": "/demo/", "times": 0 }))
        .await;
    assert_eq!(look_up(&stage, "12345", "r1").await.0, 200);
}

#[tokio::test]
async fn a_delay_lets_the_call_go_on() {
    let stage = answering("success").await;
    stage
        .post(
            "/sim/faults",
            json!({ "path": "/demo/logistics", "delay_ms": 80, "times": 1 }),
        )
        .await;
    let begun = tokio::time::Instant::now();
    assert_eq!(look_up(&stage, "12345", "r1").await.0, 200);
    assert!(begun.elapsed() >= Duration::from_millis(80));
}

#[tokio::test]
async fn a_call_can_be_left_hanging() {
    let stage = answering("success").await;
    stage
        .post(
            "/sim/faults",
            json!({ "path": "/demo/logistics", "hang": true, "times": 1 }),
        )
        .await;
    let call = tokio::time::timeout(Duration::from_millis(150), look_up(&stage, "12345", "r1"));
    assert!(call.await.is_err());
}

#[tokio::test]
async fn an_unclear_fault_is_refused() {
    let stage = answering("success").await;
    let fault = json!({ "path": "/demo/", "errorcode": 1, "times": 1 });
    assert_eq!(
        stage.call(Method::POST, "/sim/faults", Some(fault)).await.0,
        422
    );
}

#[tokio::test]
async fn a_crowd_is_counted() {
    let stage = patient(|before, _| {
        if before == 0 {
            Do::Answer(200, "?".to_owned())
        } else {
            Do::Answer(200, String::new())
        }
    })
    .await;
    let order = json!({ "fans": 50, "per_second": 1000, "script": ["GO", "菜单"] });
    let (status, called) = stage.call(Method::POST, "/sim/crowd", Some(order)).await;
    assert_eq!((status, &called["id"]), (202, &json!("crowd-1")));
    let crowd = loop {
        let crowd = stage.get("/sim/stats").await["crowds"][0].clone();
        if crowd["done"] == true {
            break crowd;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    let counts = [
        "arrived",
        "sent",
        "answered",
        "malformed",
        "refused",
        "gave_up",
    ]
    .map(|name| crowd[name].as_u64().unwrap());
    assert_eq!(counts, [50, 100, 99, 1, 0, 0]);
    assert!(crowd["latency_ms"]["p99"].as_f64().unwrap() > 0.0);
}

#[tokio::test]
async fn what_a_crowd_was_answered_can_be_read_back() {
    let stage = answering("success").await;
    let order = json!({ "fans": 3, "per_second": 1000, "script": ["GO"], "keep_answers": true });
    stage.post("/sim/crowd", order).await;
    let answers = loop {
        let page = stage.get("/sim/crowd/crowd-1/answers").await;
        if page["items"].as_array().unwrap().len() == 3 {
            break page;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    let first = &answers["items"][0];
    assert_eq!(
        (&first["text"], &first["verdict"], &answers["next"]),
        (&json!("GO"), &json!("nothing"), &Value::Null)
    );
    let rest = stage.get("/sim/crowd/crowd-1/answers?after=2").await;
    assert_eq!(rest["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_crowd_can_be_sent_home() {
    let stage = answering("success").await;
    stage
        .post(
            "/sim/crowd",
            json!({ "fans": 1_000_000, "per_second": 10, "script": ["GO"] }),
        )
        .await;
    let crowd = stage
        .call(Method::DELETE, "/sim/crowd/crowd-1", None)
        .await
        .1;
    assert_eq!(crowd["done"], true);
}

#[tokio::test]
async fn a_forged_callback_goes_out_as_forged() {
    let stage = scripted(|_, seen| {
        let genuine = signature::sign("the-token", &seen.query["timestamp"], &seen.query["nonce"]);
        Do::Answer(
            if seen.query["signature"] == genuine {
                200
            } else {
                401
            },
            String::new(),
        )
    })
    .await;
    let xml = "<xml><Content>x</Content></xml>";
    let answers = stage.fan("raw", json!({ "xml": xml })).await;
    assert_eq!(answers[0]["status"], 200);
    let forged = stage
        .fan("raw", json!({ "xml": xml, "signature": "00" }))
        .await;
    assert_eq!(forged[0]["status"], 401);
    let other_token = stage
        .fan("raw", json!({ "xml": xml, "token": "guess" }))
        .await;
    assert_eq!(other_token[0]["status"], 401);
    assert_eq!(stage.seen()[0].body, xml);
}

#[tokio::test]
async fn copies_of_one_callback_are_all_the_same() {
    let stage = answering("success").await;
    let raw = json!({ "fields": { "MsgType": "text", "Content": "GO", "MsgId": 7 }, "times": 8, "parallel": true });
    let answers = stage.fan("raw", raw).await;
    assert_eq!(answers.as_array().unwrap().len(), 8);
    assert!(
        answers
            .as_array()
            .unwrap()
            .iter()
            .all(|answer| answer["body"] == "success")
    );
    let seen = stage.seen();
    assert!(seen.iter().all(|one| *one == seen[0]));
    assert!(
        seen[0]
            .body
            .contains(&format!("<FromUserName><![CDATA[{FAN}]]>"))
            && seen[0].body.contains("<MsgId>7</MsgId>")
    );
}

#[tokio::test]
async fn parameters_of_the_query_can_be_changed_and_left_out() {
    let stage = answering("success").await;
    let raw = json!({ "body": "", "timestamp": "1", "query": { "openid": null, "nonce": "n", "extra": 5 } });
    stage.fan("raw", raw).await;
    let query = stage.seen().remove(0).query;
    assert_eq!(
        (&*query["timestamp"], &*query["nonce"], &*query["extra"]),
        ("1", "n", "5")
    );
    assert!(!query.contains_key("openid"));
}

#[tokio::test]
async fn saving_the_address_asks_for_the_echo() {
    let echo = |_, seen: &crate::stub::Seen| Do::Answer(200, seen.query["echostr"].clone());
    assert_eq!(
        scripted(echo).await.post("/sim/verify", json!({})).await["ok"],
        true
    );
    assert_eq!(
        answering("something else")
            .await
            .post("/sim/verify", json!({}))
            .await["ok"],
        false
    );
}

async fn look_up(stage: &Stage, number: &str, request_id: &str) -> (u16, Value) {
    let body = json!({
        "intent": "logistics", "captures": { "number": number }, "openid": FAN, "request_id": request_id
    });
    stage
        .call(Method::POST, "/demo/logistics", Some(body))
        .await
}

#[tokio::test]
async fn a_parcel_is_the_same_for_the_same_number() {
    let stage = answering("success").await;
    let (status, first) = look_up(&stage, "12345", "r1").await;
    assert_eq!((status, &first["number"]), (200, &json!("12345")));
    assert_eq!(look_up(&stage, "12345", "r1").await.1, first);
    assert_eq!(
        stage.get("/sim/stats").await["demo"],
        json!({ "answered": 2, "repeats": 1, "refused": 0 })
    );
}

#[tokio::test]
async fn an_unknown_parcel_is_not_found() {
    let stage = answering("success").await;
    assert_eq!(look_up(&stage, "00000", "r1").await.0, 404);
    assert_eq!(look_up(&stage, "你好", "r2").await.0, 422);
}

#[tokio::test]
async fn an_unsigned_look_up_is_refused_when_there_is_a_secret() {
    let with_secret =
        |settings: &mut wechat_sim::settings::Settings| settings.demo_secret = Some("s".to_owned());
    let stage = with_settings(with_secret, |_, _| Do::Answer(200, String::new())).await;
    assert_eq!(look_up(&stage, "12345", "r1").await.0, 401);
    assert_eq!(stage.get("/sim/stats").await["demo"]["refused"], 1);
}

#[tokio::test]
async fn calls_are_counted_by_path() {
    let stage = answering("success").await;
    look_up(&stage, "12345", "r1").await;
    stage.get("/cgi-bin/menu/get").await;
    let stats = stage.get("/sim/stats").await;
    assert_eq!(
        stats["api_calls"],
        json!({ "/cgi-bin/menu/get": 1, "/demo/logistics": 1 })
    );
    assert_eq!(
        stats["api_errors"],
        json!({ "/cgi-bin/menu/get": { "41001": 1 } })
    );
}
