//! What is different outside of opening hours: rules, intents, the default, and who wants a person.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows them in test functions, and these are called by such"
)]

use fandesk_playbook::{Action, Captures, Format, Found, Playbook, Rendered, Text};

/// Line 1 to 4 of every document here: open on weekdays from nine to six in China.
const HOURS: &str = "default = { text = \"?\" }\n[hours]\nzone = \"+08:00\"\nopen = [{ days = [\"mon-fri\"], times = [\"09:00-18:00\"] }]\n";

/// Monday 2026-03-02 09:00 and 18:00 in China.
const OPENS: i64 = 1_772_413_200_000;
const CLOSES: i64 = OPENS + 9 * 3_600_000;

fn playbook(rest: &str) -> Playbook {
    Playbook::parse(&format!("{HOURS}{rest}"), Format::Toml)
        .unwrap()
        .playbook
}

fn warnings(rest: &str) -> Vec<String> {
    let parsed = Playbook::parse(&format!("{HOURS}{rest}"), Format::Toml).unwrap();
    parsed.warnings.iter().map(ToString::to_string).collect()
}

fn mistake(document: &str) -> String {
    Playbook::parse(document, Format::Toml)
        .unwrap_err()
        .to_string()
}

/// What answers a text while open, and while closed.
fn hits(rest: &str, text: &str) -> [Option<String>; 2] {
    let playbook = playbook(rest);
    [true, false].map(|open| match playbook.find_when(&Text::new(text), open) {
        Found::Match(found) => Some(found.hit.to_owned()),
        _ => None,
    })
}

fn shown(action: &Action) -> Option<String> {
    let Action::Reply(reply) = action else {
        return None;
    };
    match reply.expand(&Captures::default())? {
        Rendered::Passive(wechat::Reply::Text { content }) => Some(content),
        _ => None,
    }
}

fn some(hit: &str) -> Option<String> {
    Some(hit.to_owned())
}

#[test]
fn it_is_open_from_the_first_moment_to_the_last() {
    let playbook = playbook("");
    let open = [OPENS - 1, OPENS, CLOSES - 1, CLOSES].map(|at| playbook.is_open(at));
    assert_eq!(open, [false, true, true, false]);
}

#[test]
fn without_hours_it_is_always_open() {
    let playbook = Playbook::parse("default = { text = \"?\" }", Format::Toml)
        .unwrap()
        .playbook;
    assert!(playbook.is_open(0) && playbook.is_open(CLOSES));
    assert_eq!(playbook.outside_hours(), None);
}

#[test]
fn a_word_may_have_one_answer_while_open_and_another_while_closed() {
    for trigger in [
        "exact = [\"a\"]",
        "prefix = [\"a\"]",
        "contains = [\"a\"]",
        "pattern = \"a\"",
    ] {
        let rules = format!(
            "[[rule]]\nname = \"o\"\n{trigger}\nduring = \"open\"\nreply.text = \"o\"\n\
             [[rule]]\nname = \"c\"\n{trigger}\nduring = \"closed\"\nreply.text = \"c\""
        );
        assert_eq!(
            hits(&rules, "a"),
            [some("rule:o"), some("rule:c")],
            "{trigger}"
        );
        assert_eq!(warnings(&rules), [""; 0], "{trigger}");
    }
}

#[test]
fn what_always_counts_stands_behind_what_counts_now() {
    let rules = "[[rule]]\nname = \"c\"\nexact = [\"a\"]\nduring = \"closed\"\nreply.text = \"c\"\n\
                 [[rule]]\nname = \"a\"\nexact = [\"a\"]\nreply.text = \"a\"";
    assert_eq!(hits(rules, "a"), [some("rule:a"), some("rule:c")]);
    assert_eq!(warnings(rules), [""; 0]);
}

#[test]
fn an_intent_may_be_asked_while_open_only() {
    let intent = "[[intent]]\nname = \"i\"\npattern = \"查\"\nduring = \"open\"\nreply.text = \"r\"\nanswer.text = \"a\"\nsorry.text = \"s\"\nrequest.url = \"https://e.com\"\n\
                  [[rule]]\nname = \"r\"\ncontains = [\"查\"]\nreply.text = \"r\"";
    assert_eq!(hits(intent, "查 1"), [some("intent:i"), some("rule:r")]);
    assert_eq!(warnings(intent), [""; 0]);
}

#[test]
fn what_is_dead_at_the_only_time_when_it_counts_is_told() {
    let rules = "[[rule]]\nname = \"a\"\nexact = [\"a\"]\nreply.text = \"a\"\n\
                 [[rule]]\nname = \"c\"\nexact = [\"a\"]\nduring = \"closed\"\nreply.text = \"c\"";
    assert_eq!(
        warnings(rules),
        [
            "playbook:9: rule[1]: rule \"c\" can never match: \"a\" (line 7) matches everything it does, and comes first"
        ]
    );
}

#[test]
fn what_is_dead_both_open_and_closed_is_told_once() {
    let rules = "[[rule]]\nname = \"o\"\nexact = [\"a\"]\nduring = \"open\"\nreply.text = \"o\"\n\
                 [[rule]]\nname = \"c\"\nexact = [\"a\"]\nduring = \"closed\"\nreply.text = \"c\"\n\
                 [[rule]]\nname = \"a\"\nexact = [\"a\"]\nreply.text = \"a\"";
    assert_eq!(
        warnings(rules),
        [
            "playbook:15: rule[2]: rule \"a\" can never match: \"a\" (line 7) matches everything it does, and comes first"
        ]
    );
}

#[test]
fn the_default_may_be_another_while_closed() {
    let playbook = playbook("default = { text = \"zzz\" }");
    let shown = [true, false].map(|open| shown(playbook.default_when(open)));
    assert_eq!(shown, [some("?"), some("zzz")]);
}

#[test]
fn without_one_of_its_own_the_default_is_the_same_while_closed() {
    assert_eq!(shown(playbook("").default_when(false)), some("?"));
}

#[test]
fn who_wants_a_person_while_closed_is_told_so() {
    let told = |rest: &str| {
        let reply = playbook(rest).outside_hours().unwrap().clone();
        shown(&Action::Reply(reply)).unwrap()
    };
    assert!(told("").starts_with("现在不是服务时间"));
    assert_eq!(told("[handover]\noutside_hours.text = \"zzz\""), "zzz");
}

#[test]
fn what_refers_to_hours_needs_them() {
    let rule = "default = { text = \"?\" }\n[[rule]]\nexact = [\"a\"]\nduring = \"open\"\nreply.text = \"a\"";
    assert_eq!(
        mistake(rule),
        "playbook:4: rule[0].during: this playbook has no [hours]"
    );
    let handover = "default = { text = \"?\" }\n[handover]\noutside_hours.text = \"zzz\"";
    assert_eq!(
        mistake(handover),
        "playbook:3: handover.outside_hours: this playbook has no [hours]"
    );
}

#[test]
fn there_are_two_times() {
    let rule = format!("{HOURS}[[rule]]\nexact = [\"a\"]\nduring = \"night\"\nreply.text = \"a\"");
    assert_eq!(
        mistake(&rule),
        "playbook:7: rule[0].during: \"night\" is not known; known: \"open\", \"closed\""
    );
}
