//! What holds of fields however they were written.

use wechat::fields::{MAX_DEPTH, MAX_FIELDS, STRAY_TEXT};
use wechat::{Field, Fields, Inbound};

/// Claims about fields that were read from a body of `bytes` bytes.
pub(crate) fn check(fields: &Fields, bytes: usize) {
    let mut seen = Seen::default();
    seen.fields(fields, 0);
    assert!(seen.values <= MAX_FIELDS, "{} values", seen.values);
    assert!(seen.depth <= 2 * MAX_DEPTH, "{} levels", seen.depth);
    // A name is written for every value that has one, and `#text` is fandesk's own.
    assert!(
        seen.text <= bytes,
        "{} bytes of text out of {bytes}",
        seen.text
    );

    let stored = serde_json::to_string(fields).expect("fields are JSON");
    let read: Fields = serde_json::from_str(&stored).expect("what was stored is read");
    assert_eq!(&read, fields, "what was stored is the same");
    inbound(fields);
}

/// A callback keeps its fields, and a copy of it has the same key.
fn inbound(fields: &Fields) {
    let Ok(inbound) = Inbound::from_fields(fields.clone()) else {
        return;
    };
    assert_eq!(&inbound.fields, fields);
    assert!(!inbound.kind().is_empty() && !inbound.from.is_empty() && !inbound.to.is_empty());
    assert!(inbound.create_time >= 0 && inbound.create_time.checked_mul(1000).is_some());
    let _ = (inbound.subject(), inbound.msg_id());
    let copy = Inbound::from_fields(fields.clone()).expect("a copy is one too");
    assert_eq!(inbound.message_key(), copy.message_key());
    assert_eq!(inbound.message_key().as_str().len(), 50);

    let mut other = fields.clone();
    other.insert("FromUserName", format!("{}x", inbound.from));
    let other = Inbound::from_fields(other).expect("another fan's is one too");
    assert_ne!(inbound.message_key(), other.message_key());
}

#[derive(Default)]
struct Seen {
    values: usize,
    depth: usize,
    text: usize,
}

impl Seen {
    fn fields(&mut self, fields: &Fields, depth: usize) {
        self.depth = self.depth.max(depth);
        for (name, field) in fields.iter() {
            self.field(field, depth);
            // Text between elements belongs to one that was counted.
            if name == STRAY_TEXT && matches!(field, Field::Text(_)) {
                self.values -= 1;
            }
        }
    }

    fn field(&mut self, field: &Field, depth: usize) {
        match field {
            Field::Text(text) => {
                self.values += 1;
                self.text += text.len();
            }
            Field::Element(fields) => {
                self.values += 1;
                self.fields(fields, depth + 1);
            }
            Field::Repeated(fields) => {
                self.depth = self.depth.max(depth + 1);
                for field in fields {
                    self.field(field, depth + 1);
                }
            }
        }
    }
}
