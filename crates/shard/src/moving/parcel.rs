//! The old shard packs, the new one unpacks. Rows go from tables to parcels and back inside SQLite, so neither reads what is in them.
//!
//! What moves is named here, column by column: a column that is added to one of these tables is added here too.

use super::call::Batch;
use super::{missing, roster};
use crate::UnixMillis;
use crate::events::seen_since;
use crate::sql::{Database, Row, SqlError};

/// Bytes of rows in a page, about. Calls between objects may be larger, and a value of SQLite's up to 2 MB.
const PAGE_BYTES: i64 = 400_000;

/// What moves: the table that rows arrive in, where they come from, what tells them apart and orders them, and their columns.
///
/// `CROSS JOIN` keeps SQLite from reading all events to find those of a few people. Jobs have no index over all openids.
const ROWS: &[(&str, &str, &str, &str)] = &[
    (
        "fans",
        "roster CROSS JOIN fans USING (openid) WHERE slot IN (SELECT value FROM json_each(?2))",
        "openid",
        "openid, fan_ref, rev, followed, pushes_stopped, place, place_until, window, first_seen_at, last_seen_at, erase_at, \
         desk",
    ),
    (
        "fan_tags",
        "roster CROSS JOIN fan_tags USING (openid) WHERE slot IN (SELECT value FROM json_each(?2))",
        "openid",
        "openid, rev, tags",
    ),
    (
        "identities",
        "roster CROSS JOIN identities USING (openid) WHERE slot IN (SELECT value FROM json_each(?2))",
        "openid",
        "openid, identity, bound_at, expires_at",
    ),
    (
        "follows",
        "roster CROSS JOIN fans USING (openid) CROSS JOIN follows USING (fan_ref) \
         WHERE slot IN (SELECT value FROM json_each(?2))",
        "id",
        "id, fan_ref, started_at, ended_at, scene",
    ),
    (
        "conversations",
        "roster CROSS JOIN fans USING (openid) CROSS JOIN conversations USING (fan_ref) \
         WHERE slot IN (SELECT value FROM json_each(?2))",
        "id",
        "id, fan_ref, state, opened_at, revision, changed_at",
    ),
    // What the Desk is still to be told: from one place only, so that a fan's rows reach it in order.
    (
        "outbox",
        "outbox WHERE lane = 'desk' AND body ->> 'openid' IN \
         (SELECT openid FROM roster WHERE slot IN (SELECT value FROM json_each(?2)))",
        "id",
        "lane, key, body",
    ),
    // Without `rung_at`: the new shard rings for them. The order of jobs is the order in which they are written.
    (
        "jobs",
        "jobs WHERE openid IN (SELECT openid FROM roster WHERE slot IN (SELECT value FROM json_each(?2)))",
        "place",
        "id, fan_ref, openid, kind, body, state, attempts, next_try_at, lease, lease_until, reservation, possibly_doubled, \
         last_error, created_at, began_at, ended_at, rev",
    ),
    (
        "message_keys",
        "roster CROSS JOIN fan_events USING (openid) CROSS JOIN events USING (openid, seq) WHERE slot IN (SELECT value FROM json_each(?2)) AND message_key IS NOT NULL",
        "seq",
        KEY_COLUMNS,
    ),
    (
        "message_keys",
        "message_keys WHERE slot IN (SELECT value FROM json_each(?2))",
        "message_key",
        KEY_COLUMNS,
    ),
];

const KEY_COLUMNS: &str = "message_key, slot, fan_ref, received_at, reply";

