//! Group commit: many messages, one durable write.
//!
//! A Durable Object answers only when what it wrote is on disk, and a flush costs more than everything that a message decides.
//! So arrivals queue up (`src/platform/fan_shard.mjs`), and all that wait are taken in order, in one call and without an await:
//! each sees the effects of those before it, and all are in one commit.
//!
//! A group is written whole or not at all. When it fails, each member is tried by itself: the one that fails is answered 500 alone
//! (WeChat tries it again) and leaves nothing.

use std::rc::Rc;

use fandesk_shard::Slot;
use fandesk_shard::events::Answer;
use fandesk_shard::intake::{self, Arrival, Receipt};
use fandesk_shard::outbox::Lane;

use super::calls::{Call, Receive, Received};
use super::{Refused, Shard};
use crate::random::{PlatformRandom, now};
use crate::record::Record;
use crate::{log, object, settings};

/// Stands between messages of a group, and between their answers. Both are JSON beside digits, and JSON escapes it.
const SEPARATOR: &str = "\u{1e}";

impl Shard {
    /// Takes the messages of a group, and gives their answers in the same order.
    pub(super) fn receive(self: &Rc<Self>, group: &str) -> String {
        if let Some(reason) = &self.broken {
            let answers = group.split(SEPARATOR).map(|_| object::answer(500, reason));
            return answers.collect::<Vec<_>>().join(SEPARATOR);
        }
        let arrivals: Vec<Result<Arrival, String>> = group
            .split(SEPARATOR)
            .map(|message| self.admit(message))
            .collect();
        let good: Vec<&Arrival> = arrivals
            .iter()
            .filter_map(|read| read.as_ref().ok())
            .collect();
        let mut receipts = self.decide_and_write(&good).into_iter();
        let (mut rang, mut tells) = (false, false);
        let mut answers = String::with_capacity(group.len());
        for arrival in arrivals {
            let answer = match arrival {
                Ok(_) => write(
                    receipts
                        .next()
                        .flatten()
                        .map(|receipt| {
                            rang |= receipt.rang;
                            tells |= receipt.tells;
                            receipt.answer
                        })
                        .ok_or_else(not_kept),
                ),
                Err(answer) => answer,
            };
            if !answers.is_empty() {
                answers.push_str(SEPARATOR);
            }
            answers.push_str(&answer);
        }
        if self.recent.borrow().is_full() {
            self.catch_up_or_log();
        }
        self.carry_on(rang, tells);
        answers
    }

    /// After messages were taken: what follows from them leaves at once, where somebody waits for it, or soon.
    pub(super) fn carry_on(self: &Rc<Self>, rang: bool, tells: bool) {
        // Part of the same durable write: whoever finds the events also finds the alarm that carries them on.
        self.wake_at(now().plus(self.gathers_for()));
        if rang {
            self.start_flush(Lane::Jobs);
        }
        if tells {
            self.start_flush(Lane::Desk);
        }
        if self.forwards() {
            self.start_flush(Lane::Forwards);
        }
    }

    /// Whether another system gets copies.
    fn forwards(&self) -> bool {
        self.playbook
            .borrow()
            .as_ref()
            .is_some_and(|in_force| in_force.playbook.forward().is_some())
    }

    /// Lets a message be decided here. What it is answered at once if its slot is elsewhere, if it was answered before its slot came, or
    /// if it is none.
    fn admit(&self, message: &str) -> Result<Arrival, String> {
        let admit = || {
            let arrival = read(message)?;
            let slot = Slot::of_message(&arrival.inbound);
            self.keeps_slot(slot)?;
            let answer = self.answered_elsewhere(slot, &arrival)?;
            Ok((arrival, answer))
        };
        match admit() {
            Ok((arrival, None)) => Ok(arrival),
            Ok((_, Some(answer))) => Err(write(Ok(answer))),
            Err(refused) => Err(write(Err(refused))),
        }
    }

    /// All members together; when one of them fails, each by itself, so that it fails alone.
    pub(super) fn decide_and_write(&self, arrivals: &[&Arrival]) -> Vec<Option<Receipt>> {
        let playbook = self.playbook_in_force();
        let context = intake::Context {
            shard: self.number,
            shards: settings::shards(&self.env, &self.account),
            playbook: playbook.as_deref().map(|in_force| &in_force.playbook),
            service_messages: settings::may_send(&self.env, &self.account),
            erase_after: settings::erase_after(&self.env, &self.account),
            now: now(),
        };
        let mut recent = self.recent.borrow_mut();
        let mut receive = |arrivals: &[&Arrival]| {
            intake::receive(
                &self.db,
                &mut recent,
                arrivals,
                &context,
                &mut PlatformRandom,
            )
        };
        if let [_, _, ..] = arrivals
            && let Ok(receipts) = receive(arrivals)
        {
            return receipts.into_iter().map(Some).collect();
        }
        let alone = arrivals.iter().map(|arrival| match receive(&[arrival]) {
            Ok(mut receipts) => receipts.pop(),
            Err(error) => {
                log::error(
                    "shard",
                    &format!("a message was refused in shard {}", self.number),
                    &[
                        ("account", &self.account),
                        ("kind", &arrival.inbound.kind()),
                        ("reason", &error),
                    ],
                );
                None
            }
        });
        alone.collect()
    }
}

fn read(message: &str) -> Result<Arrival, Refused> {
    let Receive { key, fields } = Receive::read(Record::read(message)?)?;
    Arrival::read(key, fields).map_err(|error| Refused::Because {
        status: 400,
        message: error.to_string(),
    })
}

fn not_kept() -> Refused {
    Refused::Because {
        status: 500,
        message: "the message could not be kept; WeChat will try again".to_owned(),
    }
}

fn write(answer: Result<Answer, Refused>) -> String {
    match answer {
        Ok(Answer { reply, created_at }) => {
            let answer = Receive::write_answer(Received { reply, created_at });
            object::answer(200, &answer.write())
        }
        Err(Refused::Because { status, message }) => object::answer(status, &message),
        Err(Refused::Failed(error)) => object::answer(500, &error.message),
    }
}
