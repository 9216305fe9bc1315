//! What other actors ask a shard, and what it answers, as [`Record`]s. [`super::ask`] carries them.

use fandesk_shard::Layout;
use fandesk_shard::jobs::{Claim, Report, Work};
use wechat::Reply;

use crate::record::{Record, Unreadable};

/// A question to a shard.
pub(crate) trait Call: Sized {
    /// What the shard answers.
    type Answer;
    /// Where it is asked.
    const PATH: &'static str;
    /// The call as a record.
    fn write(&self) -> Record;
    /// Reads [`Call::write`].
    fn read(record: Record) -> Result<Self, Unreadable>;
    /// The answer as a record.
    fn write_answer(answer: Self::Answer) -> Record;
    /// Reads [`Call::write_answer`].
    fn read_answer(record: Record) -> Result<Self::Answer, Unreadable>;
}

/// A message or event of WeChat.
pub(crate) struct Receive {
    /// What tells it from all others.
    pub(crate) key: String,
    /// Everything that WeChat sent, as the JSON that is kept.
    pub(crate) fields: String,
}

/// What WeChat is to be answered.
pub(crate) struct Received {
    /// The passive reply; `None` is `success`.
    pub(crate) reply: Option<Reply>,
    /// `CreateTime` of the reply document, in seconds.
    pub(crate) created_at: i64,
}

impl Call for Receive {
    type Answer = Received;
    const PATH: &'static str = "/receive";

    fn write(&self) -> Record {
        Record::new().with(&self.key).with(&self.fields)
    }

    fn read(mut record: Record) -> Result<Self, Unreadable> {
        Ok(Self {
            key: record.text(0)?,
            fields: record.text(1)?,
        })
    }

    fn write_answer(answer: Received) -> Record {
        let reply = answer
            .reply
            .and_then(|reply| serde_json::to_string(&reply).ok());
        Record::new().with(answer.created_at).with_option(reply)
    }

    fn read_answer(mut record: Record) -> Result<Received, Unreadable> {
        let reply = match record.take(1) {
            Some(reply) => Some(Reply::from_json(&reply).ok_or(Unreadable::Field(1))?),
            None => None,
        };
        Ok(Received {
            reply,
            created_at: record.integer(0)?,
        })
    }
}

/// To shard 0: how many shards the first start shall make, which only the first proposal decides. Answered with the layout in force.
pub(crate) struct ProposeLayout(pub(crate) Layout);

impl Call for ProposeLayout {
    type Answer = Layout;
    const PATH: &'static str = "/layout";

    fn write(&self) -> Record {
        Self::write_answer(self.0.clone())
    }

    fn read(record: Record) -> Result<Self, Unreadable> {
        Self::read_answer(record).map(Self)
    }

    // The release that knew of no moves has the first field only.
    fn write_answer(layout: Layout) -> Record {
        Record::new().with(layout.base()).with(layout)
    }

    fn read_answer(mut record: Record) -> Result<Layout, Unreadable> {
        let layout = match record.take(1) {
            Some(layout) => layout.parse().ok(),
            None => u16::try_from(record.integer(0)?)
                .ok()
                .and_then(Layout::even),
        };
        layout.ok_or(Unreadable::Field(1))
    }
}

/// A new version of the playbook. Answered with the version that the shard has then.
pub(crate) struct Publish {
    pub(crate) version: i64,
    /// `toml` or `json`.
    pub(crate) format: String,
    pub(crate) document: String,
}

impl Call for Publish {
    type Answer = Option<i64>;
    const PATH: &'static str = "/publish";

    fn write(&self) -> Record {
        Record::new()
            .with(self.version)
            .with(&self.format)
            .with(&self.document)
    }

    fn read(mut record: Record) -> Result<Self, Unreadable> {
        Ok(Self {
            version: record.integer(0)?,
            format: record.text(1)?,
            document: record.text(2)?,
        })
    }

    fn write_answer(version: Option<i64>) -> Record {
        Record::new().with_option(version)
    }

    fn read_answer(record: Record) -> Result<Option<i64>, Unreadable> {
        Ok(record.number(0))
    }
}

/// Which version the shard answers from.
pub(crate) struct PlaybookVersion;

impl Call for PlaybookVersion {
    type Answer = Option<i64>;
    const PATH: &'static str = "/playbook";

    fn write(&self) -> Record {
        Record::new()
    }

    fn read(_: Record) -> Result<Self, Unreadable> {
        Ok(Self)
    }

    fn write_answer(version: Option<i64>) -> Record {
        Publish::write_answer(version)
    }

    fn read_answer(record: Record) -> Result<Option<i64>, Unreadable> {
        Publish::read_answer(record)
    }
}

