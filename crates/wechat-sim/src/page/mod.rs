//! The phone page at `/`: one document without anything fetched from elsewhere.
//!
//! Markup, style and script are kept apart and put together when they are served.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{
        Response,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::IntoResponse,
    routing::get,
};

use crate::platform::Platform;

const MARKUP: &str = include_str!("index.html");
const STYLE: [&str; 5] = [
    include_str!("base.css"),
    include_str!("chat.css"),
    include_str!("dock.css"),
    include_str!("wire.css"),
    include_str!("narrow.css"),
];
/// In this order: each uses what those before it define.
const SCRIPT: [&str; 6] = [
    include_str!("words.js"),
    include_str!("state.js"),
    include_str!("bubbles.js"),
    include_str!("drawing.js"),
    include_str!("wire.js"),
    include_str!("app.js"),
];

/// Nothing from elsewhere, except the pictures of news cards.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; \
                      img-src 'self' data: http: https:; base-uri 'none'; form-action 'none'";

/// The route.
pub fn router() -> Router<Arc<Platform>> {
    Router::new().route("/", get(page))
}

async fn page() -> Response<Body> {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    (headers, document()).into_response()
}

fn document() -> String {
    MARKUP
        .replace("/* style */", &STYLE.join("\n"))
        .replace("/* script */", &SCRIPT.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_fetches_nothing_from_elsewhere() {
        let page = document();
        assert!(
            !page.contains("src=\"http")
                && !page.contains("href=\"http")
                && !page.contains("@import")
        );
    }

    #[test]
    fn style_and_script_are_in_the_page() {
        let page = document();
        assert!(STYLE.iter().chain(&SCRIPT).all(|part| page.contains(part)));
    }
}
