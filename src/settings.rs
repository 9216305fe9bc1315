//! Settings of an account: read once an isolate, checked, and never half valid.
//!
//! They come from variables and secrets of the Worker. A missing or malformed one is a [`Problem`] in plain words, shown
//! by `/healthz` and logged at the first request; those that the callback needs leave [`Checked::settings`] empty, so that
//! WeChat gets a 500 and tries again. An empty value counts as missing.
//!
//! Whose a setting is, where there are several accounts, is in [`named`]; how each is read and what is wrong with it, in [`reader`].

mod named;
mod reader;
mod webchat;

use std::rc::Rc;
use std::time::Duration;

use fandesk_api::Problem;
use fandesk_shard::Layout;
use wechat::Keyring;
use wechat::account::{Account, Capability};
use worker::Env;

use self::named::Named;
use self::reader::Reader;
pub(crate) use self::webchat::WebChat;
use crate::access::Access;
use crate::accounts;
use crate::keys::Keys;

/// Where WeChat's API is, unless a relay or the simulator stands in.
const WECHAT_API: &str = "https://api.weixin.qq.com";
/// Hours between an unsubscribe and the erase of the person's data.
const DEFAULT_ERASE_AFTER_HOURS: u32 = 720;

/// Everything that a deployment says about one of its accounts.
pub(crate) struct Settings {
    /// The account's AppID; keys of tables and names of objects begin with it.
    pub(crate) account: String,
    /// What the platform grants it.
    pub(crate) rights: Account,
    /// What verifies, opens and seals callbacks.
    pub(crate) keyring: Keyring,
    /// Without it passive replies work, and nothing else that is sent to WeChat.
    pub(crate) app_secret: Option<String>,
    /// `WECHAT_API_BASE`, without a slash at the end.
    pub(crate) api_base: String,
    /// Sent to the relay that stands at `api_base`, if one does.
    pub(crate) relay_token: Option<String>,
    /// How many shards are wanted. The first start makes so many at once; later, slots move until there are.
    pub(crate) layout: Layout,
    /// How long a person's data is kept after they unfollowed.
    pub(crate) erase_after: Duration,
    /// How many days an event stays in D1 before it is archived.
    pub(crate) archive_after_days: u32,
    /// Without them nobody can log in; the admin token works.
    pub(crate) keys: Option<Keys>,
    /// Cloudflare Access in front of the console, if it is there.
    pub(crate) access: Option<Access>,
    /// The chat for visitors of the company's web site; none where it is off.
    pub(crate) webchat: Option<WebChat>,
}

/// What came of reading them.
pub(crate) struct Checked {
    /// The AppID, if there is a good one.
    pub(crate) app_id: Option<String>,
    /// Empty when the callback cannot be answered.
    pub(crate) settings: Option<Rc<Settings>>,
    /// All that is missing or malformed.
    pub(crate) problems: Vec<Problem>,
}

/// The grace period of an erase, for a shard of `account`. Malformed settings stop callbacks before they reach one.
pub(crate) fn erase_after(env: &Env, account: &str) -> Duration {
    let default = Duration::from_secs(u64::from(DEFAULT_ERASE_AFTER_HOURS).saturating_mul(3600));
    accounts::of(env)
        .with_app_id(account)
        .map_or(default, |settings| settings.erase_after)
}

/// Whether `account` may send customer-service messages, for one of its shards.
pub(crate) fn may_send(env: &Env, account: &str) -> bool {
    accounts::of(env)
        .with_app_id(account)
        .is_ok_and(|settings| {
            settings.rights.lacks(Capability::CustomMessage).is_none()
                && settings.app_secret.is_some()
        })
}

/// How many shards `account` is to have, for one of them.
pub(crate) fn shards(env: &Env, account: &str) -> u16 {
    accounts::of(env)
        .with_app_id(account)
        .map_or(1, |settings| settings.layout.shards())
}

/// The secret that a playbook calls `name`.
pub(crate) fn playbook_secret(env: &Env, name: &str) -> Option<String> {
    env.var(&format!("FANDESK_SECRET_{name}"))
        .ok()
        .map(|value| value.to_string())
        .filter(|value| !value.is_empty())
}