/// Takes rows out of the tables once they are packed. Whose follows and conversations these are is in `fans`, which goes last.
const UNPLUG: &[&str] = &[
    "INSERT OR REPLACE INTO left_jobs (event, slot) SELECT DISTINCT rtrim(id, '0123456789'), \
     (SELECT slot FROM roster WHERE roster.openid = jobs.openid AND slot IN (SELECT value FROM json_each(?1))) \
     FROM jobs WHERE openid IN (SELECT openid FROM roster WHERE slot IN (SELECT value FROM json_each(?1)))",
    "DELETE FROM follows WHERE fan_ref IN (SELECT fan_ref FROM roster CROSS JOIN fans USING (openid) \
     WHERE slot IN (SELECT value FROM json_each(?)))",
    "DELETE FROM conversations WHERE fan_ref IN (SELECT fan_ref FROM roster CROSS JOIN fans USING (openid) \
     WHERE slot IN (SELECT value FROM json_each(?)))",
    "DELETE FROM outbox WHERE lane = 'desk' AND body ->> 'openid' IN \
     (SELECT openid FROM roster WHERE slot IN (SELECT value FROM json_each(?)))",
    "DELETE FROM jobs WHERE openid IN (SELECT openid FROM roster WHERE slot IN (SELECT value FROM json_each(?)))",
    "DELETE FROM fan_tags WHERE openid IN (SELECT openid FROM roster WHERE slot IN (SELECT value FROM json_each(?)))",
    "DELETE FROM identities WHERE openid IN (SELECT openid FROM roster WHERE slot IN (SELECT value FROM json_each(?)))",
    "DELETE FROM fans WHERE openid IN (SELECT openid FROM roster WHERE slot IN (SELECT value FROM json_each(?)))",
    "DELETE FROM message_keys WHERE slot IN (SELECT value FROM json_each(?))",
    "DELETE FROM roster WHERE slot IN (SELECT value FROM json_each(?))",
];

/// The slots leave: their rows lie in parcels afterwards. Answers with the last event, the same with each repeat.
pub(super) fn hand_over(
    db: &impl Database,
    batch: &Batch,
    now: UnixMillis,
) -> Result<String, SqlError> {
    let (slots, number) = (batch.slots.as_str(), batch.number);
    let known = newest_move(db, slots)?;
    match known.as_ref().and_then(|row| row.integer(0)) {
        Some(newest) if newest == number => {
            let last = known.and_then(|row| row.integer(1));
            return Ok(last
                .ok_or_else(|| missing("the slots did not leave"))?
                .to_string());
        }
        Some(newest) if newest > number => return Err(missing("the slots moved again")),
        _ => {}
    }
    roster::complete(db)?;
    for (name, from, order, columns) in ROWS {
        let remembered = match *order {
            "seq" | "message_key" => "received_at > ?3",
            _ => "?3 IS NOT NULL",
        };
        db.run(
            &format!(
                "INSERT INTO parcels (move, page, name, body) \
                 SELECT ?1, cut + (SELECT coalesce(max(page) + 1, 0) FROM parcels WHERE move = ?1), '{name}', \
                 json_group_array(json(item)) FROM (SELECT item, \
                 sum(length(CAST(item AS BLOB))) OVER (ORDER BY nr) / {PAGE_BYTES} AS cut FROM \
                 (SELECT {order} AS nr, json_array({order}, {columns}) AS item FROM {from} AND {remembered})) GROUP BY cut"
            ),
            &[number.into(), slots.into(), seen_since(now).into()],
        )?;
    }
    for statement in UNPLUG {
        db.run(statement, &[slots.into()])?;
    }
    db.run(
        "INSERT OR REPLACE INTO slots (slot, state, move, shard, last) SELECT value, 'left', ?1, ?3, \
         coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0) FROM json_each(?2)",
        &[number.into(), slots.into(), i64::from(batch.to).into()],
    )?;
    let last = newest_move(db, slots)?.and_then(|row| row.integer(1));
    Ok(last.unwrap_or(0).to_string())
}

/// The newest move of these slots that is known here, and after which event they left.
fn newest_move(db: &impl Database, slots: &str) -> Result<Option<Row>, SqlError> {
    let statement = "SELECT move, last FROM slots WHERE slot IN (SELECT value FROM json_each(?)) ORDER BY move DESC LIMIT 1";
    db.first(statement, &[slots.into()])
}

