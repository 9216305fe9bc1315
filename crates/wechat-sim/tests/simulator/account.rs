//! The account itself: what kind it is, what was set up by hand, and its simulated time.

use reqwest::Method;
use serde_json::{Value, json};

use crate::stub::{Stage, answering};

async fn stage() -> Stage {
    answering("success").await
}

#[tokio::test]
async fn what_was_set_up_by_hand_is_shown_as_it_was_given() {
    let stage = stage().await;
    let autoreply = json!({
        "is_add_friend_reply_open": 1, "is_autoreply_open": 1,
        "add_friend_autoreply_info": { "type": "text", "content": "欢迎" },
        "keyword_autoreply_info": { "list": [{
            "rule_name": "营业时间", "create_time": 1_423_028_166, "reply_mode": "reply_all",
            "keyword_list_info": [{ "type": "text", "match_mode": "contain", "content": "几点" }],
            "reply_list_info": [{ "type": "text", "content": "早九点到晚六点" }]
        }] }
    });
    let selfmenu = json!({ "is_menu_open": 1, "selfmenu_info": { "button": [
        { "type": "text", "name": "联系我们", "value": "电话 10086" }
    ] } });
    let given = json!({ "autoreply": autoreply, "selfmenu": selfmenu });
    assert_eq!(
        stage.call(Method::PUT, "/sim/current", Some(given)).await.0,
        200
    );
    assert_eq!(
        stage.ask("/cgi-bin/get_current_autoreply_info").await,
        autoreply
    );
    assert_eq!(
        stage.ask("/cgi-bin/get_current_selfmenu_info").await,
        selfmenu
    );
}

#[tokio::test]
async fn an_account_without_anything_set_up_says_so() {
    let stage = stage().await;
    assert_eq!(
        stage.ask("/cgi-bin/get_current_autoreply_info").await,
        json!({ "is_add_friend_reply_open": 0, "is_autoreply_open": 0 })
    );
    assert_eq!(
        stage.ask("/cgi-bin/get_current_selfmenu_info").await["is_menu_open"],
        0
    );
}

#[tokio::test]
async fn a_published_menu_is_the_current_one() {
    let stage = stage().await;
    let menu = json!({ "button": [{ "type": "click", "name": "帮助", "key": "HELP" }] });
    stage.api("menu/create", menu).await;
    let shown = stage.ask("/cgi-bin/get_current_selfmenu_info").await;
    assert_eq!(shown["selfmenu_info"]["button"][0]["key"], "HELP");
}

#[tokio::test]
async fn what_makes_no_sense_is_not_set_up() {
    let stage = stage().await;
    for wrong in [json!({ "autoreply": 5 }), json!({ "menu": {} })] {
        assert_eq!(
            stage.call(Method::PUT, "/sim/current", Some(wrong)).await.0,
            422
        );
    }
}

async fn make(stage: &Stage, kind: &str, verified: bool) -> u16 {
    let standing = json!({ "kind": kind, "verified": verified });
    stage
        .call(Method::PUT, "/sim/account", Some(standing))
        .await
        .0
}

#[tokio::test]
async fn an_account_lacks_what_its_kind_lacks() {
    let stage = stage().await;
    stage.say("GO").await;
    assert_eq!(make(&stage, "subscription", false).await, 200);
    assert_eq!(stage.send_text("hi").await, 48001);
    assert_eq!(stage.ask("/cgi-bin/menu/get").await["errcode"], 48001);
    assert_eq!(make(&stage, "subscription", true).await, 200);
    assert_eq!(stage.send_text("hi").await, 0);
    assert_eq!(make(&stage, "shop", true).await, 422);
}

#[tokio::test]
async fn time_can_be_let_pass() {
    let stage = stage().await;
    stage.say("GO").await;
    let hours_47 = json!({ "advance_ms": 47 * 3_600_000 });
    stage.post("/sim/clock", hours_47).await;
    assert_eq!(stage.send_text("still").await, 0);
    stage
        .post("/sim/clock", json!({ "advance_ms": 3_600_000 }))
        .await;
    assert_eq!(stage.send_text("late").await, 45015);
    let backwards = Some(json!({ "advance_ms": -1 }));
    assert_eq!(
        stage.call(Method::POST, "/sim/clock", backwards).await.0,
        422
    );
}

#[tokio::test]
async fn counts_are_cleared_ten_times_a_month_by_the_account_itself() {
    let stage = stage().await;
    let mine = json!({ "appid": "wx0123456789abcdef" });
    for _ in 0..10 {
        assert_eq!(stage.api("clear_quota", mine.clone()).await, 0);
    }
    assert_eq!(stage.api("clear_quota", mine.clone()).await, 48006);
    assert_eq!(
        stage
            .api("clear_quota", json!({ "appid": "wx-other" }))
            .await,
        40013
    );
    assert_eq!(stage.api("clear_quota", json!({})).await, 41002);
    stage
        .post("/sim/clock", json!({ "advance_ms": 31_u64 * 86_400_000 }))
        .await;
    assert_eq!(stage.api("clear_quota", mine).await, 0);
}

#[tokio::test]
async fn a_quota_is_of_a_path_and_a_day() {
    let stage = stage().await;
    let quota = async |path: &str| {
        let body = json!({ "cgi_path": path });
        stage.tell("cgi-bin/openapi/quota/get", body).await
    };
    let left = json!({ "daily_limit": 10_000, "used": 2, "remain": 9_998 });
    for _ in 0..2 {
        stage.ask("/cgi-bin/menu/get").await;
    }
    assert_eq!(quota("/cgi-bin/menu/get").await["quota"], left);
    let mine = json!({ "appid": "wx0123456789abcdef" });
    stage.api("clear_quota", mine).await;
    assert_eq!(quota("/cgi-bin/menu/get").await["quota"]["used"], 0);
    stage.ask("/cgi-bin/menu/get").await;
    let day = json!({ "advance_ms": 86_400_000 });
    stage.post("/sim/clock", day).await;
    assert_eq!(quota("/cgi-bin/menu/get").await["quota"]["used"], 0);
    for (path, code) in [
        ("", 76003),
        ("cgi-bin/menu/get", 76003),
        ("https://api.weixin.qq.com/cgi-bin/menu/get", 76003),
        ("/cgi-bin/none", 76021),
        ("/sns/userinfo", 76022),
        ("/cgi-bin/getcallbackip", 40066),
    ] {
        assert_eq!(quota(path).await["errcode"], code, "{path}");
    }
}

#[tokio::test]
async fn the_platform_names_its_addresses() {
    let stage = stage().await;
    for path in ["/cgi-bin/getcallbackip", "/cgi-bin/get_api_domain_ip"] {
        let answer = stage.ask(path).await;
        assert!(
            answer["ip_list"]
                .as_array()
                .is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_string)),
            "{path}"
        );
    }
}
