//! What the other system of `[forward]` has to have got, once all has ended.

use std::collections::{BTreeMap, BTreeSet};

use crate::kept::events_of;
use crate::world::World;

impl World<'_> {
    /// Each acknowledged event of the kinds that are forwarded arrived there, but for those that were given up or whose fan was erased;
    /// and those of a fan arrived first in the order in which one shard took them.
    pub(crate) fn check_forwards(&mut self) {
        let mut missing = vec![0; self.shards.len()];
        for (number, shard) in self.shards.iter().enumerate() {
            let kept = events_of(&shard.db);
            for (nth, callback) in self.callbacks.iter().enumerate() {
                let Some((seq, _)) = callback
                    .acknowledged
                    .as_ref()
                    .filter(|_| callback.shard == number)
                else {
                    continue;
                };
                let wanted = callback.kind.starts_with("event.");
                let whole = kept
                    .iter()
                    .any(|event| event.seq == *seq && event.number.is_some());
                let arrived = self.copied.iter().any(|(shard, event, _, copy)| {
                    *shard == number && event == seq && *copy == Some(nth)
                });
                if wanted && whole && !arrived {
                    missing[number] += 1;
                }
            }
        }
        for (number, missing) in missing.into_iter().enumerate() {
            let given_up = self.shards[number].given_up;
            if missing > given_up {
                let what = format!(
                    "{missing} copies of shard {number} never arrived, and {given_up} were given up"
                );
                self.broken.get_or_insert(what);
            }
        }
        self.check_order_of_copies();
    }

    /// But for what was on its way when it was given up or its fan erased.
    fn check_order_of_copies(&mut self) {
        let whole: Vec<BTreeSet<i64>> = self
            .shards
            .iter()
            .map(|shard| {
                let kept = events_of(&shard.db).into_iter();
                kept.filter(|event| event.number.is_some())
                    .map(|event| event.seq)
                    .collect()
            })
            .collect();
        let mut newest = BTreeMap::new();
        for (shard, event, openid, _) in &self.copied {
            let seen = newest.entry((*shard, openid)).or_insert(BTreeSet::new());
            let late = seen.last().is_some_and(|last| last > event) && !seen.contains(event);
            if late && whole[*shard].contains(event) && self.shards[*shard].given_up == 0 {
                let what = format!(
                    "the copy of event {event} of shard {shard} arrived after a later one of its fan"
                );
                self.broken.get_or_insert(what);
                return;
            }
            seen.insert(*event);
        }
    }
}
