//! What the Clock asks a shard for alerts: how it is doing, and of shard 0 the rules, so that no database is needed to know whom
//! to tell that the database is away.

use std::time::Duration;

use fandesk_playbook::{Address, Alerts, Form, Webhook};
use fandesk_shard::UnixMillis;
use fandesk_shard::alerts::{Standing, standing};
use fandesk_shard::outbox::Lane;
use fandesk_shard::sql::SqlError;

use super::Shard;
use super::calls::Call;
use crate::random::now;
use crate::record::{Record, Unreadable};

/// How is the shard doing?
pub(crate) struct Measure;

impl Call for Measure {
    type Answer = Standing;
    const PATH: &'static str = "/measure";

    fn write(&self) -> Record {
        Record::new()
    }

    fn read(_: Record) -> Result<Self, Unreadable> {
        Ok(Self)
    }

    fn write_answer(standing: Standing) -> Record {
        let counts = Record::new()
            .with(standing.parked)
            .with(standing.failed_jobs)
            .with(standing.given_up);
        standing.behind_since.iter().fold(counts, |record, since| {
            record.with_option(since.map(|at| at.0))
        })
    }

    fn read_answer(record: Record) -> Result<Standing, Unreadable> {
        let mut behind_since = [None; Lane::ALL.len()];
        for (field, since) in (3..).zip(&mut behind_since) {
            *since = record.number(field).map(UnixMillis);
        }
        Ok(Standing {
            behind_since,
            parked: record.integer(0)?,
            failed_jobs: record.integer(1)?,
            given_up: record.integer(2)?,
        })
    }
}

/// When does something count as wrong, and who is to be told?
pub(crate) struct ShowRules;

impl Call for ShowRules {
    type Answer = Alerts;
    const PATH: &'static str = "/alerts";

    fn write(&self) -> Record {
        Record::new()
    }

    fn read(_: Record) -> Result<Self, Unreadable> {
        Ok(Self)
    }

    fn write_answer(rules: Alerts) -> Record {
        let (mut url, mut url_secret, mut secret, mut form) = (None, None, None, None);
        if let Some(webhook) = rules.webhook {
            match webhook.address {
                Address::Url(address) => url = Some(address),
                Address::Secret(name) => url_secret = Some(name),
            }
            (secret, form) = (webhook.secret, Some(webhook.form.name()));
        }
        Record::new()
            .with_option(url)
            .with_option(url_secret)
            .with_option(secret)
            .with_option(form)
            .with(rules.repeat_every.as_secs())
            .with(rules.outbox_age.as_secs())
            .with(rules.failed_jobs)
            .with(rules.failed_within.as_secs())
            .with(rules.refused_tokens)
            .with(rules.refused_within.as_secs())
            .with(rules.no_token_for.as_secs())
            .with(rules.d1_megabytes)
    }

    fn read_answer(mut record: Record) -> Result<Alerts, Unreadable> {
        let number =
            |field| u32::try_from(record.integer(field)?).map_err(|_| Unreadable::Field(field));
        let span = |field| Ok(Duration::from_secs(number(field)?.into()));
        let mut rules = Alerts {
            webhook: None,
            repeat_every: span(4)?,
            outbox_age: span(5)?,
            failed_jobs: number(6)?,
            failed_within: span(7)?,
            refused_tokens: number(8)?,
            refused_within: span(9)?,
            no_token_for: span(10)?,
            d1_megabytes: number(11)?,
        };
        let address = match (record.take(0), record.take(1)) {
            (Some(url), _) => Some(Address::Url(url)),
            (None, name) => name.map(Address::Secret),
        };
        if let Some(address) = address {
            let form = record.text(3)?;
            rules.webhook = Some(Webhook {
                address,
                secret: record.take(2),
                form: Form::ALL
                    .into_iter()
                    .find(|known| known.name() == form)
                    .ok_or(Unreadable::Field(3))?,
            });
        }
        Ok(rules)
    }
}

impl Shard {
    pub(super) fn rules(&self) -> Alerts {
        self.playbook_in_force()
            .map_or_else(Alerts::default, |in_force| {
                in_force.playbook.alerts().clone()
            })
    }

    pub(super) fn measure(&self) -> Result<Standing, SqlError> {
        standing::measure(&self.db, &self.rules(), now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_reads_back() {
        let standing = Standing {
            behind_since: [
                None,
                Some(UnixMillis(7)),
                Some(UnixMillis(9)),
                None,
                Some(UnixMillis(11)),
            ],
            parked: 1,
            failed_jobs: 2,
            given_up: 3,
        };
        assert_eq!(
            Measure::read_answer(Measure::write_answer(standing.clone())),
            Ok(standing)
        );
    }

    #[test]
    fn rules_read_back_with_each_address_and_without() {
        let webhook = |address| {
            Some(Webhook {
                address,
                secret: Some("S".to_owned()),
                form: Form::Feishu,
            })
        };
        for webhook in [
            None,
            webhook(Address::Url("https://x/".to_owned())),
            webhook(Address::Secret("R".to_owned())),
        ] {
            let rules = Alerts {
                webhook,
                ..Alerts::default()
            };
            assert_eq!(
                ShowRules::read_answer(ShowRules::write_answer(rules.clone())),
                Ok(rules)
            );
        }
    }
}
