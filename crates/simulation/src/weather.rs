//! What goes wrong in a run, and how often.
//!
//! Each seed draws its own weather: about half of the failures never happen in it and some are frequent, since a run in which
//! everything fails all the time gets nowhere and finds little.

use crate::dice::Dice;

/// Something that can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A callback does not reach the Worker, or its answer not WeChat.
    CallbackLost,
    /// A callback or its answer takes seconds.
    CallbackSlow,
    /// A statement of a shard's SQLite fails.
    StatementFails,
    /// The object ends; what the disk has not got is gone.
    Crash,
    /// The disk takes seconds.
    DiskSlow,
    /// D1 or the queue refuses.
    DestinationRefuses,
    /// D1 or the queue takes what it is given, and the answer gets lost.
    ConfirmationLost,
    /// What was sent to D1 or the queue arrives long after the sender gave up.
    DestinationLate,
    DoorbellLost,
    DoorbellDoubled,
    DoorbellSlow,
    /// Whoever does a job ends in the middle of it.
    ConsumerDies,
    /// A call from a consumer to a shard fails.
    HopFails,
    /// WeChat answers -1, 45009, 45011 or 40001, or a gateway 503.
    ApiRefuses,
    /// The call does not arrive.
    ApiUnreachable,
    /// WeChat sends the message, and no answer, half an answer or a gateway's error comes back.
    ApiAnswerLost,
    /// Somebody else got a new token, so this one is no longer good.
    TokenReplaced,
    /// WeChat gives no token.
    NoToken,
    /// The business system fails, refuses, or answers what is no JSON.
    BusinessFails,
    /// The system that gets copies refuses one while it takes others.
    CopyRefused,
    ClockJumps,
    AlarmLate,
    AlarmLost,
}

const FAULTS: usize = Fault::AlarmLost as usize + 1;

/// How often each fault strikes, in a thousand.
pub(crate) struct Weather([u64; FAULTS]);

impl Weather {
    pub(crate) fn draw(dice: &mut Dice) -> Self {
        let mut weather = [0; FAULTS];
        for per_mille in &mut weather {
            *per_mille = dice.pick(&[0, 0, 0, 0, 10, 40, 120, 300]);
        }
        // These are asked at every step rather than at some.
        for often in [Fault::Crash, Fault::ClockJumps, Fault::TokenReplaced] {
            weather[often as usize] = dice.pick(&[0, 0, 2, 10, 40]);
        }
        Self(weather)
    }

    /// Nothing fails.
    pub(crate) fn calm() -> Self {
        Self([0; FAULTS])
    }

    pub(crate) fn per_mille(&self, fault: Fault) -> u64 {
        self.0[fault as usize]
    }
}
