//! Keys of people's logins, derived from `FANDESK_SESSION_KEY` and `FANDESK_DATA_KEY`.
//!
//! Each use has a word of its own before what is keyed, so that what was made for one is worth nothing for another. Who changes the session
//! key ends all sessions, and nobody's password is good any more: everybody is invited anew (docs/operations.md).

use fandesk_people::password::{HASH_BYTES, Hashed, ROUNDS, SALT_BYTES, hex, unhex};
use fandesk_shard::{Channel, Random};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use worker::{Error, Result};

use crate::random::PlatformRandom;
use crate::{signature, subtle_crypto};

/// How many rows of tries logins share that do not exist: enough that two hardly meet, few enough to keep.
const SHARED_TRIES: u32 = 1 << 16;

/// What the settings say.
#[derive(Clone)]
pub(crate) struct Keys {
    session: String,
    data: Option<String>,
}

impl Keys {
    pub(crate) fn new(session: String, data: Option<String>) -> Self {
        Self { session, data }
    }

    /// What pages that change something must show beside the cookie: other sites cannot read it.
    pub(crate) fn csrf(&self, token_hash: &str) -> String {
        hex(&signature::hmac(&self.session, &["csrf.", token_hash]))
    }

    /// What is kept of the token of a session. A copy of the database says nothing about tokens; another key knows no session that was
    /// begun under this one.
    pub(crate) fn session_hash(&self, token: &str) -> String {
        hex(&signature::hmac(&self.session, &["session.", token]))
    }

    /// What is kept of the token of an invitation, likewise.
    pub(crate) fn invitation_hash(&self, token: &str) -> String {
        hex(&signature::hmac(&self.session, &["invitation.", token]))
    }

    /// Under which name tries are counted of a login that does not exist. It may be a password, typed into the wrong field: it is not
    /// kept, and a flood of them fills no table.
    pub(crate) fn tries_of_nobody(&self, login: &str) -> String {
        let hash = signature::hmac(&self.session, &["login.", login]);
        let number = hash
            .iter()
            .take(4)
            .fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
        format!("?{}", number % SHARED_TRIES)
    }

    /// What says that somebody is this visitor of the account's web chat, until `expires_at` (Unix milliseconds).
    pub(crate) fn visitor_token(&self, account: &str, visitor: &str, expires_at: i64) -> String {
        let signed = hex(&self.sign_visitor(account, visitor, expires_at));
        format!("{visitor}.{expires_at}.{signed}")
    }

    /// The visitor that a token is of, if it is good at `now`.
    pub(crate) fn visitor_of(&self, account: &str, token: &str, now: i64) -> Option<String> {
        let mut parts = token.splitn(3, '.');
        let (visitor, expires_at, signed) = (parts.next()?, parts.next()?, parts.next()?);
        let expires_at: i64 = expires_at.parse().ok()?;
        let expected = self.sign_visitor(account, visitor, expires_at);
        let is_ours = bool::from(expected.ct_eq(&unhex(signed)?));
        let is_visitor = Channel::of(visitor) == Channel::Web;
        (is_ours && is_visitor && expires_at > now).then(|| visitor.to_owned())
    }

    fn sign_visitor(&self, account: &str, visitor: &str, expires_at: i64) -> Vec<u8> {
        let until = expires_at.to_string();
        let parts = ["visitor.", account, ".", visitor, ".", &until];
        signature::hmac(&self.session, &parts)
    }

    /// The key of something that a visitor sends: as long as WeChat's message keys, and nobody's name.
    pub(crate) fn message_of(visitor: &str, name: &str) -> String {
        let named = format!("chat {visitor} {name}");
        let mut key = hex(&Sha256::digest(named.as_bytes()));
        key.truncate(50);
        key
    }

    /// Hashes a password that somebody chose.
    pub(crate) async fn hash(&self, password: &str) -> Result<Hashed> {
        let salt = random::<SALT_BYTES>().to_vec();
        let hash = self.stretch(password, &salt, ROUNDS).await?;
        Ok(Hashed {
            rounds: ROUNDS,
            salt,
            hash,
        })
    }

    /// Whether this is the password; none was set when `kept` is none, and then the same work is done.
    pub(crate) async fn is_password(&self, password: &str, kept: Option<&str>) -> Result<bool> {
        let kept = kept.and_then(Hashed::read);
        let is_set = kept.is_some();
        let kept = kept.unwrap_or_else(Hashed::of_nobody);
        let hash = self.stretch(password, &kept.salt, kept.rounds).await?;
        Ok(bool::from(hash.ct_eq(&kept.hash)) && is_set)
    }

