//! A team: which fans come to it, how they are given out, what is promised to them.

use std::collections::BTreeSet;

use fandesk_playbook::OpeningHours;
use fandesk_shard::UnixMillis;
use serde_json::Value;

use crate::fields::{Fields, Unreadable};
use crate::policy::Policy;

/// The team that is always there.
pub const DESK: &str = "desk";

/// How long a skill is looked for where the team does not say: 2 minutes.
const SKILL_IS_WANTED_FOR: i64 = 2 * 60_000;

/// Days in which a fan's message opens a done conversation again, where the team does not say.
const REOPEN_DAYS: i64 = 7;

const DAY: i64 = 86_400_000;

/// A team as its table has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Team {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Tags of fans that come here.
    pub tags: BTreeSet<String>,
    /// Whether agents are given fans; else they take them.
    pub is_balanced: bool,
    /// Where fans go who have waited too long.
    pub fallback: Option<Fallback>,
    /// When its people are there; without, always.
    pub hours: Option<OpeningHours>,
    /// What it promises.
    pub policy: Policy,
    /// How long a done conversation may come back, in milliseconds.
    pub reopens_for: i64,
    /// Whether fans are asked how it was.
    pub asks_satisfaction: bool,
    roster: Vec<Shift>,
    /// What all of it was read from.
    pub(crate) document: Value,
}

/// Where fans go who have waited for so long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fallback {
    /// A team's id.
    pub team: String,
    /// Milliseconds since they began to wait.
    pub after: i64,
}

/// When somebody is on duty.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shift {
    person: String,
    from: UnixMillis,
    until: UnixMillis,
}

impl Team {
    /// Reads a team of the API.
    ///
    /// # Errors
    /// Which field is not what it has to be.
    pub fn read(value: &Value) -> Result<Self, Unreadable> {
        let fields = Fields::of(value, "team")?;
        let fallback = match fields.get("fallback") {
            None => None,
            Some(fallback) => {
                let fields = Fields::of(fallback, "fallback")?;
                Some(Fallback {
                    team: fields.required("team")?,
                    after: fields.at("after_ms")?.0.max(0),
                })
            }
        };
        let hours = fields
            .get("hours")
            .map(OpeningHours::read)
            .transpose()
            .map_err(|_| Unreadable::new("hours", "opening hours"))?;
        let shift = |value: &Value| {
            let fields = Fields::of(value, "roster")?;
            Ok(Shift {
                person: fields.required("person")?,
                from: fields.at("from")?,
                until: fields.at("until")?,
            })
        };
        let id = fields.required("id")?;
        Ok(Self {
            name: fields.text("name").unwrap_or_else(|| id.clone()),
            id,
            tags: fields.texts("tags").into_iter().collect(),
            is_balanced: fields.str("mode") != Some("manual"),
            fallback,
            hours,
            policy: match fields.get("policy") {
                Some(policy) => Policy::read(policy)?,
                None => Policy::default(),
            },
            reopens_for: fields
                .number("reopen_days")
                .unwrap_or(REOPEN_DAYS)
                .max(0)
                .saturating_mul(DAY),
            asks_satisfaction: fields.get("ask_satisfaction") != Some(&Value::Bool(false)),
            roster: fields
                .items("roster")
                .iter()
                .map(shift)
                .collect::<Result<_, _>>()?,
            document: value.clone(),
        })
    }

    /// The team that is there before anybody made one.
    #[must_use]
    pub fn desk() -> Self {
        Self {
            id: DESK.to_owned(),
            name: "服务台".to_owned(),
            tags: BTreeSet::new(),
            is_balanced: true,
            fallback: None,
            hours: None,
            policy: Policy::default(),
            reopens_for: REOPEN_DAYS.saturating_mul(DAY),
            asks_satisfaction: true,
            roster: Vec::new(),
            document: serde_json::json!({ "id": DESK, "name": "服务台" }),
        }
    }

    /// Whether somebody is given new fans at this moment, by the roster. One of which all is over says nothing: else a forgotten roster
    /// would leave every fan waiting.
    #[must_use]
    pub fn has_on_duty(&self, person: &str, now: UnixMillis) -> bool {
        let mut ahead = self
            .roster
            .iter()
            .filter(|shift| shift.until > now)
            .peekable();
        ahead.peek().is_none() || ahead.any(|shift| shift.person == person && shift.from <= now)
    }

    /// When the roster says something else next.
    #[must_use]
    pub fn roster_changes_at(&self, now: UnixMillis) -> Option<UnixMillis> {
        let moments = self
            .roster
            .iter()
            .flat_map(|shift| [shift.from, shift.until]);
        moments.filter(|at| *at > now).min()
    }

    /// How long a fan waits here until somebody without the wanted skill, or another team, may have them. None for ever.
    #[must_use]
    pub fn waits_for(&self, is_choosy: bool) -> Option<i64> {
        match &self.fallback {
            Some(fallback) => Some(fallback.after),
            None => is_choosy.then_some(SKILL_IS_WANTED_FOR),
        }
    }
}
