//! What is to be done outside the shard: messages through the customer-service API, questions to business systems.
//!
//! The fan's shard is the truth of a job: its state, its attempts, its place in the fan's order and the message that it
//! reserved from the reply window change in one commit. A queue message is only a doorbell with the job's id, D1 has
//! only a copy. A consumer [`claim()`]s a job and gets a lease, calls, and [`settle()`]s.
//!
//! - [`lifecycle`]: the states, as one table
//! - [`mod@claim`]: may it be done now, and what exactly
//! - [`mod@settle`]: what came of it, and what follows
//! - [`bound`]: what depends on who the fan is to the business
//! - [`refusal`]: what an error of WeChat's means
//! - [`rows`]: the table behind them

pub mod bound;
pub mod claim;
pub mod lifecycle;
pub mod refusal;
pub mod rows;
pub mod settle;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use fandesk_playbook::{Captures, Identity, Intent, Playbook};
use serde::{Deserialize, Serialize};
use wechat::api::custom::ServiceMessage;

pub use self::claim::{Claim, Work, claim};
pub use self::lifecycle::State;
pub use self::settle::{Report, settle};
use crate::events::{EventId, NotAnEventId};

/// How long a consumer may take before the job counts as left by it: longer than all its time-outs together.
pub const LEASE: Duration = Duration::from_secs(60);

/// A doorbell that nobody answered within this time is rung again: queue messages can get lost.
pub const RING_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// How long ended jobs are kept in the shard; D1 keeps its copy.
pub const ENDED_KEPT_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How often a message is tried before it is dead.
const SEND_ATTEMPTS: i64 = 8;

/// First and longest wait between two tries; it doubles.
const WAIT_FIRST: Duration = Duration::from_secs(1);
const WAIT_MOST: Duration = Duration::from_secs(300);

/// The name of a job: the event that caused it, and which of its jobs. So the same event never makes a job twice, and the
/// name tells the shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobId {
    /// What caused it.
    pub event: EventId,
    /// Which job of that event, from 1.
    pub number: u16,
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.event, self.number)
    }
}

impl FromStr for JobId {
    type Err = NotAnEventId;

    fn from_str(text: &str) -> Result<Self, NotAnEventId> {
        let (event, number) = text.rsplit_once('.').ok_or(NotAnEventId)?;
        Ok(Self {
            event: event.parse()?,
            number: number.parse().map_err(|_| NotAnEventId)?,
        })
    }
}

/// What a job does. Stored as JSON, so variants and fields are only ever added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// An answer of the playbook that has no passive form or comes late.
    Answer {
        /// The body of the call that sends it, so that what the fan gets is settled when the job is made.
        send: String,
        /// It shows what is this customer's, and leaves only while the fan is bound to them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        identity: Option<String>,
    },
    /// A message that a person or another system wrote to the fan.
    Message {
        /// As for an answer.
        send: String,
    },
    /// A question to a business system, whose answer becomes a message.
    Intent {
        /// The intent's name in the playbook. It is looked up when the job is done, so that a mended address helps jobs that wait.
        intent: String,
        /// What the pattern captured.
        captures: Captures,
        /// The customer to whom the fan was bound when they asked, where the intent wants to know.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        identity: Option<String>,
    },
    /// A question to a business system who the fan is; `[identity]` of the playbook is looked up when it is done.
    Identity {
        /// What the pattern captured.
        captures: Captures,
    },
}

/// What follows when nobody knows whether a call worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// Not repeated without a person: a second copy would do harm.
    AtMostOnce,
    /// Repeated, and counted as possibly doubled: silence would do harm.
    AtLeastOnce,
}

impl Body {
    /// An answer of the playbook to a fan.
    #[must_use]
    pub fn answer(openid: &str, message: &ServiceMessage) -> Self {
        Self::Answer {
            send: message.to_body(openid, None),
            identity: None,
        }
    }

    /// The same, about what is this customer's.
    pub(crate) fn answer_to(openid: &str, message: &ServiceMessage, identity: &str) -> Self {
        Self::Answer {
            send: message.to_body(openid, None),
            identity: Some(identity.to_owned()),
        }
    }

    /// What a business system is asked, with what was captured for it.
    pub(crate) fn question<'a>(
        &'a self,
        playbook: Option<&'a Playbook>,
    ) -> Option<(Option<&'a Intent>, &'a Captures)> {
        match self {
            Self::Answer { .. } | Self::Message { .. } => None,
            Self::Intent {
                intent, captures, ..
            } => Some((
                playbook.and_then(|playbook| playbook.intent(intent)),
                captures,
            )),
            Self::Identity { captures } => Some((
                playbook.and_then(Playbook::identity).map(Identity::intent),
                captures,
            )),
        }
    }

    /// Why a question is not asked that is not in the playbook any more.
    pub(crate) fn gone(&self) -> String {
        match self {
            Self::Intent { intent, .. } => {
                format!("the playbook no longer has the intent `{intent}`")
            }
            _ => "the playbook no longer has [identity]".to_owned(),
        }
    }

    /// The customer that it is about.
    pub(crate) fn identity(&self) -> Option<&str> {
        match self {
            Self::Answer { identity, .. } | Self::Intent { identity, .. } => identity.as_deref(),
            Self::Message { .. } | Self::Identity { .. } => None,
        }
    }

    /// Whether only a fan may have this who is bound to a customer, and to which: none when it was asked before the intent wanted to
    /// know.
    pub(crate) fn depends_on(&self, playbook: Option<&Playbook>) -> Option<Option<&str>> {
        let wanted = || {
            let (intent, _) = self.question(playbook)?;
            intent.filter(|intent| intent.needs_identity())
        };
        match self.identity() {
            Some(identity) => Some(Some(identity)),
            None => wanted().map(|_| None),
        }
    }

    /// The word for it in tables and in the API.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Answer { .. } => "answer",
            Self::Message { .. } => "message",
            Self::Intent { .. } => "intent",
            Self::Identity { .. } => "identity",
        }
    }

    /// What follows when the answer of the call got lost.
    #[must_use]
    pub fn promise(&self) -> Promise {
        match self {
            Self::Message { .. } => Promise::AtMostOnce,
            Self::Answer { .. } | Self::Intent { .. } | Self::Identity { .. } => {
                Promise::AtLeastOnce
            }
        }
    }
}

/// How long to wait after the `attempts`th try.
pub(crate) fn wait_after(attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1))
        .unwrap_or(0)
        .min(16);
    WAIT_FIRST
        .saturating_mul(2_u32.saturating_pow(doublings))
        .min(WAIT_MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_id_reads_back() {
        let id = JobId {
            event: EventId { shard: 3, seq: 41 },
            number: 2,
        };
        assert_eq!(id.to_string(), "3.41.2");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!("3.41".parse::<JobId>().is_err());
    }

    #[test]
    fn waits_double_up_to_five_minutes() {
        assert_eq!(wait_after(1), Duration::from_secs(1));
        assert_eq!(wait_after(4), Duration::from_secs(8));
        assert_eq!(wait_after(1_000), WAIT_MOST);
    }
}
