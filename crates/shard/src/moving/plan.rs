//! Which slots move next.
//!
//! A wanted layout gives each shard its fair share, 4096 / n slots, some of them one more. Only slots above a shard's share move, and
//! slots of shards that are wanted no longer: no layout with fair shares can be reached with fewer. Which shards get the slots that
//! do not divide evenly is chosen so that those who have one more already keep it.

use super::call::Batch;
use crate::routing::{Layout, SLOTS};

/// Slots of one move at most. Each costs callers the same pause, however many fans are in it.
const AT_ONCE: usize = 64;

/// What is left to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Slots that have to move.
    pub left: u16,
    /// The next of them, all from one shard to another.
    pub next: Option<Batch>,
    /// Shards that are wanted no longer and have handed over all that they had. They keep their events.
    pub retired: Vec<u16>,
}

/// Plans the way from `layout` to one of `wanted` shards.
#[must_use]
pub fn plan(layout: &Layout, wanted: u16) -> Plan {
    let owners = layout.owners();
    let shards = layout.shards().max(wanted);
    let mut kept = vec![0_u16; usize::from(shards)];
    for owner in &owners {
        if let Some(kept) = kept.get_mut(usize::from(*owner)) {
            *kept = kept.saturating_add(1);
        }
    }
    let share = SLOTS.checked_div(wanted).unwrap_or(SLOTS);
    let mut larger = SLOTS.checked_rem(wanted).unwrap_or(0);
    let mut shares = vec![0_u16; usize::from(shards)];
    let wanted = usize::from(wanted);
    for has_more in [true, false] {
        for (kept, wanted) in kept.iter().zip(&mut shares).take(wanted) {
            if (*kept > share) == has_more {
                let one_more = larger.min(1);
                *wanted = share.saturating_add(one_more);
                larger = larger.saturating_sub(one_more);
            }
        }
    }
    let above = kept
        .iter()
        .zip(&shares)
        .map(|(kept, share)| kept.saturating_sub(*share));
    let left = above.clone().fold(0, u16::saturating_add);
    let from = above.clone().zip(0..).find(|(above, _)| *above > 0);
    let below = kept
        .iter()
        .zip(&shares)
        .map(|(kept, share)| share.saturating_sub(*kept));
    let to = below.zip(0..).find(|(below, _)| *below > 0);
    let next = from.zip(to).map(|((above, from), (below, to))| {
        let slots = (0..SLOTS)
            .zip(&owners)
            .filter(|(_, owner)| **owner == from)
            .take(AT_ONCE.min(above.min(below).into()))
            .map(|(slot, _)| slot);
        let slots: Vec<String> = slots.map(|slot| slot.to_string()).collect();
        Batch {
            number: 0,
            from,
            to,
            slots: format!("[{}]", slots.join(",")),
        }
    });
    let retired = (0..shards)
        .zip(&kept)
        .skip(wanted)
        .filter(|(_, kept)| **kept == 0)
        .map(|(shard, _)| shard)
        .collect();
    Plan {
        left,
        next,
        retired,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::routing::Slot;

    /// Follows plans to their end. Returns how many slots moved.
    fn follow(layout: &mut Layout, wanted: u16) -> u16 {
        let mut moved = Vec::new();
        while let Some(batch) = plan(layout, wanted).next {
            let slots: Vec<u16> = serde_json::from_str(&batch.slots).unwrap();
            assert!(!slots.is_empty() && batch.from != batch.to && batch.to < wanted);
            for slot in slots {
                let slot = Slot::numbered(slot).unwrap();
                assert_eq!(layout.shard(slot), batch.from);
                layout.learn(slot, batch.to);
                moved.push(slot);
            }
        }
        u16::try_from(moved.len()).unwrap()
    }

    fn slots_of(layout: &Layout, shards: u16) -> Vec<usize> {
        let owners = layout.owners();
        let count = |shard| owners.iter().filter(|owner| **owner == shard).count();
        (0..shards).map(count).collect()
    }

    #[test]
    fn growing_from_four_to_seven_moves_only_what_three_shards_need() {
        let mut layout = Layout::even(4).unwrap();
        assert_eq!(plan(&layout, 7).left, 1755);
        assert_eq!(follow(&mut layout, 7), 1755);
        assert_eq!(slots_of(&layout, 7), [586, 585, 585, 585, 585, 585, 585]);
    }

    #[test]
    fn shrinking_moves_only_the_slots_of_shards_that_go() {
        let mut layout = Layout::even(7).unwrap();
        let theirs: usize = slots_of(&layout, 7).iter().skip(3).sum();
        assert_eq!(usize::from(follow(&mut layout, 3)), theirs);
        assert_eq!(plan(&layout, 3).retired, [3, 4, 5, 6]);
    }

    #[test]
    fn what_is_as_wanted_stays() {
        for shards in [1, 3, 64, 4096] {
            let rest = plan(&Layout::even(shards).unwrap(), shards);
            assert_eq!((rest.left, rest.next), (0, None), "{shards}");
        }
    }

    proptest! {
        #[test]
        fn every_way_ends_with_fair_shares_and_moves_no_slot_twice(
            base in 1..40_u16, wanted in prop::collection::vec(1..60_u16, 1..4)
        ) {
            let mut layout = Layout::even(base).unwrap();
            for wanted in wanted {
                let left = plan(&layout, wanted).left;
                prop_assert_eq!(follow(&mut layout, wanted), left);
                let kept = slots_of(&layout, wanted);
                let (least, most) = (kept.iter().min().unwrap(), kept.iter().max().unwrap());
                prop_assert!(most.abs_diff(*least) <= 1 && kept.iter().sum::<usize>() == 4096);
            }
        }
    }
}
