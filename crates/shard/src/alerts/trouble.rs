//! What the TokenKeeper saw go wrong, as text that is kept and travels.

use std::fmt;
use std::str::FromStr;

use crate::UnixMillis;

/// Refusals that are remembered; a playbook counts no more.
const REMEMBERED: usize = 100;

/// What went wrong with access tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trouble {
    /// Since when WeChat gives no token, if it gives none.
    pub failing_since: Option<UnixMillis>,
    /// WeChat's code for that; 0 when it gave none.
    pub errcode: i64,
    /// The address that WeChat named in refusing it (40164).
    pub address: Option<String>,
    /// When WeChat refused a token that was thought good, the newest last.
    refusals: Vec<UnixMillis>,
}

impl Trouble {
    /// WeChat refused a token in a call.
    pub fn refused(&mut self, now: UnixMillis) {
        if self.refusals.len() >= REMEMBERED {
            self.refusals.remove(0);
        }
        self.refusals.push(now);
    }

    /// WeChat gave no token: its code, or 0, and its words.
    pub fn failed(&mut self, errcode: i64, errmsg: &str, now: UnixMillis) {
        self.failing_since = self.failing_since.or(Some(now));
        self.errcode = errcode;
        self.address = (errcode == 40164).then(|| address_in(errmsg)).flatten();
    }

    /// WeChat gave a token.
    pub fn succeeded(&mut self) {
        (self.failing_since, self.errcode, self.address) = (None, 0, None);
    }

    /// How often a token was refused since then.
    #[must_use]
    pub fn refused_since(&self, since: UnixMillis) -> i64 {
        let count = self.refusals.iter().filter(|at| **at > since).count();
        i64::try_from(count).unwrap_or(i64::MAX)
    }
}

/// The address in WeChat's words: `invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist …`.
fn address_in(errmsg: &str) -> Option<String> {
    let (_, after) = errmsg.split_once("invalid ip ")?;
    let end = after.find(|c: char| !c.is_ascii_hexdigit() && c != '.' && c != ':');
    let address = after.get(..end.unwrap_or(after.len()))?;
    (!address.is_empty()).then(|| address.to_owned())
}

/// `<failing since> <errcode> <address> <refusal> …`, with `-` for what is not there.
impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.failing_since {
            Some(since) => write!(f, "{}", since.0)?,
            None => f.write_str("-")?,
        }
        let address = self.address.as_deref().unwrap_or("-");
        write!(f, " {} {address}", self.errcode)?;
        self.refusals
            .iter()
            .try_for_each(|at| write!(f, " {}", at.0))
    }
}

/// Not the text of a [`Trouble`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not what a TokenKeeper tells")]
pub struct NotTrouble;

impl FromStr for Trouble {
    type Err = NotTrouble;

    fn from_str(text: &str) -> Result<Self, NotTrouble> {
        let mut words = text.split(' ');
        let (since, errcode, address) = (words.next(), words.next(), words.next());
        let optional = |word: Option<&str>| match word {
            Some("-") => Ok(None),
            Some(word) => Ok(Some(word.to_owned())),
            None => Err(NotTrouble),
        };
        let moment = |word: &str| word.parse().map(UnixMillis).map_err(|_| NotTrouble);
        Ok(Self {
            failing_since: optional(since)?.as_deref().map(moment).transpose()?,
            errcode: errcode
                .and_then(|word| word.parse().ok())
                .ok_or(NotTrouble)?,
            address: optional(address)?,
            refusals: words.map(moment).collect::<Result<_, _>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = UnixMillis(1_700_000_000_000);
    const WORDS: &str = "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 1";

    #[test]
    fn what_was_seen_reads_back() {
        let mut trouble = Trouble::default();
        assert_eq!(trouble.to_string().parse(), Ok(trouble.clone()));
        trouble.failed(40164, WORDS, NOW);
        trouble.refused(NOW);
        trouble.refused(UnixMillis(NOW.0 + 1));
        assert_eq!(trouble.to_string().parse(), Ok(trouble));
        for text in ["", "-", "- 0", "x 0 -", "- x -", "- 0 - x"] {
            assert_eq!(text.parse::<Trouble>(), Err(NotTrouble), "{text}");
        }
    }

    #[test]
    fn the_refused_address_is_found_in_wechats_words() {
        let address = |words: &str| {
            let mut trouble = Trouble::default();
            trouble.failed(40164, words, NOW);
            trouble.address
        };
        assert_eq!(address(WORDS).as_deref(), Some("203.0.113.7"));
        assert_eq!(
            address("invalid ip 2001:db8::7").as_deref(),
            Some("2001:db8::7")
        );
        for words in ["", "invalid ip ", "invalid ip, unknown"] {
            assert_eq!(address(words), None, "{words}");
        }
    }

    #[test]
    fn it_has_failed_since_the_first_failure_until_a_token_comes() {
        let mut trouble = Trouble::default();
        trouble.failed(-1, "system error", NOW);
        trouble.failed(40125, "invalid appsecret", UnixMillis(NOW.0 + 9));
        assert_eq!((trouble.failing_since, trouble.errcode), (Some(NOW), 40125));
        trouble.succeeded();
        assert_eq!(trouble, Trouble::default());
    }

    #[test]
    fn a_storm_of_refusals_is_counted_up_to_a_hundred() {
        let mut trouble = Trouble::default();
        (0..250).for_each(|n| trouble.refused(UnixMillis(NOW.0 + n)));
        assert_eq!(trouble.refused_since(NOW), 100);
        assert_eq!(trouble.refused_since(UnixMillis(NOW.0 + 239)), 10);
    }
}
