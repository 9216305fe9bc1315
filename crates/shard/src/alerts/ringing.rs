//! What rings, and what is still to be told about it.
//!
//! ```text
//!            wrong                      well for QUIET_FOR
//!   (nothing) ───▶ ringing ─────────────────────────────▶ over ── told, or GIVEN_UP_AFTER ──▶ (nothing)
//!                  told once, then every `repeat_every`    told once
//! ```
//!
//! Whoever tells reports what was taken ([`Ringing::told`]); what was not is due again with the next look, so a webhook that fails is
//! tried again by itself. What was over before anybody could be told of it is never told.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use fandesk_playbook::Alerts;

use super::condition::{Condition, Detail, Facts, Verdict};
use crate::UnixMillis;

/// How long all is well before an alert is over: a figure at its threshold would else ring and clear every minute.
pub const QUIET_FOR: Duration = Duration::from_secs(60);

/// How long somebody is tried to be told that an alert is over.
pub const GIVEN_UP_AFTER: Duration = Duration::from_secs(60 * 60);

/// One thing that is wrong, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// What is wrong.
    pub condition: Condition,
    /// Since when.
    pub since: UnixMillis,
    /// Its figures at the last look at which it was wrong.
    pub detail: Detail,
    /// When somebody was last told, if ever.
    pub told_at: Option<UnixMillis>,
    /// When it was over, if it is.
    pub over_at: Option<UnixMillis>,
    /// Since when it has been well, while it still counts as wrong.
    quiet_since: Option<UnixMillis>,
    /// Somebody was told, or may have been.
    tried: bool,
}

/// All that rings, and what is over and still to be told. As text, which is how it is kept, a line each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ringing(Vec<Alert>);

impl Ringing {
    /// Takes in what was measured.
    pub fn look(&mut self, facts: &Facts, rules: &Alerts, now: UnixMillis) {
        for condition in Condition::ALL {
            let known = self.0.iter_mut().find(|alert| alert.condition == condition);
            match (condition.verdict(facts, rules, now), known) {
                (Verdict::Rings(detail), Some(alert)) => {
                    (alert.detail, alert.quiet_since, alert.over_at) = (detail, None, None);
                }
                (Verdict::Rings(detail), None) => self.0.push(Alert {
                    condition,
                    since: now,
                    detail,
                    told_at: None,
                    over_at: None,
                    quiet_since: None,
                    tried: false,
                }),
                (Verdict::Quiet, Some(alert)) => {
                    let since = *alert.quiet_since.get_or_insert(now);
                    // A clock that stepped back would make it wait for the step.
                    if now < since || now >= since.plus(QUIET_FOR) {
                        alert.over_at = alert.over_at.or(Some(now));
                    }
                }
                (Verdict::Quiet, None) | (Verdict::Unknown, _) => {}
            }
        }
        self.0.retain(|alert| match alert.over_at {
            None => true,
            Some(at) => alert.tried && now < at.plus(GIVEN_UP_AFTER),
        });
    }

    /// What somebody is to be told now.
    #[must_use]
    pub fn due(&self, rules: &Alerts, now: UnixMillis) -> Vec<Alert> {
        let due = |alert: &&Alert| {
            alert.over_at.is_some()
                || alert
                    .told_at
                    .is_none_or(|at| now >= at.plus(rules.repeat_every) || now < at)
        };
        self.0.iter().filter(due).cloned().collect()
    }

    /// Somebody is about to be told of these: from now on they may know.
    pub fn telling(&mut self, due: &[Alert]) {
        for alert in &mut self.0 {
            alert.tried |= due.iter().any(|told| told.condition == alert.condition);
        }
    }

    /// Somebody was told of these, as they were when they were due.
    pub fn told(&mut self, due: &[Alert], now: UnixMillis) {
        self.0.retain_mut(|alert| {
            let Some(told) = due.iter().find(|told| told.condition == alert.condition) else {
                return true;
            };
            match (told.over_at, alert.over_at) {
                (Some(_), Some(_)) => return false,
                // It began anew while somebody was told that it was over.
                (Some(_), None) => (alert.told_at, alert.since) = (None, now),
                (None, _) => alert.told_at = Some(now),
            }
            true
        });
    }

    /// What rings now.
    pub fn now(&self) -> impl Iterator<Item = &Alert> {
        self.0.iter().filter(|alert| alert.over_at.is_none())
    }
}

impl fmt::Display for Ringing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for alert in &self.0 {
            let Alert {
                condition,
                since,
                detail,
                told_at,
                over_at,
                quiet_since,
                tried,
            } = alert;
            write!(f, "{} {}", condition.id(), since.0)?;
            for moment in [told_at, over_at, quiet_since] {
                match moment {
                    Some(moment) => write!(f, " {}", moment.0)?,
                    None => f.write_str(" -")?,
                }
            }
            let word = detail.word.as_deref().unwrap_or("-");
            let (amount, more) = (detail.amount, detail.more);
            writeln!(f, " {} {amount} {more} {word}", u8::from(*tried))?;
        }
        Ok(())
    }
}

/// Not the text of a [`Ringing`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a list of alerts")]
pub struct NotRinging;

impl FromStr for Ringing {
    type Err = NotRinging;

    fn from_str(text: &str) -> Result<Self, NotRinging> {
        let alerts: Option<_> = text.lines().map(read).collect();
        alerts.map(Self).ok_or(NotRinging)
    }
}

fn read(line: &str) -> Option<Alert> {
    let mut words = line.split(' ');
    let condition = Condition::from_id(words.next()?)?;
    let since = UnixMillis(words.next()?.parse().ok()?);
    let mut moment = || match words.next()? {
        "-" => Some(None),
        word => Some(Some(UnixMillis(word.parse().ok()?))),
    };
    let (told_at, over_at, quiet_since) = (moment()?, moment()?, moment()?);
    Some(Alert {
        condition,
        since,
        told_at,
        over_at,
        quiet_since,
        tried: words.next()? == "1",
        detail: Detail {
            amount: words.next()?.parse().ok()?,
            more: words.next()?.parse().ok()?,
            word: Some(words.next()?.to_owned()).filter(|word| word != "-"),
        },
    })
}
