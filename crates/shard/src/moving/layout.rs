//! Shard 0: the layout, the move that is under way, and where each slot was before.

use super::call::Batch;
use super::missing;
use crate::routing;
use crate::sql::{Database, SqlError};

/// Notes what is wanted and which move is over; answers with the move that is to be done, if there is one.
pub(super) fn plan(db: &impl Database, over: i64, wanted: &str) -> Result<String, SqlError> {
    let wanted: u16 = wanted.parse().map_err(|_| missing("no number of shards"))?;
    db.run(
        "DELETE FROM move WHERE noted = 1 AND number = ?",
        &[over.into()],
    )?;
    // Whoever lists what all shards have hears of new ones before these get a slot.
    db.run(
        "INSERT INTO goal (id, wanted, shards) SELECT 1, ?1, max(?1, shards) FROM layout WHERE true \
         ON CONFLICT (id) DO UPDATE SET moved = CASE WHEN wanted = ?1 THEN moved ELSE 0 END, wanted = ?1, \
         shards = max(shards, ?1)",
        &[i64::from(wanted).into()],
    )?;
    if let Some(under_way) = under_way(db)? {
        return Ok(under_way.to_string());
    }
    let layout = routing::load(db)?.ok_or_else(|| missing("there is no layout"))?;
    let next = super::plan::plan(&layout, wanted).next;
    Ok(next.map_or_else(String::new, |next| next.to_string()))
}

/// Notes a move, unless one is under way. Answers with the one that is.
pub(super) fn begin(db: &impl Database, batch: &Batch) -> Result<String, SqlError> {
    if under_way(db)?.is_none() {
        db.run("UPDATE goal SET moves = moves + 1", &[])?;
        // Not with slots that have moved since they were asked for.
        db.run(
            "INSERT INTO move (id, number, old, new, slots) SELECT 1, moves, ?1, ?2, ?3 FROM goal, layout \
             WHERE NOT EXISTS (SELECT 1 FROM json_each(?3) \
             WHERE coalesce((SELECT shard FROM owners WHERE slot = value), value % layout.shards) <> ?1)",
            &[
                i64::from(batch.from).into(),
                i64::from(batch.to).into(),
                batch.slots.as_str().into(),
            ],
        )?;
    }
    let under_way = under_way(db)?.ok_or_else(|| missing("these slots have moved"))?;
    Ok(under_way.to_string())
}

fn under_way(db: &impl Database) -> Result<Option<Batch>, SqlError> {
    let statement = "SELECT number || ' ' || old || ' ' || new || ' ' || slots FROM move";
    let row = db.first(statement, &[])?;
    row.map(|row| {
        let batch = row.required(0, statement)?.parse();
        batch.map_err(|_| missing("the move that is noted is unreadable"))
    })
    .transpose()
}

/// Notes that the slots of the move are with their new shard, and up to which event they were with the old one.
pub(super) fn note(db: &impl Database, batch: &Batch, last: &str) -> Result<String, SqlError> {
    let last: i64 = last.parse().map_err(|_| missing("no place of an event"))?;
    let number = batch.number;
    db.run(
        "INSERT INTO history (slot, move, shard, last) SELECT value, number, old, ?2 FROM move, json_each(slots) \
         WHERE number = ?1 AND noted = 0",
        &[number.into(), last.into()],
    )?;
    db.run(
        "INSERT OR REPLACE INTO owners (slot, shard) SELECT value, new FROM move, json_each(slots) \
         WHERE number = ?1 AND noted = 0",
        &[number.into()],
    )?;
    db.run(
        "UPDATE goal SET moved = moved + (SELECT json_array_length(slots) FROM move) \
         WHERE EXISTS (SELECT 1 FROM move WHERE number = ?1 AND noted = 0)",
        &[number.into()],
    )?;
    db.run(
        "UPDATE move SET noted = 1 WHERE number = ?1",
        &[number.into()],
    )?;
    Ok(String::new())
}

/// Where a slot was, in order, and where it is.
pub(super) fn history(db: &impl Database, slot: &str) -> Result<String, SqlError> {
    let slot: i64 = slot.parse().map_err(|_| missing("no slot"))?;
    // A Durable Object binds every number as one with a fraction, which text would show.
    let statement = "SELECT coalesce((SELECT group_concat(shard || ':' || last || ' ', '') FROM \
                     (SELECT shard, last FROM history WHERE slot = ?1 ORDER BY move)), '') \
                     || coalesce((SELECT shard FROM owners WHERE slot = ?1), CAST(?1 AS INTEGER) % shards) FROM layout";
    match db.first(statement, &[slot.into()])? {
        Some(row) => row.required(0, statement),
        None => Err(missing("there is no layout")),
    }
}
