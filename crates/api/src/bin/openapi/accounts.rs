//! Which accounts there are.

use fandesk_api::{Account, ErrorBody, Page};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(list_accounts, show_account))]
pub(crate) struct Paths;

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
