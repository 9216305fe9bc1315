//! The databases of a run, which serve the next one too: to make the tables and compile the statements takes as long as a short run.

use fandesk_shard::schema;
use fandesk_shard::sql::Database;
use fandesk_sqlite::Sqlite;

/// The most shards that a run begins with.
pub(crate) const SHARDS: i64 = 3;

/// How many more there may be when slots have moved.
pub(crate) const MORE_SHARDS: i64 = 2;

/// Those of the shards, as many as a run may have, and the two of D1.
pub(crate) struct Databases {
    pub(crate) shards: Vec<Sqlite>,
    pub(crate) people: Sqlite,
    pub(crate) events: Sqlite,
}

impl Databases {
    /// With all tables, and nothing in them.
    pub(crate) fn new() -> Self {
        Self {
            shards: (0..SHARDS + MORE_SHARDS).map(|_| of_a_shard()).collect(),
            people: of_d1(&[include_str!("../../../migrations/db/0001_people.sql")]),
            events: of_d1(&[
                include_str!("../../../migrations/ledger/0001_events.sql"),
                include_str!("../../../migrations/ledger/0002_archives.sql"),
            ]),
        }
    }

    /// As they were made.
    pub(crate) fn emptied(self) -> Self {
        for db in self.shards.iter().chain([&self.people, &self.events]) {
            // Which steps of the schema ran is what stays, and the one row that a step writes.
            db.empty(&["steps", "progress"])
                .expect("tables can be emptied");
        }
        for db in &self.shards {
            db.run("UPDATE progress SET caught_up = 0, flushed = 0", &[])
                .expect("the row is there");
        }
        self
    }
}

fn of_a_shard() -> Sqlite {
    let db = Sqlite::new().expect("SQLite opens in memory");
    schema::migrate(&db).expect("the tables of a shard are made");
    db
}

fn of_d1(migrations: &[&str]) -> Sqlite {
    let db = Sqlite::new().expect("SQLite opens in memory");
    for migration in migrations {
        db.run_script(migration).expect("the migrations of D1 run");
    }
    db
}
