//! The invariants, kept apart from the code that they judge, and looked at after every step.

use std::collections::BTreeMap;

use fandesk_shard::events::Answer;
use fandesk_shard::jobs::rows::{self, Job};
use fandesk_shard::sql::Database;

use crate::flush::ACCOUNT;
use crate::kept::Seen;
use crate::shard::Shard;
use crate::wechat::{Deed, Deeds};
use crate::world::World;

/// What was promised and done, whatever the tables say.
#[derive(Default)]
pub(crate) struct Ledger {
    jobs: BTreeMap<String, Promised>,
    /// The order in which jobs were made, whichever shard has them now.
    ranks: BTreeMap<String, Rank>,
    newest_rank: i64,
}

struct Rank {
    rank: i64,
    shard: usize,
    kept: bool,
}

/// One job.
#[derive(Clone, Default)]
pub(crate) struct Promised {
    pub(crate) fan: usize,
    pub(crate) at_most_once: bool,
    place: i64,
    /// Messages that the fan got of it.
    pub(crate) messages: u32,
    /// How often a person wanted it tried once more.
    pub(crate) replays: u32,
    /// The shard told a consumer that it knows the message to have been delivered.
    pub(crate) known_delivered: bool,
}

impl Ledger {
    pub(crate) fn job(&mut self, id: &str) -> &mut Promised {
        self.jobs.entry(id.to_owned()).or_default()
    }

    fn rank(&self, id: &str) -> i64 {
        self.ranks.get(id).map_or(0, |rank| rank.rank)
    }

    /// Takes down the jobs of a shard that are new.
    fn note_jobs(&mut self, shard: usize, db: &impl Database) {
        let rows = db.query("SELECT id FROM jobs ORDER BY place", &[]);
        for row in rows.expect("jobs can be read") {
            let id = row.string(0).unwrap_or_default();
            if !self.ranks.contains_key(&id) {
                self.newest_rank += 1;
                let rank = self.newest_rank;
                let kept = false;
                self.ranks.insert(id, Rank { rank, shard, kept });
            }
        }
    }

    pub(crate) fn keep(&mut self, shard: usize) {
        let ranks = self.ranks.values_mut();
        ranks
            .filter(|rank| rank.shard == shard)
            .for_each(|rank| rank.kept = true);
    }

    pub(crate) fn forget(&mut self, shard: usize) {
        self.ranks
            .retain(|_, rank| rank.kept || rank.shard != shard);
    }

    pub(crate) fn jobs(&self) -> &BTreeMap<String, Promised> {
        &self.jobs
    }
}

/// When shards learned of a deed, and what they allowed themselves since, by the rules of [`Deeds`]. What a crash takes from
/// a shard it takes from here; what moves with a fan stays.
#[derive(Default)]
pub(crate) struct Permits {
    log: Vec<Entry>,
}

struct Entry {
    shard: usize,
    kept: bool,
    permit: Permit,
}

enum Permit {
    Did(usize, Deed, i64),
    Went(usize, String),
    GivenBack(String),
}

impl Permits {
    pub(crate) fn did(&mut self, shard: usize, fan: usize, deed: Deed, at: i64) {
        self.note(shard, Permit::Did(fan, deed, at));
    }

    fn note(&mut self, shard: usize, permit: Permit) {
        self.log.push(Entry {
            shard,
            kept: false,
            permit,
        });
    }

    pub(crate) fn keep(&mut self, shard: usize) {
        let log = self.log.iter_mut();
        log.filter(|entry| entry.shard == shard)
            .for_each(|entry| entry.kept = true);
    }

    pub(crate) fn forget(&mut self, shard: usize) {
        self.log.retain(|entry| entry.kept || entry.shard != shard);
    }

    /// What the fan allows now. A message that was given back was never sent.
    fn of(&self, fan: usize) -> Deeds {
        let mut deeds = Deeds::default();
        for (place, entry) in self.log.iter().enumerate() {
            match &entry.permit {
                Permit::Did(who, deed, at) if *who == fan => deeds.did(*deed, *at),
                Permit::Went(who, job) if *who == fan && !self.given_back_after(place, job) => {
                    deeds.sent();
                }
                _ => {}
            }
        }
        deeds
    }

