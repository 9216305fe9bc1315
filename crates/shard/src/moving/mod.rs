//! Slots move from shard to shard, while messages come in, until the layout is the wanted one.
//!
//! Shard 0 keeps the layout and notes which move is under way; one [`Mover`] (the Clock) asks the shards for one step after the
//! other. A move takes some slots from an old shard to a new one, with everything that is known of their fans:
//!
//! 1. shard 0 notes the move ([`Step::Begin`]): whatever ends in between is begun again from there;
//! 2. the new shard expects the slots ([`Step::Expect`]): asked about them, it says "not yet", since it knows nothing of them;
//! 3. the old shard packs their rows into parcels and takes them out of its tables, in one write ([`Step::HandOver`]). From then on
//!    it leads everyone who asks about these slots on to the new one, for good;
//! 4. parcels are copied, page by page ([`Step::Page`], [`Step::Take`]): nobody works with what lies in a parcel;
//! 5. shard 0 notes the new place, and after which event the slots left the old one ([`Step::Note`]);
//! 6. the new shard unpacks all, in one write, and answers from then on ([`Step::Arrive`]);
//! 7. the old shard forgets its parcels ([`Step::LetGo`]).
//!
//! Between 3 and 6 nobody keeps the slots: callers wait some milliseconds. The order of 5 and 6 is such that whoever reads
//! the history of a fan knows of the new shard before it has an event of theirs.
//!
//! **Correct as long as** the tables of fans are at the end of the ledger before a step (see [`crate::ahead`]), and one mover works at a time. Every step may be repeated and may come too late: it carries the number of its
//! move, and a shard that knows of a newer one for the slot does nothing. So a crash anywhere costs a repeat.
//!
//! Events do not move. They are the old shard's ledger, under its numbers: it brings them to D1, and a fan's history is read
//! from the shards in order ([`Step::History`]). What recognises retries does move, for as long as it is remembered. An erase at
//! the new shard reaches the old ones through the Clock ([`erased`]).

mod call;
pub mod erased;
mod layout;
mod mover;
mod parcel;
mod plan;
mod roster;
mod slots;

pub use self::call::{Batch, Call, Step, Unreadable};
pub use self::mover::Mover;
pub use self::plan::{Plan, plan};
pub(crate) use self::slots::forget_person;
pub use self::slots::{Away, Slots};

use crate::UnixMillis;
use crate::sql::{Database, SqlError};

/// Does at a shard what [`Mover`] or a reader asks of it, and answers in text. The caller gives it a savepoint.
///
/// # Errors
/// When SQLite fails, or the step belongs to a move that is over. Nothing has changed then.
pub fn serve(db: &impl Database, call: &Call, now: UnixMillis) -> Result<String, SqlError> {
    let Call { step, batch, more } = call;
    match step {
        Step::Plan => layout::plan(db, batch.number, more),
        Step::Begin => layout::begin(db, batch),
        Step::Note => layout::note(db, batch, more),
        Step::History => layout::history(db, more),
        Step::Prepare => roster::prepare(db, batch),
        Step::HandOver => parcel::hand_over(db, batch, now),
        Step::Page => parcel::page(db, batch, more),
        Step::LetGo => parcel::let_go(db, batch),
        Step::Expect => parcel::expect(db, batch),
        Step::Take => parcel::take(db, batch, more),
        Step::Arrive => parcel::arrive(db, batch, now),
        Step::Erased => erased::waiting(db),
        Step::Forget => erased::forget(db, more),
        Step::Told => erased::told(db, more),
    }
}

/// Forgets what is remembered of messages for no longer, and who is in which slot: a move that is still under way finds it again.
///
/// # Errors
/// When SQLite fails.
pub fn sweep(db: &impl Database, now: UnixMillis) -> Result<(), SqlError> {
    roster::forget(db)?;
    slots::sweep_keys(db, now)
}

/// What a row says that must be there.
fn missing(what: &str) -> SqlError {
    SqlError {
        message: format!("{what}: the step belongs to a move that is over"),
        statement: "a step of a move".to_owned(),
    }
}
