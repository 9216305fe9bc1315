//! Template messages.

use serde_json::json;
use wechat::api::{
    ErrCode,
    template::{self, MiniProgram, TemplateMessage},
};

use super::{Account, FAN, OTHER, STRANGER};

const PRIZE: &str = "TM-prize-000000000000000000000000000000000";

fn prize(touser: &str) -> TemplateMessage {
    TemplateMessage {
        touser: touser.to_owned(),
        template_id: PRIZE.to_owned(),
        data: vec![
            ("thing1".to_owned(), "整点抽奖".to_owned()),
            ("thing2".to_owned(), "拾光手机".to_owned()),
        ],
        url: Some("https://a.example/prize?n=7".to_owned()),
        miniprogram: Some(MiniProgram {
            appid: "wx1".to_owned(),
            pagepath: "p".to_owned(),
        }),
        client_msg_id: Some("prize-7".to_owned()),
    }
}

#[tokio::test]
async fn a_notice_arrives_once_with_its_values() {
    let account = Account::with_fan().await;
    let first = account.call(template::send(&prize(FAN))).await;
    let second = account.call(template::send(&prize(FAN))).await;
    assert_eq!(first, second);
    assert!(first.msgid.bytes().all(|byte| byte.is_ascii_digit()));
    let inbox = account.stage.inbox().await;
    assert_eq!(inbox.len(), 1);
    assert_eq!(
        inbox[0]["content"],
        "中奖结果通知\n活动名称：整点抽奖\n奖品名称：拾光手机"
    );
}

#[tokio::test]
async fn what_a_notice_lacks_is_told() {
    let account = Account::with_two_fans().await;
    let with = |change: fn(&mut TemplateMessage)| {
        let mut message = prize(FAN);
        change(&mut message);
        template::send(&message)
    };
    let unknown = with(|message| message.template_id = "none".to_owned());
    assert_eq!(account.refused(unknown).await, ErrCode::Other(40037));
    let fewer = with(|message| message.data.truncate(1));
    assert_eq!(account.refused(fewer).await, ErrCode::Other(47003));
    let stranger = template::send(&prize(STRANGER));
    assert_eq!(account.refused(stranger).await, ErrCode::InvalidOpenId);
    account.act(OTHER, "unfollow", json!({})).await;
    let gone = template::send(&prize(OTHER));
    assert_eq!(account.refused(gone).await, ErrCode::NotFollowing);
}

#[tokio::test]
async fn templates_are_listed_and_removed() {
    let account = Account::new().await;
    let all = account
        .call(template::get_all_private_template())
        .await
        .templates;
    let ours = all.iter().find(|one| one.template_id == PRIZE).unwrap();
    assert_eq!(ours.title, "中奖结果通知");
    assert!(ours.content.contains("{{thing2.DATA}}"));
    account.call(template::del_private_template(PRIZE)).await;
    let left = account
        .call(template::get_all_private_template())
        .await
        .templates;
    assert_eq!(left.len() + 1, all.len());
    let again = template::del_private_template(PRIZE);
    assert_eq!(account.refused(again).await, ErrCode::Other(40037));
}

#[tokio::test]
async fn the_two_industries_are_read_and_the_main_one_is_that_of_templates() {
    let account = Account::new().await;
    let given = json!({ "industries": {
        "primary_industry": { "first_class": "餐饮", "second_class": "餐饮" },
        "secondary_industry": { "first_class": "教育", "second_class": "培训" }
    } });
    let before = account.call(template::get_industry()).await;
    assert_eq!(before.primary_first_class.as_deref(), Some("IT科技"));
    let set = account
        .stage
        .call(reqwest::Method::PUT, "/sim/templates", Some(given));
    assert_eq!(set.await.0, 200);
    let after = account.call(template::get_industry()).await;
    assert_eq!(after.primary_first_class.as_deref(), Some("餐饮"));
    assert_eq!(after.primary_second_class.as_deref(), Some("餐饮"));
    assert_eq!(after.secondary_first_class.as_deref(), Some("教育"));
    assert_eq!(after.secondary_second_class.as_deref(), Some("培训"));
    let list = account
        .stage
        .ask("/cgi-bin/template/get_all_private_template")
        .await;
    assert_eq!(list["template_list"][0]["primary_industry"], "餐饮");
    let half = json!({ "industries": { "primary_industry": {} } });
    let refused = account
        .stage
        .call(reqwest::Method::PUT, "/sim/templates", Some(half));
    assert_eq!(refused.await.0, 422);
}
