//! Somebody of the desk at their work: they take fans, answer them, and watch.

use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use crate::http::Answer;
use crate::wait::eventually;
use crate::{Deployment, Person, Socket};

/// A person of the desk who is logged in.
#[derive(Clone, Debug)]
pub struct Agent {
    person: Person,
    address: String,
}

/// What somebody is invited as.
#[derive(Clone, Debug)]
pub struct Invited(Value);

impl Invited {
    /// As an agent of the team that is always there.
    pub fn agent(name: &str) -> Self {
        static LAST: AtomicU64 = AtomicU64::new(1);
        let login = format!("agent{}", LAST.fetch_add(1, Ordering::Relaxed));
        Self(
            json!({ "login": login, "name": name, "role": "agent", "teams": ["desk"],
                     "skills": [], "capacity": 5 }),
        )
    }

    /// As a supervisor of it.
    pub fn supervisor(name: &str) -> Self {
        Self::agent(name).with("role", json!("supervisor"))
    }

    /// With another field of a person.
    #[must_use]
    pub fn with(mut self, field: &str, value: Value) -> Self {
        self.0[field] = value;
        self
    }

    /// Of other teams.
    #[must_use]
    pub fn of(self, teams: &[&str]) -> Self {
        self.with("teams", json!(teams))
    }
}

impl Deployment {
    /// Invites somebody, who comes and logs in.
    #[track_caller]
    pub fn hires(&self, invited: Invited) -> Agent {
        Agent {
            person: Person::join(self, &self.api(), "/api/v1", &invited.0),
            address: self.address(),
        }
    }
}

impl Deref for Agent {
    type Target = Person;

    fn deref(&self) -> &Person {
        &self.person
    }
}

impl Agent {
    /// Does something with a conversation.
    pub fn does(&self, deed: &str, id: &str) -> Answer {
        self.post(&format!("/conversations/{id}/{deed}"), &json!({}))
    }

    /// Answers the fan of a conversation.
    pub fn answers(&self, id: &str, text: &str) -> Answer {
        static LAST: AtomicU64 = AtomicU64::new(1);
        let client_id = format!("c{}", LAST.fetch_add(1, Ordering::Relaxed));
        let body = json!({ "text": text, "client_id": client_id });
        self.post(&format!("/conversations/{id}/messages"), &body)
    }

    /// Opens a console, and waits until it is greeted.
    #[track_caller]
    pub fn watches(&self) -> Socket {
        self.watches_after(0)
    }

    /// The same after what was numbered `after`.
    #[track_caller]
    pub fn watches_after(&self, after: i64) -> Socket {
        let path = format!("/api/v1/desk/live?after={after}");
        let cookie = [("cookie", self.cookie.as_str())];
        let socket = Socket::open(&self.address, &path, &cookie).expect("it is let in");
        socket.hears("hello", |message| {
            (message["type"] == "hello").then_some(())
        });
        socket
    }

    /// A conversation as they see it.
    #[track_caller]
    pub fn sees(&self, id: &str) -> Value {
        self.get(&format!("/conversations/{id}")).expect(200).json()
    }

    /// Waits until a conversation stands so.
    #[track_caller]
    pub fn sees_it_become(&self, id: &str, state: &str) -> Value {
        eventually(&format!("{id} is {state}"), || {
            Some(self.sees(id)).filter(|found| found["state"] == state)
        })
    }

    /// Waits for the conversation of a fan, in whichever state, and gives its id.
    #[track_caller]
    pub fn finds(&self, openid: &str) -> String {
        eventually(&format!("a conversation of {openid}"), || {
            let found = self
                .get(&format!("/conversations?q={openid}"))
                .expect(200)
                .json();
            let first = found["items"].as_array().unwrap().first()?;
            Some(first["id"].as_str().unwrap().to_owned())
        })
    }

    /// The thread of a conversation, oldest first.
    #[track_caller]
    pub fn reads(&self, id: &str) -> Vec<Value> {
        let thread = self
            .get(&format!("/conversations/{id}/thread"))
            .expect(200)
            .json();
        thread["items"].as_array().unwrap().clone()
    }
}
