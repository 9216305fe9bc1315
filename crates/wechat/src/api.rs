//! Calls made later: requests to send, answers to read.
//!
//! A function of one of the rooms below builds a [`Request`]: what to send ([`Call`]) together with the type of the answer. It
//! refuses, as [`InvalidCall`], what WeChat would refuse. There is no I/O here: [`Client`] joins a [`Transport`] and the holder of the
//! access token ([`Tokens`]), which the program brings along; or send [`Request`]s with any HTTP client and give what came back to
//! [`Request::read`]. [`ErrCode::advice`] says which retry makes sense.
//!
//! - [`token`]: the access token that every other call needs
//! - [`custom`]: customer-service messages
//! - [`user`]: fans, remarks, the block list
//! - [`qrcode`]: QR codes that bring a scene along
//! - [`menu`]: the custom menu; [`current`]: what is set up in the platform's own pages
//!
//! ```
//! use wechat::api::{CallFailure, Done, custom, errcode::Advice, read_answer};
//!
//! let request = custom::send("oFan", &custom::ServiceMessage::text("到了"));
//! assert_eq!(
//!     request.url("https://api.weixin.qq.com", Some("TOKEN")),
//!     "https://api.weixin.qq.com/cgi-bin/message/custom/send?access_token=TOKEN",
//! );
//! assert!(request.json().is_some_and(|body| body.contains(r#""text":{"content":"到了"}"#)));
//!
//! let answer = read_answer::<Done>(200, br#"{"errcode":-1,"errmsg":"system error"}"#);
//! assert!(matches!(answer, Err(CallFailure::Api(error)) if error.advice() == Advice::RetryLater));
//! ```

pub mod current;
pub mod custom;
pub mod errcode;
pub mod menu;
pub mod multipart;
pub mod qrcode;
pub mod token;
pub mod user;

mod answer;
mod call;
mod invalid;
mod json;
mod transport;

pub use answer::{Answer, CallFailure, Done, Response, read_answer};
pub use call::{Body, Call, Method, Request};
pub use errcode::{Advice, ApiError, ErrCode};
pub use invalid::{CallDefect, InvalidCall};
pub use json::{FromJson, Unexpected};
pub use transport::{Client, Failure, NoAnswer, Outgoing, Tokens, Transport, send};
