//! Calls made later: requests to send, answers to read.
//!
//! A function of one of the rooms below builds a [`Request`]: what to send ([`Call`]) together with the type of the answer. It
//! refuses, as [`InvalidCall`], what WeChat would refuse. There is no I/O here: [`Client`] joins a [`Transport`] and the holder of the
//! access token ([`Tokens`]), which the program brings along; or send [`Request`]s with any HTTP client and give what came back to
//! [`Request::read`]. [`ErrCode::advice`] says which retry makes sense.
//!
//! - [`token`]: the access token that every other call needs
//! - [`custom`]: customer-service messages; [`media`]: the files that they carry; [`kf`]: WeChat's own customer service
//! - [`user`]: fans, remarks, the block list; [`tags`]: tags on fans
//! - [`qrcode`]: QR codes that bring a scene along
//! - [`menu`]: the custom menu; [`current`]: what is set up in the platform's own pages
//! - [`mass`], [`template`], [`subscribe`]: sends to many fans, notices
//! - [`oauth`], [`jsapi`]: pages inside WeChat
//! - [`datacube`]: WeChat's own figures; [`account`]: its addresses, and how many calls are left
//!
//! A call that a program does not make costs it nothing: what is not called is not linked.
//!
//! ```
//! use wechat::api::{CallFailure, Done, custom, errcode::Advice, read_answer};
//!
//! let request = custom::send("oFan", &custom::ServiceMessage::text("到了"))?;
//! assert_eq!(
//!     request.url("https://api.weixin.qq.com", Some("TOKEN")),
//!     "https://api.weixin.qq.com/cgi-bin/message/custom/send?access_token=TOKEN",
//! );
//! assert!(request.json().is_some_and(|body| body.contains(r#""text":{"content":"到了"}"#)));
//!
//! let answer = read_answer::<Done>(200, br#"{"errcode":-1,"errmsg":"system error"}"#);
//! assert!(matches!(answer, Err(CallFailure::Api(error)) if error.advice() == Advice::RetryLater));
//! # Ok::<(), wechat::api::InvalidCall>(())
//! ```

pub mod account;
pub mod current;
pub mod custom;
pub mod datacube;
pub mod errcode;
pub mod jsapi;
pub mod kf;
pub mod mass;
pub mod media;
pub mod menu;
pub mod oauth;
pub mod qrcode;
pub mod subscribe;
pub mod tags;
pub mod template;
pub mod token;
pub mod user;

mod answer;
pub(crate) mod call;
mod invalid;
mod json;
mod multipart;
mod secret;
mod transport;

pub use answer::{Answer, CallFailure, Done, Response, read_answer};
pub use call::{Body, Call, Method, Request, written};
pub use errcode::{Advice, ApiError, ErrCode};
pub use invalid::{CallDefect, InvalidCall};
pub use json::{FromJson, Unexpected};
pub use multipart::File;
pub use secret::Secret;
pub use transport::{Client, Failure, NoAnswer, Outgoing, Tokens, Transport, send};
