//! What is in a shard's ledger.

use super::Call;
use crate::record::{Record, Unreadable};

/// Events after a place.
pub(crate) struct ListEvents {
    /// Of one fan, or of all.
    pub(crate) openid: Option<String>,
    pub(crate) after: i64,
    pub(crate) limit: i64,
    /// How many bytes of payloads end the list before that.
    pub(crate) bytes: usize,
}

/// Some of a shard's events.
pub(crate) struct EventList {
    /// What came before this place is in D1 only.
    pub(crate) kept_from: i64,
    /// In order.
    pub(crate) events: Vec<Listed>,
}

/// One event of a list.
pub(crate) struct Listed {
    /// Its place in the shard's ledger.
    pub(crate) seq: i64,
    /// In milliseconds.
    pub(crate) received_at: i64,
    /// As the API shows it.
    pub(crate) json: String,
}

impl Call for ListEvents {
    type Answer = EventList;
    const PATH: &'static str = "/events";

    fn write(&self) -> Record {
        Record::new()
            .with(self.after)
            .with(self.limit)
            .with_option(self.openid.as_ref())
            .with(self.bytes)
    }

    fn read(mut record: Record) -> Result<Self, Unreadable> {
        Ok(Self {
            after: record.integer(0)?,
            limit: record.integer(1)?,
            // The previous release does not say.
            bytes: record
                .number(3)
                .and_then(|bytes| bytes.try_into().ok())
                .unwrap_or(usize::MAX),
            openid: record.take(2),
        })
    }

    fn write_answer(list: EventList) -> Record {
        let events = list.events.into_iter();
        events.fold(Record::new().with(list.kept_from), |record, event| {
            record
                .with(event.seq)
                .with(event.received_at)
                .with(event.json)
        })
    }

    fn read_answer(mut record: Record) -> Result<EventList, Unreadable> {
        let mut events = Vec::new();
        for field in (1..record.len()).step_by(3) {
            events.push(Listed {
                seq: record.integer(field)?,
                received_at: record.integer(field.saturating_add(1))?,
                json: record.text(field.saturating_add(2))?,
            });
        }
        Ok(EventList {
            kept_from: record.integer(0)?,
            events,
        })
    }
}
