//! `/capabilities`: what the account may do, and why not the rest.

use fandesk_api::{Capabilities, Capability, Words};
use wechat::account;
use worker::Response;

use super::principal::{Action, Resource};
use super::{Api, Result};
use crate::answer;

/// Lists them all.
pub(super) fn show(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Read, Resource::Capabilities)?;
    let account = api.settings.rights;
    let has_secret = api.settings.app_secret.is_some();
    let capabilities = Capabilities {
        kind: account.kind.as_str(),
        verified: account.verified,
        items: account::Capability::ALL
            .into_iter()
            .map(|capability| one(account, capability, has_secret))
            .collect(),
        next: None,
    };
    Ok(answer::json(200, &capabilities)?)
}

fn one(account: account::Account, capability: account::Capability, has_secret: bool) -> Capability {
    let lacking = account.lacks(capability).or_else(|| {
        (capability.is_call() && !has_secret).then_some(account::Words {
            zh: "未设置 WECHAT_APP_SECRET",
            en: "WECHAT_APP_SECRET is not set",
        })
    });
    Capability {
        name: capability.as_str(),
        title: words(capability.title()),
        available: lacking.is_none(),
        reason: lacking.map(words),
    }
}

fn words(words: account::Words) -> Words {
    Words {
        zh: words.zh,
        en: words.en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wechat::account::{Account, AccountType};

    fn reason(verified: bool, capability: account::Capability, has_secret: bool) -> Option<String> {
        let account = Account {
            kind: AccountType::Service,
            verified,
        };
        let shown = one(account, capability, has_secret);
        assert_eq!(shown.available, shown.reason.is_none());
        shown.reason.map(|reason| reason.en.to_owned())
    }

    #[test]
    fn without_the_app_secret_what_is_a_call_is_unavailable() {
        use account::Capability::{CustomMessage, PassiveReply, Qrcode};
        assert_eq!(reason(true, CustomMessage, true), None);
        assert_eq!(
            reason(true, CustomMessage, false).as_deref(),
            Some("WECHAT_APP_SECRET is not set")
        );
        assert_eq!(reason(true, PassiveReply, false), None);
        // What the platform does not grant no secret brings.
        assert_eq!(
            reason(false, Qrcode, false).as_deref(),
            Some("only a verified service account has it")
        );
    }
}
