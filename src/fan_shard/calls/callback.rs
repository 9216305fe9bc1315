//! A message or event comes in.

use wechat::Reply;

use super::Call;
use crate::record::{Record, Unreadable};

/// A message or event of WeChat.
pub(crate) struct Receive {
    /// What tells it from all others.
    pub(crate) key: String,
    /// Everything that WeChat sent, as the JSON that is kept.
    pub(crate) fields: String,
}

/// What WeChat is to be answered.
pub(crate) struct Received {
    /// The passive reply; `None` is `success`.
    pub(crate) reply: Option<Reply>,
    /// `CreateTime` of the reply document, in seconds.
    pub(crate) created_at: i64,
}

impl Call for Receive {
    type Answer = Received;
    const PATH: &'static str = "/receive";

    fn write(&self) -> Record {
        Record::new().with(&self.key).with(&self.fields)
    }

    fn read(mut record: Record) -> Result<Self, Unreadable> {
        Ok(Self {
            key: record.text(0)?,
            fields: record.text(1)?,
        })
    }

    fn write_answer(answer: Received) -> Record {
        let reply = answer
            .reply
            .and_then(|reply| serde_json::to_string(&reply).ok());
        Record::new().with(answer.created_at).with_option(reply)
    }

    fn read_answer(mut record: Record) -> Result<Received, Unreadable> {
        let reply = match record.take(1) {
            Some(reply) => Some(Reply::from_json(&reply).ok_or(Unreadable::Field(1))?),
            None => None,
        };
        Ok(Received {
            reply,
            created_at: record.integer(0)?,
        })
    }
}
