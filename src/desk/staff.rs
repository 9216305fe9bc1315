//! People and teams, as D1 has them, and whether somebody takes conversations.

use std::rc::Rc;

use fandesk_desk::{Command, Refused, Who};
use serde_json::Value;

use super::Service;
use super::answers::{Answer, parsed};
use crate::random::now;

impl Service {
    /// Takes the whole list in, if it is newer. Consoles of people who may see other things now, or nothing, are closed: they come
    /// again, and are asked who they are.
    pub(super) fn people(self: &Rc<Self>, list: &str) -> Answer {
        let list = parsed(list)?;
        let all = |name: &str| {
            list.get(name)
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default()
        };
        let (people, teams) = (all("people"), all("teams"));
        let rev = list.get("rev").and_then(Value::as_i64).unwrap_or(0);
        self.turn(Command::Staff { rev, people, teams })?;
        self.close_for_changed();
        // Whoever watched before the desk knew them is there from now on.
        self.look_who_is_there();
        Ok(String::new())
    }

    /// The queues that they may see, and their people.
    pub(super) fn wall(&self, who: &Who) -> Answer {
        let mut wall = self.model.borrow().wall(who, now());
        let newest = fandesk_desk::rows::feed::newest(&self.db)?;
        if let Some(wall) = wall.as_object_mut() {
            wall.insert("n".to_owned(), newest.into());
        }
        Ok(wall.to_string())
    }

    /// Whether they take conversations.
    pub(super) fn status(self: &Rc<Self>, who: Who, away: bool) -> Answer {
        let id = who.id.clone();
        self.turn(Command::Status { who, away })?;
        let model = self.model.borrow();
        let agent = model.agent(&id).ok_or(Refused::NotOfTheDesk)?;
        Ok(model.view_agent(agent).to_string())
    }
}
