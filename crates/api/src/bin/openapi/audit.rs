//! The log of who read and changed what.

use fandesk_api::{AuditRow, AuditVerified, ErrorBody, Page};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(list_audit, verify_audit))]
pub(crate) struct Paths;

#[utoipa::path(get, path = "/api/v1/audit", tag = "audit",
    params(
        ("person" = Option<String>, Query, description = "Only what this person did"),
        ("action" = Option<String>, Query, description = "Only this deed"),
        ("conversation" = Option<String>, Query, description = "Only what was done with this conversation"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, description = "Items at most, 100 if not given", minimum = 1, maximum = 1000),
    ),
    responses(
        (status = 200, description = "A page, newest first", body = Page<AuditRow>),
        (status = 401, description = "No token or session, or a wrong one", body = ErrorBody),
        (status = 403, description = "The right or the team is missing", body = ErrorBody),
        (status = 422, description = "A parameter is wrong", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn list_audit() {}

#[utoipa::path(get, path = "/api/v1/audit/verify", tag = "audit",
    description = "Computes every hash anew.",
    responses(
        (status = 200, description = "Whether it is as it was written", body = AuditVerified),
        (status = 401, description = "No token or session, or a wrong one", body = ErrorBody),
        (status = 403, description = "The right or the team is missing", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn verify_audit() {}
