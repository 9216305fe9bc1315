//! A database that was set back is told again.

use fandesk_api::{ErrorBody, Reflushed};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(reflush))]
pub(crate) struct Paths;

#[utoipa::path(post, path = "/api/v1/reflush", tag = "database",
    description = "After a database was set back to an earlier moment: the shards tell it again what happened since, as far as they keep it \
                   (events for three days), and who was erased. The playbook in force comes back, menus and older versions do not. It may be \
                   repeated, and changes nothing that is there.",
    params(("since" = i64, Query, description = "The moment to which it was set back, in milliseconds; the hour before it is told again too",
        minimum = 0)),
    responses(
        (status = 200, description = "All of it is on its way", body = Reflushed),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 409, description = "Slots are moving; try again when they have", body = ErrorBody),
        (status = 422, description = "`since` is missing, or no moment up to now", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn reflush() {}
