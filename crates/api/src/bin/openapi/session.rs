//! Logging in and out, and invitations.

use fandesk_api::{ErrorBody, InvitationAccepted, Invited, Session, SignIn};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(get_session, sign_in, sign_out, get_invitation, accept_invitation))]
pub(crate) struct Paths;

#[utoipa::path(get, path = "/api/v1/session", tag = "session",
    description = "Who is logged in with this session, and what their pages must show to change something. Where Cloudflare Access stands in front, whoever it vouches for is logged in by asking.",
    security(("session" = [])),
    responses(
        (status = 200, description = "They", body = Session),
        (status = 401, description = "Not logged in: no session or token, or a wrong one", body = ErrorBody),
        (status = 403, description = "Only for who logged in, not for the admin token; or `csrf`: x-csrf-token is missing or the page is another site's", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn get_session() {}

#[utoipa::path(post, path = "/api/v1/session", tag = "session",
    description = "Logs in. The answer sets a cookie (`fandesk_session`, over https `__Host-fandesk_session`). Tries count: after five that failed each doubles the wait, up to an hour.",
    request_body = SignIn,
    security(()),
    responses(
        (status = 200, description = "Logged in", body = Session),
        (status = 400, description = "The body is not JSON", body = ErrorBody),
        (status = 401, description = "`unauthorized`: login, password or code is wrong, which is not said. `code_needed`: the password is right, and there is a second factor", body = ErrorBody),
        (status = 403, description = "`csrf`: the page is another site's", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 422, description = "A field is missing", body = ErrorBody),
        (status = 429, description = "Too many tries; `Retry-After` says when the next one is taken", body = ErrorBody),
        (status = 503, description = "FANDESK_SESSION_KEY is not set, or a part is down", body = ErrorBody),
    )
)]
fn sign_in() {}

#[utoipa::path(delete, path = "/api/v1/session", tag = "session",
    description = "Logs out.",
    security(("session" = [])),
    responses(
        (status = 204, description = "The session has ended"),
        (status = 401, description = "Not logged in: no session or token, or a wrong one", body = ErrorBody),
        (status = 403, description = "Only for who logged in, not for the admin token; or `csrf`: x-csrf-token is missing or the page is another site's", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn sign_out() {}

#[utoipa::path(get, path = "/api/v1/invitations/{token}", tag = "session",
    description = "Whom an invitation is for.",
    params(("token" = String, Path, description = "That of the link")),
    security(()),
    responses(
        (status = 200, description = "They", body = Invited),
        (status = 404, description = "It was used, replaced or is too old", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn get_invitation() {}

#[utoipa::path(post, path = "/api/v1/invitations/{token}", tag = "session",
    description = "Chooses a password. The invitation is used up, and all sessions of the person end.",
    params(("token" = String, Path, description = "That of the link")),
    request_body = InvitationAccepted,
    security(()),
    responses(
        (status = 204, description = "They can log in now"),
        (status = 400, description = "The body is not JSON", body = ErrorBody),
        (status = 403, description = "`csrf`: the page is another site's", body = ErrorBody),
        (status = 404, description = "It was used, replaced or is too old", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 422, description = "The password is weak; the message says how", body = ErrorBody),
        (status = 503, description = "FANDESK_SESSION_KEY is not set, or a part is down", body = ErrorBody),
    )
)]
fn accept_invitation() {}
