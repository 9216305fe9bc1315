//! What other actors ask a shard, and what it answers, as [`Record`]s. [`super::ask`] carries them.
//!
//! A file for each thing that they are about. What slots are asked when they move is in [`super::moving`], how a shard is doing in
//! [`super::alerts`].

mod callback;
mod desk;
mod events;
mod fans;
mod flush;
mod jobs;
mod layout;
mod playbook;
mod thread;
mod visitors;

pub(crate) use self::callback::{Receive, Received};
pub(crate) use self::desk::DeskSays;
pub(crate) use self::events::{EventList, ListEvents, Listed};
pub(crate) use self::fans::{SetTags, ShowFan, WriteToFan};
pub(crate) use self::flush::{Flush, Reflush};
pub(crate) use self::jobs::{ClaimJob, ReplayJob, SettleJob, ShowJob};
pub(crate) use self::layout::ProposeLayout;
pub(crate) use self::playbook::{KeptPlaybook, PlaybookVersion, Publish};
pub(crate) use self::thread::{ListThread, Thread};
pub(crate) use self::visitors::{VisitorReads, VisitorReadsOn, VisitorSends};
use crate::record::{Record, Unreadable};

/// A question to a shard.
pub(crate) trait Call: Sized {
    /// What the shard answers.
    type Answer;
    /// Where it is asked.
    const PATH: &'static str;
    /// The call as a record.
    fn write(&self) -> Record;
    /// Reads [`Call::write`].
    fn read(record: Record) -> Result<Self, Unreadable>;
    /// The answer as a record.
    fn write_answer(answer: Self::Answer) -> Record;
    /// Reads [`Call::write_answer`].
    fn read_answer(record: Record) -> Result<Self::Answer, Unreadable>;
}

/// Calls that carry a few texts and are answered with one, or none.
macro_rules! text_calls {
    ($($(#[$doc:meta])* $name:ident $path:literal { $($field:ident),* })*) => {
        $(
            $(#[$doc])*
            pub(crate) struct $name { $(pub(crate) $field: String),* }

            impl Call for $name {
                type Answer = Option<String>;
                const PATH: &'static str = $path;

                fn write(&self) -> Record {
                    Record::new()$(.with(&self.$field))*
                }

                #[allow(unused_assignments, unused_mut, unused_variables, reason = "a call may have no field")]
                fn read(mut record: Record) -> Result<Self, Unreadable> {
                    let mut fields = 0..;
                    Ok(Self { $($field: record.text(fields.next().unwrap_or(0))?),* })
                }

                fn write_answer(answer: Option<String>) -> Record {
                    Record::new().with_option(answer)
                }

                fn read_answer(mut record: Record) -> Result<Option<String>, Unreadable> {
                    Ok(record.take(0))
                }
            }
        )*
    };
}

use text_calls;
