//! Material: what is taken, how large, and for how long.

use serde_json::{Value, json};

use crate::stub::{FAN, Stage, answering};

async fn stage() -> Stage {
    let stage = answering("success").await;
    stage.say("GO").await;
    stage
}

/// Uploads so many bytes under a field's name and answers the document.
async fn upload(stage: &Stage, kind: &str, field: &str, bytes: usize) -> Value {
    let token = stage.token().await;
    let head = format!(
        "--b\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"a\"\r\nContent-Type: image/png\r\n\r\n"
    );
    let body = [head.into_bytes(), vec![7; bytes], b"\r\n--b--\r\n".to_vec()].concat();
    let response = reqwest::Client::new()
        .post(format!(
            "{}/cgi-bin/media/upload?access_token={token}&type={kind}",
            stage.simulator.url()
        ))
        .header("content-type", "multipart/form-data; boundary=b")
        .body(body)
        .send();
    serde_json::from_str(&response.await.unwrap().text().await.unwrap()).unwrap()
}

#[tokio::test]
async fn each_type_has_its_largest_size() {
    let stage = stage().await;
    const KB: usize = 1024;
    for (kind, most, too_large) in [
        ("image", 10 * KB * KB, 40009),
        ("voice", 2 * KB * KB, 40010),
        ("video", 10 * KB * KB, 40011),
        ("thumb", 64 * KB, 40012),
    ] {
        let taken = upload(&stage, kind, "media", most).await;
        assert_eq!(taken["type"], kind);
        let refused = upload(&stage, kind, "media", most + 1).await;
        assert_eq!(refused["errcode"], too_large, "{kind}");
        assert_eq!(
            upload(&stage, kind, "media", 0).await["errcode"],
            too_large,
            "{kind}"
        );
    }
}

#[tokio::test]
async fn a_type_must_be_known_and_the_field_named() {
    let stage = stage().await;
    assert_eq!(
        upload(&stage, "hologram", "media", 1).await["errcode"],
        40004
    );
    assert_eq!(upload(&stage, "image", "file", 1).await["errcode"], 41005);
    assert_eq!(stage.ask("/cgi-bin/media/get").await["errcode"], 41006);
}

#[tokio::test]
async fn material_ends_after_three_days() {
    let stage = stage().await;
    let media_id = upload(&stage, "image", "media", 1).await["media_id"].clone();
    let image = json!({ "touser": FAN, "msgtype": "image", "image": { "media_id": media_id } });
    assert_eq!(stage.api("message/custom/send", image.clone()).await, 0);
    stage
        .post("/sim/clock", json!({ "advance_ms": 3_u64 * 86_400_000 }))
        .await;
    stage.say("still there?").await;
    assert_eq!(stage.api("message/custom/send", image).await, 40007);
    let path = format!("/cgi-bin/media/get?media_id={}", media_id.as_str().unwrap());
    assert_eq!(stage.ask(&path).await["errcode"], 40007);
}

#[tokio::test]
async fn a_video_is_answered_with_its_address() {
    let stage = stage().await;
    let media_id = upload(&stage, "video", "media", 5).await["media_id"].clone();
    let path = format!("/cgi-bin/media/get?media_id={}", media_id.as_str().unwrap());
    let address = stage.ask(&path).await["video_url"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        reqwest::get(address)
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap()
            .len(),
        5
    );
}
