//! Accounts and sessions of WeChat's own customer service (客服), to which a fan can be handed over.
//!
//! An account is `name@account`, where the account is the Official Account's WeChat name.

use serde_json::json;

use super::invalid::{CallDefect, InvalidCall, filled, text};
use super::json::answers;
use super::multipart::File;
use super::{Call, Done, Request};

/// Customer-service accounts of an Official Account (65400 and following above).
pub const MAX_ACCOUNTS: usize = 100;

/// Bytes of the name before the `@`: letters, digits and `_`.
pub const MAX_NAME_BYTES: usize = 10;

/// Characters of a nickname.
pub const MAX_NICKNAME_CHARS: usize = 16;

/// Bytes of a picture.
pub const MAX_HEAD_IMAGE_BYTES: usize = 5 * 1024 * 1024;

/// Checks `name@account`.
///
/// # Errors
/// A name that is missing, too long or of other characters, or nothing behind the `@`.
pub fn check_account(kf_account: &str) -> Result<(), InvalidCall> {
    let field = "kf_account";
    let (name, account) = kf_account
        .split_once('@')
        .ok_or(CallDefect::Not("it is not of the form name@account").of(field))?;
    text(field, name, MAX_NAME_BYTES)?;
    filled(field, account)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if name.bytes().all(plain) {
        Ok(())
    } else {
        Err(CallDefect::Not("its name has other characters than letters, digits and _").of(field))
    }
}

/// Asks for the accounts.
pub fn list() -> Request<Accounts> {
    Request::of(Call::get("/cgi-bin/customservice/getkflist"))
}

/// Asks which accounts are there to answer now.
pub fn online() -> Request<OnlineAccounts> {
    Request::of(Call::get("/cgi-bin/customservice/getonlinekflist"))
}

/// Makes an account, for which a person has then to be invited.
///
/// Limits: 100 accounts; a name of up to 10 bytes, a nickname of up to 16 characters.
///
/// # Errors
/// A name or nickname that WeChat refuses.
pub fn add(kf_account: &str, nickname: &str) -> Result<Request<Done>, InvalidCall> {
    let body = named(kf_account, nickname)?;
    Ok(Request::of(Call::post(
        "/customservice/kfaccount/add",
        &body,
    )))
}

/// Gives an account another nickname.
///
/// Limits: a nickname of up to 16 characters.
///
/// # Errors
/// A name or nickname that WeChat refuses.
pub fn update(kf_account: &str, nickname: &str) -> Result<Request<Done>, InvalidCall> {
    let body = named(kf_account, nickname)?;
    Ok(Request::of(Call::post(
        "/customservice/kfaccount/update",
        &body,
    )))
}

/// Invites a person, by WeChat name, to be an account.
///
/// # Errors
/// A name that WeChat refuses, or nobody.
pub fn invite_worker(kf_account: &str, invite_wx: &str) -> Result<Request<Done>, InvalidCall> {
    check_account(kf_account)?;
    filled("invite_wx", invite_wx)?;
    let body = json!({ "kf_account": kf_account, "invite_wx": invite_wx });
    Ok(Request::of(Call::post(
        "/customservice/kfaccount/inviteworker",
        &body,
    )))
}

/// Gives an account a picture.
///
/// Limits: JPEG or PNG, 5 MB.
///
/// # Errors
/// A name that WeChat refuses, or a picture that is empty or too large.
pub fn upload_head_image(
    kf_account: &str,
    picture: &File<'_>,
) -> Result<Request<Done>, InvalidCall> {
    check_account(kf_account)?;
    let bytes = picture.bytes.len();
    let limit = MAX_HEAD_IMAGE_BYTES;
    match bytes {
        0 => return Err(CallDefect::Missing.of("media")),
        _ if bytes > limit => return Err(CallDefect::TooLong { bytes, limit }.of("media")),
        _ => {}
    }
    let call = Call::upload("/customservice/kfaccount/uploadheadimg", picture, None);
    Ok(Request::of(call.with("kf_account", kf_account)))
}

/// Deletes an account.
///
/// # Errors
/// A name that WeChat refuses.
pub fn delete(kf_account: &str) -> Result<Request<Done>, InvalidCall> {
    check_account(kf_account)?;
    let call = Call::get("/customservice/kfaccount/del");
    Ok(Request::of(call.with("kf_account", kf_account)))
}

