//! Who is there: whoever has a console that was heard of in the last seconds.
//!
//! A console pings every two seconds. The platform answers and notes when, without waking the object; so the object looks when the
//! quietest of them would be missed, and not before. A page that is closed says so at once; a laptop whose lid is closed
//! says nothing, and is missed after [`QUIET_AFTER`]. Its socket stays for a while: should it be heard of again, they are back, with
//! nothing lost.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

use fandesk_desk::Command;
use fandesk_shard::UnixMillis;

use super::Service;
use super::live::CHANGED;
use crate::random::now;

/// Two pings missed, and half a second for the way. Presence is promised to be true within 5 s.
const QUIET_AFTER: Duration = Duration::from_millis(4_500);

/// Between two looks whether a quiet console is heard of again.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(2);

/// How long a quiet socket is kept. Consoles in the background of a browser may be let to ping once a minute only.
const KEPT_FOR: Duration = Duration::from_secs(150);

/// How long a socket is kept at all: as long as a session lasts that nobody uses. Its holder then shows again who they are.
const OPEN_FOR: Duration = Duration::from_secs(12 * 60 * 60);

/// The code with which a socket is closed that was quiet for too long.
const TOO_QUIET: u16 = 4008;

impl Service {
    /// Looks at every socket, and takes in who is there.
    pub(super) fn look_who_is_there(self: &Rc<Self>) {
        let now = now();
        self.watchers.close(|watcher| {
            let is_dead = self.platform.heard_at(&watcher.socket).plus(KEPT_FOR) <= now;
            let is_old = watcher.socket.memory.opened_at.plus(OPEN_FOR) <= now;
            let old = is_old.then_some((CHANGED, "who are you"));
            is_dead.then_some((TOO_QUIET, "quiet")).or(old)
        });
        let mut there = BTreeSet::new();
        self.watchers.each(|watcher| {
            let heard_at = self.platform.heard_at(&watcher.socket);
            let quiet = heard_at.plus(QUIET_AFTER) <= now;
            if quiet != watcher.socket.memory.quiet {
                watcher.socket.memory.quiet = quiet;
                watcher.socket.keep_memory();
            }
            if !quiet {
                there.insert(watcher.who.id.clone());
            }
        });
        self.take_in(there);
    }

    /// Takes in that these and no others are there.
    fn take_in(self: &Rc<Self>, there: BTreeSet<String>) {
        let is_news = self
            .model
            .borrow()
            .agents()
            .any(|agent| agent.presence.connected != there.contains(&agent.id));
        if is_news {
            let agents = there.into_iter().collect();
            self.turn_or_log(Command::Present { agents });
        }
    }

    /// When the quietest console would be missed, or a quiet one may be back; nothing when none watches.
    pub(super) fn next_look(&self) -> Option<UnixMillis> {
        let now = now();
        let mut next = None;
        self.watchers.each(|watcher| {
            let at = if watcher.socket.memory.quiet {
                now.plus(LOOK_AGAIN_AFTER)
            } else {
                self.platform.heard_at(&watcher.socket).plus(QUIET_AFTER)
            };
            next = Some(next.map_or(at, |next: UnixMillis| next.min(at)));
        });
        next
    }
}
