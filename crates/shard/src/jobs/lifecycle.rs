//! The life of a job, as one table.
//!
//! ```text
//!              claimed              delivered
//!   waiting ────────────▶ sending ────────────▶ done
//!      ▲  ▲                │ │ │
//!      │  └── try again ───┘ │ └── gave up ───▶ dead ─────┐
//!      │                     └── answer lost ─▶ unknown ──┤
//!      └────────────────────── replayed ──────────────────┘
//! ```

use std::fmt;
use std::str::FromStr;

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// To be done, now or later.
    Waiting,
    /// Someone holds the lease and may be calling right now.
    Sending,
    /// Done.
    Done,
    /// Given up, with a reason; a person may replay it.
    Dead,
    /// It may or may not have reached the fan, and must not be repeated without a person.
    Unknown,
}

/// What happens to a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// A consumer took it.
    Claimed,
    /// The other side has it.
    Delivered,
    /// It did not work, and trying again may help.
    TryAgain,
    /// It did not work and will not, or was tried too often.
    GaveUp,
    /// Nobody knows whether it worked, and a repeat could do harm.
    AnswerLost,
    /// A person wants it tried once more.
    Replayed,
}

impl State {
    /// All states.
    pub const ALL: [Self; 5] = [
        Self::Waiting,
        Self::Sending,
        Self::Done,
        Self::Dead,
        Self::Unknown,
    ];

    /// The state after `happening`, or `None` when that cannot happen in this state.
    #[must_use]
    pub fn after(self, happening: Happening) -> Option<Self> {
        match (self, happening) {
            (Self::Waiting, Happening::Claimed) => Some(Self::Sending),
            (Self::Waiting, Happening::GaveUp) => Some(Self::Dead),
            // An answer that comes in after the lease ran out is still the truth.
            (Self::Waiting | Self::Sending | Self::Unknown, Happening::Delivered) => {
                Some(Self::Done)
            }
            (Self::Sending, Happening::TryAgain) => Some(Self::Waiting),
            (Self::Sending, Happening::GaveUp) => Some(Self::Dead),
            (Self::Sending, Happening::AnswerLost) => Some(Self::Unknown),
            (Self::Dead | Self::Unknown, Happening::Replayed) => Some(Self::Waiting),
            _ => None,
        }
    }

    /// Whether nothing more happens by itself.
    #[must_use]
    pub fn ended(self) -> bool {
        matches!(self, Self::Done | Self::Dead | Self::Unknown)
    }

    /// The word for it in tables and in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Done => "done",
            Self::Dead => "dead",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Not the name of a state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no state of a job: waiting, sending, done, dead or unknown")]
pub struct UnknownState(pub String);

impl FromStr for State {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, UnknownState> {
        Self::ALL
            .into_iter()
            .find(|state| state.name() == text)
            .ok_or_else(|| UnknownState(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_state_and_happening_is_as_drawn() {
        use Happening::{AnswerLost, Claimed, Delivered, GaveUp, Replayed, TryAgain};
        use State::{Dead, Done, Sending, Unknown, Waiting};
        let happenings = [Claimed, Delivered, TryAgain, GaveUp, AnswerLost, Replayed];
        let drawn = [
            (
                Waiting,
                [Some(Sending), Some(Done), None, Some(Dead), None, None],
            ),
            (
                Sending,
                [
                    None,
                    Some(Done),
                    Some(Waiting),
                    Some(Dead),
                    Some(Unknown),
                    None,
                ],
            ),
            (Done, [None, None, None, None, None, None]),
            (Dead, [None, None, None, None, None, Some(Waiting)]),
            (Unknown, [None, Some(Done), None, None, None, Some(Waiting)]),
        ];
        for (state, after) in drawn {
            for (happening, expected) in happenings.into_iter().zip(after) {
                assert_eq!(
                    state.after(happening),
                    expected,
                    "{state} and {happening:?}"
                );
            }
        }
    }

    #[test]
    fn a_state_reads_back_from_its_name() {
        for state in State::ALL {
            assert_eq!(state.name().parse(), Ok(state));
        }
        assert!("finished".parse::<State>().is_err());
    }
}
