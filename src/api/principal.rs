//! Who asks, and what they may do.

use subtle::ConstantTimeEq;
use worker::Request;

use super::error::ApiError;
use crate::settings::Settings;

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
    Alerts,
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

/// Who sent a request.
pub(crate) fn of(request: &Request, settings: &Settings) -> Result<Principal, ApiError> {
    let header = request.headers().get("authorization")?.unwrap_or_default();
    let given = header.strip_prefix("Bearer ").unwrap_or_default().trim();
    match &settings.admin_token {
        Some(token) if bool::from(token.as_bytes().ct_eq(given.as_bytes())) => Ok(Principal::Admin),
        _ => Err(ApiError::Unauthorized),
    }
}
