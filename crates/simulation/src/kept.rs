//! What a shard's table of events holds, as far as the invariants look at it.
//!
//! To read all of it after every step was a quarter of a run. SQLite tells which rows a statement touched, and only those are read again. It
//! does not tell what a rollback brought back, so after a crash everything is; and at the end all of it is compared with the
//! table, where a row that changed unnoticed would show.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::Receiver;

use fandesk_shard::sql::{Database, Row};
use fandesk_sqlite::Sqlite;

/// One event.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) seq: i64,
    pub(crate) kind: String,
    pub(crate) msg_id: Option<String>,
    /// Its callback; none for fandesk's own events, and after an erase.
    pub(crate) number: Option<usize>,
}

/// All events of a shard, by their place.
pub(crate) struct Kept {
    events: BTreeMap<i64, Event>,
    /// How many events each callback has.
    of_callback: BTreeMap<usize, u32>,
    touched: Receiver<i64>,
    /// Rows may have changed without being told.
    all: bool,
}

/// What was read again.
pub(crate) enum Seen {
    /// The events in these places, of which some may be gone.
    Places(BTreeSet<i64>),
    /// All of them.
    All,
}

impl Kept {
    pub(crate) fn of(db: &mut Sqlite) -> Self {
        Self {
            events: BTreeMap::new(),
            of_callback: BTreeMap::new(),
            touched: db.watch("events").expect("a table can be watched"),
            all: true,
        }
    }

    /// After a rollback.
    pub(crate) fn may_have_changed(&mut self) {
        self.all = true;
    }

    /// Reads what changed.
    pub(crate) fn look(&mut self, db: &Sqlite) -> Seen {
        let places: BTreeSet<i64> = self.touched.try_iter().collect();
        if std::mem::take(&mut self.all) {
            self.events.clear();
            self.of_callback.clear();
            for event in events_of(db) {
                self.put(event);
            }
            return Seen::All;
        }
        for place in &places {
            if let Some(before) = self.events.remove(place)
                && let Some(number) = before.number
                && let Some(count) = self.of_callback.get_mut(&number)
            {
                *count -= 1;
            }
            if let Some(event) = event_at(db, *place) {
                self.put(event);
            }
        }
        Seen::Places(places)
    }

    fn put(&mut self, event: Event) {
        if let Some(number) = event.number {
            *self.of_callback.entry(number).or_default() += 1;
        }
        self.events.insert(event.seq, event);
    }

    /// In the order of their places.
    pub(crate) fn events(&self) -> impl DoubleEndedIterator<Item = &Event> {
        self.events.values()
    }

    pub(crate) fn at(&self, seq: i64) -> Option<&Event> {
        self.events.get(&seq)
    }

    /// The first place that is kept.
    pub(crate) fn first(&self) -> Option<i64> {
        self.events.keys().next().copied()
    }

    /// Whether a callback has more than one event.
    pub(crate) fn is_twice(&self, callback: usize) -> bool {
        self.of_callback
            .get(&callback)
            .is_some_and(|count| *count > 1)
    }

    /// The callbacks that have more than one event.
    pub(crate) fn twice(&self) -> Option<usize> {
        let mut counts = self.of_callback.iter();
        counts
            .find(|(_, count)| **count > 1)
            .map(|(number, _)| *number)
    }

    /// Panics when the table holds something else than was noticed: then the invariants looked at something else than the shard.
    pub(crate) fn compare(&mut self, db: &Sqlite) {
        self.look(db);
        let there = events_of(db);
        assert!(
            self.events.values().eq(&there),
            "events changed unnoticed: {:?} were noticed, {there:?} are there",
            self.events
        );
    }
}

const COLUMNS: &str = "SELECT seq, kind, msg_id, payload ->> 'Number' FROM events";

pub(crate) fn events_of(db: &impl Database) -> Vec<Event> {
    let statement = format!("{COLUMNS} ORDER BY seq");
    let rows = db.query(&statement, &[]).expect("the ledger can be read");
    rows.iter().map(read).collect()
}

fn event_at(db: &impl Database, seq: i64) -> Option<Event> {
    let statement = format!("{COLUMNS} WHERE seq = ?");
    let row = db.first(&statement, &[seq.into()]);
    row.expect("the ledger can be read").as_ref().map(read)
}

fn read(row: &Row) -> Event {
    Event {
        seq: row.integer(0).unwrap_or_default(),
        kind: row.string(1).unwrap_or_default(),
        msg_id: row.string(2),
        number: row.text(3).and_then(|number| number.parse().ok()),
    }
}
