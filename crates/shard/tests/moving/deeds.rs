//! Whatever happens, in any order.

use std::time::Duration;

use fandesk_shard::moving::{Mover, Step};
use proptest::prelude::*;

use super::desk::Desk;

/// Something that happens.
#[derive(Clone, Debug)]
enum Deed {
    Say(u8, &'static str),
    Retry(usize),
    /// Steps of the mover, with a message of this fan after each.
    Steps(u8, u8),
    /// The step is done, and the mover ends before it hears of it.
    AnswerLost,
    /// A call of the past comes again.
    Late(usize),
    Want(u16),
    Later(u32),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        6 => (0..8_u8, prop::sample::select(vec!["GO", "menu", "1", "x", "查物流 12345"]))
            .prop_map(|(fan, content)| Deed::Say(fan, content)),
        3 => (0..40_usize).prop_map(Deed::Retry),
        8 => (1..30_u8, 0..8_u8).prop_map(|(steps, fan)| Deed::Steps(steps, fan)),
        2 => Just(Deed::AnswerLost),
        4 => (0..4_000_usize).prop_map(Deed::Late),
        2 => (1..6_u16).prop_map(Deed::Want),
        1 => (1..100_000_u32).prop_map(Deed::Later),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn nothing_is_lost_doubled_or_answered_differently(
        base in 1..5_u16, deeds in prop::collection::vec(deed(), 1..60)
    ) {
        let mut desk = Desk::new(base);
        for deed in deeds {
            match deed {
                Deed::Say(fan, content) => drop(desk.say(fan, content)),
                Deed::Retry(which) => desk.retry(which),
                Deed::Steps(steps, fan) => {
                    for _ in 0..steps {
                        desk.step();
                        drop(desk.say(fan, "GO"));
                    }
                }
                Deed::AnswerLost => {
                    if let Some((shard, call)) = desk.mover.next() {
                        desk.serve(shard, &call);
                    }
                    desk.mover = Mover::towards(desk.wanted);
                }
                // Another mover's plan is not late but a second mover, which there is not.
                Deed::Late(which) => {
                    if let Some((shard, call)) = desk.past.get(which % desk.past.len().max(1)).cloned()
                        && !matches!(call.step, Step::Plan | Step::Begin)
                    {
                        desk.serve(shard, &call);
                    }
                }
                Deed::Want(shards) => desk.want(shards),
                Deed::Later(millis) => {
                    desk.now = desk.now.plus(Duration::from_millis(millis.into()));
                }
            }
        }
        desk.finish();
        desk.check();
    }
}
