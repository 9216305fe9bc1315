//! Delivery: the queue's consumer. A doorbell names a job; the job's shard says what to do; this does it and reports.
//!
//! Nothing is decided here but what no answer means. A handler that returned an error would panic the
//! isolate, so each message is acknowledged or sent back, and the batch always ends well.

use std::time::Duration;

use fandesk_shard::UnixMillis;
use fandesk_shard::jobs::{Claim, JobId, Report, Work, refusal};
use futures_util::StreamExt;
use wechat::api::{Done, custom};
use worker::{
    Env, MessageBatch, MessageExt, Queue, QueueContentType, RawMessage, RawMessageBuilder, Result,
};

use crate::fan_shard::ask::ask;
use crate::fan_shard::calls::{ClaimJob, SettleJob};
use crate::outgoing::NoAnswer;
use crate::random::now;
use crate::record::Record;
use crate::settings::Settings;
use crate::wechat_client::{self, Failure};
use crate::{accounts, business, log};

/// The binding of the queue.
pub(crate) const QUEUE: &str = "JOBS";

/// The form of a doorbell; others are a later release's and mean nothing here.
const FORM: i64 = 1;

/// Jobs done at the same time by one consumer: an invocation may hold 6 connections open.
const AT_ONCE: usize = 6;

/// Messages of one `sendBatch`, by the platform's limit.
const BATCH: usize = 100;

/// Rings for jobs. Awaits the queue once for each hundred; a repeat rings twice, which the shard answers with `wait`.
pub(crate) async fn ring(
    queue: &Queue,
    account: &str,
    jobs: impl Iterator<Item = &str>,
) -> Result<()> {
    // Text, since JavaScript values would turn numbers into floats.
    let doorbells = jobs.map(|job| {
        let doorbell = Record::new().with(FORM).with(account).with(job).write();
        RawMessageBuilder::new(doorbell.into()).build_with_content_type(QueueContentType::Text)
    });
    let mut rest = doorbells.peekable();
    while rest.peek().is_some() {
        let batch: Vec<_> = rest.by_ref().take(BATCH).collect();
        queue
            .send_raw_batch(worker::BatchMessageBuilder::new().messages(batch).build())
            .await?;
    }
    Ok(())
}

/// Does what a batch of doorbells asks for.
pub(crate) async fn consume(batch: MessageBatch<serde_json::Value>, env: &Env) {
    futures_util::stream::iter(batch.raw_iter())
        .for_each_concurrent(AT_ONCE, async |message: RawMessage| {
            match open(&message, env).await {
                Ok(()) => message.ack(),
                Err(reason) => {
                    log::warn(
                        "delivery",
                        "a doorbell was not answered",
                        &[("reason", &reason)],
                    );
                    message.retry();
                }
            }
        })
        .await;
}

/// Awaits, in order: the claim (a lease and, for a message, its place in the quota are taken), the work, the settling. A crash
/// before the claim: the shard rings again. After it: the lease runs out, and the kind of job says what follows.
async fn open(message: &RawMessage, env: &Env) -> std::result::Result<(), String> {
    let Some((account, job, shard)) = message.body().as_string().and_then(|body| read(&body))
    else {
        log::error(
            "delivery",
            "a queue message is no doorbell and was dropped",
            &[],
        );
        return Ok(());
    };
    let accounts = accounts::of(env);
    let settings = accounts
        .with_app_id(&account)
        .map_err(|error| error.to_string())?;
    let claim = ask(env, &account, shard, &ClaimJob { id: job.clone() })
        .await
        .map_err(|error| error.to_string())?;
    let Claim::Go { lease, work } = claim else {
        return Ok(());
    };
    let report = perform(env, settings, work).await;
    let settle = SettleJob {
        id: job,
        lease,
        report,
    };
    ask(env, &account, shard, &settle)
        .await
        .map_err(|error| error.to_string())
}

/// The account, the job and its shard that a doorbell names.
fn read(doorbell: &str) -> Option<(String, String, u16)> {
    let mut record = Record::read(doorbell)
        .ok()
        .filter(|record| record.number(0) == Some(FORM))?;
    let (account, job) = (record.take(1)?, record.take(2)?);
    let shard = job.parse::<JobId>().ok()?.event.shard;
    Some((account, job, shard))
}

async fn perform(env: &Env, settings: &Settings, work: Work) -> Report {
    match work {
        Work::Send { body } => {
            let call = custom::send_body(body);
            report(
                wechat_client::call::<Done>(env, settings, &call).await,
                now(),
            )
        }
        Work::Ask {
            method,
            url,
            secret,
            timeout_ms,
            body,
        } => {
            let limit = Duration::from_millis(timeout_ms.into());
            business::ask(
                env,
                &business::Question {
                    method: &method,
                    url: &url,
                    secret: secret.as_deref(),
                    limit,
                    body: &body,
                },
            )
            .await
        }
    }
}

/// What an answer of `custom/send` means for the job.
fn report(answer: std::result::Result<Done, Failure>, now: UnixMillis) -> Report {
    let failure = match answer {
        Ok(Done {}) => return Report::Delivered,
        Err(failure) => failure,
    };
    let error = failure.to_string();
    match failure {
        Failure::NoToken(no_token) if no_token.later => Report::TryAgain {
            error,
            after_ms: None,
        },
        Failure::NoToken(_) => Report::Refused { error },
        Failure::Answer(failure) => refusal::report(&failure, now),
        Failure::NoAnswer(NoAnswer::NotAsked(_)) => Report::Refused { error },
        // WeChat may have sent the message.
        Failure::NoAnswer(_) => Report::Lost { error },
    }
}

#[cfg(test)]
mod tests {
    use wechat::api::CallFailure;

    use super::*;
    use crate::token_keeper::NoToken;

    const NOW: UnixMillis = UnixMillis(1_700_000_000_000);

    #[test]
    fn a_lost_answer_is_not_taken_for_a_refusal() {
        for failure in [
            Failure::NoAnswer(NoAnswer::Broken),
            Failure::NoAnswer(NoAnswer::TimedOut(Duration::from_secs(10))),
            Failure::Answer(CallFailure::Status(502)),
            Failure::Answer(CallFailure::NotJson { line: 1, column: 1 }),
        ] {
            assert!(matches!(report(Err(failure), NOW), Report::Lost { .. }));
        }
    }

    #[test]
    fn without_a_token_nothing_was_sent() {
        let no_token = |later| {
            Err(Failure::NoToken(NoToken {
                message: "x".to_owned(),
                later,
            }))
        };
        assert!(matches!(
            report(no_token(true), NOW),
            Report::TryAgain { .. }
        ));
        assert!(matches!(
            report(no_token(false), NOW),
            Report::Refused { .. }
        ));
    }
}
