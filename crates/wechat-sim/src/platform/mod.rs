//! The platform's own state: its fans, tokens, menu, material and figures.
//!
//! - [`fan`], [`profile`], [`journal`], [`window`]: one fan.
//! - [`mod@tags`], [`codes`], [`kf`], [`mod@templates`], [`mass`], [`mod@menu`]: what the
//!   account made.
//! - [`token`]: access tokens; [`mod@media`]: material; [`mod@pictures`]: what stays.
//! - [`standing`]: what kind of account it is; [`current`]: what was set up by hand.
//! - [`mod@pages`]: web pages inside WeChat. [`statistics`]: what happened each day, and in the
//!   longer [`spans`].
//! - [`figures`]: what was counted; [`exchanges`] of one [`exchange`] each: what went over the
//!   wire, with secrets taken out by [`mask`].
//!
//! Locks are short and never held over an await; none is taken while another is held, but that of customer-service
//! accounts while that of material is, and that of statistics while that of fans is.

pub mod codes;
pub mod current;
pub mod exchange;
pub mod exchanges;
pub mod fan;
pub mod figures;
pub mod journal;
pub mod kf;
pub mod mask;
pub mod mass;
pub mod media;
pub mod menu;
pub mod pages;
pub mod pictures;
pub mod profile;
pub mod spans;
pub mod standing;
pub mod statistics;
pub mod tags;
pub mod templates;
pub mod token;
pub mod window;

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::Notify;

use crate::{
    api::limits::Limits,
    callback::{Seal, delivery::Courier},
    clock::{self, UnixMillis},
    crowd::Crowds,
    demo::Ledger,
    faults::Faults,
    settings::Settings,
};
use codes::Codes;
use current::Current;
use exchanges::Exchanges;
use fan::{Fan, OpenId};
use figures::Figures;
use kf::Workers;
use mass::Jobs;
use media::Media;
use menu::Menu;
use pages::Pages;
use pictures::Pictures;
use profile::Way;
use standing::Standing;
use statistics::Statistics;
use tags::Tags;
use templates::Templates;
use token::Tokens;

/// The account's name towards fans in callbacks.
pub const ACCOUNT: &str = "gh_3f1a9c0d72be";

/// Everything that the simulator knows.
#[derive(Debug)]
pub struct Platform {
    settings: Settings,
    seal: Seal,
    courier: Courier,
    fans: Mutex<HashMap<OpenId, Fan>>,
    tokens: Mutex<Tokens>,
    menu: Mutex<Menu>,
    media: Mutex<Media>,
    pictures: Mutex<Pictures>,
    figures: Mutex<Figures>,
    faults: Mutex<Faults>,
    limits: Mutex<Limits>,
    crowds: Mutex<Crowds>,
    demo: Mutex<Ledger>,
    msg_id: AtomicU64,
    /// Milliseconds that the simulated clock is ahead.
    ahead: AtomicU64,
    standing: Mutex<Standing>,
    current: Mutex<Current>,
    tags: Mutex<Tags>,
    codes: Mutex<Codes>,
    exchanges: Mutex<Exchanges>,
    workers: Mutex<Workers>,
    templates: Mutex<Templates>,
    pages: Mutex<Pages>,
    statistics: Mutex<Statistics>,
    mass: Mutex<Jobs>,
    stirred: Notify,
}

impl Platform {
    /// A platform on which nothing has happened yet.
    pub fn new(settings: Settings) -> Result<Self, String> {
        let now = clock::now();
        Ok(Self {
            seal: Seal::of(&settings, ACCOUNT),
            courier: Courier::new(&settings.callback_url(), settings.callback_timeout)?,
            fans: Mutex::default(),
            tokens: Mutex::new(Tokens::new(
                u64::try_from(settings.token_ttl.as_millis()).unwrap_or(u64::MAX),
            )),
            menu: Mutex::default(),
            media: Mutex::default(),
            pictures: Mutex::default(),
            figures: Mutex::default(),
            faults: Mutex::default(),
            limits: Mutex::default(),
            crowds: Mutex::default(),
            demo: Mutex::default(),
            // Milliseconds in the upper bits, so that a later run never repeats an id: 2^63 is reached in the year 2248.
            msg_id: AtomicU64::new(now << 20),
            ahead: AtomicU64::new(0),
            standing: Mutex::new(settings.standing),
            current: Mutex::default(),
            tags: Mutex::default(),
            codes: Mutex::default(),
            exchanges: Mutex::default(),
            workers: Mutex::default(),
            templates: Mutex::default(),
            pages: Mutex::default(),
            statistics: Mutex::default(),
            mass: Mutex::default(),
            stirred: Notify::new(),
            settings,
        })
    }

