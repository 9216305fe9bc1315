//! What a fan would see, before anything is published.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows them in test functions, and these are called by such"
)]

use fandesk_playbook::{Circumstances, Deed, Format, Place, Playbook, Preview, Then};
use wechat::Reply;
use wechat::api::custom::ServiceMessage;

const OPEN: Circumstances<'static> = Circumstances {
    place: None,
    open: true,
    service_messages: true,
};

const DEMO: &str = include_str!("../../../playbook.demo.toml");

fn playbook(document: &str) -> Playbook {
    Playbook::parse(document, Format::Toml).unwrap().playbook
}

fn said<'p>(preview: &'p Preview<'_>) -> &'p str {
    match &preview.reply {
        Some(Reply::Text { content }) => content,
        other => panic!("no text: {other:?}"),
    }
}

#[test]
fn a_text_shows_the_answer_of_the_rule_that_it_hits() {
    let playbook = playbook(
        "default = { text = \"?\" }\n[[rule]]\nname = \"go\"\nprefix = [\"GO\"]\nreply = { text = \"to {rest}\" }",
    );
    let shown = playbook.preview(Deed::Text("ｇｏ west"), OPEN);
    assert_eq!(
        (said(&shown), shown.hit.as_deref()),
        ("to west", Some("rule:go"))
    );
    let shown = playbook.preview(Deed::Text("nothing of that"), OPEN);
    assert_eq!((said(&shown), shown.hit.as_deref()), ("?", Some("default")));
}

#[test]
fn each_step_in_a_text_menu_begins_where_the_last_one_ended() {
    let playbook = playbook(DEMO);
    let first = playbook.preview(Deed::Text("菜单"), OPEN);
    let top = first.place.clone().unwrap();
    assert!(top.path.is_empty());
    let given = Circumstances {
        place: Some(&top),
        ..OPEN
    };
    let second = playbook.preview(Deed::Text("1"), given);
    assert_eq!(second.place.as_ref().unwrap().path, ["1"]);
    assert_ne!(said(&first), said(&second));
    let given = Circumstances {
        place: second.place.as_ref(),
        ..OPEN
    };
    assert_eq!(
        said(&playbook.preview(Deed::Text("0"), given)),
        said(&first)
    );
}

#[test]
fn a_place_that_the_document_has_no_more_starts_again() {
    let playbook = playbook(DEMO);
    let menu = playbook
        .preview(Deed::Text("菜单"), OPEN)
        .place
        .unwrap()
        .menu;
    let lost = Place {
        menu,
        path: vec!["no such entry".to_owned()],
    };
    let given = Circumstances {
        place: Some(&lost),
        ..OPEN
    };
    let shown = playbook.preview(Deed::Text("1"), given);
    assert!(shown.place.unwrap().path.is_empty());
}

#[test]
fn what_follows_an_answer_is_told_with_it() {
    let playbook = playbook(DEMO);
    let human = playbook.preview(Deed::Text("人工"), OPEN);
    assert!(matches!(human.then, Some(Then::HandOver(_))));
    assert!(!said(&human).is_empty());
    let asked = playbook.preview(Deed::Text("查物流 12345"), OPEN);
    assert!(matches!(asked.then, Some(Then::Ask(_))));
    let stop = playbook.preview(Deed::Text("TD"), OPEN);
    assert_eq!(stop.then, Some(Then::Stop));
}

#[test]
fn a_hand_over_says_something_else_while_the_account_is_closed() {
    let playbook = playbook(
        "default = { text = \"?\" }\n[hours]\nzone = \"+08:00\"\n[[hours.open]]\ntimes = [\"09:00-18:00\"]\n[handover]\nreply = { text = \"one moment\" }\noutside_hours = { text = \"closed\" }",
    );
    assert_eq!(
        said(&playbook.preview(Deed::Text("人工"), OPEN)),
        "one moment"
    );
    let closed = Circumstances {
        open: false,
        ..OPEN
    };
    assert_eq!(
        said(&playbook.preview(Deed::Text("人工"), closed)),
        "closed"
    );
}

#[test]
fn a_tap_and_a_follow_show_what_they_lead_to_and_an_unknown_key_nothing() {
    let playbook = playbook(
        "default = { text = \"?\" }\n[welcome]\nreply = { text = \"hello\" }\n[[click]]\nkey = \"A\"\nreply = { text = \"tapped\" }",
    );
    assert_eq!(said(&playbook.preview(Deed::Click("A"), OPEN)), "tapped");
    assert_eq!(said(&playbook.preview(Deed::Follow(None), OPEN)), "hello");
    assert_eq!(playbook.preview(Deed::Click("B"), OPEN), Preview::default());
}

#[test]
fn a_question_is_followed_by_buttons_or_by_words_and_a_button_leads_on() {
    let playbook = playbook(
        "default = { text = \"?\" }\n[[faq]]\nname = \"help\"\nkeywords = [\"faq\"]\ntext = \"Which?\"\n\
         [[faq.category]]\nname = \"price\"\n[[faq.category.item]]\nquestion = \"How much?\"\nanswer = { text = \"Ten\" }",
    );
    let place = Place {
        menu: "help".to_owned(),
        path: vec!["1".to_owned()],
    };
    let given = Circumstances {
        place: Some(&place),
        ..OPEN
    };
    let shown = playbook.preview(Deed::Text("1"), given);
    assert_eq!(said(&shown), "Ten");
    let [ServiceMessage::Msgmenu { list, .. }] = shown.messages.as_slice() else {
        panic!("buttons: {:?}", shown.messages)
    };
    let unsolved = Deed::Choice(&list[1].id, &list[1].content);
    let human = playbook.preview(unsolved, given);
    assert!(matches!(human.then, Some(Then::HandOver(_))));
    let given = Circumstances {
        service_messages: false,
        ..given
    };
    let shown = playbook.preview(Deed::Text("1"), given);
    assert!(said(&shown).starts_with("Ten\n") && shown.messages.is_empty());
}
