//! What people look at and do: conversations, one or many.

use std::rc::Rc;

use fandesk_desk::lifecycle::State;
use fandesk_desk::list::{Query, With};
use fandesk_desk::{Command, Conversation, Deed, Refused, Who, rows};
use serde_json::{Value, json};

use super::Service;
use super::answers::{Answer, No, texts, wrong};
use super::refusal::Refusal;

/// Cases of a fan that are shown beside one.
const OTHER_CASES: i64 = 50;

impl Service {
    /// A page of conversations, newest first. Closed ones are not in memory: they are among them when they are asked for.
    pub(super) fn list(&self, who: &Who, wanted: &Value) -> Answer {
        let text = |name: &str| wanted.get(name).and_then(Value::as_str);
        let query = query(who, &text)?;
        let limit = wanted.get("limit").and_then(Value::as_u64).unwrap_or(100);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let after = text("after");
        if after.is_some_and(|after| !is_place(after)) {
            return Err(wrong("after", "this is no cursor of this list").into());
        }
        let model = self.model.borrow();
        let (items, next) = rows::list(&self.db, &model, who, &query, after, limit)?;
        Ok(json!({ "items": items, "next": next }).to_string())
    }

    /// One conversation.
    pub(super) fn show(&self, who: &Who, id: &str) -> Answer {
        let found = self.seen(who, id)?;
        Ok(self.model.borrow().view(&found).to_string())
    }

    /// One that they may see, in memory or closed.
    fn seen(&self, who: &Who, id: &str) -> Result<Conversation, No> {
        Ok(rows::seen(&self.db, &self.model.borrow(), who, id)??)
    }

    /// Does something with one, and gives it as it is then, even if they do not see it any more.
    pub(super) fn act(self: &Rc<Self>, who: &Who, id: &str, deed: Deed) -> Answer {
        self.carry_out(who, id, deed)?;
        let model = self.model.borrow();
        // What may not be reopened is closed, and out of memory, in the turn that resolves it.
        let found = rows::find(&self.db, &model, id)?.ok_or(Refused::NotFound)?;
        Ok(model.view(&found).to_string())
    }

    fn carry_out(self: &Rc<Self>, who: &Who, id: &str, deed: Deed) -> Result<(), No> {
        let (who, id) = (who.clone(), id.to_owned());
        Ok(self.turn(Command::Deed { who, id, deed })?)
    }

