//! Customer-service accounts (客服账号) and who of them serves whom.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::fan::OpenId;
use crate::clock::UnixMillis;

/// Accounts that one Official Account may have.
const MOST: usize = 100;
/// The first number that an account gets.
const FIRST_ID: u32 = 1001;

/// One account.
#[derive(Debug, Clone, Serialize)]
pub struct Worker {
    /// `name@account`.
    pub kf_account: String,
    /// What fans see.
    pub kf_nick: String,
    /// Where its picture is; empty without one.
    pub kf_headimgurl: String,
    /// Its number.
    pub kf_id: u32,
    /// The WeChat id that is bound to it; without one it cannot serve.
    pub kf_wx: Option<String>,
    /// A WeChat id that was invited and has not answered.
    pub invite_wx: Option<String>,
    /// Whether someone sits there.
    pub online: bool,
}

/// A fan who is being served.
#[derive(Debug, Clone)]
pub struct Session {
    /// By whom.
    pub kf_account: String,
    /// Since when.
    pub since: UnixMillis,
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unable {
    /// No such account (65401).
    Unknown,
    /// No WeChat id is bound to it (65402).
    Unbound,
    /// There are 100 already (65405).
    TooMany,
    /// There is one of that name (65406).
    Taken,
    /// That WeChat id is bound to an account already (65407).
    Bound,
    /// That WeChat id has an invitation already (65408).
    Invited,
    /// The account waits for the answer to an invitation (65411).
    Waiting,
    /// The account has a WeChat id (65412).
    HasOne,
    /// The fan is not being served (65413).
    NoSession,
    /// The fan is being served by another (65414).
    Another,
    /// Nobody sits there (65415).
    Offline,
}

/// All accounts and sessions.
#[derive(Debug, Default)]
pub struct Workers {
    workers: BTreeMap<String, Worker>,
    sessions: HashMap<OpenId, Session>,
    /// Fans handed over and not served yet, with the time of it, in order.
    waiting: Vec<(OpenId, UnixMillis)>,
    made: u32,
    /// Whether the account never switched the customer-service feature on (65400).
    pub switched_off: bool,
}

impl Workers {
    /// Makes an account.
    pub fn add(&mut self, kf_account: &str, nickname: &str) -> Result<(), Unable> {
        if self.workers.contains_key(kf_account) {
            return Err(Unable::Taken);
        }
        if self.workers.len() >= MOST {
            return Err(Unable::TooMany);
        }
        let worker = Worker {
            kf_account: kf_account.to_owned(),
            kf_nick: nickname.to_owned(),
            kf_headimgurl: String::new(),
            kf_id: FIRST_ID + self.made,
            kf_wx: None,
            invite_wx: None,
            online: false,
        };
        self.made += 1;
        self.workers.insert(kf_account.to_owned(), worker);
        Ok(())
    }

    /// The account of that name.
    pub fn get(&mut self, kf_account: &str) -> Result<&mut Worker, Unable> {
        self.workers.get_mut(kf_account).ok_or(Unable::Unknown)
    }

    /// Whether there is one of that name.
    pub fn has(&self, kf_account: &str) -> bool {
        self.workers.contains_key(kf_account)
    }

    /// Takes an account away, and its sessions with it.
    pub fn delete(&mut self, kf_account: &str) -> Result<(), Unable> {
        self.workers
            .remove(kf_account)
            .map(drop)
            .ok_or(Unable::Unknown)?;
        self.sessions
            .retain(|_, session| session.kf_account != kf_account);
        Ok(())
    }

    /// Asks the holder of a WeChat id to work under an account.
    pub fn invite(&mut self, kf_account: &str, wx: &str) -> Result<(), Unable> {
        let is = |bound: &Option<String>| bound.as_deref() == Some(wx);
        if self.workers.values().any(|worker| is(&worker.kf_wx)) {
            return Err(Unable::Bound);
        }
        if self.workers.values().any(|worker| is(&worker.invite_wx)) {
            return Err(Unable::Invited);
        }
        let worker = self.get(kf_account)?;
        if worker.kf_wx.is_some() {
            return Err(Unable::HasOne);
        }
        if worker.invite_wx.is_some() {
            return Err(Unable::Waiting);
        }
        worker.invite_wx = Some(wx.to_owned());
        Ok(())
    }

