//! People of the desk.

use fandesk_api::{ErrorBody, Invitation, Page, Person, PersonAdded, PersonRequest};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(
    list_people,
    add_person,
    get_person,
    put_person,
    invite_person,
    end_sessions_of_person
))]
pub(crate) struct Paths;

#[utoipa::path(get, path = "/api/v1/people", tag = "people",
    description = "All people, those who are active first. Supervisors see those of their teams.",
    responses(
        (status = 200, description = "They", body = Page<Person>),
        (status = 401, description = "Not logged in: no session or token, or a wrong one", body = ErrorBody),
        (status = 403, description = "The role does not allow it, or `csrf`: x-csrf-token is missing or the page is another site's", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn list_people() {}

#[utoipa::path(post, path = "/api/v1/people", tag = "people",
    description = "Adds a person and invites them. Nobody is ever deleted: who leaves is made inactive.",
    request_body = PersonRequest,
    responses(
        (status = 201, description = "Added; the invitation is shown this once", body = PersonAdded),
        (status = 400, description = "The body is not JSON", body = ErrorBody),
        (status = 401, description = "Not logged in: no session or token, or a wrong one", body = ErrorBody),
        (status = 403, description = "The role does not allow it, or `csrf`: x-csrf-token is missing or the page is another site's", body = ErrorBody),
        (status = 409, description = "Another person has this login, or there are 1,000", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 422, description = "A field is missing or wrong", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn add_person() {}

#[utoipa::path(get, path = "/api/v1/people/{id}", tag = "people",
    description = "One of them.",
    params(("id" = String, Path, description = "The person's id")),
    responses(
        (status = 200, description = "They", body = Person),
        (status = 401, description = "Not logged in: no session or token, or a wrong one", body = ErrorBody),
        (status = 403, description = "The role does not allow it, or `csrf`: x-csrf-token is missing or the page is another site's", body = ErrorBody),
        (status = 404, description = "No such person", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn get_person() {}

#[utoipa::path(put, path = "/api/v1/people/{id}", tag = "people",
    description = "Changes a person: what is not mentioned stays. Role and teams count at once, also in sessions that are open.",
    params(("id" = String, Path, description = "The person's id")),
    request_body = PersonRequest,
    responses(
        (status = 200, description = "As they are now", body = Person),
        (status = 400, description = "The body is not JSON", body = ErrorBody),
        (status = 401, description = "Not logged in: no session or token, or a wrong one", body = ErrorBody),
        (status = 403, description = "The role does not allow it, or `csrf`: x-csrf-token is missing or the page is another site's", body = ErrorBody),
        (status = 404, description = "No such person", body = ErrorBody),
        (status = 409, description = "Another person has this login, this is the last administrator, or somebody else has changed the person meanwhile", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 422, description = "A field is wrong", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn put_person() {}

#[utoipa::path(post, path = "/api/v1/people/{id}/invitation", tag = "people",
    description = "Invites a person again, who forgot their password. An earlier link is good no more.",
    params(("id" = String, Path, description = "The person's id")),
    responses(
        (status = 201, description = "The link, shown this once", body = Invitation),
        (status = 401, description = "Not logged in: no session or token, or a wrong one", body = ErrorBody),
        (status = 403, description = "The role does not allow it, or `csrf`: x-csrf-token is missing or the page is another site's", body = ErrorBody),
        (status = 404, description = "No such person", body = ErrorBody),
        (status = 409, description = "The person is not active", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn invite_person() {}

#[utoipa::path(delete, path = "/api/v1/people/{id}/sessions", tag = "people",
    description = "Logs a person out everywhere. A link to choose a password that was not used yet is good no more.",
    params(("id" = String, Path, description = "The person's id")),
    responses(
        (status = 204, description = "They are"),
        (status = 401, description = "Not logged in: no session or token, or a wrong one", body = ErrorBody),
        (status = 403, description = "The role does not allow it, or `csrf`: x-csrf-token is missing or the page is another site's", body = ErrorBody),
        (status = 404, description = "No such person", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn end_sessions_of_person() {}
