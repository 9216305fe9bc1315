//! D1, the bucket, and what happens to them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use fandesk_shard::UnixMillis;
use fandesk_shard::archive::{self, Place, Row, Stored, Stretch};
use fandesk_shard::events::Event;
use fandesk_shard::mirror::{self, Statement};
use fandesk_shard::outbox::Waiting;
use fandesk_shard::sql::{self, Database, SqlError};
use fandesk_sqlite::Sqlite;

use super::support::NOW;

pub(super) const ACCOUNT: &str = "wx1";
pub(super) const DAY: Duration = Duration::from_secs(86_400);
pub(super) const AFTER_DAYS: u32 = 14;

/// Where a run stops, as if the power went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Crash {
    AfterReading,
    AfterPutting,
    Never,
}

/// Something that happens.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// An event of a fan, received so many days ago, reaches D1.
    Event { shard: u16, fan: u8, days_ago: u8 },
    /// Such an event is acknowledged, and D1 does not have it yet.
    Held { shard: u16, fan: u8, days_ago: u8 },
    /// The first of these reaches D1.
    Arrives,
    /// A fan's data is erased.
    Erase(u8),
    /// A stretch is archived, while the other thing happens between its reading and its end.
    Archive(Crash, Option<Box<Step>>),
    /// An object is written again, likewise.
    Clean(Crash, Option<Box<Step>>),
}

/// D1, the bucket, and what was ever acknowledged.
pub(super) struct World {
    pub(super) ledger: Sqlite,
    pub(super) bucket: BTreeMap<String, String>,
    pub(super) events: BTreeMap<(u16, i64), Event>,
    pub(super) held: Vec<(u16, i64)>,
    pub(super) erased: BTreeSet<u8>,
    pub(super) objects_of: i64,
}

impl World {
    pub(super) fn new() -> Self {
        let ledger = Sqlite::new().unwrap();
        for migration in super::support::LEDGER {
            ledger.run_script(migration).unwrap();
        }
        Self {
            ledger,
            bucket: BTreeMap::new(),
            events: BTreeMap::new(),
            held: Vec::new(),
            erased: BTreeSet::new(),
            objects_of: archive::EVENTS,
        }
    }

    /// As D1 runs a batch: all or nothing.
    pub(super) fn run(&self, statements: Vec<Statement>) -> Result<(), SqlError> {
        self.ledger.savepoint(|| {
            for Statement { sql, rows } in statements {
                self.ledger.run(sql, &[ACCOUNT.into(), rows.into()])?;
            }
            Ok(())
        })
    }

    pub(super) fn count(&self, statement: &str) -> i64 {
        let row = self.ledger.first(statement, &[]).unwrap();
        row.and_then(|row| row.integer(0)).unwrap()
    }

    pub(super) fn step(&mut self, step: &Step) {
        match step {
            Step::Event {
                shard,
                fan,
                days_ago,
            } => self.event(*shard, *fan, *days_ago),
            Step::Held {
                shard,
                fan,
                days_ago,
            } => {
                let seq = self.next_seq(*shard);
                self.made(*shard, seq, *fan, *days_ago);
                self.held.push((*shard, seq));
            }
            Step::Arrives => {
                if !self.held.is_empty() {
                    let place = self.held.remove(0);
                    self.arrives(place.0, &self.events[&place]);
                }
            }
            Step::Erase(fan) => self.erase(*fan),
            Step::Archive(crash, meanwhile) => {
                self.archive(*crash, meanwhile.as_deref()).unwrap();
            }
            Step::Clean(crash, meanwhile) => {
                self.clean(*crash, meanwhile.as_deref()).unwrap();
            }
        }
    }

    pub(super) fn event(&mut self, shard: u16, fan: u8, days_ago: u8) {
        let seq = self.next_seq(shard);
        let event = self.made(shard, seq, fan, days_ago);
        self.arrives(shard, &event);
    }

    pub(super) fn next_seq(&self, shard: u16) -> i64 {
        self.events.keys().filter(|(of, _)| *of == shard).count() as i64 + 1
    }

