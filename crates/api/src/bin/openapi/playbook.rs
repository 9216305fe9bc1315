//! The playbook in force, its draft and versions, and what of it fans hit.

use fandesk_api::{
    DraftSaved, ErrorBody, Page, PlaybookDifference, PlaybookHit, PlaybookPreview,
    PlaybookPreviewRequest, PlaybookVersion, Published, ShardPlaybook,
};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(
    put_playbook,
    get_playbook,
    playbook_shards,
    list_hits,
    preview,
    get_draft,
    put_draft,
    delete_draft,
    publish_draft,
    list_versions,
    get_version,
    publish_version,
    compare_versions
))]
pub(crate) struct Paths;

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

#[utoipa::path(post, path = "/api/v1/playbook/preview", tag = "playbook",
    description = "What a fan would see who does this, by a document that need not be in force. Nothing is sent or counted. The fan is \
                   one of whom nothing is known but `place`: no person speaks to them, and they are bound to a customer of the business.",
    request_body = PlaybookPreviewRequest,
    responses(
        (status = 200, description = "What the fan would see", body = PlaybookPreview),
        (status = 400, description = "The body is not JSON", body = ErrorBody),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 404, description = "No document was sent, and there is no draft and none in force", body = ErrorBody),
        (status = 413, description = "The body is larger than 2 MiB", body = ErrorBody),
        (status = 422, description = "A field is wrong, or the document has a mistake, with its line", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn preview() {}

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
        (status = 400, description = "The document is not UTF-8", body = ErrorBody),
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