/// Full rights on the API. It belongs to no account.
pub(crate) fn admin_token(
    get: &dyn Fn(&str) -> Option<String>,
    problems: &mut Vec<Problem>,
) -> Option<String> {
    let mut reader = Reader::of(Named { get, suffix: None });
    let token = reader.wanted("FANDESK_ADMIN_TOKEN", "nobody can use the API");
    problems.append(&mut reader.problems);
    token
}

/// A problem with a setting.
pub(crate) fn problem(setting: &str, message: String) -> Problem {
    Problem {
        setting: Some(setting.to_owned()),
        message,
    }
}

/// Reads and checks the settings of one account from `get`; `suffix` stands behind the names of all but the first one's.
pub(crate) fn read(get: &dyn Fn(&str) -> Option<String>, suffix: Option<&str>) -> Checked {
    let mut reader = Reader::of(Named { get, suffix });
    let account = reader.app_id();
    let token = reader.needed("WECHAT_TOKEN", "no callback can be verified");
    let tokens = token
        .into_iter()
        .chain(reader.optional("WECHAT_TOKEN_PREVIOUS"))
        .collect::<Vec<_>>();
    let aes_keys = [
        reader.aes_key("WECHAT_AES_KEY"),
        reader.aes_key("WECHAT_AES_KEY_PREVIOUS"),
    ];
    let mode = reader.mode(aes_keys[0].is_some());
    let keyring = reader.keyring(
        account.as_deref(),
        mode,
        tokens,
        aes_keys.into_iter().flatten().collect(),
    );
    let rights = reader.rights();
    let layout = reader.layout();
    let erase_after = reader.erase_after();
    let archive_after_days = reader.archive_after_days();
    let app_secret = reader.wanted(
        "WECHAT_APP_SECRET",
        "passive replies work, but no customer-service message can be sent and no menu published",
    );
    let api_base = reader.base("WECHAT_API_BASE", WECHAT_API);
    let relay_token = reader.named.relay_token();
    let keys = reader.keys();
    let access = reader.access();
    let webchat = reader.webchat();
    let app_id = account.clone();
    let blocked = reader.blocked;
    let settings = match (
        account,
        keyring,
        rights,
        layout,
        erase_after,
        archive_after_days,
        api_base,
    ) {
        (
            Some(account),
            Some(keyring),
            Some(rights),
            Some(layout),
            Some(erase_after),
            Some(archive_after_days),
            Some(api_base),
        ) if !blocked => Some(Rc::new(Settings {
            account,
            rights,
            keyring,
            app_secret,
            api_base,
            relay_token,
            layout,
            erase_after,
            archive_after_days,
            keys,
            access,
            webchat,
        })),
        _ => None,
    };
    Checked {
        app_id,
        settings,
        problems: reader.problems,
    }
}

#[cfg(test)]
mod tests {
    use wechat::account::AccountType;

    use super::*;

    const SESSION_KEY: &str = "0123456789abcdef0123456789abcdef";
    const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

    fn with(changes: &[(&str, &str)]) -> Checked {
        let whole = [
            ("WECHAT_APP_ID", "wx1"),
            ("WECHAT_APP_SECRET", "s"),
            ("WECHAT_TOKEN", "t"),
            ("FANDESK_SESSION_KEY", SESSION_KEY),
        ];
        let get = |name: &str| {
            changes
                .iter()
                .chain(&whole)
                .find(|(setting, _)| *setting == name)
                .map(|(_, value)| (*value).to_owned())
        };
        read(&get, None)
    }

    fn only_problem(changes: &[(&str, &str)]) -> (Problem, bool) {
        let checked = with(changes);
        assert_eq!(checked.problems.len(), 1, "{:?}", checked.problems);
        (
            checked.problems.into_iter().next().unwrap(),
            checked.settings.is_some(),
        )
    }

    #[test]
    fn whole_settings_have_no_problem() {
        let checked = with(&[]);
        assert!(checked.problems.is_empty());
        let settings = checked.settings.unwrap();
        assert_eq!(settings.layout.shards(), 64);
        assert_eq!(settings.erase_after, Duration::from_secs(720 * 3600));
        assert_eq!(settings.archive_after_days, 14);
        assert_eq!(settings.api_base, "https://api.weixin.qq.com");
    }