    async fn stretch(&self, password: &str, salt: &[u8], rounds: u32) -> Result<Vec<u8>> {
        let peppered = signature::hmac(&self.session, &["password.", password]);
        subtle_crypto::pbkdf2(&peppered, salt, rounds, HASH_BYTES).await
    }

    /// Seals a secret that is kept: under `FANDESK_DATA_KEY` when there is one, which the first letter says.
    pub(crate) async fn seal(&self, secret: &[u8]) -> Result<String> {
        let (name, key) = match &self.data {
            Some(data) => ('d', data),
            None => ('s', &self.session),
        };
        let sealed = subtle_crypto::seal(&sealing(key), secret).await?;
        Ok(format!("{name}{}", hex(&sealed)))
    }

    /// What [`Keys::seal`] sealed.
    pub(crate) async fn open(&self, sealed: &str) -> Result<Vec<u8>> {
        let unreadable = || Error::RustError("a sealed secret cannot be read".to_owned());
        let key = match sealed.get(..1) {
            Some("d") => self.data.as_ref(),
            Some("s") => Some(&self.session),
            _ => None,
        };
        let bytes = sealed.get(1..).and_then(unhex).ok_or_else(unreadable)?;
        subtle_crypto::open(&sealing(key.ok_or_else(unreadable)?), &bytes).await
    }
}

/// 32 bytes from a key of any length.
fn sealing(key: &str) -> Vec<u8> {
    signature::hmac(key, &["sealed secrets"])
}

/// A token of a session or an invitation: 256 random bits.
pub(crate) fn new_token() -> String {
    hex(&random::<32>())
}

/// Random bytes.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    PlatformRandom.fill(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys::new("k".repeat(32), None)
    }

    #[test]
    fn what_is_made_for_one_session_is_worth_nothing_for_another() {
        assert_ne!(keys().csrf("a"), keys().csrf("b"));
        let other = Keys::new("l".repeat(32), None);
        assert_ne!(keys().csrf("a"), other.csrf("a"));
    }

    #[test]
    fn tries_of_logins_that_do_not_exist_are_counted_under_a_number() {
        let name = keys().tries_of_nobody("my password");
        assert!(name.strip_prefix('?').unwrap().parse::<u32>().unwrap() < SHARED_TRIES);
        assert_eq!(name, keys().tries_of_nobody("my password"));
    }

    #[test]
    fn a_visitor_is_known_by_their_token_until_it_ends_and_in_no_other_account() {
        let visitor = format!("web:{}", "0a".repeat(16));
        let token = keys().visitor_token("wx1", &visitor, 1000);
        let known = |account: &str, token: &str, now| keys().visitor_of(account, token, now);
        assert_eq!(known("wx1", &token, 999).as_deref(), Some(visitor.as_str()));
        assert_eq!(known("wx1", &token, 1000), None);
        assert_eq!(known("wx2", &token, 0), None);
        let other = Keys::new("l".repeat(32), None);
        assert_eq!(other.visitor_of("wx1", &token, 0), None);
        let longer = token.replace(".1000.", ".9000.");
        let another = token.replacen("0a", "0b", 1);
        let cut = &token[..token.len() - 2];
        for forged in ["", "web:", "a.b.c", &longer, &another, cut] {
            assert_eq!(known("wx1", forged, 0), None, "{forged}");
        }
        // Signed, but nobody's on the web.
        let fan = keys().visitor_token("wx1", "oFan", 1000);
        assert_eq!(known("wx1", &fan, 0), None);
    }

    #[test]
    fn a_token_is_kept_as_a_hash_that_others_compute() {
        // printf session.abc | openssl dgst -sha256 -hmac kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk
        assert_eq!(
            keys().session_hash("abc"),
            "b790d2f181e565f8ae106a6c4849935e7c4500d77ea278d1776b830b66faafe6"
        );
        assert_eq!(
            keys().invitation_hash("abc"),
            "cfbb68ba383023619aba6111e038b60a7af4711b9bd8d6d4f3b78f4cb6bd661f"
        );
    }

    #[test]
    fn another_key_knows_no_session_and_no_invitation() {
        let other = Keys::new("l".repeat(32), None);
        assert_ne!(keys().session_hash("abc"), other.session_hash("abc"));
        assert_ne!(keys().invitation_hash("abc"), other.invitation_hash("abc"));
        // Nor is the link of an invitation the cookie of a session.
        assert_ne!(keys().session_hash("abc"), keys().invitation_hash("abc"));
    }
}
