//! How a deployment is set up: its settings, its accounts, and what stands around it.

use std::collections::BTreeMap;
use std::path::Path;

use crate::account::{app_id_of, setting_of, token_of};
use crate::deployment::{ADMIN_TOKEN, AES_KEY, APP_ID, APP_SECRET, Mode, TOKEN};
use crate::{Deployment, Gate};

/// How to start a deployment.
#[derive(Clone, Debug)]
pub struct Setup {
    pub(crate) mode: Mode,
    pub(crate) settings: BTreeMap<String, String>,
    /// The accounts beside the first one.
    pub(crate) accounts: Vec<(String, Mode)>,
    pub(crate) demo: bool,
    pub(crate) lasting_simulator: bool,
}

impl Setup {
    /// A whole one with 8 shards and the demo playbook.
    pub fn new(mode: Mode) -> Self {
        let settings = [
            ("WECHAT_APP_ID", APP_ID),
            ("WECHAT_APP_SECRET", APP_SECRET),
            ("WECHAT_TOKEN", TOKEN),
            ("WECHAT_AES_KEY", AES_KEY),
            ("WECHAT_MODE", word(mode)),
            ("FANDESK_ADMIN_TOKEN", ADMIN_TOKEN),
            ("FANDESK_SECRET_DEMO", "e2e-demo-secret"),
            ("FANDESK_SHARDS", "8"),
            // Look-ups that wait for nothing but this.
            ("SIM_DEMO_DELAY_MS", "100"),
        ];
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self {
            mode,
            settings: settings.into(),
            accounts: Vec::new(),
            demo: true,
            lasting_simulator: false,
        }
    }

    /// With a setting; an empty one is missing.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.insert(name.to_owned(), value.to_owned());
        self
    }

    /// With another whole account.
    #[must_use]
    pub fn with_account(mut self, name: &str, mode: Mode) -> Self {
        self.accounts.push((name.to_owned(), mode));
        let names: Vec<&str> = self
            .accounts
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        let names = names.join(",");
        let secret = format!("e2e-secret-of-{name}");
        let settings = [
            ("WECHAT_APP_ID", app_id_of(name).as_str()),
            ("WECHAT_APP_SECRET", &secret),
            ("WECHAT_TOKEN", &token_of(name)),
            ("WECHAT_AES_KEY", AES_KEY),
            ("WECHAT_MODE", word(mode)),
        ]
        .map(|(setting, value)| (setting_of(name, setting), value.to_owned()));
        self.settings.extend(settings);
        self.with("FANDESK_ACCOUNTS", &names)
    }

    /// Without any playbook or menu.
    #[must_use]
    pub fn without_demo(mut self) -> Self {
        self.demo = false;
        self
    }

    /// With a simulator of its own that outlives every stop and kill, as WeChat does.
    #[must_use]
    pub fn with_lasting_simulator(mut self) -> Self {
        self.lasting_simulator = true;
        self.with("NO_SIM", "1")
    }

    /// With a [`Gate`] between its shards and what they tell.
    #[must_use]
    pub fn behind_a_gate(self) -> (Self, Gate) {
        let gate = Gate::open();
        let module = Path::new(env!("CARGO_MANIFEST_DIR")).join("gate.mjs");
        let gated = self
            .with("AROUND", module.to_str().unwrap())
            .with("FANDESK_GATE", &gate.url());
        (gated, gate)
    }

    /// Starts it over an empty state.
    #[track_caller]
    pub fn start(self) -> Deployment {
        self.start_over(|_| ())
    }

    /// Starts it over the state that `lay_out` puts into its folder.
    #[track_caller]
    pub fn start_over(self, lay_out: impl FnOnce(&Path)) -> Deployment {
        Deployment::start_new(self, lay_out)
    }
}

fn word(mode: Mode) -> &'static str {
    match mode {
        Mode::Plain => "plain",
        Mode::Compatible => "compatible",
        Mode::Safe => "safe",
    }
}
