//! What a job does, and how that is kept: as JSON, to which kinds and fields are only ever added. What an earlier release would not know is written
//! so that it reads it as something that it does.

use fandesk_playbook::{Captures, Identity, Intent, Playbook};
use serde_json::{Value, json};
use wechat::api::custom::ServiceMessage;

/// What a job does.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// An answer of the playbook that has no passive form or comes late.
    Answer {
        /// The body of the call that sends it, so that what the fan gets is settled when the job is made.
        send: String,
        /// It shows what is this customer's, and leaves only while the fan is bound to them.
        identity: Option<String>,
    },
    /// A message that a person or another system wrote to the fan.
    Message {
        /// As for an answer.
        send: String,
        /// Which agent of the desk wrote it, if one did.
        said: Option<Said>,
    },
    /// A question to a business system, whose answer becomes a message.
    Intent {
        /// The intent's name in the playbook. It is looked up when the job is done, so that a mended address helps jobs that wait.
        intent: String,
        /// What the pattern captured.
        captures: Captures,
        /// The customer to whom the fan was bound when they asked, where the intent wants to know.
        identity: Option<String>,
    },
    /// A question to a business system who the fan is; `[identity]` of the playbook is looked up when it is done.
    Identity {
        /// What the pattern captured.
        captures: Captures,
    },
}

/// Who of the desk wrote a message, and in which conversation. The event of the message says so too, but stays where it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The conversation.
    pub conversation: String,
    /// Its epoch then.
    pub epoch: i64,
    /// The agent, by their id.
    pub agent: String,
    /// The name that the fan sees.
    pub name: Option<String>,
}

impl Said {
    fn read(kept: &Value) -> Option<Self> {
        let text = |name| Some(kept.get(name)?.as_str()?.to_owned());
        Some(Self {
            conversation: text("conversation")?,
            epoch: kept.get("epoch")?.as_i64()?,
            agent: text("agent")?,
            name: text("name"),
        })
    }

    fn write(&self) -> Value {
        json!({ "conversation": self.conversation, "epoch": self.epoch, "agent": self.agent, "name": self.name })
    }
}

/// What follows when nobody knows whether a call worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// Not repeated without a person: a second copy would do harm.
    AtMostOnce,
    /// Repeated, and counted as possibly doubled: silence would do harm.
    AtLeastOnce,
}

impl Body {
    /// Reads [`Body::write`]; none for what no release wrote, or a later one.
    #[must_use]
    pub fn read(kept: &str) -> Option<Self> {
        let kept: Value = serde_json::from_str(kept).ok()?;
        let mut kinds = kept.as_object()?.iter();
        let (kind, fields) = kinds.next().filter(|_| kinds.next().is_none())?;
        let text = |name| fields.get(name)?.as_str().map(str::to_owned);
        // What is kept for a customer must never be read as something for everybody.
        let identity = || match fields.get("identity") {
            None => Some(None),
            Some(identity) => identity.as_str().map(|identity| Some(identity.to_owned())),
        };
        let captures = || Captures::read(fields.get("captures")?);
        Some(match kind.as_str() {
            "answer" => Self::Answer {
                send: text("send")?,
                identity: identity()?,
            },
            "message" => Self::Message {
                send: text("send")?,
                said: fields.get("said").and_then(Said::read),
            },
            "intent" if fields.get("binds").is_some() => Self::Identity {
                captures: captures()?,
            },
            "intent" => Self::Intent {
                intent: text("intent")?,
                captures: captures()?,
                identity: identity()?,
            },
            _ => return None,
        })
    }

    /// The JSON that is kept. The release that knew of no identities reads a question of one as an intent that its playbook has not, so
    /// that a fan gets an honest text after a step back.
    #[must_use]
    pub fn write(&self) -> String {
        let mut kept = match self {
            Self::Answer { send, .. } => json!({ "answer": { "send": send } }),
            Self::Message { send, said: None } => json!({ "message": { "send": send } }),
            Self::Message {
                send,
                said: Some(said),
            } => json!({ "message": { "send": send, "said": said.write() } }),
            Self::Intent {
                intent, captures, ..
            } => json!({ "intent": { "intent": intent, "captures": captures } }),
            Self::Identity { captures } => {
                json!({ "intent": { "intent": "[identity]", "captures": captures, "binds": true } })
            }
        };
        let fields = kept
            .as_object_mut()
            .and_then(|kept| kept.values_mut().next());
        if let (Some(identity), Some(Value::Object(fields))) = (self.identity(), fields) {
            fields.insert("identity".to_owned(), identity.into());
        }
        kept.to_string()
    }

    /// An answer of the playbook to a fan.
    #[must_use]
    pub fn answer(openid: &str, message: &ServiceMessage) -> Self {
        Self::Answer {
            send: message.to_body(openid, None),
            identity: None,
        }
    }

    /// The same, about what is this customer's.
    pub(crate) fn answer_to(openid: &str, message: &ServiceMessage, identity: &str) -> Self {
        Self::Answer {
            send: message.to_body(openid, None),
            identity: Some(identity.to_owned()),
        }
    }

