//! What fans received later, held against the jobs there are.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deliveries {
    /// Jobs by their state.
    pub by_state: BTreeMap<String, usize>,
    /// Not ended, or ended badly without saying why.
    pub unexplained: usize,
    /// Messages that were being sent at a kill: whether they arrived was not known, and they are sent again.
    pub possibly_doubled: usize,
    /// Service messages beyond one for each job.
    pub extra: u64,
    /// Jobs that are `done` whose message no fan received.
    pub missing: u64,
}

impl Deliveries {
    /// Counts. `received` says how many service messages a fan got, `sending_at_kills` which jobs were under way.
    #[must_use]
    pub fn count(
        jobs: &[Value],
        received: impl Fn(&str) -> u64,
        sending_at_kills: &BTreeSet<String>,
    ) -> Self {
        let mut deliveries = Self {
            possibly_doubled: sending_at_kills.len(),
            ..Self::default()
        };
        // For each fan: messages there may be, and those that are said to have arrived.
        let mut fans: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for job in jobs {
            let state = job["state"].as_str().unwrap_or_default();
            *deliveries.by_state.entry(state.to_owned()).or_default() += 1;
            let explained = match state {
                "done" => true,
                "dead" | "unknown" => job["last_error"].is_string(),
                _ => false,
            };
            deliveries.unexplained += usize::from(!explained);
            let of_fan = fans
                .entry(job["openid"].as_str().unwrap_or_default())
                .or_default();
            if job["kind"] != "intent" {
                of_fan.0 += 1;
                of_fan.1 += u64::from(state == "done");
            }
        }
        for (openid, (messages, done)) in fans {
            let received = received(openid);
            deliveries.extra += received.saturating_sub(messages);
            deliveries.missing += done.saturating_sub(received);
        }
        deliveries
    }
}
