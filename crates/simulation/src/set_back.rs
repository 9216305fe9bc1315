//! D1 is set back to an earlier moment, and every shard is told to tell it again, as `POST /api/v1/reflush` does.
//!
//! It happens once all has settled, so what D1 must have afterwards is what it has to have anyway (see [`crate::settled`]).

use std::collections::BTreeSet;

use fandesk_shard::UnixMillis;
use fandesk_shard::reflush::reflush;
use fandesk_shard::sql::{Database, Row, SqlError};
use fandesk_sqlite::Sqlite;

use crate::Sabotage;
use crate::world::World;

/// The tables of both databases that shards write to.
const PEOPLE: [&str; 5] = ["erasures", "fans", "follows", "conversations", "jobs"];
const EVENTS: [&str; 3] = ["erasures", "events", "payloads"];

/// Everything that D1 had at a moment.
pub(crate) struct Copy {
    people: Vec<(&'static str, Vec<Row>)>,
    events: Vec<(&'static str, Vec<Row>)>,
}

impl World<'_> {
    pub(crate) fn copy_of_d1(&self) -> Copy {
        let of = |db: &Sqlite, tables: &[&'static str]| {
            let rows = |table| db.query(&format!("SELECT * FROM {table}"), &[]);
            let copy = |table: &&'static str| rows(*table).map(|rows| (*table, rows));
            tables.iter().map(copy).collect::<Result<_, SqlError>>()
        };
        Copy {
            people: of(&self.people, &PEOPLE).expect("D1 can be read"),
            events: of(&self.events, &EVENTS).expect("D1 can be read"),
        }
    }

    /// Sets D1 back, and has it told again. Whether that was tried: not when a shard has forgotten what it would have to tell.
    ///
    /// Clocks jump here, so nobody could say since when: everything that the shards keep is asked for.
    pub(crate) fn set_back_d1(&mut self, copy: &Copy) -> bool {
        let has = "SELECT account, shard, seq FROM events";
        let now = places(&self.events.query(has, &[]).expect("D1 can be read"));
        let then = copy.events.iter().find(|(table, _)| *table == "events");
        let then = then.map(|(_, rows)| places(rows)).unwrap_or_default();
        let lost: Vec<(usize, i64)> = now.difference(&then).copied().collect();
        let is_kept = |(shard, seq): &(usize, i64)| {
            let kept = "SELECT 1 FROM events WHERE seq = ?";
            let row = self.shards[*shard].db.first(kept, &[(*seq).into()]);
            row.expect("a shard can be read").is_some()
        };
        if !lost.iter().all(is_kept) {
            return false;
        }
        put(&self.people, &copy.people);
        put(&self.events, &copy.events);
        let count = lost.len();
        self.note(format_args!("D1 is set back and lacks {count} events"));
        for number in 0..self.shards.len() {
            self.wake(number);
            assert!(self.catch_up(number), "a shard catches up in calm weather");
            if self.sabotage != Some(Sabotage::SetBackInSilence) {
                let db = &self.shards[number].db;
                reflush(db, UnixMillis(0)).expect("a shard can be written to");
            }
            self.wrote(number);
            self.arm_for_what_is_due(number);
        }
        true
    }
}

/// The shards and places of events, which their rows have behind the account.
fn places(events: &[Row]) -> BTreeSet<(usize, i64)> {
    let place = |row: &Row| Some((usize::try_from(row.integer(1)?).ok()?, row.integer(2)?));
    events.iter().filter_map(place).collect()
}

fn put(db: &Sqlite, tables: &[(&'static str, Vec<Row>)]) {
    for (table, rows) in tables {
        let emptied = db.run(&format!("DELETE FROM {table}"), &[]);
        emptied.expect("D1 can be written to");
        for Row(values) in rows {
            let places = vec!["?"; values.len()].join(", ");
            let insert = format!("INSERT INTO {table} VALUES ({places})");
            db.run(&insert, values).expect("D1 can be written to");
        }
    }
}
