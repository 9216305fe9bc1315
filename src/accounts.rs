//! The accounts of this deployment: which there are, and whose a request, an object or a doorbell is.
//!
//! The first account has the settings by their plain names. `FANDESK_ACCOUNTS` names others, and each has the same settings with its
//! name behind: `WECHAT_TOKEN_SCHOOL` is the token of `school` (see [`crate::settings`]). They are read once an isolate. A
//! mistake of one account leaves the others as they are.

use std::cell::OnceCell;
use std::rc::Rc;
use std::slice;

use fandesk_api::Problem;
use worker::Env;

use crate::log;
use crate::settings::{self, Settings};

/// What the first account is called where the others have names.
pub(crate) const FIRST: &str = "default";

/// Bytes of a name: it stands in addresses, and in names of settings.
const LONGEST_NAME: usize = 32;

/// All accounts, and what belongs to none of them.
pub(crate) struct Accounts {
    /// The first one first.
    list: Vec<Account>,
    /// Full rights on the API, over all accounts.
    pub(crate) admin_token: Option<String>,
    /// All that is missing or malformed, of whichever account.
    pub(crate) problems: Vec<Problem>,
}

/// One account.
pub(crate) struct Account {
    /// What it is called in addresses: `/wechat/{name}`.
    pub(crate) name: String,
    /// The AppID, where there is one that can be used.
    pub(crate) app_id: Option<String>,
    /// Empty when its callbacks cannot be answered.
    pub(crate) settings: Option<Rc<Settings>>,
    /// All that is missing or malformed of what it uses.
    pub(crate) problems: Vec<Problem>,
}

/// No such account, or one without whole settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoAccount {
    #[error("there is no such account")]
    Unknown,
    #[error("the settings are incomplete: see /healthz")]
    Incomplete,
}

/// The accounts of this deployment. They are the same for all requests of an isolate.
pub(crate) fn of(env: &Env) -> Rc<Accounts> {
    thread_local! {
        static ACCOUNTS: OnceCell<Rc<Accounts>> = const { OnceCell::new() };
    }
    ACCOUNTS.with(|accounts| {
        accounts
            .get_or_init(|| {
                let accounts = read(&|name| env.var(name).ok().map(|value| value.to_string()));
                for problem in &accounts.problems {
                    log::warn("settings", &problem.message, &[]);
                }
                Rc::new(accounts)
            })
            .clone()
    })
}

impl Accounts {
    /// All of them, the first one first.
    pub(crate) fn iter(&self) -> slice::Iter<'_, Account> {
        self.list.iter()
    }

    /// The account that a path names, by its name or its AppID; the first one where it names none.
    pub(crate) fn named(&self, name: Option<&str>) -> Result<&Account, NoAccount> {
        let name = name.unwrap_or(FIRST);
        let is_it = |account: &&Account| account.name == name || account.has(name);
        match self.iter().find(is_it) {
            Some(account) => Ok(account),
            // It may be the AppID that is missing.
            None if self.iter().any(|account| account.app_id.is_none()) => {
                Err(NoAccount::Incomplete)
            }
            None => Err(NoAccount::Unknown),
        }
    }

    /// The settings of an account that has them whole: the first one, if it does.
    pub(crate) fn any_whole(&self) -> Result<&Rc<Settings>, NoAccount> {
        let mut whole = self.iter().filter_map(|account| account.whole().ok());
        whole.next().ok_or(NoAccount::Incomplete)
    }

    /// The account that an object or a doorbell works for.
    pub(crate) fn with_app_id(&self, app_id: &str) -> Result<&Rc<Settings>, NoAccount> {
        let account = self.iter().find(|account| account.has(app_id));
        account.ok_or(NoAccount::Unknown)?.whole()
    }
}

impl Account {
    fn has(&self, app_id: &str) -> bool {
        self.app_id.as_deref() == Some(app_id)
    }

