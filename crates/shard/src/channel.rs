//! The channel that a fan is on, and what is different there.
//!
//! It is told from the fan's own name, here and nowhere else: WeChat's openids have letters, digits, `-` and `_`; a visitor of the
//! company's web site is `web:` and 128 random bits. Whatever is behind this (slots, ledger, desk, jobs) is the same for all.

use std::time::Duration;

use crate::random::Random;
use crate::window::Window;

/// What visitors are called before their random bits.
const VISITOR: &str = "web:";

/// Hexadecimal digits of a visitor's random bits.
const VISITOR_DIGITS: usize = 32;

/// How a fan and the account talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// The Official Account.
    WeChat,
    /// The chat of a web page.
    Web,
}

impl Channel {
    /// The channel of whoever is called this.
    #[must_use]
    pub fn of(openid: &str) -> Self {
        let digits = openid.strip_prefix(VISITOR).map(str::as_bytes);
        let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        match digits {
            Some(digits) if digits.len() == VISITOR_DIGITS && digits.iter().all(is_digit) => {
                Self::Web
            }
            _ => Self::WeChat,
        }
    }

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::WeChat => "wechat",
            Self::Web => "web",
        }
    }

    /// When and how often whoever is seen for the first time may be written to: WeChat opens windows and counts, a web page does neither.
    #[must_use]
    pub fn window(self) -> Window {
        match self {
            Self::WeChat => Window::default(),
            Self::Web => Window::always_open(),
        }
    }

    /// How a message leaves: by a call, or not at all, because the ledger is the inbox that they read. There is nothing to wait for
    /// then, to try again or to get lost.
    #[must_use]
    pub fn reads_the_ledger(self) -> bool {
        match self {
            Self::WeChat => false,
            Self::Web => true,
        }
    }

    /// Whether something can be written to them later than at once, where `service_messages` says whether the account has WeChat's call for it.
    #[must_use]
    pub fn takes_messages(self, service_messages: bool) -> bool {
        self.reads_the_ledger() || service_messages
    }

    /// The grace period of an erase. Who leaves WeChat may come back as the same fan; a visitor who wants to be forgotten has no name to
    /// come back with.
    #[must_use]
    pub fn erase_after(self, grace: Duration) -> Duration {
        match self {
            Self::WeChat => grace,
            Self::Web => Duration::ZERO,
        }
    }
}

/// What a new visitor is called.
#[must_use]
pub fn new_visitor(random: &mut impl Random) -> String {
    format!("{VISITOR}{}", random.token())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Same(u8);

    impl Random for Same {
        fn fill(&mut self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn a_new_visitor_is_on_the_web() {
        let visitor = new_visitor(&mut Same(0xaf));
        assert_eq!(visitor, format!("web:{}", "af".repeat(16)));
        assert_eq!(Channel::of(&visitor), Channel::Web);
    }

    #[test]
    fn everybody_else_is_a_fan_of_wechat() {
        for openid in [
            "",
            "web:",
            "oFan00000000000000000000001",
            "web:0123",
            &format!("web:{}", "AF".repeat(16)),
            &format!("web:{}0", "af".repeat(16)),
            &format!("xweb:{}", "af".repeat(16)),
            &format!("web:{}", "汉".repeat(32)),
        ] {
            assert_eq!(Channel::of(openid), Channel::WeChat, "{openid}");
        }
    }
}
