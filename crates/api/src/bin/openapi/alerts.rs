//! What is wrong now.

use fandesk_api::{Alert, ErrorBody, Page};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(list_alerts))]
pub(crate) struct Paths;

#[utoipa::path(get, path = "/api/v1/alerts", tag = "alerts",
    description = "What is wrong now, looked at for this request: a call to every shard, so ask no oftener than each minute or so. \
                   Always one page.",
    responses(
        (status = 200, description = "What rings; nothing when all is well", body = Page<Alert>),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn list_alerts() {}
