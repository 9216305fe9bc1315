//! What a fan is answered: a function from facts to facts.
//!
//! No clock, no database, no `async`: time comes in as an argument, and the outcome lists what shall happen. The
//! shard makes it happen, in one commit with the event (see [`crate::intake`]).
//!
//! Whom a person speaks to, the bot does not: see `with_person`, and for how they get there and back.
//!
//! Order for texts: command words, then what the fan is in the middle of (a text menu), then the playbook's rules
//! and intents, then its default. Events are answered by kind; what has no answer is kept and answered with silence.

mod with_person;

use std::time::Duration;

use fandesk_playbook::{
    Action, Captures, Command, Found, Match, Place, Playbook, Rendered, Routing, Step, Text, View,
};
use wechat::api::custom::ServiceMessage;
use wechat::{Content, Event, Inbound, Message, Reply};

use crate::UnixMillis;
use crate::about::{About, Known};
use crate::desk::{Telling, Told};
use crate::fan::Fan;
use crate::window::Deed;

/// What shall happen.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Nothing was decided: who the fan is to the business must be looked up first, and all decided again.
    pub asks_identity: bool,
    /// The passive reply; `None` is `success`.
    pub reply: Option<Reply>,
    /// Which rule of the playbook answered, for counting.
    pub hit: Option<String>,
    /// The fan afterwards.
    pub fan: Fan,
    /// The rest, in order.
    pub effects: Vec<Effect>,
}

/// Something that shall happen beside the answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// The fan follows from now on.
    BeginFollow {
        /// Of the code that was scanned, if one was.
        scene: Option<String>,
    },
    /// The fan no longer follows.
    EndFollow,
    /// The fan is handed over to WeChat's customer service.
    HandOver,
    /// The Desk is to know what the fan did; handing over to it is one of that.
    Tell(Box<Telling>),
    /// An answer that has no passive form.
    Send(ServiceMessage),
    /// Another system gets a copy of what came in, which is this JSON.
    Forward(String),
    /// A business system is to be asked.
    Ask {
        /// The intent's name.
        intent: String,
        /// What the fan's words gave.
        captures: Captures,
        /// For which customer of the business, where the intent wants to know.
        identity: Option<String>,
    },
    /// A business system is to be asked who the fan is.
    Bind {
        /// What the fan's words gave.
        captures: Captures,
    },
    /// The fan is nobody to the business from now on.
    Unbind,
}

/// Decides what happens for a message or event of a fan. `service_messages` says whether the account may send those.
#[must_use]
pub fn decide(
    inbound: &Inbound,
    fan: &Fan,
    about: About<'_>,
    playbook: Option<&Playbook>,
    service_messages: bool,
    erase_after: Duration,
    now: UnixMillis,
) -> Outcome {
    let mut opened = fan.clone();
    opened.last_seen_at = now;
    let mut decision = Decision {
        playbook,
        service_messages,
        open: playbook.is_none_or(|playbook| playbook.is_open(now.0)),
        now,
        about,
        outcome: Outcome {
            asks_identity: false,
            reply: None,
            hit: None,
            fan: opened,
            effects: Vec::new(),
        },
    };
    match &inbound.content {
        Content::Message { message, .. } => decision.message(message),
        Content::Event(event) => decision.event(event, erase_after),
    }
    decision.tell_window(&fan.window);
    decision.outcome
}

/// A decision under way.
struct Decision<'a> {
    playbook: Option<&'a Playbook>,
    service_messages: bool,
    /// Whether the account is open now.
    open: bool,
    now: UnixMillis,
    about: About<'a>,
    outcome: Outcome,
}

impl<'a> Decision<'a> {
    fn message(&mut self, message: &Message) {
        // A tap on an entry of a message menu arrives as a text, but WeChat counts it as a tap.
        let tapped = matches!(
            message,
            Message::Text {
                menu_choice: Some(_),
                ..
            }
        );
        self.outcome
            .fan
            .window
            .open(if tapped { Deed::Tap } else { Deed::Message }, self.now);
        match message {
            Message::Text {
                content,
                menu_choice,
                ..
            } => {
                let tapped = |id: &String| self.mark_tapped(id) || self.tapped(id);
                if !menu_choice.as_ref().is_some_and(tapped) {
                    self.text(content);
                }
            }
            Message::Voice {
                recognition: Some(words),
                ..
            } if !words.trim().is_empty() => self.text(words),
            _ if self.outcome.fan.with_person().is_some() => self.tell(Told::Wrote),
            Message::Unknown { .. } => {}
            _ if self.reopens() => self.reopen("default"),
            _ => self.default(&Captures::default()),
        }
    }

