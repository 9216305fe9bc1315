//! Messages at a shard: who waits is taken together, and answered when the disk has it. As `src/fan_shard/group.rs`.

use fandesk_shard::UnixMillis;
use fandesk_shard::events::Answer;
use fandesk_shard::intake::{self, Arrival, Context, Receipt};
use fandesk_shard::outbox::{GATHER_FOR, Lane};
use fandesk_shard::routing::Slot;
use fandesk_shard::sql::SqlError;

use crate::Sabotage;
use crate::breaking::Breaking;
use crate::fans::Callback;
use crate::step::Step;
use crate::world::World;

/// How long a caller waits before it asks again for a slot that is on its way. `src/fan_shard` has less, which takes more steps.
pub(crate) const ASK_AGAIN_MS: i64 = 200;

/// A group that is on disk.
pub(crate) struct Synced {
    shard: usize,
    life: u64,
    answers: Vec<(usize, u8, Option<Answer>)>,
}

impl World<'_> {
    pub(crate) fn message_arrives(&mut self, callback: usize, nth: u8) {
        let arrival = self.arrival(callback, nth);
        let slot = Slot::of_message(&arrival.inbound);
        let Some(number) = self.keeper(slot) else {
            // The Worker asks again while WeChat waits.
            if self.callbacks[callback].trying == Some(nth) {
                self.after(ASK_AGAIN_MS, Step::Arrive { callback, nth });
            }
            return;
        };
        self.wake(number);
        let (db, now) = (&self.shards[number].db, self.wall());
        let known = self
            .slots(number)
            .answered_elsewhere(db, slot, &arrival.key, now);
        if let Some(answer) = known.expect("keys can be read") {
            self.note(format_args!(
                "callback {callback} was seen before at another shard"
            ));
            let then = Step::Known {
                callback,
                nth,
                answer,
            };
            return self.when_durable(number, then);
        }
        let shard = &mut self.shards[number];
        shard.waiting.push((callback, nth));
        if !std::mem::replace(&mut shard.grouping, true) {
            let life = shard.life;
            let wait = self.dice.between(0, 1);
            self.after(
                wait,
                Step::TakeGroup {
                    shard: number,
                    life,
                },
            );
        }
    }

    /// As `src/platform/fan_shard.mjs`: all who wait, in order, without an await in between. The disk follows, and nobody waits for it
    /// but the answers.
    pub(crate) fn take_group(&mut self, number: usize, life: u64) {
        if self.shards[number].life != life {
            return;
        }
        self.shards[number].grouping = false;
        let members = std::mem::take(&mut self.shards[number].waiting);
        let receipts = self.decide_and_write(number, &members);
        let tells = receipts.iter().flatten().any(|receipt| receipt.tells);
        let rang = receipts.iter().flatten().any(|receipt| receipt.rang);
        let mut answers: Vec<_> = members
            .iter()
            .zip(receipts)
            .map(|((callback, nth), receipt)| (*callback, *nth, receipt.map(|kept| kept.answer)))
            .collect();
        self.wake_at(number, self.wall().plus(GATHER_FOR));
        if rang {
            self.start_flush(number, Lane::Jobs);
        }
        if tells {
            self.start_flush(number, Lane::Desk);
        }
        self.start_flush(number, Lane::Forwards);
        self.wrote(number);
        if self.sabotage == Some(Sabotage::AnswerBeforeSync) {
            self.let_go(&answers);
            answers.clear();
        }
        let wait = self.disk();
        self.after(
            wait,
            Step::GroupSynced(Synced {
                shard: number,
                life,
                answers,
            }),
        );
    }

    /// All members in one savepoint; when one of them fails, each in its own, so that it fails alone.
    fn decide_and_write(&mut self, number: usize, members: &[(usize, u8)]) -> Vec<Option<Receipt>> {
        let context = Context {
            shard: self.shards[number].number,
            shards: self.shards.len() as u16,
            playbook: Some(self.playbook),
            service_messages: true,
            erase_after: self.erase_after,
            now: self.wall(),
        };
        let arrivals: Vec<Arrival> = members
            .iter()
            .map(|(callback, nth)| self.arrival(*callback, *nth))
            .collect();
        let all: Vec<&Arrival> = arrivals.iter().collect();
        let mut receipts = None;
        if let [_, _, ..] = all.as_slice() {
            receipts = self
                .receive(number, &all, &context)
                .ok()
                .map(|receipts| receipts.into_iter().map(Some).collect());
        }
        let receipts: Vec<Option<Receipt>> = receipts.unwrap_or_else(|| {
            all.iter()
                .map(|arrival| self.receive(number, &[arrival], &context).ok()?.pop())
                .collect()
        });
        for ((callback, _), receipt) in members.iter().zip(&receipts) {
            self.note_receipt(number, *callback, receipt.as_ref(), context.now);
        }
        receipts
    }

    fn receive(
        &mut self,
        number: usize,
        arrivals: &[&Arrival],
        context: &Context<'_>,
    ) -> Result<Vec<Receipt>, SqlError> {
        let good = self.failing_statement();
        let shard = &mut self.shards[number];
        let db = Breaking::after(good, &shard.db);
        intake::receive(&db, &mut shard.recent, arrivals, context, &mut self.dice)
    }

    fn arrival(&self, callback: usize, nth: u8) -> Arrival {
        let mut key = self.callbacks[callback].key.clone();
        if self.sabotage == Some(Sabotage::RetriesAreNew) {
            key.push_str(&nth.to_string());
        }
        Arrival::read(key, self.callbacks[callback].fields.clone()).expect("fields read back")
    }

    fn note_receipt(
        &mut self,
        number: usize,
        callback: usize,
        receipt: Option<&Receipt>,
        now: UnixMillis,
    ) {
        match receipt {
            None => self.note(format_args!("callback {callback} cannot be written")),
            Some(receipt) if receipt.repeat => {
                self.note(format_args!("callback {callback} was seen before"));
            }
            Some(_) => {
                self.note(format_args!("shard {number} writes callback {callback}"));
                let callback = &mut self.callbacks[callback];
                if callback.acknowledged.is_none() {
                    callback.shard = number;
                }
                let Callback { fan, deeds, .. } = callback;
                for deed in *deeds {
                    self.permits.did(number, *fan, *deed, now.0);
                }
            }
        }
    }

    pub(crate) fn group_synced(&mut self, group: Synced) {
        let Synced {
            shard,
            life,
            answers,
        } = group;
        if self.shards[shard].life != life {
            for (callback, nth, _) in answers {
                self.answer_leaves(callback, nth, false);
            }
            return;
        }
        self.sync(shard);
        self.let_go(&answers);
    }

    /// Those who wait for a slot that is no longer here are led on.
    pub(crate) fn turn_away(&mut self, number: usize) {
        let slots = self.slots(number);
        for (callback, nth) in std::mem::take(&mut self.shards[number].waiting) {
            let slot = Slot::of_message(&self.arrival(callback, nth).inbound);
            if slots.away(slot).is_none() {
                self.shards[number].waiting.push((callback, nth));
            } else {
                self.after_hop(Step::Arrive { callback, nth });
            }
        }
    }

    pub(crate) fn let_go(&mut self, answers: &[(usize, u8, Option<Answer>)]) {
        for (callback, nth, answer) in answers {
            if let Some(answer) = answer {
                self.note(format_args!("the answer to callback {callback} leaves"));
                self.acknowledged(*callback, answer);
            }
            self.answer_leaves(*callback, *nth, answer.is_some());
        }
    }
}
