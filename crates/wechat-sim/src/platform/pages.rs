//! Web pages inside WeChat: who opened one (OAuth), and the ticket that signs its scripts.

use std::collections::{HashMap, VecDeque};

use super::fan::OpenId;
use crate::clock::UnixMillis;

/// A code works once, within five minutes.
const CODE_LIFE_MS: u64 = 300_000;
/// A page's access token, and the ticket.
pub const TOKEN_LIFE_MS: u64 = 7_200_000;
/// A refresh token lives 30 days.
const REFRESH_LIFE_MS: u64 = 30 * 86_400_000;
/// Codes and tokens kept of each kind; the oldest goes first.
const KEPT: usize = 10_000;

/// How much a page asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The openid, silently.
    Base,
    /// Nickname and picture too, with consent.
    UserInfo,
}

impl Scope {
    /// `None` unless the platform knows it.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "snsapi_base" => Some(Self::Base),
            "snsapi_userinfo" => Some(Self::UserInfo),
            _ => None,
        }
    }

    /// The platform's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Base => "snsapi_base",
            Self::UserInfo => "snsapi_userinfo",
        }
    }
}

/// Who, and what may be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The fan, who need not follow.
    pub openid: OpenId,
    /// How much.
    pub scope: Scope,
}

/// Why something handed in is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bad {
    /// Never given out.
    Unknown,
    /// Its time is over.
    Over,
    /// Used before.
    Used,
}

#[derive(Debug, Default)]
struct Shelf {
    held: HashMap<String, (Grant, UnixMillis)>,
    order: VecDeque<String>,
}

impl Shelf {
    fn put(&mut self, characters: usize, grant: Grant, ends: UnixMillis) -> String {
        let name: String = std::iter::repeat_with(fastrand::alphanumeric)
            .take(characters)
            .collect();
        if self.order.len() >= KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.held.remove(&oldest);
        }
        self.order.push_back(name.clone());
        self.held.insert(name.clone(), (grant, ends));
        name
    }

    fn get(&self, name: &str, now: UnixMillis) -> Result<Grant, Bad> {
        match self.held.get(name) {
            None => Err(Bad::Unknown),
            Some((_, ends)) if *ends <= now => Err(Bad::Over),
            Some((grant, _)) => Ok(grant.clone()),
        }
    }
}

/// Everything given out to pages.
#[derive(Debug, Default)]
pub struct Pages {
    codes: Shelf,
    used: VecDeque<String>,
    tokens: Shelf,
    refresh: Shelf,
    /// By type; with its end.
    tickets: HashMap<&'static str, (String, UnixMillis)>,
}

impl Pages {
    /// A code for the page's server.
    pub fn code(&mut self, grant: Grant, now: UnixMillis) -> String {
        self.codes.put(32, grant, now + CODE_LIFE_MS)
    }

    /// Trades a code in, once.
    pub fn trade(&mut self, code: &str, now: UnixMillis) -> Result<Grant, Bad> {
        if self.used.iter().any(|used| used == code) {
            return Err(Bad::Used);
        }
        let grant = self.codes.get(code, now)?;
        if self.used.len() >= KEPT {
            self.used.pop_front();
        }
        self.used.push_back(code.to_owned());
        Ok(grant)
    }

    /// An access token and a refresh token.
    pub fn issue(&mut self, grant: &Grant, now: UnixMillis) -> (String, String) {
        (
            self.tokens.put(110, grant.clone(), now + TOKEN_LIFE_MS),
            self.refresh.put(110, grant.clone(), now + REFRESH_LIFE_MS),
        )
    }

    /// A new access token for a refresh token.
    pub fn renew(&mut self, refresh: &str, now: UnixMillis) -> Result<(Grant, String), Bad> {
        let grant = self.refresh.get(refresh, now)?;
        let token = self.tokens.put(110, grant.clone(), now + TOKEN_LIFE_MS);
        Ok((grant, token))
    }

    /// Whose token it is.
    pub fn token(&self, token: &str, now: UnixMillis) -> Result<Grant, Bad> {
        self.tokens.get(token, now)
    }

    /// The ticket of a type, the same for as long as it lives; with the seconds left.
    pub fn ticket(&mut self, kind: &'static str, now: UnixMillis) -> (String, u64) {
        let known = self.tickets.get(kind).filter(|(_, ends)| *ends > now);
        let (ticket, ends) = known.cloned().unwrap_or_else(|| {
            let ticket = std::iter::repeat_with(fastrand::alphanumeric);
            (ticket.take(86).collect(), now + TOKEN_LIFE_MS)
        });
        self.tickets.insert(kind, (ticket.clone(), ends));
        (ticket, (ends - now) / 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant() -> Grant {
        Grant {
            openid: OpenId::parse("oFan").unwrap(),
            scope: Scope::Base,
        }
    }

    #[test]
    fn a_code_works_once_within_five_minutes() {
        let mut pages = Pages::default();
        let (first, second) = (pages.code(grant(), 0), pages.code(grant(), 0));
        assert_eq!(pages.trade(&first, CODE_LIFE_MS - 1), Ok(grant()));
        assert_eq!(pages.trade(&first, CODE_LIFE_MS - 1), Err(Bad::Used));
        assert_eq!(pages.trade(&second, CODE_LIFE_MS), Err(Bad::Over));
        assert_eq!(pages.trade("invented", 0), Err(Bad::Unknown));
    }

    #[test]
    fn a_ticket_stays_the_same_for_two_hours() {
        let mut pages = Pages::default();
        let (first, _) = pages.ticket("jsapi", 0);
        assert_eq!(
            pages.ticket("jsapi", TOKEN_LIFE_MS - 1000),
            (first.clone(), 1)
        );
        assert_ne!(pages.ticket("jsapi", TOKEN_LIFE_MS).0, first);
    }
}