/// The page after page `after`: its number, its table, its rows.
pub(super) fn page(db: &impl Database, batch: &Batch, after: &str) -> Result<String, SqlError> {
    let statement = "SELECT page || ' ' || name || ' ' || body FROM parcels WHERE move = ? AND page > ? ORDER BY page LIMIT 1";
    let after = after.parse().unwrap_or(-1_i64);
    match db.first(statement, &[batch.number.into(), after.into()])? {
        Some(row) => row.required(0, statement),
        None => Ok(String::new()),
    }
}

/// The slots have arrived elsewhere.
pub(super) fn let_go(db: &impl Database, batch: &Batch) -> Result<String, SqlError> {
    db.run("DELETE FROM parcels WHERE move = ?", &[batch.number.into()])?;
    Ok(String::new())
}

/// The slots will come. Until they are here, nothing is answered about them.
pub(super) fn expect(db: &impl Database, batch: &Batch) -> Result<String, SqlError> {
    db.run(
        "INSERT INTO slots (slot, state, move) SELECT value, 'arriving', ?1 FROM json_each(?2) WHERE true \
         ON CONFLICT (slot) DO UPDATE SET state = 'arriving', move = ?1, shard = NULL, last = NULL, since = NULL \
         WHERE ?1 > move",
        &[batch.number.into(), batch.slots.as_str().into()],
    )?;
    Ok(String::new())
}

/// Puts a page down. One that comes after the slots have arrived is not wanted any more.
pub(super) fn take(db: &impl Database, batch: &Batch, page: &str) -> Result<String, SqlError> {
    let mut words = page.splitn(3, ' ');
    let (Some(number), Some(name), Some(body)) = (words.next(), words.next(), words.next()) else {
        return Err(missing("no page"));
    };
    let number: i64 = number.parse().map_err(|_| missing("no page"))?;
    db.run(
        "INSERT OR REPLACE INTO parcels (move, page, name, body) SELECT ?1, ?2, ?3, ?4 \
         WHERE EXISTS (SELECT 1 FROM slots WHERE state = 'arriving' AND move = ?1)",
        &[batch.number.into(), number.into(), name.into(), body.into()],
    )?;
    Ok(String::new())
}

/// Unpacks everything, once; from then on the slots are here.
pub(super) fn arrive(
    db: &impl Database,
    batch: &Batch,
    now: UnixMillis,
) -> Result<String, SqlError> {
    let number = batch.number;
    let arriving = "SELECT 1 FROM slots WHERE state = 'arriving' AND move = ? LIMIT 1";
    if db.first(arriving, &[number.into()])?.is_none() {
        return Ok(String::new());
    }
    for (place, (name, _, _, columns)) in ROWS.iter().enumerate() {
        // Two kinds of rows may arrive in one table, which is filled once.
        if ROWS.iter().take(place).any(|(before, ..)| before == name) {
            continue;
        }
        let values: Vec<String> = (1..=columns.split(", ").count())
            .map(|column| format!("value ->> {column}"))
            .collect();
        db.run(
            &format!(
                "INSERT INTO {name} ({columns}) SELECT {} FROM parcels, json_each(body) \
                 WHERE move = ? AND name = '{name}' ORDER BY page, value ->> 0 ON CONFLICT DO NOTHING",
                values.join(", ")
            ),
            &[number.into()],
        )?;
    }
    db.run("DELETE FROM parcels WHERE move = ?", &[number.into()])?;
    db.run(
        "DELETE FROM left_jobs WHERE slot IN (SELECT slot FROM slots WHERE move = ?)",
        &[number.into()],
    )?;
    db.run(
        "UPDATE slots SET state = 'here', since = ?2 WHERE move = ?1 AND state = 'arriving'",
        &[number.into(), now.into()],
    )?;
    // Those who came with the slots are not in it, and no event of this shard will bring them.
    roster::forget(db)?;
    Ok(String::new())
}
