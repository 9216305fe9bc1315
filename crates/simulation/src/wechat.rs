//! WeChat's API as it judges calls: the token, the window and the quota of each fan, by its own clock and its own count.

use crate::dice::Dice;
use fandesk_shard::Random;

/// What a fan did that lets the account write to them. Told anew here, so that a mistake in `window` is not mirrored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    Message,
    Tap,
    Follow,
    Scan,
}

impl Deed {
    pub(crate) const ALL: [Self; 4] = [Self::Message, Self::Tap, Self::Follow, Self::Scan];

    /// How many messages in how many milliseconds.
    fn allows(self) -> (u32, i64) {
        match self {
            Self::Message => (5, 48 * 3_600_000),
            Self::Tap | Self::Follow | Self::Scan => (3, 60_000),
        }
    }
}

/// When a fan did what, and how many messages were sent since.
#[derive(Clone, Default)]
pub(crate) struct Deeds([Option<(i64, u32)>; 4]);

/// Why a message is not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    /// 45015.
    Over,
    /// 45047.
    UsedUp,
}

impl Deeds {
    pub(crate) fn did(&mut self, deed: Deed, at: i64) {
        self.0[deed as usize] = Some((at, 0));
    }

    /// Windows do not add up: one that is open and not used up is enough.
    pub(crate) fn allow(&self, now: i64) -> Result<(), Closed> {
        let mut closed = Closed::Over;
        for deed in Deed::ALL {
            let (most, span) = deed.allows();
            if let Some((at, sent)) = self.0[deed as usize]
                && now < at + span
            {
                if sent < most {
                    return Ok(());
                }
                closed = Closed::UsedUp;
            }
        }
        Err(closed)
    }

    pub(crate) fn sent(&mut self) {
        for (_, sent) in self.0.iter_mut().flatten() {
            *sent += 1;
        }
    }
}

/// The access token that is good.
#[derive(Default)]
pub(crate) struct WeChat {
    token: Option<(String, i64)>,
}

const TOKEN_LASTS_MS: i64 = 7_200_000;

impl WeChat {
    pub(crate) fn knows(&self, token: &str, now: i64) -> bool {
        self.token
            .as_ref()
            .is_some_and(|(good, until)| good == token && now < *until)
    }

    /// `stable_token`: the same one while it lasts, unless it is forced.
    pub(crate) fn stable_token(&mut self, force: bool, now: i64, dice: &mut Dice) -> (String, i64) {
        if force || self.token.as_ref().is_none_or(|(_, until)| *until <= now) {
            self.replace_token(now, dice);
        }
        self.token.clone().unwrap_or_default()
    }

    pub(crate) fn replace_token(&mut self, now: i64, dice: &mut Dice) {
        self.token = Some((dice.token(), now + TOKEN_LASTS_MS));
    }
}
