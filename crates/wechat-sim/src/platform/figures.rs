//! Counts since the start, for `GET /sim/stats`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::callback::{Outcome, Verdict};

/// Paths that are counted by name; what else is called is counted as one.
const MOST_PATHS: usize = 200;

/// Every callback is in the end one of `answered`, `malformed`, `refused` and `gave_up`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Figures {
    /// Callbacks begun.
    pub sent: u64,
    /// Answered with 200 and a valid body.
    pub answered: u64,
    /// Answered with 200 and a body that cannot be shown.
    pub malformed: u64,
    /// The last try was answered with another status.
    pub refused: u64,
    /// The last try was not answered.
    pub gave_up: u64,
    /// Tries after the first.
    pub retries: u64,
    /// Calls of the platform's and the business system's interfaces by path.
    pub api_calls: BTreeMap<String, u64>,
    /// Answers with an `errcode` other than 0, by path and code.
    pub api_errors: BTreeMap<String, BTreeMap<i32, u64>>,
}

impl Figures {
    /// Counts what a callback came to.
    pub fn count(&mut self, outcome: &Outcome) {
        *match outcome.verdict {
            Verdict::Reply | Verdict::Nothing => &mut self.answered,
            Verdict::Malformed => &mut self.malformed,
            Verdict::Refused => &mut self.refused,
            Verdict::GaveUp => &mut self.gave_up,
        } += 1;
        self.retries += u64::try_from(outcome.attempts.len())
            .unwrap_or(1)
            .saturating_sub(1);
    }

    /// Counts a call.
    pub fn call(&mut self, path: &str) {
        let known = self.api_calls.contains_key(path) || self.api_calls.len() < MOST_PATHS;
        let name = if known { path } else { "other" };
        *self.api_calls.entry(name.to_owned()).or_default() += 1;
    }

    /// Counts an error answered.
    pub fn api_error(&mut self, path: &str, errcode: i32) {
        let known = self.api_errors.contains_key(path) || self.api_errors.len() < MOST_PATHS;
        let name = if known { path } else { "other" };
        *self
            .api_errors
            .entry(name.to_owned())
            .or_default()
            .entry(errcode)
            .or_default() += 1;
    }
}
