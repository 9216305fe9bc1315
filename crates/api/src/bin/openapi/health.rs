//! `/healthz`: is all well? The only path that anyone may ask.

use fandesk_api::Health;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(healthz))]
pub(crate) struct Paths;

#[utoipa::path(get, path = "/healthz", tag = "health", security(()), responses(
    (status = 200, description = "All is well", body = Health),
    (status = 503, description = "Something is wrong", body = Health),
))]
fn healthz() {}
