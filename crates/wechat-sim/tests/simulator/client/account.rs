//! The account itself.

use wechat::api::{ErrCode, account};

use super::{APP_ID, Account};

#[tokio::test]
async fn the_platform_names_its_addresses() {
    let ours = Account::new().await;
    assert!(!ours.call(account::callback_ip()).await.ip_list.is_empty());
    assert!(!ours.call(account::api_domain_ip()).await.ip_list.is_empty());
    ours.fails_once("/cgi-bin/getcallbackip", -1).await;
    assert_eq!(ours.refused(account::callback_ip()).await, ErrCode::Busy);
    ours.fails_once("/cgi-bin/get_api_domain_ip", -1).await;
    assert_eq!(ours.refused(account::api_domain_ip()).await, ErrCode::Busy);
}

#[tokio::test]
async fn counts_are_cleared_ten_times_a_month() {
    let ours = Account::new().await;
    assert_eq!(
        ours.refused(account::clear_quota("wx-other")).await,
        ErrCode::InvalidAppId
    );
    for _ in 0..10 {
        ours.call(account::clear_quota(APP_ID)).await;
    }
    assert_eq!(
        ours.refused(account::clear_quota(APP_ID)).await,
        ErrCode::Other(48006)
    );
}

#[tokio::test]
async fn the_calls_left_today_are_told() {
    let ours = Account::new().await;
    let menu = || account::quota("/cgi-bin/menu/get");
    let before = ours.call(menu()).await;
    assert_eq!(
        (before.daily_limit, before.used, before.remain),
        (10_000, 0, 10_000)
    );
    ours.refused(wechat::api::menu::get()).await;
    let after = ours.call(menu()).await;
    assert_eq!((after.used, after.remain), (1, 9_999));
    let pages = account::quota("/sns/userinfo");
    assert_eq!(ours.refused(pages).await, ErrCode::Other(76022));
    let nowhere = account::quota("/cgi-bin/none");
    assert_eq!(ours.refused(nowhere).await, ErrCode::Other(76021));
}
