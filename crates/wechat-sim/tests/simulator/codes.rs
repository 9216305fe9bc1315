//! Codes with a scene: made by the account, shown as a picture, scanned by fans.

use serde_json::{Value, json};

use crate::stub::{FAN, Stage, answering};

async fn stage() -> Stage {
    answering("success").await
}

async fn create(stage: &Stage, body: Value) -> Value {
    stage.tell("cgi-bin/qrcode/create", body).await
}

fn temporary(scene: Value, seconds: u64) -> Value {
    let action = if scene.get("scene_str").is_some() {
        "QR_STR_SCENE"
    } else {
        "QR_SCENE"
    };
    json!({ "expire_seconds": seconds, "action_name": action, "action_info": { "scene": scene } })
}

#[tokio::test]
async fn a_code_is_scanned_by_what_its_picture_says() {
    let stage = stage().await;
    let code = create(&stage, temporary(json!({ "scene_str": "poster-7" }), 3600)).await;
    assert_eq!(code["expire_seconds"], 3600);
    stage.fan("scan", json!({ "url": code["url"] })).await;
    let body = stage.seen().remove(0).body;
    assert!(
        body.contains("<EventKey><![CDATA[qrscene_poster-7]]>"),
        "{body}"
    );
    let ticket = code["ticket"].as_str().unwrap();
    assert!(
        body.contains(&format!("<Ticket><![CDATA[{ticket}]]>")),
        "{body}"
    );
    stage.fan("scan", json!({ "ticket": ticket })).await;
    assert!(stage.seen()[1].body.contains("<Event><![CDATA[SCAN]]>"));
}

#[tokio::test]
async fn the_picture_is_a_png_and_needs_no_token() {
    let stage = stage().await;
    let code = create(&stage, temporary(json!({ "scene_id": 7 }), 60)).await;
    let url = format!(
        "{}/cgi-bin/showqrcode?ticket={}",
        stage.simulator.url(),
        code["ticket"].as_str().unwrap()
    );
    let response = reqwest::get(url).await.unwrap();
    assert_eq!(response.headers()["content-type"], "image/png");
    assert!(response.bytes().await.unwrap().starts_with(b"\x89PNG\r\n"));
    let (status, _) = stage
        .call(
            reqwest::Method::GET,
            "/cgi-bin/showqrcode?ticket=none",
            None,
        )
        .await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn a_temporary_code_ends_and_a_permanent_one_does_not() {
    let stage = stage().await;
    let brief = create(&stage, temporary(json!({ "scene_id": 7 }), 60)).await;
    let lasting = create(
        &stage,
        json!({ "action_name": "QR_LIMIT_STR_SCENE", "action_info": { "scene": { "scene_str": "door" } } }),
    )
    .await;
    assert!(lasting.get("expire_seconds").is_none());
    stage
        .post("/sim/clock", json!({ "advance_ms": 60_000 }))
        .await;
    let path = format!("/sim/fans/{FAN}/scan");
    let over = stage
        .call(
            reqwest::Method::POST,
            &path,
            Some(json!({ "ticket": brief["ticket"] })),
        )
        .await;
    assert_eq!(over.0, 409);
    stage
        .fan("scan", json!({ "ticket": lasting["ticket"] }))
        .await;
    assert_eq!(stage.get("/sim/codes").await["items"][0]["scene"], "door");
    let shown = stage.ask(&format!("/cgi-bin/user/info?openid={FAN}")).await;
    assert_eq!(shown["qr_scene_str"], "door");
}

#[tokio::test]
async fn scenes_lives_and_actions_have_limits() {
    let stage = stage().await;
    for (body, code) in [
        (
            temporary(json!({ "scene_id": 4_294_967_295_u64 }), 2_592_000),
            None,
        ),
        (
            temporary(json!({ "scene_id": 4_294_967_296_u64 }), 60),
            Some(40053),
        ),
        (temporary(json!({ "scene_id": 0 }), 60), Some(40053)),
        (temporary(json!({ "scene_str": "x".repeat(64) }), 60), None),
        (
            temporary(json!({ "scene_str": "x".repeat(65) }), 60),
            Some(40053),
        ),
        (temporary(json!({ "scene_str": "" }), 60), Some(40053)),
        (temporary(json!({ "scene_id": 1 }), 2_592_001), Some(40035)),
        (temporary(json!({ "scene_id": 1 }), 0), Some(40035)),
        (
            json!({ "action_name": "QR_LIMIT_SCENE", "action_info": { "scene": { "scene_id": 100_000 } } }),
            None,
        ),
        (
            json!({ "action_name": "QR_LIMIT_SCENE", "action_info": { "scene": { "scene_id": 100_001 } } }),
            Some(40053),
        ),
        (
            json!({ "action_name": "QR", "action_info": { "scene": { "scene_id": 1 } } }),
            Some(40052),
        ),
        (json!({ "action_name": "QR_SCENE" }), Some(40053)),
    ] {
        let answer = create(&stage, body.clone()).await;
        assert_eq!(
            answer.get("errcode").and_then(Value::as_u64),
            code,
            "{body}"
        );
    }
}

#[tokio::test]
async fn who_has_no_room_makes_no_more_permanent_codes() {
    let stage = stage().await;
    *stage.simulator.platform().codes() = wechat_sim::platform::codes::Codes::with_room_for(1);
    let limit = |text: &str| json!({ "action_name": "QR_LIMIT_STR_SCENE", "action_info": { "scene": { "scene_str": text } } });
    assert!(create(&stage, limit("door")).await["ticket"].is_string());
    assert_eq!(create(&stage, limit("one more")).await["errcode"], 45029);
    assert!(create(&stage, limit("door")).await["ticket"].is_string());
    assert!(create(&stage, temporary(json!({ "scene_id": 1 }), 60)).await["ticket"].is_string());
}
