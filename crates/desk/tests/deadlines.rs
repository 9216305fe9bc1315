//! By when a fan is answered: clocks in the team's hours, exact however late they are looked at.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed test is what a test is for"
)]

mod support;

use fandesk_desk::changes::Told;
use fandesk_desk::deadline::{Clock, Kind, Ring};
use fandesk_desk::policy::Target;
use fandesk_desk::{Deed, UnixMillis};
use fandesk_playbook::OpeningHours;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{DAY, MINUTE, MORNING, Office, SECOND, agent, opened, person};

const HOUR: i64 = 60 * MINUTE;

/// One agent, in a team that promises this.
fn office(policy: Value, hours: Value) -> Office {
    let team = json!({ "id": "desk", "policy": policy, "hours": hours });
    let mut office = Office::new(&[person("an", 9, &["desk"], &[])], &[team]);
    office.connect("an");
    office
}

fn usual() -> Office {
    office(json!({}), Value::Null)
}

/// The clocks of a conversation: which, and when they are over, from the morning on.
fn clocks(office: &Office, id: &str) -> Vec<(Kind, i64)> {
    let clocks = office.get(id).clocks.iter();
    clocks
        .map(|clock| (clock.kind, clock.due_at.0 - MORNING))
        .collect()
}

fn breaches(office: &Office, id: &str) -> Vec<(Kind, i64)> {
    let breaches = office.get(id).breaches.iter();
    breaches
        .map(|breach| (breach.kind, breach.at.0 - MORNING))
        .collect()
}

/// What rang in the last turn.
fn rang(office: &Office) -> Vec<(Kind, Ring)> {
    let told = office.changes.feed.iter();
    told.filter_map(|told| match told {
        Told::Deadline { kind, ring, .. } => Some((*kind, *ring)),
        Told::Entry { .. } => None,
    })
    .collect()
}

#[test]
fn a_fan_is_promised_an_answer_in_fifteen_minutes_and_an_end_in_thirty() {
    let mut office = usual();
    office.open("1");
    let promised = [
        (Kind::FirstAnswer, 15 * MINUTE),
        (Kind::Resolution, 30 * MINUTE),
    ];
    assert_eq!(clocks(&office, "1"), promised);
}

#[test]
fn a_warning_comes_before_and_the_breach_at_its_moment() {
    let mut office = usual();
    office.open("1");
    let due = |office: &Office| office.desk.next_due(UnixMillis(office.now)).unwrap().0 - MORNING;
    assert_eq!(due(&office), 12 * MINUTE);
    office.wait(12 * MINUTE - 1);
    assert_eq!(rang(&office), []);
    office.wait(1);
    assert_eq!(rang(&office), [(Kind::FirstAnswer, Ring::Warning)]);
    assert!(office.get("1").is_warned(UnixMillis(office.now)));
    assert_eq!(due(&office), 15 * MINUTE);
    office.wait(3 * MINUTE);
    assert_eq!(rang(&office), [(Kind::FirstAnswer, Ring::Breach)]);
    assert_eq!(breaches(&office, "1"), [(Kind::FirstAnswer, 15 * MINUTE)]);
    assert!(office.get("1").is_breached());
    // It is told once.
    office.wait(MINUTE);
    assert_eq!(rang(&office), []);
}

#[test]
fn a_breach_that_is_noticed_late_is_recorded_at_its_moment() {
    let mut office = usual();
    office.open("1");
    // As after an outage.
    office.wait(2 * HOUR);
    let moments = [
        (Kind::FirstAnswer, 15 * MINUTE),
        (Kind::Resolution, 30 * MINUTE),
    ];
    assert_eq!(breaches(&office, "1"), moments);
    let rings = [
        (Kind::FirstAnswer, Ring::Breach),
        (Kind::Resolution, Ring::Breach),
    ];
    assert_eq!(rang(&office), rings);
}

#[test]
fn an_answer_in_time_is_in_time_though_its_news_come_late() {
    let mut office = usual();
    office.open("1");
    office.wait(15 * MINUTE + 5);
    assert_eq!(breaches(&office, "1").len(), 1);
    office.row(
        "sent",
        "1",
        json!({ "at": MORNING + 15 * MINUTE - 1, "entry": { "kind": "text", "text": "您好" } }),
    );
    assert_eq!(breaches(&office, "1"), []);
    let mut late = usual();
    late.open("1");
    late.now += 15 * MINUTE + 5;
    late.row(
        "sent",
        "1",
        json!({ "at": MORNING + 15 * MINUTE, "entry": { "kind": "text", "text": "您好" } }),
    );
    assert_eq!(breaches(&late, "1"), [(Kind::FirstAnswer, 15 * MINUTE)]);
}

