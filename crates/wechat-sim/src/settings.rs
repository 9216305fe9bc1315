//! What the simulator is told at start, all of it by environment variables.
//!
//! The names that begin with `WECHAT_` are those of the account's own server, so that one file of settings serves both.

use std::time::Duration;

use wechat::AesKey;

use crate::platform::standing::{Kind, Standing};

/// How callbacks travel, as chosen in the platform's settings page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Signed query, open body.
    Plain,
    /// Open fields and `Encrypt` side by side; answers are open.
    Compatible,
    /// Only `Encrypt`; answers are encrypted.
    Safe,
}

/// The document format of callbacks and answers, as chosen in the platform's settings page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `<xml>…</xml>`, the platform's default.
    Xml,
    /// One JSON object.
    Json,
}

/// Everything that can be set. [`Settings::from_lookup`] reads it, tests build on [`Settings::for_tests`].
#[derive(Debug, Clone)]
pub struct Settings {
    /// What fans call the account.
    pub account_name: String,
    /// Port on 127.0.0.1; 0 lets the system choose.
    pub port: u16,
    /// Base URL of the account's server, without a trailing slash.
    pub account_url: String,
    /// Where callbacks go below it, with a slash at its front.
    pub callback_path: String,
    /// The AppID.
    pub app_id: String,
    /// The AppSecret. Without one nobody gets an access token.
    pub app_secret: Option<String>,
    /// The token that signs callbacks.
    pub token: String,
    /// The key of compatible and safe mode.
    pub aes_key: Option<AesKey>,
    /// See [`Mode`].
    pub mode: Mode,
    /// See [`Format`].
    pub format: Format,
    /// How long an access token lives.
    pub token_ttl: Duration,
    /// Secret under which calls to the demo business system are signed; without one they are not checked.
    pub demo_secret: Option<String>,
    /// How long one try of a callback may take. The platform waits 5 s.
    pub callback_timeout: Duration,
    /// The longest time that the demo business system thinks.
    pub demo_delay: Duration,
    /// What kind of account this is.
    pub standing: Standing,
}

/// A setting that is missing or malformed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{name}: {problem}")]
pub struct SettingsError {
    /// The variable.
    pub name: &'static str,
    /// What is wrong with it, without its value: some are secrets.
    pub problem: String,
}

impl Settings {
    /// Reads the settings through `lookup`, which gives the value of a variable. An empty value counts as none.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let get = |name: &'static str| lookup(name).filter(|value| !value.is_empty());
        let required = |name: &'static str| get(name).ok_or_else(|| problem(name, "is not set"));

        let aes_key = match get("WECHAT_AES_KEY") {
            None => None,
            Some(text) => {
                Some(AesKey::parse(&text).map_err(|error| problem("WECHAT_AES_KEY", error))?)
            }
        };
        let mode = match get("WECHAT_MODE").as_deref() {
            None if aes_key.is_some() => Mode::Safe,
            None | Some("plain") => Mode::Plain,
            Some("compatible") => Mode::Compatible,
            Some("safe") => Mode::Safe,
            Some(_) => return Err(problem("WECHAT_MODE", "must be plain, compatible or safe")),
        };
        if mode != Mode::Plain && aes_key.is_none() {
            return Err(problem(
                "WECHAT_AES_KEY",
                "is needed in compatible and safe mode",
            ));
        }
        let format = match get("SIM_WECHAT_FORMAT").as_deref() {
            None | Some("xml") => Format::Xml,
            Some("json") => Format::Json,
            Some(_) => return Err(problem("SIM_WECHAT_FORMAT", "must be xml or json")),
        };
        let kind = match get("SIM_ACCOUNT_KIND").as_deref() {
            None | Some("service") => Kind::Service,
            Some("subscription") => Kind::Subscription,
            Some(_) => {
                return Err(problem(
                    "SIM_ACCOUNT_KIND",
                    "must be service or subscription",
                ));
            }
        };
        let verified = match get("SIM_ACCOUNT_VERIFIED").as_deref() {
            None | Some("true") => true,
            Some("false") => false,
            Some(_) => return Err(problem("SIM_ACCOUNT_VERIFIED", "must be true or false")),
        };
        let account_url = get("FANDESK_URL").unwrap_or_else(|| "http://127.0.0.1:8787".to_owned());
        if !account_url.starts_with("http://") {
            return Err(problem(
                "FANDESK_URL",
                "must begin with http:// (the simulator speaks no TLS)",
            ));
        }
        let callback_path = get("SIM_CALLBACK_PATH").unwrap_or_else(|| "/wechat".to_owned());
        if !callback_path.starts_with('/') || callback_path.contains(['?', '#']) {
            return Err(problem(
                "SIM_CALLBACK_PATH",
                "must be a path, as in /wechat",
            ));
        }
        Ok(Self {
            account_name: get("SIM_ACCOUNT_NAME").unwrap_or_else(|| "拾光 Lumo".to_owned()),
            port: number(&get, "SIM_PORT", 8790)?,
            account_url: account_url.trim_end_matches('/').to_owned(),
            callback_path,
            app_id: required("WECHAT_APP_ID")?,
            app_secret: get("WECHAT_APP_SECRET"),
            token: required("WECHAT_TOKEN")?,
            aes_key,
            mode,
            format,
            token_ttl: Duration::from_secs(number(&get, "SIM_TOKEN_TTL", 7200)?),
            demo_secret: get("SIM_DEMO_SECRET"),
            callback_timeout: Duration::from_millis(number(&get, "SIM_CALLBACK_TIMEOUT_MS", 5000)?),
            demo_delay: Duration::from_millis(number(&get, "SIM_DEMO_DELAY_MS", 1000)?),
            standing: Standing { kind, verified },
        })
    }

    /// Plain mode, XML, any free port, quick time-outs; `account_url` is the server under test.
    pub fn for_tests(account_url: impl Into<String>) -> Self {
        Self {
            account_name: "拾光 Lumo".to_owned(),
            port: 0,
            account_url: account_url.into(),
            callback_path: "/wechat".to_owned(),
            app_id: "wx0123456789abcdef".to_owned(),
            app_secret: Some("the-app-secret".to_owned()),
            token: "the-token".to_owned(),
            aes_key: None,
            mode: Mode::Plain,
            format: Format::Xml,
            token_ttl: Duration::from_secs(7200),
            demo_secret: None,
            callback_timeout: Duration::from_millis(300),
            demo_delay: Duration::from_millis(2),
            standing: Standing {
                kind: Kind::Service,
                verified: true,
            },
        }
    }

    /// Where callbacks go.
    pub fn callback_url(&self) -> String {
        format!("{}{}", self.account_url, self.callback_path)
    }
}

