//! Figures of the days before.

use serde_json::{Value, json};
use wechat_sim::{
    api::limits::day,
    clock::{civil, now},
};

use crate::stub::{Do, Stage, answering, scripted};

const DAY_MS: u64 = 86_400_000;

/// A date so many days from today, in China.
fn date(from_today: i64) -> String {
    let today = i64::try_from(day(now())).unwrap();
    let (year, month, day) = civil(today + from_today);
    format!("{year:04}-{month:02}-{day:02}")
}

async fn days_pass(stage: &Stage) {
    // The figures of a day are there at eight in the morning of the next. After three days those of tomorrow are, at whatever hour.
    stage
        .post("/sim/clock", json!({ "advance_ms": 3 * DAY_MS }))
        .await;
}

async fn read(stage: &Stage, name: &str, from: &str, to: &str) -> Value {
    let body = json!({ "begin_date": from, "end_date": to });
    stage.tell(&format!("datacube/{name}"), body).await
}

#[tokio::test]
async fn who_came_and_went_is_counted_by_the_way() {
    let stage = answering("success").await;
    for openid in ["oA", "oB"] {
        stage
            .post(
                &format!("/sim/fans/{openid}/scan"),
                json!({ "scene": "door" }),
            )
            .await;
    }
    stage.fan("follow", json!({})).await;
    stage.post("/sim/fans/oB/unfollow", json!({})).await;
    let today = date(0);
    days_pass(&stage).await;
    let list = read(&stage, "getusersummary", &today, &today).await["list"].clone();
    assert_eq!(
        list,
        json!([
            { "ref_date": today, "user_source": 1, "new_user": 1, "cancel_user": 0 },
            { "ref_date": today, "user_source": 30, "new_user": 2, "cancel_user": 1 }
        ])
    );
    let cumulated = read(&stage, "getusercumulate", &date(-1), &date(1)).await["list"].clone();
    let numbers = cumulated.as_array().unwrap().iter();
    assert_eq!(
        numbers
            .map(|day| day["cumulate_user"].as_u64().unwrap())
            .collect::<Vec<_>>(),
        [0, 2, 2]
    );
}

#[tokio::test]
async fn messages_are_counted_by_type_and_fan() {
    let stage = answering("success").await;
    stage.say("a").await;
    stage.say("b").await;
    stage.fan("image", json!({})).await;
    stage
        .post("/sim/fans/oOther/say", json!({ "text": "c" }))
        .await;
    let today = date(0);
    days_pass(&stage).await;
    let list = read(&stage, "getupstreammsg", &today, &today).await["list"].clone();
    assert_eq!(
        list,
        json!([
            { "ref_date": today, "msg_type": 1, "msg_user": 2, "msg_count": 3 },
            { "ref_date": today, "msg_type": 2, "msg_user": 1, "msg_count": 1 }
        ])
    );
    let hours = read(&stage, "getupstreammsghour", &today, &today).await["list"].clone();
    let texts = hours
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["msg_type"] == 1);
    assert_eq!(
        texts
            .map(|line| line["msg_count"].as_u64().unwrap())
            .sum::<u64>(),
        3
    );
}

#[tokio::test]
async fn the_servers_answers_are_counted() {
    let stage =
        scripted(|before, _| Do::Answer(if before == 0 { 200 } else { 500 }, String::new())).await;
    stage.say("a").await;
    stage.say("b").await;
    let today = date(0);
    days_pass(&stage).await;
    let day = read(&stage, "getinterfacesummary", &today, &today).await["list"][0].clone();
    assert_eq!(
        (&day["callback_count"], &day["fail_count"]),
        (&json!(2), &json!(1))
    );
    let hour = read(&stage, "getinterfacesummaryhour", &today, &today).await["list"][0].clone();
    assert_eq!(hour["ref_hour"].as_u64().unwrap() % 100, 0);
}

#[tokio::test]
async fn dates_and_spans_have_limits() {
    let stage = answering("success").await;
    stage.say("a").await;
    days_pass(&stage).await;
    for (name, from, to, code) in [
        ("getusersummary", "2026-2-1".to_owned(), date(0), 61500),
        ("getusersummary", "2026-02-30".to_owned(), date(0), 61500),
        ("getusersummary", String::new(), date(0), 61500),
        ("getusersummary", date(0), date(-1), 61501),
        ("getusersummary", date(-7), date(0), 61501),
        ("getupstreammsghour", date(-1), date(0), 61501),
        ("getinterfacesummary", date(-30), date(0), 61501),
        ("getusersummary", date(2), date(2), 61503),
    ] {
        let answer = read(&stage, name, &from, &to).await;
        assert_eq!(answer["errcode"], code, "{name} {from} {to}");
    }
    let seven = read(&stage, "getusersummary", &date(-6), &date(0)).await;
    assert!(seven["list"].is_array());
}

#[tokio::test]
async fn articles_are_not_read_here() {
    let stage = answering("success").await;
    let yesterday = date(-2);
    for name in [
        "getarticlesummary",
        "getarticletotal",
        "getuserread",
        "getusershare",
    ] {
        assert_eq!(
            read(&stage, name, &yesterday, &yesterday).await,
            json!({ "list": [] }),
            "{name}"
        );
    }
    let (status, _) = stage
        .call(reqwest::Method::GET, "/datacube/getupstreammsgweek", None)
        .await;
    assert_eq!(status, 404);
}
