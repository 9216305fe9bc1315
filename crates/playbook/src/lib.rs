//! The playbook: what a WeChat Official Account answers.
//!
//! Operators edit a document, in TOML or JSON; [`Playbook::parse`] compiles it into one immutable value, or tells the
//! [`Mistake`] with its line. The value answers questions of fact: what does this text mean, where does this key lead,
//! what is a fan told who scans this code. It holds no state, reads no clock and does no I/O, so a caller can ask it
//! again about the same message and gets the same answer.
//!
//! ```
//! use fandesk_playbook::{Action, Format, Found, Playbook, Rendered, Text};
//!
//! let document = r#"
//!     default = { text = "?" }
//!     [[rule]]
//!     name = "greeting"
//!     prefix = ["GO"]
//!     reply = { text = "You said {text}, then {rest}." }
//! "#;
//! let playbook = Playbook::parse(document, Format::Toml)?.playbook;
//!
//! let Found::Match(found) = playbook.find(&Text::new("ｇｏ West!")) else { panic!() };
//! assert_eq!(found.hit, "rule:greeting");
//! let Action::Reply(reply) = found.action else { panic!() };
//! let expected = wechat::Reply::text("You said go West!, then West.");
//! assert_eq!(reply.expand(&found.captures), Some(Rendered::Passive(expected)));
//! # Ok::<(), fandesk_playbook::Mistake>(())
//! ```
//!
//! | room | what |
//! |---|---|
//! | `source` | the text of a document as a tree that knows its lines |
//! | `compile` | the parts of a document, brought together; each room reads its own |
//! | `text`, `nfkc`, `pattern`, `matcher` | what a fan wrote, and which answer that gets |
//! | `command`, `menu`, `welcome`, `faq`, `intent`, `expects`, `identity`, `handover`, `hours` | the kinds of answers |
//! | `template`, `captures`, `reply` | what a fan is shown |
//! | `alerts`, `forward` | whom to tell when something is wrong; who gets copies of what comes in |
//! | `mistake`, `needs`, `choices` | what its author is told |
//! | `difference` | what changed between two documents |
//! | `preview` | what a fan would see of a document that is not in force yet |
//!
//! Half of what is here was chosen for the size of the Worker: see `nfkc`, `matcher::needles`, `pattern` and `source`
//! for what was measured.

mod action;
mod alerts;
mod captures;
mod choices;
mod command;
mod compile;
mod difference;
mod duration;
mod expects;
mod faq;
mod forward;
mod handover;
mod hours;
mod identity;
mod intent;
mod matcher;
mod menu;
mod mistake;
mod named;
mod needs;
mod nfkc;
mod pattern;
mod playbook;
mod preview;
mod reply;
mod source;
mod template;
mod text;
mod welcome;

pub use action::Action;
pub use alerts::{Address, Alerts, Form, Webhook};
pub use captures::Captures;
pub use command::Command;
pub use difference::{Change, Difference, Kind, Line, difference};
pub use expects::UnexpectedAnswer;
pub use faq::Faq;
pub use forward::Forward;
pub use handover::{Desk, Handover, Routing, Unmatched};
pub use hours::OpeningHours;
pub use identity::{Identity, UnfitIdentity};
pub use intent::{Intent, Method, Request};
pub use menu::{Menu, Place, Step, View};
pub use mistake::{Mistake, Warning};
pub use needs::Need;
pub use playbook::{Found, MAX_DOCUMENT_BYTES, Match, Parsed, Playbook};
pub use preview::{Circumstances, Deed, Preview, Then};
pub use reply::{Rendered, Reply};
pub use source::Format;
pub use text::{Text, normalise};
