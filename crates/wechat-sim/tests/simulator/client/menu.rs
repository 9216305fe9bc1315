//! The custom menu, and those that only some fans see.

use serde_json::{Value, json};
use wechat::api::{
    ErrCode,
    menu::{self, ConditionalMenu, MatchRule, Menu, MenuSet, Platform},
    tags,
};

use super::{Account, FAN, OTHER, STRANGER};

fn read(document: Value) -> MenuSet {
    MenuSet::from_json(document.to_string().as_bytes()).unwrap()
}

/// A menu of every type.
fn every_type() -> Menu {
    let below = |buttons: Value| json!({ "name": "更多", "sub_button": buttons });
    let keyed = |kind: &str| json!({ "type": kind, "name": kind, "key": "K" });
    let document = json!({ "button": [
        below(json!([
            keyed("click"), keyed("scancode_push"), keyed("scancode_waitmsg"), keyed("pic_sysphoto"), keyed("pic_photo_or_album")
        ])),
        below(json!([
            keyed("pic_weixin"), keyed("location_select"),
            { "type": "view", "name": "商城", "url": "https://a.example/shop?x=1" },
            { "type": "miniprogram", "name": "小程序", "url": "https://a.example", "appid": "wx1", "pagepath": "p" },
            { "type": "media_id", "name": "素材", "media_id": "M" }
        ])),
        below(json!([
            { "type": "view_limited", "name": "图文", "media_id": "M" },
            { "type": "article_id", "name": "文章", "article_id": "A" },
            { "type": "article_view_limited", "name": "文章页", "article_id": "A" }
        ]))
    ] });
    Menu::from_json(document.to_string().as_bytes()).unwrap()
}

fn one(name: &str) -> Menu {
    let document = json!({ "button": [{ "type": "click", "name": name, "key": "K" }] });
    Menu::from_json(document.to_string().as_bytes()).unwrap()
}

#[tokio::test]
async fn a_menu_of_every_type_comes_back_as_it_was_published() {
    let account = Account::new().await;
    assert_eq!(account.refused(menu::get()).await, ErrCode::NoMenu);
    account.call(menu::create(&every_type())).await;
    let published = account.call(menu::get()).await;
    assert_eq!(published.default_menu(), Some(every_type()));
    account.call(menu::delete()).await;
    assert_eq!(account.refused(menu::get()).await, ErrCode::NoMenu);
}

#[tokio::test]
async fn a_menu_for_some_is_added_seen_and_taken_away() {
    let account = Account::with_two_fans().await;
    let tag = account.call(tags::create("会员")).await.id;
    account.call(tags::batch_tag(tag, &[FAN])).await;
    let special = ConditionalMenu::new(
        one("会员"),
        MatchRule::tag(tag).and_platform(Platform::Android),
    );
    assert_eq!(
        account.refused(menu::add_conditional(&special)).await,
        ErrCode::NoDefaultMenu
    );

    account.call(menu::create(&one("大家"))).await;
    let menuid = account.call(menu::add_conditional(&special)).await.menuid;
    let published = account.call(menu::get()).await;
    assert_eq!(published.conditional.len(), 1);
    assert_eq!(published.conditional[0].menuid, menuid);
    assert_eq!(published.conditional[0].menu(), Some(special));

    for (openid, name) in [(FAN, "会员"), (OTHER, "大家")] {
        let seen = account
            .call(menu::try_match(openid))
            .await
            .buttons()
            .unwrap();
        assert_eq!(seen[0]["name"], name);
    }
    account.call(menu::delete_conditional(&menuid)).await;
    let again = menu::delete_conditional(&menuid);
    assert_eq!(account.refused(again).await, ErrCode::NoSuchConditionalMenu);
    assert_eq!(
        account.refused(menu::try_match(STRANGER)).await,
        ErrCode::NoSuchUser
    );
}

#[tokio::test]
async fn a_rule_for_a_tag_that_is_not_there_is_refused() {
    let account = Account::new().await;
    account.call(menu::create(&one("大家"))).await;
    let special = ConditionalMenu::new(one("会员"), MatchRule::tag(9999));
    let refused = account.refused(menu::add_conditional(&special)).await;
    assert_eq!(refused, ErrCode::Other(45159));
}

#[tokio::test]
async fn a_document_of_menus_is_published_step_by_step_and_then_nothing_is_left_to_do() {
    let account = Account::with_fan().await;
    let tag = account.call(tags::create("会员")).await.id.to_string();
    let document = |name: &str| {
        read(json!({
            "button": [{ "type": "click", "name": "大家", "key": "ALL" }],
            "conditionalmenu": [
                { "button": [{ "type": "click", "name": name, "key": "VIP" }], "matchrule": { "tag_id": tag } },
                { "button": [{ "type": "click", "name": "安卓", "key": "A" }], "matchrule": { "client_platform_type": "2" } }
            ]
        }))
    };
    let (first, second) = (document("会员"), document("贵宾"));
    let mut published = menu::PublishedMenus::NONE;
    for menus in [&first, &second] {
        assert!(!menus.is_published(&published));
        for step in menus.steps(&published) {
            account.call(step.request()).await;
        }
        published = account.call(menu::get()).await;
        assert!(menus.is_published(&published));
    }
    assert_eq!(published.conditional.len(), 2);
}