    /// Takes a tap on a button that says whether an answer helped; `false` for any other.
    fn tapped(&mut self, id: &str) -> bool {
        match self.playbook.and_then(|playbook| playbook.tapped(id)) {
            // The fan stays where they are: the answer may be one of long ago.
            Some(Step::Act { hit, action, .. }) => {
                self.act(hit, action, &Captures::default());
                true
            }
            _ => false,
        }
    }

    fn text(&mut self, content: &str) {
        let text = Text::new(content);
        let Some(playbook) = self.playbook else {
            if self.outcome.fan.with_person().is_some() {
                self.tell(Told::Wrote);
            }
            return;
        };
        let found = match playbook.find_when(&text, self.open) {
            Found::Command(Command::Stop) => {
                self.outcome.fan.pushes_stopped = true;
                return self.reply("command:stop", playbook.stop(), &Captures::default());
            }
            // Who speaks with an agent is speaking to the agent.
            Found::Command(_) if !self.is_assigned() => {
                return self.hand_over("command:human", &Routing::PLAIN);
            }
            Found::Command(_) | Found::Nothing => None,
            Found::Match(found) => Some(found),
        };
        if self.outcome.fan.with_person().is_some() {
            return match playbook.handover().desk() {
                Some(desk) if desk.ends(&text) => self.end(desk),
                _ => self.tell(Told::Wrote),
            };
        }
        if self.mark_written(&text) {
            return;
        }
        if self.step(playbook, &text) {
            return;
        }
        match found {
            Some(Match {
                hit,
                action,
                captures,
            }) => {
                self.answered();
                self.act(hit, action, &captures);
            }
            None => self.unmatched(&whole(&text)),
        }
    }

    /// Takes a step in the text menu that the fan is in; `false` when the word means nothing there.
    fn step(&mut self, playbook: &'a Playbook, text: &Text<'_>) -> bool {
        let Some((place, until)) = self.outcome.fan.place.take() else {
            return false;
        };
        if until <= self.now {
            return false;
        }
        match playbook.step(&place, text) {
            Step::Show(view) | Step::Restart(view) => {
                self.answered();
                self.show(playbook, view);
                true
            }
            Step::Act { place, hit, action } => {
                self.answered();
                self.stand(playbook, place);
                self.act(hit, action, &whole(text));
                true
            }
            Step::Elsewhere => {
                self.outcome.fan.place = Some((place, until));
                false
            }
            Step::Gone => false,
        }
    }

    fn show(&mut self, playbook: &Playbook, view: View<'_>) {
        self.outcome.reply = Some(Reply::text(view.text));
        self.outcome.hit = Some(view.hit.to_owned());
        self.stand(playbook, view.place);
    }

    fn stand(&mut self, playbook: &Playbook, place: Place) {
        let stays = playbook
            .menu(&place.menu)
            .map_or(Duration::ZERO, |menu| menu.expires_after());
        self.outcome.fan.place = Some((place, self.now.plus(stays)));
    }

