//! Which events go, into which object.

use std::time::Duration;

use fandesk_shard::UnixMillis;
use fandesk_shard::archive;
use fandesk_shard::mirror::{self, Statement};
use fandesk_shard::sql::Database;

use super::support::NOW;
use super::world::{ACCOUNT, Crash, DAY, World};

#[test]
fn old_events_move_and_young_ones_stay() {
    let mut world = World::new();
    for days_ago in [30, 20, 15, 14, 1] {
        world.event(7, 1, days_ago);
    }
    world.settle();
    world.assert_nothing_lost_or_doubled();
    assert_eq!(world.count("SELECT count(*) FROM events"), 2);
    assert_eq!(world.count("SELECT count(*) FROM payloads"), 2);
    assert_eq!(
        world.bucket.keys().collect::<Vec<_>>(),
        ["wx1/events/7/1.ndjson.gz"]
    );
}

#[test]
fn a_day_is_archived_whole() {
    let midnight = UnixMillis(NOW.day() * 86_400_000);
    for now in [midnight, midnight.plus(Duration::from_secs(86_399))] {
        assert_eq!(archive::old_before(now, 14), midnight.minus(DAY * 14));
    }
}

#[test]
fn stretches_follow_each_other_without_a_gap() {
    let mut world = World::new();
    world.objects_of = 3;
    for _ in 0..8 {
        world.event(7, 1, 20);
    }
    world.settle();
    let tiles = world
        .ledger
        .query("SELECT first, last FROM archives ORDER BY first", &[])
        .unwrap();
    let tiles: Vec<_> = tiles
        .iter()
        .map(|row| (row.integer(0).unwrap(), row.integer(1).unwrap()))
        .collect();
    assert_eq!(tiles, [(1, 3), (4, 6), (7, 8)]);
    world.assert_nothing_lost_or_doubled();
}

#[test]
fn large_payloads_end_an_object_early() {
    let mut world = World::new();
    for seq in 1..=4 {
        let mut event = world.made(7, seq, 1, 20);
        event.payload = Some(format!(r#"{{"Content":"{}"}}"#, "x".repeat(400_000)));
        world.events.insert((7, seq), event.clone());
        world.arrives(7, &event);
    }
    world.settle();
    assert_eq!(world.bucket.len(), 2);
    world.assert_nothing_lost_or_doubled();
}

#[test]
fn a_clock_that_stepped_back_stops_no_shard() {
    let mut world = World::new();
    world.event(7, 1, 0);
    world.event(7, 1, 20);
    world.event(7, 1, 0);
    world.event(8, 1, 16);
    world.settle();
    world.assert_nothing_lost_or_doubled();
    assert_eq!(world.count("SELECT count(*) FROM events"), 1);
}

#[test]
fn an_event_that_comes_after_its_stretch_was_archived_stays_in_d1() {
    let mut world = World::new();
    world.event(7, 1, 20);
    let late = world.made(7, 2, 1, 20);
    world.event(7, 1, 20);
    world.settle();
    world.arrives(7, &late);
    world.event(7, 1, 20);
    world.settle();
    world.assert_nothing_lost_or_doubled();
    assert_eq!(world.count("SELECT seq FROM events"), 2);
}

#[test]
fn a_stretch_is_named_once_however_many_archive_it() {
    let mut world = World::new();
    world.event(7, 1, 20);
    let stretch = world.next().unwrap();
    let stored = world.put(stretch.place(), stretch.text());
    world.run(stretch.named(ACCOUNT, &stored)).unwrap();
    world.event(7, 1, 20);
    assert!(world.run(stretch.named(ACCOUNT, &stored)).is_err());
    world.assert_nothing_lost_or_doubled();
}

#[test]
fn a_repeat_overwrites_what_a_crash_left_whatever_came_meanwhile() {
    let mut world = World::new();
    let late = world.made(7, 1, 1, 20);
    world.event(7, 1, 20);
    world.archive(Crash::AfterPutting, None).unwrap();
    world.arrives(7, &late);
    world.erase(1);
    world.settle();
    world.assert_nothing_lost_or_doubled();
    world.assert_nothing_of_the_erased_remains();
}

#[test]
fn lines_can_be_put_back_as_they_are() {
    let mut world = World::new();
    for _ in 0..6 {
        world.event(7, 1, 20);
    }
    world.settle();
    let text = &world.bucket["wx1/events/7/1.ndjson.gz"];
    let rows = format!("[{}]", text.lines().collect::<Vec<_>>().join(","));
    let statements = mirror::ledger(7, &world.events.values().cloned().collect::<Vec<_>>(), &[]);
    for Statement { sql, .. } in statements {
        world
            .ledger
            .run(sql, &[ACCOUNT.into(), rows.clone().into()])
            .unwrap();
    }
    world.ledger.run("DELETE FROM archives", &[]).unwrap();
    world.assert_nothing_lost_or_doubled();
}
