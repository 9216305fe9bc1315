//! What each member of a crowd was answered, for a test that compares it with what the account kept.
//!
//! Kept only when the order says `keep_answers`, and only for small crowds ([`MOST`]): the other ones are counted, since a
//! million answers would not fit.

use serde::Serialize;

use crate::callback::{Outcome, Verdict};

/// Callbacks whose answers one crowd may keep: about a kilobyte each.
pub const MOST: u64 = 100_000;
/// Answers on one page.
const PAGE: usize = 1000;

/// One callback and what came of it, all tries included.
#[derive(Debug, Clone, Serialize)]
pub struct Told {
    /// Who said it.
    pub openid: String,
    /// The message's number, a text as in the API of the account.
    pub msg_id: String,
    /// What was said.
    pub text: String,
    /// What became of it. `reply` and `nothing` are acknowledged.
    pub verdict: Verdict,
    /// The reply's type, when there is one.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The reply's words.
    pub content: Option<String>,
    /// Tries that it took.
    pub tries: usize,
}

impl Told {
    /// Writes down what came of a callback.
    pub fn of(openid: &str, msg_id: u64, text: &str, outcome: &Outcome) -> Self {
        let reply = outcome
            .reply
            .as_ref()
            .filter(|_| outcome.verdict == Verdict::Reply);
        Self {
            openid: openid.to_owned(),
            msg_id: msg_id.to_string(),
            text: text.to_owned(),
            verdict: outcome.verdict,
            kind: reply.map(|reply| reply.kind.clone()),
            content: reply.and_then(|reply| reply.content.clone()),
            tries: outcome.tries,
        }
    }
}

/// A page of them, in the order in which they ended.
#[derive(Debug, Serialize)]
pub struct Page {
    /// At most a thousand.
    pub items: Vec<Told>,
    /// What to ask for next, `null` at the present end.
    pub next: Option<usize>,
}

/// The page that begins after so many answers.
pub fn page(told: &[Told], after: usize) -> Page {
    let items: Vec<Told> = told.iter().skip(after).take(PAGE).cloned().collect();
    let end = after.saturating_add(items.len());
    Page {
        items,
        next: (end < told.len()).then_some(end),
    }
}
