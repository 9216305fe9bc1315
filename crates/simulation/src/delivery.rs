//! Whoever does the jobs: the steps of `src/delivery.rs`, `src/wechat_client.rs` and `src/token_keeper.rs`, each of which may be the last.
//!
//! What an error of WeChat's means is the core's (`jobs::refusal`), and the answers here are bytes, read as in the Worker. The
//! TokenKeeper is modelled: one token, renewed when WeChat refuses it or its time is nearly over, forced only if need be.

use fandesk_shard::fan;
use fandesk_shard::jobs::{self, Claim, Report, State, Work, refusal, rows};
use fandesk_shard::sql::{Database, SqlError};
use wechat::api::{Advice, CallFailure, Done, read_answer};

use crate::Sabotage;
use crate::breaking::Breaking;
use crate::group::ASK_AGAIN_MS;
use crate::step::Step;
use crate::weather::Fault;
use crate::wechat::Closed;
use crate::world::World;

/// How long a call may take.
const CALL_MS: i64 = 10_000;
/// How often the queue delivers a message that is sent back.
const DELIVERIES: u8 = 4;
const RENEW_BEFORE_MS: i64 = 300_000;
const FORCED_APART_MS: i64 = 30_000;

/// Status and body; none when the consumer waited in vain.
pub(crate) type HttpAnswer = Option<(u16, &'static str)>;

/// A job that somebody does.
pub(crate) struct Delivery {
    pub(crate) job: String,
    pub(crate) lease: String,
    pub(crate) work: Work,
}

#[derive(Default)]
pub(crate) struct Keeper {
    held: Option<(String, i64)>,
    forced_at: i64,
}

impl World<'_> {
    pub(crate) fn doorbell(&mut self, job: String, nth: u8) {
        if self.strikes(Fault::ConsumerDies) || self.strikes(Fault::HopFails) {
            return self.ring_again(job, nth);
        }
        self.after_hop(Step::Claim { job, nth });
    }

    /// The consumer sends the doorbell back, or ended with it in hand.
    pub(crate) fn ring_again(&mut self, job: String, nth: u8) {
        if nth < DELIVERIES {
            let wait = self.dice.between(100, 30_000);
            self.after(wait, Step::Doorbell { job, nth: nth + 1 });
        }
    }

    pub(crate) fn claim(&mut self, job: String, nth: u8) {
        let Some(number) = self.keeper_of_job(&job) else {
            return self.after(ASK_AGAIN_MS, Step::Claim { job, nth });
        };
        self.wake(number);
        if !self.catch_up(number) {
            return self.ring_again(job, nth);
        }
        let (now, good) = (self.wall(), self.failing_statement());
        let before = rows::load(&self.shards[number].db, &job).ok().flatten();
        let fan_before = before.as_ref().and_then(|job| {
            fan::load(&self.shards[number].db, &job.openid)
                .ok()
                .flatten()
        });
        let db = Breaking::after(good, &self.shards[number].db);
        let claim: Result<Claim, SqlError> =
            db.savepoint(|| jobs::claim(&db, &job, Some(self.playbook), now, &mut self.dice));
        let claim = match claim {
            Ok(claim) => claim,
            Err(_) => return self.ring_again(job, nth),
        };
        self.note(format_args!("job {job} is claimed: {}", in_words(&claim)));
        let then = match (claim, before) {
            (Claim::Go { lease, work }, Some(before)) => {
                if let Work::Send { .. } = work {
                    if self.sabotage == Some(Sabotage::NothingReserved)
                        && let Some(fan) = fan_before
                    {
                        let db = &self.shards[number].db;
                        fan::save_window(db, &before.openid, &fan.window)
                            .expect("a fan can be written");
                    }
                    self.permitted(number, &before, now.0);
                }
                self.check_claim(&before);
                self.deliveries.push(Delivery { job, lease, work });
                Step::Go {
                    delivery: self.deliveries.len() - 1,
                }
            }
            _ => Step::NotNow,
        };
        self.after_change(number);
        self.when_durable(number, then);
    }

    pub(crate) fn go(&mut self, delivery: usize) {
        if self.strikes(Fault::ConsumerDies) {
            let job = self.deliveries[delivery].job.clone();
            self.note(format_args!("who does job {job} ends"));
            return self.ring_again(job, 1);
        }
        match self.deliveries[delivery].work {
            Work::Ask { .. } => self.ask_business(delivery),
            Work::Send { .. } => match self.token(None) {
                Ok(token) => self.call(delivery, token, false),
                Err(report) => self.report(delivery, report),
            },
        }
    }

    fn ask_business(&mut self, delivery: usize) {
        let wait = self.dice.between(5, 3_000);
        let error = "the business system fails".to_owned();
        let report = if !self.strikes(Fault::BusinessFails) {
            let body = r#"{"status":"on its way"}"#.to_owned();
            Report::Answered { body }
        } else {
            match self.dice.below(4) {
                0 => Report::Refused { error },
                1 => Report::Answered {
                    body: "<html>".to_owned(),
                },
                _ => Report::TryAgain {
                    error,
                    after_ms: None,
                },
            }
        };
        self.after(wait, Step::Settle { delivery, report });
    }

    /// As the TokenKeeper: `refused` is a token that WeChat just refused.
    fn token(&mut self, refused: Option<&str>) -> Result<String, Report> {
        let now = self.wall().0;
        if let Some((token, ends_at)) = &self.keeper.held
            && refused != Some(token)
            && now < ends_at - RENEW_BEFORE_MS
        {
            return Ok(token.clone());
        }
        let later = |error: &str| Report::TryAgain {
            error: error.to_owned(),
            after_ms: None,
        };
        if self.strikes(Fault::NoToken) {
            return Err(later("no access token"));
        }
        let (mut token, mut until) = self.wechat.stable_token(false, self.now, &mut self.dice);
        if refused == Some(token.as_str()) {
            if now - FORCED_APART_MS < self.keeper.forced_at {
                return Err(later("WeChat refuses the token and gives no other yet"));
            }
            self.keeper.forced_at = now;
            (token, until) = self.wechat.stable_token(true, self.now, &mut self.dice);
        }
        self.keeper.held = Some((token.clone(), now + (until - self.now)));
        Ok(token)
    }

    fn call(&mut self, delivery: usize, token: String, again: bool) {
        if self.strikes(Fault::ApiUnreachable) {
            return self.after(
                CALL_MS,
                Step::Returned {
                    delivery,
                    token,
                    again,
                    answer: None,
                },
            );
        }
        let wait = self.dice.between(10, 400);
        self.after(
            wait,
            Step::Call {
                delivery,
                token,
                again,
            },
        );
    }

    /// The call reaches WeChat, which judges it, may send the message, and may or may not be heard.
    pub(crate) fn call_arrives(&mut self, delivery: usize, token: String, again: bool) {
        let job = self.deliveries[delivery].job.clone();
        let fan = self.fan_of(&job);
        let answer = if self.strikes(Fault::ApiRefuses) {
            Some(self.dice.pick(&[
                (200, r#"{"errcode":-1,"errmsg":"system error"}"#),
                (
                    200,
                    r#"{"errcode":45009,"errmsg":"reach max api daily quota limit"}"#,
                ),
                (
                    200,
                    r#"{"errcode":45011,"errmsg":"api minute-quota reach limit"}"#,
                ),
                (200, r#"{"errcode":40001,"errmsg":"invalid credential"}"#),
                (503, ""),
                (403, ""),
            ]))
        } else if !self.wechat.knows(&token, self.now) {
            Some((200, r#"{"errcode":40001,"errmsg":"invalid credential"}"#))
        } else if !self.fans[fan].follows {
            Some((200, r#"{"errcode":43004,"errmsg":"require subscribe"}"#))
        } else {
            match self.fans[fan].deeds.allow(self.now) {
                Err(Closed::Over) => Some((
                    200,
                    r#"{"errcode":45015,"errmsg":"response out of time limit"}"#,
                )),
                Err(Closed::UsedUp) => Some((
                    200,
                    r#"{"errcode":45047,"errmsg":"out of response count limit"}"#,
                )),
                Ok(()) => self.wechat_sends(delivery, fan),
            }
        };
        self.note(format_args!(
            "WeChat answers the call for job {job}: {}",
            answer.map_or("nothing".to_owned(), |(status, body)| format!(
                "{status} {body}"
            ))
        ));
        let wait = if answer.is_some() {
            self.dice.between(5, 300)
        } else {
            CALL_MS
        };
        self.after(
            wait,
            Step::Returned {
                delivery,
                token,
                again,
                answer,
            },
        );
    }

    fn wechat_sends(&mut self, delivery: usize, fan: usize) -> HttpAnswer {
        self.fans[fan].deeds.sent();
        self.message_sent(delivery, fan);
        if self.strikes(Fault::ApiAnswerLost) {
            self.dice
                .pick(&[None, Some((502, "")), Some((200, r#"{"errcode":"#))])
        } else {
            Some((200, r#"{"errcode":0,"errmsg":"ok"}"#))
        }
    }

    pub(crate) fn call_returns(
        &mut self,
        delivery: usize,
        token: &str,
        again: bool,
        answer: HttpAnswer,
    ) {
        if self.strikes(Fault::ConsumerDies) {
            let job = self.deliveries[delivery].job.clone();
            self.note(format_args!("who does job {job} ends before it reports"));
            return self.ring_again(job, 1);
        }
        let failure = match answer {
            None if self.sabotage == Some(Sabotage::CallAgainUnasked) && !again => {
                return self.call(delivery, token.to_owned(), true);
            }
            None => {
                let error = "no answer within 10 s".to_owned();
                return self.report(delivery, Report::Lost { error });
            }
            Some((status, body)) => match read_answer::<Done>(status, body.as_bytes()) {
                Ok(Done {}) => return self.report(delivery, Report::Delivered),
                Err(failure) => failure,
            },
        };
        match failure {
            CallFailure::Api(error) if error.advice() == Advice::RefreshToken && !again => {
                match self.token(Some(token)) {
                    Ok(token) => self.call(delivery, token, true),
                    Err(report) => self.report(delivery, report),
                }
            }
            failure => {
                let report = refusal::report(&failure, self.wall());
                self.report(delivery, report);
            }
        }
    }

    fn report(&mut self, delivery: usize, report: Report) {
        self.after_hop(Step::Settle { delivery, report });
    }

    pub(crate) fn settle(&mut self, delivery: usize, report: Report) {
        let Delivery { job, lease, .. } = &self.deliveries[delivery];
        let (job, lease) = (job.clone(), lease.clone());
        let Some(number) = self.keeper_of_job(&job) else {
            return self.after(ASK_AGAIN_MS, Step::Settle { delivery, report });
        };
        if self.strikes(Fault::HopFails) {
            self.note(format_args!(
                "the report on job {job} does not reach its shard"
            ));
            return self.ring_again(job, 1);
        }
        self.wake(number);
        if !self.catch_up(number) {
            return self.ring_again(job, 1);
        }
        let held = rows::load(&self.shards[number].db, &job)
            .ok()
            .flatten()
            .filter(|row| row.state == State::Sending && row.lease.as_deref() == Some(&lease));
        let (now, good) = (self.wall(), self.failing_statement());
        let db = Breaking::after(good, &self.shards[number].db);
        let (playbook, taken) = (Some(self.playbook), report.clone());
        let settled: Result<(), SqlError> =
            db.savepoint(|| jobs::settle(&db, &job, &lease, taken, playbook, now));
        if settled.is_err() {
            return self.ring_again(job, 1);
        }
        self.note(format_args!("job {job} is settled: {report:?}"));
        if let (Report::TryAgain { .. } | Report::Refused { .. }, Some(_)) = (&report, held) {
            self.given_back(number, &job);
        }
        self.after_change(number);
        let delivered = report == Report::Delivered;
        self.when_durable(
            number,
            Step::Settled {
                delivery,
                delivered,
            },
        );
    }

    pub(crate) fn settled(&mut self, delivery: usize, delivered: bool) {
        if delivered {
            let job = self.deliveries[delivery].job.clone();
            self.ledger.job(&job).known_delivered = true;
        }
    }
}

fn in_words(claim: &Claim) -> String {
    match claim {
        Claim::Go { .. } => "go".to_owned(),
        Claim::Wait => "wait".to_owned(),
        Claim::Ended => "it has ended".to_owned(),
        Claim::Refused { reason } => reason.clone(),
    }
}
