//! One fan as the platform knows it.

use std::fmt;

use serde::Serialize;

use super::{
    journal::Journal,
    profile::{Profile, Way},
    window::{Open, Windows},
};
use crate::clock::UnixMillis;

/// Real openids have 28 characters; test names may be shorter.
const LONGEST_OPENID: usize = 64;
/// “Typing” shows this long (platform documentation of custom/typing).
pub const TYPING_MS: u64 = 15_000;

/// A fan's name towards one account: letters, digits, `-` and `_`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct OpenId(String);

impl OpenId {
    /// `None` unless the text has the form of an openid.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=LONGEST_OPENID).contains(&text.len());
        let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (fits && text.bytes().all(known)).then(|| Self(text.to_owned()))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OpenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a fan follows the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Following {
    /// Never seen. One who writes at once counts as a follower from before the simulation; one who scans does not.
    Unseen,
    /// Follows.
    Yes,
    /// Followed once and left.
    Left,
}

/// Everything about one fan.
#[derive(Debug)]
pub struct Fan {
    /// See [`Following`].
    pub following: Following,
    /// What the account may still send.
    pub windows: Windows,
    /// What happened.
    pub journal: Journal,
    /// When the fan last did something that reached the account.
    pub last_contact: Option<UnixMillis>,
    /// Until when “typing” shows.
    pub typing_until: UnixMillis,
    /// Messages that came through the customer-service interface.
    pub service_messages: u64,
    /// What the platform tells the account, and what the account noted.
    pub profile: Profile,
}

impl Fan {
    /// A fan whom a person plays.
    pub fn unseen() -> Self {
        Self {
            following: Following::Unseen,
            windows: Windows::default(),
            journal: Journal::default(),
            last_contact: None,
            typing_until: 0,
            service_messages: 0,
            profile: Profile::default(),
        }
    }

    /// A fan of a crowd, who follows already.
    pub fn of_crowd(now: UnixMillis) -> Self {
        let mut profile = Profile::default();
        profile.follow(Way::Before, None, now);
        Self {
            profile,
            following: Following::Yes,
            journal: Journal::of_crowd(),
            ..Self::unseen()
        }
    }

    /// The fan as the page shows it.
    pub fn view(&self, now: UnixMillis) -> FanView {
        FanView {
            following: self.following,
            window: self
                .windows
                .at(now)
                .filter(|_| self.following == Following::Yes),
            typing_until: if self.typing_until > now {
                self.typing_until
            } else {
                0
            },
            service_messages: self.service_messages,
        }
    }
}

/// A fan's state for people to read.
#[derive(Debug, Clone, Serialize)]
pub struct FanView {
    /// See [`Following`].
    pub following: Following,
    /// What the account may still send, `null` when nothing or when the fan left.
    pub window: Option<Open>,
    /// Until when “typing” shows, 0 when it does not.
    pub typing_until: UnixMillis,
    /// Messages that came through the customer-service interface, also those that the inbox no longer has.
    pub service_messages: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_openid_has_only_letters_digits_and_two_signs() {
        assert!(OpenId::parse("oFan00000000000000000000001").is_some());
        assert!(OpenId::parse("o9AgO5Kd5ggOC-bXrbNODIiE3b_Y").is_some());
        assert_eq!(OpenId::parse(""), None);
        assert_eq!(OpenId::parse("../x"), None);
        assert_eq!(OpenId::parse(&"o".repeat(65)), None);
    }
}