    /// Its settings, if they are whole.
    pub(crate) fn whole(&self) -> Result<&Rc<Settings>, NoAccount> {
        self.settings.as_ref().ok_or(NoAccount::Incomplete)
    }
}

/// The account in the name of an object: `{account}/{kind}/{n}`.
pub(crate) fn of_object(name: &str) -> Option<&str> {
    let (rest, _number) = name.rsplit_once('/')?;
    let (account, _kind) = rest.rsplit_once('/')?;
    Some(account)
}

/// Reads and checks the settings of all accounts from `get`.
fn read(get: &dyn Fn(&str) -> Option<String>) -> Accounts {
    let mut problems = Vec::new();
    let mut accounts = Accounts {
        list: vec![account(get, FIRST, None)],
        admin_token: settings::admin_token(get, &mut problems),
        problems: Vec::new(),
    };
    for name in names(get, &mut problems) {
        let suffix = name.to_ascii_uppercase().replace('-', "_");
        let mut account = account(get, &name, Some(&suffix));
        let twin = accounts
            .iter()
            .find(|other| account.app_id.as_deref().is_some_and(|id| other.has(id)));
        if let Some(twin) = twin {
            let setting = format!("WECHAT_APP_ID_{suffix}");
            let message = format!(
                "{setting} is the AppID of account `{}` too: `{name}` is left out until it has its own",
                twin.name
            );
            account = Account {
                app_id: None,
                settings: None,
                problems: vec![settings::problem(&setting, message)],
                ..account
            };
        }
        accounts.list.push(account);
    }
    // What accounts share is wrong for each of them, and said once.
    let of_accounts = accounts.iter().flat_map(|account| account.problems.clone());
    let mut all = Vec::new();
    for problem in of_accounts.chain(problems) {
        if !all.contains(&problem) {
            all.push(problem);
        }
    }
    accounts.problems = all;
    accounts
}

fn account(get: &dyn Fn(&str) -> Option<String>, name: &str, suffix: Option<&str>) -> Account {
    let checked = settings::read(get, suffix);
    Account {
        name: name.to_owned(),
        app_id: checked.app_id,
        settings: checked.settings,
        problems: checked.problems,
    }
}

/// The names in `FANDESK_ACCOUNTS`, but for those that cannot be.
fn names(get: &dyn Fn(&str) -> Option<String>, problems: &mut Vec<Problem>) -> Vec<String> {
    const SETTING: &str = "FANDESK_ACCOUNTS";
    let mut names: Vec<String> = Vec::new();
    for name in get(SETTING).unwrap_or_default().split(',').map(str::trim) {
        if name.is_empty() {
            continue;
        }
        let mistake = if names.iter().any(|taken| taken == name) {
            Some("it is there already")
        } else {
            mistake_in(name)
        };
        match mistake {
            None => names.push(name.to_owned()),
            Some(why) => {
                let message = format!("{SETTING} has `{name}`, which is left out: {why}");
                problems.push(settings::problem(SETTING, message));
            }
        }
    }
    names
}

