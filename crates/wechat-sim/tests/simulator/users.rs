//! What the platform tells an account about its fans.

use serde_json::{Value, json};

use crate::stub::{FAN, Stage, answering};

async fn stage() -> Stage {
    answering("success").await
}

async fn info(stage: &Stage, openid: &str) -> Value {
    stage
        .ask(&format!("/cgi-bin/user/info?openid={openid}"))
        .await
}

#[tokio::test]
async fn a_follower_is_shown_with_the_code_that_was_scanned() {
    let stage = stage().await;
    stage.fan("scan", json!({ "scene": "counter-1" })).await;
    let shown = info(&stage, FAN).await;
    assert_eq!(
        (
            &shown["subscribe"],
            &shown["subscribe_scene"],
            &shown["qr_scene_str"]
        ),
        (&json!(1), &json!("ADD_SCENE_QR_CODE"), &json!("counter-1"))
    );
    assert_eq!(
        (
            &shown["nickname"],
            &shown["headimgurl"],
            &shown["tagid_list"]
        ),
        (&json!(""), &json!(""), &json!([]))
    );
}

#[tokio::test]
async fn one_who_left_is_shown_as_that_and_nothing_else() {
    let stage = stage().await;
    stage.fan("follow", json!({})).await;
    stage.fan("unfollow", json!({})).await;
    assert_eq!(
        info(&stage, FAN).await,
        json!({ "subscribe": 0, "openid": FAN, "tagid_list": [] })
    );
}

#[tokio::test]
async fn a_stranger_is_an_invalid_openid() {
    let stage = stage().await;
    assert_eq!(info(&stage, "oStranger").await["errcode"], 40003);
    assert_eq!(info(&stage, "no%20openid").await["errcode"], 40003);
    assert_eq!(stage.ask("/cgi-bin/user/info").await["errcode"], 41009);
}

async fn follow(stage: &Stage, count: usize) -> Vec<String> {
    let openids = (0..count)
        .map(|n| format!("oFan{n:03}"))
        .collect::<Vec<_>>();
    for openid in &openids {
        stage
            .post(&format!("/sim/fans/{openid}/follow"), json!({}))
            .await;
    }
    openids
}

#[tokio::test]
async fn a_hundred_fans_are_read_at_once_and_not_one_more() {
    let stage = stage().await;
    let openids = follow(&stage, 2).await;
    let list = |openids: &[String]| {
        let users = openids
            .iter()
            .map(|openid| json!({ "openid": openid, "lang": "zh_CN" }));
        json!({ "user_list": users.collect::<Vec<_>>() })
    };
    let shown = stage
        .tell("cgi-bin/user/info/batchget", list(&openids))
        .await;
    assert_eq!(shown["user_info_list"][1]["openid"], "oFan001");
    let many = vec![openids[0].clone(); 100];
    assert_eq!(
        stage.tell("cgi-bin/user/info/batchget", list(&many)).await["user_info_list"]
            .as_array()
            .map(Vec::len),
        Some(100)
    );
    let too_many = vec![openids[0].clone(); 101];
    assert_eq!(
        stage.api("user/info/batchget", list(&too_many)).await,
        40032
    );
    assert_eq!(stage.api("user/info/batchget", json!({})).await, 40032);
    let stranger = json!({ "user_list": [{ "openid": "oStranger" }] });
    assert_eq!(stage.api("user/info/batchget", stranger).await, 40003);
}

#[tokio::test]
async fn followers_are_listed_page_by_page() {
    let stage = stage().await;
    let openids = follow(&stage, 3).await;
    stage.post("/sim/fans/oFan001/unfollow", json!({})).await;
    let all = stage.ask("/cgi-bin/user/get").await;
    assert_eq!(
        all,
        json!({ "total": 2, "count": 2, "data": { "openid": [openids[0], openids[2]] }, "next_openid": openids[2] })
    );
    let rest = stage.ask("/cgi-bin/user/get?next_openid=oFan002").await;
    assert_eq!(rest, json!({ "total": 2, "count": 0, "next_openid": "" }));
    assert_eq!(
        stage.ask("/cgi-bin/user/get?next_openid=oStranger").await["errcode"],
        40003
    );
}

#[tokio::test]
async fn a_page_of_followers_ends_at_ten_thousand() {
    let stage = stage().await;
    for n in 0..10_001 {
        let openid = wechat_sim::platform::fan::OpenId::parse(&format!("oMany{n:05}")).unwrap();
        stage.simulator.platform().add_crowd_fan(openid);
    }
    let first = stage.ask("/cgi-bin/user/get").await;
    assert_eq!(
        (&first["total"], &first["count"]),
        (&json!(10_001), &json!(10_000))
    );
    let next = first["next_openid"].as_str().unwrap();
    let second = stage
        .ask(&format!("/cgi-bin/user/get?next_openid={next}"))
        .await;
    assert_eq!(second["count"], 1);
}

#[tokio::test]
async fn a_remark_has_fewer_than_thirty_bytes() {
    let stage = stage().await;
    stage.say("GO").await;
    let remark = |text: &str| json!({ "openid": FAN, "remark": text });
    assert_eq!(
        stage.api("user/info/updateremark", remark("老顾客")).await,
        0
    );
    assert_eq!(info(&stage, FAN).await["remark"], "老顾客");
    assert_eq!(
        stage
            .api("user/info/updateremark", remark(&"客".repeat(10)))
            .await,
        40092
    );
    assert_eq!(
        stage
            .api("user/info/updateremark", json!({ "openid": FAN }))
            .await,
        40035
    );
    stage.fan("unfollow", json!({})).await;
    assert_eq!(
        stage.api("user/info/updateremark", remark("x")).await,
        43004
    );
}

#[tokio::test]
async fn the_list_of_followers_is_read_500_times_a_day() {
    let stage = stage().await;
    for _ in 0..500 {
        assert_eq!(stage.ask("/cgi-bin/user/get").await["count"], 0);
    }
    assert_eq!(stage.ask("/cgi-bin/user/get").await["errcode"], 45009);
    stage
        .post("/sim/clock", json!({ "advance_ms": 86_400_000 }))
        .await;
    assert_eq!(stage.ask("/cgi-bin/user/get").await["count"], 0);
}

#[tokio::test]
async fn an_unverified_account_learns_nothing() {
    let stage = stage().await;
    let standing = json!({ "kind": "service", "verified": false });
    stage
        .call(reqwest::Method::PUT, "/sim/account", Some(standing))
        .await;
    assert_eq!(info(&stage, FAN).await["errcode"], 48001);
}
