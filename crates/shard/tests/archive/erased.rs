//! Who is erased, before and while their events go.

use super::world::{Crash, Step, World, openid};

#[test]
fn an_erase_reaches_what_was_archived_before() {
    let mut world = World::new();
    world.event(7, 1, 20);
    world.event(7, 2, 20);
    world.settle();
    world.erase(1);
    // At once for readers, and for good when the object was written again.
    world.assert_nothing_lost_or_doubled();
    world.settle();
    world.assert_nothing_lost_or_doubled();
    world.assert_nothing_of_the_erased_remains();
}

#[test]
fn an_erase_while_its_stretch_is_on_the_way_is_found() {
    let mut world = World::new();
    world.event(7, 1, 20);
    world.archive(Crash::Never, Some(&Step::Erase(1))).unwrap();
    world.assert_nothing_lost_or_doubled();
    world.settle();
    world.assert_nothing_of_the_erased_remains();
}

#[test]
fn an_object_that_vanished_does_not_stop_the_cleaning_of_others() {
    let mut world = World::new();
    for shard in [7, 8] {
        world.event(shard, 1, 20);
    }
    world.settle();
    world.bucket.remove("wx1/events/7/1.ndjson.gz");
    world.erase(1);
    while world.clean(Crash::Never, None).unwrap() {}
    assert!(!world.bucket["wx1/events/8/1.ndjson.gz"].contains(&openid(1)));
}
