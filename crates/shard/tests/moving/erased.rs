//! Who is erased, at whichever shards they were.

use fandesk_shard::erase;
use fandesk_shard::moving::{Call, Step};
use fandesk_shard::sql::Database;

use super::desk::{Desk, openid};

#[test]
fn a_retry_after_an_erase_and_a_move_changes_nothing() {
    let mut desk = Desk::new(1);
    desk.say(1, "GO").unwrap();
    let (openid, arrival, ..) = desk.answered.remove(0);
    let unfollow = "UPDATE fans SET erase_at = 1";
    desk.caught_up(0).run(unfollow, &[]).unwrap();
    erase::erase_due(desk.db(0), desk.now).unwrap();
    desk.want(6);
    desk.finish();
    let (answer, shard) = desk.receive(&openid, &arrival).unwrap();
    assert_eq!(answer.reply, None, "what it was is erased");
    assert_ne!(shard, 0);
    assert_eq!(desk.count("SELECT count(*) FROM events"), 1);
    assert_eq!(desk.count("SELECT count(*) FROM fans"), 0);
}

/// Every table of every shard in which this is written.
fn mentions(desk: &Desk, needle: &str) -> Vec<String> {
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table'";
    let mut found = Vec::new();
    for (shard, db) in (0..).zip(&desk.shards) {
        for table in db.query(tables, &[]).unwrap() {
            let table = table.text(0).unwrap();
            let rows = db
                .query(&format!("SELECT * FROM \"{table}\""), &[])
                .unwrap();
            if format!("{rows:?}").contains(needle) {
                found.push(format!("{table} of shard {shard}"));
            }
        }
    }
    found
}

/// As the Clock passes erasures on.
fn pass_on(desk: &mut Desk) {
    for shard in 0..desk.shards.len() as u16 {
        let people = desk.serve(shard, &Call::about(Step::Erased, "")).unwrap();
        if !people.is_empty() {
            for other in 0..desk.shards.len() as u16 {
                let forget = Call::about(Step::Forget, people.as_str());
                desk.serve(other, &forget).unwrap();
            }
            desk.serve(shard, &Call::about(Step::Told, people)).unwrap();
        }
    }
}

#[test]
fn an_erase_reaches_every_shard_where_the_fan_ever_was() {
    let mut desk = Desk::new(1);
    for wanted in [6, 2, 5] {
        desk.say(1, "GO").unwrap();
        desk.say(1, "查物流 12345").unwrap();
        desk.say(2, "GO").unwrap();
        desk.want(wanted);
        desk.finish();
    }
    let shard = desk.keeper(&openid(1)).unwrap();
    let due = "UPDATE fans SET erase_at = 1 WHERE openid = ?";
    desk.db(shard)
        .run(due, &[openid(1).as_str().into()])
        .unwrap();
    erase::erase_due(desk.db(shard), desk.now).unwrap();
    assert_ne!(mentions(&desk, &openid(1)), Vec::<String>::new());
    pass_on(&mut desk);
    assert_eq!(mentions(&desk, &openid(1)), Vec::<String>::new());
    assert_eq!(desk.count("SELECT count(*) FROM erased"), 0);
    assert_eq!(
        desk.count("SELECT count(*) FROM events"),
        9,
        "and that it happened stays"
    );
    assert_eq!(desk.history(&openid(2)).len(), 3);
}
