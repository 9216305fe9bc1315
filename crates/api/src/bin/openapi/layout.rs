//! How the fans are spread over shards.

use fandesk_api::{ErrorBody, Layout};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(show_layout))]
pub(crate) struct Paths;

#[utoipa::path(get, path = "/api/v1/layout", tag = "layout",
    description = "How the fans are spread over shards. After a change of `FANDESK_SHARDS` slots move in the background; `left` \
                   is 0 when all have.",
    responses(
        (status = 200, description = "The layout now", body = Layout),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn show_layout() {}
