//! What a call meets before its handler: counting, faults, the method, daily limits and the access token.

use std::{collections::HashMap, sync::Arc, time::Duration};

use axum::{
    body::{Body, to_bytes},
    extract::{Query, Request, State},
    http::{HeaderMap, Method, Response, StatusCode, header::CONTENT_TYPE},
    middleware::Next,
    response::IntoResponse,
};
use serde_json::json;

use super::{
    LARGEST_BODY, answer,
    interfaces::{Interface, Takes},
    refusal::{
        Errcode, GET_REQUIRED, INVALID_CREDENTIAL, INVALID_URL, POST_REQUIRED, Refusal,
        TOKEN_EXPIRED, TOKEN_MISSING, UNAUTHORIZED, words,
    },
};
use crate::{
    clock::Stopwatch,
    faults::End,
    platform::{
        Platform,
        exchanges::{Called, Exchange, Part},
        token::Unusable,
    },
};

/// Longer than any caller should wait; then even a call that hangs is let go.
const HANG: Duration = Duration::from_secs(120);

/// Counts the call, lets it meet the fault that was set for its path, and writes it into the log.
pub async fn faults(
    State(platform): State<Arc<Platform>>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let (at, watch, method) = (platform.now(), Stopwatch::start(), request.method().clone());
    let query = Query::<Vec<(String, String)>>::try_from_uri(request.uri())
        .map_or_else(|_| Vec::new(), |Query(query)| query);
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let asked = Part::of(&query, &content_type(&parts.headers), &body);
    let request = Request::from_parts(parts, Body::from(body.clone()));
    let response = meet(&platform, &path, request, next).await;
    let (parts, answered) = response.into_parts();
    let Ok(answered) = to_bytes(answered, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    platform.exchanges().add(Exchange::from(Called {
        method: method.as_str(),
        path: &path,
        request: asked,
        body: &body,
        answer: Part::of(&[], &content_type(&parts.headers), &answered),
        answered: &answered,
        status: parts.status.as_u16(),
        elapsed_ms: watch.elapsed_ms(),
        at,
    }));
    platform.stir();
    Response::from_parts(parts, Body::from(answered))
}

fn content_type(headers: &HeaderMap) -> String {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}

async fn meet(platform: &Platform, path: &str, request: Request, next: Next) -> Response<Body> {
    platform.figures().call(path);
    let fault = platform.faults().meet(path);
    if let Some(fault) = fault {
        tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
        match fault.end {
            End::Usual => {}
            End::Hang => {
                tokio::time::sleep(HANG).await;
                return StatusCode::GATEWAY_TIMEOUT.into_response();
            }
            End::Status(status) => {
                return StatusCode::from_u16(status)
                    .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
                    .into_response();
            }
            End::Errcode(code) => {
                platform.figures().api_error(path, code);
                return answer(&json!({ "errcode": code, "errmsg": words(code) }));
            }
        }
    }
    let response = next.run(request).await;
    if let Some(Errcode(code)) = response.extensions().get() {
        platform.figures().api_error(path, *code);
    }
    response
}

/// Method, access token and daily limit of the interfaces of the account.
pub async fn account(
    State(platform): State<Arc<Platform>>,
    request: Request,
    next: Next,
) -> Response<Body> {
    match admit(&platform, &request) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

fn admit(platform: &Platform, request: &Request) -> Result<(), Refusal> {
    let path = request.uri().path();
    let now = platform.now();
    let interface = Interface::at(path).ok_or_else(|| INVALID_URL.because(path))?;
    match (interface.takes, request.method()) {
        (Takes::Get | Takes::Either, &Method::GET)
        | (Takes::Post | Takes::Either, &Method::POST) => {}
        (Takes::Get, _) => return Err(GET_REQUIRED.into()),
        (Takes::Post | Takes::Either, _) => return Err(POST_REQUIRED.into()),
    }
    if interface.token {
        let query =
            Query::<HashMap<String, String>>::try_from_uri(request.uri()).unwrap_or_default();
        let token = query.get("access_token").filter(|token| !token.is_empty());
        let token = token.ok_or_else(|| Refusal::from(TOKEN_MISSING))?;
        platform
            .tokens()
            .check(token, now)
            .map_err(|unusable| match unusable {
                Unusable::NotLatest => INVALID_CREDENTIAL,
                Unusable::Expired => TOKEN_EXPIRED,
            })?;
    }
    let standing = *platform.standing();
    if !interface.needs.met_by(standing) {
        return Err(UNAUTHORIZED.because(interface.needs.in_words()));
    }
    platform.limits().take(path, now)
}
