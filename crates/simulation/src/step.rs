//! What can happen, and in which order: by its moment.

use std::cmp::Ordering;

use fandesk_shard::UnixMillis;
use fandesk_shard::events::Answer;
use fandesk_shard::jobs::Report;

use crate::delivery::HttpAnswer;
use crate::flush::Flush;
use crate::group::Synced;

/// Something that will happen.
pub(crate) enum Step {
    /// A fan does something.
    FanActs,
    /// WeChat calls: the nth try of a callback.
    Try { callback: usize, nth: u8 },
    /// The call reaches its shard.
    Arrive { callback: usize, nth: u8 },
    /// WeChat reads an answer: 200 or not.
    Answered { callback: usize, nth: u8, ok: bool },
    /// WeChat waited 5 s.
    TimedOut { callback: usize, nth: u8 },
    /// A shard's flusher takes who waits.
    TakeGroup { shard: usize, life: u64 },
    /// The disk has a group.
    GroupSynced(Synced),
    /// The disk has what was written before; `then` may leave the shard.
    Gate {
        shard: usize,
        life: u64,
        then: Box<Step>,
    },
    /// The disk has what was written, and nobody waits for it.
    DiskIdle { shard: usize, life: u64 },
    /// A timer of an instance.
    Timer {
        shard: usize,
        life: u64,
        at: UnixMillis,
    },
    /// The alarm that was set for this moment of the platform's clock.
    Alarm { shard: usize, at: i64 },
    /// Rows reach D1 or the queue.
    FlushArrives(Box<Flush>),
    /// The shard hears what came of a flush.
    FlushEnds { flush: Box<Flush>, ok: bool },
    /// The queue delivers a doorbell, for the nth time.
    Doorbell { job: String, nth: u8 },
    /// A consumer's claim reaches the shard.
    Claim { job: String, nth: u8 },
    /// A consumer may go.
    Go { delivery: usize },
    /// A consumer hears that there is nothing to do.
    NotNow,
    /// A call reaches WeChat.
    Call {
        delivery: usize,
        token: String,
        again: bool,
    },
    /// The consumer has the answer of a call, or waited in vain.
    Returned {
        delivery: usize,
        token: String,
        again: bool,
        answer: HttpAnswer,
    },
    /// A report reaches the shard.
    Settle { delivery: usize, report: Report },
    /// The consumer hears that its report was taken.
    Settled { delivery: usize, delivered: bool },
    /// The Clock's minute.
    Tick,
    /// Whoever moves slots asks a shard for the next step.
    MoverAsks { life: u64 },
    /// And hears its answer.
    MoverHears { life: u64, answer: String },
    /// A message was answered before its slot came to this shard.
    Known {
        callback: usize,
        nth: u8,
        answer: Answer,
    },
    /// The Desk, or one of its agents, does something in a conversation.
    DeskPlans { conversation: String },
    /// What the Desk says reaches the fan's shard, for the nth time.
    SayArrives { saying: usize, nth: u32 },
    /// The Desk hears what came of it.
    SayHeard {
        saying: usize,
        nth: u32,
        taken: bool,
    },
    /// The Desk waited in vain.
    SayTimedOut { saying: usize, nth: u32 },
    /// Somebody at a desk writes to a fan, or replays a job that failed.
    DeskActs,
}

/// A step, and when it happens.
pub(crate) struct Scheduled {
    /// In simulated Unix milliseconds.
    pub(crate) at: i64,
    /// Of two at the same moment the one that was planned first happens first.
    pub(crate) nr: u64,
    pub(crate) step: Step,
}

impl Ord for Scheduled {
    /// The earliest is the greatest, as the heap wants it.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.nr).cmp(&(self.at, self.nr))
    }
}

impl PartialOrd for Scheduled {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Scheduled {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Scheduled {}
