//! `media/uploadimg` and `kfaccount/uploadheadimg`: pictures that stay.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Multipart, Query, State},
    http::{HeaderMap, Response, header::HOST},
    routing::any,
};
use serde_json::json;

use super::{
    answer, done,
    media::file,
    refusal::{INVALID_FILE_TYPE, INVALID_IMAGE_SIZE, INVALID_KF_ACCOUNT, Refusal},
};
use crate::platform::{
    Platform,
    pictures::Format::{self, Jpeg, Png},
};

const MB: usize = 1024 * 1024;
/// Bytes of a picture for the text of an article (platform documentation).
const LARGEST_OF_ARTICLE: usize = MB;
/// Bytes of a customer-service account's picture (platform documentation).
const LARGEST_HEAD: usize = 5 * MB;

type Shared = State<Arc<Platform>>;
type Answer = Result<Response<Body>, Refusal>;

/// The routes.
pub(super) fn routes() -> Router<Arc<Platform>> {
    Router::new()
        .route("/cgi-bin/media/uploadimg", any(of_article))
        .route("/customservice/kfaccount/uploadheadimg", any(head))
}

/// The picture in the form field `media`.
async fn picture(
    form: &mut Multipart,
    most: usize,
    formats: &[Format],
) -> Result<(Format, Bytes), Refusal> {
    let (_, bytes) = file(form).await?;
    if bytes.is_empty() || bytes.len() > most {
        let found = bytes.len();
        return Err(INVALID_IMAGE_SIZE.because(format!("{found} bytes, allowed are 1 to {most}")));
    }
    let format = Format::of(&bytes).filter(|format| formats.contains(format));
    let allowed = || INVALID_FILE_TYPE.because(format!("allowed are {formats:?}"));
    Ok((format.ok_or_else(allowed)?, bytes))
}

/// Keeps a picture; answers its address on this simulator.
fn keep(platform: &Platform, headers: &HeaderMap, format: Format, bytes: Bytes) -> String {
    let name = platform.pictures().keep(format, bytes);
    let host = headers.get(HOST).and_then(|value| value.to_str().ok());
    format!("http://{}/sim/pictures/{name}", host.unwrap_or("127.0.0.1"))
}

async fn of_article(State(platform): Shared, headers: HeaderMap, mut form: Multipart) -> Answer {
    let (format, bytes) = picture(&mut form, LARGEST_OF_ARTICLE, &[Jpeg, Png]).await?;
    let url = keep(&platform, &headers, format, bytes);
    Ok(answer(&json!({ "url": url, "errcode": 0, "errmsg": "ok" })))
}

/// The picture is a JPEG, as the documentation says of old; the newer one names no format (u). A larger one is 40009 (u).
async fn head(
    State(platform): Shared,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    mut form: Multipart,
) -> Answer {
    let account = query
        .get("kf_account")
        .ok_or_else(|| INVALID_KF_ACCOUNT.because("kf_account"))?;
    platform.workers().get(account)?;
    let (format, bytes) = picture(&mut form, LARGEST_HEAD, &[Jpeg]).await?;
    let url = keep(&platform, &headers, format, bytes);
    platform.workers().get(account)?.kf_headimgurl = url;
    Ok(done())
}
