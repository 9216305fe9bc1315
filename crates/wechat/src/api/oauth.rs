//! Pages inside WeChat: who opened this one?
//!
//! The page sends the fan to [`authorize`]; WeChat sends them back with a `code`, which [`access_token`] turns into an openid, once and
//! within 5 minutes. These access tokens are the fan's, not the account's, and have nothing to do with
//! [`token`](super::token).

use super::call::address;
use super::invalid::{CallDefect, InvalidCall, filled, text};
use super::json::answers;
use super::secret::Secret;
use super::user::Lang;
use super::{Call, Done, Request};

/// Bytes of a `state`.
pub const MAX_STATE_BYTES: usize = 128;

/// What is asked of the fan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The openid, without a word.
    Base,
    /// Name and picture, with the fan's consent.
    UserInfo,
}

impl Scope {
    /// WeChat's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Scope::Base => "snsapi_base",
            Scope::UserInfo => "snsapi_userinfo",
        }
    }
}

/// The address to send a fan to, on the open host (`https://open.weixin.qq.com`). WeChat sends them to `redirect_uri` with `code` and
/// `state`; the domain has to be entered in the platform's pages.
///
/// ```
/// use wechat::api::oauth::{self, Scope};
///
/// let url = oauth::authorize("https://open.weixin.qq.com", "wx1", "https://desk.example/p?a=1", Scope::Base, "s1")?;
/// assert_eq!(
///     url,
///     "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx1&redirect_uri=https%3A%2F%2Fdesk.example%2Fp%3Fa%3D1\
///      &response_type=code&scope=snsapi_base&state=s1#wechat_redirect",
/// );
/// # Ok::<(), wechat::api::InvalidCall>(())
/// ```
///
/// # Errors
/// No AppID or address, or a `state` that is not of letters and digits.
pub fn authorize(
    open_base: &str,
    app_id: &str,
    redirect_uri: &str,
    scope: Scope,
    state: &str,
) -> Result<String, InvalidCall> {
    filled("appid", app_id)?;
    filled("redirect_uri", redirect_uri)?;
    text("state", state, MAX_STATE_BYTES)?;
    if !state.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(CallDefect::Not("only letters and digits are allowed").of("state"));
    }
    // The order is the documented one; WeChat refuses others.
    let query = [
        ("appid", app_id),
        ("redirect_uri", redirect_uri),
        ("response_type", "code"),
        ("scope", scope.as_str()),
        ("state", state),
    ];
    let mut url = address(open_base, "/connect/oauth2/authorize", query.into_iter());
    url.push_str("#wechat_redirect");
    Ok(url)
}

/// Turns a `code` into an openid and a token, once and within 5 minutes.
///
/// # Errors
/// No code.
pub fn access_token(
    app_id: &str,
    secret: &str,
    code: &str,
) -> Result<Request<FanToken>, InvalidCall> {
    filled("code", code)?;
    let call = Call::get("/sns/oauth2/access_token").without_token();
    let call = call
        .with("appid", app_id)
        .with("secret", secret)
        .with("code", code);
    Ok(Request::of(call.with("grant_type", "authorization_code")))
}

/// Gets another token for a fan, within 30 days.
///
/// # Errors
/// No refresh token.
pub fn refresh(app_id: &str, refresh_token: &str) -> Result<Request<FanToken>, InvalidCall> {
    filled("refresh_token", refresh_token)?;
    let call = Call::get("/sns/oauth2/refresh_token").without_token();
    let call = call
        .with("appid", app_id)
        .with("grant_type", "refresh_token");
    Ok(Request::of(call.with("refresh_token", refresh_token)))
}

/// Asks for the profile of a fan who consented ([`Scope::UserInfo`]).
///
/// # Errors
/// No token or openid.
pub fn user_info(
    fan_token: &str,
    openid: &str,
    lang: Lang,
) -> Result<Request<Profile>, InvalidCall> {
    let call = Call::get("/sns/userinfo");
    Ok(Request::of(
        of_fan(call, fan_token, openid)?.with("lang", lang.as_str()),
    ))
}

/// Asks whether a fan's token is still good.
///
/// # Errors
/// No token or openid.
pub fn auth(fan_token: &str, openid: &str) -> Result<Request<Done>, InvalidCall> {
    Ok(Request::of(of_fan(
        Call::get("/sns/auth"),
        fan_token,
        openid,
    )?))
}

fn of_fan(call: Call, fan_token: &str, openid: &str) -> Result<Call, InvalidCall> {
    filled("access_token", fan_token)?;
    filled("openid", openid)?;
    let call = call.without_token().with("access_token", fan_token);
    Ok(call.with("openid", openid))
}

answers! {
    /// A fan's token.
    pub struct FanToken {
        /// The token.
        pub access_token: Secret,
        /// Seconds until it ends: 7200.
        pub expires_in: u64,
        /// What gets another one, for 30 days.
        pub refresh_token: Secret,
        /// Who the fan is.
        pub openid: String,
        /// What was granted, separated by commas.
        pub scope: String,
        /// A visitor who has not logged in: the openid is one of a crowd's.
        pub is_snapshotuser: Option<bool>,
        /// The fan's name in all apps of one owner, after consent.
        pub unionid: Option<String>,
    }

    /// What a fan shows to pages.
    pub struct Profile {
        /// Who the fan is.
        pub openid: String,
        /// Name.
        pub nickname: String,
        /// Picture; empty without one.
        pub headimgurl: Option<String>,
        /// Privileges, such as those of a mobile operator.
        pub privilege: Vec<String>,
        /// The fan's name in all apps of one owner.
        pub unionid: Option<String>,
    }
}
