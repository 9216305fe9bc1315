//! `POST /cgi-bin/stable_token` and `GET /cgi-bin/token`.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::{Body, Bytes},
    extract::{Query, State},
    http::{HeaderMap, Response},
};
use serde_json::{Map, Value, json};

use super::{
    answer, body,
    refusal::{
        APPID_MISSING, DAILY_LIMIT, INVALID_APPID, INVALID_ARGUMENT, INVALID_GRANT_TYPE,
        INVALID_SECRET, Refusal, SECRET_MISSING,
    },
};
use crate::{
    platform::{Platform, token::Issued},
    settings::Settings,
};

/// The same token for as long as it lives, or a new one by force.
pub async fn stable(
    State(platform): State<Arc<Platform>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response<Body>, Refusal> {
    let body = body::read(&headers, &body)?;
    let field = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    who(
        platform.settings(),
        field("grant_type"),
        field("appid"),
        field("secret"),
    )?;
    let issued = platform.tokens().stable(forced(&body)?, platform.now());
    issued
        .map(shown)
        .map_err(|_| DAILY_LIMIT.because("force_refresh works 20 times a day"))
}

fn forced(body: &Map<String, Value>) -> Result<bool, Refusal> {
    match body.get("force_refresh") {
        None => Ok(false),
        Some(Value::Bool(force)) => Ok(*force),
        Some(_) => Err(INVALID_ARGUMENT.because("force_refresh is not a boolean")),
    }
}

/// A new token that ends every other.
pub async fn exclusive(
    State(platform): State<Arc<Platform>>,
    Query(mut query): Query<HashMap<String, String>>,
) -> Result<Response<Body>, Refusal> {
    who(
        platform.settings(),
        query.remove("grant_type"),
        query.remove("appid"),
        query.remove("secret"),
    )?;
    Ok(shown(platform.tokens().exclusive(platform.now())))
}

fn who(
    settings: &Settings,
    grant_type: Option<String>,
    app_id: Option<String>,
    secret: Option<String>,
) -> Result<(), Refusal> {
    if grant_type.as_deref() != Some("client_credential") {
        return Err(INVALID_GRANT_TYPE.into());
    }
    match app_id {
        None => return Err(APPID_MISSING.into()),
        Some(app_id) if app_id != settings.app_id => return Err(INVALID_APPID.into()),
        Some(_) => {}
    }
    match secret {
        None => Err(SECRET_MISSING.into()),
        Some(_) if settings.app_secret.is_none() => {
            Err(INVALID_SECRET.because("WECHAT_APP_SECRET is not set here"))
        }
        secret if secret != settings.app_secret => Err(INVALID_SECRET.into()),
        Some(_) => Ok(()),
    }
}

fn shown(issued: Issued) -> Response<Body> {
    answer(&json!({ "access_token": issued.access_token, "expires_in": issued.expires_in }))
}
