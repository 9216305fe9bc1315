//! The platform's error codes, each with the platform's words for it.

use axum::{
    body::Body,
    http::{Response, StatusCode},
    response::IntoResponse,
};
use serde_json::json;

use crate::http::document;

/// A code and its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code(pub i32, pub &'static str);

/// A call that is answered with an error code, always with status 200 as the platform does.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{}{hint}", code.1, if hint.is_empty() { "" } else { ", hint: " })]
pub struct Refusal {
    /// What kind of mistake.
    pub code: Code,
    /// Which one exactly.
    pub hint: String,
}

impl Code {
    /// The refusal with a word on what exactly is wrong.
    pub fn because(self, hint: impl Into<String>) -> Refusal {
        Refusal {
            code: self,
            hint: hint.into(),
        }
    }
}

/// Travels with the response, so that it can be counted.
#[derive(Debug, Clone, Copy)]
pub struct Errcode(pub i32);

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        code.because("")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response<Body> {
        let trace: String = std::iter::repeat_with(|| fastrand::digit(16))
            .take(16)
            .collect();
        let body = json!({ "errcode": self.code.0, "errmsg": format!("{self} rid: {trace}") });
        let mut response = document(StatusCode::OK, &body);
        response.extensions_mut().insert(Errcode(self.code.0));
        response
    }
}