    #[test]
    fn an_account_is_a_verified_service_account_unless_it_is_said_to_be_another() {
        let rights = |changes: &[(&str, &str)]| {
            let account = with(changes).settings.unwrap().rights;
            (account.kind, account.verified)
        };
        assert_eq!(rights(&[]), (AccountType::Service, true));
        let poor = [
            ("WECHAT_ACCOUNT_TYPE", "subscription"),
            ("WECHAT_ACCOUNT_VERIFIED", "false"),
        ];
        assert_eq!(rights(&poor), (AccountType::Subscription, false));
    }

    #[test]
    fn a_missing_token_is_named_and_stops_the_callback() {
        let (problem, works) = only_problem(&[("WECHAT_TOKEN", "")]);
        assert_eq!(problem.setting.as_deref(), Some("WECHAT_TOKEN"));
        assert!(!works);
    }

    #[test]
    fn without_the_app_secret_passive_replies_work() {
        let (problem, works) = only_problem(&[("WECHAT_APP_SECRET", "")]);
        assert!(problem.message.contains("passive replies work"));
        assert!(works);
    }

    #[test]
    fn without_a_good_session_key_nobody_logs_in_and_the_rest_works() {
        for (value, why) in [("", "is not set"), ("too-short", "malformed")] {
            let (problem, works) = only_problem(&[("FANDESK_SESSION_KEY", value)]);
            assert_eq!(problem.setting.as_deref(), Some("FANDESK_SESSION_KEY"));
            assert!(
                problem.message.contains(why) && works,
                "{}",
                problem.message
            );
            let checked = with(&[("FANDESK_SESSION_KEY", value)]);
            assert!(checked.settings.unwrap().keys.is_none());
        }
    }

    #[test]
    fn access_wants_a_team_and_an_application_and_stops_nothing_without() {
        let team = ("FANDESK_ACCESS_TEAM", "acme");
        let aud = ("FANDESK_ACCESS_AUD", "tag");
        let settings = with(&[team, aud]).settings.unwrap();
        let access = settings.access.as_ref().unwrap();
        assert_eq!(access.issuer, "https://acme.cloudflareaccess.com");
        assert_eq!(access.certs, access.issuer);
        assert!(with(&[]).settings.unwrap().access.is_none());
        for (given, missing) in [
            (vec![team], "FANDESK_ACCESS_AUD"),
            (vec![aud], "FANDESK_ACCESS_TEAM"),
            (
                vec![("FANDESK_ACCESS_TEAM", "https://acme"), aud],
                "FANDESK_ACCESS_TEAM",
            ),
        ] {
            let (problem, works) = only_problem(&given);
            assert_eq!(problem.setting.as_deref(), Some(missing));
            assert!(works);
        }
    }

    #[test]
    fn a_malformed_key_is_named_without_being_shown() {
        let (problem, works) = only_problem(&[("WECHAT_AES_KEY", "short-and-secret")]);
        assert_eq!(problem.setting.as_deref(), Some("WECHAT_AES_KEY"));
        assert!(!problem.message.contains("short-and-secret"));
        assert!(!works);
    }

    #[test]
    fn safe_mode_needs_a_key() {
        let (problem, works) = only_problem(&[("WECHAT_MODE", "safe")]);
        assert_eq!(problem.setting.as_deref(), Some("WECHAT_AES_KEY"));
        assert!(!works);
        assert!(
            with(&[("WECHAT_MODE", "safe"), ("WECHAT_AES_KEY", KEY)])
                .settings
                .is_some()
        );
    }

    #[test]
    fn what_is_no_number_mode_or_address_is_refused() {
        for (setting, value) in [
            ("WECHAT_ACCOUNT_TYPE", "personal"),
            ("WECHAT_ACCOUNT_VERIFIED", "yes"),
            ("FANDESK_SHARDS", "0"),
            ("FANDESK_SHARDS", "many"),
            ("FANDESK_ERASE_AFTER_HOURS", "-1"),
            ("FANDESK_ARCHIVE_AFTER_DAYS", "3"),
            ("FANDESK_ARCHIVE_AFTER_DAYS", "soon"),
            ("WECHAT_MODE", "open"),
            ("WECHAT_APP_ID", "wx1/shard"),
            ("WECHAT_API_BASE", "weixin"),
        ] {
            let (problem, works) = only_problem(&[(setting, value)]);
            assert_eq!(problem.setting.as_deref(), Some(setting));
            assert!(!works, "{setting}={value}");
        }
    }
}
