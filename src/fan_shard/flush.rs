//! The outbox leaves, lane by lane.
//!
//! A lane has one flush at a time, and lanes do not wait for each other: while D1 hangs, doorbells ring. A flush reads rows,
//! awaits the destination, and confirms. A crash or an error before the confirmation sends the rows again, which changes
//! nothing there; a row that was replaced meanwhile stays, since it has a new id.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use fandesk_shard::outbox::{self, GATHER_FOR, Lane, Waiting};
use fandesk_shard::sql::SqlError;
use fandesk_shard::{Random, events, mirror};

use super::Shard;
use crate::random::{PlatformRandom, now};
use crate::{deadline, delivery, log, store};

/// Bytes in one flush. D1 takes 2 MB a value, and the rows travel as one JSON value; a quarter keeps a statement near 30 ms.
const FLUSH_BYTES: usize = 512 * 1024;

/// Rows in a flush that are worth another one at once. D1 answers one query at a time, so few large flushes serve all shards
/// better than many small ones.
const FULL_ROUND: usize = 250;

/// How long a destination may take before the flush counts as failed.
const FLUSH_MAY_TAKE: Duration = Duration::from_secs(20);

/// Which lanes are being flushed.
#[derive(Default)]
pub(super) struct Lanes {
    jobs: Cell<bool>,
    people: Cell<bool>,
    ledger: Cell<bool>,
}

impl Lanes {
    fn busy(&self, lane: Lane) -> &Cell<bool> {
        match lane {
            Lane::Jobs => &self.jobs,
            Lane::People => &self.people,
            Lane::Ledger => &self.ledger,
        }
    }

    /// Whether the lane is being flushed.
    pub(super) fn is_busy(&self, lane: Lane) -> bool {
        self.busy(lane).get()
    }
}

/// Why a flush stopped.
#[derive(Debug, thiserror::Error)]
enum FlushError {
    #[error(transparent)]
    Sql(#[from] SqlError),
    #[error("{0}")]
    Destination(#[from] worker::Error),
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
        let mut failed_before = true;
        loop {
            let (sent, enough) = match lane {
                Lane::Jobs => (self.ring_doorbells().await?, 1),
                Lane::People => (self.mirror_people().await?, FULL_ROUND),
                Lane::Ledger => (self.mirror_ledger().await?, FULL_ROUND),
            };
            if failed_before && sent > 0 {
                outbox::succeeded(&self.db, lane)?;
                failed_before = false;
            }
            if sent < enough {
                return Ok(());
            }
        }
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
                ("failures_in_a_row", &failures.unwrap_or(-1)),
                ("reason", &error),
            ],
        );
    }

    async fn ring_doorbells(&self) -> Result<usize, FlushError> {
        let rows = self.waiting(Lane::Jobs)?;
        if !rows.is_empty() {
            let queue = self.env.queue(delivery::QUEUE)?;
            within(delivery::ring(
                &queue,
                &self.account,
                rows.iter().map(|row| row.key.as_str()),
            ))
            .await?;
            self.confirm(&rows)?;
        }
        Ok(rows.len())
    }

    async fn mirror_people(&self) -> Result<usize, FlushError> {
        let rows = self.waiting(Lane::People)?;
        if !rows.is_empty() {
            let db = self.env.d1(store::DB)?;
            within(store::write(&db, &self.account, mirror::people(&rows))).await?;
            self.confirm(&rows)?;
        }
        Ok(rows.len())
    }

    async fn mirror_ledger(&self) -> Result<usize, FlushError> {
        let erasures = self.waiting(Lane::Ledger)?;
        let events = events::unflushed(&self.db, FLUSH_BYTES)?;
        if !erasures.is_empty() || !events.is_empty() {
            let ledger = self.env.d1(store::LEDGER)?;
            within(store::write(
                &ledger,
                &self.account,
                mirror::ledger(self.number, &events, &erasures),
            ))
            .await?;
            let seqs: Vec<i64> = events.iter().map(|event| event.seq).collect();
            events::mark_flushed(&self.db, &seqs)?;
            self.confirm(&erasures)?;
        }
        Ok(erasures.len().saturating_add(events.len()))
    }

    fn waiting(&self, lane: Lane) -> Result<Vec<Waiting>, SqlError> {
        outbox::waiting(
            &self.db,
            lane,
            i64::try_from(FLUSH_BYTES).unwrap_or(i64::MAX),
        )
    }

    fn confirm(&self, rows: &[Waiting]) -> Result<(), SqlError> {
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        outbox::confirm(&self.db, &ids)
    }
}

async fn within<T>(work: impl Future<Output = worker::Result<T>>) -> Result<T, FlushError> {
    Ok(deadline::within(FLUSH_MAY_TAKE, work)
        .await
        .ok_or(FlushError::TimedOut)??)
}
