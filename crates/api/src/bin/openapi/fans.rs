//! A fan, and what is written to them.

use fandesk_api::{ErrorBody, Fan, MessageRequest, Queued};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(show_fan, write_to_fan))]
pub(crate) struct Paths;

#[utoipa::path(get, path = "/api/v1/fans/{openid}", tag = "fans",
    params(("openid" = String, Path, description = "WeChat's name for the fan")),
    responses(
        (status = 200, description = "The fan, as the shard knows them now", body = Fan),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 404, description = "No such fan", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn show_fan() {}

#[utoipa::path(post, path = "/api/v1/fans/{openid}/messages", tag = "fans",
    description = "Sends a text through the customer-service message API, once: when the answer of that call gets lost, the job \
                   becomes `unknown` and waits for a person.",
    params(("openid" = String, Path, description = "WeChat's name for the fan")),
    request_body = MessageRequest,
    responses(
        (status = 202, description = "A job will send it", body = Queued),
        (status = 400, description = "The body is not JSON", body = ErrorBody),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 404, description = "No such fan", body = ErrorBody),
        (status = 409, description = "WeChat would refuse it: the reply window is over or used up", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 422, description = "The text is empty or too long", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn write_to_fan() {}
