//! A shard tells D1 once more, which was set back. What goes is [`fandesk_shard::reflush`]'s business; the playbook, which belongs to D1, is
//! given back from the copy that the shard answers from.

use std::rc::Rc;

use fandesk_shard::UnixMillis;
use fandesk_shard::reflush;
use fandesk_shard::sql::{Database, SqlError};

use super::calls::Reflush;
use super::{Refused, Shard};
use crate::record::{Record, Unreadable};

impl Shard {
    pub(super) fn reflush(self: &Rc<Self>, call: &Reflush) -> Result<String, Refused> {
        let since = call.since.parse().map_err(|_| Unreadable::Field(0))?;
        let waiting = reflush::reflush(&self.db, UnixMillis(since))?;
        self.wake_for_what_is_due();
        Ok(format!("{} {}", waiting.events, waiting.rows))
    }

    pub(super) fn kept_playbook(&self) -> Result<Option<String>, SqlError> {
        let statement = "SELECT version, format, document FROM playbook";
        let Some(row) = self.db.first(statement, &[])? else {
            return Ok(None);
        };
        let kept = Record::new()
            .with(row.integer(0).unwrap_or(0))
            .with(row.required(1, statement)?)
            .with(row.required(2, statement)?);
        Ok(Some(kept.write()))
    }
}
