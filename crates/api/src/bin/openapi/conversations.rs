//! Conversations: what waits, who has what, and who is to have it.

use fandesk_api::{AssignRequest, Context, Conversation, ErrorBody, Page, Thread, TransferRequest};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(
    list_conversations,
    show_conversation,
    show_thread,
    show_context,
    take_conversation,
    release_conversation,
    hold_conversation,
    resume_conversation,
    resolve_conversation,
    assign_conversation,
    transfer_conversation
))]
pub(crate) struct Paths;

#[utoipa::path(get, path = "/api/v1/conversations", tag = "conversations",
    description = "The conversations that whoever asks may see: of their teams, and of agents only what waits or is somebody's.",
    params(
        ("state" = Option<String>, Query, description = "Only those that stand there: `new`, `waiting`, `assigned`, `on_hold`, `resolved`, `reopened` or `closed`, or some of them with commas between. Closed ones are shown only when they are asked for", example = "waiting,reopened"),
        ("team" = Option<String>, Query, description = "Only those of this team"),
        ("agent" = Option<String>, Query, description = "Only those of this person; `me`, or `none` for those that nobody has"),
        ("tag" = Option<String>, Query, description = "Only those with this tag"),
        ("q" = Option<String>, Query, description = "Only those whose newest text, tags or agent have this in them, or whose openid this is"),
        ("unanswered" = Option<String>, Query, description = "`1`: only those in which the fan waits for an answer"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, description = "Items at most, 100 if not given", minimum = 1, maximum = 1000),
    ),
    responses(
        (status = 200, description = "A page, newest first", body = Page<Conversation>),
        (status = 401, description = "No token or session, or a wrong one", body = ErrorBody),
        (status = 403, description = "The right or the team is missing", body = ErrorBody),
        (status = 422, description = "A parameter is wrong", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn list_conversations() {}

#[utoipa::path(get, path = "/api/v1/conversations/{id}", tag = "conversations",
    params(
        ("id" = String, Path, description = "The conversation's id"),
    ),
    responses(
        (status = 200, description = "The conversation, as it is now", body = Conversation),
        (status = 401, description = "No token or session, or a wrong one", body = ErrorBody),
        (status = 403, description = "The right or the team is missing", body = ErrorBody),
        (status = 404, description = "No such conversation", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn show_conversation() {}

#[utoipa::path(get, path = "/api/v1/conversations/{id}/thread", tag = "conversations",
    description = "The newest entries of the fan's thread, or those before `before`. Each reading is in the audit log.",
    params(
        ("id" = String, Path, description = "The conversation's id"),
        ("before" = Option<String>, Query, description = "`next` of the newer entries"),
        ("limit" = Option<u32>, Query, description = "Items at most, 100 if not given", minimum = 1, maximum = 1000),
    ),
    responses(
        (status = 200, description = "Entries, oldest first", body = Thread),
        (status = 401, description = "No token or session, or a wrong one", body = ErrorBody),
        (status = 403, description = "The right or the team is missing", body = ErrorBody),
        (status = 404, description = "No such conversation", body = ErrorBody),
        (status = 422, description = "A parameter is wrong", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn show_thread() {}

#[utoipa::path(get, path = "/api/v1/conversations/{id}/context", tag = "conversations",
    description = "Who the fan is, their other cases, and notes. Each reading is in the audit log.",
    params(
        ("id" = String, Path, description = "The conversation's id"),
    ),
    responses(
        (status = 200, description = "What is known", body = Context),
        (status = 401, description = "No token or session, or a wrong one", body = ErrorBody),
        (status = 403, description = "The right or the team is missing", body = ErrorBody),
        (status = 404, description = "No such conversation", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn show_context() {}

#[utoipa::path(post, path = "/api/v1/conversations/{id}/take", tag = "conversations",
    description = "Whoever asks gets it.",
    params(
        ("id" = String, Path, description = "The conversation's id"),
    ),
    responses(
        (status = 200, description = "The conversation, as it is now", body = Conversation),
        (status = 401, description = "No token or session, or a wrong one", body = ErrorBody),
        (status = 403, description = "The right or the team is missing", body = ErrorBody),
        (status = 404, description = "No such conversation", body = ErrorBody),
        (status = 409, description = "Where it stands does not allow that, or somebody was faster", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn take_conversation() {}

#[utoipa::path(post, path = "/api/v1/conversations/{id}/release", tag = "conversations",
    description = "It goes back to the queue of its team.",
    params(
        ("id" = String, Path, description = "The conversation's id"),
    ),
    responses(
        (status = 200, description = "The conversation, as it is now", body = Conversation),
        (status = 401, description = "No token or session, or a wrong one", body = ErrorBody),
        (status = 403, description = "The right or the team is missing", body = ErrorBody),
        (status = 404, description = "No such conversation", body = ErrorBody),
        (status = 409, description = "Where it stands does not allow that, or somebody was faster", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn release_conversation() {}

#[utoipa::path(post, path = "/api/v1/conversations/{id}/hold", tag = "conversations",
    description = "It waits for the fan: resolving it is not due meanwhile.",
    params(
        ("id" = String, Path, description = "The conversation's id"),
    ),
    responses(
        (status = 200, description = "The conversation, as it is now", body = Conversation),
        (status = 401, description = "No token or session, or a wrong one", body = ErrorBody),
        (status = 403, description = "The right or the team is missing", body = ErrorBody),
        (status = 404, description = "No such conversation", body = ErrorBody),
        (status = 409, description = "Where it stands does not allow that, or somebody was faster", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn hold_conversation() {}

#[utoipa::path(post, path = "/api/v1/conversations/{id}/resume", tag = "conversations",
    description = "It waits for the fan no longer.",
    params(
        ("id" = String, Path, description = "The conversation's id"),
    ),
    responses(
        (status = 200, description = "The conversation, as it is now", body = Conversation),
        (status = 401, description = "No token or session, or a wrong one", body = ErrorBody),
        (status = 403, description = "The right or the team is missing", body = ErrorBody),
        (status = 404, description = "No such conversation", body = ErrorBody),
        (status = 409, description = "Where it stands does not allow that, or somebody was faster", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn resume_conversation() {}

#[utoipa::path(post, path = "/api/v1/conversations/{id}/resolve", tag = "conversations",
    description = "It is done. The fan is asked how satisfied they are, once a case and if WeChat still allows a message.",
    params(
        ("id" = String, Path, description = "The conversation's id"),
    ),
    responses(
        (status = 200, description = "The conversation, as it is now", body = Conversation),
        (status = 401, description = "No token or session, or a wrong one", body = ErrorBody),
        (status = 403, description = "The right or the team is missing", body = ErrorBody),
        (status = 404, description = "No such conversation", body = ErrorBody),
        (status = 409, description = "Where it stands does not allow that, or somebody was faster", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn resolve_conversation() {}

#[utoipa::path(post, path = "/api/v1/conversations/{id}/assign", tag = "conversations",
    description = "Somebody gets it.",
    params(
        ("id" = String, Path, description = "The conversation's id"),
    ),
    request_body = AssignRequest,
    responses(
        (status = 200, description = "The conversation, as it is now", body = Conversation),
        (status = 400, description = "The body is not JSON, or has other fields", body = ErrorBody),
        (status = 401, description = "No token or session, or a wrong one", body = ErrorBody),
        (status = 403, description = "The right or the team is missing", body = ErrorBody),
        (status = 404, description = "No such conversation", body = ErrorBody),
        (status = 409, description = "Where it stands does not allow that, or somebody was faster", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 422, description = "No such person, or not of that team", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn assign_conversation() {}

#[utoipa::path(post, path = "/api/v1/conversations/{id}/transfer", tag = "conversations",
    description = "Another team gets it.",
    params(
        ("id" = String, Path, description = "The conversation's id"),
    ),
    request_body = TransferRequest,
    responses(
        (status = 200, description = "The conversation, as it is now", body = Conversation),
        (status = 400, description = "The body is not JSON, or has other fields", body = ErrorBody),
        (status = 401, description = "No token or session, or a wrong one", body = ErrorBody),
        (status = 403, description = "The right or the team is missing", body = ErrorBody),
        (status = 404, description = "No such conversation", body = ErrorBody),
        (status = 409, description = "Where it stands does not allow that, or somebody was faster", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 422, description = "No such team, or the note is too long", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn transfer_conversation() {}
