//! What a shard does for each call, but for those that have a room of their own (the playbook, moving slots, telling D1 again, alerts).

use std::rc::Rc;

use fandesk_shard::desk::{says, thread};
use fandesk_shard::intake::{self, WriteError};
use fandesk_shard::jobs::{self, settle::ReplayError};
use fandesk_shard::outbox::Lane;
use fandesk_shard::sql::SqlError;
use fandesk_shard::{conversations, events, fan, identities, routing, tags};

use super::alerts::{Measure, ShowRules};
use super::calls::{self, Call};
use super::moving::Moving;
use super::{Shard, views};
use crate::random::{PlatformRandom, now};
use crate::record::{Record, Unreadable};
use crate::settings;

/// Why a call was not done; becomes a status and a plain sentence.
pub(crate) enum Refused {
    /// The caller asked for something that cannot be.
    Because {
        /// As in HTTP.
        status: u16,
        /// For the operator.
        message: String,
    },
    /// The database.
    Failed(SqlError),
}

impl From<Unreadable> for Refused {
    fn from(error: Unreadable) -> Self {
        Self::Because {
            status: 400,
            message: error.to_string(),
        }
    }
}

impl From<SqlError> for Refused {
    fn from(error: SqlError) -> Self {
        Self::Failed(error)
    }
}

impl Shard {
    /// Does what a call asks for: one step without an await, but for [`calls::Flush`].
    pub(super) async fn answer(self: &Rc<Self>, path: &str, body: &str) -> Result<Record, Refused> {
        use calls::{
            ClaimJob, DeskSays, Flush, KeptPlaybook, ListEvents, ListThread, PlaybookVersion,
            ProposeLayout, Publish, Reflush, ReplayJob, SetTags, SettleJob, ShowFan, ShowJob,
            VisitorReads, VisitorReadsOn, VisitorSends, WriteToFan,
        };
        let call = Record::read(body)?;
        self.keeps(path, &call)?;
        self.catch_up()?;
        Ok(match path {
            ProposeLayout::PATH => {
                ProposeLayout::write_answer(routing::fix(&self.db, &ProposeLayout::read(call)?.0)?)
            }
            Publish::PATH => Publish::write_answer(Some(self.publish(&Publish::read(call)?)?)),
            PlaybookVersion::PATH => {
                // The Clock asks each minute: should an alarm ever get lost, this finds what is due.
                self.wake_for_what_is_due();
                PlaybookVersion::write_answer(self.playbook_version())
            }
            ListThread::PATH => ListThread::write_answer(self.thread(&ListThread::read(call)?)?),
            ListEvents::PATH => ListEvents::write_answer(self.events(&ListEvents::read(call)?)?),
            ShowFan::PATH => ShowFan::write_answer(self.fan(&ShowFan::read(call)?)?),
            WriteToFan::PATH => {
                WriteToFan::write_answer(Some(self.message(&WriteToFan::read(call)?)?))
            }
            DeskSays::PATH => DeskSays::write_answer(Some(self.desk_says(&DeskSays::read(call)?)?)),
            VisitorSends::PATH => {
                VisitorSends::write_answer(self.visitor_sends(&VisitorSends::read(call)?)?)
            }
            VisitorReads::PATH | VisitorReadsOn::PATH => {
                let VisitorReads { openid, after } = VisitorReads::read(call)?;
                VisitorReads::write_answer(self.visitor_reads(&openid, &after)?)
            }
            SetTags::PATH => SetTags::write_answer(self.set_tags(&SetTags::read(call)?)?),
            ShowJob::PATH => ShowJob::write_answer(self.job(&ShowJob::read(call)?)?),
            ClaimJob::PATH => ClaimJob::write_answer(self.claim(&ClaimJob::read(call)?)?),
            SettleJob::PATH => SettleJob::write_answer(self.settle(SettleJob::read(call)?)?),
            ReplayJob::PATH => {
                self.replay(&ReplayJob::read(call)?)?;
                ReplayJob::write_answer(None)
            }
            Measure::PATH => Measure::write_answer(self.measure()?),
            ShowRules::PATH => ShowRules::write_answer(self.rules()),
            Moving::PATH => Moving::write_answer(self.moves(&Moving::read(call)?)?),
            Flush::PATH => {
                self.flush_people().await;
                self.wake_for_what_is_due();
                Flush::write_answer(None)
            }
            Reflush::PATH => Reflush::write_answer(Some(self.reflush(&Reflush::read(call)?)?)),
            KeptPlaybook::PATH => KeptPlaybook::write_answer(self.kept_playbook()?),
            _ => {
                return Err(Refused::Because {
                    status: 404,
                    message: "there is no such call".to_owned(),
                });
            }
        })
    }

    fn events(&self, call: &calls::ListEvents) -> Result<calls::EventList, SqlError> {
        let events = events::list(
            &self.db,
            call.openid.as_deref(),
            call.after,
            call.limit,
            call.bytes,
        )?;
        let kept_from = events::kept_from(&self.db)?;
        Ok(calls::EventList {
            kept_from,
            events: events
                .into_iter()
                .map(|event| views::event(self.number, event))
                .collect(),
        })
    }

