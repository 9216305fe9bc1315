//! Cloudflare Access in front of the console: who it says somebody is, checked against the keys of the team.
//!
//! Keys are kept for an hour in the isolate, as texts: they are the same for all requests. When an assertion names another, they are
//! fetched anew, at most once a minute, since Access changes them every six weeks and strangers may name what they like.

use std::cell::RefCell;
use std::time::Duration;

use fandesk_people::access::{Assertion, Refused};
use futures_util::FutureExt;
use serde_json::Value;
use worker::Method;

use crate::outgoing::{self, Outgoing};
use crate::random::now;
use crate::subtle_crypto;

/// How long Access may take to show its keys.
const LIMIT: Duration = Duration::from_secs(5);
/// How long keys are kept.
const KEPT_MS: i64 = 3_600_000;
/// How long to wait before keys are fetched again because one was not among them.
const AGAIN_MS: i64 = 60_000;

/// What the settings say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Access {
    /// `https://<team>.cloudflareaccess.com`, as assertions have it.
    pub(crate) issuer: String,
    /// The AUD tag of the application.
    pub(crate) audience: String,
    /// Where its keys are, without a slash at the end.
    pub(crate) certs: String,
}

/// Why nobody is known by an assertion.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotProven {
    #[error("{0}")]
    Refused(#[from] Refused),
    #[error("it was signed with none of the team's keys")]
    Signature,
    #[error("the keys of Cloudflare Access are not to be had: {0}")]
    NoKeys(String),
}

/// One of the team's keys, as a JSON Web Key has it.
#[derive(Clone)]
struct Key {
    kid: String,
    modulus: String,
    exponent: String,
}

struct Kept {
    url: String,
    fetched_at: i64,
    keys: Vec<Key>,
}

thread_local! {
    static KEPT: RefCell<Option<Kept>> = const { RefCell::new(None) };
}

impl Access {
    /// The e-mail address of whoever `token` is about.
    ///
    /// Two awaits: the keys, if they have to be fetched, and the platform's cryptography.
    pub(crate) async fn email(&self, token: &str) -> Result<String, NotProven> {
        let assertion = Assertion::read(token)?;
        let key = self.key(&assertion.kid).await?;
        let key = key.ok_or(NotProven::Signature)?;
        let (signed, signature) = (assertion.signed.as_bytes(), assertion.signature.as_slice());
        // A key that cannot be read proves nothing either.
        let is_signed =
            subtle_crypto::is_rs256(&key.modulus, &key.exponent, signed, signature).await;
        if !is_signed.unwrap_or(false) {
            return Err(NotProven::Signature);
        }
        let email = assertion.email(&self.issuer, &self.audience, now().0)?;
        Ok(email.to_owned())
    }

    async fn key(&self, kid: &str) -> Result<Option<Key>, NotProven> {
        let url = format!("{}/cdn-cgi/access/certs", self.certs);
        let now = now().0;
        let kept = KEPT.with_borrow(|kept| {
            let kept = kept.as_ref().filter(|kept| kept.url == url)?;
            let age = now.saturating_sub(kept.fetched_at);
            let found = kept.keys.iter().find(|key| key.kid == kid).cloned();
            let is_good = age < AGAIN_MS || (found.is_some() && age < KEPT_MS);
            is_good.then_some(found)
        });
        if let Some(found) = kept {
            return Ok(found);
        }
        let keys = fetch(&url).boxed_local().await?;
        let found = keys.iter().find(|key| key.kid == kid).cloned();
        KEPT.set(Some(Kept {
            url,
            fetched_at: now,
            keys,
        }));
        Ok(found)
    }
}

async fn fetch(url: &str) -> Result<Vec<Key>, NotProven> {
    let outgoing = Outgoing {
        method: Method::Get,
        url,
        headers: Vec::new(),
        body: None,
        limit: LIMIT,
    };
    let incoming = outgoing::send(outgoing)
        .await
        .map_err(|no_answer| NotProven::NoKeys(no_answer.to_string()))?;
    if incoming.status != 200 {
        let why = format!("status {}", incoming.status);
        return Err(NotProven::NoKeys(why));
    }
    read(&incoming.body).ok_or_else(|| NotProven::NoKeys("there are none in the answer".to_owned()))
}

/// Reads `{"keys":[{"kid","kty":"RSA","n","e"},…]}`; other kinds of keys are passed over.
fn read(body: &[u8]) -> Option<Vec<Key>> {
    let document: Value = serde_json::from_slice(body).ok()?;
    let keys = document.get("keys")?.as_array()?.iter();
    let keys = keys.filter(|key| key.get("kty").is_some_and(|kind| kind == "RSA"));
    let read = keys.filter_map(|key| {
        let text = |name: &str| key.get(name)?.as_str().map(str::to_owned);
        Some(Key {
            kid: text("kid")?,
            modulus: text("n")?,
            exponent: text("e")?,
        })
    });
    Some(read.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_keys_of_rsa_are_read() {
        let body = br#"{"keys":[{"kid":"a","kty":"RSA","n":"1","e":"AQAB"},{"kid":"b","kty":"EC"},{"kid":"c","kty":"RSA"}]}"#;
        let keys = read(body).unwrap();
        assert_eq!(keys.len(), 1);
        assert_eq!(keys[0].kid, "a");
        assert!(read(b"<html>").is_none() && read(b"{}").is_none());
    }
}
