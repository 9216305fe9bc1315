//! Fans: who they are, who follows, remarks, and the block list.
//!
//! Since the end of 2021 nickname and avatar of most fans come empty.

use serde_json::json;

use super::invalid::{InvalidCall, filled, list, text, texts};
use super::json::answers;
use super::{Call, Done, Request};

/// Fans of one [`batch_get`].
pub const MAX_BATCH: usize = 100;

/// Openids of one page of [`get`].
pub const PAGE: usize = 10_000;

/// Openids of one page of [`get_blacklist`], by the platform's current documentation; older pages say 10,000.
pub const BLACKLIST_PAGE: usize = 1_000;

/// Bytes of a remark (40092 above): the platform's documentation wants fewer than 30. Its older pages say characters, but operators
/// report that ten Chinese characters are refused, and the platform's own staff counts bytes.
pub const MAX_REMARK_BYTES: usize = 29;

/// Fans of one call of [`batch_blacklist`] or [`batch_unblacklist`].
pub const MAX_BLACKLIST_BATCH: usize = 20;

/// The language of a fan's country, province and city.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// Simplified Chinese.
    ZhCn,
    /// Traditional Chinese.
    ZhTw,
    /// English.
    En,
}

impl Lang {
    /// WeChat's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Lang::ZhCn => "zh_CN",
            Lang::ZhTw => "zh_TW",
            Lang::En => "en",
        }
    }
}

/// Asks for one fan.
///
/// Limits: 5,000,000 a day.
///
/// # Errors
/// No openid.
pub fn info(openid: &str, lang: Lang) -> Result<Request<User>, InvalidCall> {
    filled("openid", openid)?;
    let call = Call::get("/cgi-bin/user/info");
    Ok(Request::of(
        call.with("openid", openid).with("lang", lang.as_str()),
    ))
}

/// Asks for several fans at once.
///
/// Limits: 100 fans a call; each counts for the 5,000,000 a day of [`info`].
///
/// # Errors
/// None or too many, or an empty openid.
pub fn batch_get<T: AsRef<str>>(openids: &[T], lang: Lang) -> Result<Request<Users>, InvalidCall> {
    list("user_list", openids, 1, MAX_BATCH)?;
    let one = |openid: &T| json!({ "openid": openid.as_ref(), "lang": lang.as_str() });
    let user_list: Vec<_> = openids.iter().map(one).collect();
    Ok(Request::of(Call::post(
        "/cgi-bin/user/info/batchget",
        &json!({ "user_list": user_list }),
    )))
}

/// Asks for followers' openids, from the one after `next_openid`.
///
/// Limits: 10,000 a page, 500 pages a day.
pub fn get(next_openid: Option<&str>) -> Request<OpenIds> {
    let call = Call::get("/cgi-bin/user/get");
    Request::of(match next_openid {
        Some(next) => call.with("next_openid", next),
        None => call,
    })
}

/// Sets what the account calls a fan; an empty remark takes it away.
///
/// Limits: 29 bytes.
///
/// # Errors
/// No openid, or a remark that is too long.
pub fn update_remark(openid: &str, remark: &str) -> Result<Request<Done>, InvalidCall> {
    filled("openid", openid)?;
    if !remark.is_empty() {
        text("remark", remark, MAX_REMARK_BYTES)?;
    }
    Ok(Request::of(Call::post(
        "/cgi-bin/user/info/updateremark",
        &json!({ "openid": openid, "remark": remark }),
    )))
}

/// Asks for the openids on the block list.
///
/// Limits: 1000 a page.
pub fn get_blacklist(begin_openid: Option<&str>) -> Request<OpenIds> {
    Request::of(Call::post(
        "/cgi-bin/tags/members/getblacklist",
        &json!({ "begin_openid": begin_openid.unwrap_or_default() }),
    ))
}

/// Blocks fans.
///
/// Limits: 20 fans a call.
///
/// # Errors
/// None or too many, or an empty openid.
pub fn batch_blacklist<T: AsRef<str>>(openids: &[T]) -> Result<Request<Done>, InvalidCall> {
    list("openid_list", openids, 1, MAX_BLACKLIST_BATCH)?;
    Ok(Request::of(Call::post(
        "/cgi-bin/tags/members/batchblacklist",
        &json!({ "openid_list": texts(openids) }),
    )))
}

/// Unblocks fans.
///
/// Limits: 20 fans a call.
///
/// # Errors
/// None or too many, or an empty openid.
pub fn batch_unblacklist<T: AsRef<str>>(openids: &[T]) -> Result<Request<Done>, InvalidCall> {
    list("openid_list", openids, 1, MAX_BLACKLIST_BATCH)?;
    Ok(Request::of(Call::post(
        "/cgi-bin/tags/members/batchunblacklist",
        &json!({ "openid_list": texts(openids) }),
    )))
}

answers! {
    /// A fan. Of somebody who does not follow, only `subscribe`, `openid` and perhaps `unionid` come.
    pub struct User {
        /// Whether the fan follows.
        pub subscribe: bool,
        /// The fan's name in this account.
        pub openid: String,
        /// The fan's name in all apps of one owner, when the account is bound to an open platform.
        pub unionid: Option<String>,
        /// Empty for most fans.
        pub nickname: Option<String>,
        /// Empty for most fans.
        pub headimgurl: Option<String>,
        /// `zh_CN` and the like.
        pub language: Option<String>,
        /// When the fan followed last, in seconds since 1970.
        pub subscribe_time: Option<u64>,
        /// What the account calls the fan.
        pub remark: Option<String>,
        /// The fan's tags.
        pub tagid_list: Vec<u64>,
        /// How the fan came: `ADD_SCENE_SEARCH`, `ADD_SCENE_QR_CODE`, `ADD_SCENE_PROFILE_CARD` and so on.
        pub subscribe_scene: Option<String>,
        /// The scene of the code that was scanned, if it was a number; 0 for none.
        pub qr_scene: Option<u64>,
        /// The scene of the code that was scanned, if it was a text.
        pub qr_scene_str: Option<String>,
    }

    /// Several fans.
    pub struct Users {
        /// In the order asked for.
        pub users: Vec<User> = "user_info_list",
    }

    /// A page of openids.
    pub struct OpenIds {
        /// How many there are in all.
        pub total: u64,
        /// How many are on this page.
        pub count: u64,
        /// The page.
        pub openids: Vec<String> = "data.openid",
        /// The last of this page, to go on from; empty or missing at the end.
        pub next_openid: Option<String>,
    }
}
