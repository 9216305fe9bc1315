//! What can be wrong, and when it counts as wrong.

use fandesk_playbook::Alerts;

use super::{Standing, Trouble};
use crate::UnixMillis;
use crate::outbox::Lane;

/// One thing that can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// What waits in a lane does not leave.
    OutboxAge(Lane),
    /// D1 refuses rows while it takes others.
    ParkedRows,
    /// Jobs become dead or unknown.
    FailedJobs,
    /// Copies for another system are given up.
    LostForwards,
    /// WeChat refuses access tokens that were thought good.
    RefusedTokens,
    /// WeChat gives no access token.
    NoAccessToken,
    /// WeChat does not take calls from our address (40164).
    AddressNotListed,
    /// A database comes near its end.
    D1Size(Database),
}

/// A database of D1, by its binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// People, jobs, settings.
    Db,
    /// Events.
    Ledger,
}

impl Database {
    /// Both, in the order of [`Facts::sizes`].
    pub const ALL: [Self; 2] = [Self::Db, Self::Ledger];

    /// Its binding.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Db => "DB",
            Self::Ledger => "LEDGER",
        }
    }
}

/// What was measured. What is none could not be.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Each shard.
    pub shards: Vec<Option<Standing>>,
    /// The TokenKeeper.
    pub tokens: Option<Trouble>,
    /// Bytes of each database, in the order of [`Database::ALL`].
    pub sizes: [Option<i64>; Database::ALL.len()],
}

/// The figures of an alert; which mean what is told with each condition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    /// A moment in milliseconds, a count, a size in bytes.
    pub amount: i64,
    /// Shards, or a code of WeChat's.
    pub more: i64,
    /// An address.
    pub word: Option<String>,
}

/// How a condition is, as far as it was measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is wrong.
    Rings(Detail),
    /// It is well.
    Quiet,
    /// It could not be measured.
    Unknown,
}

impl Condition {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::OutboxAge(Lane::Jobs),
        Self::OutboxAge(Lane::People),
        Self::OutboxAge(Lane::Ledger),
        Self::OutboxAge(Lane::Forwards),
        Self::OutboxAge(Lane::Desk),
        Self::ParkedRows,
        Self::FailedJobs,
        Self::LostForwards,
        Self::RefusedTokens,
        Self::NoAccessToken,
        Self::AddressNotListed,
        Self::D1Size(Database::Db),
        Self::D1Size(Database::Ledger),
    ];

    /// Its kind, as the API names it.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::OutboxAge(_) => "outbox_age",
            Self::ParkedRows => "parked_rows",
            Self::FailedJobs => "failed_jobs",
            Self::LostForwards => "lost_forwards",
            Self::RefusedTokens => "refused_tokens",
            Self::NoAccessToken => "no_access_token",
            Self::AddressNotListed => "address_not_listed",
            Self::D1Size(_) => "d1_size",
        }
    }

    /// What of several it is about: a lane or a database.
    #[must_use]
    pub fn about(self) -> Option<&'static str> {
        match self {
            Self::OutboxAge(lane) => Some(lane.name()),
            Self::D1Size(database) => Some(database.name()),
            _ => None,
        }
    }

    /// What tells it from all others: `outbox_age:ledger`, `failed_jobs`.
    #[must_use]
    pub fn id(self) -> String {
        let kind = self.kind();
        self.about()
            .map_or_else(|| kind.to_owned(), |about| format!("{kind}:{about}"))
    }

    /// The condition of this id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|condition| condition.id() == id)
    }

    /// How it is.
    #[must_use]
    pub fn verdict(self, facts: &Facts, rules: &Alerts, now: UnixMillis) -> Verdict {
        match self {
            Self::OutboxAge(lane) => outbox_age(lane, facts, now.minus(rules.outbox_age)),
            Self::ParkedRows => total(facts, |shard| shard.parked, 1),
            Self::FailedJobs => total(facts, |shard| shard.failed_jobs, rules.failed_jobs.into()),
            Self::LostForwards => total(facts, |shard| shard.given_up, 1),
            Self::RefusedTokens => of_tokens(facts, |tokens| {
                let amount = tokens.refused_since(now.minus(rules.refused_within));
                (amount >= rules.refused_tokens.into()).then_some(Detail {
                    amount,
                    ..Detail::default()
                })
            }),
            Self::NoAccessToken => of_tokens(facts, |tokens| {
                let since = tokens.failing_since?;
                (since <= now.minus(rules.no_token_for)).then_some(Detail {
                    amount: since.0,
                    more: tokens.errcode,
                    word: None,
                })
            }),
            Self::AddressNotListed => of_tokens(facts, |tokens| {
                let since = tokens.failing_since?;
                (tokens.errcode == 40164).then(|| Detail {
                    amount: since.0,
                    more: tokens.errcode,
                    word: tokens.address.clone(),
                })
            }),
            Self::D1Size(database) => {
                let sizes = Database::ALL.into_iter().zip(facts.sizes);
                let size = sizes.into_iter().find(|(of, _)| *of == database);
                let limit = i64::from(rules.d1_megabytes).saturating_mul(1_000_000);
                match size.and_then(|(_, size)| size) {
                    None => Verdict::Unknown,
                    Some(size) if size >= limit => Verdict::Rings(Detail {
                        amount: size,
                        ..Detail::default()
                    }),
                    Some(_) => Verdict::Quiet,
                }
            }
        }
    }
}

fn outbox_age(lane: Lane, facts: &Facts, limit: UnixMillis) -> Verdict {
    let since = |shard: &Standing| {
        let lanes = Lane::ALL.into_iter().zip(shard.behind_since);
        lanes
            .into_iter()
            .find(|(of, _)| *of == lane)
            .and_then(|(_, since)| since)
            .filter(|since| *since <= limit)
    };
    let late: Vec<UnixMillis> = facts.shards.iter().flatten().filter_map(since).collect();
    match late.iter().min() {
        Some(oldest) => Verdict::Rings(Detail {
            amount: oldest.0,
            more: i64::try_from(late.len()).unwrap_or(i64::MAX),
            word: None,
        }),
        None => quiet_if_whole(facts),
    }
}

/// Rings from a number on that all shards have together.
fn total(facts: &Facts, of: impl Fn(&Standing) -> i64, limit: i64) -> Verdict {
    let amount = facts.shards.iter().flatten().map(of).sum();
    if amount >= limit {
        Verdict::Rings(Detail {
            amount,
            ..Detail::default()
        })
    } else {
        quiet_if_whole(facts)
    }
}

/// A shard that did not answer may be the one.
fn quiet_if_whole(facts: &Facts) -> Verdict {
    if facts.shards.is_empty() || facts.shards.iter().any(Option::is_none) {
        Verdict::Unknown
    } else {
        Verdict::Quiet
    }
}

fn of_tokens(facts: &Facts, rings: impl Fn(&Trouble) -> Option<Detail>) -> Verdict {
    match &facts.tokens {
        None => Verdict::Unknown,
        Some(tokens) => rings(tokens).map_or(Verdict::Quiet, Verdict::Rings),
    }
}
