//! What is set up in the platform's own pages.

use reqwest::Method;
use serde_json::json;
use wechat::api::{ErrCode, current, menu};

use super::Account;

#[tokio::test]
async fn what_was_set_up_by_hand_is_read_field_by_field() {
    let account = Account::new().await;
    let article = json!({
        "title": "新品", "author": "拾光", "digest": "摘要", "show_cover": 1, "cover_url": "https://a.example/c.png",
        "content_url": "https://a.example/a", "source_url": ""
    });
    let given = json!({
        "autoreply": {
            "is_add_friend_reply_open": 1, "is_autoreply_open": 1,
            "add_friend_autoreply_info": { "type": "text", "content": "欢迎" },
            "message_default_autoreply_info": { "type": "text", "content": "稍候" },
            "keyword_autoreply_info": { "list": [{
                "rule_name": "营业时间", "create_time": 1_423_028_166, "reply_mode": "random_one",
                "keyword_list_info": [{ "type": "text", "match_mode": "contain", "content": "几点" }],
                "reply_list_info": [{ "type": "news", "news_info": { "list": [article] } }, { "type": "img", "content": "M" }]
            }] }
        },
        "selfmenu": { "is_menu_open": 1, "selfmenu_info": { "button": [
            { "type": "text", "name": "联系我们", "value": "电话 10086" },
            { "name": "更多", "sub_button": { "list": [
                { "type": "view", "name": "商城", "url": "https://a.example" },
                { "type": "news", "name": "新品", "value": "M", "news_info": { "list": [article] } }
            ] } }
        ] } }
    });
    let put = account
        .stage
        .call(Method::PUT, "/sim/current", Some(given))
        .await;
    assert_eq!(put.0, 200);

    let replies = account.call(current::autoreply()).await;
    assert!(replies.is_add_friend_reply_open && replies.is_autoreply_open);
    let text = |reply: Option<current::AutoreplyContent>| reply.and_then(|reply| reply.content);
    assert_eq!(text(replies.add_friend).as_deref(), Some("欢迎"));
    assert_eq!(text(replies.message_default).as_deref(), Some("稍候"));
    let rule = &replies.rules[0];
    assert_eq!(
        (rule.rule_name.as_str(), rule.create_time),
        ("营业时间", 1_423_028_166)
    );
    assert_eq!(rule.reply_mode, "random_one");
    assert_eq!(rule.keywords[0].match_mode, "contain");
    assert_eq!(rule.replies[0].news[0].show_cover, Some(true));
    assert_eq!(rule.replies[1].content.as_deref(), Some("M"));

    let menu = account.call(current::selfmenu()).await;
    assert!(menu.is_menu_open);
    assert_eq!(menu.buttons[0].value.as_deref(), Some("电话 10086"));
    assert_eq!(menu.buttons[1].kind, None);
    let below = &menu.buttons[1].sub_button;
    assert_eq!(below[0].url.as_deref(), Some("https://a.example"));
    assert_eq!(below[1].news[0].title, "新品");
}

#[tokio::test]
async fn an_account_without_anything_set_up_is_read_too() {
    let account = Account::new().await;
    let replies = account.call(current::autoreply()).await;
    assert!(!replies.is_add_friend_reply_open && !replies.is_autoreply_open);
    assert!(replies.add_friend.is_none() && replies.rules.is_empty());
    let shown = account.call(current::selfmenu()).await;
    assert!(!shown.is_menu_open && shown.buttons.is_empty());
}

#[tokio::test]
async fn a_menu_published_by_the_api_is_the_one_in_force() {
    let account = Account::new().await;
    let document = json!({ "button": [
        { "name": "服务", "sub_button": [{ "type": "click", "name": "帮助", "key": "HELP" }] }
    ] });
    let published = menu::Menu::from_json(document.to_string().as_bytes()).unwrap();
    account.call(menu::create(&published)).await;
    let shown = account.call(current::selfmenu()).await;
    assert_eq!(shown.buttons[0].sub_button[0].key.as_deref(), Some("HELP"));
}

#[tokio::test]
async fn a_busy_platform_is_told_as_such() {
    let account = Account::new().await;
    account
        .fails_once("/cgi-bin/get_current_autoreply_info", -1)
        .await;
    assert_eq!(account.refused(current::autoreply()).await, ErrCode::Busy);
    account
        .fails_once("/cgi-bin/get_current_selfmenu_info", -1)
        .await;
    assert_eq!(account.refused(current::selfmenu()).await, ErrCode::Busy);
}
