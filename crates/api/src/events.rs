//! Events: everything that WeChat sent, and what fandesk noted.

use serde::Serialize;
use serde_json::value::RawValue;

/// One event.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Event {
    /// Opaque; may also be given as `after`, when the list is of one fan.
    pub id: String,
    /// Whom WeChat named; null after the fan's data was erased.
    pub openid: Option<String>,
    /// `MsgType`, or `event.` and the Event in lower case, or fandesk's own word such as `handover`.
    pub kind: String,
    /// When WeChat says that it happened, in milliseconds.
    pub occurred_at: i64,
    /// When fandesk took it, in milliseconds.
    pub received_at: i64,
    /// WeChat's `MsgId`, a 64-bit number; null for events.
    pub msg_id: Option<String>,
    /// The rule of the playbook that answered; null when none did.
    pub rule: Option<String>,
    /// Every field that WeChat sent, by WeChat's names: strings, nested elements as objects, repeated ones as arrays.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub payload: Option<Box<RawValue>>,
    /// The passive reply that was given; null for `success`.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub reply: Option<Box<RawValue>>,
}
