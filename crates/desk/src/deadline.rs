//! Clocks of a conversation that run to a deadline, in the open time of its team.
//!
//! A promise is over with the millisecond in which it is due. A breach is recorded at that moment, however late it is noticed. A clock
//! that stands (the fan is waited for) keeps what is left of it.

use fandesk_playbook::OpeningHours;
use fandesk_shard::UnixMillis;
use serde_json::{Value, json};

use crate::fields::{Fields, Unreadable, moment};
use crate::policy::Target;

/// What is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A person answers for the first time.
    FirstAnswer,
    /// A person answers what the fan wrote since.
    NextAnswer,
    /// It is done. Stands while the fan is waited for.
    Resolution,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::FirstAnswer, Self::NextAnswer, Self::Resolution];

    /// The word in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstAnswer => "first_answer",
            Self::NextAnswer => "next_answer",
            Self::Resolution => "resolution",
        }
    }

    /// Reads [`Kind::name`].
    #[must_use]
    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One clock. It goes when its promise is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// What is promised.
    pub kind: Kind,
    /// How long it takes at most, and how long before the end is warned, in milliseconds of open time.
    pub target: Target,
    /// When it is over. While it stands: when it would have been.
    pub due_at: UnixMillis,
    /// When is warned.
    pub warn_at: UnixMillis,
    /// What is left of it, in milliseconds of open time, while it stands.
    pub left: Option<i64>,
    /// Whether nobody needs to be warned any more.
    pub warned: bool,
    /// When it was over before the promise was kept: `due_at`, once it was noticed.
    pub breached_at: Option<UnixMillis>,
}

/// What a clock has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ring {
    /// It is over soon.
    Warning,
    /// It is over.
    Breach,
}

impl Ring {
    /// The word in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Breach => "breach",
        }
    }
}

/// Milliseconds of open time later; without opening hours it is always open.
fn after(hours: Option<&OpeningHours>, at: UnixMillis, span: i64) -> Option<UnixMillis> {
    match hours {
        None => Some(UnixMillis(at.0.saturating_add(span.max(0)))),
        Some(hours) => hours.after(at.0, span).map(UnixMillis),
    }
}

fn between(hours: Option<&OpeningHours>, from: UnixMillis, to: UnixMillis) -> i64 {
    match hours {
        None => to.0.saturating_sub(from.0).max(0),
        Some(hours) => hours.between(from.0, to.0),
    }
}

impl Clock {
    /// Starts one. None when the team never opens again, so that it would never be over.
    #[must_use]
    pub fn start(
        kind: Kind,
        target: Target,
        at: UnixMillis,
        hours: Option<&OpeningHours>,
    ) -> Option<Self> {
        let mut clock = Self {
            kind,
            target,
            due_at: at,
            warn_at: at,
            left: None,
            // A warning as long as the promise itself says nothing.
            warned: target.warn <= 0 || target.warn >= target.span,
            breached_at: None,
        };
        clock.run(target.span, at, hours).then_some(clock)
    }

    /// Lets it run with this left. Whether it will ever be over.
    fn run(&mut self, left: i64, at: UnixMillis, hours: Option<&OpeningHours>) -> bool {
        let before = left.saturating_sub(self.target.warn);
        let (Some(due), Some(warn)) = (after(hours, at, left), after(hours, at, before)) else {
            return false;
        };
        self.due_at = due;
        self.warn_at = warn;
        self.left = None;
        true
    }

    /// Stands since `at`. One that was over before stays as it is.
    pub fn pause(&mut self, at: UnixMillis, hours: Option<&OpeningHours>) {
        if self.left.is_none() && at < self.due_at {
            self.breached_at = None;
            self.left = Some(between(hours, at, self.due_at));
        }
    }

    /// Runs again since `at`.
    pub fn resume(&mut self, at: UnixMillis, hours: Option<&OpeningHours>) {
        if let Some(left) = self.left {
            self.run(left, at, hours);
        }
    }

