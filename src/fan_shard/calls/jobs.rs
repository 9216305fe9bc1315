//! A job is shown, claimed, settled, tried once more.

use fandesk_shard::jobs::{Claim, Report, Work};

use super::{Call, text_calls};
use crate::record::{Record, Unreadable};

text_calls! {
    /// A job. Answered with the API's JSON, or none when there is no such job.
    ShowJob "/job" { id }
    /// A dead or unknown job is to be tried once more.
    ReplayJob "/replay" { id }
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
