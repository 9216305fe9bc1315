//! Fans.

use serde_json::json;
use wechat::api::{
    ErrCode,
    user::{self, Lang, User},
};

use super::{Account, FAN, OTHER, STRANGER};

#[tokio::test]
async fn a_fan_who_came_by_a_code_is_shown_with_it() {
    let account = Account::new().await;
    let before = wechat_sim::clock::now() / 1000;
    account
        .act(FAN, "scan", json!({ "scene": "counter-1" }))
        .await;
    let fan = account.call(user::info(FAN, Lang::ZhCn)).await;
    assert!(fan.subscribe_time.is_some_and(|time| time >= before));
    let expected = User {
        subscribe: true,
        openid: FAN.to_owned(),
        unionid: None,
        nickname: Some(String::new()),
        headimgurl: Some(String::new()),
        language: Some("zh_CN".to_owned()),
        subscribe_time: fan.subscribe_time,
        remark: Some(String::new()),
        tagid_list: vec![],
        subscribe_scene: Some("ADD_SCENE_QR_CODE".to_owned()),
        qr_scene: Some(0),
        qr_scene_str: Some("counter-1".to_owned()),
    };
    assert_eq!(fan, expected);
}

#[tokio::test]
async fn of_one_who_left_nothing_more_is_told() {
    let account = Account::with_two_fans().await;
    account.act(OTHER, "unfollow", json!({})).await;
    let both = account.call(user::batch_get(&[FAN, OTHER], Lang::En)).await;
    let told: Vec<_> = both
        .users
        .iter()
        .map(|fan| {
            (
                fan.openid.as_str(),
                fan.subscribe,
                fan.subscribe_time.is_some(),
            )
        })
        .collect();
    assert_eq!(told, [(FAN, true, true), (OTHER, false, false)]);
    let asked = user::batch_get(&[STRANGER], Lang::En);
    assert_eq!(account.refused(asked).await, ErrCode::InvalidOpenId);
}

#[tokio::test]
async fn followers_are_listed_to_the_last_page() {
    let account = Account::with_two_fans().await;
    let first = account.call(user::get(None)).await;
    assert_eq!((first.total, first.count), (2, 2));
    assert_eq!(first.openids, [FAN, OTHER]);
    assert_eq!(first.next_openid.as_deref(), Some(OTHER));
    let next = account.call(user::get(first.next_openid.as_deref())).await;
    assert_eq!((next.total, next.count, next.openids.len()), (2, 0, 0));
    assert_eq!(next.next_openid.as_deref(), Some(""));
    let asked = user::get(Some(STRANGER));
    assert_eq!(account.refused(asked).await, ErrCode::InvalidOpenId);
}

#[tokio::test]
async fn the_longest_remark_is_kept_and_none_takes_it_away() {
    let account = Account::with_fan().await;
    let longest = "r".repeat(user::MAX_REMARK_BYTES);
    for remark in [longest.as_str(), "老顾客", ""] {
        account.call(user::update_remark(FAN, remark)).await;
        let fan = account.call(user::info(FAN, Lang::ZhCn)).await;
        assert_eq!(fan.remark.as_deref(), Some(remark));
    }
    let asked = user::update_remark(STRANGER, "x");
    assert_eq!(account.refused(asked).await, ErrCode::InvalidOpenId);
}

#[tokio::test]
async fn who_is_blocked_is_listed_until_unblocked() {
    let account = Account::with_two_fans().await;
    account.call(user::batch_blacklist(&[FAN])).await;
    let blocked = account.call(user::get_blacklist(None)).await;
    assert_eq!((blocked.total, blocked.openids), (1, vec![FAN.to_owned()]));
    account.call(user::batch_unblacklist(&[FAN])).await;
    let blocked = account.call(user::get_blacklist(None)).await;
    assert_eq!((blocked.total, blocked.openids.len()), (0, 0));
    let asked = user::batch_blacklist(&[STRANGER]);
    assert_eq!(account.refused(asked).await, ErrCode::Other(49003));
    let asked = user::batch_unblacklist(&[STRANGER]);
    assert_eq!(account.refused(asked).await, ErrCode::Other(49003));
    let asked = user::get_blacklist(Some(STRANGER));
    assert_eq!(account.refused(asked).await, ErrCode::InvalidOpenId);
}

#[tokio::test]
async fn a_page_of_the_blacklist_is_as_long_as_the_client_says() {
    let account = Account::with_fan().await;
    let platform = account.stage.simulator.platform();
    for n in 0..user::BLACKLIST_PAGE {
        let openid = wechat_sim::platform::fan::OpenId::parse(&format!("oMany{n:05}")).unwrap();
        platform.add_crowd_fan(openid);
    }
    platform.each_fan(|_, fan| fan.profile.blocked = true);
    let first = account.call(user::get_blacklist(None)).await;
    assert_eq!(first.openids.len(), user::BLACKLIST_PAGE);
    let rest = account
        .call(user::get_blacklist(first.next_openid.as_deref()))
        .await;
    assert_eq!(rest.openids.len(), 1);
}
