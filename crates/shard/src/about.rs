//! What a decision is told of a fan beside their state.

use crate::events::EventId;

/// What is known of a fan who wrote.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// As far as the decision may look at them: only a welcome wants to know.
    pub tags: &'a [String],
    /// Who the fan is to the business.
    pub identity: Known<'a>,
    /// The name that the event will have, and with it a conversation that it opens.
    pub event: EventId,
    /// Whether the desk bears one more fan this minute whom nothing answers (see [`crate::desk::rate`]).
    pub desk_bears: bool,
}

/// Who a fan is to the business, as far as a decision was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known<'a> {
    /// It was not looked up; few messages want to know (see [`crate::decide::Outcome::asks_identity`]).
    NotAsked,
    /// Nobody.
    Unbound,
    /// This customer.
    Bound(&'a str),
}
