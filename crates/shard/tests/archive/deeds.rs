//! Whatever happens, in any order.

use proptest::prelude::*;

use super::world::{Crash, Step, World};

fn happening() -> impl Strategy<Value = Step> {
    let whose = || (0..3_u16, 0..4_u8, 0..30_u8);
    prop_oneof![
        8 => whose().prop_map(|(shard, fan, days_ago)| Step::Event { shard, fan, days_ago }),
        1 => whose().prop_map(|(shard, fan, days_ago)| Step::Held { shard, fan, days_ago }),
        1 => Just(Step::Arrives),
        2 => (0..4_u8).prop_map(Step::Erase),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let run = || {
        let crash = prop_oneof![
            Just(Crash::AfterReading),
            Just(Crash::AfterPutting),
            Just(Crash::Never)
        ];
        (crash, prop::option::of(happening().prop_map(Box::new)))
    };
    prop_oneof![
        3 => happening(),
        2 => run().prop_map(|(crash, meanwhile)| Step::Archive(crash, meanwhile)),
        1 => run().prop_map(|(crash, meanwhile)| Step::Clean(crash, meanwhile)),
    ]
}

proptest! {
    // Every step looks at everything, so that a hundred runs take seconds.
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn whatever_happens_each_event_is_there_once(objects_of in 1..5_i64, steps in prop::collection::vec(step(), 0..60)) {
        let mut world = World::new();
        world.objects_of = objects_of;
        for step in &steps {
            world.step(step);
            world.assert_nothing_lost_or_doubled();
        }
        world.settle();
        world.assert_nothing_lost_or_doubled();
        world.assert_nothing_of_the_erased_remains();
    }
}
