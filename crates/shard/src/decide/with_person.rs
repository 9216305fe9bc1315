//! How a fan gets to a person, speaks with them, and gets back to the bot.

use fandesk_playbook::{Captures, Desk, Handover, Playbook, Routing, Text};
use wechat::Reply;

use super::{Decision, Effect};
use crate::desk::{Case, Reason, Speaker, Telling, Told, mark};
use crate::window::Window;

impl Decision<'_> {
    /// Lets the Desk know of the conversation as it is by now.
    pub(super) fn tell(&mut self, told: Told) {
        if let Some(telling) = Telling::of(told, &self.outcome.fan, self.now) {
            self.outcome.effects.push(Effect::Tell(Box::new(telling)));
        }
    }

    /// Lets the Desk know how often and until when the fan may be written to, if that is otherwise than it `was` while a person speaks
    /// and nothing else tells it: a tap or a scan opens WeChat's window, and is no word for anybody.
    pub(super) fn tell_window(&mut self, was: &Window) {
        let fan = &self.outcome.fan;
        let is_told = |effect: &Effect| matches!(effect, Effect::Tell(_));
        let is_news = fan.with_person().is_some() && fan.window != *was;
        if is_news && !self.outcome.effects.iter().any(is_told) {
            self.tell(Told::Window);
        }
    }

    /// Whether an agent speaks with the fan, and not nobody yet.
    pub(super) fn is_assigned(&self) -> bool {
        let case = self.outcome.fan.with_person();
        case.is_some_and(|case| case.agent.is_some())
    }

    /// Whether what the playbook has no answer for reopens the fan's last conversation.
    pub(super) fn reopens(&self) -> bool {
        let desk = self.outcome.fan.desk.as_ref();
        let case = desk.and_then(|desk| desk.case.as_ref());
        case.is_some_and(|case| case.reopens(self.now))
    }

    /// Something answered the fan: texts without an answer are counted anew.
    pub(super) fn answered(&mut self) {
        if let Some(desk) = &mut self.outcome.fan.desk {
            desk.unmatched = 0;
        }
    }

    /// A text that nothing answers: it reopens a conversation, hands over when it is one too many, or gets the default.
    pub(super) fn unmatched(&mut self, captures: &Captures) {
        if self.reopens() {
            return self.reopen("default");
        }
        let desk = self
            .playbook
            .and_then(|playbook| playbook.handover().desk());
        if let Some(after) = desk.and_then(|desk| desk.unmatched).map(|rule| rule.after) {
            let bears = self.about.desk_bears;
            let count = &mut self.outcome.fan.desk.get_or_insert_default().unmatched;
            *count = count.saturating_add(1).min(after);
            if *count >= after && bears {
                return self.open("default", &Routing::PLAIN, true);
            }
        }
        self.default(captures);
    }

    /// Hands the fan over. A hand-over that says nothing but that goes on with the conversation that may be reopened; one that says to
    /// whom or about what begins another.
    pub(super) fn hand_over(&mut self, hit: &str, routing: &Routing) {
        let Some(playbook) = self.playbook else {
            return;
        };
        let desk = match playbook.handover() {
            Handover::Desk(desk) => desk,
            Handover::Wechat { kf_account } => {
                return self.transfer(playbook, hit, kf_account.as_deref());
            }
        };
        if self.outcome.fan.with_person().is_some() {
            self.tell(Told::AskedPosition);
            return self.reply(hit, &desk.position, &Captures::default());
        }
        if self.reopens() && *routing == Routing::PLAIN {
            return self.reopen(hit);
        }
        self.open(hit, routing, false);
    }

    /// A conversation begins; `unasked` when it does because nothing answered the fan.
    fn open(&mut self, hit: &str, routing: &Routing, unasked: bool) {
        let fan = &mut self.outcome.fan;
        let at_desk = fan.desk.get_or_insert_default();
        at_desk.unmatched = 0;
        at_desk.case = Some(Case::open(self.about.event));
        fan.place = None;
        self.tell(Told::Opened {
            reason: Reason::of_hit(hit),
            routing: routing.clone(),
            unasked,
        });
        self.promise(hit);
    }

    /// The fan wrote again about what counted as done.
    pub(super) fn reopen(&mut self, hit: &str) {
        if let Some(case) = self.outcome.fan.case_mut() {
            case.turn_to(Speaker::Person);
        }
        self.answered();
        self.outcome.fan.place = None;
        self.tell(Told::Reopened);
        self.promise(hit);
    }

    /// The fan has enough of it.
    pub(super) fn end(&mut self, desk: &Desk) {
        let until = self.now.plus(desk.reopen_for);
        if let Some(case) = self.outcome.fan.case_mut() {
            case.turn_to(Speaker::Bot);
            case.reopen_until = Some(until);
        }
        self.tell(Told::Ended);
        self.reply("command:end", &desk.ended, &Captures::default());
    }

    /// Takes a tap on one of the buttons that ask for a mark; `false` for any other.
    pub(super) fn mark_tapped(&mut self, id: &str) -> bool {
        let Some((conversation, score)) = mark::tapped(id) else {
            return false;
        };
        let case = self.outcome.fan.case_mut();
        if case.is_some_and(|case| case.conversation == conversation) {
            self.mark(score);
        }
        // One of another conversation, or too late, still is no text for anybody.
        true
    }

    /// Takes a digit that is the first text after the question, unless the fan is in a menu whose word it may be.
    pub(super) fn mark_written(&mut self, text: &Text<'_>) -> bool {
        let Some(case) = self.outcome.fan.case_mut() else {
            return false;
        };
        if !std::mem::take(&mut case.next_is_mark) {
            return false;
        }
        let in_menu = self.outcome.fan.place.as_ref();
        let in_menu = in_menu.is_some_and(|(_, until)| *until > self.now);
        match mark::written(text.key()) {
            Some(score) if !in_menu => self.mark(score),
            _ => false,
        }
    }

    /// Notes a mark, if it is the first and not too late; says whether it is thanked for.
    fn mark(&mut self, score: u8) -> bool {
        let now = self.now;
        let Some(case) = self.outcome.fan.case_mut() else {
            return false;
        };
        if case.marks_until.is_none_or(|until| until <= now) {
            return false;
        }
        let first = case.score.is_none();
        if first {
            case.score = Some(score);
            case.next_is_mark = false;
            self.tell(Told::Scored(score));
        }
        let desk = self
            .playbook
            .and_then(|playbook| playbook.handover().desk());
        if let Some(desk) = desk {
            self.reply("desk:score", &desk.thanks, &Captures::default());
        }
        true
    }

    /// What a fan is told who waits from now on.
    fn promise(&mut self, hit: &str) {
        let Some(playbook) = self.playbook else {
            return;
        };
        let closed = playbook.outside_hours().filter(|_| !self.open);
        let here = playbook.handover().desk().map(|desk| &desk.reply);
        if let Some(reply) = closed.or(here) {
            self.reply(hit, reply, &Captures::default());
        }
    }

    /// WeChat's customer service takes over, if it is there.
    fn transfer(&mut self, playbook: &Playbook, hit: &str, kf_account: Option<&str>) {
        self.outcome.effects.push(Effect::HandOver);
        if let Some(reply) = playbook.outside_hours().filter(|_| !self.open) {
            return self.reply(hit, reply, &Captures::default());
        }
        self.outcome.hit = Some(hit.to_owned());
        self.outcome.reply = Some(Reply::TransferCustomerService {
            kf_account: kf_account.map(str::to_owned),
        });
    }
}
