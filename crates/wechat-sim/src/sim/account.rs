//! The account itself: what it is, what was set up by hand in the platform's console, and what time it is there.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    http::{Response, StatusCode},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    http::{Input, Mistake, document},
    platform::{Platform, standing::Standing},
    settings::{Format, Mode},
};

type Shared = State<Arc<Platform>>;

/// The clock cannot be moved further at once: ten years.
const FURTHEST_MS: u64 = 3653 * 86_400_000;

/// What the pages say about the account.
pub(super) async fn view(State(platform): Shared) -> Response<Body> {
    let settings = platform.settings();
    let mode = match settings.mode {
        Mode::Plain => "plain",
        Mode::Compatible => "compatible",
        Mode::Safe => "safe",
    };
    let format = match settings.format {
        Format::Xml => "xml",
        Format::Json => "json",
    };
    let Standing { kind, verified } = *platform.standing();
    let account = json!({
        "name": settings.account_name, "account": platform.account(), "app_id": settings.app_id, "mode": mode, "format": format,
        "callback_url": settings.callback_url(), "kind": kind, "verified": verified, "now": platform.now(),
    });
    document(StatusCode::OK, &account)
}

/// Changes what kind of account it is, from the next call on.
pub(super) async fn change(
    State(platform): Shared,
    Input(standing): Input<Standing>,
) -> Response<Body> {
    *platform.standing() = standing;
    view(State(platform)).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ByHand {
    autoreply: Option<Map<String, Value>>,
    selfmenu: Option<Map<String, Value>>,
}

/// Replaces what was set up by hand; a part that is left out is as if it never was.
pub(super) async fn set_current(
    State(platform): Shared,
    Input(given): Input<ByHand>,
) -> Response<Body> {
    {
        let mut current = platform.current();
        current.autoreply = given.autoreply;
        current.selfmenu = given.selfmenu;
    }
    current(State(platform)).await
}

/// What was set up by hand, as the account's server will read it.
pub(super) async fn current(State(platform): Shared) -> Response<Body> {
    let published = platform.menu().buttons.clone();
    let shown = {
        let current = platform.current();
        json!({ "autoreply": current.autoreply(), "selfmenu": current.selfmenu(published.as_ref()) })
    };
    document(StatusCode::OK, &shown)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Passing {
    advance_ms: u64,
}

/// Lets time pass: windows close, material ends, a new day begins.
pub(super) async fn clock(
    State(platform): Shared,
    Input(passing): Input<Passing>,
) -> Result<Response<Body>, Mistake> {
    if passing.advance_ms > FURTHEST_MS {
        return Err(Mistake::unclear(format!(
            "advance_ms is at most {FURTHEST_MS}"
        )));
    }
    platform.advance(passing.advance_ms);
    platform.stir();
    Ok(document(StatusCode::OK, &json!({ "now": platform.now() })))
}
