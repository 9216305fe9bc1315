//! How a shard is asked: a record to its object, a record back.
//!
//! A shard that does not keep a slot any more names the one that does, and the question goes there: whoever asks may have an old
//! layout, or the id of a job that has moved. While a slot is on its way nobody answers, for some milliseconds; it is waited for.

use std::time::Duration;

use fandesk_shard::Slot;
use futures_util::{FutureExt, StreamExt};
use worker::{Delay, Env};

use super::calls::Call;
use crate::record::Record;
use crate::{clock, layout, object};

/// The binding of the shards' namespace.
const BINDING: &str = "FAN_SHARD";

/// Shards that are asked at the same time: enough to hide the way there, few enough not to flood one isolate.
const AT_ONCE: usize = 16;

/// The status with which a shard leads on to another: `<slot> <shard>`.
pub(super) const MOVED: u16 = 421;

/// The status while a slot is on its way to the shard that was asked.
pub(super) const NOT_YET: u16 = 425;

/// How long to wait before a slot on its way is asked for again.
const ASK_AGAIN_AFTER: Duration = Duration::from_millis(20);

/// Shards asked in a row, by being led on or asking again: 2 s of the 5 s that WeChat waits.
const ASKED_AT_MOST: usize = 100;

/// Why a shard gave no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    /// It says no, in words for the operator.
    #[error("{message}")]
    Refused {
        /// As in HTTP.
        status: u16,
        /// Why.
        message: String,
    },
    /// The slot is at another shard.
    #[error("the slot has moved to shard {to}")]
    Moved {
        /// That shard.
        to: u16,
    },
    /// The slot is on its way there.
    #[error("the slot is on its way to shard {shard}")]
    NotYet {
        /// The shard that will have it.
        shard: u16,
    },
    /// It could not be reached, or its answer not read.
    #[error("shard {shard} gave no answer: {reason}")]
    Unreachable {
        /// Its number.
        shard: u16,
        /// What the platform said.
        reason: String,
    },
}

/// Asks shard `shard` of `account`.
///
/// One await, for the shard. Whether it did what was asked is unknown when that fails; every call may be repeated.
pub(crate) async fn ask<C: Call>(
    env: &Env,
    account: &str,
    shard: u16,
    call: &C,
) -> Result<C::Answer, CallError> {
    // Boxed, so that the machine code of an exchange exists once and not in every caller.
    let answer = exchange(env, account, shard, C::PATH, call.write())
        .boxed_local()
        .await?;
    read::<C>(shard, answer)
}

/// Asks each shard something of its own, and gives their answers in order.
pub(crate) async fn ask_each<C: Call>(
    env: &Env,
    account: &str,
    calls: impl IntoIterator<Item = (u16, C)>,
) -> Vec<(u16, Result<C::Answer, CallError>)> {
    let calls = calls
        .into_iter()
        .map(|(shard, call)| (shard, call.write()))
        .collect();
    let answers = exchange_all(env, account, C::PATH, calls)
        .boxed_local()
        .await;
    let read = |(shard, answer): (u16, Result<Record, CallError>)| {
        (shard, answer.and_then(|answer| read::<C>(shard, answer)))
    };
    answers.into_iter().map(read).collect()
}

/// Reads an answer as the call has it.
pub(crate) fn read<C: Call>(shard: u16, answer: Record) -> Result<C::Answer, CallError> {
    C::read_answer(answer).map_err(|error| CallError::Unreachable {
        shard,
        reason: error.to_string(),
    })
}

async fn exchange_all(
    env: &Env,
    account: &str,
    path: &str,
    calls: Vec<(u16, Record)>,
) -> Vec<(u16, Result<Record, CallError>)> {
    futures_util::stream::iter(calls)
        .map(|(shard, call)| {
            exchange(env, account, shard, path, call).map(move |answer| (shard, answer))
        })
        .buffered(AT_ONCE)
        .collect()
        .await
}

async fn exchange(
    env: &Env,
    account: &str,
    shard: u16,
    path: &str,
    call: Record,
) -> Result<Record, CallError> {
    let mut shard = shard;
    for _ in 0..ASKED_AT_MOST {
        let answer = object::ask(env, BINDING, &name(account, shard), path, &call)
            .await
            .map_err(|error| CallError::Unreachable {
                shard,
                reason: error.to_string(),
            })?;
        match read_answer(account, shard, &answer) {
            Err(CallError::Moved { to }) => shard = to,
            Err(CallError::NotYet { .. }) => Delay::from(ASK_AGAIN_AFTER).await,
            read => return read,
        }
    }
    // Whoever moves it may have ended on the way: the next tick of the Clock goes on.
    clock::wake_now(env, account).await;
    Err(CallError::NotYet { shard })
}

/// Reads what a shard answered, as it came. When the slot is elsewhere, callers know of it from then on.
pub(crate) fn read_answer(account: &str, shard: u16, answer: &str) -> Result<Record, CallError> {
    let unreachable = |reason: String| CallError::Unreachable { shard, reason };
    let Some((status, message)) = object::split(answer) else {
        return Err(unreachable(format!("{BINDING} gave no answer of ours")));
    };
    match (status, led_on(message)) {
        (200, _) => Record::read(message).map_err(|error| unreachable(error.to_string())),
        (MOVED, Some((slot, to))) => {
            layout::learn(account, slot, to);
            Err(CallError::Moved { to })
        }
        (NOT_YET, _) => Err(CallError::NotYet { shard }),
        (status, _) => Err(CallError::Refused {
            status,
            message: message.to_owned(),
        }),
    }
}

/// Which slot moved, and to which shard.
fn led_on(answer: &str) -> Option<(Slot, u16)> {
    let (slot, shard) = answer.split_once(' ')?;
    Some((Slot::numbered(slot.parse().ok()?)?, shard.parse().ok()?))
}

/// The name of a shard's object.
pub(crate) fn name(account: &str, shard: u16) -> String {
    format!("{account}/shard/{shard}")
}

/// The account and number in a shard's name.
pub(crate) fn parse_name(name: &str) -> Option<(String, u16)> {
    let (account, number) = name.rsplit_once("/shard/")?;
    Some((account.to_owned(), number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_shard_reads_back() {
        assert_eq!(parse_name(&name("wx1", 63)), Some(("wx1".to_owned(), 63)));
        assert_eq!(parse_name("wx1/clock/0"), None);
        assert_eq!(parse_name(""), None);
    }
}
