//! Pictures that stay: of customer-service accounts and of articles.

use serde_json::{Value, json};

use crate::stub::{Stage, answering};

const MB: usize = 1024 * 1024;
const JPEG: &[u8] = b"\xff\xd8\xff\xe0";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const HEAD: &str = "customservice/kfaccount/uploadheadimg?kf_account=lin@lumo";
const ARTICLE: &str = "cgi-bin/media/uploadimg?";

/// A picture of so many bytes.
fn picture(begin: &[u8], bytes: usize) -> Vec<u8> {
    let mut picture = begin.to_vec();
    picture.resize(bytes, 7);
    picture
}

/// Uploads bytes under a field's name and answers the document.
async fn upload(stage: &Stage, path: &str, field: &str, bytes: &[u8]) -> Value {
    let token = stage.token().await;
    let head = format!(
        "--b\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"
    );
    let body = [head.as_bytes(), bytes, b"\r\n--b--\r\n"].concat();
    let response = reqwest::Client::new()
        .post(format!(
            "{}/{path}&access_token={token}",
            stage.simulator.url()
        ))
        .header("content-type", "multipart/form-data; boundary=b")
        .body(body)
        .send();
    serde_json::from_str(&response.await.unwrap().text().await.unwrap()).unwrap()
}

/// An account with one customer-service account.
async fn stage() -> Stage {
    let stage = answering("success").await;
    let lin = json!({ "kf_account": "lin@lumo", "nickname": "小林" });
    stage.tell("customservice/kfaccount/add", lin).await;
    stage
}

async fn head_url(stage: &Stage) -> String {
    let list = stage.ask("/cgi-bin/customservice/getkflist").await;
    list["kf_list"][0]["kf_headimgurl"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_customer_service_account_gets_a_picture() {
    let stage = stage().await;
    assert_eq!(head_url(&stage).await, "");
    let given = picture(JPEG, 5 * MB);
    assert_eq!(upload(&stage, HEAD, "media", &given).await["errcode"], 0);
    let got = reqwest::get(head_url(&stage).await).await.unwrap();
    assert_eq!(got.headers()["content-type"], "image/jpeg");
    assert_eq!(got.bytes().await.unwrap(), given);
}

#[tokio::test]
async fn what_is_no_picture_for_an_account_leaves_the_former() {
    let stage = stage().await;
    upload(&stage, HEAD, "media", JPEG).await;
    let former = head_url(&stage).await;
    for (field, bytes, code) in [
        ("media", picture(JPEG, 5 * MB + 1), 40009),
        ("media", Vec::new(), 40009),
        ("media", PNG.to_vec(), 40005),
        ("media", b"GIF89a".to_vec(), 40005),
        ("file", JPEG.to_vec(), 41005),
    ] {
        let answer = upload(&stage, HEAD, field, &bytes).await;
        assert_eq!(answer["errcode"], code, "{field}, {} bytes", bytes.len());
    }
    assert_eq!(head_url(&stage).await, former);
}

#[tokio::test]
async fn only_an_account_that_exists_gets_a_picture() {
    let stage = stage().await;
    let path = "customservice/kfaccount/uploadheadimg?";
    for query in ["", "kf_account=none@lumo"] {
        let answer = upload(&stage, &format!("{path}{query}"), "media", JPEG).await;
        assert_eq!(answer["errcode"], 65401, "{query}");
    }
    let off = Some(json!({ "enabled": false }));
    stage.call(reqwest::Method::PUT, "/sim/kf", off).await;
    let answer = upload(&stage, HEAD, "media", JPEG).await;
    assert_eq!(answer["errcode"], 65400);
}

#[tokio::test]
async fn a_picture_of_an_article_has_an_address_and_no_media_id() {
    let stage = stage().await;
    for (begin, content_type) in [(JPEG, "image/jpeg"), (PNG, "image/png")] {
        let given = picture(begin, MB);
        let answer = upload(&stage, ARTICLE, "media", &given).await;
        let url = answer["url"].as_str().unwrap();
        let got = reqwest::get(url).await.unwrap();
        assert_eq!(got.headers()["content-type"], content_type);
        assert_eq!(got.bytes().await.unwrap(), given);
        let name = url.rsplit_once('/').unwrap().1;
        let path = format!("/cgi-bin/media/get?media_id={name}");
        assert_eq!(stage.ask(&path).await["errcode"], 40007);
    }
    let nowhere = reqwest::get(format!("{}/sim/pictures/none", stage.simulator.url()));
    assert_eq!(nowhere.await.unwrap().status(), 404);
}

#[tokio::test]
async fn a_picture_of_an_article_has_a_format_and_a_size() {
    let stage = stage().await;
    for (field, bytes, code) in [
        ("media", picture(PNG, MB + 1), 40009),
        ("media", Vec::new(), 40009),
        ("media", b"GIF89a".to_vec(), 40005),
        ("file", PNG.to_vec(), 41005),
    ] {
        let answer = upload(&stage, ARTICLE, field, &bytes).await;
        assert_eq!(answer["errcode"], code, "{field}, {} bytes", bytes.len());
    }
}