    /// The settings it was started with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The account's `gh_` name.
    pub fn account(&self) -> &'static str {
        ACCOUNT
    }

    /// What signs callbacks.
    pub fn seal(&self) -> &Seal {
        &self.seal
    }

    /// What carries callbacks.
    pub fn courier(&self) -> &Courier {
        &self.courier
    }

    /// The simulated time: the wall clock, and what [`Self::advance`] added to it.
    pub fn now(&self) -> UnixMillis {
        clock::now().saturating_add(self.ahead.load(Ordering::Relaxed))
    }

    /// Lets `by_ms` pass at once. Callbacks are still signed with the wall clock's time, as the account's server has no other.
    pub fn advance(&self, by_ms: u64) {
        self.ahead.fetch_add(by_ms, Ordering::Relaxed);
    }

    /// What kind of account this is.
    pub fn standing(&self) -> MutexGuard<'_, Standing> {
        lock(&self.standing)
    }

    /// What was set up by hand in the platform's own console.
    pub fn current(&self) -> MutexGuard<'_, Current> {
        lock(&self.current)
    }

    /// A number that no other message has.
    pub fn next_msg_id(&self) -> u64 {
        self.msg_id.fetch_add(1, Ordering::Relaxed)
    }

    /// Looks at or changes a fan, who exists from then on.
    pub fn with_fan<T>(&self, openid: &OpenId, act: impl FnOnce(&mut Fan) -> T) -> T {
        let mut fans = lock(&self.fans);
        match fans.get_mut(openid) {
            Some(fan) => act(fan),
            None => act(fans.entry(openid.clone()).or_insert_with(Fan::unseen)),
        }
    }

    /// Looks at or changes a fan who exists.
    pub fn with_known_fan<T>(&self, openid: &OpenId, act: impl FnOnce(&mut Fan) -> T) -> Option<T> {
        lock(&self.fans).get_mut(openid).map(act)
    }

    /// Looks at or changes every fan. No other lock may be taken in between.
    pub fn each_fan(&self, mut act: impl FnMut(&OpenId, &mut Fan)) {
        lock(&self.fans)
            .iter_mut()
            .for_each(|(openid, fan)| act(openid, fan));
    }

    /// The openids of the fans of whom `which` holds, in order.
    pub fn openids(&self, which: impl Fn(&Fan) -> bool) -> Vec<String> {
        let mut openids = Vec::new();
        self.each_fan(|openid, fan| {
            if which(fan) {
                openids.push(openid.as_str().to_owned());
            }
        });
        openids.sort_unstable();
        openids
    }

    /// The account's tags.
    pub fn tags(&self) -> MutexGuard<'_, Tags> {
        lock(&self.tags)
    }

    /// Codes with a scene.
    pub fn codes(&self) -> MutexGuard<'_, Codes> {
        lock(&self.codes)
    }

    /// Customer-service accounts.
    pub fn workers(&self) -> MutexGuard<'_, Workers> {
        lock(&self.workers)
    }

    /// Templates of messages and notices.
    pub fn templates(&self) -> MutexGuard<'_, Templates> {
        lock(&self.templates)
    }

    /// Web pages inside WeChat.
    pub fn pages(&self) -> MutexGuard<'_, Pages> {
        lock(&self.pages)
    }

    /// What happened each day.
    pub fn statistics(&self) -> MutexGuard<'_, Statistics> {
        lock(&self.statistics)
    }

    /// Mass messages.
    pub fn mass(&self) -> MutexGuard<'_, Jobs> {
        lock(&self.mass)
    }

    /// What went over the wire.
    pub fn exchanges(&self) -> MutexGuard<'_, Exchanges> {
        lock(&self.exchanges)
    }

    /// Adds a fan who follows already, unless there is one of that name.
    pub fn add_crowd_fan(&self, openid: OpenId) {
        let now = self.now();
        let mut came = false;
        lock(&self.fans).entry(openid).or_insert_with(|| {
            came = true;
            Fan::of_crowd(now)
        });
        if came {
            self.statistics().came(Way::Before, now);
        }
    }

    /// Access tokens.
    pub fn tokens(&self) -> MutexGuard<'_, Tokens> {
        lock(&self.tokens)
    }

    /// The custom menu.
    pub fn menu(&self) -> MutexGuard<'_, Menu> {
        lock(&self.menu)
    }

    /// Material.
    pub fn media(&self) -> MutexGuard<'_, Media> {
        lock(&self.media)
    }

    /// Pictures that stay.
    pub fn pictures(&self) -> MutexGuard<'_, Pictures> {
        lock(&self.pictures)
    }

    /// What was counted.
    pub fn figures(&self) -> MutexGuard<'_, Figures> {
        lock(&self.figures)
    }

    /// What shall fail.
    pub fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    /// Today's calls.
    pub fn limits(&self) -> MutexGuard<'_, Limits> {
        lock(&self.limits)
    }

    /// Crowds.
    pub fn crowds(&self) -> MutexGuard<'_, Crowds> {
        lock(&self.crowds)
    }

    /// The demo business system's memory.
    pub fn demo(&self) -> MutexGuard<'_, Ledger> {
        lock(&self.demo)
    }

    /// Wakes the pages that wait for something to happen.
    pub fn stir(&self) {
        self.stirred.notify_waiters();
    }

    /// What those pages wait on.
    pub fn stirred(&self) -> &Notify {
        &self.stirred
    }
}

/// A panic while a lock was held leaves counts that may be off by one, which is no reason to end a test run.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
