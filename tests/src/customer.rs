//! Whoever writes to the company, on whichever channel. What is claimed of a [`Customer`] holds on all of them.

use serde_json::Value;

use crate::fan::Fan;
use crate::visitor::Visitor;
use crate::{Deployment, http::Answer};

/// Somebody on a channel.
pub trait Customer {
    /// The word for the channel at the desk.
    const CHANNEL: &'static str;

    /// Somebody new.
    fn of(desk: &Deployment) -> Self;

    /// What the desk calls them: `openid`.
    fn name(&self) -> &str;

    /// Writes; gives the text that is answered at once, if one is.
    fn writes(&self, text: &str) -> Option<String>;

    /// Taps a choice, which counts as written.
    fn chooses(&self, id: &str, content: &str) -> Option<String>;

    /// Waits for something with `part` in it that is said to them later than at once.
    fn hears(&self, part: &str) -> String;

    /// What was said to them later than at once.
    fn heard(&self) -> Vec<String>;

    /// Waits for a question with choices, and gives them as id and content.
    fn is_asked(&self) -> Vec<(String, String)>;

    /// Leaves, and is to be forgotten.
    fn leaves(&self);
}

fn choices(list: &Value) -> Vec<(String, String)> {
    let list = list.as_array().expect("choices").iter();
    let text = |choice: &Value, field: &str| choice[field].as_str().unwrap().to_owned();
    list.map(|choice| (text(choice, "id"), text(choice, "content")))
        .collect()
}

impl Customer for Fan {
    const CHANNEL: &'static str = "wechat";

    fn of(desk: &Deployment) -> Self {
        desk.fan()
    }

    fn name(&self) -> &str {
        self.openid()
    }

    fn writes(&self, text: &str) -> Option<String> {
        let outcome = self.say(text);
        (!outcome.is_silence()).then(|| outcome.text())
    }

    fn chooses(&self, id: &str, content: &str) -> Option<String> {
        let outcome = self.choose(id, content);
        (!outcome.is_silence()).then(|| outcome.text())
    }

    fn hears(&self, part: &str) -> String {
        self.gets(part)
    }

    fn heard(&self) -> Vec<String> {
        self.service_messages()
    }

    fn is_asked(&self) -> Vec<(String, String)> {
        choices(&self.gets_type("msgmenu")["msgmenu"]["list"])
    }

    fn leaves(&self) {
        assert!(self.unfollow().is_well());
    }
}

impl Customer for Visitor {
    const CHANNEL: &'static str = "web";

    fn of(desk: &Deployment) -> Self {
        desk.visitor()
    }

    fn name(&self) -> &str {
        self.id()
    }

    fn writes(&self, text: &str) -> Option<String> {
        answered(self.sends(text))
    }

    fn chooses(&self, id: &str, content: &str) -> Option<String> {
        answered(self.taps(id, content))
    }

    fn hears(&self, part: &str) -> String {
        let later = |entry: &Value| is_later(entry) && said(entry).contains(part);
        said(&self.sees(&format!("`{part}` in the chat"), later))
    }

    fn heard(&self) -> Vec<String> {
        self.reads()
            .iter()
            .filter(|entry| is_later(entry))
            .map(said)
            .collect()
    }

    fn is_asked(&self) -> Vec<(String, String)> {
        let question = self.sees("a question with choices", |entry| {
            entry["choices"].is_array()
        });
        choices(&question["choices"])
    }

    fn leaves(&self) {
        self.wants_to_be_forgotten().expect(204);
    }
}

#[track_caller]
fn answered(answer: Answer) -> Option<String> {
    let reply = answer.expect(200).json()["reply"].clone();
    (!reply.is_null()).then(|| said(&reply))
}

fn said(entry: &Value) -> String {
    entry["text"].as_str().unwrap_or_default().to_owned()
}

/// Whether it was said to the visitor, and not at once.
fn is_later(entry: &Value) -> bool {
    let id = entry["id"].as_str().unwrap_or_default();
    entry["from"] != "fan" && !id.ends_with("/reply")
}
