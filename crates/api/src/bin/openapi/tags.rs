//! The tags of a fan.

use fandesk_api::{ErrorBody, FanTags};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(put_tags))]
pub(crate) struct Paths;

#[utoipa::path(put, path = "/api/v1/fans/{openid}/tags", tag = "fans",
    description = "Replaces the fan's tags. The playbook's `[[welcome.segment]]` looks at them.",
    params(("openid" = String, Path, description = "WeChat's name for the fan")),
    request_body = FanTags,
    responses(
        (status = 200, description = "They are in force", body = FanTags),
        (status = 400, description = "The body is not JSON", body = ErrorBody),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 404, description = "No such fan", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 422, description = "Too many tags, or one that is empty or too long", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn put_tags() {}
