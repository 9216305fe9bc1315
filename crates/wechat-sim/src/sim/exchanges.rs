//! What the log page lives on.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{Response, StatusCode},
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    http::{Mistake, document},
    platform::{
        Platform,
        exchanges::{Direction, Filter},
    },
};

/// The longest that a reader may wait.
const LONGEST_WAIT: Duration = Duration::from_secs(25);

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Reading {
    /// The last line that the reader has.
    after: u64,
    /// How long to wait for a new one.
    wait_ms: u64,
    fan: String,
    path: String,
    /// `callback` or `call`.
    direction: String,
    errors: bool,
}

/// The lines after the last that the reader has; waits for one when told to.
pub(super) async fn lines(
    State(platform): State<Arc<Platform>>,
    Query(reading): Query<Reading>,
) -> Result<Response<Body>, Mistake> {
    let direction = match reading.direction.as_str() {
        "" => None,
        "callback" => Some(Direction::Callback),
        "call" => Some(Direction::Call),
        _ => return Err(Mistake::unclear("direction is callback or call")),
    };
    let filter = Filter {
        fan: reading.fan,
        path: reading.path,
        direction,
        errors: reading.errors,
    };
    let wait = tokio::time::sleep(Duration::from_millis(reading.wait_ms).min(LONGEST_WAIT));
    tokio::pin!(wait);
    loop {
        // Listening begins before looking, so nothing falls in between.
        let stirred = platform.stirred().notified();
        let (items, last) = {
            let exchanges = platform.exchanges();
            (exchanges.after(reading.after, &filter), exchanges.last())
        };
        // A number that was never given is from before a new start: the reader begins anew.
        let anew = reading.after > last;
        if !items.is_empty() || anew || wait.is_elapsed() {
            let page = json!({ "items": items, "last": last, "now": platform.now() });
            return Ok(document(StatusCode::OK, &page));
        }
        tokio::select! {
            () = stirred => {}
            () = &mut wait => {}
        }
    }
}

/// One exchange whole.
pub(super) async fn one(
    State(platform): State<Arc<Platform>>,
    Path(seq): Path<u64>,
) -> Result<Response<Body>, Mistake> {
    let exchange = platform.exchanges().one(seq).cloned();
    let exchange = exchange.ok_or_else(|| Mistake::absent("no such exchange, or it made room"))?;
    Ok(document(StatusCode::OK, &exchange))
}