    /// The same with many, each by itself.
    pub(super) fn bulk(
        self: &Rc<Self>,
        who: &Who,
        ids: &[String],
        name: &str,
        with: &Value,
    ) -> Answer {
        let (mut done, mut failed) = (Vec::new(), Vec::new());
        for id in ids {
            let deed = match name {
                "tag" => self.tagged(who, id, with),
                name => deed(name, with).map_err(No::from),
            };
            match deed.and_then(|deed| self.carry_out(who, id, deed)) {
                Ok(()) => done.push(id),
                Err(No::Refused(no)) => {
                    failed.push(json!({ "id": id, "code": no.code, "message": no.message }));
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(json!({ "done": done, "failed": failed }).to_string())
    }

    /// Tags beside those that it has.
    fn tagged(&self, who: &Who, id: &str, with: &Value) -> Result<Deed, No> {
        let mut tags = self.seen(who, id)?.tags;
        tags.extend(texts(with.get("tags")));
        Ok(Deed::Tags(tags))
    }

    /// Lets them read what belongs to a conversation, or note something in it, and writes down that they did: gives whose fan it is, and
    /// the fan's other cases.
    pub(super) fn read(self: &Rc<Self>, who: &Who, id: &str, action: &str) -> Answer {
        let may = match action {
            "note" => rows::notable,
            _ => rows::readable,
        };
        let found = may(&self.db, &self.model.borrow(), who, id)??;
        let is_live = self.model.borrow().conversation(id).is_some();
        match action {
            "read" if is_live => self.carry_out(who, id, Deed::Read)?,
            // Written down when the shard tells that it has the note.
            "note" => {}
            action => self.note(&who.id, action, id, json!({}))?,
        }
        let model = self.model.borrow();
        let mut cases = rows::of_fan(&self.db, &found.fan_ref, OTHER_CASES)?;
        cases.retain(|other| other.id != id && model.may_see(who, &other.team));
        let cases: Vec<Value> = cases.iter().map(|other| model.view(other)).collect();
        let read = json!({ "openid": found.openid, "channel": found.channel, "cases": cases });
        Ok(read.to_string())
    }

    /// Whether they may answer the fan now, and as whom.
    pub(super) fn may_answer(&self, who: &Who, id: &str) -> Answer {
        let may = self.model.borrow().may_answer(who, id)?;
        let may = json!({ "openid": may.openid, "epoch": may.epoch, "name": may.name,
                          "kf_account": may.kf_account });
        Ok(may.to_string())
    }

    /// What somebody was writing.
    pub(super) fn draft(&self, who: &Who, id: &str) -> Answer {
        let found = self.seen(who, id)?;
        Ok(self.model.borrow().view_draft(&found).to_string())
    }
}

fn query<'v>(who: &Who, text: &impl Fn(&str) -> Option<&'v str>) -> Result<Query, Refusal> {
    let words = "state is new, waiting, assigned, on_hold, resolved, reopened or closed, or some of them with commas between";
    let states = text("state")
        .into_iter()
        .flat_map(|states| states.split(','));
    let states = states.map(|state| State::read(state).ok_or_else(|| wrong("state", words)));
    let agent = text("agent").map(|agent| match agent {
        "none" => With::Nobody,
        "me" => With::Agent(who.id.clone()),
        agent => With::Agent(agent.to_owned()),
    });
    let owned = |name| text(name).map(str::to_owned);
    Ok(Query {
        states: states.collect::<Result<_, _>>()?,
        team: owned("team"),
        agent,
        tag: owned("tag"),
        text: owned("q"),
        is_unanswered: text("unanswered") == Some("1"),
    })
}

/// Whether this is a place in the list, as [`rows::list`] writes it.
fn is_place(cursor: &str) -> bool {
    let at = cursor.split_once(':').map(|(at, _)| at.parse::<i64>());
    matches!(at, Some(Ok(_)))
}

/// A deed by its name in the API, with what it wants.
pub(super) fn deed(name: &str, with: &Value) -> Result<Deed, Refusal> {
    let text = |field: &str| with.get(field).and_then(Value::as_str).map(str::to_owned);
    let needed =
        |field: &str| text(field).ok_or_else(|| wrong(field, format!("{field} is missing")));
    Ok(match name {
        "take" => Deed::Take,
        "release" => Deed::Release,
        "assign" => Deed::Assign {
            agent: needed("agent")?,
        },
        "transfer" => Deed::Transfer {
            team: needed("team")?,
        },
        "hold" => Deed::Hold,
        "resume" => Deed::Resume,
        "resolve" => Deed::Resolve,
        "tags" => Deed::Tags(texts(with.get("tags"))),
        "draft" => Deed::Draft(text("text")),
        _ => return Err(Refusal::new(404, "not_found", "there is no such deed")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_deed_of_the_api_is_known() {
        for name in [
            "take", "release", "hold", "resume", "resolve", "tags", "draft",
        ] {
            assert!(deed(name, &json!({ "tags": [] })).is_ok(), "{name}");
        }
        let to = Deed::Transfer {
            team: "sales".to_owned(),
        };
        assert_eq!(deed("transfer", &json!({ "team": "sales" })), Ok(to));
        let missing = deed("assign", &json!({})).unwrap_err();
        assert_eq!(
            (missing.status, missing.field.as_deref()),
            (422, Some("agent"))
        );
        assert_eq!(deed("close", &json!({})).unwrap_err().status, 404);
    }

    #[test]
    fn a_cursor_is_a_moment_and_an_id() {
        assert!(is_place("17:3.41"));
        assert!(!is_place("3.41") && !is_place("x:3.41"));
    }
}