/// Events after a place.
pub(crate) struct ListEvents {
    /// Of one fan, or of all.
    pub(crate) openid: Option<String>,
    pub(crate) after: i64,
    pub(crate) limit: i64,
    /// How many bytes of payloads end the list before that.
    pub(crate) bytes: usize,
}

/// Some of a shard's events.
pub(crate) struct EventList {
    /// What came before this place is in D1 only.
    pub(crate) kept_from: i64,
    /// In order.
    pub(crate) events: Vec<Listed>,
}

/// One event of a list.
pub(crate) struct Listed {
    /// Its place in the shard's ledger.
    pub(crate) seq: i64,
    /// In milliseconds.
    pub(crate) received_at: i64,
    /// As the API shows it.
    pub(crate) json: String,
}

impl Call for ListEvents {
    type Answer = EventList;
    const PATH: &'static str = "/events";

    fn write(&self) -> Record {
        Record::new()
            .with(self.after)
            .with(self.limit)
            .with_option(self.openid.as_ref())
            .with(self.bytes)
    }

    fn read(mut record: Record) -> Result<Self, Unreadable> {
        Ok(Self {
            after: record.integer(0)?,
            limit: record.integer(1)?,
            // The previous release does not say.
            bytes: record
                .number(3)
                .and_then(|bytes| bytes.try_into().ok())
                .unwrap_or(usize::MAX),
            openid: record.take(2),
        })
    }

    fn write_answer(list: EventList) -> Record {
        let events = list.events.into_iter();
        events.fold(Record::new().with(list.kept_from), |record, event| {
            record
                .with(event.seq)
                .with(event.received_at)
                .with(event.json)
        })
    }

    fn read_answer(mut record: Record) -> Result<EventList, Unreadable> {
        let mut events = Vec::new();
        for field in (1..record.len()).step_by(3) {
            events.push(Listed {
                seq: record.integer(field)?,
                received_at: record.integer(field.saturating_add(1))?,
                json: record.text(field.saturating_add(2))?,
            });
        }
        Ok(EventList {
            kept_from: record.integer(0)?,
            events,
        })
    }
}

