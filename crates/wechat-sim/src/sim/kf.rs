//! Customer-service accounts as those who sit there see them: accepting an invitation, coming online, handing over.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State},
    http::{Response, StatusCode},
    response::IntoResponse,
};
use serde::Deserialize;
use serde_json::json;

use super::fans::Who;
use crate::{
    callback::document::Document,
    http::{Input, Mistake, document},
    platform::Platform,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Feature {
    enabled: bool,
}

/// Switches the customer-service feature of the account on or off.
pub(super) async fn feature(
    State(platform): State<Arc<Platform>>,
    Input(feature): Input<Feature>,
) -> Response<Body> {
    platform.workers().switched_off = !feature.enabled;
    StatusCode::NO_CONTENT.into_response()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Worker {
    /// The WeChat id that works under the account.
    wx: Option<String>,
    online: Option<bool>,
}

/// Binds a WeChat id, or sits down and leaves.
pub(super) async fn change(
    State(platform): State<Arc<Platform>>,
    Path(account): Path<String>,
    Input(change): Input<Worker>,
) -> Result<Response<Body>, Mistake> {
    let mut workers = platform.workers();
    let worker = workers
        .get(&account)
        .map_err(|_| Mistake::absent("no such customer-service account"))?;
    if let Some(wx) = change.wx {
        worker.kf_wx = Some(wx);
        worker.invite_wx = None;
    }
    if let Some(online) = change.online {
        worker.online = online;
    }
    Ok(document(StatusCode::OK, &json!(worker)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Switch {
    to: String,
}

/// Hands the fan's session to another account, which the server hears of as `kf_switch_session`.
pub(super) async fn switch(
    State(platform): State<Arc<Platform>>,
    who: Who,
    Input(switch): Input<Switch>,
) -> Result<Response<Body>, Mistake> {
    let from = platform.workers().switch(who.openid(), &switch.to);
    let from =
        from.map_err(|_| Mistake::conflict("the fan has no session, or there is no such account"))?;
    let fields = Document::default()
        .with("FromKfAccount", from.as_str())
        .with("ToKfAccount", switch.to.as_str());
    platform.announce(Some(who.openid()), "kf_switch_session", fields);
    Ok(StatusCode::ACCEPTED.into_response())
}