#[test]
fn what_the_fan_writes_after_an_answer_has_a_clock_of_its_own() {
    let mut office = usual();
    office.open("1");
    office.now += MINUTE;
    office.sent("1", "an");
    assert_eq!(clocks(&office, "1").len(), 1, "nothing waits for an answer");
    office.now += MINUTE;
    office.wrote("1");
    office.now += MINUTE;
    // The second text in a row does not start it anew.
    office.wrote("1");
    let next = clocks(&office, "1")
        .into_iter()
        .find(|(kind, _)| *kind == Kind::NextAnswer);
    assert_eq!(next, Some((Kind::NextAnswer, 17 * MINUTE)));
}

#[test]
fn the_end_is_not_counted_while_it_is_the_fans_turn() {
    let mut office = usual();
    office.open("1");
    office.now += 10 * MINUTE;
    office.sent("1", "an");
    assert_eq!(office.get("1").clocks[0].left, Some(20 * MINUTE));
    office.wait(2 * HOUR);
    assert_eq!(breaches(&office, "1"), []);
    office.wrote("1");
    let resolution = clocks(&office, "1")[0];
    assert_eq!(
        resolution,
        (Kind::Resolution, 10 * MINUTE + 2 * HOUR + 20 * MINUTE)
    );
}

#[test]
fn on_hold_the_end_is_not_counted_but_the_answer_is() {
    let mut office = usual();
    office.open("1");
    office.deed(&agent("an"), "1", Deed::Hold).unwrap();
    office.wait(HOUR);
    // Who holds without a word has not answered.
    assert_eq!(breaches(&office, "1"), [(Kind::FirstAnswer, 15 * MINUTE)]);
    office.deed(&agent("an"), "1", Deed::Resume).unwrap();
    let resolution = clocks(&office, "1")
        .into_iter()
        .find(|(kind, _)| *kind == Kind::Resolution);
    assert_eq!(resolution, Some((Kind::Resolution, HOUR + 30 * MINUTE)));
}

#[test]
fn what_is_done_has_no_clocks_and_what_comes_back_has_new_ones() {
    let mut office = usual();
    office.open("1");
    office.sent("1", "an");
    office.deed(&agent("an"), "1", Deed::Resolve).unwrap();
    assert_eq!(clocks(&office, "1"), []);
    office.now += HOUR;
    office.row("reopened", "1", json!({ "epoch": 5 }));
    let promised = [
        (Kind::NextAnswer, HOUR + 15 * MINUTE),
        (Kind::Resolution, HOUR + 30 * MINUTE),
    ];
    assert_eq!(clocks(&office, "1"), promised);
}

#[test]
fn a_tag_makes_a_promise_shorter_from_when_it_is_given() {
    let policy = json!({ "by_tag": { "complaint": { "first_answer_ms": 5 * MINUTE, "resolution_ms": 10 * MINUTE, "priority": 3 } } });
    let mut office = office(policy, Value::Null);
    office.row("opened", "1", opened(json!({ "tags": ["complaint"] })));
    assert_eq!(clocks(&office, "1")[0], (Kind::FirstAnswer, 5 * MINUTE));
    assert_eq!(office.get("1").priority, 3);
    office.open("2");
    office.now += 2 * MINUTE;
    office.sent("2", "an");
    office.wrote("2");
    let tags = Deed::Tags(vec!["complaint".to_owned()]);
    office.deed(&agent("an"), "2", tags.clone()).unwrap();
    // Two minutes of the end have gone by already.
    assert_eq!(clocks(&office, "2")[0], (Kind::Resolution, 10 * MINUTE));
    // What is late by the new promise is late now, not before anybody made it.
    let mut late = self::office(
        json!({ "by_tag": { "complaint": { "first_answer_ms": MINUTE } } }),
        Value::Null,
    );
    late.open("3");
    late.now += 4 * MINUTE;
    late.deed(&agent("an"), "3", tags).unwrap();
    assert_eq!(breaches(&late, "3"), [(Kind::FirstAnswer, 4 * MINUTE)]);
}

#[test]
fn clocks_stand_while_the_team_is_not_there() {
    let hours =
        json!({ "zone": "+08:00", "open": [{ "days": ["mon-fri"], "times": ["09:00-18:00"] }] });
    let mut office = office(json!({}), hours);
    // Ten past six in the evening of Friday.
    office.now = MORNING + 4 * DAY + 8 * HOUR + 10 * MINUTE;
    office.open("1");
    let monday = 7 * DAY - HOUR;
    assert_eq!(
        clocks(&office, "1")[0],
        (Kind::FirstAnswer, monday + 15 * MINUTE)
    );
    let due = office.desk.next_due(UnixMillis(office.now)).unwrap();
    assert_eq!(due.0 - MORNING, monday + 12 * MINUTE);
}

#[test]
fn a_promise_that_a_team_takes_back_is_over() {
    let mut office = usual();
    office.open("1");
    let team = json!({ "id": "desk", "policy": { "resolution_ms": null, "first_answer_ms": 20 * MINUTE } });
    office.staff(&[person("an", 9, &["desk"], &[])], &[team]);
    assert_eq!(clocks(&office, "1"), [(Kind::FirstAnswer, 20 * MINUTE)]);
}

