//! Tags and the blacklist.

use serde_json::{Value, json};

use crate::stub::{FAN, Stage, answering};

/// An account with one fan.
async fn stage() -> Stage {
    let stage = answering("success").await;
    stage.say("GO").await;
    stage
}

async fn create(stage: &Stage, name: &str) -> Value {
    stage
        .tell("cgi-bin/tags/create", json!({ "tag": { "name": name } }))
        .await
}

async fn tag(stage: &Stage, name: &str) -> u64 {
    create(stage, name).await["tag"]["id"].as_u64().unwrap()
}

async fn give(stage: &Stage, tag: u64) -> i64 {
    let body = json!({ "openid_list": [FAN], "tagid": tag });
    stage.api("tags/members/batchtagging", body).await
}

#[tokio::test]
async fn a_tag_is_made_given_counted_and_taken() {
    let stage = stage().await;
    let id = tag(&stage, "会员").await;
    assert_eq!(give(&stage, id).await, 0);
    let tags = stage.ask("/cgi-bin/tags/get").await["tags"].clone();
    assert!(
        tags.as_array()
            .unwrap()
            .contains(&json!({ "id": id, "name": "会员", "count": 1 }))
    );
    let of_fan = stage
        .tell("cgi-bin/tags/getidlist", json!({ "openid": FAN }))
        .await;
    assert_eq!(of_fan, json!({ "tagid_list": [id] }));
    let members = stage
        .tell(
            "cgi-bin/user/tag/get",
            json!({ "tagid": id, "next_openid": "" }),
        )
        .await;
    assert_eq!(
        members,
        json!({ "count": 1, "data": { "openid": [FAN] }, "next_openid": FAN })
    );
    let body = json!({ "openid_list": [FAN], "tagid": id });
    assert_eq!(stage.api("tags/members/batchuntagging", body).await, 0);
    assert_eq!(
        stage
            .tell("cgi-bin/tags/getidlist", json!({ "openid": FAN }))
            .await["tagid_list"],
        json!([])
    );
}

#[tokio::test]
async fn names_are_checked() {
    let stage = stage().await;
    tag(&stage, "会员").await;
    assert_eq!(create(&stage, "会员").await["errcode"], 45157);
    assert_eq!(create(&stage, "").await["errcode"], 45157);
    assert_eq!(create(&stage, &"名".repeat(11)).await["errcode"], 45158);
    assert!(create(&stage, &"名".repeat(10)).await["tag"]["id"].is_u64());
    assert_eq!(stage.api("tags/create", json!({})).await, 44002);
}

#[tokio::test]
async fn the_hundred_and_first_tag_is_refused() {
    let stage = stage().await;
    for n in 0..100 {
        tag(&stage, &format!("标签{n}")).await;
    }
    assert_eq!(create(&stage, "再来一个").await["errcode"], 45056);
}

#[tokio::test]
async fn a_tag_is_renamed_and_deleted_but_not_one_of_the_platforms() {
    let stage = stage().await;
    let id = tag(&stage, "会员").await;
    give(&stage, id).await;
    let named = |id: u64| json!({ "tag": { "id": id, "name": "新名" } });
    assert_eq!(stage.api("tags/update", named(id)).await, 0);
    assert_eq!(stage.api("tags/update", named(2)).await, 45058);
    assert_eq!(stage.api("tags/update", named(9999)).await, 45159);
    let only = |id: u64| json!({ "tag": { "id": id } });
    assert_eq!(stage.api("tags/delete", only(1)).await, 45058);
    assert_eq!(stage.api("tags/delete", only(id)).await, 0);
    assert_eq!(stage.api("tags/delete", only(id)).await, 45159);
    assert_eq!(
        stage
            .tell("cgi-bin/tags/getidlist", json!({ "openid": FAN }))
            .await["tagid_list"],
        json!([])
    );
}

