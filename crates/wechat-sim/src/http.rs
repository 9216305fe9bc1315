//! JSON in and out, for the handlers of `/sim` and of the platform's interfaces.

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Request},
    http::{Response, StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

/// A document with its status.
pub fn document(status: StatusCode, value: &impl Serialize) -> Response<Body> {
    match serde_json::to_string(value) {
        Ok(text) => (
            status,
            [(CONTENT_TYPE, "application/json; charset=utf-8")],
            text,
        )
            .into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// What `/sim` says when a request makes no sense.
#[derive(Debug)]
pub struct Mistake {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Mistake {
    /// A request that cannot be understood (422).
    pub fn unclear(message: impl ToString) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            code: "unclear",
            message: message.to_string(),
        }
    }

    /// A request that does not fit the state of things (409).
    pub fn conflict(message: impl ToString) -> Self {
        Self {
            status: StatusCode::CONFLICT,
            code: "conflict",
            message: message.to_string(),
        }
    }

    /// Something that is not there (404).
    pub fn absent(message: impl ToString) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            code: "not_found",
            message: message.to_string(),
        }
    }
}

impl IntoResponse for Mistake {
    fn into_response(self) -> Response<Body> {
        document(
            self.status,
            &json!({ "error": { "code": self.code, "message": self.message } }),
        )
    }
}

/// A JSON body whatever its Content-Type, so that `curl -d` is enough; no body is `{}`.
#[derive(Debug)]
pub struct Input<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Input<T> {
    type Rejection = Mistake;

    async fn from_request(request: Request, state: &S) -> Result<Self, Mistake> {
        let body = Bytes::from_request(request, state)
            .await
            .map_err(Mistake::unclear)?;
        let body: &[u8] = if body.is_empty() { b"{}" } else { &body };
        serde_json::from_slice(body)
            .map(Self)
            .map_err(Mistake::unclear)
    }
}
