//! What a fan would see: the answer of a playbook that may not be in force, for whoever writes it.
//!
//! The same questions in the same order as in a shard's decision (`decide` in `fandesk-shard`), for a fan of whom nothing
//! is known but where they stand in a text menu: nobody of the desk speaks to them, and they are bound to a customer of the business where
//! that is asked. What happens to a crowd (texts without an answer that hand over by a rate) is no part of it.

use wechat::Reply as Passive;
use wechat::api::custom::ServiceMessage;

use crate::action::{Action, HAND_OVER};
use crate::captures::Captures;
use crate::command::Command;
use crate::handover::{Handover, Routing};
use crate::menu::{Place, Step, View};
use crate::playbook::{Found, Match, Playbook};
use crate::reply::{Rendered, Reply};
use crate::text::Text;

/// What the fan does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed<'a> {
    /// Writes.
    Text(&'a str),
    /// Taps on a choice of a message menu, by its id; it comes with the words of the choice.
    Choice(&'a str, &'a str),
    /// Taps on an entry of the custom menu, by its key.
    Click(&'a str),
    /// Follows, with the scene of a QR code if there was one.
    Follow(Option<&'a str>),
}

/// In which state of things.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// Where the fan stands in a text menu.
    pub place: Option<&'a Place>,
    /// Whether the account is open.
    pub open: bool,
    /// Whether the account may send customer-service messages.
    pub service_messages: bool,
}

/// What the fan would see, and what would happen beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview<'p> {
    /// What is shown at once.
    pub reply: Option<Passive>,
    /// What comes after it.
    pub messages: Vec<ServiceMessage>,
    /// Which part of the document answered, as in an event's `rule`.
    pub hit: Option<String>,
    /// Where the fan stands afterwards.
    pub place: Option<Place>,
    /// What else follows.
    pub then: Option<Then<'p>>,
}

/// What follows an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then<'p> {
    /// A person takes over.
    HandOver(&'p Routing),
    /// The business system is asked by the intent of this name.
    Ask(&'p str),
    /// The business system is asked who the fan is.
    Bind,
    /// The fan is nobody to the business from then on.
    Unbind,
    /// The fan gets no pushes from then on.
    Stop,
}

impl Playbook {
    /// What a fan would see who does this.
    #[must_use]
    pub fn preview(&self, deed: Deed<'_>, given: Circumstances<'_>) -> Preview<'_> {
        let mut shown = Showing {
            playbook: self,
            given,
            preview: Preview {
                place: given.place.cloned(),
                ..Preview::default()
            },
        };
        match deed {
            Deed::Text(text) => shown.text(text),
            Deed::Choice(id, words) => match self.tapped(id) {
                Some(Step::Act { hit, action, .. }) => shown.act(hit, action, &Captures::default()),
                _ => shown.text(words),
            },
            Deed::Click(key) => {
                if let Some(action) = self.click(key) {
                    shown.act(&format!("click:{key}"), action, &Captures::default());
                }
            }
            Deed::Follow(scene) => {
                if let Some((action, _)) = self.welcome_to(scene, &[]) {
                    let hit =
                        scene.map_or("welcome".to_owned(), |scene| format!("welcome:{scene}"));
                    shown.act(&hit, action, &Captures::default());
                }
            }
        }
        shown.preview
    }
}

struct Showing<'p, 'a> {
    playbook: &'p Playbook,
    given: Circumstances<'a>,
    preview: Preview<'p>,
}

impl<'p> Showing<'p, '_> {
    fn text(&mut self, written: &str) {
        let text = Text::new(written);
        let whole = Captures {
            text: text.whole().to_owned(),
            ..Captures::default()
        };
        let found = match self.playbook.find_when(&text, self.given.open) {
            Found::Command(Command::Stop) => {
                self.preview.then = Some(Then::Stop);
                return self.reply("command:stop", self.playbook.stop(), &Captures::default());
            }
            Found::Command(_) => {
                return self.act("command:human", &HAND_OVER, &Captures::default());
            }
            Found::Match(found) => Some(found),
            Found::Nothing => None,
        };
        if self.step(&text, &whole) {
            return;
        }
        match found {
            Some(Match {
                hit,
                action,
                captures,
            }) => self.act(hit, action, &captures),
            None => {
                let default = self.playbook.default_when(self.given.open);
                self.act("default", default, &whole);
            }
        }
    }

    /// Takes a step in the text menu; `false` when the word means nothing there.
    fn step(&mut self, text: &Text<'_>, whole: &Captures) -> bool {
        let Some(place) = self.preview.place.take() else {
            return false;
        };
        match self.playbook.step(&place, text) {
            Step::Show(view) | Step::Restart(view) => {
                self.show(view.hit, &view);
                true
            }
            Step::Act { place, hit, action } => {
                self.preview.place = Some(place);
                self.act(hit, action, whole);
                true
            }
            Step::Elsewhere => {
                self.preview.place = Some(place);
                false
            }
            Step::Gone => false,
        }
    }

    fn show(&mut self, hit: &str, view: &View<'_>) {
        self.preview.reply = Some(Passive::text(view.text));
        self.preview.hit = Some(hit.to_owned());
        self.preview.place = Some(view.place.clone());
    }

    fn act(&mut self, hit: &str, action: &'p Action, captures: &Captures) {
        match action {
            Action::Reply(reply) => self.reply(hit, reply, captures),
            Action::Menu(name) => {
                if let Some(view) = self.playbook.open_menu(name) {
                    self.show(hit, &view);
                }
            }
            Action::Intent(name) => {
                if let Some(intent) = self.playbook.intent(name) {
                    self.reply(hit, intent.reply(), captures);
                    self.preview.then = Some(Then::Ask(name));
                }
            }
            Action::Bind => {
                if let Some(identity) = self.playbook.identity() {
                    self.reply(hit, identity.intent().reply(), captures);
                    self.preview.then = Some(Then::Bind);
                }
            }
            Action::Unbind => {
                if let Some(identity) = self.playbook.identity() {
                    self.reply(hit, identity.unbound(), captures);
                    self.preview.then = Some(Then::Unbind);
                }
            }
            Action::Faq(faq) => {
                self.reply(hit, faq.reply(), captures);
                if self.given.service_messages {
                    self.preview.messages.push(faq.ask().clone());
                } else if let Some(Passive::Text { content }) = &mut self.preview.reply {
                    *content = faq.with_hint(content);
                }
            }
            Action::Handover(routing) => self.hand_over(hit, routing),
        }
    }

    /// A reply without a passive form goes out as a service message.
    fn reply(&mut self, hit: &str, reply: &Reply, captures: &Captures) {
        self.preview.hit = Some(hit.to_owned());
        match reply.expand(captures) {
            Some(Rendered::Passive(reply)) => self.preview.reply = Some(reply),
            Some(Rendered::Service(message)) => self.preview.messages.push(message),
            None => {}
        }
    }

    fn hand_over(&mut self, hit: &str, routing: &'p Routing) {
        self.preview.then = Some(Then::HandOver(routing));
        let playbook = self.playbook;
        if let Some(reply) = playbook.outside_hours().filter(|_| !self.given.open) {
            return self.reply(hit, reply, &Captures::default());
        }
        match playbook.handover() {
            Handover::Desk(desk) => self.reply(hit, &desk.reply, &Captures::default()),
            Handover::Wechat { kf_account } => {
                self.preview.hit = Some(hit.to_owned());
                self.preview.reply = Some(Passive::TransferCustomerService {
                    kf_account: kf_account.clone(),
                });
            }
        }
    }
}
