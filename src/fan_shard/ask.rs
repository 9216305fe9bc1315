//! How a shard is asked: a record to its object, a record back.

use futures_util::{FutureExt, StreamExt};
use worker::Env;

use super::calls::Call;
use crate::object;
use crate::record::Record;

/// The binding of the shards' namespace.
const BINDING: &str = "FAN_SHARD";

/// Shards that are asked at the same time: enough to hide the way there, few enough not to flood one isolate.
const AT_ONCE: usize = 16;

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
    let unreachable = |reason: String| CallError::Unreachable { shard, reason };
    let answer = object::ask(env, BINDING, &name(account, shard), path, &call)
        .await
        .map_err(|error| unreachable(error.to_string()))?;
    read_answer(shard, &answer)
}

/// Reads what a shard answered, as it came.
pub(crate) fn read_answer(shard: u16, answer: &str) -> Result<Record, CallError> {
    let unreachable = |reason: String| CallError::Unreachable { shard, reason };
    match object::split(answer) {
        Some((200, answer)) => Record::read(answer).map_err(|error| unreachable(error.to_string())),
        Some((status, message)) => Err(CallError::Refused {
            status,
            message: message.to_owned(),
        }),
        None => Err(unreachable(format!("{BINDING} gave no answer of ours"))),
    }
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
