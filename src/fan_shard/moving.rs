//! Slots leave and arrive. What a step does is [`fandesk_shard::moving`]; here is what an instance has to know of it.
//!
//! A step is one write without an await, so a message is decided either before its slot leaves or not here. One that waited for its
//! group when its slot left is led on like all who come later.

use std::rc::Rc;

use fandesk_shard::Slot;
use fandesk_shard::events::Answer;
use fandesk_shard::intake::Arrival;
use fandesk_shard::moving::{self, Away, Slots, Step};
use fandesk_shard::sql::SqlError;

use super::ask::{MOVED, NOT_YET};
use super::calls::{
    Call, ClaimJob, DeskSays, ReplayJob, SetTags, SettleJob, ShowFan, ShowJob, VisitorReads,
    VisitorSends, WriteToFan,
};
use super::{Refused, Shard};
use crate::random::now;
use crate::record::{Record, Unreadable};

/// A step of a move.
pub(crate) struct Moving(pub(crate) moving::Call);

impl Call for Moving {
    type Answer = String;
    const PATH: &'static str = "/moving";

    fn write(&self) -> Record {
        Record::new().with(&self.0)
    }

    fn read(mut record: Record) -> Result<Self, Unreadable> {
        let call = record.text(0)?.parse();
        call.map(Self).map_err(|_| Unreadable::Field(0))
    }

    fn write_answer(answer: String) -> Record {
        Record::new().with(answer)
    }

    fn read_answer(mut record: Record) -> Result<String, Unreadable> {
        record.text(0)
    }
}

impl From<Away> for Refused {
    fn from(away: Away) -> Self {
        let (status, message) = match away {
            Away::Left { slot, shard } => (MOVED, format!("{} {shard}", slot.number())),
            Away::Arriving => (NOT_YET, String::new()),
        };
        Self::Because { status, message }
    }
}

impl Shard {
    pub(super) fn moves(self: &Rc<Self>, call: &Moving) -> Result<String, SqlError> {
        let Moving(call) = call;
        // Read in the same savepoint: an instance that did not know what has left would go on answering.
        let (answer, slots) = self.db_savepoint(|db| {
            let answer = moving::serve(db, call, now())?;
            let changed = call.step.changes_slots();
            let slots = changed.then(|| Slots::load(db)).transpose()?;
            Ok((answer, slots))
        })?;
        if let Some(slots) = slots {
            self.slots.replace(slots);
        }
        if call.step == Step::Arrive {
            // Jobs came that want to be rung for.
            self.after_change();
        }
        Ok(answer)
    }

    /// Whether this shard may answer a call, which names a fan or a job first.
    pub(super) fn keeps(&self, path: &str, call: &Record) -> Result<(), Refused> {
        let about = call.peek(0).unwrap_or_default();
        match path {
            ShowFan::PATH
            | WriteToFan::PATH
            | SetTags::PATH
            | DeskSays::PATH
            | VisitorSends::PATH
            | VisitorReads::PATH => self.keeps_slot(Slot::of(about)),
            ShowJob::PATH | ClaimJob::PATH | SettleJob::PATH | ReplayJob::PATH => {
                let away = self.slots.borrow().away_with_job(&self.db, about)?;
                away.map_or(Ok(()), |away| Err(away.into()))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn keeps_slot(&self, slot: Slot) -> Result<(), Refused> {
        let away = self.slots.borrow().away(slot);
        away.map_or(Ok(()), |away| Err(away.into()))
    }

    /// What a message was answered by the shard that kept its slot before.
    pub(super) fn answered_elsewhere(
        &self,
        slot: Slot,
        arrival: &Arrival,
    ) -> Result<Option<Answer>, SqlError> {
        let slots = self.slots.borrow();
        slots.answered_elsewhere(&self.db, slot, &arrival.key, now())
    }
}
