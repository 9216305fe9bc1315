//! What fans and the platform say, as the documents that WeChat would send.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};

/// The account that fans write to, by its original id.
pub const ACCOUNT: &str = "gh_e2e";

/// A message or event, field by field.
#[derive(Clone, Debug)]
pub struct Message(Vec<(String, Value)>);

impl Message {
    /// Only what every callback has.
    pub fn bare(openid: &str, kind: &str) -> Self {
        let fields = [
            ("ToUserName", ACCOUNT.into()),
            ("FromUserName", openid.into()),
            ("CreateTime", seconds_now().into()),
            ("MsgType", kind.into()),
        ];
        Self(
            fields
                .map(|(name, value): (&str, Value)| (name.to_owned(), value))
                .into(),
        )
    }

    /// A text, with a MsgId of its own.
    pub fn text(openid: &str, content: &str) -> Self {
        Self::bare(openid, "text")
            .with("Content", content)
            .with("MsgId", new_msg_id())
    }

    /// An event of this name.
    pub fn event(openid: &str, event: &str) -> Self {
        Self::bare(openid, "event").with("Event", event)
    }

    /// With this field, in place of one of the same name.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value,
            None => self.0.push((name.to_owned(), value)),
        }
        self
    }

    /// Without the field of this name.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self
    }

    /// `<xml>…</xml>`.
    pub fn xml(&self) -> String {
        let fields: String = self
            .0
            .iter()
            .map(|(name, value)| element(name, value))
            .collect();
        format!("<xml>{fields}</xml>")
    }

    /// `{…}`.
    pub fn json(&self) -> String {
        Value::Object(self.0.iter().cloned().collect::<Map<_, _>>()).to_string()
    }
}

fn element(name: &str, value: &Value) -> String {
    let inside = match value {
        Value::Array(values) => return values.iter().map(|value| element(name, value)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| element(name, value))
            .collect(),
        Value::String(text) => format!("<![CDATA[{text}]]>"),
        other => other.to_string(),
    };
    format!("<{name}>{inside}</{name}>")
}

/// Seconds since 1970.
pub fn seconds_now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

/// A MsgId that no other message of this run has.
pub fn new_msg_id() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(23_000_000_000_000_000);
    LAST.fetch_add(1, Ordering::Relaxed)
}
