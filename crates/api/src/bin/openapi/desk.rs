//! The desk as a whole.

use fandesk_api::{Agent, Desk, ErrorBody, StatusRequest};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(show_desk, choose_status, watch_desk))]
pub(crate) struct Paths;

#[utoipa::path(get, path = "/api/v1/desk", tag = "desk",
    description = "The queues of the teams that whoever asks may see, and their people.",
    responses(
        (status = 200, description = "Now", body = Desk),
        (status = 401, description = "No token or session, or a wrong one", body = ErrorBody),
        (status = 403, description = "The right or the team is missing", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn show_desk() {}

#[utoipa::path(put, path = "/api/v1/desk/me", tag = "desk",
    description = "Takes conversations, or no new ones. Offline is who has no console open.",
    request_body = StatusRequest,
    responses(
        (status = 200, description = "Whoever asked, as the desk sees them now", body = Agent),
        (status = 400, description = "The body is not JSON, or has other fields", body = ErrorBody),
        (status = 401, description = "No token or session, or a wrong one", body = ErrorBody),
        (status = 403, description = "The right is missing, or whoever asks is nobody of the desk: the admin token", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 422, description = "No such status", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn choose_status() {}

#[utoipa::path(get, path = "/api/v1/desk/live", tag = "desk",
    description = "What goes on, as JSON texts. The server says `hello` with `n` and whether it goes on after `after` (`resumed`; if not, lists have to be read again), then what changes, each with its number `n`: \
                   `conversation`, `gone`, `entry`, `agent`, `deadline`; and `typing`, without one. The client says `ping` each two seconds (answered `pong`), `typing` and `status`. The last hour is kept.",
    params(
        ("after" = Option<String>, Query, description = "The newest `n` that was seen"),
    ),
    responses(
        (status = 101, description = "A WebSocket"),
        (status = 401, description = "No token or session, or a wrong one", body = ErrorBody),
        (status = 403, description = "The right or the team is missing", body = ErrorBody),
        (status = 422, description = "`after` is no number", body = ErrorBody),
        (status = 426, description = "The request is no WebSocket", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn watch_desk() {}
