//! Pages inside WeChat: the right to use its functions (JS-SDK).

use sha1::{Digest, Sha1};

use super::json::answers;
use super::secret::Secret;
use super::{Call, Request};
use crate::signature::hex;

/// Asks for the ticket that page signatures are made with. Keep it as long as it lasts, like the access token.
pub fn ticket() -> Request<Ticket> {
    Request::of(Call::get("/cgi-bin/ticket/getticket").with("type", "jsapi"))
}

/// The signature of a page, for `wx.config`. `url` is the page's whole address; what follows a `#` does not count.
///
/// ```
/// use wechat::api::jsapi;
///
/// // The example of the platform's documentation.
/// let ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg";
/// let signature = jsapi::sign(ticket, "Wm3WZYTPz0wzccnW", 1414587457, "http://mp.weixin.qq.com?params=value#part");
/// assert_eq!(signature, "0f9de62fce790f9a083d5c99e95740ceb90c27ed");
/// ```
pub fn sign(ticket: &str, nonce: &str, timestamp: i64, url: &str) -> String {
    let page = url.split('#').next().unwrap_or_default();
    let signed = format!("jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={page}");
    hex(&Sha1::digest(signed))
}

answers! {
    /// A ticket.
    pub struct Ticket {
        /// The ticket.
        pub ticket: Secret,
        /// Seconds until it ends: 7200.
        pub expires_in: u64,
    }
}
