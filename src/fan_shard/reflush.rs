//! A shard tells D1 once more, which was set back. What goes is [`fandesk_shard::reflush`]'s business; the playbook, which belongs to D1, is
//! given back from the copy that the shard answers from.

use std::rc::Rc;

use fandesk_shard::UnixMillis;
use fandesk_shard::reflush::{self, Reflushed};
use fandesk_shard::sql::{Database, SqlError};

use super::Shard;
use super::calls::Call;
use crate::record::{Record, Unreadable};
use crate::store::versions::PlaybookVersion;

/// Everything since a moment is to go to D1 once more. Answered with what waits then.
pub(crate) struct Reflush {
    pub(crate) since: UnixMillis,
}

impl Call for Reflush {
    type Answer = Reflushed;
    const PATH: &'static str = "/reflush";

    fn write(&self) -> Record {
        Record::new().with(self.since.0)
    }

    fn read(record: Record) -> Result<Self, Unreadable> {
        Ok(Self {
            since: UnixMillis(record.integer(0)?),
        })
    }

    fn write_answer(answer: Reflushed) -> Record {
        Record::new().with(answer.events).with(answer.rows)
    }

    fn read_answer(record: Record) -> Result<Reflushed, Unreadable> {
        Ok(Reflushed {
            events: record.integer(0)?,
            rows: record.integer(1)?,
        })
    }
}

/// The playbook that the shard answers from, as it was published.
pub(crate) struct KeptPlaybook;

impl Call for KeptPlaybook {
    type Answer = Option<PlaybookVersion>;
    const PATH: &'static str = "/kept-playbook";

    fn write(&self) -> Record {
        Record::new()
    }

    fn read(_: Record) -> Result<Self, Unreadable> {
        Ok(Self)
    }

    fn write_answer(answer: Option<PlaybookVersion>) -> Record {
        answer.map_or_else(Record::new, |kept| {
            Record::new()
                .with(kept.version)
                .with(kept.format)
                .with(kept.document)
        })
    }

    fn read_answer(mut record: Record) -> Result<Option<PlaybookVersion>, Unreadable> {
        if record.len() == 0 {
            return Ok(None);
        }
        Ok(Some(PlaybookVersion {
            version: record.integer(0)?,
            format: record.text(1)?,
            document: record.text(2)?,
        }))
    }
}

impl Shard {
    pub(super) fn reflush(self: &Rc<Self>, call: &Reflush) -> Result<Reflushed, SqlError> {
        let reflushed = reflush::reflush(&self.db, call.since)?;
        self.wake_for_what_is_due();
        Ok(reflushed)
    }

    pub(super) fn kept_playbook(&self) -> Result<Option<PlaybookVersion>, SqlError> {
        let statement = "SELECT version, format, document FROM playbook";
        let kept = self.db.first(statement, &[])?;
        kept.map(|row| {
            Ok(PlaybookVersion {
                version: row.integer(0).unwrap_or(0),
                format: row.required(1, statement)?,
                document: row.required(2, statement)?,
            })
        })
        .transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_playbook_reads_back() {
        let kept = || PlaybookVersion {
            version: 7,
            format: "toml".to_owned(),
            document: "default = { text = \"?\" }".to_owned(),
        };
        let read = KeptPlaybook::read_answer(KeptPlaybook::write_answer(Some(kept()))).unwrap();
        assert_eq!(read.map(|read| read.document), Some(kept().document));
        let none = KeptPlaybook::read_answer(KeptPlaybook::write_answer(None)).unwrap();
        assert!(none.is_none());
    }
}
