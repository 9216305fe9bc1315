//! The loads that are looked at, and how much of each thing they take.

use crate::burst;
use crate::inputs::Inputs;
use crate::ledger;
use crate::sizes::Sizes;
use crate::spread;

/// How sure it has to be that no shard is fuller than said.
const CERTAINTY: f64 = 0.99;

/// Many write at once, each once.
pub(crate) struct Burst {
    pub(crate) a_second: u32,
    pub(crate) seconds: u32,
}

pub(crate) const BURSTS: [Burst; 2] = [
    Burst {
        a_second: 3_333,
        seconds: 60,
    },
    Burst {
        a_second: 20_000,
        seconds: 10,
    },
];

impl Burst {
    pub(crate) fn messages(&self) -> u32 {
        self.a_second * self.seconds
    }

    /// Messages that the fullest of `shards` gets.
    pub(crate) fn at_fullest(&self, shards: u32) -> u32 {
        spread::fullest(self.messages(), shards, CERTAINTY)
    }
}

/// Day after day.
#[derive(Clone, Copy)]
pub(crate) struct Steady {
    pub(crate) name: &'static str,
    pub(crate) fans: f64,
    pub(crate) messages_a_day: f64,
    /// For how long; endless for an account that just goes on.
    pub(crate) days: f64,
    /// In the busiest hour.
    pub(crate) peak_a_second: f64,
}

/// The loads that last.
pub(crate) fn steady(inputs: &Inputs) -> [Steady; 3] {
    let load = |name, fans, messages_a_day, days| Steady {
        name,
        fans,
        messages_a_day,
        days,
        peak_a_second: messages_a_day * inputs.peak_hour_share / 3600.0,
    };
    [
        load(
            "800,000 fans",
            8e5,
            8e5 * inputs.messages_a_fan_a_day,
            f64::INFINITY,
        ),
        load("4,000,000 messages in three days", 8e5, 4e6 / 3.0, 3.0),
        load(
            "100,000,000 fans",
            1e8,
            1e8 * inputs.messages_a_fan_a_day,
            f64::INFINITY,
        ),
    ]
}

/// How much of one thing a load takes: 1 is all there is.
pub(crate) struct Use {
    pub(crate) of: &'static str,
    pub(crate) share: f64,
    pub(crate) turn: &'static str,
}

impl Steady {
    /// Messages of the last so many days, at most.
    pub(crate) fn messages_within(&self, days: f64) -> f64 {
        self.messages_a_day * self.days.min(days)
    }

    /// What is used, the scarcest first.
    pub(crate) fn uses(
        &self,
        shards: u32,
        databases: f64,
        inputs: &Inputs,
        sizes: &Sizes,
    ) -> Vec<Use> {
        let boxes = f64::from(shards);
        let hour = self.peak_a_second * 3600.0;
        let fullest = f64::from(spread::fullest(hour as u32, shards, CERTAINTY)) / 3600.0;
        let jobs_a_day = self.messages_a_day * inputs.jobs_a_message;
        let in_ledger = self.messages_within(inputs.ledger_keeps_days) * sizes.ledger_event_bytes;
        let in_shards = self.messages_within(inputs.shard_keeps_days) * sizes.shard_event_bytes
            + self.fans * sizes.fan_bytes;
        let mut uses = vec![
            Use {
                of: "the fullest shard's thread, busiest hour",
                share: burst::utilisation(fullest, inputs),
                turn: "more shards",
            },
            Use {
                of: "writes to the ledger, busiest hour",
                share: ledger::busy(self.peak_a_second, boxes, databases, inputs, sizes),
                turn: "several ledger databases",
            },
            Use {
                of: "a ledger database's 10 GB",
                share: in_ledger / databases / inputs.database_bytes,
                turn: "several ledger databases, or events to R2 sooner",
            },
            Use {
                of: "the people database's 10 GB",
                share: self.fans * sizes.person_bytes / inputs.database_bytes,
                turn: "several people databases",
            },
            Use {
                of: "a shard's 10 GB",
                share: in_shards / boxes / inputs.database_bytes,
                turn: "more shards",
            },
            Use {
                of: "the queue's 5,000/s, busiest hour",
                share: self.peak_a_second * inputs.jobs_a_message / inputs.queue_messages_a_second,
                turn: "several queues",
            },
            Use {
                of: "WeChat's 500,000 service messages a day",
                share: jobs_a_day / inputs.service_messages_a_day,
                turn: "more passive answers, or a higher limit from WeChat",
            },
        ];
        uses.sort_by(|one, other| other.share.total_cmp(&one.share));
        uses
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_bursts_are_of_the_two_hundred_thousand_who_wrote() {
        for burst in BURSTS {
            assert!((199_000..=200_000).contains(&burst.messages()));
        }
    }

    #[test]
    fn a_busy_hour_is_busier_than_the_day() {
        for load in steady(&crate::inputs::PRESENT) {
            assert!(
                load.peak_a_second > load.messages_a_day / 86_400.0,
                "{}",
                load.name
            );
        }
    }
}