macro_rules! codes {
    ($($name:ident = $code:literal, $words:literal;)*) => {
        $(#[doc = concat!("`", stringify!($code), "` ", $words, ".")] pub const $name: Code = Code($code, $words);)*
    };
}

codes! {
    NOTICE_TEMPLATE = 20002, "invalid args";
    INVALID_CREDENTIAL = 40001, "invalid credential, access_token is invalid or not latest";
    INVALID_GRANT_TYPE = 40002, "invalid grant_type";
    INVALID_OPENID = 40003, "invalid openid";
    INVALID_LIST_SIZE = 40032, "invalid openid list size";
    INVALID_ACTION = 40052, "invalid action name";
    INVALID_ACTION_INFO = 40053, "invalid action info";
    INVALID_REMARK = 40092, "invalid remark name";
    OPENID_MISSING = 41009, "missing openid";
    BLACKLISTED = 43019, "require remove blacklist";
    TOO_MANY_CODES = 45029, "qrcode count out of limit";
    TOO_MANY_TAGS = 45056, "too many tag now, no need to add new";
    TAG_TOO_LARGE = 45057, "can't delete the tag that has too many fans";
    SYSTEM_TAG = 45058, "can't modify sys tag";
    TOO_MANY_TAGS_OF_ONE = 45059, "can not tag one user too much";
    INVALID_TAG_NAME = 45157, "invalid tag name";
    TAG_NAME_TOO_LONG = 45158, "tag name too long";
    INVALID_TAG = 45159, "invalid tag id";
    OPENID_OF_ANOTHER = 49003, "not match openid with appid";
    UNSUBSCRIBED = 50005, "user is unsubscribed";
    INVALID_TEMPLATE = 40037, "invalid template_id";
    INVALID_URL_SIZE = 40039, "invalid url size";
    INVALID_MSG_ID = 40059, "invalid msg id";
    TOO_FEW_OPENIDS = 40130, "invalid openid list size, at least two openid";
    INVALID_MASS_TAG = 40152, "invalid tag id";
    TOO_MANY_IMAGES = 40215, "invalid image count";
    CONSENT_MISSING = 43101, "user refuse to accept the msg";
    MASS_QUOTA = 45028, "has no masssend quota";
    CLIENT_ID_EXISTS = 45065, "clientmsgid exist";
    CLIENT_ID_TOO_LONG = 45067, "clientmsgid size out of limit";
    CARDS_OVER = 45113, "cards cannot be sent any more";
    INVALID_MASS_TYPE = 45162, "invalid msgtype";
    TEMPLATE_DATA = 47003, "argument invalid!";
    INVALID_CODE = 40029, "invalid code";
    INVALID_REFRESH_TOKEN = 40030, "invalid refresh_token";
    CODE_USED = 40163, "code been used";
    CODE_MISSING = 41008, "missing code";
    REFRESH_TOKEN_EXPIRED = 42002, "refresh_token expired";
    CODE_EXPIRED = 42003, "code expired";
    DATE_FORMAT = 61500, "date format error";
    DATE_RANGE = 61501, "date range error";
    DATA_NOT_READY = 61503, "data not ready, please try later";
    INVALID_MEDIA_TYPE = 40004, "invalid media type";
    INVALID_FILE_TYPE = 40005, "invalid file type";
    INVALID_MEDIA_ID = 40007, "invalid media_id";
    INVALID_MESSAGE_TYPE = 40008, "invalid message type";
    INVALID_IMAGE_SIZE = 40009, "invalid image size";
    INVALID_VOICE_SIZE = 40010, "invalid voice size";
    INVALID_VIDEO_SIZE = 40011, "invalid video size";
    INVALID_THUMB_SIZE = 40012, "invalid thumb size";
    INVALID_APPID = 40013, "invalid appid";
    INVALID_BUTTON_COUNT = 40016, "invalid button size";
    INVALID_BUTTON_TYPE = 40017, "invalid button type";
    INVALID_BUTTON_NAME = 40018, "invalid button name size";
    INVALID_BUTTON_KEY = 40019, "invalid button key size";
    INVALID_BUTTON_URL = 40020, "invalid button url size";
    INVALID_MENU_DEPTH = 40022, "invalid sub button level";
    INVALID_SUB_BUTTON_COUNT = 40023, "invalid sub button size";
    INVALID_SUB_BUTTON_TYPE = 40024, "invalid sub button type";
    INVALID_SUB_BUTTON_NAME = 40025, "invalid sub button name size";
    INVALID_SUB_BUTTON_KEY = 40026, "invalid sub button key size";
    INVALID_SUB_BUTTON_URL = 40027, "invalid sub button url size";
    INVALID_CHARACTER = 40033, "invalid charset. please check your request, if include \\uxxxx will create fail!";
    INVALID_ARGUMENT = 40035, "invalid parameter";
    INVALID_SUB_BUTTON_DOMAIN = 40054, "invalid sub button url domain";
    INVALID_BUTTON_DOMAIN = 40055, "invalid button url domain";
    INVALID_URL = 40066, "invalid url";
    INVALID_SECRET = 40125, "invalid appsecret";
    TOKEN_MISSING = 41001, "access_token missing";
    APPID_MISSING = 41002, "appid missing";
    SECRET_MISSING = 41004, "appsecret missing";
    MEDIA_DATA_MISSING = 41005, "media data missing";
    MEDIA_ID_MISSING = 41006, "media_id missing";
    SUB_MENU_MISSING = 41007, "sub_menu data missing";
    TOKEN_EXPIRED = 42001, "access_token expired";
    GET_REQUIRED = 43001, "require GET method";
    POST_REQUIRED = 43002, "require POST method";
    NOT_FOLLOWING = 43004, "require subscribe";
    EMPTY_BODY = 44002, "empty post data";
    EMPTY_NEWS = 44003, "empty news data";
    EMPTY_CONTENT = 44004, "empty content";
    TOO_LONG = 45002, "content size out of limit";
    TITLE_TOO_LONG = 45003, "title size out of limit";
    DESCRIPTION_TOO_LONG = 45004, "description size out of limit";
    LINK_TOO_LONG = 45005, "url size out of limit";
    TOO_MANY_ARTICLES = 45008, "article size out of limit";
    DAILY_LIMIT = 45009, "reach max api daily quota limit";
    WINDOW_OVER = 45015, "response out of time limit or subscription is canceled";
    WINDOW_SPENT = 45047, "out of response count limit";
    INVALID_COMMAND = 45072, "invalid command";
    TYPING_TOO_LATE = 45080, "no message from the user in the last 30 seconds";
    TYPING_ALREADY = 45081, "already in typing status";
    NO_MENU = 46003, "menu no exist";
    MALFORMED_BODY = 47001, "data format error";
    UNAUTHORIZED = 48001, "api unauthorized";
    CLEARED_TOO_OFTEN = 48006, "api forbid to clear quota because of reaching the limit";
    INVALID_TICKET_TYPE = 40097, "invalid args";
    NO_SUCH_MENU = 65301, "no such menuid";
    NO_SUCH_FAN = 65302, "no such user";
    NO_DEFAULT_MENU = 65303, "there is no selfmenu, please create selfmenu first";
    MATCH_RULE_EMPTY = 65304, "match rule empty";
    MATCH_RULE_PRIVATE = 65320, "match rule violates privacy";
    QUOTA_PATH_FORM = 76003, "invalid cgi_path";
    QUOTA_PATH_UNKNOWN = 76021, "cgi_path not found, please check";
    QUOTA_PATH_FORBIDDEN = 76022, "could not use this cgi_path, no permission";
    KF_SWITCHED_OFF = 65400, "please enable new custom service, or wait for a while if you have enabled";
    INVALID_KF_ACCOUNT = 65401, "invalid custom service account";
    KF_NOT_BOUND = 65402, "custom service account is not bound to a wechat id";
    ILLEGAL_NICKNAME = 65403, "illegal nickname";
    ILLEGAL_KF_ACCOUNT = 65404, "illegal custom service account";
    TOO_MANY_KF_ACCOUNTS = 65405, "custom service account number reach limit";
    KF_ACCOUNT_EXISTS = 65406, "custom service account exists";
    KF_ALREADY_WORKER = 65407, "the invitee is a worker already";
    KF_INVITED = 65408, "the invitee has an invitation already";
    INVALID_WECHAT_ID = 65409, "invalid wechat id";
    KF_INVITATION_PENDING = 65411, "the account has an invitation that waits for an answer";
    KF_ALREADY_BOUND = 65412, "the account is bound to a wechat id already";
    KF_NO_SESSION = 65413, "no effective session";
    KF_SERVED_BY_ANOTHER = 65414, "the customer is being served by another worker";
    KF_OFFLINE = 65415, "the worker is not online";
}

/// The words for a code that a fault asked for.
pub const fn words(errcode: i32) -> &'static str {
    match errcode {
        -1 => "system error",
        0 => "ok",
        _ => "asked for by POST /sim/faults",
    }
}
