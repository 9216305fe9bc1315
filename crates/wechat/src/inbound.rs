//! What came in: a fan's message, or an event.
//!
//! [`Inbound::from_fields`] reads the four fields that every callback has and fails only when one of them is
//! not there. All else is read as far as it goes: a documented field that is missing is empty or `None`, and
//! a type that is not known is kept as `Unknown`. The typed [`Content`] is a view for deciding;
//! [`Inbound::fields`] stays the record of what was sent.
//!
//! | room | what |
//! |---|---|
//! | `message` | what a fan sends by hand |
//! | `event` | what happens: follows, taps, results of earlier calls |
//! | `key` | which callbacks are copies of one another |

mod event;
mod key;
mod message;

use serde::{Deserialize, Serialize};

pub use event::{Delivery, Event, SubscriptionChoice, SubscriptionSent};
pub use key::MessageKey;
pub use message::Message;

use crate::fields::Fields;

/// The largest CreateTime that is read: in milliseconds it still fits 64 bits.
const LATEST: i64 = i64::MAX / 1000;

/// One callback, typed and whole.
///
/// Made by [`Inbound::from_fields`] only, so that the typed content and the fields always agree. As JSON it
/// is its fields.
///
/// ```
/// use wechat::{Content, Event, Fields, Inbound};
///
/// let fields = Fields::from_xml(
///     b"<xml><ToUserName>gh_1</ToUserName><FromUserName>oFan</FromUserName><CreateTime>1700000000</CreateTime>
///       <MsgType>event</MsgType><Event>subscribe</Event><EventKey>qrscene_counter-1</EventKey></xml>",
/// )?;
/// let inbound = Inbound::from_fields(fields)?;
/// assert_eq!(inbound.kind(), "event.subscribe");
/// let scene = Some("counter-1".to_owned());
/// assert_eq!(inbound.content, Content::Event(Event::Subscribe { scene, trade_no: None, ticket: None }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
#[non_exhaustive]
pub struct Inbound {
    /// ToUserName: the account, by its original id (`gh_…`).
    pub to: String,
    /// FromUserName: nearly always the fan's openid; see [`Inbound::subject`].
    pub from: String,
    /// CreateTime, in seconds since 1970. Not judged here: between 0 and what fits 64 bits as milliseconds.
    pub create_time: i64,
    /// What it says.
    pub content: Content,
    /// Every field as sent.
    pub fields: Fields,
}

/// A message or an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A fan wrote.
    Message {
        /// MsgId, digit for digit.
        msg_id: Option<String>,
        /// What was written.
        message: Message,
    },
    /// Something happened.
    Event(Event),
}

/// Whom a callback is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject<'a> {
    /// One fan, by openid.
    Fan(&'a str),
    /// The account itself.
    Account,
}

/// A callback that lacks what every callback has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidInbound {
    /// Absent, empty, repeated, or an element where a text belongs.
    #[error("{field} is missing")]
    Missing {
        /// WeChat's name of the field.
        field: &'static str,
    },
    /// Not a decimal number in range.
    #[error("{field} is not a time in seconds")]
    NotATime {
        /// WeChat's name of the field.
        field: &'static str,
    },
}

impl Inbound {
    /// Reads a callback from its fields.
    ///
    /// # Errors
    /// ToUserName, FromUserName, CreateTime or MsgType (for an event: Event) is missing, or CreateTime is no
    /// time.
    pub fn from_fields(fields: Fields) -> Result<Inbound, InvalidInbound> {
        let to = required(&fields, "ToUserName")?.to_owned();
        let from = required(&fields, "FromUserName")?.to_owned();
        let create_time =
            seconds(required(&fields, "CreateTime")?).ok_or(InvalidInbound::NotATime {
                field: "CreateTime",
            })?;
        let msg_type = required(&fields, "MsgType")?;
        let content = if is_event(msg_type) {
            Content::Event(Event::from_fields(required(&fields, "Event")?, &fields))
        } else {
            let msg_id = fields
                .text("MsgId")
                .filter(|id| !id.is_empty())
                .map(str::to_owned);
            Content::Message {
                msg_id,
                message: Message::from_fields(msg_type, &fields),
            }
        };
        Ok(Inbound {
            to,
            from,
            create_time,
            content,
            fields,
        })
    }

    /// MsgType as sent, or `event.` and Event in lower case: `text`, `event.subscribe`, `event.scan`.
    pub fn kind(&self) -> String {
        match self.content {
            Content::Message { .. } => self.fields.text("MsgType").unwrap_or_default().to_owned(),
            Content::Event(_) => format!("event.{}", self.event_name()),
        }
    }

    /// MsgId of a message, MsgID of an event that reports on an earlier call.
    pub fn msg_id(&self) -> Option<&str> {
        match &self.content {
            Content::Message { msg_id, .. } => msg_id.as_deref(),
            Content::Event(_) => event::msg_id(&self.fields),
        }
    }

    /// Whom it is about.
    ///
    /// Events of a withdrawn authorisation name the person in OpenID; results of mass sends and publishing
    /// and the account's own verification are about the account, whatever FromUserName says.
    pub fn subject(&self) -> Subject<'_> {
        match &self.content {
            Content::Event(event) => event.subject(&self.from),
            Content::Message { .. } => Subject::Fan(&self.from),
        }
    }

    /// What this callback has in common with its retries, and with nothing else.
    pub fn message_key(&self) -> MessageKey {
        key::of(self)
    }

    /// Event in lower case; empty for a message.
    fn event_name(&self) -> String {
        self.fields
            .text("Event")
            .unwrap_or_default()
            .to_ascii_lowercase()
    }
}

impl TryFrom<Fields> for Inbound {
    type Error = InvalidInbound;

    fn try_from(fields: Fields) -> Result<Self, InvalidInbound> {
        Inbound::from_fields(fields)
    }
}

impl From<Inbound> for Fields {
    fn from(inbound: Inbound) -> Self {
        inbound.fields
    }
}

fn is_event(msg_type: &str) -> bool {
    msg_type.eq_ignore_ascii_case("event")
}

fn required<'a>(fields: &'a Fields, field: &'static str) -> Result<&'a str, InvalidInbound> {
    fields
        .text(field)
        .filter(|text| !text.is_empty())
        .ok_or(InvalidInbound::Missing { field })
}

fn seconds(text: &str) -> Option<i64> {
    let digits = text.trim();
    let number: i64 = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| digits.parse().ok())??;
    (number <= LATEST).then_some(number)
}

/// The text of a field, empty if there is none.
fn text(fields: &Fields, name: &str) -> String {
    fields.text(name).unwrap_or_default().to_owned()
}

/// The text of a field, `None` if there is none or nothing in it.
fn some_text(fields: &Fields, name: &str) -> Option<String> {
    fields
        .text(name)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}
