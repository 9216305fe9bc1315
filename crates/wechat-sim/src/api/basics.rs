//! What every account has: the platform's addresses, clearing the day's counts, what was set up by hand.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Response},
    routing::any,
};
use serde_json::{Value, json};

use super::{
    answer, body, done, fields,
    interfaces::Interface,
    refusal::{
        APPID_MISSING, INVALID_APPID, QUOTA_PATH_FORBIDDEN, QUOTA_PATH_FORM, QUOTA_PATH_UNKNOWN,
        Refusal,
    },
    unknown,
};
use crate::platform::Platform;

/// Addresses of a documentation network (RFC 5737): nobody calls from there, so nothing can be built on them.
const CALLBACK_ADDRESSES: [&str; 2] = ["192.0.2.17", "192.0.2.18"];
const API_ADDRESSES: [&str; 2] = ["198.51.100.41", "198.51.100.42"];

/// The routes.
pub(super) fn routes() -> Router<Arc<Platform>> {
    Router::new()
        .route(
            "/cgi-bin/getcallbackip",
            any(|| async { addresses(&CALLBACK_ADDRESSES) }),
        )
        .route(
            "/cgi-bin/get_api_domain_ip",
            any(|| async { addresses(&API_ADDRESSES) }),
        )
        .route("/cgi-bin/clear_quota", any(clear_quota))
        .route("/cgi-bin/openapi/quota/get", any(quota))
        .route("/cgi-bin/get_current_autoreply_info", any(autoreply))
        .route("/cgi-bin/get_current_selfmenu_info", any(selfmenu))
}

fn addresses(list: &[&str]) -> Response<Body> {
    answer(&json!({ "ip_list": list }))
}

/// Forgets today's calls, ten times a month (48006).
async fn clear_quota(
    State(platform): State<Arc<Platform>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response<Body>, Refusal> {
    let body = body::read(&headers, &body)?;
    match body.get("appid").and_then(Value::as_str) {
        None | Some("") => return Err(APPID_MISSING.into()),
        Some(app_id) if app_id != platform.settings().app_id => return Err(INVALID_APPID.into()),
        Some(_) => {}
    }
    platform.limits().clear(platform.now())?;
    Ok(done())
}

/// How many calls of a path are left today.
///
/// Where the documentation gives no number a day there is none here either, and the answer is that of what is not simulated.
async fn quota(
    State(platform): State<Arc<Platform>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response<Body>, Refusal> {
    let body = body::read(&headers, &body)?;
    let path = fields::optional(&body, "cgi_path")?;
    if !path.starts_with('/') {
        return Err(QUOTA_PATH_FORM.because("a path like /cgi-bin/message/custom/send"));
    }
    if path.starts_with("/sns/") {
        return Err(QUOTA_PATH_FORBIDDEN.into());
    }
    let interface = Interface::at(path).ok_or_else(|| Refusal::from(QUOTA_PATH_UNKNOWN))?;
    let Some(most) = interface.daily else {
        return Ok(unknown(&format!("the quota of {path}")));
    };
    let used = platform.limits().used(path, platform.now());
    Ok(answer(&json!({
        "errcode": 0, "errmsg": "ok",
        "quota": { "daily_limit": most, "used": used, "remain": most.saturating_sub(used) },
    })))
}

async fn autoreply(State(platform): State<Arc<Platform>>) -> Response<Body> {
    answer(&platform.current().autoreply())
}

async fn selfmenu(State(platform): State<Arc<Platform>>) -> Response<Body> {
    let published = platform.menu().buttons.clone();
    answer(&platform.current().selfmenu(published.as_ref()))
}