    fn act(&mut self, hit: &str, action: &Action, captures: &Captures) {
        let Some(playbook) = self.playbook else {
            return;
        };
        match action {
            Action::Reply(reply) => self.reply(hit, reply, captures),
            Action::Menu(name) => {
                if let Some(view) = playbook.open_menu(name) {
                    self.show(playbook, view);
                    self.outcome.hit = Some(hit.to_owned());
                }
            }
            Action::Intent(name) => {
                if let Some(intent) = playbook.intent(name) {
                    let identity = match self.about.identity {
                        _ if !intent.needs_identity() => None,
                        Known::Bound(identity) => Some(identity.to_owned()),
                        Known::NotAsked => {
                            self.outcome.asks_identity = true;
                            return;
                        }
                        Known::Unbound => {
                            if let Some(identity) = playbook.identity() {
                                self.reply(hit, identity.ask(), captures);
                            }
                            return;
                        }
                    };
                    self.reply(hit, intent.reply(), captures);
                    self.outcome.effects.push(Effect::Ask {
                        intent: name.clone(),
                        captures: captures.clone(),
                        identity,
                    });
                }
            }
            Action::Bind => {
                if let Some(identity) = playbook.identity() {
                    self.reply(hit, identity.intent().reply(), captures);
                    let captures = captures.clone();
                    self.outcome.effects.push(Effect::Bind { captures });
                }
            }
            Action::Unbind => {
                if let Some(identity) = playbook.identity() {
                    self.reply(hit, identity.unbound(), captures);
                    self.outcome.effects.push(Effect::Unbind);
                }
            }
            Action::Faq(faq) => {
                self.reply(hit, faq.reply(), captures);
                if self.service_messages {
                    let ask = Effect::Send(faq.ask().clone());
                    self.outcome.effects.push(ask);
                } else if let Some(Reply::Text { content }) = &mut self.outcome.reply {
                    *content = faq.with_hint(content);
                }
            }
            Action::Handover(routing) => self.hand_over(hit, routing),
        }
    }

    /// A reply without a passive form goes out as a service message.
    fn reply(&mut self, hit: &str, reply: &fandesk_playbook::Reply, captures: &Captures) {
        self.outcome.hit = Some(hit.to_owned());
        match reply.expand(captures) {
            Some(Rendered::Passive(reply)) => self.outcome.reply = Some(reply),
            Some(Rendered::Service(message)) => self.outcome.effects.push(Effect::Send(message)),
            None => {}
        }
    }

    fn default(&mut self, captures: &Captures) {
        if let Some(playbook) = self.playbook {
            self.act("default", playbook.default_when(self.open), captures);
        }
    }

    fn event(&mut self, event: &Event, erase_after: Duration) {
        let fan = &mut self.outcome.fan;
        match event {
            Event::Subscribe { scene, .. } => {
                fan.followed = Some(true);
                // Whoever comes back within the grace period is the same person.
                fan.erase_at = None;
                fan.window.open(Deed::Follow, self.now);
                if scene.is_some() {
                    fan.window.open(Deed::Scan, self.now);
                }
                self.outcome.effects.push(Effect::BeginFollow {
                    scene: scene.clone(),
                });
                if let Some((action, segment)) = self
                    .playbook
                    .and_then(|playbook| playbook.welcome_to(scene.as_deref(), self.about.tags))
                {
                    let hit = match (segment, scene) {
                        (Some(tag), _) => format!("welcome.segment:{tag}"),
                        (None, Some(scene)) => format!("welcome:{scene}"),
                        (None, None) => "welcome".to_owned(),
                    };
                    self.act(&hit, action, &Captures::default());
                }
            }
            Event::Unsubscribe => {
                fan.followed = Some(false);
                fan.place = None;
                fan.erase_at = Some(self.now.plus(erase_after));
                self.outcome.effects.push(Effect::EndFollow);
                if self.outcome.fan.with_person().is_some() {
                    self.tell(Told::Left);
                }
                // The account may have another owner when it comes back.
                self.outcome.effects.push(Effect::Unbind);
            }
            Event::Scan { scene, .. } => {
                fan.window.open(Deed::Scan, self.now);
                if let Some(action) = self.playbook.and_then(|playbook| playbook.scan(scene)) {
                    self.act(&format!("scan:{scene}"), action, &Captures::default());
                }
            }
            Event::Click { key } => {
                fan.window.open(Deed::Tap, self.now);
                if let Some(action) = self.playbook.and_then(|playbook| playbook.click(key)) {
                    self.act(&format!("click:{key}"), action, &Captures::default());
                }
            }
            Event::ScanCodePush { .. } | Event::ScanCodeWaitMsg { .. } => {
                fan.window.open(Deed::Tap, self.now)
            }
            Event::UserInfoModified { .. } => {}
            Event::UserAuthorizationRevoke { .. } | Event::UserAuthorizationCancellation { .. } => {
                fan.erase_at = Some(self.now.plus(erase_after));
                self.outcome.effects.push(Effect::Unbind);
            }
            _ => {}
        }
    }
}

/// What a text that no pattern took apart gives to replies.
fn whole(text: &Text<'_>) -> Captures {
    Captures {
        text: text.whole().to_owned(),
        ..Captures::default()
    }
}
