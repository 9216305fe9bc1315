//! Reads settings one by one, and says of each in plain words what is missing or malformed.
//!
//! What the callback cannot live without, and whatever is malformed, blocks it: a wrong value is never replaced by a default.

use std::time::Duration;

use fandesk_api::Problem;
use fandesk_shard::Layout;
use wechat::account::{Account, AccountType};
use wechat::{AesKey, Keyring, Mode};

use super::named::Named;
use super::{DEFAULT_ERASE_AFTER_HOURS, problem};
use crate::access::Access;
use crate::keys::Keys;

/// Shards of a new deployment; see `docs/scale.md`.
const DEFAULT_SHARDS: u16 = 64;
/// Days that an event stays in D1.
const DEFAULT_ARCHIVE_AFTER_DAYS: u32 = 14;
/// A shard can send D1 again what it keeps, which is [`fandesk_shard::events::KEPT_FOR`]; what is archived must be older.
const LEAST_ARCHIVE_AFTER_DAYS: u32 = 4;

/// Characters of a session key: 128 bits in hexadecimal.
const SHORTEST_SESSION_KEY: usize = 32;

/// Collects problems while settings are read.
pub(super) struct Reader<'a> {
    pub(super) named: Named<'a>,
    pub(super) problems: Vec<Problem>,
    /// A problem was found that the callback cannot live with.
    pub(super) blocked: bool,
}

impl<'a> Reader<'a> {
    /// For settings that nothing is known of yet.
    pub(super) fn of(named: Named<'a>) -> Self {
        Self {
            named,
            problems: Vec::new(),
            blocked: false,
        }
    }

    pub(super) fn name(&self, setting: &str) -> String {
        self.named.name(setting)
    }

    pub(super) fn optional(&self, setting: &str) -> Option<String> {
        self.named.value(setting)
    }

    fn malformed<T>(&mut self, setting: &str, why: &str) -> Option<T> {
        self.blocked = true;
        let name = self.name(setting);
        let message = format!(
            "{name} is malformed: {why}; callbacks are answered with 500 until it is mended"
        );
        self.problems.push(problem(&name, message));
        None
    }

    pub(super) fn wanted(&mut self, setting: &str, without: &str) -> Option<String> {
        let value = self.optional(setting);
        if value.is_none() {
            let name = self.name(setting);
            let message = format!("{name} is not set: {without}");
            self.problems.push(problem(&name, message));
        }
        value
    }

    pub(super) fn needed(&mut self, setting: &str, without: &str) -> Option<String> {
        let value = self.wanted(setting, without);
        self.blocked |= value.is_none();
        value
    }

    /// Stands in names of objects and of the bucket's, whose parts it must not look like.
    pub(super) fn app_id(&mut self) -> Option<String> {
        let setting = "WECHAT_APP_ID";
        let without = "no callback can be answered and nothing can be stored";
        let app_id = self.needed(setting, without)?;
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if app_id.bytes().all(fits) {
            Some(app_id)
        } else {
            self.malformed(setting, "an AppID has only letters and digits")
        }
    }

    /// Callbacks do not need them.
    pub(super) fn keys(&mut self) -> Option<Keys> {
        let setting = "FANDESK_SESSION_KEY";
        let session = self.wanted(setting, "nobody can log in; the admin token works")?;
        if session.len() < SHORTEST_SESSION_KEY {
            let name = self.name(setting);
            let message = format!(
                "{name} is malformed: it has at least {SHORTEST_SESSION_KEY} characters; nobody can log in until it is mended"
            );
            self.problems.push(problem(&name, message));
            return None;
        }
        Some(Keys::new(session, self.optional("FANDESK_DATA_KEY")))
    }

    /// Both of them, or neither. Callbacks do not need them, and nobody is let in by one alone.
    pub(super) fn access(&mut self) -> Option<Access> {
        const SETTINGS: [&str; 2] = ["FANDESK_ACCESS_TEAM", "FANDESK_ACCESS_AUD"];
        if SETTINGS
            .iter()
            .all(|setting| self.optional(setting).is_none())
        {
            return None;
        }
        let without = "nobody is logged in by Cloudflare Access; passwords work";
        let [team, audience] = SETTINGS.map(|setting| self.wanted(setting, without));
        let team = team?;
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if !team.bytes().all(fits) {
            let name = self.name(SETTINGS[0]);
            let message = format!(
                "{name} is malformed: it is the first part of <team>.cloudflareaccess.com alone; {without}"
            );
            self.problems.push(problem(&name, message));
            return None;
        }
        let issuer = format!("https://{team}.cloudflareaccess.com");
        let certs = self.optional("FANDESK_ACCESS_CERTS");
        let certs = certs.map(|base| base.trim_end_matches('/').to_owned());
        Some(Access {
            certs: certs.unwrap_or_else(|| issuer.clone()),
            issuer,
            audience: audience?,
        })
    }

