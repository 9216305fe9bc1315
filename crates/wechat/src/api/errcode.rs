//! WeChat's error codes, and what to do about each.
//!
//! Those of mass sends (45065 to 45067) and of typing (45080, 45081) are known from lists in other SDKs, not
//! from the platform's own pages.

use std::fmt;

/// What WeChat answered instead of doing what it was asked to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {errmsg}", code = ErrCode::from(*errcode))]
pub struct ApiError {
    /// The number, never 0.
    pub errcode: i64,
    /// WeChat's own words; they often carry a request id for its support.
    pub errmsg: String,
}

impl ApiError {
    /// The code by name.
    pub fn code(&self) -> ErrCode {
        ErrCode::from(self.errcode)
    }

    /// What to do about it.
    pub fn advice(&self) -> Advice {
        self.code().advice()
    }
}

/// What to do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// It may work in a while: wait, longer each time.
    RetryLater,
    /// The day's quota is used up; it is counted anew at midnight in China.
    RetryTomorrow,
    /// The access token is not valid (any more): get another and try again, once.
    RefreshToken,
    /// The same call will fail again, for this reason.
    GiveUp(&'static str),
}

/// One table makes the names, the numbers and the advice, so that they cannot disagree. The words are both
/// the documentation and, where there is nothing to be done, the reason given.
macro_rules! codes {
    ($($name:ident = $number:literal, $advice:ident, $words:literal;)*) => {
        /// The codes that a caller may want to tell apart.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrCode {
            $(#[doc = concat!($number, ": ", $words, ".")] $name,)*
            /// Any other.
            Other(i64),
        }

        impl From<i64> for ErrCode {
            fn from(number: i64) -> ErrCode {
                match number {
                    $($number => ErrCode::$name,)*
                    other => ErrCode::Other(other),
                }
            }
        }

        impl ErrCode {
            /// All codes that have a name.
            pub const KNOWN: &'static [ErrCode] = &[$(ErrCode::$name,)*];

            /// The number.
            pub fn number(self) -> i64 {
                match self {
                    $(ErrCode::$name => $number,)*
                    ErrCode::Other(number) => number,
                }
            }

            /// What to do about it.
            pub fn advice(self) -> Advice {
                match self {
                    $(ErrCode::$name => codes!(@ $advice $words),)*
                    ErrCode::Other(_) => Advice::GiveUp("an error without a known remedy"),
                }
            }
        }
    };
    (@ GiveUp $words:literal) => { Advice::GiveUp($words) };
    (@ $advice:ident $words:literal) => { Advice::$advice };
}