fn number<N: std::str::FromStr>(
    get: &impl Fn(&'static str) -> Option<String>,
    name: &'static str,
    default: N,
) -> Result<N, SettingsError> {
    match get(name) {
        None => Ok(default),
        Some(text) => text
            .parse()
            .map_err(|_| problem(name, "must be a whole number in range")),
    }
}

fn problem(name: &'static str, problem: impl ToString) -> SettingsError {
    SettingsError {
        name,
        problem: problem.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

    fn read(pairs: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        Settings::from_lookup(|name| {
            pairs
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn two_settings_are_enough() {
        let settings = read(&[("WECHAT_APP_ID", "wx1"), ("WECHAT_TOKEN", "t")]).unwrap();
        assert_eq!(
            (settings.mode, settings.format, settings.port),
            (Mode::Plain, Format::Xml, 8790)
        );
        assert_eq!(settings.callback_url(), "http://127.0.0.1:8787/wechat");
    }

    #[test]
    fn a_key_makes_safe_mode_the_default() {
        let settings = read(&[
            ("WECHAT_APP_ID", "wx1"),
            ("WECHAT_TOKEN", "t"),
            ("WECHAT_AES_KEY", KEY),
        ])
        .unwrap();
        assert_eq!(settings.mode, Mode::Safe);
    }

    #[test]
    fn safe_mode_without_a_key_is_refused() {
        let error = read(&[
            ("WECHAT_APP_ID", "wx1"),
            ("WECHAT_TOKEN", "t"),
            ("WECHAT_MODE", "safe"),
        ])
        .unwrap_err();
        assert_eq!(error.name, "WECHAT_AES_KEY");
    }

    #[test]
    fn callbacks_may_go_to_another_path() {
        let with = |path| {
            read(&[
                ("WECHAT_APP_ID", "wx1"),
                ("WECHAT_TOKEN", "t"),
                ("FANDESK_URL", "http://127.0.0.1:1/"),
                ("SIM_CALLBACK_PATH", path),
            ])
        };
        let url = with("/wechat/school").unwrap().callback_url();
        assert_eq!(url, "http://127.0.0.1:1/wechat/school");
        for path in ["wechat", "/wechat?a=1"] {
            assert_eq!(with(path).unwrap_err().name, "SIM_CALLBACK_PATH");
        }
    }

    #[test]
    fn an_account_is_a_verified_service_account_unless_told_otherwise() {
        let with = |more: &[(&str, &str)]| {
            let two = [("WECHAT_APP_ID", "wx1"), ("WECHAT_TOKEN", "t")];
            read(&[&two[..], more].concat()).map(|settings| settings.standing)
        };
        let standing = |kind, verified| Ok(Standing { kind, verified });
        assert_eq!(with(&[]), standing(Kind::Service, true));
        assert_eq!(
            with(&[
                ("SIM_ACCOUNT_KIND", "subscription"),
                ("SIM_ACCOUNT_VERIFIED", "false")
            ]),
            standing(Kind::Subscription, false)
        );
        assert_eq!(
            with(&[("SIM_ACCOUNT_KIND", "shop")]).map_err(|error| error.name),
            Err("SIM_ACCOUNT_KIND")
        );
    }

    #[test]
    fn a_missing_token_is_named() {
        let error = read(&[("WECHAT_APP_ID", "wx1"), ("WECHAT_TOKEN", "")]).unwrap_err();
        assert_eq!(error.to_string(), "WECHAT_TOKEN: is not set");
    }
}
