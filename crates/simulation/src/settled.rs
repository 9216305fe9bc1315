//! What must be so once nothing fails any more and time has passed: all is told, all has ended, nothing is left over.

use std::collections::BTreeMap;

use fandesk_shard::outbox::{self, Lane};
use fandesk_shard::sql::{Database, Row};
use fandesk_sqlite::Sqlite;
use wechat::Reply;

use crate::kept::events_of;
use crate::set_back::Copy;
use crate::world::World;

/// How long a healthy fandesk may take to settle everything: WeChat's quota of a day makes it wait for midnight, with each try at most once more.
const SETTLES_WITHIN_MS: i64 = 4 * 86_400_000;
/// How long a shard keeps events at most, with the hour between two sweeps.
const FORGETS_WITHIN_MS: i64 = 4 * 86_400_000;

impl World<'_> {
    /// Lets everything end, and judges what is there then.
    pub(crate) fn settle_down(&mut self, copy: Option<&Copy>) {
        self.clear_up();
        self.run_until_quiet();
        self.check_all();
        if let Some(copy) = copy.filter(|_| self.broken.is_none())
            && self.set_back_d1(copy)
        {
            let erased = self.tally.erased;
            self.run_until_quiet();
            self.check_all();
            if self.tally.erased < erased {
                self.violated("D1 was told again, but not of all who were erased".to_owned());
            }
        }
        if self.broken.is_none() {
            self.note(format_args!("four days pass"));
            self.quiet = true;
            let end = self.now + FORGETS_WITHIN_MS;
            while self.step(end) {}
            self.compare_kept();
            self.check_events_in_d1();
        }
    }

    fn check_all(&mut self) {
        self.compare_kept();
        if self.broken.is_none() {
            self.check_shards();
            self.check_events_in_d1();
            self.check_copies();
            self.check_forwards();
            self.check_what_the_desk_heard();
            self.check_what_the_desk_said();
            self.check_erasures();
            self.check_doubles();
        }
    }

    /// What the invariants looked at after every step is what the tables hold.
    fn compare_kept(&mut self) {
        for shard in &mut self.shards {
            shard.kept.compare(&shard.db);
        }
    }

    fn run_until_quiet(&mut self) {
        let end = self.now + SETTLES_WITHIN_MS;
        loop {
            // Looking is dearer than stepping.
            for _ in 0..20 {
                if !self.step(end) {
                    if let Some(what) = self.unsettled() {
                        self.violated(format!("after four days without a failure {what}"));
                    }
                    return;
                }
            }
            if self.unsettled().is_none() {
                return;
            }
        }
    }

    /// What is still to be done, if anything.
    fn unsettled(&self) -> Option<String> {
        if self
            .callbacks
            .iter()
            .any(|callback| callback.trying.is_some())
        {
            return Some("WeChat still waits for an answer".to_owned());
        }
        if self.says.is_any_waiting() {
            return Some("the Desk still has something to say".to_owned());
        }
        if let Some(what) = self.unmoved() {
            return Some(what.to_owned());
        }
        for (number, shard) in self.shards.iter().enumerate() {
            for lane in Lane::ALL {
                if !matches!(outbox::due(&shard.db, lane, self.wall()), Ok(None)) {
                    return Some(format!(
                        "lane {} of shard {number} is not empty",
                        lane.name()
                    ));
                }
            }
            let open = "SELECT id, state FROM jobs WHERE state IN ('waiting', 'sending')";
            if let Some(job) = texts(&shard.db, open).first() {
                return Some(format!("job {} is {}", job[0], job[1]));
            }
            let due = "SELECT openid FROM fans WHERE erase_at <= ?";
            if !matches!(shard.db.first(due, &[self.wall().into()]), Ok(None)) {
                return Some(format!(
                    "shard {number} has not erased who was to be erased"
                ));
            }
        }
        None
    }

    /// Every failed job says why, and what a fan was promised was made.
    fn check_shards(&mut self) {
        let jobs: Vec<String> = self
            .shards
            .iter()
            .flat_map(|shard| texts(&shard.db, "SELECT id FROM jobs"))
            .map(|mut row| row.remove(0))
            .collect();
        self.tally.jobs = jobs.len() as u64;
        for number in 0..self.shards.len() {
            let db = &self.shards[number].db;
            let silent = "SELECT id FROM jobs WHERE state IN ('dead', 'unknown') AND coalesce(last_error, '') = ''";
            let silent = texts(db, silent);
            if let Some(job) = silent.first() {
                self.violated(format!("job {} failed without a reason", job[0]));
            }
            let kept = events_of(&self.shards[number].db);
            for (callback, made) in self.callbacks.iter().enumerate() {
                let Some((seq, _)) = made.acknowledged.as_ref().filter(|_| made.shard == number)
                else {
                    continue;
                };
                let whole = kept
                    .iter()
                    .any(|event| event.seq == *seq && event.number.is_some());
                let to_a_person = self.told.heard(&format!("{number}.{seq}/wrote"));
                if made.name == "asks for a parcel" && whole && !to_a_person {
                    for needed in [format!("{number}.{seq}.1"), format!("{number}.{seq}.2")] {
                        if !jobs.contains(&needed) && self.now_keeps(*seq, number) {
                            let what = format!(
                                "callback {callback} asked for a parcel, and job {needed} was never made"
                            );
                            self.broken.get_or_insert(what);
                        }
                    }
                }
            }
        }
    }

    /// Whether jobs of that event are too young to have been forgotten.
    fn now_keeps(&self, seq: i64, number: usize) -> bool {
        let statement = "SELECT received_at FROM events WHERE seq = ?";
        self.shards[number]
            .db
            .first(statement, &[seq.into()])
            .ok()
            .flatten()
            .and_then(|row| row.integer(0))
            .is_some_and(|received_at| self.wall().0 - received_at < 6 * 86_400_000)
    }

    /// Each acknowledged event is in D1 once, with the answer that was given; and nothing else is there.
    fn check_events_in_d1(&mut self) {
        let statement = "SELECT e.shard || '.' || e.seq, e.kind, coalesce(e.msg_id, ''), \
                         coalesce(p.payload ->> 'Number', ''), coalesce(p.reply, '') FROM events e \
                         LEFT JOIN payloads p ON p.account = e.account AND p.shard = e.shard AND p.seq = e.seq";
        let mut there = BTreeMap::new();
        let mut numbers = vec![0; self.callbacks.len()];
        for row in texts(&self.events, statement) {
            if let Ok(number) = row[3].parse::<usize>() {
                numbers[number] += 1;
            }
            there.insert(row[0].clone(), row);
        }
        if let Some(number) = numbers.iter().position(|count| *count > 1) {
            self.violated(format!("callback {number} is in D1 twice"));
        }
        for number in 0..self.callbacks.len() {
            let callback = &self.callbacks[number];
            let Some((seq, answer)) = &callback.acknowledged else {
                continue;
            };
            let what = match there.get(&format!("{}.{seq}", callback.shard)) {
                None => format!("callback {number} was acknowledged and is not in D1"),
                Some(row)
                    if row[1] != callback.kind
                        || row[2] != callback.msg_id.clone().unwrap_or_default() =>
                {
                    format!("D1 has another event in the place of callback {number}")
                }
                Some(row) if row[3].is_empty() => continue,
                Some(row) if row[3] != number.to_string() => {
                    format!(
                        "D1 has callback {} in the place of callback {number}",
                        row[3]
                    )
                }
                Some(row) if Reply::from_json(&row[4]) != answer.reply => {
                    format!(
                        "D1 has another answer to callback {number} than was given: {}",
                        row[4]
                    )
                }
                Some(_) => continue,
            };
            self.violated(what);
        }
        for number in 0..self.shards.len() {
            let events = events_of(&self.shards[number].db);
            if let Some(event) = events
                .iter()
                .find(|event| !there.contains_key(&format!("{number}.{}", event.seq)))
            {
                let seq = event.seq;
                self.violated(format!("event {number}.{seq} is not in D1"));
            }
        }
    }

    /// D1's copies of jobs, fans and conversations are those of the shards.
    fn check_copies(&mut self) {
        for (what, ours, theirs) in [
            (
                "jobs",
                "SELECT id, state || ' ' || rev || ' ' || openid FROM jobs",
                "SELECT id, state || ' ' || rev || ' ' || coalesce(openid, '-') FROM jobs",
            ),
            (
                "fans",
                "SELECT fan_ref, rev || ' ' || coalesce(followed, '-') || ' ' || openid FROM fans",
                "SELECT fan_ref, rev || ' ' || coalesce(followed, '-') || ' ' || openid FROM fans",
            ),
            (
                "follows",
                "SELECT id, coalesce(started_at, '-') || ' ' || coalesce(ended_at, '-') FROM follows",
                "SELECT id, coalesce(started_at, '-') || ' ' || coalesce(ended_at, '-') FROM follows",
            ),
        ] {
            let mut copies: BTreeMap<_, _> = pairs(&self.people, theirs).collect();
            for number in 0..self.shards.len() {
                for (id, row) in pairs(&self.shards[number].db, ours) {
                    let copy = copies.remove(&id);
                    if copy.as_ref() != Some(&row) {
                        self.broken.get_or_insert(format!(
                            "{what} {id} is `{row}` in its shard and {copy:?} in D1"
                        ));
                    }
                }
            }
            // What only D1 has was erased, or ended long ago.
            let open = copies
                .iter()
                .find(|(_, row)| row.starts_with("waiting") || row.starts_with("sending"));
            if let Some((id, row)) = open {
                let what = format!("{what} {id} is `{row}` in D1, and no shard knows it");
                self.violated(what);
            } else if what == "fans" && !copies.is_empty() {
                self.violated("D1 has a fan whom no shard knows".to_owned());
            }
        }
        let waiting = "SELECT id, state FROM conversations WHERE state = 'waiting'";
        let copies: BTreeMap<_, _> = pairs(&self.people, waiting).collect();
        let ours: BTreeMap<_, _> = self
            .shards
            .iter()
            .flat_map(|shard| pairs(&shard.db, waiting))
            .collect();
        if copies != ours {
            let what = format!("{ours:?} wait for a person, and D1 has {copies:?}");
            self.violated(what);
        }
    }

    /// Of who was erased nothing personal is left.
    fn check_erasures(&mut self) {
        let erased = texts(&self.events, "SELECT fan_ref FROM erasures");
        self.tally.erased = erased.len() as u64;
        for fan_ref in erased.iter().map(|row| row[0].as_str()) {
            let mut left = Vec::new();
            for (what, db, statement) in [
                (
                    "payloads in D1",
                    &self.events,
                    "SELECT fan_ref FROM payloads WHERE fan_ref = ?",
                ),
                (
                    "a fan in D1",
                    &self.people,
                    "SELECT fan_ref FROM fans WHERE fan_ref = ?",
                ),
                (
                    "jobs in D1",
                    &self.people,
                    "SELECT id FROM jobs WHERE fan_ref = ? AND openid IS NOT NULL",
                ),
            ] {
                if !matches!(db.first(statement, &[fan_ref.into()]), Ok(None)) {
                    left.push(what);
                }
            }
            for shard in &self.shards {
                for (what, statement) in [
                    (
                        "payloads in a shard",
                        "SELECT seq FROM events WHERE fan_ref = ? AND payload IS NOT NULL",
                    ),
                    (
                        "a fan in a shard",
                        "SELECT fan_ref FROM fans WHERE fan_ref = ?",
                    ),
                    ("jobs in a shard", "SELECT id FROM jobs WHERE fan_ref = ?"),
                ] {
                    if !matches!(shard.db.first(statement, &[fan_ref.into()]), Ok(None)) {
                        left.push(what);
                    }
                }
            }
            if !left.is_empty() {
                self.broken
                    .get_or_insert(format!("{} of an erased fan are left", left.join(" and ")));
            }
        }
    }

    /// A message that the fan got twice is counted as possibly doubled.
    fn check_doubles(&mut self) {
        let doubled: Vec<String> = self
            .ledger
            .jobs()
            .iter()
            .filter(|(_, job)| job.messages > 1 && job.replays == 0)
            .map(|(id, _)| id.clone())
            .collect();
        for id in doubled {
            let statement = "SELECT id FROM jobs WHERE id = ? AND possibly_doubled = 0";
            let silent =
                |db: &Sqlite| !matches!(db.first(statement, &[id.as_str().into()]), Ok(None));
            if silent(&self.people) {
                self.violated(format!(
                    "the fan got job {id} twice, and it is not counted as doubled"
                ));
            }
        }
    }
}

pub(crate) fn texts(db: &Sqlite, statement: &str) -> Vec<Vec<String>> {
    let read = |row: &Row| {
        (0..row.0.len())
            .map(|column| row.string(column).unwrap_or_default())
            .collect()
    };
    let rows = db.query(statement, &[]).expect("tables can be read");
    rows.iter().map(read).collect()
}

fn pairs(db: &Sqlite, statement: &str) -> impl Iterator<Item = (String, String)> {
    texts(db, statement)
        .into_iter()
        .map(|mut row| (row.swap_remove(0), row.pop().unwrap_or_default()))
}
