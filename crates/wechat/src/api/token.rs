//! Access tokens: what every other call needs.

use std::fmt;

use serde::Deserialize;
use serde_json::json;

use super::{Call, CallFailure, Method, read_answer};

/// Asks for the access token, the same for all who ask until it nears its end.
///
/// With `force_refresh` a new one is made and the old one ends within 5 minutes: 20 times a day, 30 s apart.
/// Without it 10,000 calls a minute and 500,000 a day are allowed. Other than `/cgi-bin/token`, this call
/// does not end the token of every other holder.
pub fn stable_token(app_id: &str, secret: &str, force_refresh: bool) -> Call {
    let body = json!({
        "grant_type": "client_credential",
        "appid": app_id,
        "secret": secret,
        "force_refresh": force_refresh,
    });
    Call {
        method: Method::Post,
        path: "/cgi-bin/stable_token",
        query: Vec::new(),
        body: Some(body.to_string()),
        token: false,
    }
}

/// Reads the answer.
///
/// # Errors
/// See [`CallFailure`]; 40164 means that the caller's address is not on the account's list.
pub fn read(status: u16, body: &[u8]) -> Result<AccessToken, CallFailure> {
    read_answer(status, body)
}

/// An access token. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
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