    /// An event that was acknowledged and has not reached D1 yet.
    pub(super) fn made(&mut self, shard: u16, seq: i64, fan: u8, days_ago: u8) -> Event {
        let event = Event {
            seq,
            fan_ref: Some(fan_ref(fan)),
            openid: Some(openid(fan)),
            kind: "text".to_owned(),
            occurred_at: NOW,
            received_at: NOW.minus(DAY * days_ago.into()),
            msg_id: Some("18446744073709551615".to_owned()),
            hit: (seq % 2 == 0).then(|| "go".to_owned()),
            payload: Some(format!(
                r#"{{"FromUserName":"{}","Content":"\"二\"\n{seq}"}}"#,
                openid(fan)
            )),
            reply: (seq % 3 == 0).then(|| r#"{"type":"text"}"#.to_owned()),
        };
        self.events.insert((shard, seq), event.clone());
        event
    }

    pub(super) fn arrives(&self, shard: u16, event: &Event) {
        self.run(mirror::ledger(shard, std::slice::from_ref(event), &[]))
            .unwrap();
    }

    pub(super) fn erase(&mut self, fan: u8) {
        self.erased.insert(fan);
        let row = Waiting {
            id: 1,
            key: String::new(),
            body: format!(r#"{{"fan_ref":"{}","erased_at":{}}}"#, fan_ref(fan), NOW.0),
        };
        self.run(mirror::ledger(0, &[], &[row])).unwrap();
    }

    pub(super) fn next(&self) -> Option<Stretch> {
        let before = archive::old_before(NOW, AFTER_DAYS);
        let parameters = [
            ACCOUNT.into(),
            before.into(),
            self.objects_of.into(),
            archive::CHARACTERS.into(),
        ];
        let rows = self.ledger.query(archive::NEXT, &parameters).unwrap();
        Stretch::gather(rows.iter().map(row).collect())
    }

    pub(super) fn put(&mut self, place: Place, text: String) -> Stored {
        let stored = Stored {
            bytes: text.len(),
            sha256: format!("of {text}"),
        };
        self.bucket.insert(place.key(ACCOUNT), text);
        stored
    }

    /// Returns whether there was anything to archive.
    pub(super) fn archive(
        &mut self,
        crash: Crash,
        meanwhile: Option<&Step>,
    ) -> Result<bool, SqlError> {
        let Some(stretch) = self.next() else {
            return Ok(false);
        };
        if let Some(step) = meanwhile {
            self.step(step);
        }
        if crash > Crash::AfterReading {
            let stored = self.put(stretch.place(), stretch.text());
            if crash > Crash::AfterPutting {
                self.run(stretch.named(ACCOUNT, &stored))?;
            }
        }
        Ok(true)
    }

    /// Returns whether there was anything to clean.
    pub(super) fn clean(
        &mut self,
        crash: Crash,
        meanwhile: Option<&Step>,
    ) -> Result<bool, SqlError> {
        let Some(found) = self.ledger.first(archive::TO_CLEAN, &[ACCOUNT.into()])? else {
            return Ok(false);
        };
        let place = place(&found);
        let erased: Vec<&str> = found.text(2).unwrap().split(',').collect();
        let text = self.bucket.get(&place.key(ACCOUNT)).cloned();
        if let Some(step) = meanwhile {
            self.step(step);
        }
        if crash > Crash::AfterReading {
            let stored = text.map(|text| self.put(place, archive::clean(&text, &erased)));
            if crash > Crash::AfterPutting {
                self.run(archive::cleaned(place, &erased, stored.as_ref()))?;
            }
        }
        Ok(true)
    }

    /// Until nothing is left to do, as the Clock does in the end.
    pub(super) fn settle(&mut self) {
        while self.archive(Crash::Never, None).unwrap() {}
        while self.clean(Crash::Never, None).unwrap() {}
    }

    /// Everything that a reader finds, and how often.
    pub(super) fn found(&self) -> Vec<((u16, i64), Event)> {
        let in_d1 = "SELECT e.shard, e.seq, e.fan_ref, e.kind, e.occurred_at, e.received_at, e.msg_id, e.hit, p.openid, \
                     p.payload, p.reply FROM events e LEFT JOIN payloads p USING (account, shard, seq)";
        let rows = self.ledger.query(in_d1, &[]).unwrap();
        let mut found: Vec<((u16, i64), Event)> = rows.iter().map(event).collect();
        let named = "SELECT a.shard, a.first, (SELECT group_concat(fan_ref) FROM archived_fans f WHERE f.shard = a.shard \
                     AND f.first = a.first AND f.openid IS NULL), a.last, a.events FROM archives a";
        for row in self.ledger.query(named, &[]).unwrap() {
            let place = place(&row);
            let erased: Vec<&str> = row.text(2).unwrap_or_default().split(',').collect();
            let events: Vec<Event> =
                archive::read(&self.bucket[&place.key(ACCOUNT)], &erased).collect();
            assert_eq!(events.last().unwrap().seq, row.integer(3).unwrap());
            assert_eq!(events.len() as i64, row.integer(4).unwrap());
            found.extend(
                events
                    .into_iter()
                    .map(|event| ((place.shard, event.seq), event)),
            );
        }
        found.sort_by_key(|(place, _)| *place);
        found
    }

    /// Each event once, whole, and without what an erase took.
    pub(super) fn expected(&self) -> Vec<((u16, i64), Event)> {
        let erased: BTreeSet<String> = self.erased.iter().map(|fan| fan_ref(*fan)).collect();
        let as_shown = |event: &Event| {
            let mut event = event.clone();
            if event
                .fan_ref
                .as_ref()
                .is_some_and(|fan_ref| erased.contains(fan_ref))
            {
                (event.openid, event.payload, event.reply) = (None, None, None);
            }
            event
        };
        self.events
            .iter()
            .filter(|(place, _)| !self.held.contains(place))
            .map(|(place, event)| (*place, as_shown(event)))
            .collect()
    }

    #[track_caller]
    pub(super) fn assert_nothing_lost_or_doubled(&self) {
        assert_eq!(self.found(), self.expected());
    }

    #[track_caller]
    pub(super) fn assert_nothing_of_the_erased_remains(&self) {
        let named = "SELECT group_concat(key) FROM (SELECT key FROM archives ORDER BY key)";
        let named = self.ledger.first(named, &[]).unwrap().unwrap();
        let mut keys: Vec<&str> = self.bucket.keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(
            named.string(0).unwrap_or_default(),
            keys.join(","),
            "an object that nothing names"
        );
        for fan in &self.erased {
            for (key, text) in &self.bucket {
                assert!(!text.contains(&openid(*fan)), "{key} still names fan {fan}");
            }
            let traces = format!(
                "SELECT (SELECT count(*) FROM payloads WHERE openid = '{0}') + (SELECT count(*) FROM archived_fans WHERE openid = '{0}')",
                openid(*fan)
            );
            assert_eq!(self.count(&traces), 0);
        }
    }
}

pub(super) fn fan_ref(fan: u8) -> String {
    format!("{fan:032x}")
}

pub(super) fn openid(fan: u8) -> String {
    format!("oFan{fan:024}")
}

pub(super) fn place(row: &sql::Row) -> Place {
    Place {
        shard: row.integer(0).unwrap().try_into().unwrap(),
        first: row.integer(1).unwrap(),
    }
}

pub(super) fn row(row: &sql::Row) -> Row {
    Row {
        place: place(row),
        seq: row.integer(2).unwrap(),
        received_at: UnixMillis(row.integer(3).unwrap()),
        fan_ref: row.string(4),
        openid: row.string(5),
        line: row.string(6).unwrap(),
    }
}

pub(super) fn event(row: &sql::Row) -> ((u16, i64), Event) {
    let seq = row.integer(1).unwrap();
    let event = Event {
        seq,
        fan_ref: row.string(2),
        openid: row.string(8),
        kind: row.string(3).unwrap(),
        occurred_at: UnixMillis(row.integer(4).unwrap()),
        received_at: UnixMillis(row.integer(5).unwrap()),
        msg_id: row.string(6),
        hit: row.string(7),
        payload: row.string(9),
        reply: row.string(10),
    };
    ((place(row).shard, seq), event)
}
