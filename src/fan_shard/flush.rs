//! The outbox leaves, lane by lane.
//!
//! A lane has one flush at a time, and lanes do not wait for each other: while D1 hangs, doorbells ring. A flush reads rows,
//! awaits the destination, and confirms. A crash or an error before the confirmation sends the rows again, which changes
//! nothing there; a row that was replaced meanwhile stays, since it has a new id. Of events only the last is noted, once all up to
//! it were sent or parked.
//!
//! One row that is refused for ever must not hold up those behind it. When a lane keeps failing, its next rows are sent in halves
//! of halves, until what was refused stands alone. It is parked if others were taken; if none was, the destination is at fault,
//! and all wait.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use fandesk_shard::events::Event;
use fandesk_shard::outbox::{self, FLUSH_BYTES, GATHER_FOR, Lane, Waiting};
use fandesk_shard::parked::{self, Parked};
use fandesk_shard::sql::SqlError;
use fandesk_shard::{Random, events, mirror};
use worker::Delay;

use super::Shard;
use crate::random::{PlatformRandom, now};
use crate::record::Record;
use crate::{deadline, delivery, log, object, store};

/// Rows in a flush that are worth another one at once. D1 answers one query at a time, so few large flushes serve all shards
/// better than many small ones.
const FULL_ROUND: usize = 250;

/// Between two flushes of a backlog. Without it, local workerd, where D1 is a neighbour on the same thread, takes no callback before
/// the whole backlog has left: 7 s for 50,000 events.
const BREATH: Duration = Duration::from_millis(5);

/// How long a destination may take before the flush counts as failed.
const FLUSH_MAY_TAKE: Duration = Duration::from_secs(20);

/// Failures in a row after which a bad row is suspected. Short outages are over by then.
const SUSPICIOUS: i64 = 3;

/// Refusals without anything taken that end the search for a bad row: the destination is away, and asking on would only burden it.
/// Cutting a thousand rows down to one takes ten.
const SEARCH_GIVES_UP_AFTER: usize = 32;

/// Which lanes are being flushed.
#[derive(Default)]
pub(super) struct Lanes {
    jobs: Cell<bool>,
    people: Cell<bool>,
    ledger: Cell<bool>,
    forwards: Cell<bool>,
    desk: Cell<bool>,
}

impl Lanes {
    fn busy(&self, lane: Lane) -> &Cell<bool> {
        match lane {
            Lane::Jobs => &self.jobs,
            Lane::People => &self.people,
            Lane::Ledger => &self.ledger,
            Lane::Forwards => &self.forwards,
            Lane::Desk => &self.desk,
        }
    }

    /// Whether the lane is being flushed.
    pub(super) fn is_busy(&self, lane: Lane) -> bool {
        self.busy(lane).get()
    }
}

