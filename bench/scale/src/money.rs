//! What a month costs, line by line as Cloudflare bills it.

use crate::inputs::Inputs;
use crate::ledger::flushes_a_second;
use crate::load::Steady;
use crate::sizes::Sizes;

const MONTH_DAYS: f64 = 30.0;
const GB: f64 = 1e9;
/// Memory that a Durable Object is billed for, GB.
const OBJECT_GB: f64 = 0.128;

/// Dollars a month, with what they are for. Load is taken as spread evenly over the day, which wakes shards most often.
pub(crate) fn month(
    load: &Steady,
    shards: f64,
    inputs: &Inputs,
    sizes: &Sizes,
) -> Vec<(&'static str, f64)> {
    let messages = load.messages_within(MONTH_DAYS);
    let seconds = load.days.min(MONTH_DAYS) * 86_400.0;
    let rate = load.messages_a_day / 86_400.0 / shards;
    let flushes = flushes_a_second(rate, inputs);
    let awake = (rate * (inputs.commit_ms + inputs.shard_message_ms)
        + flushes * inputs.flush_wall_ms)
        / 1000.0;
    let gb_seconds = shards * awake.min(1.0) * seconds * OBJECT_GB;
    let jobs = messages * inputs.jobs_a_message;
    let in_shards = load.messages_within(inputs.shard_keeps_days) * sizes.shard_event_bytes
        + load.fans * sizes.fan_bytes;
    let in_d1 = load.messages_within(inputs.ledger_keeps_days) * sizes.ledger_event_bytes
        + load.fans * sizes.person_bytes;
    // A year of events, as the JSON that they travel in.
    let in_r2 = load.messages_within(365.0) * sizes.flush_event_bytes;
    vec![
        ("plan", inputs.plan),
        (
            "requests",
            beyond(messages / 1e6, 10.0, inputs.request_million),
        ),
        (
            "CPU",
            beyond(
                messages * inputs.callback_cpu_ms / 1e6,
                30.0,
                inputs.cpu_million_ms,
            ),
        ),
        (
            "objects: requests",
            beyond(
                (messages + shards * flushes * seconds + 2.0 * jobs) / 1e6,
                1.0,
                inputs.object_request_million,
            ),
        ),
        (
            "objects: awake",
            beyond(gb_seconds / 1e6, 0.4, inputs.object_million_gb_s),
        ),
        // The event, its fan's row, and the alarm.
        (
            "objects: rows",
            beyond(
                messages * (sizes.shard_rows + 2.0) / 1e6,
                50.0,
                inputs.row_written_million,
            ),
        ),
        (
            "objects: kept",
            beyond(in_shards / GB, 5.0, inputs.object_gb_month),
        ),
        // The event, and the person's row when this was their first message of the day.
        (
            "D1: rows",
            beyond(
                messages * (sizes.ledger_rows + 1.0) / 1e6,
                50.0,
                inputs.row_written_million,
            ),
        ),
        ("D1: kept", beyond(in_d1 / GB, 5.0, inputs.d1_gb_month)),
        (
            "queue",
            beyond(jobs * 3.0 / 1e6, 1.0, inputs.queue_million_operations),
        ),
        ("R2, a year", beyond(in_r2 / GB, 10.0, inputs.r2_gb_month)),
    ]
}

/// What is beyond the included amount, at its price.
fn beyond(amount: f64, included: f64, price: f64) -> f64 {
    (amount - included).max(0.0) * price
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::PRESENT;

    const SIZES: Sizes = Sizes {
        shard_event_bytes: 1000.0,
        ledger_event_bytes: 1000.0,
        person_bytes: 200.0,
        fan_bytes: 200.0,
        flush_event_bytes: 1000.0,
        shard_rows: 8.0,
        ledger_rows: 9.0,
        store_ms: 0.0,
    };

    fn line(load: &Steady, name: &str) -> f64 {
        let lines = month(load, 64.0, &PRESENT, &SIZES);
        lines.iter().find(|(known, _)| *known == name).unwrap().1
    }

    #[test]
    fn a_small_account_pays_the_plan_alone() {
        let small = Steady {
            name: "small",
            fans: 1000.0,
            messages_a_day: 1000.0,
            days: f64::INFINITY,
            peak_a_second: 1.0,
        };
        let sum: f64 = month(&small, 64.0, &PRESENT, &SIZES)
            .iter()
            .map(|(_, dollars)| dollars)
            .sum();
        assert_eq!(sum, PRESENT.plan);
    }

    #[test]
    fn what_is_beyond_the_included_is_paid_by_the_million() {
        // 30 million messages a month.
        let large = Steady {
            name: "large",
            fans: 1e6,
            messages_a_day: 1e6,
            days: f64::INFINITY,
            peak_a_second: 50.0,
        };
        assert!((line(&large, "requests") - 20.0 * 0.30).abs() < 1e-9);
        assert!((line(&large, "D1: rows") - 250.0).abs() < 1e-9);
        assert!((line(&large, "D1: kept") - (14.0 + 0.2 - 5.0) * 0.75).abs() < 1e-9);
    }

    #[test]
    fn what_lasts_three_days_is_paid_for_three_days() {
        let short = Steady {
            name: "short",
            fans: 1e6,
            messages_a_day: 10e6,
            days: 3.0,
            peak_a_second: 50.0,
        };
        assert!((line(&short, "requests") - 20.0 * 0.30).abs() < 1e-9);
        assert!((line(&short, "R2, a year") - 20.0 * PRESENT.r2_gb_month).abs() < 1e-9);
    }

    #[test]
    fn shards_are_never_awake_for_longer_than_there_is_time() {
        let endless = Steady {
            name: "endless",
            fans: 1e9,
            messages_a_day: 1e10,
            days: f64::INFINITY,
            peak_a_second: 1e6,
        };
        let all_month =
            (64.0 * MONTH_DAYS * 86_400.0 * OBJECT_GB / 1e6 - 0.4) * PRESENT.object_million_gb_s;
        assert!((line(&endless, "objects: awake") - all_month).abs() < 1e-6);
    }
}
