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
        ("getupstreammsgdist", date(-15), date(0), 61501),
        ("getupstreammsgweek", date(-30), date(0), 61501),
        ("getupstreammsgmonth", date(-30), date(0), 61501),
        ("getupstreammsgdistweek", date(-30), date(0), 61501),
        ("getupstreammsgdistmonth", date(-30), date(0), 61501),
        ("getupstreammsgweek", date(0), date(2), 61503),
        ("getupstreammsgmonth", "2026-11".to_owned(), date(0), 61500),
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
}

/// Lets time pass until noon in China of a day, counted from 1970-01-01.
async fn noon(stage: &Stage, day: u64, passed_ms: &mut u64) {
    let noon = day * DAY_MS + 4 * 3_600_000;
    let advance = noon - (now() + *passed_ms);
    *passed_ms += advance;
    stage
        .post("/sim/clock", json!({ "advance_ms": advance }))
        .await;
}

fn shown(day: u64) -> String {
    let (year, month, day) = civil(i64::try_from(day).unwrap());
    format!("{year:04}-{month:02}-{day:02}")
}

async fn say(stage: &Stage, openid: &str, times: usize) {
    for _ in 0..times {
        let path = format!("/sim/fans/{openid}/say");
        stage.post(&path, json!({ "text": "a" })).await;
    }
}

#[tokio::test]
async fn a_week_is_told_at_its_monday_once_it_is_over() {
    let (stage, mut passed) = (answering("success").await, 0);
    let tomorrow = day(now()) + 1;
    // 1970-01-05 was a Monday, the fifth day.
    let monday = tomorrow + (7 - (tomorrow + 3) % 7) % 7;
    noon(&stage, monday, &mut passed).await;
    say(&stage, "oA", 2).await;
    noon(&stage, monday + 6, &mut passed).await;
    say(&stage, "oA", 4).await;
    say(&stage, "oB", 1).await;
    stage.post("/sim/fans/oB/image", json!({})).await;
    let date = shown(monday);
    let nothing = json!([]);
    for name in ["getupstreammsgweek", "getupstreammsgdistweek"] {
        let list = read(&stage, name, &date, &date).await["list"].clone();
        assert_eq!(list, nothing, "{name} before the week is over");
    }
    noon(&stage, monday + 7, &mut passed).await;
    say(&stage, "oB", 1).await;
    let week = read(&stage, "getupstreammsgweek", &date, &date).await;
    assert_eq!(
        week["list"],
        json!([
            { "ref_date": date, "msg_type": 1, "msg_user": 2, "msg_count": 7 },
            { "ref_date": date, "msg_type": 2, "msg_user": 1, "msg_count": 1 }
        ])
    );
    let fans = read(&stage, "getupstreammsgdistweek", &date, &date).await;
    assert_eq!(
        fans["list"],
        json!([
            { "ref_date": date, "count_interval": 1, "msg_user": 1 },
            { "ref_date": date, "count_interval": 2, "msg_user": 1 }
        ])
    );
    let (tuesday, sunday) = (shown(monday + 1), shown(monday + 6));
    for name in ["getupstreammsgweek", "getupstreammsgdistweek"] {
        let list = read(&stage, name, &tuesday, &sunday).await["list"].clone();
        assert_eq!(list, nothing, "{name} without its Monday");
    }
}

#[tokio::test]
async fn a_month_is_told_at_its_first_once_it_is_over() {
    let (stage, mut passed) = (answering("success").await, 0);
    let first_of_next = |from: u64| {
        let of_month = |day: u64| civil(i64::try_from(day).unwrap()).2;
        (from + 1..).find(|day| of_month(*day) == 1).unwrap()
    };
    let first = first_of_next(day(now()));
    let next = first_of_next(first);
    noon(&stage, first, &mut passed).await;
    say(&stage, "oA", 10).await;
    noon(&stage, next - 1, &mut passed).await;
    say(&stage, "oA", 1).await;
    say(&stage, "oB", 6).await;
    let (date, fifth) = (shown(first), shown(first + 4));
    for name in ["getupstreammsgmonth", "getupstreammsgdistmonth"] {
        let list = read(&stage, name, &date, &fifth).await["list"].clone();
        assert_eq!(list, json!([]), "{name} before the month is over");
    }
    noon(&stage, next, &mut passed).await;
    say(&stage, "oA", 1).await;
    let month = read(&stage, "getupstreammsgmonth", &date, &fifth).await;
    let line = json!({ "ref_date": date, "msg_type": 1, "msg_user": 2, "msg_count": 17 });
    assert_eq!(month["list"], json!([line]));
    let fans = read(&stage, "getupstreammsgdistmonth", &date, &fifth).await;
    assert_eq!(
        fans["list"],
        json!([
            { "ref_date": date, "count_interval": 2, "msg_user": 1 },
            { "ref_date": date, "count_interval": 3, "msg_user": 1 }
        ])
    );
}

#[tokio::test]
async fn fans_are_told_apart_by_how_much_they_sent_in_a_day() {
    let stage = answering("success").await;
    say(&stage, "oA", 5).await;
    say(&stage, "oB", 6).await;
    say(&stage, "oC", 11).await;
    stage.post("/sim/fans/oSilent/follow", json!({})).await;
    let today = date(0);
    days_pass(&stage).await;
    let list = read(&stage, "getupstreammsgdist", &date(-13), &date(1)).await["list"].clone();
    let line =
        |interval: u8| json!({ "ref_date": today, "count_interval": interval, "msg_user": 1 });
    assert_eq!(list, json!([line(1), line(2), line(3)]));
}
