//! What the account may do.

use fandesk_api::{Capabilities, ErrorBody};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(show_capabilities))]
pub(crate) struct Paths;

#[utoipa::path(get, path = "/api/v1/capabilities", tag = "account",
    description = "What the account may do, by its type and verification (`WECHAT_ACCOUNT_TYPE`, `WECHAT_ACCOUNT_VERIFIED`), and \
                   for what it may not, why. A playbook or menu that needs what is lacking is refused.",
    responses(
        (status = 200, description = "All capabilities", body = Capabilities),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
    )
)]
fn show_capabilities() {}
