//! What a team promises: how soon a fan is answered and done, by tag.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::deadline::Kind;
use crate::fields::{Fields, Unreadable};

const MINUTE: i64 = 60_000;

/// The promises of a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    usual: Promises,
    by_tag: BTreeMap<String, Promises>,
}

/// Spans in milliseconds of the team's open time; none where nothing is promised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Promises {
    first_answer: Option<i64>,
    next_answer: Option<i64>,
    resolution: Option<i64>,
    warn: Option<i64>,
    priority: i64,
}

/// One promise: how long it takes at most, and how long before the end is warned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Milliseconds of open time.
    pub span: i64,
    /// Milliseconds of open time before the end; zero for no warning.
    pub warn: i64,
}

impl Default for Policy {
    /// 15 minutes to any answer, 30 to the end, and a warning three minutes before.
    fn default() -> Self {
        Self {
            usual: Promises {
                first_answer: Some(15 * MINUTE),
                next_answer: Some(15 * MINUTE),
                resolution: Some(30 * MINUTE),
                warn: Some(3 * MINUTE),
                priority: 0,
            },
            by_tag: BTreeMap::new(),
        }
    }
}

impl Promises {
    /// What is not mentioned is as in `usual`; null promises nothing.
    fn read(value: &Value, usual: &Self) -> Result<Self, Unreadable> {
        let fields = Fields::of(value, "policy")?;
        let span = |name: &str, usual: Option<i64>| match value.get(name) {
            None => Ok(usual),
            Some(Value::Null) => Ok(None),
            Some(span) => match span.as_i64() {
                Some(span) if span >= 0 => Ok(Some(span)),
                _ => Err(Unreadable::new(name, "a span in milliseconds")),
            },
        };
        Ok(Self {
            first_answer: span("first_answer_ms", usual.first_answer)?,
            next_answer: span("next_answer_ms", usual.next_answer)?,
            resolution: span("resolution_ms", usual.resolution)?,
            warn: span("warn_ms", usual.warn)?,
            priority: fields.number("priority").unwrap_or(0),
        })
    }

    fn span(&self, kind: Kind) -> Option<i64> {
        match kind {
            Kind::FirstAnswer => self.first_answer,
            Kind::NextAnswer => self.next_answer,
            Kind::Resolution => self.resolution,
        }
    }
}

impl Policy {
    /// Reads a team's `policy`; what it does not mention is as by [default](Policy::default).
    ///
    /// # Errors
    /// When something is not what it has to be.
    pub fn read(value: &Value) -> Result<Self, Unreadable> {
        let usual = Promises::read(value, &Self::default().usual)?;
        let tags = value.get("by_tag").and_then(Value::as_object);
        let mut by_tag = BTreeMap::new();
        for (tag, value) in tags.into_iter().flatten() {
            let promises = Promises::read(value, &Promises::default())?;
            by_tag.insert(tag.clone(), promises);
        }
        Ok(Self { usual, by_tag })
    }

    /// What is promised to a conversation with these tags: the shortest of all that apply.
    #[must_use]
    pub fn target(&self, kind: Kind, tags: &[&str]) -> Option<Target> {
        let applies = || tags.iter().filter_map(|tag| self.by_tag.get(*tag));
        std::iter::once(&self.usual)
            .chain(applies())
            .filter_map(|promises| {
                Some(Target {
                    span: promises.span(kind)?,
                    warn: promises.warn.or(self.usual.warn).unwrap_or(0),
                })
            })
            .min_by_key(|target| target.span)
    }

    /// How far ahead of others a conversation with these tags is: the highest of all that apply, 0 for none.
    #[must_use]
    pub fn priority(&self, tags: &[&str]) -> i64 {
        tags.iter()
            .filter_map(|tag| self.by_tag.get(*tag))
            .map(|promises| promises.priority)
            .max()
            .unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn span(policy: &Policy, kind: Kind, tags: &[&str]) -> Option<i64> {
        policy.target(kind, tags).map(|target| target.span)
    }

    #[test]
    fn the_shortest_promise_of_all_tags_counts() {
        let policy = Policy::read(&json!({ "first_answer_ms": 900, "by_tag": {
            "vip": { "first_answer_ms": 300, "warn_ms": 10, "priority": 5 },
            "complaint": { "first_answer_ms": 600, "priority": 9 },
            "slow": { "first_answer_ms": 5000 },
        } }))
        .unwrap();
        assert_eq!(span(&policy, Kind::FirstAnswer, &[]), Some(900));
        assert_eq!(span(&policy, Kind::FirstAnswer, &["slow"]), Some(900));
        let both = policy.target(Kind::FirstAnswer, &["complaint", "vip"]);
        assert_eq!(
            both,
            Some(Target {
                span: 300,
                warn: 10
            })
        );
        assert_eq!(policy.priority(&["vip", "complaint"]), 9);
        assert_eq!(policy.priority(&["slow", "other"]), 0);
    }

    #[test]
    fn null_promises_nothing_and_absence_promises_the_usual() {
        let policy = Policy::read(&json!({ "resolution_ms": null })).unwrap();
        assert_eq!(span(&policy, Kind::Resolution, &[]), None);
        assert_eq!(span(&policy, Kind::NextAnswer, &[]), Some(15 * MINUTE));
        assert!(Policy::read(&json!({ "warn_ms": "soon" })).is_err());
        assert!(Policy::read(&json!({ "warn_ms": -1 })).is_err());
    }
}
