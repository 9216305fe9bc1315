//! All that the model takes for given, in one table: change a value here and `make scale` tells what follows.
//!
//! What a row takes is not here: [`crate::sizes`] measures that anew in each run.

use fandesk_shard::{events, outbox};

/// One number, and where it is from.
pub(crate) struct Input {
    pub(crate) name: &'static str,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    pub(crate) source: &'static str,
}

macro_rules! inputs {
    ($($name:ident = $value:expr, $unit:literal, $source:literal;)*) => {
        /// The numbers by name.
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct Inputs { $(pub(crate) $name: f64,)* }

        /// The present ones.
        pub(crate) const PRESENT: Inputs = Inputs { $($name: $value,)* };

        /// The numbers as they stand, for people.
        pub(crate) const TABLE: &[Input] = &[
            $(Input { name: stringify!($name), value: $value, unit: $unit, source: $source },)*
        ];
    };
}

inputs! {
    // Measured; renewed by hand after `make bench`.
    callback_cpu_ms = 0.51, "ms", "CPU of a callback with its flush: `make bench`, 64 connections, 8 shards, two rounds of 1.5 s, 2 cores of an Intel Xeon";
    shard_message_ms = 0.50, "ms", "one shard's thread a message, at most: in the same run Worker and 8 shards shared a thread at 2,005/s";
    d1_event_ms = 0.1, "ms", "an event in a flush: `cargo run --release -p fandesk-scale -- measure` said 0.079 for SQLite on the same busy machine; rounded up";

    // Assumed.
    commit_ms = 10.0, "ms", "a durable write of a deployed object, as measured elsewhere (410 transactions/s in one object, 10 ms each)";
    d1_flush_ms = 5.0, "ms", "what a flush costs D1 beside its rows: two or three statements and a commit";
    flush_wall_ms = 100.0, "ms", "how long a shard stays awake for a flush";
    messages_a_fan_a_day = 0.1, "", "a service account; a quiet one has less";
    peak_hour_share = 0.15, "", "of a day's messages in its busiest hour";
    jobs_a_message = 0.05, "", "messages that ask a business system or have no passive answer";

    // Limits of fandesk and of the platforms.
    gather_ms = outbox::GATHER_FOR.as_millis() as f64, "ms", "`outbox::GATHER_FOR`";
    flush_bytes = outbox::FLUSH_BYTES as f64, "bytes", "`outbox::FLUSH_BYTES`";
    shard_keeps_days = events::KEPT_FOR.as_secs() as f64 / 86_400.0, "days", "`events::KEPT_FOR`";
    ledger_keeps_days = 14.0, "days", "then events go to R2";
    wechat_waits_ms = 5000.0, "ms", "WeChat's patience";
    service_messages_a_day = 500_000.0, "", "WeChat's limit on custom/send for an account";
    database_bytes = 10e9, "bytes", "a D1 database, and a Durable Object, on the paid plan";
    queue_messages_a_second = 5000.0, "/s", "Cloudflare Queues, one queue";

    // Prices in US dollars, paid plan: Cloudflare's pricing pages for Workers, Durable Objects, D1, Queues and R2, in copies from
    // April to October 2026. Check them before relying on a sum.
    plan = 5.0, "$", "Workers paid plan, a month";
    request_million = 0.30, "$", "million requests; 10 million included";
    cpu_million_ms = 0.02, "$", "million ms of CPU; 30 million included";
    object_request_million = 0.15, "$", "million requests to objects; 1 million included";
    object_million_gb_s = 12.50, "$", "million GB-s awake, 128 MB an object; 0.4 million included";
    row_written_million = 1.00, "$", "million rows written, in objects and in D1, index entries count; 50 million included in each";
    object_gb_month = 0.20, "$", "GB kept in objects for a month; 5 included";
    d1_gb_month = 0.75, "$", "GB kept in D1 for a month; 5 included";
    queue_million_operations = 0.40, "$", "million operations, three a message; 1 million included";
    r2_gb_month = 0.015, "$", "GB kept in R2 for a month; 10 included";
}
