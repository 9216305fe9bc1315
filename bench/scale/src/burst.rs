//! A burst at one shard: messages arrive, groups of them are written, each waits for the group that it is in.
//!
//! A group takes all that wait when it begins (see the Worker's `fan_shard/group.rs`), so it takes the durable write and, for
//! each member, the shard's thread. Arrivals are at random places of the burst, as those of many independent fans are.

use crate::inputs::Inputs;

/// What the members of a burst waited for, in ms, in rising order.
pub(crate) struct Waits(Vec<f64>);

impl Waits {
    /// The wait that a share of all members does not exceed.
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let place = (share * self.0.len() as f64) as usize;
        self.0.get(place.min(last)).copied().unwrap_or(0.0)
    }

    /// The share of members that waited longer.
    pub(crate) fn share_above(&self, ms: f64) -> f64 {
        let above = self.0.iter().filter(|wait| **wait > ms).count();
        above as f64 / self.0.len().max(1) as f64
    }
}

/// Lets `messages` arrive at one shard within `seconds`. Retries are left out: they come to a shard that already has the
/// original in its queue, and share its answer.
pub(crate) fn at_one_shard(messages: u32, seconds: f64, inputs: &Inputs) -> Waits {
    let mut random = Random(u64::from(messages));
    let mut arrivals: Vec<f64> = (0..messages)
        .map(|_| random.next() * seconds * 1000.0)
        .collect();
    arrivals.sort_by(f64::total_cmp);
    let mut waits = Vec::with_capacity(arrivals.len());
    let mut free_at = 0.0_f64;
    let mut rest = arrivals.as_slice();
    while let Some(first) = rest.first() {
        let begins = free_at.max(*first);
        let (group, later) = rest.split_at(rest.partition_point(|arrival| *arrival <= begins));
        free_at = begins + inputs.commit_ms + inputs.shard_message_ms * group.len() as f64;
        waits.extend(group.iter().map(|arrival| free_at - arrival));
        rest = later;
    }
    waits.sort_by(f64::total_cmp);
    Waits(waits)
}

/// What a shard's thread is asked for, as a share of what it can do: above 1 its queue grows.
pub(crate) fn utilisation(messages_a_second: f64, inputs: &Inputs) -> f64 {
    messages_a_second * inputs.shard_message_ms / 1000.0
}

/// Numbers in 0 .. 1 that only look random, the same in every run: splitmix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::PRESENT;

    const COSTS: Inputs = Inputs {
        commit_ms: 10.0,
        shard_message_ms: 2.0,
        ..PRESENT
    };

    #[test]
    fn a_message_alone_waits_for_its_own_write() {
        assert_eq!(at_one_shard(1, 1.0, &COSTS).quantile(1.0), 12.0);
    }

    #[test]
    fn an_idle_shard_makes_nobody_wait_much_longer() {
        let waits = at_one_shard(60, 60.0, &COSTS);
        assert!(waits.quantile(0.5) < 13.0 && waits.quantile(1.0) < 30.0);
    }

    #[test]
    fn an_overloaded_shard_ends_when_the_fluid_model_says() {
        // 1000/s for 10 s at 500/s: after 20 s all is done, so who came last waited 10 s. Groups double meanwhile, and the first
        // of one waits for its last: up to three lengths of the group before, and so half as long again.
        let waits = at_one_shard(10_000, 10.0, &COSTS);
        let longest = waits.quantile(1.0);
        assert!((10_000.0..15_200.0).contains(&longest), "{longest}");
        assert!(waits.share_above(5000.0) >= 0.5);
        assert!((utilisation(1000.0, &COSTS) - 2.0).abs() < 1e-9);
    }

    #[test]
    fn with_a_stable_load_groups_settle_where_work_and_arrivals_meet() {
        // A group of length g lasts 10 + 2 · 0.25 · g ms: g = 20 ms, and a member waits for half of one and all of the next.
        let waits = at_one_shard(25_000, 100.0, &COSTS);
        let mean = (1..100)
            .map(|p| waits.quantile(f64::from(p) / 100.0))
            .sum::<f64>()
            / 99.0;
        assert!((28.0..36.0).contains(&mean), "{mean}");
    }

    #[test]
    fn who_waits_too_long_is_counted() {
        let waits = Waits(vec![1.0, 5000.0, 5000.1, 9000.0]);
        assert_eq!(waits.share_above(5000.0), 0.5);
        assert_eq!((waits.quantile(0.5), waits.quantile(1.0)), (5000.1, 9000.0));
    }
}
