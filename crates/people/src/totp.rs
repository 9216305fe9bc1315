//! The second factor: time-based one-time passwords (RFC 6238: HMAC-SHA-1, steps of 30 s, 6 digits), as every authenticator app has them.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// Bytes of a secret: as many as the hash has (RFC 4226, section 4).
pub const SECRET_BYTES: usize = 20;
/// The length of a step.
const STEP_MS: i64 = 30_000;
/// Steps by which a phone's clock may be off, either way.
const SKEW: i64 = 1;

/// The step whose code this is, if it is that of now, or of one step before or after, and not of a step up to `last`: a code that was used, or
/// seen over a shoulder and older, is never taken again.
#[must_use]
pub fn step_of(code: &str, secret: &[u8], now: i64, last: i64) -> Option<i64> {
    let code: String = code
        .chars()
        .filter(|digit| !digit.is_whitespace())
        .collect();
    let given: u32 = code.parse().ok()?;
    if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let current = now.div_euclid(STEP_MS);
    // All are computed, whichever it is.
    let mut found = None;
    for off in -SKEW..=SKEW {
        let step = current.saturating_add(off);
        if code_at(secret, step) == Some(given) && step > last {
            found = Some(step);
        }
    }
    found
}

/// The code of a step (RFC 4226, section 5.3).
fn code_at(secret: &[u8], step: i64) -> Option<u32> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&u64::try_from(step).ok()?.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash.last()? & 0x0f);
    let four: [u8; 4] = hash
        .get(offset..offset.saturating_add(4))?
        .try_into()
        .ok()?;
    Some((u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000)
}

/// A secret as authenticator apps take it: base 32 without padding.
#[must_use]
pub fn base32(secret: &[u8]) -> String {
    const LETTERS: [char; 32] = [
        'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R',
        'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', '2', '3', '4', '5', '6', '7',
    ];
    let bits: Vec<bool> = secret
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1))
        .collect();
    let letter = |five: &[bool]| {
        let padded = five.iter().copied().chain([false; 4]).take(5);
        let value = padded.fold(0_usize, |value, bit| (value << 1) | usize::from(bit));
        LETTERS.get(value).copied().unwrap_or_default()
    };
    bits.chunks(5).map(letter).collect()
}

/// What the picture says that an app scans (Google's Key URI format).
#[must_use]
pub fn uri(secret: &str, login: &str) -> String {
    // Logins have no character but `@` and `+` that an address would take for something else.
    let login = login.replace('@', "%40").replace('+', "%2B");
    format!(
        "otpauth://totp/fandesk:{login}?secret={secret}&issuer=fandesk&algorithm=SHA1&digits=6&period=30"
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// RFC 6238, appendix B.
    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_rfc() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(
                step_of(code, SECRET, seconds * 1000, -1),
                Some(seconds / 30),
                "{seconds}"
            );
        }
    }

    #[test]
    fn a_clock_may_be_off_by_one_step_and_no_more() {
        for (off, taken) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let now = (1_111_111_109 + off * 30) * 1000;
            let step = step_of("081804", SECRET, now, -1);
            assert_eq!(step, taken.then_some(37_037_036), "{off}");
        }
    }

    #[test]
    fn a_code_is_taken_once() {
        assert_eq!(step_of("287082", SECRET, 59_000, 1), None);
        assert_eq!(step_of("287 082", SECRET, 59_000, 0), Some(1));
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for code in ["", "28708", "2870822", "+87082", "28708x", "２８７０８２"] {
            assert_eq!(step_of(code, SECRET, 59_000, -1), None, "{code}");
        }
    }

    #[test]
    fn a_secret_is_written_as_apps_read_it() {
        // printf 12345678901234567890 | base32
        assert_eq!(base32(SECRET), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(base32(b"fo"), "MZXQ");
        assert!(uri("GEZD", "a@b.c").starts_with("otpauth://totp/fandesk:a%40b.c?secret=GEZD&"));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_never_panics(code in ".*", now in any::<i64>(), last in any::<i64>()) {
            let _ = step_of(&code, SECRET, now, last);
        }
    }
}
