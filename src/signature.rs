//! Signing what goes to systems of the operator's: business systems and webhooks.

use fandesk_shard::UnixMillis;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// HMAC-SHA-256 of these, one after the other.
pub(crate) fn hmac(key: &str, parts: &[&str]) -> Vec<u8> {
    // HMAC takes a key of any length, so this never fails.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else {
        return Vec::new();
    };
    parts.iter().for_each(|part| mac.update(part.as_bytes()));
    mac.finalize().into_bytes().to_vec()
}

/// `X-Fandesk-Signature: sha256=<hex of HMAC-SHA-256(secret, "{timestamp}.{body}")>`, with `X-Fandesk-Timestamp` in seconds.
pub(crate) fn headers(key: &str, now: UnixMillis, body: &str) -> [(&'static str, String); 2] {
    let timestamp = now.seconds().to_string();
    let hex: String = hmac(key, &[&timestamp, ".", body])
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    [
        ("x-fandesk-timestamp", timestamp),
        ("x-fandesk-signature", format!("sha256={hex}")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_one_that_others_compute() {
        // printf '1700000000.{}' | openssl dgst -sha256 -hmac key
        let signed = headers("key", UnixMillis(1_700_000_000_000), "{}");
        assert_eq!(signed[0].1, "1700000000");
        assert_eq!(
            signed[1].1,
            "sha256=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae"
        );
    }
}
