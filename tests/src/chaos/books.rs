//! What WeChat was told, held against what is kept.

use std::collections::HashMap;

use serde_json::Value;

/// A callback as the platform saw it.
#[derive(Clone, Debug)]
pub struct Told {
    /// The message.
    pub msg_id: String,
    /// Who wrote it.
    pub openid: String,
    /// The reply, null for `success`; nothing when it was not acknowledged in any of its tries.
    pub answer: Option<Value>,
}

/// An event as fandesk keeps it.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The message.
    pub msg_id: String,
    /// Who wrote it.
    pub openid: String,
    /// The reply that was given, null for none.
    pub reply: Value,
}

/// The comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// Messages that fans sent.
    pub sent: usize,
    /// Of those: answered with 200.
    pub acknowledged: usize,
    /// Of those sent: not acknowledged. WeChat shows the fan that the service failed.
    pub refused: usize,
    /// Different messages in D1. More than were acknowledged, since a kill also comes between commit and answer.
    pub kept: usize,
    /// Acknowledged, and missing in D1 or in `/api/v1/events`, or there under another fan.
    pub lost: usize,
    /// Copies beyond the first, in D1 or in the API.
    pub doubled: usize,
    /// Kept with another reply than was given.
    pub altered: usize,
}

impl Books {
    /// Compares.
    #[must_use]
    pub fn compare(told: &[Told], ledger: &[Kept], api: &[Kept]) -> Self {
        let shelves = [by_message(ledger), by_message(api)];
        let mut books = Self {
            sent: told.len(),
            kept: shelves[0].len(),
            doubled: (ledger.len() - shelves[0].len()) + (api.len() - shelves[1].len()),
            ..Self::default()
        };
        for told in told {
            let Some(answer) = &told.answer else {
                books.refused += 1;
                continue;
            };
            books.acknowledged += 1;
            let copies = shelves.each_ref().map(|shelf| {
                shelf
                    .get(told.msg_id.as_str())
                    .filter(|kept| kept.openid == told.openid)
            });
            if copies.iter().any(Option::is_none) {
                books.lost += 1;
            }
            if copies.iter().flatten().any(|kept| kept.reply != *answer) {
                books.altered += 1;
            }
        }
        books
    }
}

fn by_message(kept: &[Kept]) -> HashMap<&str, &Kept> {
    kept.iter()
        .map(|kept| (kept.msg_id.as_str(), kept))
        .collect()
}
