//! The log of who read and changed what: rows of others, and what is shown of it.

use fandesk_desk::Who;
use fandesk_desk::rows::audit::{self, Query, Within};
use serde_json::{Value, json};

use super::Service;
use super::answers::{Answer, parsed};

impl Service {
    /// Writes down what somebody did elsewhere: with people, the playbook, the menu.
    pub(super) fn note_of_others(&self, row: &str) -> Answer {
        let row = parsed(row)?;
        let text =
            |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let person = text(row.get("who").and_then(|who| who.get("id")));
        let (action, object) = (text(row.get("action")), text(row.get("object")));
        let detail = row.get("detail").cloned().unwrap_or_default();
        self.note(&person, &action, &object, detail)?;
        Ok(String::new())
    }

    /// A page of what they may read of it, newest first.
    pub(super) fn audit_rows(&self, who: &Who, wanted: &Value) -> Answer {
        let text = |name: &str| wanted.get(name).and_then(Value::as_str).map(str::to_owned);
        let query = Query {
            person: text("person"),
            action: text("action"),
            object: text("conversation"),
            within: Within::of(&self.model.borrow(), who),
        };
        let before = text("after").map(|after| after.parse());
        let before = before
            .transpose()
            .map_err(|_| super::answers::wrong("after", "this is no cursor of this list"))?;
        let limit = wanted.get("limit").and_then(Value::as_i64).unwrap_or(100);
        let mut rows = audit::list(&self.db, &query, before, limit.saturating_add(1))?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let last = rows
            .last()
            .filter(|_| more)
            .and_then(|last| last.get("n")?.as_i64());
        let next = last.map(|n| n.to_string());
        Ok(json!({ "items": rows, "next": next }).to_string())
    }

    /// Whether it is as it was written.
    pub(super) fn audit_verified(&self) -> Answer {
        Ok(audit::verify(&self.db)?.view().to_string())
    }
}
