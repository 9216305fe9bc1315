//! Menus that only some fans see.

use serde_json::{Value, json};

use crate::stub::{FAN, Stage, answering};

fn buttons(name: &str) -> Value {
    json!([{ "type": "click", "name": name, "key": "K" }])
}

/// An account with one fan, a default menu and a tag; its number.
async fn stage() -> (Stage, Value) {
    let stage = answering("success").await;
    stage.say("GO").await;
    stage
        .api("menu/create", json!({ "button": buttons("通用") }))
        .await;
    let tag = stage
        .tell("cgi-bin/tags/create", json!({ "tag": { "name": "会员" } }))
        .await["tag"]["id"]
        .clone();
    (stage, tag)
}

async fn add(stage: &Stage, rule: Value) -> Value {
    let body = json!({ "button": buttons("会员"), "matchrule": rule });
    stage.tell("cgi-bin/menu/addconditional", body).await
}

async fn seen(stage: &Stage) -> Value {
    let body = json!({ "user_id": FAN });
    stage.tell("cgi-bin/menu/trymatch", body).await["button"][0]["name"].clone()
}

#[tokio::test]
async fn a_fan_with_the_tag_sees_the_other_menu_until_it_is_gone() {
    let (stage, tag) = stage().await;
    let menuid = add(&stage, json!({ "tag_id": tag.to_string() })).await["menuid"].clone();
    assert_eq!(seen(&stage).await, "通用");
    stage
        .api(
            "tags/members/batchtagging",
            json!({ "openid_list": [FAN], "tagid": tag }),
        )
        .await;
    assert_eq!(seen(&stage).await, "会员");
    let phone = stage.get(&format!("/sim/menu?openid={FAN}")).await;
    assert_eq!(phone["button"][0]["name"], "会员");
    let all = stage.ask("/cgi-bin/menu/get").await;
    assert_eq!(
        all["conditionalmenu"][0]["matchrule"]["tag_id"],
        tag.to_string()
    );
    let gone = json!({ "menuid": menuid });
    assert_eq!(stage.api("menu/delconditional", gone.clone()).await, 0);
    assert_eq!(seen(&stage).await, "通用");
    assert_eq!(stage.api("menu/delconditional", gone).await, 65301);
}

#[tokio::test]
async fn deleting_the_menu_deletes_the_conditional_ones() {
    let (stage, tag) = stage().await;
    add(&stage, json!({ "tag_id": tag })).await;
    stage.ask("/cgi-bin/menu/delete").await;
    assert_eq!(
        stage.api("menu/trymatch", json!({ "user_id": FAN })).await,
        46003
    );
    assert_eq!(
        add(&stage, json!({ "tag_id": tag })).await["errcode"],
        65303
    );
}

#[tokio::test]
async fn the_simulated_phone_is_an_android() {
    let (stage, _) = stage().await;
    add(&stage, json!({ "client_platform_type": "1" })).await;
    assert_eq!(seen(&stage).await, "通用");
    add(&stage, json!({ "client_platform_type": "2" })).await;
    assert_eq!(seen(&stage).await, "会员");
}

#[tokio::test]
async fn rules_are_checked() {
    let (stage, _) = stage().await;
    for (rule, code) in [
        (json!({}), 65304),
        (json!({ "tag_id": "" }), 65304),
        (json!("all"), 65304),
        (json!({ "sex": "1" }), 65320),
        (json!({ "language": "zh_CN" }), 65320),
        (json!({ "tag_id": "9999" }), 45159),
        (json!({ "client_platform_type": "4" }), 40035),
        (json!({ "tag_id": [] }), 40035),
    ] {
        assert_eq!(add(&stage, rule.clone()).await["errcode"], code, "{rule}");
    }
    let too_many = json!({ "button": [], "matchrule": { "client_platform_type": "2" } });
    assert_eq!(stage.api("menu/addconditional", too_many).await, 40016);
    assert_eq!(
        stage
            .api("menu/trymatch", json!({ "user_id": "oStranger" }))
            .await,
        65302
    );
}

#[tokio::test]
async fn buttons_are_checked_at_both_levels() {
    let stage = answering("success").await;
    let click = |name: &str, key: &str| json!({ "type": "click", "name": name, "key": key });
    let view = |url: &str| json!({ "type": "view", "name": "商城", "url": url });
    for (button, top, below) in [
        (click("", "K"), 40018, 40025),
        (click("帮助", ""), 40019, 40026),
        (click("帮助", &"k".repeat(129)), 40019, 40026),
        (json!({ "type": "hologram", "name": "x" }), 40017, 40024),
        (view(""), 40020, 40027),
        (
            view(&format!("https://a.example/{}", "x".repeat(1024))),
            40020,
            40027,
        ),
        (view("ftp://a.example"), 40055, 40054),
    ] {
        let alone = json!({ "button": [button] });
        assert_eq!(stage.api("menu/create", alone).await, top, "{button}");
        let under = json!({ "button": [{ "name": "服务", "sub_button": [button] }] });
        assert_eq!(stage.api("menu/create", under).await, below, "{button}");
    }
    let folder = |below: Value| json!({ "button": [{ "name": "服务", "sub_button": below }] });
    let six = json!(vec![click("帮助", "K"); 6]);
    assert_eq!(stage.api("menu/create", folder(six)).await, 40023);
    assert_eq!(stage.api("menu/create", folder(json!([]))).await, 41007);
    let deeper = json!([{ "name": "更深", "sub_button": [click("帮助", "K")] }]);
    assert_eq!(stage.api("menu/create", folder(deeper)).await, 40022);
    let four = json!({ "button": vec![click("帮助", "K"); 4] });
    assert_eq!(stage.api("menu/create", four).await, 40016);
}
