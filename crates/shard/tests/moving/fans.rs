//! What goes with a fan.

use std::time::Duration;

use fandesk_shard::jobs::{self, Claim, Report};
use fandesk_shard::outbox::{self, Lane};
use fandesk_shard::routing::Slot;
use fandesk_shard::sql::Database;
use fandesk_shard::{fan, identities, tags};

use super::desk::{Desk, NotYet, openid, title};
use super::support::{NOW, text};

#[test]
fn a_place_in_a_menu_and_the_reply_window_move_with_the_fan() {
    let mut desk = Desk::new(1);
    desk.say(1, "menu").unwrap();
    assert_eq!(title(&desk.say(1, "1").unwrap()), "phones");
    let before = fan::load(desk.caught_up(0), &openid(1)).unwrap().unwrap();
    desk.want(6);
    desk.finish();
    desk.want(2);
    desk.finish();
    desk.want(5);
    desk.finish();
    let shard = desk.keeper(&openid(1)).unwrap();
    let after = fan::load(desk.db(shard), &openid(1)).unwrap().unwrap();
    assert_eq!(after, before);
    assert_eq!(title(&desk.say(1, "1").unwrap()), "repairs");
}

#[test]
fn tags_move_with_the_fan_and_are_left_nowhere() {
    let mut desk = Desk::new(1);
    desk.say(1, "GO").unwrap();
    desk.say(2, "GO").unwrap();
    let fan_ref = fan::load(desk.caught_up(0), &openid(1))
        .unwrap()
        .unwrap()
        .fan_ref;
    let vip = ["vip".to_owned()];
    assert!(tags::put(desk.db(0), &openid(1), &fan_ref, 5, &vip).unwrap());
    let mut first = Some(0);
    for wanted in [6, 2, 5] {
        desk.want(wanted);
        desk.finish();
        let shard = desk.keeper(&openid(1)).unwrap();
        for other in 0..desk.shards.len() as u16 {
            let there = tags::load(desk.db(other), &openid(1)).unwrap();
            assert_eq!(there.len(), usize::from(other == shard));
        }
        if first.replace(shard) != Some(shard) {
            // What was older there is older here.
            tags::put(desk.db(shard), &openid(1), &fan_ref, 4, &[]).unwrap();
            assert_eq!(tags::load(desk.db(shard), &openid(1)).unwrap(), vip);
        }
    }
}

#[test]
fn a_binding_moves_with_the_fan_and_is_left_nowhere() {
    let mut desk = Desk::new(1);
    desk.say(1, "GO").unwrap();
    let soon = NOW.plus(Duration::from_secs(60));
    identities::bind(desk.caught_up(0), &openid(1), "C-1", NOW, Some(soon)).unwrap();
    let before = identities::load(desk.db(0), &openid(1), NOW).unwrap();
    for wanted in [6, 2, 5] {
        desk.want(wanted);
        desk.finish();
        let shard = desk.keeper(&openid(1)).unwrap();
        for other in 0..desk.shards.len() as u16 {
            let there = identities::load(desk.db(other), &openid(1), NOW).unwrap();
            assert_eq!(there, before.clone().filter(|_| other == shard));
            let late = identities::load(desk.db(other), &openid(1), soon).unwrap();
            assert_eq!(late, None);
        }
    }
}

#[test]
fn between_two_shards_nobody_answers_from_half_a_state() {
    let mut desk = Desk::new(1);
    for fan in 0..40 {
        desk.say(fan, "menu").unwrap();
    }
    desk.want(2);
    let mut refused = 0;
    let mut steps = 0;
    while desk.step() {
        steps += 1;
        let fan = (steps % 40) as u8;
        match desk.say(fan, "1") {
            Ok(answer) => {
                assert_ne!(text(&answer), "?", "the place in the menu was lost");
                desk.say(fan, "menu").ok();
            }
            Err(NotYet) => refused += 1,
        }
    }
    assert!(refused > 0, "some come while their slot is on its way");
    desk.check();
}

#[test]
fn a_job_is_found_by_its_id_wherever_it_went() {
    let mut desk = Desk::new(1);
    desk.say(1, "查物流 12345").unwrap();
    let ring = "SELECT key FROM outbox WHERE lane = 'jobs'";
    let id = desk.db(0).first(ring, &[]).unwrap().unwrap();
    let id = id.text(0).unwrap().to_owned();
    let (_, Claim::Go { lease, .. }) = desk.claim(&id).unwrap() else {
        panic!("it waits to be done");
    };
    for wanted in [6, 2, 5] {
        desk.want(wanted);
        desk.finish();
    }
    // Whoever does it knows only the id and the lease.
    let body = r#"{"status":"on its way"}"#.to_owned();
    desk.settle(&id, &lease, Report::Answered { body });
    assert_eq!(desk.claim(&id).unwrap().1, Claim::Ended);
    // What follows of it was made elsewhere, under the name of the same event.
    let message = id.replace(".1.1", ".1.2");
    desk.want(3);
    desk.finish();
    let (shard, claim) = desk.claim(&message).unwrap();
    assert!(matches!(claim, Claim::Go { .. }), "{claim:?}");
    assert_eq!(shard, desk.layout().shard(Slot::of(&openid(1))));
}

#[test]
fn the_new_shard_rings_for_jobs_that_wait() {
    let mut desk = Desk::new(1);
    desk.say(1, "查物流 12345").unwrap();
    desk.want(6);
    desk.finish();
    let shard = desk.keeper(&openid(1)).unwrap();
    assert_ne!(shard, 0);
    assert!(jobs::rows::due(desk.db(shard)).unwrap() <= Some(desk.now));
    jobs::rows::ring_due(desk.db(shard), desk.now).unwrap();
    let doorbells = outbox::waiting(desk.db(shard), Lane::Jobs, 1_000_000).unwrap();
    assert_eq!(doorbells.len(), 1);
}

#[test]
fn what_the_desk_is_still_to_be_told_moves_with_the_fan_and_is_left_nowhere() {
    let mut desk = Desk::new(1);
    desk.say(1, "人工").unwrap();
    desk.say(1, "my screen is broken").unwrap();
    for wanted in [6, 2, 5] {
        desk.want(wanted);
        desk.finish();
    }
    let shard = desk.keeper(&openid(1)).unwrap();
    assert_ne!(shard, 0);
    // They still speak with a person, and what they say now follows what they said.
    assert_eq!(desk.say(1, "GO").unwrap().reply, None);
    let told = |shard| {
        let rows = outbox::waiting(desk.db(shard), Lane::Desk, 1_000_000).unwrap();
        let key = |row: outbox::Waiting| row.key.split('/').next_back().unwrap().to_owned();
        rows.into_iter().map(key).collect::<Vec<_>>()
    };
    assert_eq!(told(shard), ["opened", "wrote", "wrote"]);
    assert!(told(0).is_empty());
}
