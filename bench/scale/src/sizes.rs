//! What an event takes, seen on 10,000 of them: the shard's own code over SQLite, and the statements and tables of D1.
//!
//! Rows written are counted as they are billed, one for a row and one for each of its index entries, from the tables as they
//! are: an index that a migration adds shows in the next run.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fandesk_playbook::{Format, Playbook};
use fandesk_shard::intake::{self, Arrival, Context};
use fandesk_shard::outbox::{self, Lane};
use fandesk_shard::sql::{Database, SqlError};
use fandesk_shard::{Random, Recent, UnixMillis, ahead, events, mirror, schema};
use fandesk_sqlite::Sqlite;
use wechat::{Fields, Inbound};

/// How many messages the tables are made from.
pub(crate) const MESSAGES: u32 = 10_000;
/// Texts that each fan writes.
const TEXTS: [&str; 5] = ["GO", "菜单", "1", "请问新手机什么时候到货？", "谢谢"];
const PLAYBOOK: &str = include_str!("../../../playbook.demo.toml");
const MIGRATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");

/// Bytes and rows of an event, and of a fan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    /// In the shard, with its index entries.
    pub(crate) shard_event_bytes: f64,
    /// In the database `LEDGER`, with its index entries.
    pub(crate) ledger_event_bytes: f64,
    /// A fan in the shard.
    pub(crate) fan_bytes: f64,
    /// A fan in the database `DB`.
    pub(crate) person_bytes: f64,
    /// On the way: JSON.
    pub(crate) flush_event_bytes: f64,
    /// Rows that the shard writes for an event in its life: taken, flushed, forgotten.
    pub(crate) shard_rows: f64,
    /// Rows that D1 writes for an event: stored, archived.
    pub(crate) ledger_rows: f64,
    /// How long SQLite took to store the flushed events, by a clock that the caller has.
    pub(crate) store_ms: f64,
}

/// Takes so many messages, five of each fan, and stores them in D1's tables. `clock` tells milliseconds; it only serves `store_ms`.
pub(crate) fn measure(messages: u32, clock: &dyn Fn() -> f64) -> Result<Sizes, Box<dyn Error>> {
    let (shard, ledger, people) = (Sqlite::new()?, Sqlite::new()?, Sqlite::new()?);
    schema::migrate(&shard)?;
    migrate(&ledger, "ledger")?;
    migrate(&people, "db")?;
    let empty = (bytes(&shard)?, bytes(&ledger)?, bytes(&people)?);
    let fans = messages / TEXTS.len() as u32;
    fill(&shard, fans)?;
    ahead::catch_up(&shard, &mut Recent::default())?;
    loop {
        let rows = outbox::waiting(&shard, Lane::People, i64::MAX)?;
        if rows.is_empty() {
            break;
        }
        store(&people, mirror::people(&rows))?;
        outbox::confirm(&shard, &rows.iter().map(|row| row.id).collect::<Vec<_>>())?;
    }

    let mut flush_bytes = 0_usize;
    let mut store_ms = 0.0;
    loop {
        let events = events::unflushed(&shard, outbox::FLUSH_BYTES)?;
        let seqs: Vec<i64> = events.iter().map(|event| event.seq).collect();
        if seqs.is_empty() {
            break;
        }
        let statements = mirror::ledger(0, &events, &[]);
        flush_bytes += statements.iter().map(|one| one.rows.len()).sum::<usize>();
        let began = clock();
        store(&ledger, statements)?;
        store_ms += clock() - began;
        let before = events::flushed(&shard)?;
        events::flushed_to(&shard, before, seqs.last().copied().unwrap_or(0))?;
    }
    let with_fans = bytes(&shard)?;
    shard.run_script("DROP TABLE fans")?;
    let messages = f64::from(messages);
    let in_shard = entries(&shard, "events")? + entries(&shard, "fan_events")?;
    Ok(Sizes {
        shard_event_bytes: (bytes(&shard)? - empty.0) / messages,
        ledger_event_bytes: (bytes(&ledger)? - empty.1) / messages,
        fan_bytes: (with_fans - bytes(&shard)?) / f64::from(fans),
        person_bytes: (bytes(&people)? - empty.2) / f64::from(fans),
        flush_event_bytes: flush_bytes as f64 / messages,
        // Inserted, and deleted.
        shard_rows: 2.0 * in_shard,
        ledger_rows: 2.0 * (entries(&ledger, "events")? + entries(&ledger, "payloads")?),
        store_ms,
    })
}

/// Bytes of the file that it would be, free pages left out.
fn bytes(db: &Sqlite) -> Result<f64, SqlError> {
    let pages = number(db, "PRAGMA page_count")? - number(db, "PRAGMA freelist_count")?;
    Ok((pages * number(db, "PRAGMA page_size")?) as f64)
}

