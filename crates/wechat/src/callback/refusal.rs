//! Why a request was refused.

use crate::crypto::DecryptError;
use crate::fields::MalformedBody;
use crate::inbound::InvalidInbound;

/// Why a request was refused. Carries nothing of what was sent, so that it may be logged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A parameter without which nothing can be verified.
    #[error("the query has no {parameter}")]
    Unsigned {
        /// Its name.
        parameter: &'static str,
    },
    /// A signature that no configured token makes.
    #[error("{parameter} is not made with any configured token")]
    Forged {
        /// `signature` or `msg_signature`.
        parameter: &'static str,
    },
    /// A timestamp that is no number.
    #[error("timestamp is not a number")]
    NotATime,
    /// A timestamp too far from now, either way.
    #[error("timestamp is {seconds} s away from now")]
    Stale {
        /// How far.
        seconds: u64,
    },
    /// A URL verification without `echostr`.
    #[error("the query has no echostr")]
    NoEcho,
    /// A body that is neither XML nor JSON, or the like inside the encrypted text.
    #[error(transparent)]
    Malformed(#[from] MalformedBody),
    /// A plain body where the mode asks for an encrypted one.
    #[error("the body has no Encrypt, which this mode requires")]
    NotEncrypted,
    /// No configured key decrypts the text for this AppID. The reason is that of the current key.
    #[error("cannot be decrypted with any configured key: {0}")]
    Undecryptable(DecryptError),
    /// A callback that lacks what every callback has.
    #[error(transparent)]
    Invalid(#[from] InvalidInbound),
}

impl Refusal {
    /// The HTTP status to answer with: 401 for what is not proven to come from WeChat now, 400 for the rest.
    pub fn status(&self) -> u16 {
        match self {
            Refusal::Unsigned { .. }
            | Refusal::Forged { .. }
            | Refusal::NotATime
            | Refusal::Stale { .. } => 401,
            Refusal::NoEcho
            | Refusal::Malformed(_)
            | Refusal::NotEncrypted
            | Refusal::Undecryptable(_)
            | Refusal::Invalid(_) => 400,
        }
    }
}
