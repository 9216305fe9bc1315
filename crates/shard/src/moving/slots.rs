//! What a shard may answer about: all but the slots that left it or have not arrived.

use crate::UnixMillis;
use crate::events::{Answer, REMEMBERED_FOR, seen_since};
use crate::jobs::JobId;
use crate::routing::Slot;
use crate::sql::{Database, SqlError, Value};

/// Why a shard says nothing about a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Away {
    /// It left; ask that shard.
    Left {
        /// What left.
        slot: Slot,
        /// Where it went.
        shard: u16,
    },
    /// It is on its way here; ask again.
    Arriving,
}

/// The slots that ever moved from or to a shard. Read again after each step that [changes](super::Step::changes_slots) them.
#[derive(Debug, Default)]
pub struct Slots(Vec<(u16, State)>);

#[derive(Clone, Copy, Debug)]
enum State {
    Left(u16),
    Arriving,
    HereSince(UnixMillis),
}

impl Slots {
    /// Reads them.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn load(db: &impl Database) -> Result<Self, SqlError> {
        let rows = db.query(
            "SELECT slot, state, shard, since FROM slots ORDER BY slot",
            &[],
        )?;
        let slots = rows.iter().filter_map(|row| {
            let number = |column| {
                row.integer(column)
                    .and_then(|number| u16::try_from(number).ok())
            };
            let state = match row.text(1)? {
                "left" => State::Left(number(2)?),
                "here" => State::HereSince(UnixMillis(row.integer(3)?)),
                _ => State::Arriving,
            };
            Some((number(0)?, state))
        });
        Ok(Self(slots.collect()))
    }

    /// Whether nothing may be said about a slot here.
    #[must_use]
    pub fn away(&self, slot: Slot) -> Option<Away> {
        match self.state(slot)? {
            State::Left(shard) => Some(Away::Left { slot, shard }),
            State::Arriving => Some(Away::Arriving),
            State::HereSince(_) => None,
        }
    }

    /// Whether nothing may be said about a job here. It went with its fan's slot, however often.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn away_with_job(&self, db: &impl Database, id: &str) -> Result<Option<Away>, SqlError> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let Ok(job) = id.parse::<JobId>() else {
            return Ok(None);
        };
        let statement = "SELECT (SELECT 1 FROM jobs WHERE id = ?1), (SELECT slot FROM left_jobs WHERE event = ?2)";
        let event = format!("{}.", job.event);
        let Some(row) = db.first(statement, &[id.into(), event.into()])? else {
            return Ok(None);
        };
        if row.integer(0).is_some() {
            return Ok(None);
        }
        let slot = row.integer(1).and_then(|slot| u16::try_from(slot).ok());
        if let Some(slot) = slot.and_then(Slot::numbered) {
            return Ok(self.away(slot));
        }
        // It may lie in a parcel.
        let arriving = |(_, state): &(u16, State)| matches!(state, State::Arriving);
        Ok(self.0.iter().any(arriving).then_some(Away::Arriving))
    }

    /// The answer that another shard gave to a message of `slot`, before the slot came here.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn answered_elsewhere(
        &self,
        db: &impl Database,
        slot: Slot,
        message_key: &str,
        now: UnixMillis,
    ) -> Result<Option<Answer>, SqlError> {
        // What came a day ago is forgotten by now.
        match self.state(slot) {
            Some(State::HereSince(at)) if at.plus(REMEMBERED_FOR) > now => {}
            _ => return Ok(None),
        }
        let statement =
            "SELECT received_at, reply FROM message_keys WHERE message_key = ? AND received_at > ?";
        let row = db.first(statement, &[message_key.into(), seen_since(now).into()])?;
        Ok(row.map(|row| Answer {
            reply: row.text(1).and_then(wechat::Reply::from_json),
            created_at: UnixMillis(row.integer(0).unwrap_or(0)).seconds(),
        }))
    }

    fn state(&self, slot: Slot) -> Option<State> {
        let place = self
            .0
            .binary_search_by_key(&slot.number(), |(slot, _)| *slot);
        place
            .ok()
            .and_then(|place| self.0.get(place))
            .map(|(_, state)| *state)
    }
}

/// What an erase does beside the tables of the fan, before it takes the openid from events: the keys of messages shall go with the slot
/// if it moves, their answers be gone, and the other shards be told if the fan was there (see [`super::erased`]).
pub(crate) fn forget_person(db: &impl Database, openid: &str) -> Result<(), SqlError> {
    let slot = i64::from(Slot::of(openid).number());
    db.run(
        "INSERT OR IGNORE INTO message_keys (message_key, slot, received_at) SELECT message_key, ?1, received_at \
         FROM events WHERE seq IN (SELECT seq FROM fan_events WHERE openid = ?2) AND message_key IS NOT NULL",
        &[slot.into(), openid.into()],
    )?;
    db.run(
        "UPDATE message_keys SET reply = NULL, fan_ref = NULL WHERE slot = ?1 \
         AND fan_ref = (SELECT fan_ref FROM fans WHERE openid = ?2)",
        &[slot.into(), openid.into()],
    )?;
    db.run(
        "DELETE FROM roster WHERE slot = ?1 AND openid = ?2",
        &[slot.into(), openid.into()],
    )?;
    db.run(
        "INSERT OR IGNORE INTO erased (fan_ref) SELECT fan_ref FROM fans, slots WHERE openid = ?2 AND slot = ?1",
        &[slot.into(), openid.into()],
    )
}

pub(super) fn sweep_keys(db: &impl Database, now: UnixMillis) -> Result<(), SqlError> {
    db.run(
        "DELETE FROM message_keys WHERE received_at <= ?",
        &[Value::from(seen_since(now))],
    )
}