/// Why an account cannot be called this.
fn mistake_in(name: &str) -> Option<&'static str> {
    let of_letters = name
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !of_letters || name.len() > LONGEST_NAME {
        Some("a name has at most 32 of a to z, 0 to 9 and -")
    } else if name == FIRST {
        Some("this is the account whose settings have no name behind")
    } else if name == "previous" || name.starts_with("previous-") {
        Some("WECHAT_TOKEN_PREVIOUS and the like mean something else")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::HashSet;

    use super::*;

    const TWO: [(&str, &str); 9] = [
        ("FANDESK_SESSION_KEY", "0123456789abcdef0123456789abcdef"),
        ("FANDESK_ADMIN_TOKEN", "a"),
        ("FANDESK_ACCOUNTS", "school"),
        ("WECHAT_APP_ID", "wx1"),
        ("WECHAT_APP_SECRET", "s1"),
        ("WECHAT_TOKEN", "t1"),
        ("WECHAT_APP_ID_SCHOOL", "wx2"),
        ("WECHAT_APP_SECRET_SCHOOL", "s2"),
        ("WECHAT_TOKEN_SCHOOL", "t2"),
    ];

    fn with(changes: &[(&str, &str)]) -> Accounts {
        read(&|name| {
            let all = changes.iter().chain(&TWO);
            let (_, value) = all.into_iter().find(|(setting, _)| *setting == name)?;
            Some((*value).to_owned())
        })
    }

    fn settings_of<'a>(accounts: &'a Accounts, name: &str) -> &'a Settings {
        accounts.named(Some(name)).unwrap().whole().unwrap()
    }

    fn problems(accounts: &Accounts) -> Vec<&str> {
        let problems = accounts.problems.iter();
        problems
            .map(|problem| problem.setting.as_deref().unwrap())
            .collect()
    }

    #[test]
    fn an_account_is_found_by_its_name_and_by_its_app_id() {
        let accounts = with(&[]);
        assert!(accounts.problems.is_empty(), "{:?}", accounts.problems);
        for (name, account) in [
            (None, "wx1"),
            (Some("default"), "wx1"),
            (Some("wx1"), "wx1"),
            (Some("school"), "wx2"),
            (Some("wx2"), "wx2"),
        ] {
            let found = accounts.named(name).unwrap();
            assert_eq!(found.app_id.as_deref(), Some(account), "{name:?}");
        }
        for name in ["School", "shop", ""] {
            let found = accounts.named(Some(name)).err();
            assert_eq!(found, Some(NoAccount::Unknown), "{name}");
        }
    }

    #[test]
    fn a_stranger_of_no_account_is_nobody_in_one_that_works() {
        let account = |changes| {
            let found = with(changes);
            found.any_whole().map(|settings| settings.account.clone())
        };
        assert_eq!(account(&[]).as_deref(), Ok("wx1"));
        let broken = [("WECHAT_TOKEN", "")];
        assert_eq!(account(&broken).as_deref(), Ok("wx2"));
        let both = [("WECHAT_TOKEN", ""), ("WECHAT_TOKEN_SCHOOL", "")];
        assert_eq!(account(&both), Err(NoAccount::Incomplete));
    }

    #[test]
    fn objects_and_doorbells_know_accounts_by_their_app_id_only() {
        let accounts = with(&[]);
        assert_eq!(accounts.with_app_id("wx2").unwrap().account, "wx2");
        assert!(accounts.with_app_id("school").is_err());
        assert_eq!(of_object("wx2/token-keeper/0"), Some("wx2"));
        assert_eq!(of_object("wx2"), None);
    }

    #[test]
    fn what_an_account_must_have_is_never_taken_from_the_first() {
        for setting in ["WECHAT_APP_ID_SCHOOL", "WECHAT_TOKEN_SCHOOL"] {
            let accounts = with(&[(setting, "")]);
            assert_eq!(problems(&accounts), [setting]);
            assert!(accounts.named(Some("school")).unwrap().settings.is_none());
        }
        let accounts = with(&[("WECHAT_APP_SECRET_SCHOOL", "")]);
        assert_eq!(problems(&accounts), ["WECHAT_APP_SECRET_SCHOOL"]);
        assert_eq!(settings_of(&accounts, "school").app_secret, None);
    }

    #[test]
    fn what_accounts_share_may_be_given_to_one_of_them() {
        let accounts = with(&[("FANDESK_SHARDS", "8"), ("FANDESK_SHARDS_SCHOOL", "2")]);
        assert_eq!(settings_of(&accounts, "default").layout.shards(), 8);
        assert_eq!(settings_of(&accounts, "school").layout.shards(), 2);
    }

    #[test]
    fn a_relay_of_its_own_is_not_shown_the_token_of_the_other() {
        let relay = ("WECHAT_API_BASE", "http://relay");
        let token = ("WECHAT_API_RELAY_TOKEN", "r");
        let accounts = with(&[relay, token]);
        let school = settings_of(&accounts, "school");
        assert_eq!(school.api_base, "http://relay");
        assert_eq!(school.relay_token.as_deref(), Some("r"));
        let accounts = with(&[relay, token, ("WECHAT_API_BASE_SCHOOL", "http://other")]);
        let school = settings_of(&accounts, "school");
        assert_eq!(school.api_base, "http://other");
        assert_eq!(school.relay_token, None);
    }

    #[test]
    fn a_mistake_of_one_account_leaves_the_other() {
        for (mistake, whole) in [
            (("WECHAT_MODE_SCHOOL", "open"), "default"),
            (("WECHAT_MODE", "open"), "school"),
        ] {
            let accounts = with(&[mistake]);
            assert_eq!(problems(&accounts), [mistake.0]);
            let works = accounts.iter().filter(|account| account.settings.is_some());
            assert!(works.map(|account| account.name.as_str()).eq([whole]));
        }
    }

    #[test]
    fn what_is_wrong_for_all_is_said_once() {
        let accounts = with(&[("FANDESK_SHARDS", "many"), ("FANDESK_ADMIN_TOKEN", "")]);
        let expected = ["FANDESK_SHARDS", "FANDESK_ADMIN_TOKEN"];
        assert_eq!(problems(&accounts), expected);
    }

    #[test]
    fn while_an_app_id_is_missing_an_unknown_one_is_no_reason_to_give_up() {
        let accounts = with(&[("WECHAT_APP_ID", "")]);
        let found = accounts.named(Some("wx1")).err();
        assert_eq!(found, Some(NoAccount::Incomplete));
    }

    #[test]
    fn two_accounts_cannot_have_one_app_id() {
        let accounts = with(&[("WECHAT_APP_ID_SCHOOL", "wx1")]);
        assert_eq!(problems(&accounts), ["WECHAT_APP_ID_SCHOOL"]);
        assert_eq!(accounts.named(Some("wx1")).unwrap().name, FIRST);
        assert!(accounts.named(Some("school")).unwrap().settings.is_none());
    }

    #[test]
    fn a_name_that_cannot_be_is_left_out_and_the_others_stay() {
        for name in [
            "School",
            "a_b",
            "a/b",
            "学校",
            "default",
            "previous",
            "previous-one",
            "school",
            "a-name-that-is-longer-than-the-32-",
        ] {
            let accounts = with(&[("FANDESK_ACCOUNTS", &format!("school, {name},"))]);
            assert_eq!(problems(&accounts), ["FANDESK_ACCOUNTS"], "{name}");
            let names = accounts.iter().map(|account| account.name.as_str());
            assert!(names.eq(["default", "school"]), "{name}");
        }
    }

    #[test]
    fn no_setting_means_two_things() {
        let names = "a,b,a-b,token,key,id,base,secret,mode,app,shards,accounts,api";
        let asked = RefCell::new(Vec::new());
        let accounts = read(&|setting| {
            asked.borrow_mut().push(setting.to_owned());
            Some(names.to_owned()).filter(|_| setting == "FANDESK_ACCOUNTS")
        });
        let plain: HashSet<String> = {
            let asked = asked.borrow();
            let first = asked.iter().take_while(|name| *name != "FANDESK_ACCOUNTS");
            first.cloned().collect()
        };
        for account in accounts.iter().filter(|account| account.name != FIRST) {
            let suffix = account.name.to_uppercase().replace('-', "_");
            let others = accounts.iter().filter(|other| other.name != account.name);
            let others: Vec<_> = others
                .map(|other| other.name.to_uppercase().replace('-', "_"))
                .collect();
            for setting in &plain {
                let own = format!("{setting}_{suffix}");
                assert!(!plain.contains(&own), "{own}");
                for other in &others {
                    let twin = own.strip_suffix(&format!("_{other}"));
                    let twin = twin.filter(|twin| plain.contains(*twin));
                    assert_eq!(twin, None, "{own}");
                }
            }
        }
    }
}