    /// Whether this try of the job was given back before its next one.
    fn given_back_after(&self, place: usize, job: &str) -> bool {
        self.log[place + 1..]
            .iter()
            .find_map(|entry| match &entry.permit {
                Permit::Went(_, other) if other == job => Some(false),
                Permit::GivenBack(other) if other == job => Some(true),
                _ => None,
            })
            .unwrap_or(false)
    }
}

impl World<'_> {
    pub(crate) fn fan_of(&mut self, job: &str) -> usize {
        self.ledger.job(job).fan
    }

    /// A claim lets a message go: the shard must know of a window with a message left.
    pub(crate) fn permitted(&mut self, number: usize, job: &Job, wall: i64) {
        let fan = self
            .fans
            .iter()
            .position(|fan| fan.openid == job.openid)
            .expect("jobs are for fans");
        let rank = self.ledger.rank(&job.id);
        let promised = self.ledger.job(&job.id);
        promised.fan = fan;
        promised.at_most_once = job.body.kind() == "message";
        promised.place = rank;
        let allowed = self.permits.of(fan).allow(wall);
        self.permits.note(number, Permit::Went(fan, job.id.clone()));
        if let Err(closed) = allowed {
            self.violated(format!(
                "job {} may send to fan {fan} although the reply window is closed ({closed:?})",
                job.id
            ));
        }
    }

    pub(crate) fn given_back(&mut self, number: usize, job: &str) {
        self.permits.note(number, Permit::GivenBack(job.to_owned()));
    }

    /// What is known to be done is not done again.
    pub(crate) fn check_claim(&mut self, job: &Job) {
        let promised = self.ledger.job(&job.id);
        if promised.known_delivered && promised.replays == 0 {
            self.violated(format!("job {} was delivered and is done again", job.id));
        }
    }

    /// WeChat sends a message to a fan.
    pub(crate) fn message_sent(&mut self, delivery: usize, fan: usize) {
        self.tally.messages += 1;
        let delivery = &self.deliveries[delivery];
        let (id, lease) = (delivery.job.clone(), delivery.lease.clone());
        self.note(format_args!("fan {fan} gets the message of job {id}"));
        let promised = self.ledger.job(&id);
        promised.messages += 1;
        let Promised {
            at_most_once,
            place,
            messages,
            replays,
            ..
        } = *promised;
        if messages > 1 {
            self.tally.doubled += 1;
        }
        if at_most_once && messages > 1 + replays {
            self.violated(format!(
                "job {id} is at most once, and the fan got {messages} copies"
            ));
        }
        let newest = self.fans[fan].newest_message;
        // A call that was under way when its lease ran out may come late; the fan's next message did not wait for it.
        let mut shards = self.shards.iter();
        let held = shards
            .find_map(|shard| rows::load(&shard.db, &id).ok().flatten())
            .is_some_and(|job| job.lease == Some(lease));
        if place < newest && held && messages == 1 && replays == 0 {
            self.violated(format!(
                "fan {fan} gets the message of job {id} after one that was made later"
            ));
        }
        self.fans[fan].newest_message = newest.max(place);
    }

    /// An answer left a shard: from now on the event must be there, once, and every retry gets this answer.
    pub(crate) fn acknowledged(&mut self, number: usize, answer: &Answer) {
        let shard = self.callbacks[number].shard;
        self.look_at(shard);
        let kept = &self.shards[shard].kept;
        let callback = &self.callbacks[number];
        let event = kept.events().find(|event| event.number == Some(number));
        match (event.map(|event| event.seq), &callback.acknowledged) {
            (Some(seq), None) => self.note_acknowledged(number, seq, answer),
            (Some(_), Some((_, first))) if first == answer => {}
            (Some(_), Some((_, first))) => {
                let what = format!(
                    "a retry of callback {number} got {answer:?}, the first answer was {first:?}"
                );
                self.violated(what);
            }
            // A retry after an erase: the event is there without its fields, and its answer is silence.
            (None, Some((seq, _))) if kept.at(*seq).is_some_and(|event| event.number.is_none()) => {
            }
            (None, Some(_)) => self.violated(format!(
                "callback {number} was answered again, and its event is not there"
            )),
            // Erased at once, before its answer left.
            (None, None) => {
                let seq = kept
                    .events()
                    .rev()
                    .find(|event| {
                        event.number.is_none()
                            && event.kind == callback.kind
                            && event.msg_id == callback.msg_id
                    })
                    .map(|event| event.seq);
                match seq {
                    Some(seq) => self.note_acknowledged(number, seq, answer),
                    None => self.violated(format!(
                        "callback {number} is answered, and its event is not there"
                    )),
                }
            }
        }
    }

    fn note_acknowledged(&mut self, number: usize, seq: i64, answer: &Answer) {
        self.tally.acknowledged += 1;
        let callback = &mut self.callbacks[number];
        callback.acknowledged = Some((seq, answer.clone()));
        self.shards[callback.shard].told.insert((seq, number));
    }

    pub(crate) fn check_what_changed(&mut self) {
        for number in 0..self.shards.len() {
            if std::mem::take(&mut self.shards[number].changed) {
                self.ledger.note_jobs(number, &self.shards[number].db);
            }
            self.look_at(number);
            if std::mem::take(&mut self.shards[number].d1_changed) {
                // What is older than all that is kept may have been forgotten, once D1 had it.
                let Shard { kept, told, .. } = &self.shards[number];
                let forgotten: Vec<_> = match kept.first() {
                    Some(first) => told.range(..(first, 0)).copied().collect(),
                    None => told.iter().copied().collect(),
                };
                self.check_told(number, &forgotten);
            }
        }
    }

    /// No acknowledged event is missing, and none is there twice: so far as something changed.
    fn look_at(&mut self, number: usize) {
        let Shard { kept, told, db, .. } = &mut self.shards[number];
        let (twice, told) = match kept.look(db) {
            Seen::Places(places) if places.is_empty() => return,
            Seen::Places(places) => {
                let here = |place: &i64| kept.at(*place).and_then(|event| event.number);
                let twice = places.iter().filter_map(here).find(|it| kept.is_twice(*it));
                let of_place = |place: &i64| told.range((*place, 0)..=(*place, usize::MAX));
                (twice, places.iter().flat_map(of_place).copied().collect())
            }
            Seen::All => (kept.twice(), told.iter().copied().collect::<Vec<_>>()),
        };
        if let Some(callback) = twice {
            self.violated(format!("callback {callback} is in the ledger twice"));
        }
        self.check_told(number, &told);
    }

    /// Whether these acknowledged events are in the shard, or, if it forgot them, in D1.
    fn check_told(&mut self, number: usize, told: &[(i64, usize)]) {
        for (seq, callback) in told {
            let kept = &self.shards[number].kept;
            let there = kept.at(*seq).is_some_and(|event| {
                event.kind == self.callbacks[*callback].kind
                    && event.number.is_none_or(|number| number == *callback)
            });
            let forgotten = || kept.first().is_none_or(|first| *seq <= first);
            if !(there || forgotten() && self.d1_has(number, *seq)) {
                let name = self.callbacks[*callback].name;
                self.violated(format!(
                    "callback {callback} (a fan {name}) was acknowledged and is missing from shard {number}"
                ));
            }
        }
    }

    fn d1_has(&self, shard: usize, seq: i64) -> bool {
        let statement = "SELECT 1 FROM events WHERE account = ? AND shard = ? AND seq = ?";
        let place = [ACCOUNT.into(), (shard as i64).into(), seq.into()];
        matches!(self.events.first(statement, &place), Ok(Some(_)))
    }
}
