//! What falls due with time, done whenever the shard wakes.

use fandesk_shard::jobs;
use fandesk_shard::sql::SqlError;
use fandesk_shard::{UnixMillis, erase, events, forwards, identities, moving, reflush};

use super::Shard;
use crate::log;
use crate::random::now;
use crate::storage::ObjectStorage;

/// Something that falls due with time, and its name for the log.
type Chore<'a> = (
    &'static str,
    &'a dyn Fn(&ObjectStorage) -> Result<(), SqlError>,
);

impl Shard {
    /// What falls due with time: leases that ran out, doorbells to ring, people to erase, rows to forget.
    pub(super) fn housekeeping(&self) {
        let now = now();
        let playbook = self.playbook_in_force();
        let playbook = playbook.as_deref().map(|p| &p.playbook);
        let chores: [Chore<'_>; 5] = [
            ("expire leases", &|db| {
                jobs::settle::expire(db, playbook, now)
            }),
            ("ring for jobs", &|db| jobs::rows::ring_due(db, now)),
            ("give copies up", &|db| {
                forwards::give_up(db, now).map(|copies| self.note_given_up(copies))
            }),
            ("erase people", &|db| erase::erase_due(db, now).map(drop)),
            ("forget what is old", &|db| self.sweep(db, now)),
        ];
        for (name, chore) in chores {
            // One that fails must not keep the others from their work; it comes again with the next alarm.
            if let Err(error) = self.db_savepoint(chore) {
                log::error(
                    "shard",
                    &format!("shard {} could not {name}", self.number),
                    &[("account", &self.account), ("reason", &error)],
                );
            }
        }
    }

    /// Forgets old rows, but not with every alarm: it looks at all of them.
    fn sweep(&self, db: &ObjectStorage, now: UnixMillis) -> Result<(), SqlError> {
        if self
            .swept_at
            .get()
            .is_some_and(|at| now < at.plus(events::SWEPT_EVERY))
        {
            return Ok(());
        }
        jobs::rows::sweep(db, now)?;
        events::sweep(db, now)?;
        forwards::sweep(db, now)?;
        identities::sweep(db, now)?;
        moving::sweep(db, now)?;
        reflush::sweep(db, now)?;
        self.swept_at.set(Some(now));
        Ok(())
    }
}
