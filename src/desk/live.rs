//! Consoles that watch: each is told what it may see, in order, and after a dropped connection what it missed.

use std::cell::RefCell;
use std::rc::Rc;

use fandesk_desk::rows::feed::{self, Fed};
use fandesk_desk::{Command, Desk, Who};
use fandesk_shard::Random;
use fandesk_shard::sql::SqlError;
use serde_json::{Value, json};
use wasm_bindgen::JsValue;
use worker::{Request, Response};

use super::Service;
use super::answers::who;
use super::sockets::{Memory, Socket};
use crate::log;
use crate::random::{PlatformRandom, now};

/// The code with which a socket is closed whose holder may see other things now, or nothing. They come again, and are asked who they
/// are.
pub(super) const CHANGED: u16 = 4001;

/// The code of a socket that is closed without anything to say about it.
const NORMAL: u16 = 1000;

/// Characters of a message from a console: it says no more than that somebody types.
const LONGEST: usize = 1_000;

/// News that a console is told at once after it was away. More is not worth it: it reads its lists anew.
const MISSED: i64 = 5_000;

/// The consoles that watch.
#[derive(Default)]
pub(super) struct Watchers(RefCell<Vec<Watcher>>);

/// One of them.
pub(super) struct Watcher {
    pub(super) socket: Socket,
    pub(super) who: Who,
}

impl Watchers {
    /// Does something with each.
    pub(super) fn each(&self, work: impl FnMut(&mut Watcher)) {
        self.0.borrow_mut().iter_mut().for_each(work);
    }

    /// Closes those for which `why` gives a code and a reason. They are told nothing from then on: whoever is gone may never answer.
    pub(super) fn close(&self, why: impl Fn(&Watcher) -> Option<(u16, &'static str)>) {
        self.0.borrow_mut().retain(|watcher| match why(watcher) {
            Some((code, reason)) => {
                watcher.socket.close(code, reason);
                false
            }
            None => true,
        });
    }
}

impl Watcher {
    fn of(socket: Socket) -> Option<Self> {
        let who = who(&socket.memory.who).ok()?;
        Some(Self { socket, who })
    }
}

impl Service {
    /// Finds the consoles again that watched while the object slept.
    pub(super) fn find_watchers(&self) {
        let sockets = self.platform.all().into_iter();
        self.watchers
            .0
            .replace(sockets.filter_map(Watcher::of).collect());
    }

    /// A console wants to watch. The Worker has found out who holds it, and says so in the address, which nobody else can reach.
    pub(super) fn watch(self: &Rc<Self>, request: &Request) -> worker::Result<Response> {
        let url = request.inner().url();
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let who = pairs.find(|(name, _)| name == "who").map(|(_, who)| who);
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let after = pairs.find(|(name, _)| name == "after");
        let after = after.and_then(|(_, after)| after.parse().ok()).unwrap_or(0);
        let mut bytes = [0; 8];
        PlatformRandom.fill(&mut bytes);
        let memory = Memory {
            id: format!("{:016x}", u64::from_le_bytes(bytes)),
            who: who.unwrap_or_default().into_owned(),
            opened_at: now(),
            quiet: false,
        };
        let (socket, response) = self.platform.open(memory)?;
        let Some(watcher) = Watcher::of(socket) else {
            return Response::error("the desk does not know who watches", 403);
        };
        let agent = watcher.who.id.clone();
        self.turn_or_log(Command::Connected { agent });
        match self.greet(&watcher, after) {
            Ok(()) => self.watchers.0.borrow_mut().push(watcher),
            Err(error) => {
                log::error("desk", "the news cannot be read", &[("reason", &error)]);
                watcher.socket.close(NORMAL, "again");
            }
        }
        self.wake_for_what_is_due();
        Ok(response)
    }

