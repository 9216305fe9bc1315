//! `[identity]`: how a fan proves to a business system who they are, before an intent shows them what is theirs.
//!
//! The call is an intent's, under the name [`NAME`]; what is different is that its answer names the customer
//! ([`Identity::named_by`]), and that intents with `identity = true` wait for that.

use std::ops::RangeInclusive;
use std::time::Duration;

use serde_json::Value;

use crate::compile::{pattern, words};
use crate::duration;
use crate::intent::Intent;
use crate::matcher::{Trigger, Word};
use crate::mistake::Refusal;
use crate::reply::{self, Reply, Setting};
use crate::source::Table;
use crate::text::normalise;

/// What the call has as `intent`.
pub(crate) const NAME: &str = "identity";

const FIELDS: [&str; 9] = [
    "pattern",
    "request",
    "reply",
    "answer",
    "sorry",
    "ask",
    "expires_after",
    "unbind",
    "unbound",
];

/// The words that end a binding, unless the document has others.
const UNBIND: &str = "解绑";

const UNBOUND: &str = "已解除绑定。\nYou are no longer bound to a customer account.";

/// A binding that lasts ten years lasts as long as one without an end.
const EXPIRES_AFTER: RangeInclusive<Duration> =
    Duration::from_secs(60)..=Duration::from_secs(3650 * 86_400);

/// Characters of a business system's own id of a customer.
const MAX_CHARS: usize = 128;

/// How fans are bound to customers of a business system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    intent: Intent,
    ask: Reply,
    unbound: Reply,
    expires_after: Option<Duration>,
}

/// The answer of a business system names its customer in a way that cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the business system's answer has an `identity` that is no text of 1 to {MAX_CHARS} characters without control characters"
)]
pub struct UnfitIdentity;

impl Identity {
    /// The call, and what is said before and after it: [`Intent::answer`] when the fan is bound, [`Intent::sorry`] when not.
    #[must_use]
    pub fn intent(&self) -> &Intent {
        &self.intent
    }

    /// What a fan hears who has to be bound first.
    #[must_use]
    pub fn ask(&self) -> &Reply {
        &self.ask
    }

    /// What a fan hears who ended their binding.
    #[must_use]
    pub fn unbound(&self) -> &Reply {
        &self.unbound
    }

    /// How long a binding lasts; without it, until it is ended.
    #[must_use]
    pub fn expires_after(&self) -> Option<Duration> {
        self.expires_after
    }

    /// The customer that the answer of the call names in its field `identity`; none when the business system does not know the
    /// fan.
    ///
    /// # Errors
    /// [`UnfitIdentity`] when something else stands there.
    pub fn named_by(answer: &Value) -> Result<Option<&str>, UnfitIdentity> {
        match answer.get(NAME) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(name))
                if !name.trim().is_empty()
                    && name.chars().count() <= MAX_CHARS
                    && !name.chars().any(char::is_control) =>
            {
                Ok(Some(name))
            }
            Some(_) => Err(UnfitIdentity),
        }
    }

    /// Whether the answer to another intent says that the customer is no longer good: `{"identity_refused": true}`.
    #[must_use]
    pub fn refused_by(answer: &Value) -> bool {
        answer.get("identity_refused") == Some(&Value::Bool(true))
    }
}

/// Reads `[identity]`, a field of the document, with what binds a fan and what ends the binding.
pub(crate) fn compile<'t>(
    document: &Table<'t>,
) -> Result<Option<(Identity, [Trigger<'t>; 2])>, Refusal> {
    let Some(node) = document.get("identity") else {
        return Ok(None);
    };
    let table = node.table(&FIELDS)?;
    table.required("pattern")?;
    let pattern = pattern(&table)?;
    let groups = pattern
        .as_ref()
        .map_or(&[][..], |(pattern, _)| pattern.groups());
    let setting = Setting::message();
    let identity = Identity {
        intent: Intent::compile(NAME, &table, groups)?,
        ask: reply::compile(table.required("ask")?, &setting)?,
        unbound: match table.get("unbound") {
            Some(node) => reply::compile(node, &setting)?,
            None => Reply::fixed(UNBOUND),
        },
        expires_after: table
            .get("expires_after")
            .map(|node| duration::read(Some(node), Duration::ZERO, &EXPIRES_AFTER))
            .transpose()?,
    };
    let exact = match table.get("unbind") {
        Some(words) if words.list()?.is_empty() => {
            return Err(words.refuse("a fan must be able to end the binding: name a word for it"));
        }
        Some(_) => words(&table, "unbind")?,
        None => vec![Word {
            written: UNBIND,
            key: normalise(UNBIND),
            node,
        }],
    };
    let trigger = |field| Trigger::new(format!("identity.{field}"), node);
    let bind = Trigger {
        pattern,
        ..trigger("pattern")
    };
    let unbind = Trigger {
        exact,
        ..trigger("unbind")
    };
    Ok(Some((identity, [bind, unbind])))
}
