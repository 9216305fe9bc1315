//! The platform's interfaces that an account calls, as far as they are simulated.
//!
//! - [`token`]: `stable_token`, `token`.
//! - [`send`]: `message/custom/send` and `typing`; [`message`] judges the content.
//! - [`menu`]: `menu/*`, the conditional ones too; [`menu_check`] judges the content.
//! - [`media`]: `media/upload`, `media/get`. [`pictures`]: those that stay.
//! - [`users`], [`mod@tags`]: fans, tags, the blacklist. [`codes`]: codes with a scene.
//! - [`kf`]: customer-service accounts and sessions.
//! - [`notices`], [`mass`]: template messages, subscription notices, mass messages.
//! - [`mod@pages`]: web pages inside WeChat. [`datacube`]: figures.
//! - [`basics`]: addresses, counts, what was set up by hand.
//! - [`guard`]: what every call passes first: counts, faults, the table of [`interfaces`], daily [`limits`], the access token.
//! - [`body`], [`refusal`]: JSON in, error codes out.
//!
//! Every other path is answered with 404 and `40066`: what is not simulated is not pretended.

pub mod basics;
pub mod body;
pub mod codes;
pub mod datacube;
mod fields;
pub mod guard;
pub mod interfaces;
pub mod kf;
pub mod limits;
pub mod mass;
pub mod media;
pub mod menu;
pub mod menu_check;
pub mod message;
pub mod notices;
pub mod pages;
pub mod pictures;
pub mod refusal;
pub mod send;
pub mod tags;
pub mod token;
pub mod users;

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Request},
    http::{Response, StatusCode},
    middleware,
    routing::any,
};
use serde_json::{Value, json};

use crate::{http::document, platform::Platform};

/// Bytes of a call; a video has up to 10 MB.
const LARGEST_BODY: usize = 11 * 1024 * 1024;

/// The routes, guarded.
pub fn router(platform: &Arc<Platform>) -> Router<Arc<Platform>> {
    Router::new()
        .merge(basics::routes())
        .merge(menu::routes())
        .merge(users::routes())
        .merge(tags::routes())
        .merge(codes::routes())
        .merge(kf::routes())
        .merge(notices::routes())
        .merge(pages::routes())
        .merge(pictures::routes())
        .merge(datacube::routes())
        .merge(mass::routes())
        .route("/cgi-bin/stable_token", any(token::stable))
        .route("/cgi-bin/token", any(token::exclusive))
        .route("/cgi-bin/message/custom/send", any(send::send))
        .route("/cgi-bin/message/custom/typing", any(send::typing))
        .route("/cgi-bin/media/upload", any(media::upload))
        .route("/cgi-bin/media/get", any(media::get))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .route_layer(middleware::from_fn_with_state(
            Arc::clone(platform),
            guard::account,
        ))
        .route("/cgi-bin/{*rest}", any(not_simulated))
        .route("/customservice/{*rest}", any(not_simulated))
        .route("/wxaapi/{*rest}", any(not_simulated))
        .route("/datacube/{*rest}", any(not_simulated))
        .route("/sns/{*rest}", any(not_simulated))
        .route_layer(middleware::from_fn_with_state(
            Arc::clone(platform),
            guard::faults,
        ))
}

async fn not_simulated(request: Request) -> Response<Body> {
    unknown(request.uri().path())
}

/// The answer for what is not simulated.
fn unknown(what: &str) -> Response<Body> {
    let errmsg = format!("invalid url: {what} is not simulated");
    document(
        StatusCode::NOT_FOUND,
        &json!({ "errcode": refusal::INVALID_URL.0, "errmsg": errmsg }),
    )
}

/// `{"errcode":0,"errmsg":"ok"}`, the answer to a call that returns nothing.
fn done() -> Response<Body> {
    answer(&json!({ "errcode": 0, "errmsg": "ok" }))
}

fn answer(value: &Value) -> Response<Body> {
    document(StatusCode::OK, value)
}
