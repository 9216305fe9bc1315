//! What came in.

use fandesk_api::{ErrorBody, Event, Page};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(list_events))]
pub(crate) struct Paths;

#[utoipa::path(get, path = "/api/v1/events", tag = "events",
    description = "Events, visible as soon as WeChat was answered. With `openid` in the order in which they were taken; without, \
                   roughly so, and paging on never misses one.",
    params(
        ("openid" = Option<String>, Query, description = "Only this fan's"),
        ("after" = Option<String>, Query, description = "`next` of the page before, or with `openid` the id of an event"),
        ("limit" = Option<u32>, Query, description = "Items at most, 100 if not given", minimum = 1, maximum = 1000),
    ),
    responses(
        (status = 200, description = "A page", body = Page<Event>),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 422, description = "A parameter is wrong", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn list_events() {}
