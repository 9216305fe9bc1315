//! What shards tell: rows of their lane, which count as told when this answers.

use std::rc::Rc;

use fandesk_desk::{Arrived, Command};

use super::Service;
use super::answers::Answer;
use crate::log;
use crate::record::Record;

impl Service {
    /// Takes rows, in order, each in a turn of its own; the platform lets the answer go when all are on disk. One that cannot be read
    /// is logged and left out: sent again it would be the same, and hold up all behind it.
    pub(super) fn took(self: &Rc<Self>, mut rows: Record) -> Answer {
        for place in 0..rows.len() {
            let row = rows.text(place)?;
            let value = serde_json::from_str(&row).unwrap_or_default();
            match Arrived::read(&value) {
                Ok(arrived) => self.turn(Command::Arrived(Box::new(arrived)))?,
                Err(reason) => {
                    let account = &self.account;
                    let message = "a row of a shard cannot be read, and was left out";
                    log::error(
                        "desk",
                        message,
                        &[("account", account), ("reason", &reason)],
                    );
                }
            }
        }
        Ok(String::new())
    }
}
