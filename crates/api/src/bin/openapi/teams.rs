//! Teams of the desk.

use fandesk_api::{ErrorBody, Page, Team, TeamRequest};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(list_teams, put_team, delete_team))]
pub(crate) struct Paths;

#[utoipa::path(get, path = "/api/v1/teams", tag = "teams",
    description = "All teams. There is always `desk`.",
    responses(
        (status = 200, description = "They", body = Page<Team>),
        (status = 401, description = "Not logged in: no session or token, or a wrong one", body = ErrorBody),
        (status = 403, description = "The role does not allow it, or `csrf`: x-csrf-token is missing or the page is another site's", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn list_teams() {}

#[utoipa::path(put, path = "/api/v1/teams/{id}", tag = "teams",
    description = "Makes a team, or puts another in its place.",
    params(("id" = String, Path, description = "The team's id")),
    request_body = TeamRequest,
    responses(
        (status = 200, description = "As it is now, whole", body = Team),
        (status = 400, description = "The body is not JSON", body = ErrorBody),
        (status = 401, description = "Not logged in: no session or token, or a wrong one", body = ErrorBody),
        (status = 403, description = "The role does not allow it, or `csrf`: x-csrf-token is missing or the page is another site's", body = ErrorBody),
        (status = 409, description = "There are 100 already", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 422, description = "A field is wrong", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn put_team() {}

#[utoipa::path(delete, path = "/api/v1/teams/{id}", tag = "teams",
    description = "Takes a team away.",
    params(("id" = String, Path, description = "The team's id")),
    responses(
        (status = 204, description = "It is gone"),
        (status = 401, description = "Not logged in: no session or token, or a wrong one", body = ErrorBody),
        (status = 403, description = "The role does not allow it, or `csrf`: x-csrf-token is missing or the page is another site's", body = ErrorBody),
        (status = 404, description = "No such team", body = ErrorBody),
        (status = 409, description = "Somebody is in it, another falls back on it, or it is `desk`", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn delete_team() {}