    /// All accounts, each with the number of fans that it serves.
    pub fn all(&self) -> Vec<(Worker, usize)> {
        let one = |worker: &Worker| (worker.clone(), self.of(&worker.kf_account).len());
        self.workers.values().map(one).collect()
    }

    /// Begins a session; `false` when this account serves the fan already.
    pub fn begin(
        &mut self,
        kf_account: &str,
        openid: &OpenId,
        now: UnixMillis,
    ) -> Result<bool, Unable> {
        let worker = self.get(kf_account)?;
        if worker.kf_wx.is_none() {
            return Err(Unable::Unbound);
        }
        if !worker.online {
            return Err(Unable::Offline);
        }
        match self.sessions.get(openid) {
            Some(session) if session.kf_account == kf_account => return Ok(false),
            Some(_) => return Err(Unable::Another),
            None => {}
        }
        self.waiting.retain(|(waiting, _)| waiting != openid);
        let session = Session {
            kf_account: kf_account.to_owned(),
            since: now,
        };
        self.sessions.insert(openid.clone(), session);
        Ok(true)
    }

    /// Ends a session.
    pub fn end(&mut self, kf_account: &str, openid: &OpenId) -> Result<(), Unable> {
        self.get(kf_account)?;
        match self.sessions.get(openid) {
            None => return Err(Unable::NoSession),
            Some(session) if session.kf_account != kf_account => return Err(Unable::Another),
            Some(_) => {}
        }
        self.sessions.remove(openid);
        Ok(())
    }

    /// Hands a session to another account; answers from whom.
    pub fn switch(&mut self, openid: &OpenId, to: &str) -> Result<String, Unable> {
        self.get(to)?;
        let session = self.sessions.get_mut(openid).ok_or(Unable::NoSession)?;
        Ok(std::mem::replace(&mut session.kf_account, to.to_owned()))
    }

    /// Who serves a fan.
    pub fn session(&self, openid: &OpenId) -> Option<&Session> {
        self.sessions.get(openid)
    }

    /// Whom an account serves, since when.
    pub fn of(&self, kf_account: &str) -> Vec<(String, UnixMillis)> {
        let mut list = self
            .sessions
            .iter()
            .filter(|(_, session)| session.kf_account == kf_account)
            .map(|(openid, session)| (openid.as_str().to_owned(), session.since))
            .collect::<Vec<_>>();
        list.sort();
        list
    }

    /// A fan was handed over by a reply.
    pub fn wait(&mut self, openid: &OpenId, now: UnixMillis) {
        if !self.sessions.contains_key(openid) {
            self.waiting.retain(|(waiting, _)| waiting != openid);
            self.waiting.push((openid.clone(), now));
        }
    }

    /// Who waits, in the order of coming.
    pub fn waiting(&self) -> &[(OpenId, UnixMillis)] {
        &self.waiting
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fan() -> OpenId {
        OpenId::parse("oFan").unwrap()
    }

    fn ready(name: &str, workers: &mut Workers) {
        workers.add(name, "小林").unwrap();
        let worker = workers.get(name).unwrap();
        worker.kf_wx = Some(name.to_owned());
        worker.online = true;
    }

    #[test]
    fn one_fan_is_served_by_one_account() {
        let mut workers = Workers::default();
        ready("a@shop", &mut workers);
        ready("b@shop", &mut workers);
        assert_eq!(workers.begin("a@shop", &fan(), 0), Ok(true));
        assert_eq!(workers.begin("a@shop", &fan(), 1), Ok(false));
        assert_eq!(workers.begin("b@shop", &fan(), 1), Err(Unable::Another));
        assert_eq!(workers.end("b@shop", &fan()), Err(Unable::Another));
        assert_eq!(workers.switch(&fan(), "b@shop"), Ok("a@shop".to_owned()));
        assert_eq!(workers.end("b@shop", &fan()), Ok(()));
        assert_eq!(workers.end("b@shop", &fan()), Err(Unable::NoSession));
    }

    #[test]
    fn a_fan_waits_until_served() {
        let mut workers = Workers::default();
        ready("a@shop", &mut workers);
        workers.wait(&fan(), 5);
        assert_eq!(workers.waiting().len(), 1);
        workers.begin("a@shop", &fan(), 6).unwrap();
        assert!(workers.waiting().is_empty());
    }
}
