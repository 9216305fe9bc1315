//! Mass sends.

use std::time::Duration;

use serde_json::json;
use wechat::api::{
    ErrCode,
    mass::{self, Audience, MAX_CLIENTMSGID_BYTES, MAX_IMAGES, MassMessage, Preview},
    tags,
};

use super::{Account, FAN, OTHER, STRANGER};

fn text(content: &str) -> MassMessage {
    MassMessage::Text {
        content: content.to_owned(),
    }
}

/// An account with two fans, which has files of every kind.
async fn with_files() -> Account {
    let account = Account::with_two_fans().await;
    for kind in ["image", "voice", "video", "news"] {
        let file = json!({ "media_id": kind, "type": kind });
        account.stage.post("/sim/media", file).await;
    }
    account
}

/// Waits until a send is through; it goes on after the answer.
async fn done(account: &Account, msg_id: &str) -> String {
    for _ in 0..400 {
        let status = account.call(mass::get(msg_id)).await;
        assert_eq!(status.msg_id, msg_id);
        if status.msg_status != "SENDING" {
            return status.msg_status;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{msg_id} is still under way");
}

#[tokio::test]
async fn a_send_reaches_all_is_asked_for_and_taken_back() {
    let account = Account::with_two_fans().await;
    let id = "c".repeat(MAX_CLIENTMSGID_BYTES);
    let asked = || mass::send_all(Audience::All, &text("十点开始"), Some(&id));
    let sent = account.call(asked()).await;
    let msg_id = sent.msg_id.unwrap();
    assert!(sent.msg_data_id.is_some());
    assert_eq!(done(&account, &msg_id).await, "SEND_SUCCESS");
    assert_eq!(account.stage.inbox().await[0]["content"], "十点开始");
    assert_eq!(account.refused(asked()).await, ErrCode::MassSentAlready);
    account.call(mass::delete(&msg_id, None)).await;
    assert_eq!(done(&account, &msg_id).await, "DELETE");
    assert_eq!(account.refused(mass::get("1")).await, ErrCode::Other(40059));
    assert_eq!(
        account.refused(mass::delete("1", Some(1))).await,
        ErrCode::Other(40059)
    );
}

#[tokio::test]
async fn a_send_to_a_tag_reaches_those_who_have_it() {
    let account = Account::with_two_fans().await;
    let tag = account.call(tags::create("会员")).await.id;
    account.call(tags::batch_tag(tag, &[OTHER])).await;
    let sent = account
        .call(mass::send_all(Audience::Tag(tag), &text("会员日"), None))
        .await;
    done(&account, &sent.msg_id.unwrap()).await;
    assert!(account.stage.inbox().await.is_empty());
    let nobody = mass::send_all(Audience::Tag(9999), &text("会员日"), None);
    assert_eq!(account.refused(nobody).await, ErrCode::Other(40152));
}

#[tokio::test]
async fn every_kind_of_message_is_taken_to_some_and_shown_first() {
    let account = with_files().await;
    let own = str::to_owned;
    let images = |count: usize| MassMessage::Images {
        media_ids: vec![own("image"); count],
        recommend: own("看看"),
    };
    let others = [
        text("大家好"),
        MassMessage::Mpnews {
            media_id: own("news"),
            send_ignore_reprint: true,
        },
        MassMessage::Voice {
            media_id: own("voice"),
        },
        MassMessage::Mpvideo {
            media_id: own("video"),
        },
    ];
    for message in others.iter().chain([&images(MAX_IMAGES)]) {
        account.call(mass::send(&[FAN, OTHER], message, None)).await;
    }
    for message in others.iter().chain([&images(1)]) {
        account
            .call(mass::preview(Preview::OpenId(FAN), message))
            .await;
    }
}

#[tokio::test]
async fn a_stranger_gets_nothing() {
    let account = Account::with_fan().await;
    let asked = mass::send(&[FAN, STRANGER], &text("大家好"), None);
    assert_eq!(account.refused(asked).await, ErrCode::InvalidOpenId);
    let asked = mass::preview(Preview::OpenId(STRANGER), &text("看看"));
    assert_eq!(account.refused(asked).await, ErrCode::InvalidOpenId);
}

#[tokio::test]
async fn a_coupon_is_sent_no_more() {
    let account = Account::with_two_fans().await;
    let card = MassMessage::Wxcard {
        card_id: "C1".to_owned(),
    };
    let asked = mass::send_all(Audience::All, &card, None);
    assert_eq!(account.refused(asked).await, ErrCode::Other(45113));
}