    pub(super) fn aes_key(&mut self, setting: &str) -> Option<AesKey> {
        let text = self.optional(setting)?;
        match AesKey::parse(&text) {
            Ok(key) => Some(key),
            Err(error) => self.malformed(setting, &error.to_string()),
        }
    }

    pub(super) fn mode(&mut self, has_key: bool) -> Option<Mode> {
        match self.optional("WECHAT_MODE") {
            None if has_key => Some(Mode::Safe),
            None => Some(Mode::Plain),
            Some(text) => match text.parse() {
                Ok(mode) => Some(mode),
                Err(_) => self.malformed(
                    "WECHAT_MODE",
                    &format!("`{text}` is not plain, compatible or safe"),
                ),
            },
        }
    }

    pub(super) fn keyring(
        &mut self,
        account: Option<&str>,
        mode: Option<Mode>,
        tokens: Vec<String>,
        aes_keys: Vec<AesKey>,
    ) -> Option<Keyring> {
        let (account, mode) = (account?, mode?);
        if self.blocked {
            return None;
        }
        if mode != Mode::Plain && aes_keys.is_empty() {
            self.blocked = true;
            let key = self.name("WECHAT_AES_KEY");
            let message = format!(
                "{key} is not set, but {} is {mode}: callbacks cannot be decrypted",
                self.name("WECHAT_MODE")
            );
            self.problems.push(problem(&key, message));
            return None;
        }
        match Keyring::new(account, mode, tokens, aes_keys) {
            Ok(keyring) => Some(keyring),
            Err(error) => self.malformed("WECHAT_TOKEN", &error.to_string()),
        }
    }

    pub(super) fn rights(&mut self) -> Option<Account> {
        let kind = match self.optional("WECHAT_ACCOUNT_TYPE") {
            None => AccountType::Service,
            Some(text) => match text.parse() {
                Ok(kind) => kind,
                Err(()) => {
                    return self.malformed(
                        "WECHAT_ACCOUNT_TYPE",
                        &format!("`{text}` is not service or subscription"),
                    );
                }
            },
        };
        let verified = match self.optional("WECHAT_ACCOUNT_VERIFIED").as_deref() {
            None | Some("true") => true,
            Some("false") => false,
            Some(text) => {
                return self.malformed(
                    "WECHAT_ACCOUNT_VERIFIED",
                    &format!("`{text}` is not true or false"),
                );
            }
        };
        Some(Account { kind, verified })
    }

    pub(super) fn layout(&mut self) -> Option<Layout> {
        let text = self
            .optional("FANDESK_SHARDS")
            .unwrap_or_else(|| DEFAULT_SHARDS.to_string());
        match text.parse().ok().and_then(Layout::even) {
            Some(layout) => Some(layout),
            None => self.malformed(
                "FANDESK_SHARDS",
                &format!("`{text}` is no number from 1 to 4096"),
            ),
        }
    }

    pub(super) fn erase_after(&mut self) -> Option<Duration> {
        let setting = "FANDESK_ERASE_AFTER_HOURS";
        let text = self
            .optional(setting)
            .unwrap_or_else(|| DEFAULT_ERASE_AFTER_HOURS.to_string());
        match text.parse::<u32>() {
            Ok(hours) => Some(Duration::from_secs(u64::from(hours).saturating_mul(3600))),
            Err(_) => self.malformed(setting, &format!("`{text}` is no whole number of hours")),
        }
    }

    pub(super) fn archive_after_days(&mut self) -> Option<u32> {
        let setting = "FANDESK_ARCHIVE_AFTER_DAYS";
        let Some(text) = self.optional(setting) else {
            return Some(DEFAULT_ARCHIVE_AFTER_DAYS);
        };
        match text.parse() {
            Ok(days) if days >= LEAST_ARCHIVE_AFTER_DAYS => Some(days),
            _ => self.malformed(
                setting,
                &format!("`{text}` is no whole number of days from {LEAST_ARCHIVE_AFTER_DAYS} on"),
            ),
        }
    }

    pub(super) fn base(&mut self, setting: &str, default: &str) -> Option<String> {
        let text = self.optional(setting).unwrap_or_else(|| default.to_owned());
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"));
        let host = rest
            .and_then(|rest| rest.split('/').next())
            .unwrap_or_default();
        let fits = !host.is_empty()
            && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "?#@".contains(c));
        if fits {
            Some(text.trim_end_matches('/').to_owned())
        } else {
            self.malformed(setting, "it is no http or https address")
        }
    }
}
