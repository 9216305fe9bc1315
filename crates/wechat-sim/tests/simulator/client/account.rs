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
