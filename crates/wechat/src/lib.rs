//! The protocol of WeChat Official Accounts (微信公众号), without I/O.
//!
//! A server that WeChat calls needs four things, and each has its room here:
//!
//! - [`callback`]: is this request from WeChat, and what does it say? Signature, time, AES, XML or JSON.
//! - [`inbound`]: what came in, typed ([`Message`], [`Event`]), with every field that was sent kept in
//!   [`fields`].
//! - [`reply`]: the answer given at once, as XML or JSON.
//! - [`api`]: calls made later: requests to send, and answers to read.
//!
//! [`account`] has what an account may do, by its type and whether it is verified.
//!
//! [`signature`] and [`crypto`] are what [`callback`] is built from, for those who need them alone.
//!
//! The crate opens no connection, reads no clock and draws no random number: bytes, the time and random bytes
//! come in as arguments. So it runs anywhere, `wasm32-unknown-unknown` included, and every test is a plain
//! function call.
//!
//! Nothing here panics on outside data, and nothing that WeChat sends is lost: what has no type of its own is
//! [`Message::Unknown`] or [`Event::Unknown`], whole in [`Inbound::fields`].

pub mod account;
pub mod api;
pub mod callback;
pub mod crypto;
pub mod fields;
pub mod inbound;
pub mod reply;
pub mod signature;

mod document;

pub use callback::{Keyring, Mode, Opened, Query, Refusal};
pub use crypto::AesKey;
pub use fields::{Field, Fields, Format};
pub use inbound::{Content, Event, Inbound, Message, MessageKey, Subject};
pub use reply::{Answering, Article, Envelope, Reply};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
