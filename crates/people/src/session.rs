//! How long a session lasts, and what a browser keeps of it.

/// A session that nobody uses ends after 12 hours: a shift and a bit.
const IDLE_MS: i64 = 12 * 3_600_000;
/// The longest that one lasts, used or not.
pub const LONGEST_MS: i64 = 7 * 24 * 3_600_000;
/// How old its end may be before it is moved: a write in the database is not for every request.
const MOVED_AFTER_MS: i64 = 5 * 60_000;
/// How long an invitation is good for.
pub const INVITATION_MS: i64 = 3 * 24 * 3_600_000;

/// When a session that is used now ends, in Unix milliseconds.
#[must_use]
pub fn ends_at(created_at: i64, now: i64) -> i64 {
    let idle = now.saturating_add(IDLE_MS);
    idle.min(created_at.saturating_add(LONGEST_MS))
}

/// The new end of a session that is used now, when it is worth writing down.
#[must_use]
pub fn moved(created_at: i64, ends_at: i64, now: i64) -> Option<i64> {
    let end = self::ends_at(created_at, now);
    (end.saturating_sub(ends_at) >= MOVED_AFTER_MS).then_some(end)
}

/// The name of the cookie. With `__Host-` a browser takes it only over https, for this host alone.
#[must_use]
pub fn cookie_name(secure: bool) -> &'static str {
    if secure {
        "__Host-fandesk_session"
    } else {
        "fandesk_session"
    }
}

/// `Set-Cookie` of a session; an empty token takes it away.
#[must_use]
pub fn set_cookie(secure: bool, token: &str, seconds: i64) -> String {
    let name = cookie_name(secure);
    let only = if secure { "; Secure" } else { "" };
    let age = if token.is_empty() { 0 } else { seconds.max(0) };
    format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}{only}")
}

/// The session's token in a `Cookie` header.
#[must_use]
pub fn token_of(header: &str, secure: bool) -> Option<&str> {
    let name = cookie_name(secure);
    let pairs = header
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='));
    let mut of_ours = pairs.filter(|(given, _)| *given == name);
    let (_, token) = of_ours.next()?;
    // Two of one name: somebody planted one, and there is no telling which.
    let alone = of_ours.next().is_none();
    (alone && is_token(token)).then_some(token)
}

/// Whether this can be a token of a session or an invitation: 256 bits in hexadecimal.
#[must_use]
pub fn is_token(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: i64 = 3_600_000;

    #[test]
    fn a_session_that_is_used_goes_on_up_to_seven_days() {
        assert_eq!(ends_at(0, 0), 12 * HOUR);
        assert_eq!(moved(0, 12 * HOUR, 4 * 60_000), None);
        assert_eq!(moved(0, 12 * HOUR, HOUR), Some(13 * HOUR));
        assert_eq!(moved(0, 7 * 24 * HOUR, 6 * 24 * HOUR + 20 * HOUR), None);
        assert_eq!(ends_at(0, 6 * 24 * HOUR + 20 * HOUR), 7 * 24 * HOUR);
    }

    #[test]
    fn over_https_the_cookie_is_for_this_host_alone() {
        let cookie = set_cookie(true, &"a".repeat(64), 60);
        assert!(cookie.starts_with("__Host-fandesk_session=aaaa"));
        assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict; Max-Age=60; Secure"));
        assert!(!set_cookie(false, "", 60).contains("Secure"));
        assert!(set_cookie(false, "", 60).contains("Max-Age=0"));
    }

    #[test]
    fn a_token_is_found_between_other_cookies_and_never_guessed_among_two() {
        let (one, other) = ("a".repeat(64), "b".repeat(64));
        let header = format!("x=1; fandesk_session={one}; y=2");
        assert_eq!(token_of(&header, false), Some(one.as_str()));
        assert_eq!(token_of(&header, true), None);
        let two = format!("fandesk_session={one}; fandesk_session={other}");
        assert_eq!(token_of(&two, false), None);
        assert_eq!(token_of("fandesk_session=abc", false), None);
        assert_eq!(
            token_of(&format!("fandesk_session={}", "A".repeat(64)), false),
            None
        );
    }

    proptest! {
        #[test]
        fn any_header_is_read_without_a_panic(header in ".*") {
            let _ = token_of(&header, true);
        }
    }
}
