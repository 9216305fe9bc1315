//! Fans, tags, QR codes.

use std::time::Duration;

use serde_json::json;
use wechat::api::qrcode::{self, Scene};
use wechat::api::tags;
use wechat::api::user::{self, Lang};

use crate::{gets, openids, posts, read, refused};

#[test]
fn fans_are_asked_for_one_by_one_or_a_hundred_at_once() {
    gets(
        &user::info("oFan", Lang::En).unwrap(),
        "/cgi-bin/user/info",
        &[("openid", "oFan"), ("lang", "en")],
    );
    assert_eq!(refused(user::info("", Lang::En)), "openid: missing");
    let two = user::batch_get(&["a", "b"], Lang::ZhTw).unwrap();
    posts(
        &two,
        "/cgi-bin/user/info/batchget",
        json!({ "user_list": [{ "openid": "a", "lang": "zh_TW" }, { "openid": "b", "lang": "zh_TW" }] }),
    );
    assert!(user::batch_get(&openids(100), Lang::ZhCn).is_ok());
    assert_eq!(
        refused(user::batch_get(&openids(101), Lang::ZhCn)),
        "user_list: 101 entries, 1 to 100 are allowed"
    );
    assert_eq!(
        refused(user::batch_get(&["a", ""], Lang::ZhCn)),
        "user_list[1]: missing"
    );
}

#[test]
fn followers_are_listed_page_by_page() {
    gets(&user::get(None), "/cgi-bin/user/get", &[]);
    gets(
        &user::get(Some("oLast")),
        "/cgi-bin/user/get",
        &[("next_openid", "oLast")],
    );
    posts(
        &user::get_blacklist(None),
        "/cgi-bin/tags/members/getblacklist",
        json!({ "begin_openid": "" }),
    );
}

#[test]
fn a_remark_has_fewer_than_thirty_bytes_or_none() {
    let remark = |count: usize| user::update_remark("oFan", &"汉".repeat(count));
    posts(
        &remark(9).unwrap(),
        "/cgi-bin/user/info/updateremark",
        json!({ "openid": "oFan", "remark": "汉".repeat(9) }),
    );
    assert_eq!(
        refused(remark(10)),
        "remark: 30 bytes, at most 29 are allowed"
    );
    assert!(remark(0).is_ok());
}

#[test]
fn fans_are_blocked_and_unblocked_twenty_at_once() {
    posts(
        &user::batch_blacklist(&["a"]).unwrap(),
        "/cgi-bin/tags/members/batchblacklist",
        json!({ "openid_list": ["a"] }),
    );
    posts(
        &user::batch_unblacklist(&["a"]).unwrap(),
        "/cgi-bin/tags/members/batchunblacklist",
        json!({ "openid_list": ["a"] }),
    );
    assert_eq!(
        refused(user::batch_blacklist(&openids(21))),
        "openid_list: 21 entries, 1 to 20 are allowed"
    );
    assert!(user::batch_unblacklist::<&str>(&[]).is_err());
}

#[test]
fn tags_are_made_changed_and_put_on_fans() {
    posts(
        &tags::create("广东").unwrap(),
        "/cgi-bin/tags/create",
        json!({ "tag": { "name": "广东" } }),
    );
    posts(
        &tags::update(134, "广东人").unwrap(),
        "/cgi-bin/tags/update",
        json!({ "tag": { "id": 134, "name": "广东人" } }),
    );
    posts(
        &tags::delete(134),
        "/cgi-bin/tags/delete",
        json!({ "tag": { "id": 134 } }),
    );
    posts(
        &tags::fans(134, None),
        "/cgi-bin/user/tag/get",
        json!({ "tagid": 134, "next_openid": "" }),
    );
    posts(
        &tags::batch_tag(134, &["a", "b"]).unwrap(),
        "/cgi-bin/tags/members/batchtagging",
        json!({ "openid_list": ["a", "b"], "tagid": 134 }),
    );
    posts(
        &tags::batch_untag(134, &["a"]).unwrap(),
        "/cgi-bin/tags/members/batchuntagging",
        json!({ "openid_list": ["a"], "tagid": 134 }),
    );
    posts(
        &tags::of_fan("a").unwrap(),
        "/cgi-bin/tags/getidlist",
        json!({ "openid": "a" }),
    );
    gets(&tags::get(), "/cgi-bin/tags/get", &[]);

    assert!(tags::create(&"a".repeat(30)).is_ok());
    assert_eq!(
        refused(tags::create(&"a".repeat(31))),
        "tag.name: 31 bytes, at most 30 are allowed"
    );
    assert_eq!(
        refused(tags::batch_tag(1, &openids(51))),
        "openid_list: 51 entries, 1 to 50 are allowed"
    );

    let all = read(
        &tags::get(),
        r#"{"tags":[{"id":1,"name":"黑名单","count":0},{"id":2,"name":"星标组","count":12}]}"#,
    );
    assert_eq!((all.tags[1].id, all.tags[1].count), (2, 12));
    let fans = read(
        &tags::fans(2, None),
        r#"{"count":1,"data":{"openid":["ocYxcuAEy30bX0NXmGn4ypqx3tI0"]},"next_openid":"ocYxcuAEy30bX0NXmGn4ypqx3tI0"}"#,
    );
    assert_eq!(fans.openids.len(), 1);
    let none = read(&tags::fans(2, None), r#"{"count":0}"#);
    assert_eq!((none.openids.len(), none.next_openid), (0, None));
}

#[test]
fn codes_are_made_within_their_limits() {
    let day = Duration::from_secs(86_400);
    posts(
        &qrcode::temporary(Scene::Id(123), day).unwrap(),
        "/cgi-bin/qrcode/create",
        json!({ "expire_seconds": 86_400, "action_name": "QR_SCENE", "action_info": { "scene": { "scene_id": 123 } } }),
    );
    posts(
        &qrcode::permanent(Scene::Str("test")).unwrap(),
        "/cgi-bin/qrcode/create",
        json!({ "action_name": "QR_LIMIT_STR_SCENE", "action_info": { "scene": { "scene_str": "test" } } }),
    );
    assert!(qrcode::permanent(Scene::Id(100_000)).is_ok());
    assert_eq!(
        refused(qrcode::permanent(Scene::Id(100_001))),
        "scene_id: 100001, 1 to 100000 are allowed"
    );
    assert!(qrcode::temporary(Scene::Id(u32::MAX), qrcode::MAX_LIFE).is_ok());
    assert_eq!(
        refused(qrcode::temporary(
            Scene::Id(1),
            qrcode::MAX_LIFE + Duration::from_secs(1)
        )),
        "expire_seconds: 2592001, 1 to 2592000 are allowed"
    );
    assert!(qrcode::temporary(Scene::Id(1), Duration::ZERO).is_err());
    let long = "a".repeat(65);
    assert_eq!(
        refused(qrcode::permanent(Scene::Str(&long))),
        "scene_str: 65 bytes, at most 64 are allowed"
    );
    assert!(qrcode::permanent(Scene::Str("")).is_err());

    let code = read(
        &qrcode::permanent(Scene::Id(1)).unwrap(),
        r#"{"ticket":"gQH47joAAAA==","expire_seconds":60,"url":"http://weixin.qq.com/q/kZgfwMTm72WWPkovabbI"}"#,
    );
    let picture = qrcode::show("https://mp.weixin.qq.com", &code.ticket).unwrap();
    assert_eq!(
        picture,
        "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=gQH47joAAAA%3D%3D"
    );
    assert!(qrcode::show("https://mp.weixin.qq.com", "").is_err());
}
