//! Who asks, and what they may do.

use subtle::ConstantTimeEq;
use worker::Request;

use super::error::ApiError;

/// Who asks. People come with the desk; until then there is one, for automation.
pub(crate) enum Principal {
    /// Holds `FANDESK_ADMIN_TOKEN`.
    Admin,
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Look.
    Read,
    /// Change, publish, send, replay.
    Write,
}

/// With what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resource {
    Accounts,
    Capabilities,
    /// What D1 has.
    Database,
    Events,
    Fans,
    Jobs,
    Layout,
    Menu,
    Playbook,
}

/// Whether `principal` may do that. The only place that says so.
pub(crate) fn allows(principal: &Principal, _action: Action, _resource: Resource) -> bool {
    match principal {
        Principal::Admin => true,
    }
}

/// Who sent a request, where `admin_token` has full rights.
pub(crate) fn of(request: &Request, admin_token: Option<&str>) -> Result<Principal, ApiError> {
    let header = request.headers().get("authorization")?.unwrap_or_default();
    let given = header.strip_prefix("Bearer ").unwrap_or_default().trim();
    match admin_token {
        Some(token) if bool::from(token.as_bytes().ct_eq(given.as_bytes())) => Ok(Principal::Admin),
        _ => Err(ApiError::Unauthorized),
    }
}