    fn thread(&self, call: &calls::ListThread) -> Result<calls::Thread, SqlError> {
        let stretch = (call.after, call.before);
        let shown = thread::newest(&self.db, self.number, &call.openid, stretch, call.limit)?;
        let shown = shown.into_iter().map(|shown| {
            let entries = serde_json::Value::from(shown.entries);
            (shown.seq, entries.to_string())
        });
        Ok(calls::Thread {
            kept_from: events::kept_from(&self.db)?,
            shown: shown.collect(),
        })
    }

    fn fan(&self, call: &calls::ShowFan) -> Result<Option<String>, SqlError> {
        let Some(fan) = fan::load(&self.db, &call.openid)? else {
            return Ok(None);
        };
        let follows = fan::follows(&self.db, &fan.fan_ref)?;
        let waiting_since = conversations::waiting_since(&self.db, &fan.fan_ref)?;
        let tags = tags::load(&self.db, &call.openid)?;
        let bound = identities::load(&self.db, &call.openid, now())?;
        Ok(Some(views::fan(
            &call.openid,
            &fan,
            tags,
            follows,
            waiting_since,
            bound.map(|bound| bound.bound_at),
            now(),
        )))
    }

    fn set_tags(&self, call: &calls::SetTags) -> Result<Option<String>, Refused> {
        let unreadable = |field| Refused::from(Unreadable::Field(field));
        let rev = call.rev.parse().map_err(|_| unreadable(2))?;
        let tags: Vec<String> = serde_json::from_str(&call.tags).map_err(|_| unreadable(3))?;
        let known = tags::put(&self.db, &call.openid, &call.fan_ref, rev, &tags)?;
        Ok(known.then(String::new))
    }

    fn message(self: &Rc<Self>, call: &calls::WriteToFan) -> Result<String, Refused> {
        let id = intake::write_to_fan(&self.db, self.number, &call.openid, &call.text, now())
            .map_err(|error| match error {
                WriteError::UnknownFan => Refused::Because {
                    status: 404,
                    message: error.to_string(),
                },
                WriteError::Closed(closed) => Refused::Because {
                    status: 409,
                    message: closed.to_string(),
                },
                WriteError::Sql(error) => Refused::Failed(error),
            })?;
        self.after_change();
        Ok(id)
    }

    fn desk_says(self: &Rc<Self>, call: &calls::DeskSays) -> Result<String, Refused> {
        let playbook = self.playbook_in_force();
        let hearing = says::Hearing {
            shard: self.number,
            playbook: playbook.as_deref().map(|in_force| &in_force.playbook),
            service_messages: settings::may_send(&self.env, &self.account),
            now: now(),
        };
        let answer = says::hear(&self.db, hearing, &call.openid, &call.key, &call.body);
        let answer = answer.map_err(|error| {
            let status = match error {
                says::Refused::Sql(error) => return Refused::Failed(error),
                says::Refused::UnknownFan => 404,
                says::Refused::Unreadable(_) => 400,
                says::Refused::Epoch(_) | says::Refused::Answered | says::Refused::Window(_) => 409,
            };
            Refused::Because {
                status,
                message: error.to_string(),
            }
        })?;
        self.start_flush(Lane::Desk);
        self.after_change();
        Ok(answer.to_string())
    }

    fn job(&self, call: &calls::ShowJob) -> Result<Option<String>, SqlError> {
        Ok(jobs::rows::load(&self.db, &call.id)?.map(|job| views::job(&job)))
    }

    fn claim(self: &Rc<Self>, call: &calls::ClaimJob) -> Result<jobs::Claim, SqlError> {
        let playbook = self.playbook_in_force();
        let claim = self.db_savepoint(|db| {
            jobs::claim(
                db,
                &call.id,
                playbook.as_deref().map(|p| &p.playbook),
                now(),
                &mut PlatformRandom,
            )
        })?;
        self.after_change();
        Ok(claim)
    }

    fn settle(self: &Rc<Self>, call: calls::SettleJob) -> Result<(), SqlError> {
        let playbook = self.playbook_in_force();
        self.db_savepoint(|db| {
            jobs::settle(
                db,
                &call.id,
                &call.lease,
                call.report,
                playbook.as_deref().map(|p| &p.playbook),
                now(),
            )
        })?;
        self.after_change();
        Ok(())
    }

    fn replay(self: &Rc<Self>, call: &calls::ReplayJob) -> Result<(), Refused> {
        jobs::settle::replay(&self.db, &call.id, now()).map_err(|error| match error {
            ReplayError::NotFound => Refused::Because {
                status: 404,
                message: error.to_string(),
            },
            ReplayError::NotFailed(_) | ReplayError::Binding => Refused::Because {
                status: 409,
                message: error.to_string(),
            },
            ReplayError::Sql(error) => Refused::Failed(error),
        })?;
        self.after_change();
        Ok(())
    }
}
