//! The playbook that a shard answers from, kept in its own SQLite, so that a cold shard needs nobody.

use std::cell::RefCell;
use std::rc::Rc;

use fandesk_playbook::Playbook;
use fandesk_shard::sql::{Database, SqlError};

use super::Shard;
use super::calls::Publish;
use crate::{log, publishing};

/// A version in force.
pub(crate) struct InForce {
    version: i64,
    document: String,
    pub(crate) playbook: Playbook,
}

impl Shard {
    pub(super) fn playbook_in_force(&self) -> Option<Rc<InForce>> {
        self.playbook.borrow().clone()
    }

    pub(super) fn playbook_version(&self) -> Option<i64> {
        self.playbook
            .borrow()
            .as_ref()
            .map(|in_force| in_force.version)
    }

    /// Takes a version, unless the shard has it or a newer one. Returns the version that it answers from afterwards.
    pub(super) fn publish(&self, call: &Publish) -> Result<i64, SqlError> {
        if let Some(version) = self
            .playbook_version()
            .filter(|version| *version >= call.version)
        {
            return Ok(version);
        }
        let in_force =
            compile(call.version, &call.format, &call.document).map_err(|reason| SqlError {
                message: reason,
                statement: "a published playbook".to_owned(),
            })?;
        self.db.run(
            "INSERT OR REPLACE INTO playbook (id, version, format, document) VALUES (1, ?, ?, ?)",
            &[
                call.version.into(),
                call.format.as_str().into(),
                call.document.as_str().into(),
            ],
        )?;
        self.playbook.replace(Some(in_force));
        Ok(call.version)
    }

    /// Takes up the version that the last instance had.
    pub(super) fn load_playbook(&self) {
        let statement = "SELECT version, format, document FROM playbook";
        let loaded = self
            .db
            .first(statement, &[])
            .map_err(|error| error.to_string())
            .and_then(|row| {
                row.map(|row| {
                    let text = |column| {
                        row.required(column, statement)
                            .map_err(|error| error.to_string())
                    };
                    compile(row.integer(0).unwrap_or(0), &text(1)?, &text(2)?)
                })
                .transpose()
            });
        match loaded {
            Ok(in_force) => drop(self.playbook.replace(in_force)),
            Err(reason) => log::error(
                "shard",
                &format!(
                    "shard {} cannot read its playbook and answers nothing",
                    self.number
                ),
                &[("account", &self.account), ("reason", &reason)],
            ),
        }
    }
}

/// Compiles a document, once for all shards of this isolate, whichever account they are of.
fn compile(version: i64, format: &str, document: &str) -> Result<Rc<InForce>, String> {
    thread_local! {
        static COMPILED: RefCell<Vec<Rc<InForce>>> = const { RefCell::new(Vec::new()) };
    }
    let is_it = |one: &&Rc<InForce>| one.version == version && one.document == document;
    if let Some(found) = COMPILED.with_borrow(|all| all.iter().find(is_it).cloned()) {
        return Ok(found);
    }
    let parsed = publishing::parse(format, document).map_err(|mistake| mistake.to_string())?;
    let in_force = Rc::new(InForce {
        version,
        document: document.to_owned(),
        playbook: parsed.playbook,
    });
    COMPILED.with_borrow_mut(|all| {
        // What no shard answers from any more.
        all.retain(|one| Rc::strong_count(one) > 1);
        all.push(Rc::clone(&in_force));
    });
    Ok(in_force)
}
