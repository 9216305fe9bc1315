//! Copies leave for the other system of `[forward]`, straight from the shard.
//!
//! A lane of its own: while the other system is slow or down, nothing else of the shard waits for it, and nothing is asked of the queue or
//! D1. Copies of one fan go one after the other, those of several fans side by side. What was taken is confirmed at once, so a
//! crash sends at most those again that were on their way.

use std::cell::{Cell, RefCell};

use fandesk_playbook::Forward;
use fandesk_shard::forwards::{self, Copy};
use fandesk_shard::outbox::{self, Lane};
use fandesk_shard::sql::SqlError;
use futures_util::StreamExt;

use super::Shard;
use super::flush::FlushError;
use crate::random::now;
use crate::{forward, log};

/// Copies looked at together.
const ROUND: i64 = 64;

/// Fans whose copies are sent at the same time. An object has six connections, and two of them stay for D1 and the queue.
const AT_ONCE: usize = 4;

/// How a round goes.
#[derive(Default)]
struct Round {
    taken: Cell<usize>,
    /// Those that were refused or not answered, with the reason.
    refused: RefCell<Vec<(Copy, String)>>,
}

impl Shard {
    /// Sends until nothing may leave any more, or the other system takes nothing.
    ///
    /// Awaits rounds. After each, what it took is gone from the table, and what it refused while it took others waits by itself.
    pub(super) async fn flush_forwards(&self) -> Result<(), FlushError> {
        loop {
            let Some(in_force) = self.playbook_in_force() else {
                let reason = "this shard has no playbook that says where it is";
                return Err(FlushError::Receiver(reason.to_owned()));
            };
            let Some(forward) = in_force.playbook.forward() else {
                self.note_given_up(forwards::drop_all(&self.db, now())?);
                return Ok(());
            };
            let copies = forwards::next(&self.db, now(), ROUND)?;
            if copies.is_empty() {
                return Ok(());
            }
            let round = Round::default();
            futures_util::stream::iter(by_fan(copies))
                .map(|copies| self.send_in_order(forward, copies, &round))
                .buffer_unordered(AT_ONCE)
                .collect::<Vec<Result<(), SqlError>>>()
                .await
                .into_iter()
                .collect::<Result<(), _>>()?;
            let refused = round.refused.into_inner();
            if round.taken.get() == 0 {
                let reason = refused.into_iter().next().map(|(_, reason)| reason);
                return Err(FlushError::Receiver(reason.unwrap_or_default()));
            }
            outbox::succeeded(&self.db, Lane::Forwards)?;
            for (copy, reason) in refused {
                forwards::refused(&self.db, &copy, now())?;
                let message = format!(
                    "shard {} holds a fan's copies back, since one is refused while others are taken",
                    self.number
                );
                log::warn(
                    "forward",
                    &message,
                    &[
                        ("event", &copy.event),
                        ("tries", &copy.tries),
                        ("reason", &reason),
                    ],
                );
            }
        }
    }

    /// The copies of one fan, up to the first that is not taken. When the first that were tried all failed, nobody else's are tried.
    async fn send_in_order(
        &self,
        forward: &Forward,
        copies: Vec<Copy>,
        round: &Round,
    ) -> Result<(), SqlError> {
        for copy in copies {
            if round.taken.get() == 0 && round.refused.borrow().len() >= AT_ONCE {
                return Ok(());
            }
            match forward::send(&self.env, &self.account, forward, &copy).await {
                Ok(()) => {
                    forwards::taken(&self.db, copy.place)?;
                    round.taken.set(round.taken.get().saturating_add(1));
                }
                Err(reason) => {
                    round.refused.borrow_mut().push((copy, reason));
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Says in the log that copies were given up.
    pub(super) fn note_given_up(&self, copies: i64) {
        if copies > 0 {
            let message = format!(
                "shard {} gave copies up, which the other system lacks",
                self.number
            );
            log::error("forward", &message, &[("copies", &copies)]);
        }
    }
}

/// The copies of each fan, in order.
fn by_fan(copies: Vec<Copy>) -> Vec<Vec<Copy>> {
    let mut fans: Vec<Vec<Copy>> = Vec::new();
    for copy in copies {
        let same =
            |fan: &&mut Vec<Copy>| fan.first().is_some_and(|first| first.openid == copy.openid);
        match fans.iter_mut().find(same) {
            Some(fan) => fan.push(copy),
            None => fans.push(vec![copy]),
        }
    }
    fans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_of_a_fan_stay_together_and_in_order() {
        let copy = |place, openid: &str| Copy {
            place,
            event: place,
            openid: openid.to_owned(),
            fields: String::new(),
            tries: 0,
        };
        let fans = by_fan(vec![copy(1, "a"), copy(2, "b"), copy(3, "a"), copy(4, "c")]);
        let places: Vec<Vec<i64>> = fans
            .iter()
            .map(|fan| fan.iter().map(|copy| copy.place).collect())
            .collect();
        assert_eq!(places, [vec![1, 3], vec![2], vec![4]]);
    }
}
