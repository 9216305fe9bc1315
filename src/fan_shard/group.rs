//! Group commit: many messages, one durable write.
//!
//! A Durable Object answers only when what it wrote is on disk, and a flush costs more than everything that a message decides.
//! So arrivals queue up, and one flusher takes all that wait, in order: for each it reads state, decides and writes, without
//! an await in between, so that each sees the effects of those before it. Then it waits until the disk has all of it and lets
//! all answers go. While it waits, the next group gathers: a group is as large as the disk is slow, and
//! when nobody else is there, nobody waits.
//!
//! Each member has its own savepoint: one that fails is answered 500 alone (WeChat tries it again) and leaves nothing.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use fandesk_shard::events::Answer;
use fandesk_shard::intake::{self, Arrival, Receipt};
use fandesk_shard::outbox::{GATHER_FOR, Lane};
use futures_channel::oneshot;

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

impl Shard {
    /// Takes a message and answers when it is on disk.
    pub(super) async fn receive(self: &Rc<Self>, call: Receive) -> Result<Received, Refused> {
        let arrival = Arrival::read(call.key, call.fields).map_err(|error| Refused::Because {
            status: 400,
            message: error.to_string(),
        })?;
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
            Ok(Some(answer)) => Ok(Received {
                reply: answer.reply,
                created_at: answer.created_at,
            }),
            Ok(None) | Err(oneshot::Canceled) => Err(Refused::Because {
                status: 500,
                message: "the message could not be kept; WeChat will try again".to_owned(),
            }),
        }
    }

    /// Takes groups until nobody waits.
    ///
    /// There is one await, for the disk. Before it, all members are written and none is answered; after it, all are durable. A crash
    /// before loses the group unanswered, and WeChat sends its members again; a crash after it finds them in the ledger.
    async fn flush_groups(self: &Rc<Self>) {
        loop {
            let members = self.group.waiting.take();
            if members.is_empty() {
                self.group.flushing.set(false);
                return;
            }
            let mut rang = false;
            let mut answers = Vec::with_capacity(members.len());
            for Member { arrival, answer } in members {
                let receipt = self.decide_and_write(&arrival);
                rang |= receipt.as_ref().is_some_and(|receipt| receipt.rang);
                answers.push((receipt.map(|receipt| receipt.answer), answer));
            }
            // Part of the same durable write: whoever finds the events also finds the alarm that carries them on.
            self.arm(now().plus(GATHER_FOR));
            let durable = self.state.storage().sync().await;
            if let Err(error) = &durable {
                log::error("shard", "a group was not kept", &[("reason", &error)]);
            }
            for (answer, sender) in answers {
                // A caller that went away needs no answer.
                let _ = sender.send(answer.filter(|_| durable.is_ok()));
            }
            if rang {
                self.start_flush(Lane::Jobs);
            }
        }
    }

    fn decide_and_write(&self, arrival: &Arrival) -> Option<Receipt> {
        let playbook = self.playbook_in_force();
        let context = intake::Context {
            shard: self.number,
            playbook: playbook.as_deref().map(|in_force| &in_force.playbook),
            erase_after: settings::erase_after(&self.env),
            now: now(),
        };
        match intake::receive(&self.db, arrival, &context, &mut PlatformRandom) {
            Ok(receipt) => Some(receipt),
            Err(error) => {
                log::error(
                    "shard",
                    &format!("a message was refused in shard {}", self.number),
                    &[("kind", &arrival.inbound.kind()), ("reason", &error)],
                );
                None
            }
        }
    }
}