    /// Another promise applies since `at`: what has gone by counts, and one that is over stays so.
    pub fn retarget(&mut self, target: Target, at: UnixMillis, hours: Option<&OpeningHours>) {
        if self.breached_at.is_some() || target == self.target {
            return;
        }
        let shift = target.span.saturating_sub(self.target.span);
        self.target = target;
        self.warned = target.warn <= 0 || target.warn >= target.span;
        match self.left {
            Some(left) => self.left = Some(left.saturating_add(shift).max(0)),
            None => {
                let left = between(hours, at, self.due_at).saturating_add(shift);
                self.run(left.max(0), at, hours);
            }
        }
    }

    /// When it has something to say next.
    #[must_use]
    pub fn rings_at(&self) -> Option<UnixMillis> {
        if self.left.is_some() || self.breached_at.is_some() {
            None
        } else if self.warned {
            Some(self.due_at)
        } else {
            Some(self.warn_at.min(self.due_at))
        }
    }

    /// What it has to say by now, once. A warning that comes with its breach is left out.
    pub fn ring(&mut self, now: UnixMillis) -> Option<Ring> {
        if self.rings_at().is_none_or(|at| at > now) {
            return None;
        }
        self.warned = true;
        if self.due_at <= now {
            self.breached_at = Some(self.due_at);
            return Some(Ring::Breach);
        }
        Some(Ring::Warning)
    }

    /// Whether what keeps the promise, or makes the clock stand, came in time at this moment, whatever was noticed since.
    #[must_use]
    pub fn is_kept_by(&self, at: UnixMillis) -> bool {
        self.left.is_some() || at < self.due_at
    }

    /// As the API shows it.
    #[must_use]
    pub fn view(&self) -> Value {
        json!({
            "kind": self.kind.name(),
            "due_at": self.due_at.0,
            "warn_at": self.warn_at.0,
            "breached_at": moment(self.breached_at),
            "paused": self.left.is_some(),
            "left_ms": self.left,
        })
    }

    pub(crate) fn write(&self) -> Value {
        json!([
            self.kind.name(),
            self.target.span,
            self.target.warn,
            self.due_at.0,
            self.warn_at.0,
            self.left,
            self.warned,
            moment(self.breached_at),
        ])
    }

    pub(crate) fn read(value: &Value) -> Result<Self, Unreadable> {
        let read = || {
            let number = |at: usize| value.get(at)?.as_i64();
            Some(Self {
                kind: Kind::read(value.get(0)?.as_str()?)?,
                target: Target {
                    span: number(1)?,
                    warn: number(2)?,
                },
                due_at: UnixMillis(number(3)?),
                warn_at: UnixMillis(number(4)?),
                left: number(5),
                warned: value.get(6)?.as_bool()?,
                breached_at: number(7).map(UnixMillis),
            })
        };
        read().ok_or_else(|| Unreadable::new("clocks", "a list of clocks"))
    }
}

/// A promise that was not kept, and when it had to be. They sort by the latter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Breach {
    /// By when.
    pub at: UnixMillis,
    /// What was promised.
    pub kind: Kind,
}

impl Breach {
    /// Puts it among others, in order.
    pub(crate) fn record(self, breaches: &mut Vec<Self>) {
        let place = breaches.partition_point(|other| *other < self);
        breaches.insert(place, self);
    }

    pub(crate) fn write(&self) -> Value {
        json!({ "kind": self.kind.name(), "at": self.at.0 })
    }

    pub(crate) fn read(value: &Value) -> Result<Self, Unreadable> {
        let fields = Fields::of(value, "breaches")?;
        Ok(Self {
            kind: fields
                .str("kind")
                .and_then(Kind::read)
                .ok_or_else(|| Unreadable::new("breaches", "a list of breaches"))?,
            at: fields.at("at")?,
        })
    }
}
