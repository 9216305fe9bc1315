//! The signatures on a callback.
//!
//! `signature` is the SHA-1 of token, timestamp and nonce, sorted as bytes and joined. It covers the query
//! only: in plain mode anybody who saw one callback can send another body under it until the timestamp is too
//! old, so the token is all that stands before the body. `msg_signature` covers the encrypted text too.
//!
//! Both are compared in constant time.

use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

/// `signature`: 40 lower-case hexadecimal digits.
///
/// ```
/// let signature = wechat::signature::sign("AAAAA", "1714036504", "1514711492");
/// assert_eq!(signature, "f464b24fc39322e44b38aa78f5edd27bd1441696");
/// ```
pub fn sign(token: &str, timestamp: &str, nonce: &str) -> String {
    digest(&mut [token, timestamp, nonce])
}

/// `msg_signature`: 40 lower-case hexadecimal digits.
pub fn sign_encrypted(token: &str, timestamp: &str, nonce: &str, encrypt: &str) -> String {
    digest(&mut [token, timestamp, nonce, encrypt])
}

/// Whether `given` is the `signature` of the rest.
pub fn verify(token: &str, timestamp: &str, nonce: &str, given: &str) -> bool {
    same(&sign(token, timestamp, nonce), given)
}

/// Whether `given` is the `msg_signature` of the rest.
pub fn verify_encrypted(
    token: &str,
    timestamp: &str,
    nonce: &str,
    encrypt: &str,
    given: &str,
) -> bool {
    same(&sign_encrypted(token, timestamp, nonce, encrypt), given)
}

fn digest(parts: &mut [&str]) -> String {
    parts.sort_unstable();
    let mut sha1 = Sha1::new();
    for part in parts {
        sha1.update(part);
    }
    hex(&sha1.finalize())
}

fn same(expected: &str, given: &str) -> bool {
    expected.as_bytes().ct_eq(given.as_bytes()).into()
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}
