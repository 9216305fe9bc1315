//! Tags on fans.

use wechat::api::{
    ErrCode,
    tags::{self, Tag},
};

use super::{Account, FAN, OTHER, STRANGER};

#[tokio::test]
async fn a_tag_is_made_renamed_given_found_taken_and_deleted() {
    let account = Account::with_two_fans().await;
    let made = account.call(tags::create("会员")).await;
    assert_eq!(made.name, "会员");
    account.call(tags::update(made.id, "贵宾")).await;
    account.call(tags::batch_tag(made.id, &[FAN, OTHER])).await;
    let all = account.call(tags::get()).await.tags;
    let ours = Tag {
        id: made.id,
        name: "贵宾".to_owned(),
        count: 2,
    };
    assert!(all.contains(&ours), "{all:?}");

    let fans = account.call(tags::fans(made.id, None)).await;
    assert_eq!(
        (fans.count, fans.openids),
        (2, vec![FAN.to_owned(), OTHER.to_owned()])
    );
    let after = account
        .call(tags::fans(made.id, fans.next_openid.as_deref()))
        .await;
    assert_eq!((after.count, after.openids.len()), (0, 0));

    account.call(tags::batch_untag(made.id, &[OTHER])).await;
    assert_eq!(account.call(tags::of_fan(FAN)).await.tagid_list, [made.id]);
    assert!(
        account
            .call(tags::of_fan(OTHER))
            .await
            .tagid_list
            .is_empty()
    );
    account.call(tags::delete(made.id)).await;
    assert!(account.call(tags::of_fan(FAN)).await.tagid_list.is_empty());
}

#[tokio::test]
async fn the_longest_name_is_taken_and_a_known_one_is_not() {
    let account = Account::new().await;
    for name in [
        "n".repeat(tags::MAX_NAME_BYTES),
        "名".repeat(tags::MAX_NAME_BYTES / 3),
    ] {
        let made = account.call(tags::create(&name)).await;
        assert_eq!(made.name, name);
        assert_eq!(
            account.refused(tags::create(&name)).await,
            ErrCode::TagNameTaken
        );
    }
}

#[tokio::test]
async fn a_tag_of_the_platform_and_one_that_is_not_there_are_refused() {
    let account = Account::with_fan().await;
    assert_eq!(
        account.refused(tags::update(2, "星")).await,
        ErrCode::TagReserved
    );
    assert_eq!(account.refused(tags::delete(1)).await, ErrCode::TagReserved);
    const NONE: ErrCode = ErrCode::Other(45159);
    assert_eq!(account.refused(tags::fans(9999, None)).await, NONE);
    assert_eq!(account.refused(tags::batch_tag(9999, &[FAN])).await, NONE);
    assert_eq!(account.refused(tags::batch_untag(9999, &[FAN])).await, NONE);
    assert_eq!(
        account.refused(tags::of_fan(STRANGER)).await,
        ErrCode::Other(49003)
    );
}

#[tokio::test]
async fn an_account_has_as_many_tags_and_a_fan_as_many_as_the_client_says() {
    let account = Account::with_fan().await;
    let mut made = Vec::new();
    for n in 0..tags::MAX_TAGS {
        made.push(account.call(tags::create(&format!("标签{n}"))).await.id);
    }
    assert_eq!(
        account.refused(tags::create("多")).await,
        ErrCode::TooManyTags
    );
    let (given, rest) = made.split_at(tags::MAX_TAGS_OF_FAN);
    for id in given {
        account.call(tags::batch_tag(*id, &[FAN])).await;
    }
    let more = tags::batch_tag(rest[0], &[FAN]);
    assert_eq!(account.refused(more).await, ErrCode::Other(45059));
}
