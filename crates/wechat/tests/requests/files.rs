//! Files, up and down.

use wechat::api::media::{self, Kind, Media};
use wechat::api::{Body, CallFailure, File, Method, Response};

use crate::{gets, read, refused, s};

#[test]
fn a_file_is_given_in_a_form_whose_boundary_is_not_in_it() {
    let picture = File {
        name: "a\"b\r\n.PNG",
        content_type: "image/png",
        bytes: b"\x89PNG\r\n--boundary--",
    };
    let request = media::upload(Kind::Image, &picture).unwrap();
    assert_eq!(
        (request.method, request.path),
        (Method::Post, "/cgi-bin/media/upload")
    );
    let Body::Form {
        content_type,
        bytes,
    } = &request.body
    else {
        panic!("a form")
    };
    let boundary = content_type
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    assert!(content_type.is_ascii() && boundary.len() < 70);
    let text = String::from_utf8_lossy(bytes);
    let expected = format!(
        "--{boundary}\r\ncontent-disposition: form-data; name=\"media\"; filename=\"a_b__.PNG\"; filelength=18\r\n\
         content-type: image/png\r\n\r\n"
    );
    assert!(text.starts_with(&expected), "{text}");
    assert!(
        text.ends_with(&format!("--boundary--\r\n--{boundary}--\r\n")),
        "{text}"
    );

    let made = read(
        &request,
        r#"{"type":"image","media_id":"MEDIA_ID","created_at":123456789}"#,
    );
    assert_eq!(
        (made.media_id.as_str(), made.created_at),
        ("MEDIA_ID", 123_456_789)
    );
    let thumb = read(
        &request,
        r#"{"type":"thumb","thumb_media_id":"THUMB","created_at":"1"}"#,
    );
    assert_eq!(thumb.media_id, "THUMB");
}

#[test]
fn a_file_that_wechat_would_refuse_is_not_given() {
    let file = |name: &'static str, bytes: &'static [u8]| File {
        name,
        content_type: "application/octet-stream",
        bytes,
    };
    assert!(refused(media::upload(Kind::Voice, &file("a.wav", b"x"))).contains("ending"));
    assert!(refused(media::upload(Kind::Video, &file("mp4", b"x"))).contains("ending"));
    assert_eq!(
        refused(media::upload(Kind::Voice, &file("a.mp3", b""))),
        "media.filelength: 0, 1 to 2097152 are allowed"
    );
    static LARGE: [u8; 65_537] = [0; 65_537];
    assert_eq!(
        refused(media::upload(Kind::Thumb, &file("a.jpg", &LARGE))),
        "media.filelength: 65537, 1 to 65536 are allowed"
    );
    let article = media::upload_article_image(&file("a.gif", b"x"));
    assert!(refused(article).contains("ending"));
}

#[test]
fn a_file_an_address_and_an_error_come_with_the_same_status() {
    let request = media::get("M").unwrap();
    gets(&request, "/cgi-bin/media/get", &[("media_id", "M")]);
    assert_eq!(request.max_answer, media::MAX_FILE_BYTES);
    let answer = |content_type: &str, body: &[u8]| {
        request.read(Response {
            status: 200,
            content_type: Some(s(content_type)),
            body: body.to_vec(),
        })
    };
    let file = answer("image/jpeg", b"\xFF\xD8\xFF").unwrap();
    assert!(matches!(&file, Media::File { bytes, .. } if bytes == b"\xFF\xD8\xFF"));
    assert!(!format!("{file:?}").contains("255"));
    assert_eq!(
        answer("text/plain", br#"{"video_url":"http://v"}"#).unwrap(),
        Media::Video {
            video_url: s("http://v")
        }
    );
    let error = answer(
        "application/json",
        br#"{"errcode":40007,"errmsg":"invalid media_id"}"#,
    );
    assert!(matches!(error, Err(CallFailure::Api(error)) if error.errcode == 40007));
    assert!(matches!(
        answer("image/jpeg", b""),
        Err(CallFailure::NotJson { .. })
    ));
    let gone = request.read(Response {
        status: 502,
        content_type: None,
        body: b"\xFF".to_vec(),
    });
    assert_eq!(gone, Err(CallFailure::Status(502)));
    let voice = media::get_jssdk("M").unwrap();
    gets(&voice, "/cgi-bin/media/get/jssdk", &[("media_id", "M")]);
}
