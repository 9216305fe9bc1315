//! Passwords: what one has to be like, and the form in which a hash is kept.
//!
//! The hash is PBKDF2-HMAC-SHA-512 over an HMAC of the password with a secret of the deployment (a pepper), so that who has the
//! database alone cannot try passwords. Workers refuse more than 100,000 rounds, and local workerd does not; the count is kept with
//! each hash, so that it can rise when that changes. The Worker computes it; nothing here is slow.

use std::fmt;

/// Rounds of new hashes: exactly as many as the platform takes.
pub const ROUNDS: u32 = 100_000;
/// Bytes of a salt.
pub const SALT_BYTES: usize = 16;
/// Bytes of a hash: one block of SHA-512 would be 64; half of it is more than anybody can try.
pub const HASH_BYTES: usize = 32;

/// Characters of a password.
const SHORTEST: usize = 10;
/// Bytes of a password, so that a body stays small.
pub const LONGEST_BYTES: usize = 256;
/// Different characters that it has at least.
const VARIETY: usize = 5;

const NAME: &str = "pbkdf2-sha512";

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    /// Fewer than 10 characters.
    #[error("a password has at least 10 characters")]
    Short,
    /// More bytes than are taken.
    #[error("a password has at most 256 bytes")]
    Long,
    /// Such as `aaaaaaaaaa`.
    #[error("a password has at least 5 different characters")]
    Monotonous,
    /// It holds the login.
    #[error("a password does not contain the login")]
    Login,
}

/// Whether a password may be chosen by whoever logs in as `login`.
///
/// # Errors
/// Why not.
pub fn check(password: &str, login: &str) -> Result<(), Weak> {
    let mut characters: Vec<char> = password.chars().collect();
    if characters.len() < SHORTEST {
        return Err(Weak::Short);
    }
    if password.len() > LONGEST_BYTES {
        return Err(Weak::Long);
    }
    characters.sort_unstable();
    characters.dedup();
    if characters.len() < VARIETY {
        return Err(Weak::Monotonous);
    }
    let name = login.split('@').next().unwrap_or_default();
    if name.len() >= 3 && password.to_lowercase().contains(name) {
        return Err(Weak::Login);
    }
    Ok(())
}

/// A hash with what it was made from, but for password and pepper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hashed {
    /// How many rounds it took.
    pub rounds: u32,
    /// Random, of this hash alone.
    pub salt: Vec<u8>,
    /// What came out.
    pub hash: Vec<u8>,
}

impl Hashed {
    /// What stands in for the hash of a login that does not exist, so that trying one costs the same. No password gives these bytes.
    #[must_use]
    pub fn of_nobody() -> Self {
        Self {
            rounds: ROUNDS,
            salt: vec![0; SALT_BYTES],
            hash: vec![0; HASH_BYTES],
        }
    }

    /// Reads what [`Hashed`] writes. None for what is not that, or has more rounds than the platform takes.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('$');
        if parts.next()? != NAME {
            return None;
        }
        let rounds: u32 = parts.next()?.parse().ok()?;
        let salt = unhex(parts.next()?)?;
        let hash = unhex(parts.next()?)?;
        let whole = parts.next().is_none() && salt.len() == SALT_BYTES && hash.len() == HASH_BYTES;
        (whole && (1..=ROUNDS).contains(&rounds)).then_some(Self { rounds, salt, hash })
    }
}

/// `pbkdf2-sha512$100000$<salt>$<hash>`, the last two in hexadecimal.
impl fmt::Display for Hashed {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (salt, hash) = (hex(&self.salt), hex(&self.hash));
        write!(to, "{NAME}${}${salt}${hash}", self.rounds)
    }
}

/// Bytes in hexadecimal, in lower case.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads [`hex`].
#[must_use]
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_hash_reads_back(rounds in 1..=ROUNDS, salt in prop::collection::vec(any::<u8>(), SALT_BYTES), hash in prop::collection::vec(any::<u8>(), HASH_BYTES)) {
            let hashed = Hashed { rounds, salt, hash };
            prop_assert_eq!(Hashed::read(&hashed.to_string()), Some(hashed));
        }

        #[test]
        fn whatever_stands_in_the_database_never_panics(text in ".*") {
            let _ = Hashed::read(&text);
            let _ = unhex(&text);
        }
    }

    #[test]
    fn more_rounds_than_the_platform_takes_are_not_read() {
        let mut hashed = Hashed::of_nobody();
        hashed.rounds = ROUNDS + 1;
        assert_eq!(Hashed::read(&hashed.to_string()), None);
        assert_eq!(ROUNDS, 100_000);
    }

    #[test]
    fn a_weak_password_is_refused_with_the_reason() {
        assert_eq!(check("Kurz-1234", "alice"), Err(Weak::Short));
        assert_eq!(check(&"ab1-x".repeat(52), "alice"), Err(Weak::Long));
        assert_eq!(check("aabbccddaabbcc", "alice"), Err(Weak::Monotonous));
        assert_eq!(
            check("my-Alice-2026", "alice@example.com"),
            Err(Weak::Login)
        );
        assert_eq!(check("correct horse", "alice"), Ok(()));
        assert_eq!(check("一二三四五六七八九十", "alice"), Ok(()));
    }
}
