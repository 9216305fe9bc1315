//! A visitor of the company's web site, with the chat open.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use crate::Deployment;
use crate::http::{Answer, Http};
use crate::wait::eventually;

/// Somebody in the chat of an account.
#[derive(Clone, Debug)]
pub struct Visitor {
    http: Http,
    base: String,
    id: String,
    token: String,
}

impl Deployment {
    /// Somebody new in the chat of the first account, which is on.
    #[track_caller]
    pub fn visitor(&self) -> Visitor {
        Visitor::at(self.http(), "/chat")
    }
}

/// A name for a message that no other of this run has.
pub fn new_client_id() -> String {
    static LAST: AtomicU64 = AtomicU64::new(1);
    format!("message-{}", LAST.fetch_add(1, Ordering::Relaxed))
}

impl Visitor {
    /// Somebody new in the chat at `base`.
    #[track_caller]
    pub fn at(http: Http, base: &str) -> Self {
        let begun = http.ask("POST", &format!("{base}/session"), &[], None);
        let begun = begun.expect(200).json();
        let text = |field: &str| begun[field].as_str().unwrap().to_owned();
        Self {
            http,
            base: base.to_owned(),
            id: text("visitor"),
            token: text("token"),
        }
    }

    /// What the page keeps.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Somebody who shows another token.
    #[must_use]
    pub fn showing(&self, token: &str) -> Self {
        Self {
            token: token.to_owned(),
            ..self.clone()
        }
    }

    /// What the desk calls them where it has a fan's openid.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Any request of the page.
    pub fn asks(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let headers = [("authorization", bearer.as_str())];
        let path = format!("{}{path}", self.base);
        let body = body.map(Value::to_string);
        let body = body.as_ref().map(String::as_bytes);
        self.http.ask(method, &path, &headers, body)
    }

    /// Writes something under a name of its own.
    pub fn sends(&self, text: &str) -> Answer {
        let body = json!({ "text": text, "client_id": new_client_id() });
        self.asks("POST", "/messages", Some(&body))
    }

    /// Taps something that can be chosen.
    pub fn taps(&self, id: &str, content: &str) -> Answer {
        let body = json!({ "text": content, "client_id": new_client_id(), "choice": id });
        self.asks("POST", "/messages", Some(&body))
    }

    /// Everything that the page shows, oldest first.
    #[track_caller]
    pub fn reads(&self) -> Vec<Value> {
        let page = self.asks("GET", "/messages", None).expect(200).json();
        page["items"].as_array().unwrap().clone()
    }

    /// Waits until the page shows something.
    #[track_caller]
    pub fn sees(&self, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        eventually(what, || self.reads().into_iter().find(|entry| is_it(entry)))
    }

    /// Wants to be forgotten.
    pub fn wants_to_be_forgotten(&self) -> Answer {
        self.asks("DELETE", "/session", None)
    }
}