#[test]
fn a_team_that_never_opens_promises_nothing() {
    let mut office = office(json!({}), json!({ "zone": "+08:00", "open": [] }));
    office.open("1");
    assert_eq!(clocks(&office, "1"), []);
}

/// Weeks with a hole in each day, and sometimes none at all.
fn hours() -> impl Strategy<Value = Option<OpeningHours>> {
    prop::option::of(
        (0_i64..12, 1_i64..12, any::<bool>()).prop_map(|(from, long, weekends)| {
            let days = if weekends { "mon-sun" } else { "mon-fri" };
            let times = format!("{from:02}:00-{:02}:30", from + long);
            OpeningHours::read(
                &json!({ "zone": "+00:00", "open": [{ "days": [days], "times": [times] }] }),
            )
            .unwrap()
        }),
    )
}

/// What happens to a clock.
#[derive(Clone, Copy, Debug)]
enum Happens {
    Pause,
    Resume,
    Looked,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Minute by minute: a minute counts when the team is there and the clock does not stand.
    #[test]
    fn a_clock_agrees_with_a_walk_minute_by_minute(
        hours in hours(),
        start in 0_i64..7 * 24 * 60,
        span in 1_i64..600,
        warn in 0_i64..60,
        steps in prop::collection::vec((1_i64..900, prop::sample::select(
            &[Happens::Pause, Happens::Resume, Happens::Looked][..])), 0..8),
    ) {
        let at = |minute: i64| UnixMillis(MORNING - 2 * HOUR + minute * MINUTE);
        let hours = hours.as_ref();
        let is_open = |minute: i64| hours.is_none_or(|hours| hours.is_open(at(minute).0));
        let target = Target { span: span * MINUTE, warn: warn * MINUTE };
        let mut clock = Clock::start(Kind::Resolution, target, at(start), hours).unwrap();
        let (mut minute, mut counted, mut stands) = (start, 0, false);
        let (mut warned_at, mut over_at) = (None, None);
        let mut heard = Vec::new();
        // A last look when all has to be over.
        let steps = steps.into_iter().chain([(0, Happens::Resume), (30 * 24 * 60, Happens::Looked)]);
        for (wait, happens) in steps {
            for _ in 0..wait {
                if over_at.is_none() && !stands {
                    counted += i64::from(is_open(minute));
                    if counted == span {
                        over_at = Some(minute + 1);
                    } else if counted == span - warn && warned_at.is_none() {
                        warned_at = Some(minute + 1);
                    }
                }
                minute += 1;
            }
            heard.extend(clock.ring(at(minute)));
            match happens {
                Happens::Pause => { clock.pause(at(minute), hours); stands = true; }
                Happens::Resume => { clock.resume(at(minute), hours); stands = false; }
                Happens::Looked => {}
            }
        }
        prop_assert_eq!(clock.breached_at, over_at.map(at));
        prop_assert_eq!(heard.iter().filter(|ring| **ring == Ring::Breach).count(), 1);
        // A warning is heard at most once, before the breach, and only when there is one.
        let warnings = heard.iter().filter(|ring| **ring == Ring::Warning).count();
        prop_assert!(warnings <= usize::from(warn > 0 && warn < span && warned_at.is_some()));
        prop_assert_eq!(heard.last(), Some(&Ring::Breach));
    }

    /// However often the desk wakes, and however late it hears, the same breaches are recorded.
    #[test]
    fn when_the_desk_looks_and_hears_makes_no_difference(
        messages in prop::collection::vec((1_i64..40 * 60, any::<bool>(), 0_i64..900), 0..10),
        looks in prop::collection::vec(1_i64..3 * 60 * 60, 0..20),
    ) {
        let mut slow = usual();
        let mut prompt = usual();
        for office in [&mut slow, &mut prompt] {
            office.open("1");
        }
        let mut looks = looks.into_iter().map(|look| MORNING + look * SECOND).collect::<Vec<_>>();
        looks.sort_unstable();
        let mut at = MORNING;
        for (wait, by_fan, late) in messages {
            at += wait * SECOND;
            let kind = if by_fan { "wrote" } else { "sent" };
            prompt.now = at;
            prompt.row(kind, "1", json!({ "at": at }));
            let heard = slow.now.max(at + late * SECOND);
            for look in looks.extract_if(.., |look| *look < heard) {
                slow.now = slow.now.max(look);
                slow.wait(0);
            }
            slow.now = heard;
            slow.row(kind, "1", json!({ "at": at }));
        }
        for office in [&mut slow, &mut prompt] {
            office.now = office.now.max(at) + 3 * HOUR;
            office.wait(0);
        }
        prop_assert_eq!(breaches(&slow, "1"), breaches(&prompt, "1"));
        prop_assert_eq!(clocks(&slow, "1"), clocks(&prompt, "1"));
    }
}