#[tokio::test]
async fn a_tag_of_more_than_a_hundred_thousand_fans_stays() {
    let stage = stage().await;
    let id = tag(&stage, "全部").await;
    let large = u32::try_from(id).unwrap();
    let platform = stage.simulator.platform();
    for n in 0..=100_000 {
        let openid = wechat_sim::platform::fan::OpenId::parse(&format!("oMany{n}")).unwrap();
        platform.add_crowd_fan(openid);
    }
    platform.each_fan(|_, fan| fan.profile.tags.push(large));
    assert_eq!(
        stage
            .api("tags/delete", json!({ "tag": { "id": id } }))
            .await,
        45057
    );
}

#[tokio::test]
async fn a_fan_has_at_most_twenty_tags() {
    let stage = stage().await;
    for n in 0..20 {
        let id = tag(&stage, &format!("标签{n}")).await;
        assert_eq!(give(&stage, id).await, 0);
        assert_eq!(give(&stage, id).await, 0, "the same one again");
    }
    let id = tag(&stage, "第二十一个").await;
    assert_eq!(give(&stage, id).await, 45059);
}

#[tokio::test]
async fn fifty_fans_are_tagged_at_once_or_none() {
    let stage = stage().await;
    let id = tag(&stage, "会员").await;
    let tag_all = async |openids: Value| {
        let body = json!({ "openid_list": openids, "tagid": id });
        stage.api("tags/members/batchtagging", body).await
    };
    assert_eq!(tag_all(json!(vec![FAN; 50])).await, 0);
    assert_eq!(tag_all(json!(vec![FAN; 51])).await, 40032);
    assert_eq!(tag_all(json!([])).await, 40032);
    assert_eq!(tag_all(json!(["not an openid"])).await, 40003);
    assert_eq!(tag_all(json!([FAN, "oStranger"])).await, 49003);
    let unknown = json!({ "openid_list": [FAN], "tagid": 9999 });
    assert_eq!(stage.api("tags/members/batchtagging", unknown).await, 45159);
    let in_words = json!({ "openid_list": [FAN], "tagid": "101" });
    assert_eq!(
        stage.api("tags/members/batchtagging", in_words).await,
        40035
    );
}

#[tokio::test]
async fn who_left_cannot_be_tagged_and_comes_back_without_tags() {
    let stage = stage().await;
    let id = tag(&stage, "会员").await;
    give(&stage, id).await;
    stage.fan("unfollow", json!({})).await;
    assert_eq!(give(&stage, id).await, 50005);
    stage.fan("follow", json!({})).await;
    let of_fan = stage
        .tell("cgi-bin/tags/getidlist", json!({ "openid": FAN }))
        .await;
    assert_eq!(of_fan["tagid_list"], json!([]));
}

#[tokio::test]
async fn one_on_the_blacklist_is_not_heard_and_cannot_be_written_to() {
    let stage = stage().await;
    let fan = json!({ "openid_list": [FAN] });
    assert_eq!(
        stage.api("tags/members/batchblacklist", fan.clone()).await,
        0
    );
    let heard = stage.seen().len();
    let played = stage.say("hello?").await;
    assert_eq!((&played["tries"], stage.seen().len()), (&json!(0), heard));
    assert_eq!(stage.send_text("hi").await, 43019);
    let list = stage
        .tell(
            "cgi-bin/tags/members/getblacklist",
            json!({ "begin_openid": "" }),
        )
        .await;
    assert_eq!(
        list,
        json!({ "total": 1, "count": 1, "data": { "openid": [FAN] }, "next_openid": FAN })
    );
    assert_eq!(stage.api("tags/members/batchunblacklist", fan).await, 0);
    assert_eq!(stage.say("hello again").await["tries"], 1);
}

#[tokio::test]
async fn twenty_fans_are_blacklisted_at_once() {
    let stage = stage().await;
    let with = |count: usize| json!({ "openid_list": vec![FAN; count] });
    assert_eq!(stage.api("tags/members/batchblacklist", with(20)).await, 0);
    assert_eq!(
        stage.api("tags/members/batchblacklist", with(21)).await,
        40032
    );
}
