//! Which callbacks are copies of one another.
//!
//! WeChat repeats a callback that it thinks was not answered. The copies have the same fields (the query
//! around them may differ), and nothing else has:
//!
//! - a message is FromUserName, CreateTime and MsgId together. MsgId alone would lose messages: one was seen
//!   on those of 15 fans;
//! - an event has no MsgId: it is FromUserName, CreateTime, Event and all remaining fields. Two events of one
//!   second may differ in a single one (two template results: in MsgID).
//!
//! Every part goes into the hash with its length before it, so that no two different callbacks run together
//! into the same bytes.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};

use super::{Content, Inbound};
use crate::fields::{Field, Fields};
use crate::signature::hex;

/// The identity of a callback: 50 hexadecimal digits, the same for each retry.
///
/// Ten are its CreateTime and forty a hash of everything. The time comes first so that keys rise with time: an index that
/// is kept over them grows at its end, where the last write was, and not at a random page for each message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageKey(String);

impl MessageKey {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

pub(super) fn of(inbound: &Inbound) -> MessageKey {
    let mut parts = Parts(Sha1::new());
    parts.text(&inbound.from);
    parts.0.update(inbound.create_time.to_be_bytes());
    match &inbound.content {
        Content::Message {
            msg_id: Some(msg_id),
            ..
        } => {
            parts.text("message");
            parts.text(msg_id);
        }
        Content::Message { msg_id: None, .. } => {
            parts.text("message without id");
            parts.rest(&inbound.fields);
        }
        Content::Event(_) => {
            parts.text("event");
            parts.text(&inbound.event_name());
            parts.rest(&inbound.fields);
        }
    }
    // The low 40 bits, good until the year 36812; any other number only sorts elsewhere.
    let time = inbound.create_time & 0xff_ffff_ffff;
    MessageKey(format!("{time:010x}{}", hex(&parts.0.finalize())))
}

struct Parts(Sha1);

impl Parts {
    fn count(&mut self, count: usize) {
        self.0.update((count as u64).to_be_bytes());
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.update(text);
    }

    /// The fields that are not parts of their own.
    fn rest(&mut self, fields: &Fields) {
        for (name, field) in fields
            .iter()
            .filter(|(name, _)| !matches!(*name, "FromUserName" | "CreateTime" | "Event"))
        {
            self.text(name);
            self.field(field);
        }
    }

    fn field(&mut self, field: &Field) {
        match field {
            Field::Text(text) => {
                self.0.update([0]);
                self.text(text);
            }
            Field::Element(fields) => {
                self.0.update([1]);
                self.count(fields.len());
                for (name, field) in fields.iter() {
                    self.text(name);
                    self.field(field);
                }
            }
            Field::Repeated(fields) => {
                self.0.update([2]);
                self.count(fields.len());
                for field in fields {
                    self.field(field);
                }
            }
        }
    }
}
