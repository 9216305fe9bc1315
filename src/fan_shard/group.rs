//! Group commit: many messages, one durable write.
//!
//! A Durable Object answers only when what it wrote is on disk, and a flush costs more than everything that a message decides.
//! So arrivals queue up, and one flusher takes all that wait, in order: for each it reads state, decides and writes, without
//! an await in between, so that each sees the effects of those before it. Then it waits until the disk has all of it and lets
//! all answers go. While it waits, the next group gathers: a group is as large as the disk is slow, and
//! when nobody else is there, nobody waits. The first group lets the event loop turn once before it begins: what has arrived already
//! and stands behind it in the queue of events is then part of it, and a lone message waits for nothing but that turn.
//!
//! A group is written in one savepoint. When a member fails, the savepoint is undone and each gets its own: the one that fails is
//! answered 500 alone (WeChat tries it again) and leaves nothing.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use fandesk_shard::Slot;
use fandesk_shard::events::Answer;
use fandesk_shard::intake::{self, Arrival, Receipt};
use fandesk_shard::moving::Slots;
use fandesk_shard::outbox::Lane;
use futures_channel::oneshot;
use worker::Delay;

use super::calls::{Receive, Received};
use super::{Refused, Shard};
use crate::random::{PlatformRandom, now};
use crate::{log, settings};

/// Messages that wait for the flusher.
#[derive(Default)]
pub(super) struct Group {
    waiting: RefCell<Vec<Member>>,
    flushing: Cell<bool>,
}

struct Member {
    arrival: Arrival,
    answer: oneshot::Sender<Option<Answer>>,
}

impl Group {
    /// Lets those go whose slot left before they were looked at.
    pub(super) fn turn_away(&self, slots: &Slots) {
        let stays = |member: &Member| {
            slots
                .away(Slot::of_message(&member.arrival.inbound))
                .is_none()
        };
        self.waiting.borrow_mut().retain(stays);
    }
}

impl From<Answer> for Received {
    fn from(answer: Answer) -> Self {
        Self {
            reply: answer.reply,
            created_at: answer.created_at,
        }
    }
}

impl Shard {
    /// Takes a message and answers when it is on disk.
    pub(super) async fn receive(self: &Rc<Self>, call: Receive) -> Result<Received, Refused> {
        let arrival = Arrival::read(call.key, call.fields).map_err(|error| Refused::Because {
            status: 400,
            message: error.to_string(),
        })?;
        let slot = Slot::of_message(&arrival.inbound);
        self.keeps_slot(slot)?;
        if let Some(answer) = self.answered_elsewhere(slot, &arrival)? {
            return Ok(answer.into());
        }
        let (answer, answered) = oneshot::channel();
        self.group
            .waiting
            .borrow_mut()
            .push(Member { arrival, answer });
        if !self.group.flushing.replace(true) {
            // On its own: a message that drove the flusher would wait as long as others keep coming.
            let shard = Rc::clone(self);
            self.state
                .wait_until(async move { shard.flush_groups().await });
        }
        match answered.await {
            Ok(Some(answer)) => Ok(answer.into()),
            Ok(None) | Err(oneshot::Canceled) => {
                // Turned away, perhaps, because its slot left.
                self.keeps_slot(slot)?;
                Err(Refused::Because {
                    status: 500,
                    message: "the message could not be kept; WeChat will try again".to_owned(),
                })
            }
        }
    }

    /// Takes groups until nobody waits.
    ///
    /// The first await lets the event loop turn; nothing is written yet. The other is for the disk: before it, all members are written
    /// and none is answered; after it, all are durable. A crash before loses the group unanswered, and WeChat sends its members
    /// again; a crash after it finds them in the ledger.
    async fn flush_groups(self: &Rc<Self>) {
        Delay::from(Duration::ZERO).await;
        loop {
            let members = self.group.waiting.take();
            if members.is_empty() {
                self.group.flushing.set(false);
                return;
            }
            let receipts = self.decide_and_write(&members);
            let rang = receipts.iter().flatten().any(|receipt| receipt.rang);
            // Part of the same durable write: whoever finds the events also finds the alarm that carries them on.
            self.wake_at(now().plus(self.gathers_for()));
            let durable = self.state.storage().sync().await;
            if let Err(error) = &durable {
                log::error("shard", "a group was not kept", &[("reason", &error)]);
            }
            for (member, receipt) in members.into_iter().zip(receipts) {
                let kept = receipt.filter(|_| durable.is_ok());
                // A caller that went away needs no answer.
                let _ = member.answer.send(kept.map(|receipt| receipt.answer));
            }
            if rang {
                self.start_flush(Lane::Jobs);
            }
        }
    }

    /// All members in one savepoint; when one of them fails, each in its own, so that it fails alone.
    fn decide_and_write(&self, members: &[Member]) -> Vec<Option<Receipt>> {
        let playbook = self.playbook_in_force();
        let context = intake::Context {
            shard: self.number,
            playbook: playbook.as_deref().map(|in_force| &in_force.playbook),
            erase_after: settings::erase_after(&self.env),
            now: now(),
        };
        let arrivals = members.iter().map(|member| &member.arrival);
        if let [_, _, ..] = members
            && let Ok(receipts) =
                intake::receive_together(&self.db, arrivals.clone(), &context, &mut PlatformRandom)
        {
            return receipts.into_iter().map(Some).collect();
        }
        arrivals
            .map(|arrival| self.decide_and_write_one(arrival, &context))
            .collect()
    }

    fn decide_and_write_one(
        &self,
        arrival: &Arrival,
        context: &intake::Context<'_>,
    ) -> Option<Receipt> {
        let taken = intake::receive(&self.db, arrival, context, &mut PlatformRandom);
        taken
            .inspect_err(|error| {
                log::error(
                    "shard",
                    &format!("a message was refused in shard {}", self.number),
                    &[("kind", &arrival.inbound.kind()), ("reason", error)],
                );
            })
            .ok()
    }
}
