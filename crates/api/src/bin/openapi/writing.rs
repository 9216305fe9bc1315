//! What is written in a conversation: to the fan, for the desk, and what is not sent yet.

use fandesk_api::{
    AnswerRequest, Answered, BulkDone, BulkRequest, Conversation, Draft, Entry, ErrorBody, FanTags,
    TextRequest,
};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(
    answer_fan,
    note_for_desk,
    put_conversation_tags,
    show_draft,
    keep_draft,
    discard_draft,
    do_in_bulk
))]
pub(crate) struct Paths;

#[utoipa::path(post, path = "/api/v1/conversations/{id}/messages", tag = "conversations",
    description = "Sends a text to the fan, once. A repeat with the same `client_id` changes nothing and is answered the same.",
    params(
        ("id" = String, Path, description = "The conversation's id"),
    ),
    request_body = AnswerRequest,
    responses(
        (status = 202, description = "A job will send it", body = Answered),
        (status = 400, description = "The body is not JSON, or has other fields", body = ErrorBody),
        (status = 401, description = "No token or session, or a wrong one", body = ErrorBody),
        (status = 403, description = "The right or the team is missing", body = ErrorBody),
        (status = 404, description = "No such conversation", body = ErrorBody),
        (status = 409, description = "`not_yours`: take it first; `answered`: somebody of the desk wrote after `seen`; `window`: WeChat would refuse it, and the message says what can be done instead", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 422, description = "The text is empty or too long, or `client_id` is", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn answer_fan() {}

#[utoipa::path(post, path = "/api/v1/conversations/{id}/notes", tag = "conversations",
    description = "Notes something for the desk. The fan never sees it.",
    params(
        ("id" = String, Path, description = "The conversation's id"),
    ),
    request_body = TextRequest,
    responses(
        (status = 201, description = "It, in the thread", body = Entry),
        (status = 400, description = "The body is not JSON, or has other fields", body = ErrorBody),
        (status = 401, description = "No token or session, or a wrong one", body = ErrorBody),
        (status = 403, description = "The right or the team is missing", body = ErrorBody),
        (status = 404, description = "No such conversation", body = ErrorBody),
        (status = 409, description = "The conversation is closed, or the fan's data was erased", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 422, description = "The text is empty or too long", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn note_for_desk() {}

#[utoipa::path(put, path = "/api/v1/conversations/{id}/tags", tag = "conversations",
    description = "Replaces the tags. They decide about priority and deadlines.",
    params(
        ("id" = String, Path, description = "The conversation's id"),
    ),
    request_body = FanTags,
    responses(
        (status = 200, description = "The conversation, as it is now", body = Conversation),
        (status = 400, description = "The body is not JSON, or has other fields", body = ErrorBody),
        (status = 401, description = "No token or session, or a wrong one", body = ErrorBody),
        (status = 403, description = "The right or the team is missing", body = ErrorBody),
        (status = 404, description = "No such conversation", body = ErrorBody),
        (status = 409, description = "Where it stands does not allow that, or somebody else has it", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 422, description = "Too many tags, or one that is empty or too long", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn put_conversation_tags() {}

#[utoipa::path(get, path = "/api/v1/conversations/{id}/draft", tag = "conversations",
    description = "What somebody was writing. Whoever takes the conversation over finds it.",
    params(
        ("id" = String, Path, description = "The conversation's id"),
    ),
    responses(
        (status = 200, description = "The draft", body = Draft),
        (status = 401, description = "No token or session, or a wrong one", body = ErrorBody),
        (status = 403, description = "The right or the team is missing", body = ErrorBody),
        (status = 404, description = "No such conversation", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn show_draft() {}

#[utoipa::path(put, path = "/api/v1/conversations/{id}/draft", tag = "conversations",
    params(
        ("id" = String, Path, description = "The conversation's id"),
    ),
    request_body = TextRequest,
    responses(
        (status = 200, description = "The draft", body = Draft),
        (status = 400, description = "The body is not JSON, or has other fields", body = ErrorBody),
        (status = 401, description = "No token or session, or a wrong one", body = ErrorBody),
        (status = 403, description = "The right or the team is missing", body = ErrorBody),
        (status = 404, description = "No such conversation", body = ErrorBody),
        (status = 409, description = "Where it stands does not allow that, or somebody else has it", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 422, description = "The text is empty or too long", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn keep_draft() {}

#[utoipa::path(delete, path = "/api/v1/conversations/{id}/draft", tag = "conversations",
    params(
        ("id" = String, Path, description = "The conversation's id"),
    ),
    responses(
        (status = 204, description = "There is none any more"),
        (status = 401, description = "No token or session, or a wrong one", body = ErrorBody),
        (status = 403, description = "The right or the team is missing", body = ErrorBody),
        (status = 404, description = "No such conversation", body = ErrorBody),
        (status = 409, description = "Where it stands does not allow that, or somebody else has it", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn discard_draft() {}

#[utoipa::path(post, path = "/api/v1/conversations/bulk", tag = "conversations",
    description = "One deed for many conversations. Those that it cannot be done with do not hold up the others.",
    request_body = BulkRequest,
    responses(
        (status = 200, description = "With which it was done, and with which not", body = BulkDone),
        (status = 400, description = "The body is not JSON, or has other fields", body = ErrorBody),
        (status = 401, description = "No token or session, or a wrong one", body = ErrorBody),
        (status = 403, description = "The right or the team is missing", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 422, description = "A field is missing or wrong", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn do_in_bulk() {}
