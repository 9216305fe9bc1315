//! An account beside the first one, as its fans, its operators and WeChat meet it.

use crate::deployment::{AES_KEY, Deployment};
use crate::{Api, Fan, Mode, Simulator, WeChat, new_openid};

/// One of the accounts that [`crate::Setup::with_account`] added.
#[derive(Clone, Copy, Debug)]
pub struct Account<'a> {
    pub(crate) desk: &'a Deployment,
    pub(crate) name: &'a str,
    pub(crate) mode: Mode,
    pub(crate) simulator_port: u16,
}

/// The AppID of an account of this name.
pub fn app_id_of(name: &str) -> String {
    format!("wxe2e-{name}")
}

/// The token that signs the callbacks of an account of this name.
pub fn token_of(name: &str) -> String {
    format!("e2e-token-of-{name}")
}

/// What this account calls a setting.
pub fn setting_of(name: &str, setting: &str) -> String {
    format!("{setting}_{}", name.to_uppercase().replace('-', "_"))
}

impl Account<'_> {
    /// A new fan of this account.
    pub fn fan(&self) -> Fan {
        self.fan_called(new_openid())
    }

    /// A fan of this account by this openid.
    pub fn fan_called(&self, openid: impl Into<String>) -> Fan {
        Fan::new(self.simulator().0, openid.into())
    }

    /// An operator's program for this account.
    pub fn api(&self) -> Api {
        self.desk.api().of_account(self.name)
    }

    /// The platform's side of its callback.
    pub fn wechat(&self) -> WeChat {
        let (app_id, token) = (app_id_of(self.name), token_of(self.name));
        WeChat::new(self.desk.http(), self.mode, &app_id, &token, AES_KEY)
            .calling(&format!("/wechat/{}", self.name))
    }

    /// The levers of its simulated WeChat.
    pub fn simulator(&self) -> Simulator {
        Simulator::at(&self.simulator_url())
    }

    /// Where that listens.
    pub fn simulator_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.simulator_port)
    }
}
