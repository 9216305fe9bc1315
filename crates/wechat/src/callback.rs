//! Is this request from WeChat, and what does it say?
//!
//! A [`Keyring`] holds what the platform and the account share. It opens requests and seals answers:
//!
//! ```
//! use wechat::{Content, Keyring, Message, Mode, Query, signature};
//!
//! let keyring = Keyring::new("wx1", Mode::Plain, vec!["secret".to_owned()], vec![])?;
//! let signature = signature::sign("secret", "1700000000", "n");
//! let query = Query::parse(&format!("signature={signature}&timestamp=1700000000&nonce=n"));
//! let body = b"<xml>
//!     <ToUserName>gh_1</ToUserName><FromUserName>oFan</FromUserName><CreateTime>1700000000</CreateTime>
//!     <MsgType>text</MsgType><Content>hi</Content><MsgId>1</MsgId>
//! </xml>";
//! let opened = keyring.open(&query, body, 1_700_000_010)?;
//! assert!(matches!(opened.inbound.content, Content::Message { message: Message::Text { .. }, .. }));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is checked, in this order
//!
//! 1. `signature` over the query, and `timestamp` within [`MAX_SKEW_SECONDS`] of now: else 401, and the body
//!    is not looked at.
//! 2. The body is XML or JSON, and in compatible and safe mode has `Encrypt`: else 400.
//! 3. In those modes `msg_signature`, by a token that made `signature` too: else 401.
//! 4. A configured key decrypts `Encrypt` for this AppID, the result is XML or JSON: else 400. Only what was
//!    decrypted counts.
//! 5. The fields that every callback has: else 400.
//!
//! A repeated nonce is not refused: WeChat's own retries repeat it. What a retry may change is settled by
//! [`MessageKey`](crate::MessageKey).
//!
//! | room | what |
//! |---|---|
//! | `query` | the parameters of a request |
//! | `keyring` | what is shared with the platform, opening and sealing |
//! | `refusal` | why not |
//! | `resend` | a callback made again for somebody else |

mod keyring;
mod query;
mod refusal;
mod resend;

pub use crate::fields::Format;
pub use keyring::{InvalidKeyring, Keyring, MAX_SKEW_SECONDS, Mode, Opened, Sealing, UnknownMode};
pub use query::Query;
pub use refusal::Refusal;
pub use resend::{Receiver, Resent, resend};
