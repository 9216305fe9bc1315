//! Access tokens: what every other call needs.

use std::fmt;

use serde_json::{Map, Value, json};

use super::json::field;
use super::{Answer, Call, CallFailure, Request, Response};

/// Asks for the access token, the same for all who ask until it nears its end.
///
/// Limits: 10,000 a minute, 500,000 a day; with `force_refresh` 20 a day, 30 s apart.
///
/// With `force_refresh` a new one is made and the old one ends within 5 minutes. Other than `/cgi-bin/token`, this call
/// does not end the token of every other holder. 40164 means that the caller's address is not on the account's list.
pub fn stable_token(app_id: &str, secret: &str, force_refresh: bool) -> Request<AccessToken> {
    let body = json!({
        "grant_type": "client_credential",
        "appid": app_id,
        "secret": secret,
        "force_refresh": force_refresh,
    });
    Request::of(Call::post("/cgi-bin/stable_token", &body).without_token())
}

/// An access token. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// The token; leave room for 512 characters.
    pub access_token: String,
    /// Seconds until it ends, from when it was asked for: 7200 at most, at times as few as 300.
    pub expires_in: u64,
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AccessToken")
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

impl Answer for AccessToken {
    fn read(response: Response) -> Result<Self, CallFailure> {
        let mut members: Map<String, Value> = response.into_json()?;
        Ok(AccessToken {
            access_token: field(&mut members, "access_token")?,
            expires_in: field(&mut members, "expires_in")?,
        })
    }
}
