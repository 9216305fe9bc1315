//! What the phone page lives on.

use std::time::Duration;

use serde_json::json;

use crate::stub::{FAN, answering, text_reply};

#[tokio::test]
async fn the_journal_tells_the_whole_story_in_order() {
    let stage = answering(&text_reply("你好")).await;
    stage.say("GO").await;
    stage.send_text("later").await;
    let journal = stage.get(&format!("/sim/fans/{FAN}/journal")).await;
    let story = journal["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["what"].as_str().unwrap());
    assert_eq!(
        story.collect::<Vec<_>>(),
        ["did", "message", "callback", "message", "call"]
    );
    assert_eq!(journal["fan"]["window"]["left"], 4);
}

#[tokio::test]
async fn a_reader_of_the_journal_waits_for_news() {
    let stage = answering("success").await;
    let reading = format!("/sim/fans/{FAN}/journal?wait_ms=5000");
    let (news, _) = tokio::join!(stage.get(&reading), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        stage.say("GO").await
    });
    assert_eq!(news["items"][0]["text"], "GO");
}

#[tokio::test]
async fn a_reader_waits_no_longer_than_asked() {
    let stage = answering("success").await;
    let news = stage
        .get(&format!("/sim/fans/{FAN}/journal?wait_ms=30"))
        .await;
    assert_eq!(news["items"], json!([]));
}

#[tokio::test]
async fn a_published_menu_appears_on_the_phone() {
    let stage = answering("success").await;
    let menu = json!({ "button": [{ "type": "click", "name": "帮助", "key": "HELP" }] });
    assert_eq!(stage.api("menu/create", menu).await, 0);
    let shown = stage.get("/sim/menu").await;
    assert_eq!(
        (&shown["version"], &shown["button"][0]["key"]),
        (&json!(1), &json!("HELP"))
    );
    let journal = stage
        .get(&format!("/sim/fans/{FAN}/journal?wait_ms=5000"))
        .await;
    assert_eq!(journal["menu_version"], 1);
}

#[tokio::test]
async fn a_malformed_menu_leaves_the_old_one() {
    let stage = answering("success").await;
    stage
        .api(
            "menu/create",
            json!({ "button": [{ "type": "click", "name": "帮助", "key": "HELP" }] }),
        )
        .await;
    assert_eq!(
        stage.api("menu/create", json!({ "button": [] })).await,
        40016
    );
    assert_eq!(stage.get("/sim/menu").await["version"], 1);
}

#[tokio::test]
async fn the_page_is_one_document() {
    let stage = answering("success").await;
    let page = stage.get("/").await;
    assert!(page.as_str().unwrap().starts_with("<!doctype html>"));
}