/// Puts a fan through to an account that is there (65401 and following otherwise).
///
/// # Errors
/// A name that WeChat refuses, or no openid.
pub fn create_session(kf_account: &str, openid: &str) -> Result<Request<Done>, InvalidCall> {
    let body = between(kf_account, openid)?;
    Ok(Request::of(Call::post(
        "/customservice/kfsession/create",
        &body,
    )))
}

/// Ends a session.
///
/// # Errors
/// A name that WeChat refuses, or no openid.
pub fn close_session(kf_account: &str, openid: &str) -> Result<Request<Done>, InvalidCall> {
    let body = between(kf_account, openid)?;
    Ok(Request::of(Call::post(
        "/customservice/kfsession/close",
        &body,
    )))
}

/// Asks with whom a fan is connected.
///
/// # Errors
/// No openid.
pub fn get_session(openid: &str) -> Result<Request<SessionOfFan>, InvalidCall> {
    filled("openid", openid)?;
    let call = Call::get("/customservice/kfsession/getsession");
    Ok(Request::of(call.with("openid", openid)))
}

/// Asks for the sessions of an account.
///
/// # Errors
/// A name that WeChat refuses.
pub fn get_session_list(kf_account: &str) -> Result<Request<Sessions>, InvalidCall> {
    check_account(kf_account)?;
    let call = Call::get("/customservice/kfsession/getsessionlist");
    Ok(Request::of(call.with("kf_account", kf_account)))
}

/// Asks for the fans who wait for somebody.
///
/// Limits: the first 100.
pub fn get_wait_case() -> Request<Waiting> {
    Request::of(Call::get("/customservice/kfsession/getwaitcase"))
}

fn named(kf_account: &str, nickname: &str) -> Result<serde_json::Value, InvalidCall> {
    check_account(kf_account)?;
    filled("nickname", nickname)?;
    if let Some((limit, _)) = nickname.char_indices().nth(MAX_NICKNAME_CHARS) {
        text("nickname", nickname, limit)?;
    }
    Ok(json!({ "kf_account": kf_account, "nickname": nickname }))
}

fn between(kf_account: &str, openid: &str) -> Result<serde_json::Value, InvalidCall> {
    check_account(kf_account)?;
    filled("openid", openid)?;
    Ok(json!({ "kf_account": kf_account, "openid": openid }))
}

answers! {
    /// The accounts.
    pub struct Accounts {
        /// Each of them.
        pub accounts: Vec<Account> = "kf_list",
    }

    /// An account.
    pub struct Account {
        /// `name@account`.
        pub kf_account: String,
        /// What fans see.
        pub kf_nick: Option<String>,
        /// Its number.
        pub kf_id: Option<String>,
        /// Its picture.
        pub kf_headimgurl: Option<String>,
        /// The person who is bound to it, by WeChat name.
        pub kf_wx: Option<String>,
        /// The person who is invited, by WeChat name.
        pub invite_wx: Option<String>,
        /// When the invitation ends, in seconds since 1970.
        pub invite_expire_time: Option<u64>,
        /// `waiting`, `rejected`, `expired`.
        pub invite_status: Option<String>,
    }

    /// Accounts that are there to answer.
    pub struct OnlineAccounts {
        /// Each of them.
        pub accounts: Vec<OnlineAccount> = "kf_online_list",
    }

    /// An account that is there to answer.
    pub struct OnlineAccount {
        /// `name@account`.
        pub kf_account: String,
        /// 1: on the web.
        pub status: u64,
        /// Its number.
        pub kf_id: Option<String>,
        /// Sessions that it has.
        pub accepted_case: u64,
    }

    /// With whom a fan is connected.
    pub struct SessionOfFan {
        /// Since when, in seconds since 1970; 0 without a session.
        pub createtime: Option<u64>,
        /// With whom; empty or missing without a session.
        pub kf_account: Option<String>,
    }

    /// The sessions of an account.
    pub struct Sessions {
        /// Each of them.
        pub sessions: Vec<Session> = "sessionlist",
    }

    /// A session.
    pub struct Session {
        /// Since when, in seconds since 1970.
        pub createtime: u64,
        /// With whom.
        pub openid: String,
    }

    /// Fans who wait for somebody.
    pub struct Waiting {
        /// How many there are in all.
        pub count: u64,
        /// The first hundred.
        pub cases: Vec<WaitingFan> = "waitcaselist",
    }

    /// A fan who waits for somebody.
    pub struct WaitingFan {
        /// When the fan wrote last, in seconds since 1970.
        pub latest_time: u64,
        /// Who it is.
        pub openid: String,
    }
}
