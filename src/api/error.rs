//! What goes wrong in the API: a status, a word for programs, a sentence for people.

use fandesk_api::{ErrorBody, ErrorDetail};
use fandesk_people::Wrong;
use worker::Response;

use crate::accounts::NoAccount;
use crate::answer;
use crate::desk::ask::DeskError;
use crate::fan_shard::ask::CallError;

/// Why a request was refused or failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("log in, or show a bearer token: Authorization: Bearer <FANDESK_ADMIN_TOKEN>")]
    Unauthorized,
    /// Login, password or code: which of them is not said.
    #[error("the login, the password or the code is wrong")]
    WrongPassword,
    /// Cloudflare Access stands in front, and this is not somebody whom it vouches for.
    #[error("Cloudflare Access does not log you in: {0}")]
    NotVouchedFor(String),
    /// The password is right, and there is a second factor.
    #[error("the code of your second factor is needed too")]
    CodeNeeded,
    #[error("too many tries; try again in {seconds} s")]
    TooManyTries { seconds: i64 },
    /// A request with a session's cookie that no page of ours made.
    #[error(
        "this does not come from a page of fandesk's: x-csrf-token is that of GET /session, and the origin is our own"
    )]
    Csrf,
    /// Only somebody who logged in has what this is about.
    #[error("this is about a person who is logged in, which the bearer of the admin token is not")]
    NoPerson,
    #[error("nobody can log in: FANDESK_SESSION_KEY is not set, see /healthz")]
    NoSessionKey,
    #[error("this needs a right that you do not have")]
    Forbidden,
    #[error("{0}")]
    NotFound(String),
    #[error("this path has no such method, only {allow}")]
    Method { allow: &'static str },
    /// The state of things does not allow it.
    #[error("{0}")]
    Conflict(String),
    #[error("version {newest} is in force, not the one that If-Match names")]
    Precondition { newest: i64 },
    #[error("the draft is at revision {revision}, not the one that If-Match names")]
    DraftPrecondition { revision: i64 },
    #[error("the body is larger than {limit} bytes")]
    TooLarge { limit: usize },
    #[error("{0}")]
    MediaType(String),
    #[error("the body cannot be read: {0}")]
    Malformed(String),
    /// A field or parameter is wrong.
    #[error("{message}")]
    Invalid {
        field: Option<String>,
        line: Option<usize>,
        message: String,
    },
    /// WeChat refused, or gave no answer.
    #[error("{0}")]
    WeChat(String),
    /// The desk or a shard says no, with a word of its own for programs.
    #[error("{message}")]
    Refused {
        status: u16,
        code: &'static str,
        field: Option<String>,
        message: String,
    },
    #[error("this path is a WebSocket: ask with Upgrade: websocket")]
    NoWebSocket,
    #[error("the settings are incomplete: see /healthz")]
    Settings,
    /// A part is down. The reason is for the log, not for strangers.
    #[error("{part} is unavailable, try again: {reason}")]
    Unavailable { part: &'static str, reason: String },
}

impl ApiError {
    /// A parameter is wrong.
    pub(crate) fn parameter(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid {
            field: Some(field.to_owned()),
            line: None,
            message: message.into(),
        }
    }

    /// D1 did not do what it should.
    pub(crate) fn d1(error: worker::Error) -> Self {
        Self::Unavailable {
            part: "the database",
            reason: error.to_string(),
        }
    }

    pub(crate) fn status(&self) -> u16 {
        self.form().0
    }

    /// What the log says of it. WeChat's own words may repeat what it was sent: whoever asked is told them, and the log is not.
    pub(crate) fn logged(&self) -> String {
        match self {
            Self::WeChat(_) => {
                "WeChat did not do what was asked; whoever asked was told why".to_owned()
            }
            other => other.to_string(),
        }
    }

    /// Status and word.
    fn form(&self) -> (u16, &'static str) {
        match self {
            Self::Malformed(_) => (400, "malformed"),
            Self::Unauthorized | Self::WrongPassword | Self::NotVouchedFor(_) => {
                (401, "unauthorized")
            }
            Self::CodeNeeded => (401, "code_needed"),
            Self::Forbidden | Self::NoPerson => (403, "forbidden"),
            Self::Csrf => (403, "csrf"),
            Self::NotFound(_) => (404, "not_found"),
            Self::Method { .. } => (405, "method_not_allowed"),
            Self::Conflict(_) => (409, "conflict"),
            Self::Precondition { .. } | Self::DraftPrecondition { .. } => {
                (412, "precondition_failed")
            }
            Self::TooLarge { .. } => (413, "too_large"),
            Self::MediaType(_) => (415, "unsupported_media_type"),
            Self::Invalid { .. } => (422, "invalid"),
            Self::NoWebSocket => (426, "upgrade_required"),
            Self::TooManyTries { .. } => (429, "too_many_tries"),
            Self::Refused { status, code, .. } => (*status, code),
            Self::WeChat(_) => (502, "wechat"),
            Self::Settings | Self::NoSessionKey => (503, "settings"),
            Self::Unavailable { .. } => (503, "unavailable"),
        }
    }

    pub(crate) fn into_response(self) -> worker::Result<Response> {
        let (status, code) = self.form();
        let message = match &self {
            Self::Unavailable { part, .. } => format!("{part} is unavailable, try again"),
            other => other.to_string(),
        };
        let allow = match self {
            Self::Method { allow } => Some(allow),
            _ => None,
        };
        let retry_after = match self {
            Self::TooManyTries { seconds } => Some(seconds.to_string()),
            _ => None,
        };
        let (field, line) = match self {
            Self::Invalid { field, line, .. } => (field, line),
            Self::Refused { field, .. } => (field, None),
            _ => (None, None),
        };
        let body = ErrorBody {
            error: ErrorDetail {
                code: code.to_owned(),
                message,
                field,
                line,
            },
        };
        let mut response = answer::json(status, &body)?;
        if let Some(allow) = allow {
            response.headers_mut().set("allow", allow)?;
        }
        if let Some(seconds) = retry_after {
            response.headers_mut().set("retry-after", &seconds)?;
        }
        Ok(response)
    }
}

impl From<CallError> for ApiError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Refused {
                status: 404,
                message,
            } => Self::NotFound(message),
            CallError::Refused {
                status: 409,
                message,
            } => Self::Conflict(message),
            other => Self::Unavailable {
                part: "a shard",
                reason: other.to_string(),
            },
        }
    }
}

impl From<NoAccount> for ApiError {
    fn from(error: NoAccount) -> Self {
        match error {
            NoAccount::Unknown => Self::NotFound(error.to_string()),
            NoAccount::Incomplete => Self::Settings,
        }
    }
}

impl From<Wrong> for ApiError {
    fn from(wrong: Wrong) -> Self {
        Self::parameter(&wrong.field, wrong.message)
    }
}

impl From<DeskError> for ApiError {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Refused(refusal) => Self::Refused {
                status: refusal.status,
                code: refusal.code,
                field: refusal.field,
                message: refusal.message,
            },
            DeskError::Unreachable(reason) => Self::Unavailable {
                part: "the desk",
                reason,
            },
        }
    }
}

/// Failures of the platform itself: a request that cannot be read, an answer that cannot be made.
impl From<worker::Error> for ApiError {
    fn from(error: worker::Error) -> Self {
        Self::Unavailable {
            part: "the Worker",
            reason: error.to_string(),
        }
    }
}
