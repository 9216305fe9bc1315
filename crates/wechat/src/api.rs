//! Calls made later: requests to send, answers to read.
//!
//! There is no transport here. A function of [`token`], [`custom`] or [`menu`] builds a [`Call`]; the caller
//! sends it (with an access token where [`Call::token`] says so) and gives status and body to
//! [`read_answer`]. That leaves timeouts, relays and retries where they belong, and [`ErrCode::advice`] says
//! which retry makes sense.
//!
//! ```
//! use wechat::api::{CallFailure, Done, custom, errcode::Advice, read_answer};
//!
//! let call = custom::send("oFan", &custom::ServiceMessage::text("到了"));
//! assert_eq!(
//!     call.url("https://api.weixin.qq.com", Some("TOKEN")),
//!     "https://api.weixin.qq.com/cgi-bin/message/custom/send?access_token=TOKEN",
//! );
//! assert!(call.body.is_some_and(|body| body.contains(r#""text":{"content":"到了"}"#)));
//!
//! let answer = read_answer::<Done>(200, br#"{"errcode":-1,"errmsg":"system error"}"#);
//! assert!(matches!(answer, Err(CallFailure::Api(error)) if error.advice() == Advice::RetryLater));
//! ```

pub mod custom;
pub mod errcode;
pub mod menu;
pub mod token;

mod answer;
pub(crate) mod call;

pub use answer::{CallFailure, Done, read_answer};
pub use call::{Call, Method};
pub use errcode::{Advice, ApiError, ErrCode};