    /// What a business system is asked, with what was captured for it.
    pub(crate) fn question<'a>(
        &'a self,
        playbook: Option<&'a Playbook>,
    ) -> Option<(Option<&'a Intent>, &'a Captures)> {
        match self {
            Self::Answer { .. } | Self::Message { .. } => None,
            Self::Intent {
                intent, captures, ..
            } => Some((
                playbook.and_then(|playbook| playbook.intent(intent)),
                captures,
            )),
            Self::Identity { captures } => Some((
                playbook.and_then(Playbook::identity).map(Identity::intent),
                captures,
            )),
        }
    }

    /// Why a question is not asked that is not in the playbook any more.
    pub(crate) fn gone(&self) -> String {
        match self {
            Self::Intent { intent, .. } => {
                format!("the playbook no longer has the intent `{intent}`")
            }
            _ => "the playbook no longer has [identity]".to_owned(),
        }
    }

    /// The text that is sent, where it is one.
    pub(crate) fn text(&self) -> Option<String> {
        let (Self::Answer { send, .. } | Self::Message { send, .. }) = self else {
            return None;
        };
        let send: Value = serde_json::from_str(send).ok()?;
        let text = |of: &str, name: &str| send.get(of)?.get(name)?.as_str();
        let shown = text("text", "content").or_else(|| text("msgmenu", "head_content"));
        shown.map(str::to_owned)
    }

    /// The customer that it is about.
    pub(crate) fn identity(&self) -> Option<&str> {
        match self {
            Self::Answer { identity, .. } | Self::Intent { identity, .. } => identity.as_deref(),
            Self::Message { .. } | Self::Identity { .. } => None,
        }
    }

    /// Whether only a fan may have this who is bound to a customer, and to which: none when it was asked before the intent wanted to
    /// know.
    pub(crate) fn depends_on(&self, playbook: Option<&Playbook>) -> Option<Option<&str>> {
        let wanted = || {
            let (intent, _) = self.question(playbook)?;
            intent.filter(|intent| intent.needs_identity())
        };
        match self.identity() {
            Some(identity) => Some(Some(identity)),
            None => wanted().map(|_| None),
        }
    }

    /// Whether it is something that the fan reads, and not a question to somebody else.
    pub(crate) fn is_said(&self) -> bool {
        matches!(self, Self::Answer { .. } | Self::Message { .. })
    }

    /// The word for it in tables and in the API.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Answer { .. } => "answer",
            Self::Message { .. } => "message",
            Self::Intent { .. } => "intent",
            Self::Identity { .. } => "identity",
        }
    }

    /// What follows when the answer of the call got lost.
    #[must_use]
    pub fn promise(&self) -> Promise {
        match self {
            Self::Message { .. } => Promise::AtMostOnce,
            Self::Answer { .. } | Self::Intent { .. } | Self::Identity { .. } => {
                Promise::AtLeastOnce
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captures() -> Captures {
        Captures {
            text: "查 1".to_owned(),
            rest: "1".to_owned(),
            groups: vec!["1".to_owned(), String::new()],
            names: [("number".to_owned(), "1".to_owned())].into(),
        }
    }

    #[test]
    fn every_body_reads_back() {
        let send = || "{}".to_owned();
        for identity in [None, Some("C-1".to_owned())] {
            for body in [
                Body::Answer {
                    send: send(),
                    identity: identity.clone(),
                },
                Body::Message {
                    send: send(),
                    said: None,
                },
                Body::Message {
                    send: send(),
                    said: Some(Said {
                        conversation: "3.41".to_owned(),
                        epoch: 2,
                        agent: "p1".to_owned(),
                        name: identity.clone(),
                    }),
                },
                Body::Intent {
                    intent: "logistics".to_owned(),
                    captures: captures(),
                    identity: identity.clone(),
                },
                Body::Identity {
                    captures: captures(),
                },
            ] {
                assert_eq!(Body::read(&body.write()), Some(body));
            }
        }
    }

    #[test]
    fn bodies_of_earlier_releases_read_as_they_were_meant() {
        let send = "{}".to_owned();
        assert_eq!(
            Body::read(r#"{"answer":{"send":"{}"}}"#),
            Some(Body::Answer {
                send,
                identity: None
            })
        );
        let kept = r#"{"intent":{"intent":"logistics","captures":{"text":"查 1","rest":"1","groups":["1",""],"names":{"number":"1"}}}}"#;
        assert_eq!(
            Body::read(kept),
            Some(Body::Intent {
                intent: "logistics".to_owned(),
                captures: captures(),
                identity: None
            })
        );
    }

    #[test]
    fn what_is_no_body_is_none() {
        for kept in [
            "",
            "[]",
            "{}",
            r#"{"answer":{}}"#,
            r#"{"answer":{"send":"{}","identity":7}}"#,
            r#"{"answer":{"send":"{}"},"message":{"send":"{}"}}"#,
            r#"{"intent":{"intent":"i"}}"#,
            r#"{"intent":{"intent":"i","captures":{"text":1}}}"#,
            r#"{"intent":{"intent":"i","captures":{"groups":[1]}}}"#,
            r#"{"intent":{"intent":"i","captures":{"names":{"n":1}}}}"#,
            r#"{"intent":{"intent":"i","captures":{},"identity":null}}"#,
            r#"{"later":{}}"#,
        ] {
            assert_eq!(Body::read(kept), None, "{kept}");
        }
    }
}
