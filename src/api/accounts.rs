//! `/accounts`: which accounts there are, and whether they work. What is below `/accounts/{account}` is the API of that account.

use fandesk_api::{Account, Page};
use worker::Response;

use super::error::ApiError;
use super::principal::{Action, Principal, Resource, allows};
use super::{Result, params};
use crate::accounts::{self, Accounts};
use crate::answer;

pub(super) fn list(principal: &Principal, accounts: &Accounts) -> Result<Response> {
    may_read(principal)?;
    let own = match principal {
        Principal::Admin => None,
        Principal::Person(person) => Some(person.account.as_str()),
    };
    // Somebody of one desk has nothing to do with the others.
    let seen = |account: &&accounts::Account| own.is_none() || account.app_id.as_deref() == own;
    let items: Vec<Account> = accounts.iter().filter(seen).map(shown).collect();
    Ok(answer::json(200, &Page { items, next: None })?)
}

pub(super) fn show(principal: &Principal, accounts: &Accounts, name: &str) -> Result<Response> {
    may_read(principal)?;
    let account = accounts.named(Some(&params::decode(name)?))?;
    Ok(answer::json(200, &shown(account))?)
}

fn may_read(principal: &Principal) -> Result<()> {
    if allows(principal, Action::Read, Resource::Accounts) {
        Ok(())
    } else {
        Err(ApiError::Forbidden)
    }
}

fn shown(account: &accounts::Account) -> Account {
    let name = account.name.clone();
    Account {
        callback: if name == accounts::FIRST {
            "/wechat".to_owned()
        } else {
            format!("/wechat/{name}")
        },
        name,
        app_id: account.app_id.clone(),
        ok: account.problems.is_empty(),
        problems: account.problems.clone(),
    }
}