codes! {
    Busy = -1, RetryLater, "the platform is busy";
    InvalidCredential = 40001, RefreshToken, "the access token is not the current one, or the AppSecret is wrong";
    InvalidOpenId = 40003, GiveUp, "not an openid of this account";
    InvalidMediaId = 40007, GiveUp, "no such media, or older than three days";
    InvalidAppId = 40013, GiveUp, "no such AppID";
    InvalidToken = 40014, RefreshToken, "not an access token";
    InvalidButtonCount = 40016, GiveUp, "a menu has 1 to 3 buttons at the top";
    InvalidButtonType = 40017, GiveUp, "a button's type is none that this account may use";
    InvalidButtonName = 40018, GiveUp, "a button's name is empty or longer than 16 bytes";
    InvalidButtonKey = 40019, GiveUp, "a button's key is empty or longer than 128 bytes";
    InvalidButtonUrl = 40020, GiveUp, "a button's address is empty, longer than 1024 bytes or none";
    InvalidMenuLevel = 40022, GiveUp, "a menu has two levels";
    InvalidSubButtonCount = 40023, GiveUp, "a sub menu has 1 to 5 buttons";
    InvalidSubButtonType = 40024, GiveUp, "a sub button's type is none that this account may use";
    InvalidSubButtonName = 40025, GiveUp, "a sub button's name is empty or longer than 60 bytes";
    InvalidSubButtonKey = 40026, GiveUp, "a sub button's key is empty or longer than 128 bytes";
    InvalidSubButtonUrl = 40027, GiveUp, "a sub button's address is empty, longer than 1024 bytes or none";
    InvalidCharacters = 40033, GiveUp, "characters that are refused, `\\u` escapes among them";
    InvalidSubButtonDomain = 40054, GiveUp, "a sub button's address is on a domain that is not allowed";
    InvalidButtonDomain = 40055, GiveUp, "a button's address is on a domain that is not allowed";
    InvalidAppSecret = 40125, GiveUp, "the AppSecret is wrong";
    AddressNotListed = 40164, GiveUp, "the caller's address is not on the account's list";
    TokenExpired = 42001, RefreshToken, "the access token has expired";
    NotFollowing = 43004, GiveUp, "the fan does not follow";
    BlockedByAccount = 43019, GiveUp, "the fan is on the account's block list";
    NoticeRefused = 43101, GiveUp, "the fan has not consented to this notice";
    TooLong = 45002, GiveUp, "the content is too long";
    DayQuotaUsedUp = 45009, RetryTomorrow, "the day's quota of this call is used up";
    TooFast = 45011, RetryLater, "too many calls in a short time";
    WindowOver = 45015, GiveUp, "the fan's reply window is over";
    CountOver = 45047, GiveUp, "the messages of the fan's reply window are used up";
    TooManyTags = 45056, GiveUp, "the account has 100 tags already";
    TagTooLarge = 45057, GiveUp, "the tag is on too many fans to be deleted";
    TagReserved = 45058, GiveUp, "the tag belongs to the platform";
    MassSentAlready = 45065, GiveUp, "a mass send with this clientmsgid exists";
    MassRetriedTooFast = 45066, RetryLater, "a mass send with this clientmsgid was retried within a minute";
    MassIdTooLong = 45067, GiveUp, "the clientmsgid is too long";
    TypingWithoutMessage = 45080, GiveUp, "the fan has not written within 30 s";
    TypingAlready = 45081, GiveUp, "typing is shown already";
    TagNameTaken = 45157, GiveUp, "a tag of this name exists";
    TagNameTooLong = 45158, GiveUp, "the tag's name has more than 30 bytes";
    NoMenu = 46003, GiveUp, "there is no menu";
    NoRight = 48001, GiveUp, "an account of this type, or unverified, has no right to this call";
    MessagesRefused = 48002, GiveUp, "the fan refuses messages of the account";
    Banned = 48004, GiveUp, "the call is banned for this account";
    Limited = 50002, GiveUp, "the user is limited";
    Unsubscribed = 50005, GiveUp, "the fan has unfollowed";
    NoSuchConditionalMenu = 65301, GiveUp, "there is no conditional menu of this menuid";
    NoSuchUser = 65302, GiveUp, "no such user";
    NoDefaultMenu = 65303, GiveUp, "there has to be a default menu before conditional ones";
    NoMatchRule = 65304, GiveUp, "a conditional menu has no condition";
    TooManyConditionalMenus = 65305, GiveUp, "the account has as many conditional menus as it may have";
    ConditionalMenusUnsupported = 65306, GiveUp, "this account may have no conditional menus";
    EmptyConditionalMenu = 65307, GiveUp, "a conditional menu has no buttons";
    ButtonWithoutAction = 65308, GiveUp, "a button of a conditional menu does nothing";
    ConditionalMenusOff = 65309, GiveUp, "conditional menus are switched off in the platform's pages";
    TooManyDomains = 65316, GiveUp, "conditional menus lead to more than 3 domains";
    InvalidMenuUrl = 65317, GiveUp, "an address of a conditional menu is not valid";
    PersonalCondition = 65320, GiveUp, "sex, region and language are no conditions any more";
    KfNotEnabled = 65400, GiveUp, "customer service is not enabled for this account";
    KfUnknown = 65401, GiveUp, "no such customer-service account";
    KfNotBound = 65402, GiveUp, "the customer-service account is not bound to a person yet";
}

impl fmt::Display for ErrCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "errcode {}", self.number())
    }
}
