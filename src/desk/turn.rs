//! The one way in which anything changes: a turn of the model, written in one savepoint, and then told.

use std::rc::Rc;

use fandesk_desk::changes::Audit;
use fandesk_desk::{Command, Refused, rows};
use fandesk_shard::sql::SqlError;

use super::Service;
use crate::log;
use crate::random::now;

/// Why a turn was not made.
#[derive(Debug)]
pub(super) enum NoTurn {
    /// It is not allowed, or not possible.
    Refused(Refused),
    /// The database. The model is as the tables have it.
    Failed(SqlError),
}

impl Service {
    /// One turn. Nothing in it waits, so no two mix.
    ///
    /// What consoles are told leaves after the write: the platform holds it, as it holds answers, until the write is on disk.
    pub(super) fn turn(self: &Rc<Self>, command: Command) -> Result<(), NoTurn> {
        let turned = rows::turn(&self.db, &mut self.model.borrow_mut(), command, now());
        let turned = turned.map_err(NoTurn::Failed)?;
        self.tell_watchers(&turned.fed);
        self.start_telling();
        self.wake_for_what_is_due();
        turned.done.map_err(NoTurn::Refused)
    }

    /// For whoever has nobody to tell.
    pub(super) fn turn_or_log(self: &Rc<Self>, command: Command) {
        let account = &self.account;
        match self.turn(command) {
            Ok(()) => {}
            Err(NoTurn::Refused(reason)) => {
                let fields: [(&str, &dyn std::fmt::Display); 2] =
                    [("account", account), ("reason", &reason)];
                log::warn("desk", "a turn was refused", &fields);
            }
            Err(NoTurn::Failed(reason)) => {
                let fields: [(&str, &dyn std::fmt::Display); 2] =
                    [("account", account), ("reason", &reason)];
                log::error("desk", "a turn was not kept", &fields);
            }
        }
    }

    /// Writes down that somebody did something that changes nothing in the model.
    pub(super) fn note(
        &self,
        person: &str,
        action: &str,
        object: &str,
        detail: serde_json::Value,
    ) -> Result<(), SqlError> {
        let row = Audit {
            person: person.to_owned(),
            action: action.to_owned(),
            object: object.to_owned(),
            detail,
        };
        rows::audit::append(&self.db, &row, now())
    }
}
