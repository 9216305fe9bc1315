//! What a test moves besides fans: faults, crowds, tokens, material; and the figures that it reads.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{Response, StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    callback::{Envelope, Stamp},
    clock,
    crowd::{self, Order as CrowdOrder},
    faults::Order as FaultOrder,
    http::{Input, Mistake, document},
    platform::{Platform, fan::OpenId, media::Kind},
};

type Answer = Result<Response<Body>, Mistake>;
type Shared = State<Arc<Platform>>;

#[derive(Debug, Deserialize)]
pub(super) struct Looking {
    openid: Option<String>,
}

/// The published menu as a fan sees it; without `openid` the default one.
pub(super) async fn menu(
    State(platform): Shared,
    Query(looking): Query<Looking>,
) -> Response<Body> {
    let tags = looking
        .openid
        .and_then(|openid| OpenId::parse(&openid))
        .and_then(|openid| platform.with_known_fan(&openid, |fan| fan.profile.tags.clone()));
    let menu = {
        let menu = platform.menu();
        let button = match &tags {
            Some(tags) => menu.seen_by(tags),
            None => menu.buttons.as_ref(),
        };
        json!({ "version": menu.version, "button": button })
    };
    document(StatusCode::OK, &menu)
}

/// Codes that the phone page offers to scan.
const CODES_SHOWN: usize = 12;

/// The newest codes that still live.
pub(super) async fn codes(State(platform): Shared) -> Response<Body> {
    let codes = platform.codes().newest(CODES_SHOWN, platform.now());
    document(StatusCode::OK, &json!({ "items": codes }))
}

#[derive(Debug, Deserialize)]
pub(super) struct Material {
    media_id: String,
    #[serde(rename = "type")]
    kind: Kind,
}

/// Makes a media id known, as if a file had been uploaded by hand.
pub(super) async fn register_media(
    State(platform): Shared,
    Input(material): Input<Material>,
) -> Response<Body> {
    platform.media().register(material.media_id, material.kind);
    StatusCode::NO_CONTENT.into_response()
}

/// A file without a token, as `PicUrl` promises.
pub(super) async fn media(State(platform): Shared, Path(name): Path<String>) -> Answer {
    let piece = platform.media().get(&name, platform.now()).cloned();
    let piece = piece.ok_or_else(|| Mistake::absent("no such material"))?;
    Ok(([(CONTENT_TYPE, piece.content_type)], piece.bytes).into_response())
}

/// A picture that stays, without a token.
pub(super) async fn picture(State(platform): Shared, Path(name): Path<String>) -> Answer {
    let (format, bytes) = platform
        .pictures()
        .get(&name)
        .ok_or_else(|| Mistake::absent("no such picture"))?;
    Ok(([(CONTENT_TYPE, format.content_type())], bytes).into_response())
}

/// Sets or removes a fault.
pub(super) async fn set_fault(State(platform): Shared, Input(order): Input<FaultOrder>) -> Answer {
    platform.faults().set(order).map_err(Mistake::unclear)?;
    Ok(faults(State(platform)).await)
}

/// The faults that are set.
pub(super) async fn faults(State(platform): Shared) -> Response<Body> {
    let faults = json!({ "faults": *platform.faults() });
    document(StatusCode::OK, &faults)
}

/// Calls a crowd together.
pub(super) async fn call_crowd(State(platform): Shared, Input(order): Input<CrowdOrder>) -> Answer {
    let id = crowd::call(&platform, order).map_err(Mistake::unclear)?;
    Ok(document(StatusCode::ACCEPTED, &json!({ "id": id })))
}

/// What a crowd has done.
pub(super) async fn crowd(State(platform): Shared, Path(id): Path<String>) -> Answer {
    let view = platform
        .crowds()
        .one(&id)
        .ok_or_else(|| Mistake::absent("no such crowd"))?;
    Ok(document(StatusCode::OK, &view))
}

#[derive(Debug, Deserialize)]
pub(super) struct From {
    #[serde(default)]
    after: usize,
}

/// What a crowd was answered.
pub(super) async fn crowd_answers(
    State(platform): Shared,
    Path(id): Path<String>,
    Query(from): Query<From>,
) -> Answer {
    let page = platform
        .crowds()
        .answers(&id, from.after)
        .ok_or_else(|| Mistake::absent("no such crowd"))?;
    Ok(document(StatusCode::OK, &page))
}

/// Sends a crowd home.
pub(super) async fn send_crowd_home(State(platform): Shared, Path(id): Path<String>) -> Answer {
    let view = platform
        .crowds()
        .send_home(&id)
        .ok_or_else(|| Mistake::absent("no such crowd"))?;
    Ok(document(StatusCode::OK, &view))
}

/// Everything counted.
pub(super) async fn stats(State(platform): Shared) -> Response<Body> {
    let mut stats = json!(*platform.figures());
    if let Value::Object(fields) = &mut stats {
        fields.insert("crowds".to_owned(), json!(platform.crowds().view()));
        fields.insert("demo".to_owned(), json!(*platform.demo()));
    }
    document(StatusCode::OK, &stats)
}

/// Ends every access token as if its time were over.
pub(super) async fn expire_tokens(State(platform): Shared) -> Response<Body> {
    platform.tokens().expire(platform.now());
    StatusCode::NO_CONTENT.into_response()
}

/// Does what the platform does when an operator saves the server's address: a GET that must return `echostr`.
pub(super) async fn verify(State(platform): Shared) -> Response<Body> {
    let echo = fastrand::u64(1_000_000_000_000_000_000..).to_string();
    let Envelope {
        mut query,
        content_type,
        ..
    } = platform.seal().wrap("", "", &Stamp::fresh(clock::now()));
    query.retain(|(name, _)| matches!(name.as_str(), "signature" | "timestamp" | "nonce"));
    query.push(("echostr".to_owned(), echo.clone()));
    let request = Envelope {
        query,
        body: String::new(),
        content_type,
    };
    let verified = match platform.courier().send(Method::GET, &request).await {
        Ok(answer) => {
            json!({ "ok": answer.status == 200 && answer.body == echo.as_bytes(), "status": answer.status })
        }
        Err(problem) => json!({ "ok": false, "status": null, "problem": problem }),
    };
    document(StatusCode::OK, &verified)
}