/// Rows that are written when one is inserted into a table: itself, and an entry in each index. The primary key of a table
/// without rowids is the table.
fn entries(db: &Sqlite, table: &str) -> Result<f64, SqlError> {
    let indexes = format!("SELECT count(*) FROM pragma_index_list('{table}') WHERE origin <> 'pk'");
    Ok(1.0 + number(db, &indexes)? as f64)
}

fn number(db: &Sqlite, statement: &str) -> Result<i64, SqlError> {
    let first = db.first(statement, &[])?;
    first
        .and_then(|row| row.integer(0))
        .ok_or_else(|| SqlError {
            message: "no number was given".to_owned(),
            statement: statement.to_owned(),
        })
}

/// Makes the tables of a database of D1, by all migrations that there are.
fn migrate(d1: &Sqlite, database: &str) -> Result<(), Box<dyn Error>> {
    let entries = fs::read_dir(Path::new(MIGRATIONS).join(database))?;
    let mut files: Vec<PathBuf> = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_, std::io::Error>>()?;
    files.sort();
    for file in files {
        d1.run_script(&fs::read_to_string(file)?)?;
    }
    Ok(())
}

/// The fans write one after another, and then again.
fn fill(shard: &Sqlite, fans: u32) -> Result<(), Box<dyn Error>> {
    let playbook = Playbook::parse(PLAYBOOK, Format::Toml)
        .map_err(|mistake| mistake.to_string())?
        .playbook;
    let (mut random, mut recent) = (Counting(0), Recent::default());
    for (round, text) in (0..).zip(TEXTS) {
        for fan in 0..fans {
            let number = round * fans + fan;
            let now = UnixMillis(1_700_000_000_000 + i64::from(number) * 360);
            let openid = format!("oX6f15m{fan:021}");
            let mut fields = Fields::new();
            for (name, value) in [
                ("ToUserName", "gh_7f083739789a".to_owned()),
                ("FromUserName", openid),
                ("CreateTime", now.seconds().to_string()),
                ("MsgType", "text".to_owned()),
                ("Content", text.to_owned()),
                (
                    "MsgId",
                    (24_380_921_734_000_000 + i64::from(number)).to_string(),
                ),
            ] {
                fields.insert(name, value);
            }
            let payload = serde_json::to_string(&fields)?;
            let key = Inbound::from_fields(fields)?.message_key().to_string();
            let context = Context {
                shard: 0,
                shards: 1,
                playbook: Some(&playbook),
                service_messages: true,
                erase_after: Duration::from_secs(720 * 3600),
                now,
            };
            let arrival = Arrival::read(key, payload)?;
            if recent.is_full() {
                ahead::catch_up(shard, &mut recent)?;
            }
            intake::receive(shard, &mut recent, &[&arrival], &context, &mut random)?;
        }
    }
    Ok(())
}

fn store(d1: &Sqlite, statements: Vec<mirror::Statement>) -> Result<(), Box<dyn Error>> {
    d1.run_script("BEGIN")?;
    for mirror::Statement { sql, rows } in statements {
        d1.run(sql, &["wx0123456789abcdef".into(), rows.into()])?;
    }
    Ok(d1.run_script("COMMIT")?)
}

/// References that differ, the same in every run.
struct Counting(u64);

impl Random for Counting {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0 += 1;
        for (byte, from) in bytes.iter_mut().zip(self.0.to_le_bytes().iter().cycle()) {
            *byte = *from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_takes_what_its_texts_and_keys_take() {
        let sizes = measure(500, &|| 0.0).unwrap();
        // Less than its JSON would lose something; thrice as much would be another design.
        assert!(
            sizes.shard_event_bytes > 300.0 && sizes.shard_event_bytes < 1500.0,
            "{sizes:?}"
        );
        assert!(
            sizes.ledger_event_bytes > 300.0 && sizes.ledger_event_bytes < 1500.0,
            "{sizes:?}"
        );
        assert!(sizes.flush_event_bytes > 300.0, "{sizes:?}");
    }

    #[test]
    fn rows_are_counted_with_their_index_entries() {
        let db = Sqlite::new().unwrap();
        db.run_script(
            "CREATE TABLE a (x INTEGER PRIMARY KEY, y TEXT UNIQUE); CREATE INDEX a_y ON a (y);
             CREATE TABLE b (x TEXT PRIMARY KEY) WITHOUT ROWID;",
        )
        .unwrap();
        assert_eq!(
            (entries(&db, "a").unwrap(), entries(&db, "b").unwrap()),
            (3.0, 1.0)
        );
    }
}
