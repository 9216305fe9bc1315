//! What a playbook says of the desk.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows them in test functions, and these are called by such"
)]

use std::time::Duration;

use fandesk_playbook::{Action, Format, Playbook, Routing, Text, Unmatched};

fn playbook(rest: &str) -> Playbook {
    let document = format!("default = {{ text = \"?\" }}\n{rest}");
    Playbook::parse(&document, Format::Toml).unwrap().playbook
}

#[test]
fn a_hand_over_may_name_a_team_skills_and_tags() {
    let playbook = playbook(
        "[[click]]\nkey = \"A\"\nhandover = { team = \"sales\", skills = [\"phone\"], tags = [\"complaint\"] }",
    );
    let routing = Routing {
        team: Some("sales".to_owned()),
        skills: vec!["phone".to_owned()],
        tags: vec!["complaint".to_owned()],
    };
    assert_eq!(playbook.click("A"), Some(&Action::Handover(routing)));
}

#[test]
fn without_a_word_of_it_a_conversation_ends_by_its_usual_word_and_is_reopened_for_a_week() {
    let playbook = playbook("");
    let desk = playbook.handover().desk().unwrap();
    assert!(desk.ends(&Text::new("结束服务。")));
    assert!(!desk.ends(&Text::new("结束")));
    assert_eq!(desk.reopen_for, Duration::from_secs(7 * 24 * 3600));
    assert_eq!(desk.unmatched, None);
}

#[test]
fn the_desk_says_what_the_document_has() {
    let playbook = playbook(
        "[handover]\nend = [\"Bye\"]\nreopen_days = 2\nask = \"好吗？\"\nthanks.text = \"谢\"\n\
         unmatched = { after = 3, per_minute = 6 }",
    );
    let desk = playbook.handover().desk().unwrap();
    assert!(desk.ends(&Text::new("bye!")));
    assert!(!desk.ends(&Text::new("结束服务")));
    assert_eq!(desk.reopen_for, Duration::from_secs(2 * 24 * 3600));
    assert_eq!(desk.ask, "好吗？");
    let unmatched = Unmatched {
        after: 3,
        per_minute: 6,
    };
    assert_eq!(desk.unmatched, Some(unmatched));
}

#[test]
fn texts_without_an_answer_hand_over_all_or_by_a_rate() {
    let document = "default = { handover = true }\n[handover]\nunmatched = { after = 3 }";
    let mistake = Playbook::parse(document, Format::Toml).unwrap_err();
    assert_eq!(
        mistake.to_string(),
        "playbook:3: handover.unmatched: `default` hands every text over that nothing answers: let it reply, or leave this out"
    );
}
