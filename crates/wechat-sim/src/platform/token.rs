//! Access tokens: who holds a valid one, and what the others are told.
//!
//! Facts (platform documentation): a token lives 7200 s; asking `stable_token` again gives the same one until five
//! minutes before its end, from then on a new one, and both work in between; `force_refresh` ends the former one at
//! once, at most 20 times a day and not within 30 s of the last time; `/cgi-bin/token` ends every other token.
//!
//! The platform documents the tokens of `stable_token` and `/cgi-bin/token` as separate; ending both is on purpose
//! stricter, so that a second caller of the old interface is noticed.

use std::collections::VecDeque;

use crate::clock::UnixMillis;

/// Holders must store at least this many characters, so every token has them.
const TOKEN_CHARS: usize = 512;
/// Ended tokens that are still told apart from invented ones.
const REMEMBERED: usize = 256;
/// `force_refresh` calls a day.
const FORCED_A_DAY: usize = 20;
/// A second `force_refresh` within this time gives the same token again.
const FORCED_APART_MS: u64 = 30_000;
const DAY_MS: u64 = 86_400_000;

/// Why a token does not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// Never given out, or ended by a later one (40001).
    NotLatest,
    /// Its time is over (42001).
    Expired,
}

/// A token as handed to a caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// The token.
    pub access_token: String,
    /// Seconds that it will live.
    pub expires_in: u64,
}

/// The day's `force_refresh` calls are used up (45009).
#[derive(Debug, PartialEq, Eq)]
pub struct TooManyForced;

#[derive(Debug)]
struct Token {
    text: String,
    ends: UnixMillis,
    at_end: Unusable,
}

/// All tokens of the account.
#[derive(Debug)]
pub struct Tokens {
    ttl_ms: u64,
    /// Oldest first.
    tokens: VecDeque<Token>,
    /// The one that `stable_token` gives again.
    stable: Option<String>,
    forced: VecDeque<UnixMillis>,
}

impl Tokens {
    /// Tokens that live for `ttl_ms`.
    pub fn new(ttl_ms: u64) -> Self {
        Self {
            ttl_ms,
            tokens: VecDeque::new(),
            stable: None,
            forced: VecDeque::new(),
        }
    }

    /// How long before its end a token is replaced: 5 minutes of 7200 s, in proportion for shorter lives.
    const fn overlap_ms(&self) -> u64 {
        self.ttl_ms / 24
    }

    /// `POST /cgi-bin/stable_token`.
    pub fn stable(&mut self, force: bool, now: UnixMillis) -> Result<Issued, TooManyForced> {
        let current = self
            .stable
            .as_deref()
            .and_then(|text| self.find(text))
            .map(|token| (token.text.clone(), token.ends));
        let live = current.filter(|(_, ends)| *ends > now);
        if force && let Some((text, _)) = &live {
            self.forced.retain(|at| now.saturating_sub(*at) < DAY_MS);
            let lately = self
                .forced
                .back()
                .is_some_and(|at| now.saturating_sub(*at) < FORCED_APART_MS);
            if !lately {
                if self.forced.len() >= FORCED_A_DAY {
                    return Err(TooManyForced);
                }
                self.forced.push_back(now);
                let text = text.clone();
                self.end(|token| token.text == text, Unusable::NotLatest, now);
                return Ok(self.renew(now));
            }
        }
        match live {
            Some((access_token, ends)) if force || ends.saturating_sub(now) > self.overlap_ms() => {
                Ok(Issued {
                    access_token,
                    expires_in: ends.saturating_sub(now) / 1000,
                })
            }
            _ => Ok(self.renew(now)),
        }
    }

    /// `GET /cgi-bin/token`: a new token, and the end of every other.
    pub fn exclusive(&mut self, now: UnixMillis) -> Issued {
        self.end(|_| true, Unusable::NotLatest, now);
        self.stable = None;
        self.issue(now)
    }

    /// Whether a call with this token may go on.
    pub fn check(&self, text: &str, now: UnixMillis) -> Result<(), Unusable> {
        match self.find(text) {
            None => Err(Unusable::NotLatest),
            Some(token) if token.ends > now => Ok(()),
            Some(token) => Err(token.at_end),
        }
    }

    /// Ends every token as if its time were over.
    pub fn expire(&mut self, now: UnixMillis) {
        self.end(|_| true, Unusable::Expired, now);
    }

    fn find(&self, text: &str) -> Option<&Token> {
        self.tokens.iter().rev().find(|token| token.text == text)
    }

