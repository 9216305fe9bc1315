//! Customer-service messages.

use serde_json::{Value, json};
use wechat::{
    Article,
    api::{
        ErrCode,
        custom::{self, MenuChoice, ServiceMessage},
        kf,
    },
};

use super::{Account, FAN, OTHER, STRANGER};

fn text(content: &str) -> ServiceMessage {
    ServiceMessage::text(content)
}

/// Messages of every kind, also without what the client lets be left out.
fn every_kind() -> Vec<ServiceMessage> {
    let own = str::to_owned;
    let article = |pic_url: &str| Article {
        title: own("新品"),
        description: String::new(),
        pic_url: own(pic_url),
        url: own("https://a.example"),
    };
    let music = |music_url: &str, hq_music_url: &str| ServiceMessage::Music {
        title: String::new(),
        description: String::new(),
        music_url: own(music_url),
        hq_music_url: own(hq_music_url),
        thumb_media_id: own("thumb"),
    };
    let card = |title: &str| ServiceMessage::Miniprogrampage {
        title: own(title),
        appid: own("wx1"),
        pagepath: own("p"),
        thumb_media_id: own("thumb"),
    };
    let news = |pic_url: &str| ServiceMessage::News {
        article: article(pic_url),
    };
    vec![
        text("您好 😀 \"引号\" \\ \n\t"),
        text(&"长".repeat(1000)),
        ServiceMessage::Image {
            media_id: own("image"),
        },
        ServiceMessage::Voice {
            media_id: own("voice"),
        },
        ServiceMessage::Video {
            media_id: own("video"),
            thumb_media_id: Some(own("thumb")),
            title: Some(own("题")),
            description: Some(own("述")),
        },
        ServiceMessage::Video {
            media_id: own("video"),
            thumb_media_id: None,
            title: None,
            description: None,
        },
        music("https://a.example/m.mp3", "https://a.example/h.mp3"),
        music("https://a.example/m.mp3", ""),
        music("", "https://a.example/h.mp3"),
        news("https://a.example/p.png"),
        news(""),
        ServiceMessage::Mpnews {
            media_id: own("news"),
        },
        ServiceMessage::Mpnewsarticle {
            article_id: own("A1"),
        },
        ServiceMessage::Msgmenu {
            head_content: own("满意吗？"),
            list: vec![MenuChoice {
                id: own("101"),
                content: own("满意"),
            }],
            tail_content: String::new(),
        },
        ServiceMessage::Wxcard { card_id: own("C1") },
        card("商城"),
        card(""),
    ]
}

/// An account whose fan has written and which has files of every kind.
async fn with_files() -> Account {
    let account = Account::with_fan().await;
    for kind in ["image", "voice", "video", "thumb", "news"] {
        let file = json!({ "media_id": kind, "type": kind });
        account.stage.post("/sim/media", file).await;
    }
    account
}

#[tokio::test]
async fn every_kind_of_message_arrives() {
    let account = with_files().await;
    for message in every_kind() {
        account.stage.say("还在").await;
        account.call(custom::send(FAN, &message)).await;
        let last = account.stage.inbox().await.pop().unwrap();
        assert_eq!(
            (&last["via"], &last["type"]),
            (&json!("service"), &json!(message.msgtype()))
        );
    }
}

#[tokio::test]
async fn a_text_arrives_letter_by_letter() {
    let account = Account::with_fan().await;
    let said = "您好 😀 \"引号\" \\u4f60 \n";
    account.call(custom::send(FAN, &text(said))).await;
    let last = account.stage.inbox().await.pop().unwrap();
    assert_eq!(last["content"], Value::from(said));
}

#[tokio::test]
async fn a_message_kept_earlier_is_sent_as_it_was() {
    let account = Account::with_fan().await;
    let kept = text("到了").to_body(FAN, None);
    account.call(custom::send_body(kept)).await;
    assert_eq!(account.stage.inbox().await[0]["content"], "到了");
}

#[tokio::test]
async fn a_message_is_sent_in_the_name_of_an_account_that_exists() {
    let account = Account::with_fan().await;
    let asked = || custom::send_as(FAN, &text("您好"), "lin@lumo");
    assert_eq!(account.refused(asked()).await, ErrCode::KfUnknown);
    account.call(kf::add("lin@lumo", "小林")).await;
    account.call(asked()).await;
}

#[tokio::test]
async fn typing_is_shown_once_and_can_be_ended() {
    let account = Account::with_fan().await;
    account.call(custom::typing(FAN, true)).await;
    let again = custom::typing(FAN, true);
    assert_eq!(account.refused(again).await, ErrCode::TypingAlready);
    account.call(custom::typing(FAN, false)).await;
    account.let_pass(31_000).await;
    let late = custom::typing(FAN, true);
    assert_eq!(account.refused(late).await, ErrCode::TypingWithoutMessage);
}

#[tokio::test]
async fn who_cannot_be_written_to_is_told_by_name() {
    let account = Account::with_two_fans().await;
    let send = |openid: &'static str| custom::send(openid, &text("您好"));
    for _ in 0..5 {
        account.call(send(FAN)).await;
    }
    assert_eq!(account.refused(send(FAN)).await, ErrCode::CountOver);
    account.let_pass(48 * 3_600_000).await;
    assert_eq!(account.refused(send(FAN)).await, ErrCode::WindowOver);
    assert_eq!(
        account.refused(send(STRANGER)).await,
        ErrCode::InvalidOpenId
    );
    account.act(OTHER, "unfollow", json!({})).await;
    assert_eq!(account.refused(send(OTHER)).await, ErrCode::NotFollowing);
}
