//! Files.

use wechat::api::{
    ErrCode, File,
    media::{self, Kind, Media},
};

use super::Account;

fn file<'a>(name: &'a str, content_type: &'a str, bytes: &'a [u8]) -> File<'a> {
    File {
        name,
        content_type,
        bytes,
    }
}

#[tokio::test]
async fn a_picture_comes_back_as_it_was_given() {
    let account = Account::new().await;
    // A file may contain what looks like the end of a form.
    let bytes = b"\x89PNG\r\n\x1a\n\r\n--wechat--\r\n\0\xff";
    for (kind, name, content_type) in [
        (Kind::Image, "猫 \"1\".png", "image/png"),
        (Kind::Voice, "a.mp3", "audio/mpeg"),
        (Kind::Thumb, "a.jpg", "image/jpeg"),
    ] {
        let given = file(name, content_type, bytes);
        let uploaded = account.call(media::upload(kind, &given)).await;
        assert!(uploaded.created_at > 1_700_000_000);
        let got = account.call(media::get(&uploaded.media_id)).await;
        let expected = Media::File {
            content_type: Some(content_type.to_owned()),
            bytes: bytes.to_vec(),
        };
        assert_eq!(got, expected, "{name}");
    }
}

#[tokio::test]
async fn of_a_video_the_address_comes_back() {
    let account = Account::new().await;
    let given = file("a.mp4", "video/mp4", b"ftyp");
    let uploaded = account.call(media::upload(Kind::Video, &given)).await;
    let Media::Video { video_url } = account.call(media::get(&uploaded.media_id)).await else {
        panic!("not an address");
    };
    let video = reqwest::get(video_url).await.unwrap().bytes().await;
    assert_eq!(video.unwrap().as_ref(), b"ftyp");
}

#[tokio::test]
async fn the_largest_files_are_taken() {
    let account = Account::new().await;
    for kind in [Kind::Image, Kind::Voice, Kind::Video, Kind::Thumb] {
        let bytes = vec![7; kind.max_bytes()];
        let name = format!("a.{}", kind.extensions()[0]);
        let given = file(&name, "application/octet-stream", &bytes);
        assert!(
            !account
                .call(media::upload(kind, &given))
                .await
                .media_id
                .is_empty()
        );
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_or_is_gone_after_three_days_is_refused() {
    let account = Account::new().await;
    assert_eq!(
        account.refused(media::get("none")).await,
        ErrCode::InvalidMediaId
    );
    let given = file("a.png", "image/png", b"\x89PNG");
    let uploaded = account.call(media::upload(Kind::Image, &given)).await;
    account.let_pass(3 * 86_400_000).await;
    let gone = media::get(&uploaded.media_id);
    assert_eq!(account.refused(gone).await, ErrCode::InvalidMediaId);
}

#[tokio::test]
async fn a_picture_for_an_article_gets_an_address() {
    let account = Account::new().await;
    for (name, begin) in [
        ("a.jpg", b"\xff\xd8\xff".as_slice()),
        ("a.png", b"\x89PNG\r\n\x1a\n"),
    ] {
        let mut bytes = begin.to_vec();
        bytes.resize(media::MAX_ARTICLE_IMAGE_BYTES, 7);
        let given = file(name, "application/octet-stream", &bytes);
        let url = account.call(media::upload_article_image(&given)).await.url;
        let got = reqwest::get(url).await.unwrap().bytes().await.unwrap();
        assert_eq!(got, bytes, "{name}");
    }
    let other = file("a.png", "image/png", b"GIF89a");
    let refused = account.refused(media::upload_article_image(&other)).await;
    assert_eq!(refused, ErrCode::Other(40005));
}
