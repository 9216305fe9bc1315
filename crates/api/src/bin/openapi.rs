//! Prints the OpenAPI document of `/api/v1`. Native, so that none of it is in the Wasm.
//!
//! The schemas come from the types that the Worker serialises; the paths stand here, one function without a body each.

#![expect(dead_code, reason = "the functions are only read by their attributes")]

use std::process::ExitCode;

use fandesk_api::{
    ErrorBody, Event, Fan, Health, Job, JobState, Layout, MenuPublished, MessageRequest, Page,
    Published, Queued, ShardPlaybook,
};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "fandesk",
        description = "The service desk of a WeChat Official Account. Times are integer Unix milliseconds; WeChat's 64-bit \
                       numbers are strings. Lists are pages: give `next` as `after` to go on; null is the end."
    ),
    servers((url = "/")),
    paths(
        healthz, list_events, show_fan, write_to_fan, list_jobs, show_job, replay_job, show_layout, put_playbook, get_playbook,
        playbook_shards, put_menu
    ),
    modifiers(&Bearer),
    security(("bearer" = []))
)]
struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        openapi
            .components
            .get_or_insert_default()
            .add_security_scheme("bearer", scheme);
    }
}

#[utoipa::path(get, path = "/healthz", tag = "health", security(()), responses(
    (status = 200, description = "All is well", body = Health),
    (status = 503, description = "Something is wrong", body = Health),
))]
fn healthz() {}

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

#[utoipa::path(get, path = "/api/v1/jobs", tag = "jobs",
    params(
        ("state" = Option<JobState>, Query, description = "Only jobs in this state"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, description = "Items at most, 100 if not given", minimum = 1, maximum = 1000),
    ),
    responses(
        (status = 200, description = "A page, oldest first", body = Page<Job>),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 422, description = "A parameter is wrong", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn list_jobs() {}

#[utoipa::path(get, path = "/api/v1/jobs/{id}", tag = "jobs",
    params(("id" = String, Path, description = "The job's id")),
    responses(
        (status = 200, description = "The job, as its shard knows it now", body = Job),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 404, description = "No such job", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn show_job() {}

#[utoipa::path(post, path = "/api/v1/jobs/{id}/replay", tag = "jobs",
    params(("id" = String, Path, description = "The job's id")),
    responses(
        (status = 202, description = "It is tried once more", body = Queued),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 404, description = "No such job", body = ErrorBody),
        (status = 409, description = "It is neither dead nor unknown", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn replay_job() {}

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

#[utoipa::path(put, path = "/api/v1/playbook", tag = "playbook",
    description = "Publishes a playbook. It is in force in every shard when this answers, but for those named in a warning, which \
                   follow within a minute.",
    params(("If-Match" = Option<String>, Header, description = "The version that this one replaces")),
    request_body(description = "The document", content(
        (String = "application/toml", example = json!("default = { text = \"?\" }\n")),
        (Object = "application/json", example = json!({ "default": { "text": "?" } })),
    )),
    responses(
        (status = 200, description = "It is in force", body = Published, headers(("ETag" = String, description = "The version"))),
        (status = 400, description = "The document is not UTF-8", body = ErrorBody),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 409, description = "Somebody else published at the same moment", body = ErrorBody),
        (status = 412, description = "Another version was published meanwhile", body = ErrorBody),
        (status = 413, description = "The document is larger than 1 MiB", body = ErrorBody),
        (status = 415, description = "Neither TOML nor JSON", body = ErrorBody),
        (status = 422, description = "The document has a mistake; the old one stays", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn put_playbook() {}

#[utoipa::path(get, path = "/api/v1/playbook", tag = "playbook", responses(
    (status = 200, description = "The document as it was put", headers(("ETag" = String, description = "The version")), content(
        (String = "application/toml", example = json!("default = { text = \"?\" }\n")),
        (Object = "application/json", example = json!({ "default": { "text": "?" } })),
    )),
    (status = 401, description = "No token, or a wrong one", body = ErrorBody),
    (status = 404, description = "None was ever published", body = ErrorBody),
    (status = 503, description = "A part is down; try again", body = ErrorBody),
))]
fn get_playbook() {}

#[utoipa::path(get, path = "/api/v1/playbook/shards", tag = "playbook", responses(
    (status = 200, description = "Which version each shard answers from", body = Page<ShardPlaybook>),
    (status = 401, description = "No token, or a wrong one", body = ErrorBody),
    (status = 503, description = "A part is down; try again", body = ErrorBody),
))]
fn playbook_shards() {}

#[utoipa::path(put, path = "/api/v1/menu", tag = "menu",
    description = "Publishes the custom menu, given in WeChat's own form: `{\"button\":[…]}`.",
    request_body(content = Object, content_type = "application/json", example = json!({
        "button": [{ "type": "click", "name": "帮助", "key": "HELP" }]
    })),
    responses(
        (status = 200, description = "WeChat has it", body = MenuPublished),
        (status = 400, description = "The body is not JSON", body = ErrorBody),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 422, description = "The menu has a mistake; the old one stays", body = ErrorBody),
        (status = 502, description = "WeChat refused it or gave no answer", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn put_menu() {}

fn main() -> ExitCode {
    match Document::openapi().to_pretty_json() {
        Ok(document) => {
            #[expect(clippy::print_stdout, reason = "printing is what this program is for")]
            {
                println!("{document}");
            }
            ExitCode::SUCCESS
        }
        Err(_) => ExitCode::FAILURE,
    }
}
