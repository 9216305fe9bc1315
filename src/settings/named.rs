//! Whose a setting is.
//!
//! The first account's have plain names, another's have its name behind them. What begins with `WECHAT_` is an account's own and never
//! taken from the first one, but for where WeChat is ([`SHARED`]): that, and all that begins with `FANDESK_`, is the deployment's, and an
//! account may have it otherwise.

/// The settings of WeChat that accounts share: a relay serves all of them.
const SHARED: [&str; 4] = [
    "WECHAT_API_BASE",
    "WECHAT_MP_BASE",
    "WECHAT_OPEN_BASE",
    "WECHAT_API_RELAY_TOKEN",
];

/// Settings as one account sees them.
pub(super) struct Named<'a> {
    /// What a variable or secret of this name says.
    pub(super) get: &'a dyn Fn(&str) -> Option<String>,
    /// What stands behind the names of this account's settings; the first one's have nothing there.
    pub(super) suffix: Option<&'a str>,
}

impl Named<'_> {
    /// The value of a setting for this account; an empty one is none.
    pub(super) fn value(&self, setting: &str) -> Option<String> {
        self.read(&self.name(setting))
    }

    /// The name under which this account has a setting, or would have it.
    pub(super) fn name(&self, setting: &str) -> String {
        let Some(suffix) = self.suffix else {
            return setting.to_owned();
        };
        let own = format!("{setting}_{suffix}");
        let is_shared = !setting.starts_with("WECHAT_") || SHARED.contains(&setting);
        if is_shared && self.read(&own).is_none() {
            setting.to_owned()
        } else {
            own
        }
    }

    /// `WECHAT_API_RELAY_TOKEN`. It goes to the relay that it was given for, and to no other.
    pub(super) fn relay_token(&self) -> Option<String> {
        let (base, token) = (self.name("WECHAT_API_BASE"), "WECHAT_API_RELAY_TOKEN");
        let has_own_relay = base != "WECHAT_API_BASE";
        let name = Some(self.name(token)).filter(|name| !has_own_relay || name != token);
        self.read(&name?)
    }

    fn read(&self, name: &str) -> Option<String> {
        (self.get)(name)
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    }
}
