//! Subscription notices.

use serde_json::json;
use wechat::api::{
    ErrCode,
    subscribe::{self, Notice},
    template::MiniProgram,
};

use super::{Account, FAN};

const BEGIN: &str = "SN-begin-000000000000000000000000000000000";

fn begin() -> Notice {
    Notice {
        touser: FAN.to_owned(),
        template_id: BEGIN.to_owned(),
        data: vec![
            ("thing1".to_owned(), "整点抽奖".to_owned()),
            ("time2".to_owned(), "14:00".to_owned()),
        ],
        page: Some("https://a.example/begin".to_owned()),
        miniprogram: Some(MiniProgram {
            appid: "wx1".to_owned(),
            pagepath: "p".to_owned(),
        }),
    }
}

#[tokio::test]
async fn one_consent_is_one_notice() {
    let account = Account::with_fan().await;
    assert_eq!(
        account.refused(subscribe::bizsend(&begin())).await,
        ErrCode::NoticeRefused
    );
    let consent = json!({ "template_id": BEGIN, "accept": true });
    account.act(FAN, "consent", consent).await;
    account.call(subscribe::bizsend(&begin())).await;
    let inbox = account.stage.inbox().await;
    assert_eq!(
        inbox[0]["content"],
        "活动开始提醒\n活动名称：整点抽奖\n开始时间：14:00"
    );
    assert_eq!(
        account.refused(subscribe::bizsend(&begin())).await,
        ErrCode::NoticeRefused
    );
}

#[tokio::test]
async fn a_page_that_is_no_address_is_refused() {
    let account = Account::with_fan().await;
    let consent = json!({ "template_id": BEGIN, "accept": true });
    account.act(FAN, "consent", consent).await;
    let notice = Notice {
        page: Some("begin".to_owned()),
        ..begin()
    };
    let refused = account.refused(subscribe::bizsend(&notice)).await;
    assert_eq!(refused, ErrCode::Other(40066));
}

#[tokio::test]
async fn templates_of_notices_are_listed() {
    let account = Account::new().await;
    let all = account.call(subscribe::get_template()).await.templates;
    assert_eq!((all[0].template_id.as_str(), all[0].kind), (BEGIN, 2));
    assert!(all[0].content.contains("{{time2.DATA}}"));
    account
        .fails_once("/wxaapi/newtmpl/gettemplate", 45009)
        .await;
    let refused = account.refused(subscribe::get_template()).await;
    assert_eq!(refused, ErrCode::DayQuotaUsedUp);
}

#[tokio::test]
async fn a_template_of_notices_is_taken_away_once() {
    let account = Account::with_fan().await;
    account.call(subscribe::del_template(BEGIN)).await;
    let all = account.call(subscribe::get_template()).await.templates;
    assert!(all.is_empty());
    let again = subscribe::del_template(BEGIN);
    assert_eq!(account.refused(again).await, ErrCode::Other(20002));
    let notice = subscribe::bizsend(&begin());
    assert_eq!(account.refused(notice).await, ErrCode::Other(40037));
}
