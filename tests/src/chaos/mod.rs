//! Kills while a crowd writes, and what has to be true afterwards.
//!
//! The simulator is a process of its own, so it goes on sending while workerd is dead, and remembers what it was answered. The
//! launcher and workerd are killed with SIGKILL at moments that the seed chooses, and started again over the same state. In the
//! end everything may settle; then what WeChat was told is compared with what is kept ([`books`]) and what fans received
//! with the jobs there are ([`deliveries`]).
//!
//! A kill takes the process, not the disk: what was written but not synced survives it. That the sync comes before the answer
//! is shown by [`sync`].

pub mod books;
pub mod deliveries;
mod report;
mod senders;
pub mod sync;

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::wait::within;
use crate::{Deployment, Mode, Setup};
use books::{Books, Kept, Told};
use deliveries::Deliveries;
pub use report::Report;
use senders::Senders;

/// How long settling may take. A job that was being sent at the last kill waits for the end of its lease, 60 s, and then
/// for its next try.
const SETTLING: Duration = Duration::from_secs(240);

/// Looking asks every shard, which has better things to do.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The shortest and the longest time between `ready` and a kill: within a flush, between flushes, during the rush after a restart.
const UP_MS: (u64, u64) = (50, 2500);

/// What to do.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Chooses the moments.
    pub seed: u64,
    /// How many.
    pub kills: u32,
}

/// Carries a plan out.
///
/// # Panics
/// When the deployment does not start again after a kill.
pub fn run(plan: Plan) -> Report {
    println!("chaos: seed {}, {} kills", plan.seed, plan.kills);
    let mut desk = Setup::new(Mode::Safe).with_lasting_simulator().start();
    let mut senders = Senders::of(desk.simulator());
    let mut moments = Moments(plan.seed);
    let mut sending_at_kills = BTreeSet::new();
    for kill in 1..=plan.kills {
        senders.keep_coming();
        let up = moments.between(UP_MS);
        thread::sleep(up);
        desk.kill();
        let caught = messages_being_sent(&desk);
        println!(
            "kill {kill} after {} ms: {} messages were being sent",
            up.as_millis(),
            caught.len()
        );
        sending_at_kills.extend(caught);
        desk.start();
    }
    let told: Vec<Told> = senders.finish();
    let last_sent = Instant::now();
    let settled = within(SETTLING, || {
        thread::sleep(LOOK_EVERY);
        is_settled(&desk).then(|| last_sent.elapsed())
    });

    let jobs = desk.api().all("/jobs?limit=1000");
    let simulator = desk.simulator();
    let received = |openid: &str| simulator.service_messages(openid);
    Report {
        plan,
        books: Books::compare(&told, &in_ledger(&desk), &in_api(&desk)),
        deliveries: Deliveries::count(&jobs, received, &sending_at_kills),
        settled,
    }
}

/// Nothing waits any more: no job is open, and D1 has every event that the shards have.
fn is_settled(desk: &Deployment) -> bool {
    let is_empty = |state: &str| {
        let page = desk.api().get(&format!("/jobs?state={state}&limit=1"));
        page.expect(200).json()["items"] == Value::Array(Vec::new())
    };
    is_empty("waiting") && is_empty("sending") && in_ledger(desk).len() == in_api(desk).len()
}

fn messages_being_sent(desk: &Deployment) -> Vec<String> {
    let copy = desk.databases_as_killed();
    let query = "SELECT id FROM jobs WHERE state = 'sending' AND kind <> 'intent'";
    let of_shard = |shard: &rusqlite::Connection| -> Vec<String> {
        let mut statement = shard.prepare(query).unwrap();
        let ids = statement.query_map([], |row| row.get(0)).unwrap();
        ids.map(Result::unwrap).collect()
    };
    copy.shards().flat_map(of_shard).collect()
}

fn in_ledger(desk: &Deployment) -> Vec<Kept> {
    let databases = desk.databases();
    let query = "SELECT msg_id, openid, reply FROM events JOIN payloads USING (account, shard, seq) \
                 WHERE msg_id IS NOT NULL";
    let mut statement = databases.ledger().prepare(query).unwrap();
    let rows = statement.query_map([], |row| {
        let reply: Option<String> = row.get(2)?;
        Ok(Kept {
            msg_id: row.get(0)?,
            openid: row.get(1)?,
            reply: reply.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap()),
        })
    });
    rows.unwrap().map(Result::unwrap).collect()
}

fn in_api(desk: &Deployment) -> Vec<Kept> {
    let text = |event: &Value, name: &str| event[name].as_str().map(str::to_owned);
    let kept = |event: &Value| {
        Some(Kept {
            msg_id: text(event, "msg_id")?,
            openid: text(event, "openid")?,
            reply: event["reply"].clone(),
        })
    };
    desk.api().events().iter().filter_map(kept).collect()
}

/// Numbers from a seed (SplitMix64): the same ones everywhere and for ever, so that a printed seed means something.
struct Moments(u64);

impl Moments {
    fn between(&mut self, (least, most): (u64, u64)) -> Duration {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Duration::from_millis(least + (mixed ^ (mixed >> 31)) % (most - least))
    }
}
