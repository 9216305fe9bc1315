//! `/sim`: the side that tests and the phone page use.
//!
//! - [`account`]: the account itself, and the clock.
//! - [`fans`]: what fans do, and what they received.
//! - [`exchanges`]: what the log page reads.
//! - [`kf`]: those who sit at customer-service accounts.
//! - [`notices`]: templates, and consent to them.
//! - [`raw`]: hand-made callbacks: forged, repeated, parallel.
//! - [`levers`]: faults, crowds, figures, and what else a test moves.

pub mod account;
pub mod exchanges;
pub mod fans;
pub mod kf;
pub mod levers;
pub mod notices;
pub mod raw;

use std::sync::Arc;

use axum::{
    Router,
    routing::{delete, get, post, put},
};

use crate::platform::Platform;

/// The routes.
pub fn router() -> Router<Arc<Platform>> {
    Router::new()
        .route("/sim/account", get(account::view).put(account::change))
        .route(
            "/sim/current",
            get(account::current).put(account::set_current),
        )
        .route("/sim/clock", post(account::clock))
        .route("/sim/menu", get(levers::menu))
        .route("/sim/fans/{openid}", get(fans::view))
        .route("/sim/fans/{openid}/say", post(fans::say))
        .route("/sim/fans/{openid}/tap", post(fans::tap))
        .route("/sim/fans/{openid}/scan", post(fans::scan))
        .route("/sim/fans/{openid}/follow", post(fans::follow))
        .route("/sim/fans/{openid}/unfollow", post(fans::unfollow))
        .route("/sim/fans/{openid}/locate", post(fans::locate))
        .route("/sim/fans/{openid}/image", post(fans::image))
        .route("/sim/fans/{openid}/voice", post(fans::voice))
        .route("/sim/fans/{openid}/link", post(fans::link))
        .route("/sim/fans/{openid}/inbox", get(fans::inbox))
        .route("/sim/fans/{openid}/journal", get(fans::journal))
        .route("/sim/fans/{openid}/window", post(fans::window))
        .route("/sim/fans/{openid}/switch", post(kf::switch))
        .route("/sim/fans/{openid}/consent", post(notices::consent))
        .route(
            "/sim/templates",
            get(notices::templates).put(notices::set_templates),
        )
        .route("/sim/kf", put(kf::feature))
        .route("/sim/kf/{account}", post(kf::change))
        .route("/sim/fans/{openid}/raw", post(raw::send))
        .route("/sim/codes", get(levers::codes))
        .route("/sim/media", post(levers::register_media))
        .route("/sim/media/{name}", get(levers::media))
        .route("/sim/pictures/{name}", get(levers::picture))
        .route("/sim/faults", post(levers::set_fault).get(levers::faults))
        .route("/sim/crowd", post(levers::call_crowd))
        .route("/sim/crowd/{id}", get(levers::crowd))
        .route("/sim/crowd/{id}", delete(levers::send_crowd_home))
        .route("/sim/crowd/{id}/answers", get(levers::crowd_answers))
        .route("/sim/exchanges", get(exchanges::lines))
        .route("/sim/exchanges/{seq}", get(exchanges::one))
        .route("/sim/stats", get(levers::stats))
        .route("/sim/tokens/expire", post(levers::expire_tokens))
        .route("/sim/verify", post(levers::verify))
}
