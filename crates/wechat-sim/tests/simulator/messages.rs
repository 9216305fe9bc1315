//! Account → fan, later: windows, counts, who may be written to.

use serde_json::json;

use crate::stub::{FAN, Stage, answering};

async fn stage() -> Stage {
    answering("success").await
}

#[tokio::test]
async fn a_service_message_arrives_in_the_inbox() {
    let stage = stage().await;
    stage.say("GO").await;
    assert_eq!(stage.send_text("您的包裹 12345 已签收").await, 0);
    let item = stage.inbox().await.remove(0);
    assert_eq!(
        (&item["via"], &item["type"]),
        (&json!("service"), &json!("text"))
    );
    assert_eq!(item["content"], "您的包裹 12345 已签收");
}

#[tokio::test]
async fn five_messages_follow_one_of_the_fan() {
    let stage = stage().await;
    stage.say("GO").await;
    let mut codes = Vec::new();
    for n in 0..6 {
        codes.push(stage.send_text(&n.to_string()).await);
    }
    assert_eq!(codes, [0, 0, 0, 0, 0, 45047]);
    stage.say("more").await;
    assert_eq!(stage.send_text("again").await, 0);
}

#[tokio::test]
async fn three_messages_follow_a_menu_tap() {
    let stage = stage().await;
    stage.fan("tap", json!({ "key": "HELP" })).await;
    let mut codes = Vec::new();
    for n in 0..4 {
        codes.push(stage.send_text(&n.to_string()).await);
    }
    assert_eq!(codes, [0, 0, 0, 45047]);
}

#[tokio::test]
async fn after_the_window_nothing_goes() {
    let stage = stage().await;
    stage.say("GO").await;
    stage
        .fan("window", json!({ "left": 5, "ends_in_ms": 0 }))
        .await;
    assert_eq!(stage.send_text("late").await, 45015);
}

#[tokio::test]
async fn a_stranger_and_one_who_left_are_told_apart() {
    let stage = stage().await;
    assert_eq!(stage.send_text("hi").await, 40003);
    stage.say("GO").await;
    stage.fan("unfollow", json!({})).await;
    assert_eq!(stage.send_text("hi").await, 43004);
}

#[tokio::test]
async fn a_refused_message_costs_nothing() {
    let stage = stage().await;
    stage.say("GO").await;
    assert_eq!(stage.send_text(&"a".repeat(2049)).await, 45002);
    assert_eq!(
        stage.get(&format!("/sim/fans/{FAN}")).await["window"]["left"],
        5
    );
}

#[tokio::test]
async fn an_image_needs_material_that_exists() {
    let stage = stage().await;
    stage.say("GO").await;
    let image = json!({ "touser": FAN, "msgtype": "image", "image": { "media_id": "logo" } });
    assert_eq!(stage.api("message/custom/send", image.clone()).await, 40007);
    stage
        .post("/sim/media", json!({ "media_id": "logo", "type": "image" }))
        .await;
    assert_eq!(stage.api("message/custom/send", image).await, 0);
}

#[tokio::test]
async fn characters_go_as_they_are() {
    let stage = stage().await;
    stage.say("GO").await;
    let token = stage.token().await;
    let body = format!(r#"{{"touser":"{FAN}","msgtype":"text","text":{{"content":"\u4f60"}}}}"#);
    let response = reqwest::Client::new()
        .post(format!(
            "{}/cgi-bin/message/custom/send?access_token={token}",
            stage.simulator.url()
        ))
        .header("content-type", "application/json")
        .body(body)
        .send();
    assert!(
        response
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
            .contains("\"errcode\":40033")
    );
}

#[tokio::test]
async fn typing_shows_until_a_message_comes() {
    let stage = stage().await;
    stage.say("GO").await;
    let typing = json!({ "touser": FAN, "command": "Typing" });
    assert_eq!(stage.api("message/custom/typing", typing.clone()).await, 0);
    assert_eq!(
        stage.api("message/custom/typing", typing.clone()).await,
        45081
    );
    stage.send_text("done").await;
    assert_eq!(stage.api("message/custom/typing", typing).await, 0);
}

#[tokio::test]
async fn what_a_fan_sent_can_be_fetched() {
    let stage = stage().await;
    stage.fan("voice", json!({})).await;
    let body = stage.seen().remove(0).body;
    let media_id = body
        .split("<MediaId><![CDATA[")
        .nth(1)
        .unwrap()
        .split(']')
        .next()
        .unwrap()
        .to_owned();
    let token = stage.token().await;
    let voice = stage
        .get(&format!(
            "/cgi-bin/media/get?access_token={token}&media_id={media_id}"
        ))
        .await;
    assert!(voice.as_str().unwrap().starts_with("#!AMR\n"));
    let other = stage
        .get(&format!(
            "/cgi-bin/media/get?access_token={token}&media_id=none"
        ))
        .await;
    assert_eq!(other["errcode"], 40007);
}

#[tokio::test]
async fn an_uploaded_picture_can_be_sent() {
    let stage = stage().await;
    stage.say("GO").await;
    let token = stage.token().await;
    let form = "--b\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.png\"\r\n\
                Content-Type: image/png\r\n\r\nPNG\r\n--b--\r\n";
    let response = reqwest::Client::new()
        .post(format!(
            "{}/cgi-bin/media/upload?access_token={token}&type=image",
            stage.simulator.url()
        ))
        .header("content-type", "multipart/form-data; boundary=b")
        .body(form)
        .send();
    let uploaded: serde_json::Value =
        serde_json::from_str(&response.await.unwrap().text().await.unwrap()).unwrap();
    let image =
        json!({ "touser": FAN, "msgtype": "image", "image": { "media_id": uploaded["media_id"] } });
    assert_eq!(stage.api("message/custom/send", image).await, 0);
}

#[tokio::test]
async fn articles_have_limits() {
    let stage = stage().await;
    stage.say("GO").await;
    let article = |field: &str, value: &str| {
        let mut article = json!({ "title": "t", "description": "d", "url": "https://a.example" });
        article[field] = json!(value);
        article
    };
    let long = format!("https://a.example/{}", "x".repeat(1024));
    for (articles, code) in [
        (json!([article("title", &"题".repeat(65))]), 45003),
        (json!([article("description", &"述".repeat(161))]), 45004),
        (json!([article("url", &long)]), 45005),
        (json!([article("title", "a"), article("title", "b")]), 45008),
        (json!([]), 44003),
        (json!([article("title", "一条")]), 0),
    ] {
        let message = json!({ "touser": FAN, "msgtype": "news", "news": { "articles": articles } });
        assert_eq!(stage.api("message/custom/send", message).await, code);
    }
    let hologram = json!({ "touser": FAN, "msgtype": "hologram", "hologram": {} });
    assert_eq!(stage.api("message/custom/send", hologram).await, 40008);
}

#[tokio::test]
async fn typing_follows_a_message_of_the_last_thirty_seconds() {
    let stage = stage().await;
    stage.say("GO").await;
    let typing = |command: &str| json!({ "touser": FAN, "command": command });
    assert_eq!(
        stage.api("message/custom/typing", typing("Thinking")).await,
        45072
    );
    stage
        .post("/sim/clock", json!({ "advance_ms": 31_000 }))
        .await;
    assert_eq!(
        stage.api("message/custom/typing", typing("Typing")).await,
        45080
    );
}
