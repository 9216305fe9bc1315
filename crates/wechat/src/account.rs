//! What an account may do, by its type and whether it is verified.
//!
//! From the platform's table of interface rights (公众号接口权限说明). What an account lacks WeChat answers with 48001;
//! here it is known beforehand, with the reason.

use std::str::FromStr;

/// `订阅号` or `服务号`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountType {
    /// `订阅号`.
    Subscription,
    /// `服务号`.
    Service,
}

impl AccountType {
    /// Its word in settings and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            AccountType::Subscription => "subscription",
            AccountType::Service => "service",
        }
    }
}

impl FromStr for AccountType {
    type Err = ();

    fn from_str(word: &str) -> Result<AccountType, ()> {
        [AccountType::Subscription, AccountType::Service]
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or(())
    }
}

/// What decides about rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its type.
    pub kind: AccountType,
    /// Verified by the platform (微信认证).
    pub verified: bool,
}

/// Words for people, in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

/// Something that not every account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Capability {
    /// Messages and events come in.
    Callback,
    /// A reply in the answer to a callback.
    PassiveReply,
    /// `message/custom/send`.
    CustomMessage,
    /// `transfer_customer_service`: WeChat's own customer-service client takes over.
    CustomerService,
    /// `menu/create`.
    Menu,
    /// Uploading and fetching media.
    Material,
    /// `message/mass/…`.
    MassMessage,
    /// `message/template/send`.
    TemplateMessage,
    /// `user/info`, `user/get`.
    UserInfo,
    /// `tags/…`.
    UserTags,
    /// `LOCATION` events.
    UserLocation,
    /// Pages that know who opens them.
    WebAuthorization,
    /// `qrcode/create`: codes with a scene.
    Qrcode,
    /// Coupons, which the platform also has to grant.
    Card,
}

/// Which accounts have a capability.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Have {
    All,
    AllButUnverifiedSubscription,
    Verified,
    VerifiedService,
}

impl Capability {
    /// All of them, in the order in which people are shown them.
    pub const ALL: [Capability; 14] = [
        Capability::Callback,
        Capability::PassiveReply,
        Capability::CustomMessage,
        Capability::CustomerService,
        Capability::Menu,
        Capability::Material,
        Capability::MassMessage,
        Capability::TemplateMessage,
        Capability::UserInfo,
        Capability::UserTags,
        Capability::UserLocation,
        Capability::WebAuthorization,
        Capability::Qrcode,
        Capability::Card,
    ];

    /// Its word in the API, what it is called, which accounts have it, and whether it is a call, which needs the app secret.
    fn row(self) -> (&'static str, Words, Have, bool) {
        let words = |zh, en| Words { zh, en };
        match self {
            Capability::Callback => (
                "callback",
                words("接收消息与事件", "messages and events"),
                Have::All,
                false,
            ),
            Capability::PassiveReply => (
                "passive_reply",
                words("被动回复", "passive replies"),
                Have::All,
                false,
            ),
            Capability::CustomMessage => (
                "custom_message",
                words("客服消息", "customer-service messages"),
                Have::Verified,
                true,
            ),
            Capability::CustomerService => (
                "customer_service",
                words("微信客服（多客服）", "WeChat's customer-service client"),
                Have::Verified,
                false,
            ),
            Capability::Menu => (
                "menu",
                words("自定义菜单", "the custom menu"),
                Have::AllButUnverifiedSubscription,
                true,
            ),
            Capability::Material => (
                "material",
                words("素材管理", "media and material"),
                Have::Verified,
                true,
            ),
            Capability::MassMessage => (
                "mass_message",
                words("群发", "mass messages"),
                Have::Verified,
                true,
            ),
            Capability::TemplateMessage => (
                "template_message",
                words("模板消息", "template messages"),
                Have::VerifiedService,
                true,
            ),
            Capability::UserInfo => (
                "user_info",
                words("用户信息与列表", "user information and lists"),
                Have::Verified,
                true,
            ),
            Capability::UserTags => (
                "user_tags",
                words("用户标签", "user tags"),
                Have::Verified,
                true,
            ),
            Capability::UserLocation => (
                "user_location",
                words("用户地理位置", "users' locations"),
                Have::VerifiedService,
                false,
            ),
            Capability::WebAuthorization => (
                "web_authorization",
                words("网页授权", "web authorization"),
                Have::VerifiedService,
                true,
            ),
            Capability::Qrcode => (
                "qrcode",
                words("带参数二维码", "QR codes with a scene"),
                Have::VerifiedService,
                true,
            ),
            Capability::Card => ("card", words("卡券", "coupons"), Have::Verified, true),
        }
    }

    /// Its word in the API.
    pub fn as_str(self) -> &'static str {
        self.row().0
    }

    /// What people call it.
    pub fn title(self) -> Words {
        self.row().1
    }

    /// Whether it is a call, for which the app secret is needed.
    pub fn is_call(self) -> bool {
        self.row().3
    }
}

impl Account {
    /// Why the account lacks it; `None` if it has it.
    pub fn lacks(self, capability: Capability) -> Option<Words> {
        let service = self.kind == AccountType::Service;
        let (has, zh, en) = match capability.row().2 {
            Have::All => (true, "", ""),
            Have::AllButUnverifiedSubscription => (
                service || self.verified,
                "订阅号需通过微信认证",
                "a subscription account has to be verified for it",
            ),
            Have::Verified => (
                self.verified,
                "账号需通过微信认证",
                "the account has to be verified for it",
            ),
            Have::VerifiedService => (
                service && self.verified,
                "仅限已通过微信认证的服务号",
                "only a verified service account has it",
            ),
        };
        (!has).then_some(Words { zh, en })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(kind: AccountType, verified: bool) -> Account {
        Account { kind, verified }
    }

    #[test]
    fn every_cell_of_the_platforms_table() {
        let columns = [
            account(AccountType::Subscription, false),
            account(AccountType::Subscription, true),
            account(AccountType::Service, false),
            account(AccountType::Service, true),
        ];
        let table = [
            ("callback", [true, true, true, true]),
            ("passive_reply", [true, true, true, true]),
            ("custom_message", [false, true, false, true]),
            ("customer_service", [false, true, false, true]),
            ("menu", [false, true, true, true]),
            ("material", [false, true, false, true]),
            ("mass_message", [false, true, false, true]),
            ("template_message", [false, false, false, true]),
            ("user_info", [false, true, false, true]),
            ("user_tags", [false, true, false, true]),
            ("user_location", [false, false, false, true]),
            ("web_authorization", [false, false, false, true]),
            ("qrcode", [false, false, false, true]),
            ("card", [false, true, false, true]),
        ];
        for (capability, (word, has)) in Capability::ALL.into_iter().zip(table) {
            assert_eq!(capability.as_str(), word);
            let found = columns.map(|account| account.lacks(capability).is_none());
            assert_eq!(found, has, "{word}");
        }
    }

    #[test]
    fn what_is_lacking_has_a_reason_in_both_languages() {
        let poor = account(AccountType::Subscription, false);
        for reason in Capability::ALL
            .into_iter()
            .filter_map(|capability| poor.lacks(capability))
        {
            assert!(!reason.zh.is_empty() && !reason.en.is_empty());
        }
    }

    #[test]
    fn a_type_reads_back_from_its_word() {
        for kind in [AccountType::Subscription, AccountType::Service] {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert_eq!("Service".parse::<AccountType>(), Err(()));
    }
}
