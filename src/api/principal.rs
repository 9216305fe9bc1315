//! Who asks, and what they may do.

pub(crate) use fandesk_people::{Action, Resource};
use fandesk_people::{Who, permissions};
use subtle::ConstantTimeEq;
use worker::Request;

use super::error::ApiError;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Principal {
    /// Holds `FANDESK_ADMIN_TOKEN`: automation, over all accounts.
    Admin,
    /// Someone of the desk, in the account of the path.
    #[allow(dead_code, reason = "people log in with the next step")]
    Person(Who),
}

impl Principal {
    /// What objects and the audit log are told.
    #[allow(dead_code, reason = "people log in with the next step")]
    pub(crate) fn person(&self) -> Who {
        match self {
            Principal::Admin => Who::token(),
            Principal::Person(who) => who.clone(),
        }
    }
}

/// Whether `principal` may do that with any of `resource`. The only place that says so; how far they reach is the same table's
/// (`fandesk_people::permissions`).
pub(crate) fn allows(principal: &Principal, action: Action, resource: Resource) -> bool {
    match principal {
        Principal::Admin => true,
        Principal::Person(who) => permissions::allows(who.role, action, resource),
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
