//! Prints the OpenAPI document of `/api/v1`. Native, so that none of it is in the Wasm.
//!
//! The schemas come from the types that the Worker serialises; the paths stand here, one function without a body each.

#![expect(dead_code, reason = "the functions are only read by their attributes")]

use std::process::ExitCode;

use fandesk_api::{
    Account, Alert, Capabilities, DraftSaved, ErrorBody, Event, Fan, FanTags, Health, Job,
    JobState, Layout, MenuChecked, MenuLive, MenuMatched, MenuPublished, MenuVersion,
    MessageRequest, Page, PlaybookDifference, PlaybookHit, PlaybookVersion, Published, Queued,
    Reflushed, ShardPlaybook,
};
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{Object, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, Ref, Required, ResponseBuilder};
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
        healthz, list_alerts, list_accounts, show_account, show_capabilities, list_events, show_fan, write_to_fan, put_tags, list_jobs,
        show_job, replay_job, show_layout, put_playbook, get_playbook, playbook_shards, get_menu, list_hits, get_draft, put_draft,
        delete_draft,
        publish_draft, list_versions, get_version, publish_version, compare_versions, put_menu, reflush, delete_menu, check_menu,
        live_menu, match_menu, list_menu_versions, get_menu_version, publish_menu_version
    ),
    modifiers(&Bearer, &OfEachAccount),
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

/// What is at `/api/v1` is also at `/api/v1/accounts/{account}`.
struct OfEachAccount;

impl Modify for OfEachAccount {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let of_first = openapi.paths.paths.clone();
        for (path, mut item) in of_first {
            let Some(rest) = path.strip_prefix("/api/v1/") else {
                continue;
            };
            if rest.split('/').next() == Some("accounts") {
                continue;
            }
            let operations = [
                &mut item.get,
                &mut item.put,
                &mut item.post,
                &mut item.delete,
                &mut item.patch,
            ];
            for operation in operations.into_iter().flatten() {
                of_account(operation);
            }
            let path = format!("/api/v1/accounts/{{account}}/{rest}");
            openapi.paths.paths.insert(path, item);
        }
    }
}

fn of_account(operation: &mut Operation) {
    if let Some(id) = &mut operation.operation_id {
        id.push_str("_of_account");
    }
    let account = ParameterBuilder::new()
        .name("account")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("Its name, or its AppID"))
        .schema(Some(Object::with_type(Type::String)))
        .build();
    let parameters = operation.parameters.get_or_insert_default();
    parameters.insert(0, account.into());
    let not_found = ResponseBuilder::new()
        .description("No such account")
        .content(
            "application/json",
            Content::new(Some(Ref::from_schema_name("ErrorBody"))),
        )
        .build();
    let responses = &mut operation.responses.responses;
    responses
        .entry("404".to_owned())
        .or_insert_with(|| not_found.into());
}

#[utoipa::path(get, path = "/healthz", tag = "health", security(()), responses(
    (status = 200, description = "All is well", body = Health),
    (status = 503, description = "Something is wrong", body = Health),
))]
fn healthz() {}

#[utoipa::path(get, path = "/api/v1/accounts", tag = "accounts",
    description = "The accounts that this deployment serves. What is at `/api/v1/…` is about the first one; the same is at \
                   `/api/v1/accounts/{account}/…` for each.",
    responses(
        (status = 200, description = "All of them, the first one first", body = Page<Account>),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
    )
)]
fn list_accounts() {}

#[utoipa::path(get, path = "/api/v1/accounts/{account}", tag = "accounts",
    params(("account" = String, Path, description = "Its name, or its AppID")),
    responses(
        (status = 200, description = "The account", body = Account),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 404, description = "No such account", body = ErrorBody),
        (status = 503, description = "There is no such account, unless it is the one whose AppID is missing", body = ErrorBody),
    )
)]
fn show_account() {}

