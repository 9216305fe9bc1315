//! `media/upload` and `media/get`.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::{Body, Bytes},
    extract::{Multipart, Query, State, multipart::MultipartError},
    http::{
        HeaderMap, Response,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE, HOST},
    },
    response::IntoResponse,
};
use serde_json::json;

use super::{
    answer,
    refusal::{
        Code, INVALID_IMAGE_SIZE, INVALID_MEDIA_ID, INVALID_MEDIA_TYPE, INVALID_THUMB_SIZE,
        INVALID_VIDEO_SIZE, INVALID_VOICE_SIZE, MEDIA_DATA_MISSING, MEDIA_ID_MISSING, Refusal,
    },
};
use crate::platform::{Platform, media::Kind};

const MB: usize = 1024 * 1024;

/// What may be uploaded under a name: kind, bytes at most, and the code for more.
fn allowed(name: &str) -> Option<(Kind, usize, Code)> {
    match name {
        "image" => Some((Kind::Image, 10 * MB, INVALID_IMAGE_SIZE)),
        "voice" => Some((Kind::Voice, 2 * MB, INVALID_VOICE_SIZE)),
        "video" => Some((Kind::Video, 10 * MB, INVALID_VIDEO_SIZE)),
        "thumb" => Some((Kind::Thumb, 64 * 1024, INVALID_THUMB_SIZE)),
        _ => None,
    }
}

/// Takes a file from the form field `media`.
pub async fn upload(
    State(platform): State<Arc<Platform>>,
    Query(query): Query<HashMap<String, String>>,
    mut form: Multipart,
) -> Result<Response<Body>, Refusal> {
    let kind = query.get("type").and_then(|name| allowed(name));
    let (kind, most, too_large) = kind.ok_or_else(|| Refusal::from(INVALID_MEDIA_TYPE))?;
    let (content_type, bytes) = file(&mut form).await?;
    if bytes.is_empty() || bytes.len() > most {
        return Err(too_large.because(format!("{} bytes, allowed are 1 to {most}", bytes.len())));
    }
    let now = platform.now();
    let media_id = platform.media().add(kind, &content_type, bytes, now);
    let id_field = if kind == Kind::Thumb {
        "thumb_media_id"
    } else {
        "media_id"
    };
    Ok(answer(
        &json!({ "type": kind, id_field: media_id, "created_at": now / 1000 }),
    ))
}

/// The Content-Type and the bytes of the form field `media`.
pub(super) async fn file(form: &mut Multipart) -> Result<(String, Bytes), Refusal> {
    let unreadable = |error: MultipartError| MEDIA_DATA_MISSING.because(error.to_string());
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        if field.name() == Some("media") {
            let content_type = field
                .content_type()
                .unwrap_or("application/octet-stream")
                .to_owned();
            return Ok((content_type, field.bytes().await.map_err(unreadable)?));
        }
    }
    Err(MEDIA_DATA_MISSING.because("the form has no field named media"))
}

/// The file; for a video a document with its address instead, as on the real platform.
pub async fn get(
    State(platform): State<Arc<Platform>>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Result<Response<Body>, Refusal> {
    let name = query
        .get("media_id")
        .ok_or_else(|| Refusal::from(MEDIA_ID_MISSING))?;
    let piece = platform
        .media()
        .get(name, platform.now())
        .cloned()
        .ok_or_else(|| Refusal::from(INVALID_MEDIA_ID))?;
    if piece.kind == Kind::Video {
        let host = headers
            .get(HOST)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("127.0.0.1");
        return Ok(answer(
            &json!({ "video_url": format!("http://{host}/sim/media/{name}") }),
        ));
    }
    let disposition = format!("attachment; filename=\"{name}\"");
    Ok((
        [
            (CONTENT_TYPE, piece.content_type),
            (CONTENT_DISPOSITION, disposition),
        ],
        piece.bytes,
    )
        .into_response())
}