/// Why a flush stopped.
#[derive(Debug, thiserror::Error)]
pub(super) enum FlushError {
    #[error(transparent)]
    Sql(#[from] SqlError),
    #[error("{0}")]
    Destination(#[from] worker::Error),
    #[error("the other system of [forward] takes nothing: {0}")]
    Receiver(String),
    #[error("no answer within {} s", FLUSH_MAY_TAKE.as_secs())]
    TimedOut,
}

impl Shard {
    /// How long this shard lets rows for D1 gather: [`GATHER_FOR`], a quarter more or less. All shards begin a burst together, and
    /// D1 answers one query at a time: with one term for all they would come together each time.
    pub(super) fn gathers_for(&self) -> Duration {
        // Multiples of the golden ratio spread evenly, however many there are.
        let spread = f64::from(self.number) * 0.618_033_988_75 % 1.0;
        GATHER_FOR.mul_f64(0.75 + spread / 2.0)
    }

    /// Starts a flush of each lane that has waited long enough.
    pub(super) fn start_flushes(self: &Rc<Self>) {
        for lane in Lane::ALL {
            self.start_flush(lane);
        }
    }

    /// Starts a flush of one lane, which goes on after the present event was answered.
    pub(super) fn start_flush(self: &Rc<Self>, lane: Lane) {
        let shard = Rc::clone(self);
        self.state.wait_until(async move {
            shard.flush(lane).await;
            shard.wake_for_what_is_due();
        });
    }

    /// Tells D1 of all changed rows now, for a reader who wants the newest.
    pub(super) async fn flush_people(&self) {
        self.flush(Lane::People).await;
    }

    async fn flush(&self, lane: Lane) {
        if self.lanes.busy(lane).replace(true) {
            return;
        }
        let result = match outbox::may_flush(&self.db, lane, now()) {
            Ok(true) if lane == Lane::Forwards => self.flush_forwards().await,
            Ok(true) => self.flush_until_empty(lane).await,
            Ok(false) => Ok(()),
            Err(error) => Err(error.into()),
        };
        self.lanes.busy(lane).set(false);
        if let Err(error) = result {
            self.note_failure(lane, &error);
        }
    }

    /// Sends until little is left: rows for D1 may gather again then, and the alarm brings the next round.
    async fn flush_until_empty(&self, lane: Lane) -> Result<(), FlushError> {
        let enough = match lane {
            Lane::Jobs | Lane::Forwards | Lane::Desk => 1,
            Lane::People | Lane::Ledger => FULL_ROUND,
        };
        parked::release(&self.db, now())?;
        let mut failures = outbox::failures(&self.db, lane)?;
        loop {
            let rows = self.waiting(lane)?;
            let flushed = events::flushed(&self.db)?;
            let events = match lane {
                Lane::Ledger => events::unflushed(&self.db, FLUSH_BYTES)?,
                Lane::Jobs | Lane::People | Lane::Forwards | Lane::Desk => Vec::new(),
            };
            let sent = rows.len().saturating_add(events.len());
            if failures < SUSPICIOUS || sent == 0 {
                self.send(lane, &rows, &events).await?;
            } else {
                self.send_around_bad_ones(lane, &rows, &events).await?;
            }
            // What was refused is parked by now.
            if let Some(last) = events.last() {
                events::flushed_to(&self.db, flushed, last.seq)?;
            }
            if failures > 0 && sent > 0 {
                outbox::succeeded(&self.db, lane)?;
                failures = 0;
            }
            if sent < enough && bytes(&events) < FLUSH_BYTES / 2 {
                return Ok(());
            }
            Delay::from(BREATH).await;
        }
    }

    /// Awaits: one destination after the other. What was taken is confirmed at once, so an error on the way loses nothing, and only a
    /// search that came to its end parks.
    async fn send_around_bad_ones(
        &self,
        lane: Lane,
        rows: &[Waiting],
        events: &[Event],
    ) -> Result<(), FlushError> {
        let mut parts = vec![(rows, events)];
        let mut bad = Vec::new();
        let mut refusals = 0_usize;
        let mut taken = false;
        while let Some((rows, events)) = parts.pop() {
            let error = match self.send(lane, rows, events).await {
                Ok(()) => {
                    taken = true;
                    continue;
                }
                Err(FlushError::Destination(error)) => error,
                Err(error) => return Err(error),
            };
            refusals = refusals.saturating_add(1);
            if !taken && refusals >= SEARCH_GIVES_UP_AFTER {
                return Err(error.into());
            }
            match (rows, events) {
                ([_], []) | ([], [_]) => bad.push((rows, events)),
                (rows, []) => {
                    let (first, second) = rows.split_at(rows.len() / 2);
                    parts.extend([(second, events), (first, events)]);
                }
                ([], events) => {
                    let (first, second) = events.split_at(events.len() / 2);
                    parts.extend([(rows, second), (rows, first)]);
                }
                (rows, events) => parts.extend([(&[][..], events), (rows, &[][..])]),
            }
        }
        for (rows, events) in bad {
            // Once more, now that others were taken: what was refused by chance is not refused twice.
            match self.send(lane, rows, events).await {
                Ok(()) => taken = true,
                Err(FlushError::Destination(error)) if taken => {
                    self.park(lane, rows, events, &error)?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Puts aside what stands alone here.
    fn park(
        &self,
        lane: Lane,
        rows: &[Waiting],
        events: &[Event],
        reason: &worker::Error,
    ) -> Result<(), SqlError> {
        let rows = rows.iter().map(|row| Parked::Row(row.id));
        let events = events.iter().map(|event| Parked::Event(event.seq));
        for what in rows.chain(events) {
            let parked = parked::park(&self.db, what, now())?;
            let name = lane.name();
            log::error(
                "shard",
                &format!(
                    "lane {name} of shard {} parked {what:?}, which is refused while others are taken",
                    self.number
                ),
                &[
                    ("account", &self.account),
                    ("parked", &parked),
                    ("reason", reason),
                ],
            );
        }
        Ok(())
    }

    fn note_failure(&self, lane: Lane, error: &FlushError) {
        let mut jitter = [0];
        PlatformRandom.fill(&mut jitter);
        let failures = outbox::failed(&self.db, lane, now(), jitter[0]);
        log::warn(
            "shard",
            &format!(
                "lane {} of shard {} could not be flushed",
                lane.name(),
                self.number
            ),
            &[
                ("account", &self.account),
                ("failures_in_a_row", &failures.unwrap_or(-1)),
                ("reason", &error),
            ],
        );
    }

    /// Sends these, and confirms them.
    async fn send(&self, lane: Lane, rows: &[Waiting], events: &[Event]) -> Result<(), FlushError> {
        if rows.is_empty() && events.is_empty() {
            return Ok(());
        }
        match lane {
            // Sent by `flush_forwards`, which has no rows here.
            Lane::Forwards => {}
            Lane::Jobs => {
                let queue = self.env.queue(delivery::QUEUE)?;
                let ids = rows.iter().map(|row| row.key.as_str());
                within(delivery::ring(&queue, &self.account, ids)).await?;
            }
            Lane::Desk => within(self.tell_desk(rows)).await?,
            Lane::People => {
                let db = self.env.d1(store::DB)?;
                within(store::write(&db, &self.account, mirror::people(rows))).await?;
            }
            Lane::Ledger => {
                let ledger = self.env.d1(store::LEDGER)?;
                let statements = mirror::ledger(self.number, events, rows);
                within(store::write(&ledger, &self.account, statements)).await?;
                let seqs: Vec<i64> = events.iter().map(|event| event.seq).collect();
                parked::taken(&self.db, &seqs)?;
            }
        }
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        outbox::confirm(&self.db, &ids).map_err(Into::into)
    }

    /// Lets the Desk take rows, in order; it answers when it has them on disk.
    async fn tell_desk(&self, rows: &[Waiting]) -> worker::Result<()> {
        let rows = rows
            .iter()
            .fold(Record::new(), |record, row| record.with(&row.body));
        let desk = format!("{}/desk/0", self.account);
        let answer = object::ask(&self.env, "DESK", &desk, "/took", &rows).await?;
        match object::split(&answer) {
            Some((200, _)) => Ok(()),
            Some((status, message)) => Err(format!("the desk answered {status}: {message}").into()),
            None => Err("the desk gave no answer of ours".into()),
        }
    }

    fn waiting(&self, lane: Lane) -> Result<Vec<Waiting>, SqlError> {
        outbox::waiting(
            &self.db,
            lane,
            i64::try_from(FLUSH_BYTES).unwrap_or(i64::MAX),
        )
    }
}

/// What a flush of these is measured by: a few large events fill one as many small ones do.
fn bytes(events: &[Event]) -> usize {
    let payloads = events.iter().filter_map(|event| event.payload.as_ref());
    payloads.map(String::len).sum()
}

async fn within<T>(work: impl Future<Output = worker::Result<T>>) -> Result<T, FlushError> {
    Ok(deadline::within(FLUSH_MAY_TAKE, work)
        .await
        .ok_or(FlushError::TimedOut)??)
}
