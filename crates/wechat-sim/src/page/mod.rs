//! The phone page at `/` and the log page at `/log`: each one document without anything fetched from elsewhere.
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

/// The parts of a page.
struct Page {
    markup: &'static str,
    style: &'static [&'static str],
    /// In this order: each uses what those before it define.
    script: &'static [&'static str],
}

const PHONE: Page = Page {
    markup: include_str!("index.html"),
    style: &[
        include_str!("base.css"),
        include_str!("chat.css"),
        include_str!("dock.css"),
        include_str!("wire.css"),
        include_str!("narrow.css"),
    ],
    script: &[
        include_str!("elements.js"),
        include_str!("words.js"),
        include_str!("state.js"),
        include_str!("bubbles.js"),
        include_str!("drawing.js"),
        include_str!("wire.js"),
        include_str!("app.js"),
    ],
};

const LOG: Page = Page {
    markup: include_str!("log/index.html"),
    style: &[include_str!("base.css"), include_str!("log/log.css")],
    script: &[
        include_str!("elements.js"),
        include_str!("log/words.js"),
        include_str!("log/format.js"),
        include_str!("log/log.js"),
    ],
};

/// Nothing from elsewhere, except the pictures of news cards.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; \
                      img-src 'self' data: http: https:; base-uri 'none'; form-action 'none'";

/// The routes.
pub fn router() -> Router<Arc<Platform>> {
    Router::new()
        .route("/", get(|| page(&PHONE)))
        .route("/log", get(|| page(&LOG)))
}

async fn page(page: &Page) -> Response<Body> {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    (headers, document(page)).into_response()
}

fn document(page: &Page) -> String {
    page.markup
        .replace("/* style */", &page.style.join("\n"))
        .replace("/* script */", &page.script.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_fetches_nothing_from_elsewhere() {
        for page in [&PHONE, &LOG].map(document) {
            assert!(
                !page.contains("src=\"http")
                    && !page.contains("href=\"http")
                    && !page.contains("@import")
            );
        }
    }

    #[test]
    fn style_and_script_are_in_the_page() {
        for page in [&PHONE, &LOG] {
            let whole = document(page);
            assert!(
                page.style
                    .iter()
                    .chain(page.script)
                    .all(|part| whole.contains(part))
            );
        }
    }
}