#[utoipa::path(get, path = "/api/v1/capabilities", tag = "account",
    description = "What the account may do, by its type and verification (`WECHAT_ACCOUNT_TYPE`, `WECHAT_ACCOUNT_VERIFIED`), and \
                   for what it may not, why. A playbook or menu that needs what is lacking is refused.",
    responses(
        (status = 200, description = "All capabilities", body = Capabilities),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
    )
)]
fn show_capabilities() {}
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
        (status = 409, description = "It is neither dead nor unknown, or asks who the fan is, which only the fan can do again", body = ErrorBody),
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
#[utoipa::path(get, path = "/api/v1/menu", tag = "menu",
    description = "The newest version of the custom menu, with its number as `ETag`.",
    responses(
        (status = 200, description = "The newest version", body = MenuVersion),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 404, description = "None was published yet", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn get_menu() {}

#[utoipa::path(put, path = "/api/v1/menu", tag = "menu",
    description = "Publishes the custom menu, given in WeChat's own form: `{\"button\":[…]}`, and beside it, for menus that only some \
                   fans see, `\"conditionalmenu\":[{\"button\":[…],\"matchrule\":{\"tag_id\":\"2\",\"client_platform_type\":\"1\"}}]`. The \
                   first whose rule matches is the one that a fan sees. Conditional menus that are not named are taken away, but for \
                   those that somebody else made while fandesk never made any.",
    params(("If-Match" = Option<String>, Header, description = "Only if this version is the newest")),
    request_body(content = Object, content_type = "application/json", example = json!({
        "button": [{ "type": "click", "name": "帮助", "key": "HELP" }]
    })),
    responses(
        (status = 200, description = "WeChat has it", body = MenuPublished),
        (status = 400, description = "The body is not a JSON object", body = ErrorBody),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 409, description = "Somebody else is publishing at this moment", body = ErrorBody),
        (status = 412, description = "The newest version is not the one of If-Match", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 422, description = "The menu has a mistake, found here or by WeChat; the old one stays", body = ErrorBody),
        (status = 502, description = "WeChat refused it for another reason, or gave no answer", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn put_menu() {}

#[utoipa::path(delete, path = "/api/v1/menu", tag = "menu",
    description = "Takes the menu away, conditional ones too. That is a version of its own.",
    params(("If-Match" = Option<String>, Header, description = "Only if this version is the newest")),
    responses(
        (status = 200, description = "WeChat has no menu any more", body = MenuPublished),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 409, description = "Somebody else is publishing at this moment", body = ErrorBody),
        (status = 412, description = "The newest version is not the one of If-Match", body = ErrorBody),
        (status = 502, description = "WeChat refused, or gave no answer", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn delete_menu() {}

#[utoipa::path(post, path = "/api/v1/menu/check", tag = "menu",
    description = "Checks a menu without publishing it: what WeChat would be given, and which keys the playbook does not answer.",
    request_body(content = Object, content_type = "application/json"),
    responses(
        (status = 200, description = "It could be published", body = MenuChecked),
        (status = 400, description = "The body is not a JSON object", body = ErrorBody),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 422, description = "The menu has a mistake", body = ErrorBody),
    )
)]
fn check_menu() {}

#[utoipa::path(get, path = "/api/v1/menu/live", tag = "menu",
    description = "What WeChat has at this moment of menus made by an API, and whether it is the newest version here.",
    responses(
        (status = 200, description = "WeChat's answer", body = MenuLive),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 502, description = "WeChat refused, or gave no answer", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn live_menu() {}

#[utoipa::path(get, path = "/api/v1/menu/match", tag = "menu",
    params(("openid" = String, Query, description = "WeChat's name for the fan")),
    responses(
        (status = 200, description = "What the fan sees, as WeChat says", body = MenuMatched),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 404, description = "WeChat knows no such fan", body = ErrorBody),
        (status = 422, description = "A parameter is missing or wrong", body = ErrorBody),
        (status = 502, description = "WeChat refused, or gave no answer", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn match_menu() {}

#[utoipa::path(get, path = "/api/v1/menu/versions", tag = "menu",
    params(
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, description = "Items at most, 100 if not given", minimum = 1, maximum = 1000),
    ),
    responses(
        (status = 200, description = "A page, newest first", body = Page<MenuVersion>),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 422, description = "A parameter is wrong", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn list_menu_versions() {}

#[utoipa::path(get, path = "/api/v1/menu/versions/{version}", tag = "menu",
    params(("version" = i64, Path, description = "Its number")),
    responses(
        (status = 200, description = "The version", body = MenuVersion),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 404, description = "No such version", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn get_menu_version() {}

#[utoipa::path(post, path = "/api/v1/menu/versions/{version}/publish", tag = "menu",
    description = "Publishes an older version again, as a new one.",
    params(
        ("version" = i64, Path, description = "Its number"),
        ("If-Match" = Option<String>, Header, description = "Only if this version is the newest"),
    ),
    responses(
        (status = 200, description = "WeChat has it", body = MenuPublished),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 404, description = "No such version", body = ErrorBody),
        (status = 409, description = "That version has no menu, or somebody else is publishing", body = ErrorBody),
        (status = 412, description = "The newest version is not the one of If-Match", body = ErrorBody),
        (status = 422, description = "WeChat does not take it any more", body = ErrorBody),
        (status = 502, description = "WeChat refused it for another reason, or gave no answer", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn publish_menu_version() {}
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
