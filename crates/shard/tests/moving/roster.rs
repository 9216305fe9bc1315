//! Who is in which slot.

use fandesk_shard::fan;
use fandesk_shard::moving::Step;
use fandesk_shard::routing::Slot;
use fandesk_shard::sql::Database;

use super::desk::{Desk, openid};

#[test]
fn who_wrote_while_others_were_read_is_not_left_behind() {
    let mut desk = Desk::new(1);
    for fan in 0..200 {
        desk.say(fan, "GO").unwrap();
    }
    desk.want(2);
    // Until the first move has begun, so that the roster is there.
    while !matches!(desk.mover.next(), Some((_, call)) if call.step == Step::HandOver) {
        desk.step();
    }
    for fan in 200..=255 {
        desk.say(fan, "GO").ok();
    }
    desk.finish();
    desk.check();
}

#[test]
fn a_roster_whose_events_were_forgotten_is_made_anew() {
    let mut desk = Desk::new(1);
    desk.say(1, "GO").unwrap();
    desk.want(6);
    while !matches!(desk.mover.next(), Some((_, call)) if call.step == Step::HandOver) {
        desk.step();
    }
    for fan in 2..20 {
        desk.say(fan, "GO").unwrap();
    }
    // Four days later, and D1 has everything.
    desk.caught_up(0).run("DELETE FROM events", &[]).unwrap();
    desk.finish();
    for fan in 1..20 {
        let shard = desk.layout().shard(Slot::of(&openid(fan)));
        let found = fan::load(desk.db(shard), &openid(fan)).unwrap();
        assert!(found.is_some(), "fan {fan} is not at shard {shard}");
    }
}

#[test]
fn many_fans_of_a_slot_travel_in_pages() {
    let mut desk = Desk::new(1);
    let long = "长".repeat(3_000);
    let insert = "INSERT INTO fans (openid, fan_ref, rev, window, first_seen_at, last_seen_at) VALUES (?, ?, 1, ?, 1, 1)";
    let slot = Slot::numbered(0).unwrap();
    let mut fans = Vec::new();
    for number in 0..400_000_u32 {
        let openid = format!("oMany{number:023}");
        if Slot::of(&openid) == slot {
            let row = [
                openid.as_str().into(),
                openid.as_str().into(),
                long.as_str().into(),
            ];
            desk.db(0).run(insert, &row).unwrap();
            fans.push(openid);
        }
    }
    desk.want(2);
    let mut pages = 0;
    while desk.step() && pages < 3 {
        if let Some((_, call)) = desk.mover.next()
            && call.step == Step::Take
        {
            assert!(call.more.len() < 512 * 1024, "{} bytes", call.more.len());
            pages += 1;
        }
    }
    assert_eq!(pages, 3);
    assert!(fans.len() > 80);
}
