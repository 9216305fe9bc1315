//! What a run prints, and whether it was good.

use std::fmt;
use std::time::Duration;

use super::Plan;
use super::books::Books;
use super::deliveries::Deliveries;

/// What a run found.
#[derive(Clone, Debug)]
pub struct Report {
    /// What was done.
    pub plan: Plan,
    /// Events.
    pub books: Books,
    /// Jobs.
    pub deliveries: Deliveries,
    /// From the last callback until nothing waited any more; nothing when that never came.
    pub settled: Option<Duration>,
}

impl Report {
    /// Everything that must not be. A run in which nothing happened shows nothing, and is a failure too.
    #[must_use]
    pub fn failures(&self) -> Vec<&'static str> {
        let (books, deliveries) = (&self.books, &self.deliveries);
        let extra_allowed = u64::try_from(deliveries.possibly_doubled).unwrap_or(u64::MAX);
        [
            (books.lost > 0, "acknowledged events are lost"),
            (books.doubled > 0, "events are doubled"),
            (books.altered > 0, "another reply is kept than was given"),
            (
                deliveries.unexplained > 0,
                "jobs have neither ended nor a reason",
            ),
            (
                deliveries.extra > extra_allowed,
                "more extra messages than were being sent at a kill",
            ),
            (
                deliveries.missing > 0,
                "jobs are done whose message nobody received",
            ),
            (self.settled.is_none(), "it did not settle"),
            (books.acknowledged == 0, "nothing was acknowledged"),
            (books.refused == 0, "no kill met a callback"),
            (deliveries.by_state.is_empty(), "there were no jobs"),
        ]
        .into_iter()
        .filter_map(|(is_so, what)| is_so.then_some(what))
        .collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (books, deliveries) = (&self.books, &self.deliveries);
        let states: Vec<String> = deliveries
            .by_state
            .iter()
            .map(|(state, count)| format!("{count} {state}"))
            .collect();
        let settled = self.settled.map_or_else(
            || "never".to_owned(),
            |time| format!("{:.1} s after the last callback", time.as_secs_f64()),
        );
        let lines = [
            ("seed", self.plan.seed.to_string()),
            ("kills", self.plan.kills.to_string()),
            ("sent", books.sent.to_string()),
            ("acknowledged", books.acknowledged.to_string()),
            ("kept", books.kept.to_string()),
            ("refused", books.refused.to_string()),
            ("lost", books.lost.to_string()),
            ("doubled", books.doubled.to_string()),
            ("other reply", books.altered.to_string()),
            (
                "possibly doubled",
                format!(
                    "{} messages were being sent at a kill",
                    deliveries.possibly_doubled
                ),
            ),
            ("extra messages", deliveries.extra.to_string()),
            ("missing messages", deliveries.missing.to_string()),
            ("jobs", states.join(", ")),
            ("settled", settled),
        ];
        for (name, value) in lines {
            writeln!(f, "{name:<17} {value}")?;
        }
        Ok(())
    }
}
