//! Which playbook a shard answers from.

use super::{Call, text_calls};
use crate::record::{Record, Unreadable};

/// A new version of the playbook. Answered with the version that the shard has then.
pub(crate) struct Publish {
    pub(crate) version: i64,
    /// `toml` or `json`.
    pub(crate) format: String,
    pub(crate) document: String,
}

impl Call for Publish {
    type Answer = Option<i64>;
    const PATH: &'static str = "/publish";

    fn write(&self) -> Record {
        Record::new()
            .with(self.version)
            .with(&self.format)
            .with(&self.document)
    }

    fn read(mut record: Record) -> Result<Self, Unreadable> {
        Ok(Self {
            version: record.integer(0)?,
            format: record.text(1)?,
            document: record.text(2)?,
        })
    }

    fn write_answer(version: Option<i64>) -> Record {
        Record::new().with_option(version)
    }

    fn read_answer(record: Record) -> Result<Option<i64>, Unreadable> {
        Ok(record.number(0))
    }
}

/// Which version the shard answers from.
pub(crate) struct PlaybookVersion;

impl Call for PlaybookVersion {
    type Answer = Option<i64>;
    const PATH: &'static str = "/playbook";

    fn write(&self) -> Record {
        Record::new()
    }

    fn read(_: Record) -> Result<Self, Unreadable> {
        Ok(Self)
    }

    fn write_answer(version: Option<i64>) -> Record {
        Publish::write_answer(version)
    }

    fn read_answer(record: Record) -> Result<Option<i64>, Unreadable> {
        Publish::read_answer(record)
    }
}

text_calls! {
    /// The playbook that the shard answers from. Answered with version, format and document as a record, or none.
    KeptPlaybook "/kept-playbook" {}
}
