//! A fan's thread, as far as a shard has it.

use super::Call;
use crate::record::{Record, Unreadable};

/// The newest events of a fan in a stretch of the shard's ledger.
pub(crate) struct ListThread {
    pub(crate) openid: String,
    /// The place before the first that is wanted.
    pub(crate) after: i64,
    /// The place behind the last that is wanted.
    pub(crate) before: i64,
    pub(crate) limit: i64,
}

/// Some of them, newest first.
pub(crate) struct Thread {
    /// What came before this place is in D1 only.
    pub(crate) kept_from: i64,
    /// The place of each, and its entries as a JSON array.
    pub(crate) shown: Vec<(i64, String)>,
}

impl Call for ListThread {
    type Answer = Thread;
    const PATH: &'static str = "/thread";

    fn write(&self) -> Record {
        Record::new()
            .with(&self.openid)
            .with(self.after)
            .with(self.before)
            .with(self.limit)
    }

    fn read(mut record: Record) -> Result<Self, Unreadable> {
        Ok(Self {
            openid: record.text(0)?,
            after: record.integer(1)?,
            before: record.integer(2)?,
            limit: record.integer(3)?,
        })
    }

    fn write_answer(thread: Thread) -> Record {
        let shown = thread.shown.into_iter();
        shown.fold(
            Record::new().with(thread.kept_from),
            |record, (seq, entries)| record.with(seq).with(entries),
        )
    }

    fn read_answer(mut record: Record) -> Result<Thread, Unreadable> {
        let mut shown = Vec::new();
        for field in (1..record.len()).step_by(2) {
            shown.push((
                record.integer(field)?,
                record.text(field.saturating_add(1))?,
            ));
        }
        Ok(Thread {
            kept_from: record.integer(0)?,
            shown,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_reads_back() {
        let written = ListThread::write_answer(Thread {
            kept_from: 7,
            shown: vec![(9, "[1]".to_owned()), (8, "[2,3]".to_owned())],
        });
        let read = ListThread::read_answer(written).unwrap();
        assert_eq!(read.kept_from, 7);
        assert_eq!(read.shown, [(9, "[1]".to_owned()), (8, "[2,3]".to_owned())]);
    }
}
