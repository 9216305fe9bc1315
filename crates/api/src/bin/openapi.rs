//! Prints the OpenAPI document of `/api/v1`. Native, so that none of it is in the Wasm.
//!
//! The schemas come from the types that the Worker serialises; the paths stand here, one function without a body each.

#![expect(dead_code, reason = "the functions are only read by their attributes")]

use std::process::ExitCode;

use fandesk_api::{
    Capabilities, DraftSaved, ErrorBody, Event, Fan, FanTags, Health, Job, JobState, Layout,
    MenuPublished, MessageRequest, Page, PlaybookDifference, PlaybookHit, PlaybookVersion,
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
        healthz, show_capabilities, list_events, show_fan, write_to_fan, put_tags, list_jobs, show_job, replay_job, show_layout, put_playbook, get_playbook,
        playbook_shards, list_hits, get_draft, put_draft, delete_draft, publish_draft, list_versions, get_version, publish_version,
        compare_versions, put_menu
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

#[utoipa::path(get, path = "/api/v1/capabilities", tag = "account",
    description = "What the account may do, by its type and verification (`WECHAT_ACCOUNT_TYPE`, `WECHAT_ACCOUNT_VERIFIED`), and \
                   for what it may not, why. A playbook or menu that needs what is lacking is refused.",
    responses(
        (status = 200, description = "All capabilities", body = Capabilities),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
    )
)]
fn show_capabilities() {}

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
        (String = "application/toml"),
        (Object = "application/json"),
    )),
    responses(
        (status = 200, description = "It is in force", body = Published, headers(("ETag" = String, description = "The version"))),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
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
        (String = "application/toml"),
        (Object = "application/json"),
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

#[utoipa::path(get, path = "/api/v1/playbook/hits", tag = "playbook",
    description = "How often each answer was given, counted from the events that are in D1 (of the last `FANDESK_ARCHIVE_AFTER_DAYS`; the newest come after some seconds), in the \
                   order of their hits. Questions of an `[[faq]]` have hits that end in `/solved` and `/unsolved` beside their own.",
    params(
        ("since" = Option<i64>, Query, description = "From this time, in Unix milliseconds; a day before `until` if not given"),
        ("until" = Option<i64>, Query, description = "Until before this time; now if not given"),
        ("prefix" = Option<String>, Query, description = "Only hits that begin so, such as `faq:`"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, description = "Items at most, 100 if not given", minimum = 1, maximum = 1000),
    ),
    responses(
        (status = 200, description = "A page", body = Page<PlaybookHit>),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 422, description = "A parameter is wrong", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn list_hits() {}

#[utoipa::path(get, path = "/api/v1/playbook/draft", tag = "playbook",
    responses(
        (status = 200, description = "The document as it was put", headers(("ETag" = String, description = "The revision")), content(
            (String = "application/toml"),
            (Object = "application/json"),
        )),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 404, description = "There is none", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn get_draft() {}

#[utoipa::path(put, path = "/api/v1/playbook/draft", tag = "playbook",
    description = "Keeps a playbook that is being written: one an account. It may have mistakes, and nothing answers from it.",
    params(
        ("If-Match" = Option<String>, Header, description = "The revision that this one replaces"),
    ),
    request_body(description = "The document", content(
        (String = "application/toml"),
        (Object = "application/json"),
    )),
    responses(
        (status = 200, description = "It is kept", body = DraftSaved, headers(("ETag" = String, description = "The revision"))),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 409, description = "Somebody else saved at the same time", body = ErrorBody),
        (status = 412, description = "Another revision was saved meanwhile", body = ErrorBody),
        (status = 413, description = "The document is larger than 1 MiB", body = ErrorBody),
        (status = 415, description = "Neither TOML nor JSON", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn put_draft() {}

#[utoipa::path(delete, path = "/api/v1/playbook/draft", tag = "playbook",
    params(
        ("If-Match" = Option<String>, Header, description = "The revision that is thrown away"),
    ),
    responses(
        (status = 204, description = "It is gone"),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 404, description = "There is none", body = ErrorBody),
        (status = 409, description = "Somebody else saved at the same time", body = ErrorBody),
        (status = 412, description = "Another revision was saved meanwhile", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn delete_draft() {}

#[utoipa::path(post, path = "/api/v1/playbook/draft/publish", tag = "playbook",
    description = "Publishes the draft as the next version. The draft is gone then.",
    params(
        ("If-Match" = Option<String>, Header, description = "The revision that is published"),
    ),
    responses(
        (status = 200, description = "It is in force", body = Published, headers(("ETag" = String, description = "The version"))),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 404, description = "There is none", body = ErrorBody),
        (status = 409, description = "Somebody else published at the same time", body = ErrorBody),
        (status = 412, description = "Another revision was saved meanwhile", body = ErrorBody),
        (status = 422, description = "The draft has a mistake; the version in force stays", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn publish_draft() {}

#[utoipa::path(get, path = "/api/v1/playbook/versions", tag = "playbook",
    params(
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, description = "Items at most, 100 if not given", minimum = 1, maximum = 1000),
    ),
    responses(
        (status = 200, description = "A page, newest first", body = Page<PlaybookVersion>),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 422, description = "A parameter is wrong", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn list_versions() {}

#[utoipa::path(get, path = "/api/v1/playbook/versions/{version}", tag = "playbook",
    params(
        ("version" = i64, Path, description = "Its number"),
    ),
    responses(
        (status = 200, description = "The document as it was put", headers(("ETag" = String, description = "The version")), content(
            (String = "application/toml"),
            (Object = "application/json"),
        )),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 404, description = "No such version", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn get_version() {}

#[utoipa::path(post, path = "/api/v1/playbook/versions/{version}/publish", tag = "playbook",
    description = "Goes back: publishes the document of an old version again, as a new one.",
    params(
        ("version" = i64, Path, description = "The old version"),
        ("If-Match" = Option<String>, Header, description = "The version that is in force now"),
    ),
    responses(
        (status = 200, description = "It is in force", body = Published, headers(("ETag" = String, description = "The version"))),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 404, description = "No such version", body = ErrorBody),
        (status = 409, description = "Somebody else published at the same time", body = ErrorBody),
        (status = 412, description = "Another version was published meanwhile", body = ErrorBody),
        (status = 422, description = "What was allowed then is a mistake now", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn publish_version() {}

#[utoipa::path(get, path = "/api/v1/playbook/versions/{from}/diff/{to}", tag = "playbook",
    description = "What is different: by rules, menus and other parts, which are known by their names, and by lines.",
    params(
        ("from" = String, Path, description = "A version, or `draft`"),
        ("to" = String, Path, description = "A version, or `draft`"),
    ),
    responses(
        (status = 200, description = "The difference", body = PlaybookDifference),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 404, description = "No such version, or no draft", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn compare_versions() {}

#[utoipa::path(put, path = "/api/v1/menu", tag = "menu",
    description = "Publishes the custom menu, given in WeChat's own form: `{\"button\":[…]}`.",
    request_body(content = Object, content_type = "application/json"),
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
