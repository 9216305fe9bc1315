//! What the desk is asked, call by call. A person's calls begin with who they are; what they may is looked at here, in the turn in
//! which it happens.

use std::rc::Rc;

use fandesk_desk::Who;
use fandesk_shard::sql::SqlError;
use serde_json::Value;

use super::Service;
use super::conversations::deed;
use super::refusal::Refusal;
use super::turn::NoTurn;
use crate::record::{Record, Unreadable};
use crate::{log, object};

/// Why a call was not done.
pub(super) enum No {
    /// It is not allowed, not possible, or cannot be read.
    Refused(Refusal),
    /// The database.
    Failed(SqlError),
}

pub(super) type Answer = Result<String, No>;

impl From<Refusal> for No {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<fandesk_desk::Refused> for No {
    fn from(refused: fandesk_desk::Refused) -> Self {
        Self::Refused(Refusal::from(&refused))
    }
}

impl From<NoTurn> for No {
    fn from(error: NoTurn) -> Self {
        match error {
            NoTurn::Refused(refused) => refused.into(),
            NoTurn::Failed(error) => Self::Failed(error),
        }
    }
}

impl From<SqlError> for No {
    fn from(error: SqlError) -> Self {
        Self::Failed(error)
    }
}

impl From<Unreadable> for No {
    fn from(error: Unreadable) -> Self {
        Self::Refused(Refusal::new(422, "invalid", error.to_string()))
    }
}

impl Service {
    /// Answers a call: one step without an await.
    pub(super) fn answer(self: &Rc<Self>, path: &str, body: &str) -> String {
        match self.done(path, body) {
            Ok(answer) => object::answer(200, &answer),
            Err(No::Refused(refusal)) => refusal.answer(),
            Err(No::Failed(error)) => {
                let message = format!("{path} failed at the desk");
                let account = &self.account;
                log::error(
                    "desk",
                    &message,
                    &[("account", account), ("reason", &error)],
                );
                object::answer(500, "the desk's database refused")
            }
        }
    }

    fn done(self: &Rc<Self>, path: &str, body: &str) -> Answer {
        let mut call = Record::read(body)?;
        match path {
            "/wake" => {
                self.look_who_is_there();
                self.start_telling();
                self.wake_for_what_is_due();
                return Ok(String::new());
            }
            "/ask-again" => {
                self.close_of(&call.text(0)?);
                return Ok(String::new());
            }
            "/took" => return self.took(call),
            "/people" => return self.people(&call.text(0)?),
            "/audit" => return self.note_of_others(&call.text(0)?),
            "/audit-verified" => return self.audit_verified(),
            _ => {}
        }
        let who = who(&call.text(0)?)?;
        match path {
            "/conversations" => self.list(&who, &parsed(&call.text(1)?)?),
            "/conversation" => self.show(&who, &call.text(1)?),
            "/deed" => {
                let (id, name) = (call.text(1)?, call.text(2)?);
                self.act(&who, &id, deed(&name, &parsed(&call.text(3)?)?)?)
            }
            "/bulk" => {
                let (ids, name) = (parsed(&call.text(1)?)?, call.text(2)?);
                let with = parsed(&call.text(3)?)?;
                self.bulk(&who, &texts(Some(&ids)), &name, &with)
            }
            "/read" => self.read(&who, &call.text(1)?, &call.text(2)?),
            "/may-answer" => self.may_answer(&who, &call.text(1)?),
            "/draft" => self.draft(&who, &call.text(1)?),
            "/audit-rows" => self.audit_rows(&who, &parsed(&call.text(1)?)?),
            "/desk" => self.wall(&who),
            "/status" => self.status(who, call.text(1)? == "away"),
            _ => Err(Refusal::new(404, "not_found", "there is no such call").into()),
        }
    }
}

/// Who asks, as the Worker knows.
pub(super) fn who(text: &str) -> Result<Who, No> {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    let wrong = |_| Refusal::new(403, "forbidden", "the desk does not know who asks");
    Ok(Who::read(&value).map_err(wrong)?)
}

/// A part of a call that is JSON.
pub(super) fn parsed(text: &str) -> Result<Value, No> {
    let wrong = |_| Refusal::new(422, "invalid", "a part of the call is no JSON");
    Ok(serde_json::from_str(text).map_err(wrong)?)
}

/// The texts of a list.
pub(super) fn texts(list: Option<&Value>) -> Vec<String> {
    let items = list
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    items
        .iter()
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

/// A field or parameter is wrong.
pub(super) fn wrong(field: &str, message: impl Into<String>) -> Refusal {
    Refusal {
        field: Some(field.to_owned()),
        ..Refusal::new(422, "invalid", message)
    }
}