    /// The first words, and what was missed. No turn comes between this and the next news.
    fn greet(&self, watcher: &Watcher, after: i64) -> Result<(), SqlError> {
        let newest = feed::newest(&self.db)?;
        let missed = match after {
            // It has seen nothing yet, and reads its lists.
            0 => None,
            after if newest.saturating_sub(after) > MISSED => None,
            after => feed::after(&self.db, after, MISSED)?,
        };
        let model = self.model.borrow();
        let status = model
            .agent(&watcher.who.id)
            .map(|agent| agent.presence.status().name());
        let me = json!({ "id": watcher.who.id, "status": status });
        let hello = json!({ "type": "hello", "n": newest, "resumed": missed.is_some(), "me": me });
        watcher.socket.send(&hello.to_string());
        for fed in missed.iter().flatten() {
            tell(&model, watcher, fed);
        }
        Ok(())
    }

    /// Tells everybody what is news to them.
    pub(super) fn tell_watchers(&self, news: &[Fed]) {
        if news.is_empty() {
            return;
        }
        let model = self.model.borrow();
        self.watchers.each(|watcher| {
            for fed in news {
                tell(&model, watcher, fed);
            }
        });
    }

    /// A console says something: that somebody types, or takes conversations.
    pub(super) fn heard(self: &Rc<Self>, socket: JsValue, text: &str) {
        let Some(speaker) = Socket::of(socket).and_then(Watcher::of) else {
            return;
        };
        if text.len() > LONGEST {
            return;
        }
        let message: Value = serde_json::from_str(text).unwrap_or_default();
        let field = |name: &str| {
            message
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        match field("type") {
            "typing" => self.tell_of_typing(&speaker, field("conversation")),
            "status" => self.turn_or_log(Command::Status {
                who: speaker.who,
                away: field("status") == "away",
            }),
            _ => {}
        }
    }

    /// Everybody else who may see it. It is not kept: it is over in a moment.
    fn tell_of_typing(&self, speaker: &Watcher, id: &str) {
        let model = self.model.borrow();
        if model.seen(&speaker.who, id).is_err() {
            return;
        }
        let who = &speaker.who;
        let typing =
            json!({ "type": "typing", "conversation": id, "agent": who.id, "name": who.name });
        let typing = typing.to_string();
        self.watchers.each(|watcher| {
            if watcher.who.id != who.id && model.seen(&watcher.who, id).is_ok() {
                watcher.socket.send(&typing);
            }
        });
    }

    /// A console is gone. Its holder is, too, unless another one of theirs is there.
    pub(super) fn left(self: &Rc<Self>, socket: JsValue) {
        if let Some(gone) = Socket::of(socket) {
            // The platform wants its end closed as well.
            gone.close(NORMAL, "");
            let id = &gone.memory.id;
            let mut watchers = self.watchers.0.borrow_mut();
            watchers.retain(|watcher| watcher.socket.memory.id != *id);
        }
        self.look_who_is_there();
        self.wake_for_what_is_due();
    }

    /// Closes the consoles of people whose role or teams are others now, or who are no longer of the desk.
    pub(super) fn close_for_changed(&self) {
        let model = self.model.borrow();
        self.watchers.close(|watcher| {
            let who = &watcher.who;
            let same = model.agent(&who.id).is_none_or(|agent| {
                agent.active && agent.role == who.role && agent.teams == who.teams
            });
            (!same).then_some((CHANGED, "changed"))
        });
    }

    /// Closes the consoles of somebody, who has to show again who they are.
    pub(super) fn close_of(self: &Rc<Self>, person: &str) {
        let is_theirs = |watcher: &Watcher| watcher.who.id == person;
        let close = |watcher: &Watcher| is_theirs(watcher).then_some((CHANGED, "who are you"));
        self.watchers.close(close);
        self.look_who_is_there();
    }
}

fn tell(model: &Desk, watcher: &Watcher, fed: &Fed) {
    if let Some(message) = fed.message_for(model, &watcher.who) {
        watcher.socket.send(&message);
    }
}