/// Calls that carry a few texts and are answered with one, or none.
macro_rules! text_calls {
    ($($(#[$doc:meta])* $name:ident $path:literal { $($field:ident),* })*) => {
        $(
            $(#[$doc])*
            pub(crate) struct $name { $(pub(crate) $field: String),* }

            impl Call for $name {
                type Answer = Option<String>;
                const PATH: &'static str = $path;

                fn write(&self) -> Record {
                    Record::new()$(.with(&self.$field))*
                }

                #[allow(unused_assignments, unused_mut, unused_variables, reason = "a call may have no field")]
                fn read(mut record: Record) -> Result<Self, Unreadable> {
                    let mut fields = 0..;
                    Ok(Self { $($field: record.text(fields.next().unwrap_or(0))?),* })
                }

                fn write_answer(answer: Option<String>) -> Record {
                    Record::new().with_option(answer)
                }

                fn read_answer(mut record: Record) -> Result<Option<String>, Unreadable> {
                    Ok(record.take(0))
                }
            }
        )*
    };
}

text_calls! {
    /// The state of a fan. Answered with the API's JSON, or none when there is no such fan.
    ShowFan "/fan" { openid }
    /// A message to a fan, sent once. Answered with the job's id.
    WriteToFan "/message" { openid, text }
    /// The tags of a fan as a JSON array, with the number of this change. Answered with none when there is no such person.
    SetTags "/tags" { openid, fan_ref, rev, tags }
    /// A job. Answered with the API's JSON, or none when there is no such job.
    ShowJob "/job" { id }
    /// A dead or unknown job is to be tried once more.
    ReplayJob "/replay" { id }
    /// Tell D1 of all changes now.
    Flush "/flush" {}
    /// Everything since a moment (in milliseconds) is to go to D1 once more. Answered with how many events and rows wait then, a space between.
    Reflush "/reflush" { since }
    /// The playbook that the shard answers from. Answered with version, format and document as a record, or none.
    KeptPlaybook "/kept-playbook" {}
}

/// May this job be done now?
pub(crate) struct ClaimJob {
    pub(crate) id: String,
}

impl Call for ClaimJob {
    type Answer = Claim;
    const PATH: &'static str = "/claim";

    fn write(&self) -> Record {
        Record::new().with(&self.id)
    }

    fn read(mut record: Record) -> Result<Self, Unreadable> {
        Ok(Self {
            id: record.text(0)?,
        })
    }

    fn write_answer(claim: Claim) -> Record {
        match claim {
            Claim::Wait => Record::new().with("wait"),
            Claim::Ended => Record::new().with("ended"),
            Claim::Refused { reason } => Record::new().with("refused").with(reason),
            Claim::Go {
                lease,
                work: Work::Send { body },
            } => Record::new().with("send").with(lease).with(body),
            Claim::Go {
                lease,
                work:
                    Work::Ask {
                        method,
                        url,
                        secret,
                        timeout_ms,
                        body,
                    },
            } => Record::new()
                .with("ask")
                .with(lease)
                .with(body)
                .with(method)
                .with(url)
                .with(timeout_ms)
                .with_option(secret),
        }
    }

    fn read_answer(mut record: Record) -> Result<Claim, Unreadable> {
        let claim = match record.text(0)?.as_str() {
            "wait" => Claim::Wait,
            "ended" => Claim::Ended,
            "refused" => Claim::Refused {
                reason: record.text(1)?,
            },
            "send" => Claim::Go {
                lease: record.text(1)?,
                work: Work::Send {
                    body: record.text(2)?,
                },
            },
            "ask" => {
                let timeout_ms =
                    u32::try_from(record.integer(5)?).map_err(|_| Unreadable::Field(5))?;
                let work = Work::Ask {
                    body: record.text(2)?,
                    method: record.text(3)?,
                    url: record.text(4)?,
                    timeout_ms,
                    secret: record.take(6),
                };
                Claim::Go {
                    lease: record.text(1)?,
                    work,
                }
            }
            _ => return Err(Unreadable::Field(0)),
        };
        Ok(claim)
    }
}

/// What came of a job.
pub(crate) struct SettleJob {
    pub(crate) id: String,
    pub(crate) lease: String,
    pub(crate) report: Report,
}

impl Call for SettleJob {
    type Answer = ();
    const PATH: &'static str = "/settle";

    fn write(&self) -> Record {
        let record = Record::new().with(&self.id).with(&self.lease);
        match &self.report {
            Report::Delivered => record.with("delivered"),
            Report::Answered { body } => record.with("answered").with(body),
            Report::TryAgain { error, after_ms } => {
                record.with("try_again").with(error).with_option(*after_ms)
            }
            Report::Refused { error } => record.with("refused").with(error),
            Report::Lost { error } => record.with("lost").with(error),
        }
    }

    fn read(mut record: Record) -> Result<Self, Unreadable> {
        let report = match record.text(2)?.as_str() {
            "delivered" => Report::Delivered,
            "answered" => Report::Answered {
                body: record.text(3)?,
            },
            "try_again" => Report::TryAgain {
                error: record.text(3)?,
                after_ms: record.number(4).and_then(|ms| u32::try_from(ms).ok()),
            },
            "refused" => Report::Refused {
                error: record.text(3)?,
            },
            "lost" => Report::Lost {
                error: record.text(3)?,
            },
            _ => return Err(Unreadable::Field(2)),
        };
        Ok(Self {
            id: record.text(0)?,
            lease: record.text(1)?,
            report,
        })
    }

    fn write_answer((): ()) -> Record {
        Record::new()
    }

    fn read_answer(_: Record) -> Result<(), Unreadable> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_claim_reads_back() {
        let ask = |secret: Option<&str>| Work::Ask {
            method: "POST".to_owned(),
            url: "https://x/".to_owned(),
            secret: secret.map(str::to_owned),
            timeout_ms: 3000,
            body: "{}".to_owned(),
        };
        let go = |work| Claim::Go {
            lease: "l".to_owned(),
            work,
        };
        for claim in [
            Claim::Wait,
            Claim::Ended,
            Claim::Refused {
                reason: "r".to_owned(),
            },
            go(Work::Send {
                body: "b".to_owned(),
            }),
            go(ask(None)),
            go(ask(Some("DEMO"))),
        ] {
            assert_eq!(
                ClaimJob::read_answer(ClaimJob::write_answer(claim.clone())),
                Ok(claim)
            );
        }
    }

    #[test]
    fn every_report_reads_back() {
        let error = || "e".to_owned();
        for report in [
            Report::Delivered,
            Report::Answered {
                body: "{}".to_owned(),
            },
            Report::TryAgain {
                error: error(),
                after_ms: None,
            },
            Report::TryAgain {
                error: error(),
                after_ms: Some(5),
            },
            Report::Refused { error: error() },
            Report::Lost { error: error() },
        ] {
            let call = SettleJob {
                id: "1.2.3".to_owned(),
                lease: "l".to_owned(),
                report: report.clone(),
            };
            assert_eq!(SettleJob::read(call.write()).unwrap().report, report);
        }
    }
}
