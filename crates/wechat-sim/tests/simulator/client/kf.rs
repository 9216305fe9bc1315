//! WeChat's own customer service.

use serde_json::json;
use wechat::api::{ErrCode, File, kf};

use super::{Account, FAN, OTHER, STRANGER};
use crate::stub::{answering, text_reply};

const LIN: &str = "lin@lumo";

async fn sit(account: &Account, kf_account: &str) {
    let seat = json!({ "wx": "wx_lin_2026", "online": true });
    account
        .stage
        .post(&format!("/sim/kf/{kf_account}"), seat)
        .await;
}

#[tokio::test]
async fn an_account_is_made_renamed_listed_invited_for_and_deleted() {
    let account = Account::new().await;
    assert!(account.call(kf::list()).await.accounts.is_empty());
    account
        .call(kf::add(
            "ten_chars1@lumo",
            &"名".repeat(kf::MAX_NICKNAME_CHARS),
        ))
        .await;
    account.call(kf::add(LIN, "小林")).await;
    account.call(kf::update(LIN, "林老师")).await;
    account.call(kf::invite_worker(LIN, "lin_2026")).await;
    let all = account.call(kf::list()).await.accounts;
    let lin = all.iter().find(|one| one.kf_account == LIN).unwrap();
    assert_eq!(lin.kf_nick.as_deref(), Some("林老师"));
    assert_eq!(lin.kf_id.as_deref(), Some("1002"));
    assert_eq!(lin.invite_wx.as_deref(), Some("lin_2026"));
    account.call(kf::delete(LIN)).await;
    assert_eq!(account.call(kf::list()).await.accounts.len(), 1);
}

#[tokio::test]
async fn an_account_gets_a_picture_that_the_list_shows() {
    let account = Account::new().await;
    let mut bytes = b"\xff\xd8\xff\xe0".to_vec();
    bytes.resize(kf::MAX_HEAD_IMAGE_BYTES, 7);
    let picture = |bytes| File {
        name: "lin.jpg",
        content_type: "image/jpeg",
        bytes,
    };
    let unknown = kf::upload_head_image(LIN, &picture(&bytes));
    assert_eq!(account.refused(unknown).await, ErrCode::KfUnknown);
    account.call(kf::add(LIN, "小林")).await;
    let no_picture = kf::upload_head_image(LIN, &picture(b"GIF89a"));
    assert_eq!(account.refused(no_picture).await, ErrCode::Other(40005));
    account
        .call(kf::upload_head_image(LIN, &picture(&bytes)))
        .await;
    let all = account.call(kf::list()).await.accounts;
    let url = all[0].kf_headimgurl.as_deref().unwrap();
    assert_eq!(
        reqwest::get(url).await.unwrap().bytes().await.unwrap(),
        bytes
    );
}

#[tokio::test]
async fn a_session_begins_is_shown_and_ends() {
    let account = Account::with_fan().await;
    account.call(kf::add(LIN, "小林")).await;
    sit(&account, LIN).await;
    account.call(kf::create_session(LIN, FAN)).await;
    let session = account.call(kf::get_session(FAN)).await;
    assert_eq!(session.kf_account.as_deref(), Some(LIN));
    assert!(
        session
            .createtime
            .is_some_and(|since| since > 1_700_000_000)
    );
    let sessions = account.call(kf::get_session_list(LIN)).await.sessions;
    assert_eq!((sessions.len(), sessions[0].openid.as_str()), (1, FAN));
    let online = account.call(kf::online()).await.accounts;
    assert_eq!((online[0].status, online[0].accepted_case), (1, 1));
    account.call(kf::close_session(LIN, FAN)).await;
    let nobody = account.call(kf::get_session(FAN)).await;
    assert_eq!(
        (nobody.kf_account.as_deref(), nobody.createtime),
        (Some(""), Some(0))
    );
    assert!(
        account
            .call(kf::get_session_list(LIN))
            .await
            .sessions
            .is_empty()
    );
}

#[tokio::test]
async fn a_fan_handed_over_waits() {
    let reply = text_reply("").replace("[text]", "[transfer_customer_service]");
    let account = Account::on(answering(&reply).await);
    assert!(account.call(kf::get_wait_case()).await.cases.is_empty());
    account.stage.say("人工").await;
    let waiting = account.call(kf::get_wait_case()).await;
    assert_eq!((waiting.count, waiting.cases[0].openid.as_str()), (1, FAN));
}

#[tokio::test]
async fn what_customer_service_refuses_is_told_by_name() {
    let account = Account::with_two_fans().await;
    assert_eq!(
        account.refused(kf::update(LIN, "林")).await,
        ErrCode::KfUnknown
    );
    assert_eq!(account.refused(kf::delete(LIN)).await, ErrCode::KfUnknown);
    assert_eq!(
        account.refused(kf::invite_worker(LIN, "lin_2026")).await,
        ErrCode::KfUnknown
    );
    assert_eq!(
        account.refused(kf::get_session_list(LIN)).await,
        ErrCode::KfUnknown
    );
    account.call(kf::add(LIN, "小林")).await;
    assert_eq!(
        account.refused(kf::add(LIN, "小林")).await,
        ErrCode::Other(65406)
    );
    let begin = || kf::create_session(LIN, FAN);
    assert_eq!(account.refused(begin()).await, ErrCode::KfNotBound);
    let sessions = kf::get_session_list(LIN);
    assert_eq!(account.refused(sessions).await, ErrCode::KfNotBound);
    sit(&account, LIN).await;
    let stranger = kf::create_session(LIN, STRANGER);
    assert_eq!(account.refused(stranger).await, ErrCode::InvalidOpenId);
    // Nobody serves this fan.
    const NO_SESSION: ErrCode = ErrCode::Other(65413);
    assert_eq!(
        account.refused(kf::close_session(LIN, OTHER)).await,
        NO_SESSION
    );
    let stranger = kf::get_session(STRANGER);
    assert_eq!(account.refused(stranger).await, ErrCode::InvalidOpenId);
}

#[tokio::test]
async fn an_account_without_customer_service_is_told_so() {
    let account = Account::new().await;
    let off = Some(json!({ "enabled": false }));
    account
        .stage
        .call(reqwest::Method::PUT, "/sim/kf", off)
        .await;
    assert_eq!(account.refused(kf::list()).await, ErrCode::KfNotEnabled);
    assert_eq!(account.refused(kf::online()).await, ErrCode::KfNotEnabled);
    assert_eq!(
        account.refused(kf::get_wait_case()).await,
        ErrCode::KfNotEnabled
    );
}
