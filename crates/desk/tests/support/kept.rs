//! A desk that is kept in a database.

use fandesk_desk::rows::{self, Turned};
use fandesk_desk::{Arrived, Command, Deed, Desk, UnixMillis, Who};
use fandesk_shard::sql::Database;
use fandesk_sqlite::Sqlite;
use serde_json::{Value, json};

use super::{MORNING, person};

/// A desk that is kept.
pub(crate) struct Kept {
    pub(crate) db: Sqlite,
    pub(crate) desk: Desk,
    pub(crate) now: i64,
}

impl Kept {
    pub(crate) fn new(people: &[Value], teams: &[Value]) -> Self {
        let db = Sqlite::new().unwrap();
        rows::schema::migrate(&db).unwrap();
        let desk = rows::load(&db).unwrap();
        let mut kept = Self {
            db,
            desk,
            now: MORNING,
        };
        let staff = Command::Staff {
            rev: 1,
            people: people.to_vec(),
            teams: teams.to_vec(),
        };
        kept.turn(staff).done.unwrap();
        kept
    }

    pub(crate) fn turn(&mut self, command: Command) -> Turned {
        rows::turn(&self.db, &mut self.desk, command, UnixMillis(self.now)).unwrap()
    }

    pub(crate) fn deed(&mut self, who: Who, id: &str, deed: Deed) -> Turned {
        let id = id.to_owned();
        self.turn(Command::Deed { who, id, deed })
    }

    pub(crate) fn row(&mut self, key: &str, kind: &str, id: &str, more: Value) -> Turned {
        let mut row = json!({ "key": key, "type": kind, "conversation": id, "epoch": 1, "openid": format!("o-{id}"),
            "fan_ref": format!("f-{id}"), "at": self.now, "channel": "wechat" });
        row.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        self.turn(Command::Arrived(Box::new(Arrived::read(&row).unwrap())))
    }

    /// The text of everything in these tables.
    pub(crate) fn dump(&self) -> String {
        let tables = "SELECT name FROM sqlite_schema WHERE type = 'table'";
        let tables = self.db.query(tables, &[]).unwrap();
        let rows = tables.iter().flat_map(|table| {
            let statement = format!("SELECT * FROM \"{}\"", table.text(0).unwrap());
            self.db.query(&statement, &[]).unwrap()
        });
        rows.map(|row| format!("{:?}", row.0)).collect()
    }
}

/// With one agent who is there.
pub(crate) fn one_agent() -> Kept {
    let mut kept = Kept::new(&[person("an", 3, &["desk"], &[])], &[]);
    let agent = "an".to_owned();
    kept.turn(Command::Connected { agent }).done.unwrap();
    kept
}