    fn end(&mut self, which: impl Fn(&Token) -> bool, at_end: Unusable, now: UnixMillis) {
        for token in self
            .tokens
            .iter_mut()
            .filter(|token| token.ends > now && which(token))
        {
            token.ends = now;
            token.at_end = at_end;
        }
    }

    fn renew(&mut self, now: UnixMillis) -> Issued {
        let issued = self.issue(now);
        self.stable = Some(issued.access_token.clone());
        issued
    }

    fn issue(&mut self, now: UnixMillis) -> Issued {
        let access_token: String = std::iter::repeat_with(fastrand::alphanumeric)
            .take(TOKEN_CHARS)
            .collect();
        if self.tokens.len() >= REMEMBERED {
            self.tokens.pop_front();
        }
        let ends = now.saturating_add(self.ttl_ms);
        self.tokens.push_back(Token {
            text: access_token.clone(),
            ends,
            at_end: Unusable::Expired,
        });
        Issued {
            access_token,
            expires_in: self.ttl_ms / 1000,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TTL: u64 = 7_200_000;
    const OVERLAP: u64 = 300_000;

    fn tokens() -> Tokens {
        Tokens::new(TTL)
    }

    #[test]
    fn asking_again_gives_the_same_token() {
        let mut tokens = tokens();
        let first = tokens.stable(false, 0).unwrap();
        let second = tokens.stable(false, 60_000).unwrap();
        assert_eq!(
            second,
            Issued {
                expires_in: 7140,
                ..first
            }
        );
    }

    #[test]
    fn near_its_end_a_token_is_replaced_and_both_work() {
        let mut tokens = tokens();
        let old = tokens.stable(false, 0).unwrap();
        let now = TTL - OVERLAP;
        let new = tokens.stable(false, now).unwrap();
        assert_ne!(old.access_token, new.access_token);
        assert_eq!(tokens.check(&old.access_token, TTL - 1), Ok(()));
        assert_eq!(tokens.check(&new.access_token, TTL - 1), Ok(()));
        assert_eq!(tokens.check(&old.access_token, TTL), Err(Unusable::Expired));
    }

    #[test]
    fn a_forced_refresh_ends_the_former_token() {
        let mut tokens = tokens();
        let old = tokens.stable(false, 0).unwrap();
        let new = tokens.stable(true, 1).unwrap();
        assert_eq!(tokens.check(&old.access_token, 1), Err(Unusable::NotLatest));
        assert_eq!(tokens.check(&new.access_token, 1), Ok(()));
    }

    #[test]
    fn forcing_twice_within_thirty_seconds_changes_nothing() {
        let mut tokens = tokens();
        tokens.stable(false, 0).unwrap();
        let first = tokens.stable(true, 1000).unwrap();
        let second = tokens.stable(true, 30_999).unwrap();
        assert_eq!(first.access_token, second.access_token);
        assert_ne!(
            first.access_token,
            tokens.stable(true, 31_000).unwrap().access_token
        );
    }

    #[test]
    fn the_twenty_first_forced_refresh_of_a_day_is_refused() {
        let mut tokens = tokens();
        tokens.stable(false, 0).unwrap();
        for round in 1..=20 {
            tokens.stable(true, round * 60_000).unwrap();
        }
        assert_eq!(tokens.stable(true, 21 * 60_000), Err(TooManyForced));
    }

    #[test]
    fn the_old_interface_ends_every_other_token() {
        let mut tokens = tokens();
        let stable = tokens.stable(false, 0).unwrap();
        let first = tokens.exclusive(1);
        let second = tokens.exclusive(2);
        assert_eq!(
            tokens.check(&stable.access_token, 3),
            Err(Unusable::NotLatest)
        );
        assert_eq!(
            tokens.check(&first.access_token, 3),
            Err(Unusable::NotLatest)
        );
        assert_eq!(tokens.check(&second.access_token, 3), Ok(()));
    }

    #[test]
    fn after_an_expiry_asking_gives_a_new_token() {
        let mut tokens = tokens();
        let old = tokens.stable(false, 0).unwrap();
        tokens.expire(5);
        assert_eq!(tokens.check(&old.access_token, 5), Err(Unusable::Expired));
        assert_ne!(
            tokens.stable(false, 5).unwrap().access_token,
            old.access_token
        );
    }

    #[test]
    fn an_invented_token_is_not_the_latest() {
        assert_eq!(tokens().check("x", 0), Err(Unusable::NotLatest));
    }

    #[test]
    fn a_token_needs_512_characters_of_room() {
        assert_eq!(tokens().stable(false, 0).unwrap().access_token.len(), 512);
    }
}
