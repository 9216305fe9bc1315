//! What everybody may do with themselves.

use fandesk_api::{
    ErrorBody, OwnSession, Page, PasswordChange, PasswordProof, Preferences, TotpCode, TotpSecret,
};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(
    get_own_sessions,
    end_own_session,
    put_password,
    want_totp,
    confirm_totp,
    drop_totp,
    get_preferences,
    put_preferences
))]
pub(crate) struct Paths;

#[utoipa::path(get, path = "/api/v1/me/sessions", tag = "me",
    description = "Where one is logged in, the newest first.",
    security(("session" = [])),
    responses(
        (status = 200, description = "They", body = Page<OwnSession>),
        (status = 401, description = "Not logged in: no session or token, or a wrong one", body = ErrorBody),
        (status = 403, description = "Only for who logged in, not for the admin token; or `csrf`: x-csrf-token is missing or the page is another site's", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn get_own_sessions() {}

#[utoipa::path(delete, path = "/api/v1/me/sessions/{id}", tag = "me",
    description = "Logs out there.",
    params(("id" = String, Path, description = "The session's id")),
    security(("session" = [])),
    responses(
        (status = 204, description = "It has ended"),
        (status = 401, description = "Not logged in: no session or token, or a wrong one", body = ErrorBody),
        (status = 403, description = "Only for who logged in, not for the admin token; or `csrf`: x-csrf-token is missing or the page is another site's", body = ErrorBody),
        (status = 404, description = "No such session", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn end_own_session() {}

#[utoipa::path(put, path = "/api/v1/me/password", tag = "me",
    description = "Chooses another password. All other sessions end, and a link to choose a password is good no more. Wrong old ones count as tries to log in do.",
    request_body = PasswordChange,
    security(("session" = [])),
    responses(
        (status = 204, description = "It is in force"),
        (status = 400, description = "The body is not JSON", body = ErrorBody),
        (status = 401, description = "Not logged in: no session or token, or a wrong one", body = ErrorBody),
        (status = 403, description = "Only for who logged in, not for the admin token; or `csrf`: x-csrf-token is missing or the page is another site's", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 422, description = "`old` is not the password, or `new` is weak; the message says how", body = ErrorBody),
        (status = 429, description = "Too many tries", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn put_password() {}

#[utoipa::path(post, path = "/api/v1/me/totp", tag = "me",
    description = "Begins to set up a second factor. It counts once a code confirmed it.",
    security(("session" = [])),
    responses(
        (status = 200, description = "What the app is told", body = TotpSecret),
        (status = 401, description = "Not logged in: no session or token, or a wrong one", body = ErrorBody),
        (status = 403, description = "Only for who logged in, not for the admin token; or `csrf`: x-csrf-token is missing or the page is another site's", body = ErrorBody),
        (status = 409, description = "There is one already", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn want_totp() {}

#[utoipa::path(put, path = "/api/v1/me/totp", tag = "me",
    description = "Ends setting it up.",
    request_body = TotpCode,
    security(("session" = [])),
    responses(
        (status = 204, description = "It is needed from now on"),
        (status = 400, description = "The body is not JSON", body = ErrorBody),
        (status = 401, description = "Not logged in: no session or token, or a wrong one", body = ErrorBody),
        (status = 403, description = "Only for who logged in, not for the admin token; or `csrf`: x-csrf-token is missing or the page is another site's", body = ErrorBody),
        (status = 409, description = "None is being set up", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 422, description = "Not the code of now", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn confirm_totp() {}

#[utoipa::path(delete, path = "/api/v1/me/totp", tag = "me",
    description = "Takes the second factor away.",
    request_body = PasswordProof,
    security(("session" = [])),
    responses(
        (status = 204, description = "It is gone"),
        (status = 400, description = "The body is not JSON", body = ErrorBody),
        (status = 401, description = "Not logged in: no session or token, or a wrong one", body = ErrorBody),
        (status = 403, description = "Only for who logged in, not for the admin token; or `csrf`: x-csrf-token is missing or the page is another site's", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 422, description = "Not the password", body = ErrorBody),
        (status = 429, description = "Too many tries", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn drop_totp() {}

#[utoipa::path(get, path = "/api/v1/me/preferences", tag = "me",
    description = "What the console keeps for one: saved views, language, shortcuts.",
    security(("session" = [])),
    responses(
        (status = 200, description = "It, an empty object at first", body = Preferences),
        (status = 401, description = "Not logged in: no session or token, or a wrong one", body = ErrorBody),
        (status = 403, description = "Only for who logged in, not for the admin token; or `csrf`: x-csrf-token is missing or the page is another site's", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn get_preferences() {}

#[utoipa::path(put, path = "/api/v1/me/preferences", tag = "me",
    description = "Keeps another.",
    request_body = Preferences,
    security(("session" = [])),
    responses(
        (status = 200, description = "As it is kept", body = Preferences),
        (status = 400, description = "The body is not JSON", body = ErrorBody),
        (status = 401, description = "Not logged in: no session or token, or a wrong one", body = ErrorBody),
        (status = 403, description = "Only for who logged in, not for the admin token; or `csrf`: x-csrf-token is missing or the page is another site's", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 422, description = "Not an object", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn put_preferences() {}
