//! Lists of questions: what a fan sees, what is counted, and what their author is told.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy.toml allows them in test functions, and these are called by such"
)]

use fandesk_playbook::{Action, Format, Place, Playbook, Routing, Step, Text};
use wechat::account::{Account, AccountType};
use wechat::api::custom::{MenuChoice, ServiceMessage};

const DOCUMENT: &str = r#"
default = { text = "?" }
[[faq]]
name = "help"
keywords = ["faq"]
text = "Questions:"
[[faq.category]]
name = "warranty"
[[faq.category.item]]
question = "How long?"
answer = { text = "A year." }
[[faq.category.item]]
name = "screen"
question = "Does it cover a broken screen, and what does it cost if it does not?"
answer = { text = "No." }
[[faq.category]]
name = "parcels"
text = "About parcels:"
[[faq.category.item]]
question = "Where is it?"
answer = { image = "MAP" }
"#;

fn playbook(document: &str) -> Playbook {
    Playbook::parse(document, Format::Toml).unwrap().playbook
}

fn mistake(document: &str) -> String {
    Playbook::parse(document, Format::Toml)
        .unwrap_err()
        .to_string()
}

/// Where a fan stands who chose these.
fn at(path: &[&str]) -> Place {
    Place {
        menu: "help".to_owned(),
        path: path.iter().map(|key| (*key).to_owned()).collect(),
    }
}

/// The hit of a step, with the action.
fn acted<'p>(step: Step<'p>) -> (&'p str, &'p Action) {
    match step {
        Step::Act { hit, action, .. } => (hit, action),
        other => panic!("{other:?}"),
    }
}

#[test]
fn categories_and_their_questions_are_numbered() {
    let playbook = playbook(DOCUMENT);
    let root = playbook.open_menu("help").unwrap();
    assert_eq!(
        (root.text, root.hit),
        ("Questions:\n\n1 warranty\n2 parcels", "faq:help")
    );
    let Step::Show(level) = playbook.step(&root.place, &Text::new("2")) else {
        panic!()
    };
    assert_eq!(
        (level.text, level.hit),
        (
            "About parcels:\n\n1 Where is it?\n\n0 返回上级",
            "faq:help/parcels"
        )
    );
}

#[test]
fn an_answer_counts_under_the_names_of_its_question() {
    let playbook = playbook(DOCUMENT);
    let hit =
        |category: &str, item: &str| acted(playbook.step(&at(&[category]), &Text::new(item))).0;
    assert_eq!(hit("1", "1"), "faq:help/warranty/How long?");
    assert_eq!(hit("1", "2"), "faq:help/warranty/screen");
    assert_eq!(hit("2", "1"), "faq:help/parcels/Where is it?");
}

#[test]
fn after_an_answer_the_two_words_say_whether_it_helped() {
    let playbook = playbook(DOCUMENT);
    let place = at(&["1", "2"]);
    let (hit, action) = acted(playbook.step(&place, &Text::new("已解决！")));
    assert_eq!(hit, "faq:help/warranty/screen/solved");
    assert!(matches!(action, Action::Reply(_)));
    let (hit, action) = acted(playbook.step(&place, &Text::new("未解决")));
    assert_eq!(hit, "faq:help/warranty/screen/unsolved");
    assert_eq!(action, &Action::Handover(Routing::PLAIN));
    // The next question is one number away all the same.
    let (hit, _) = acted(playbook.step(&place, &Text::new("1")));
    assert_eq!(hit, "faq:help/warranty/How long?");
}

#[test]
fn before_an_answer_the_two_words_mean_nothing() {
    let playbook = playbook(DOCUMENT);
    for path in [&[][..], &["1"]] {
        assert_eq!(
            playbook.step(&at(path), &Text::new("已解决")),
            Step::Elsewhere
        );
    }
}

/// The buttons below an answer, by the place of its question.
fn buttons(playbook: &Playbook, category: &str, item: &str) -> Vec<MenuChoice> {
    let (_, action) = acted(playbook.step(&at(&[category]), &Text::new(item)));
    let Action::Faq(faq) = action else {
        panic!("{action:?}")
    };
    match faq.ask() {
        ServiceMessage::Msgmenu { list, .. } => list.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_button_counts_for_its_question_after_the_document_has_changed() {
    let before = playbook(DOCUMENT);
    let [yes, no] = &buttons(&before, "2", "1")[..] else {
        panic!()
    };
    assert_eq!(
        [yes.content.as_str(), no.content.as_str()],
        ["已解决", "未解决"]
    );
    // Another category comes first now, so the numbers are others.
    let after = playbook(&DOCUMENT.replacen(
        "[[faq.category]]",
        "[[faq.category]]\nname = \"new\"\nitem = [{ question = \"q\", answer = { text = \"a\" } }]\n[[faq.category]]",
        1,
    ));
    let hit = |id: &str| acted(after.tapped(id).unwrap()).0;
    assert_eq!(hit(&yes.id), "faq:help/parcels/Where is it?/solved");
    assert_eq!(hit(&no.id), "faq:help/parcels/Where is it?/unsolved");
    assert!(yes.id.len() <= 32 && yes.id.is_ascii());
}

#[test]
fn a_tap_on_something_else_is_a_text() {
    let playbook = playbook(DOCUMENT);
    assert_eq!(playbook.tapped("101"), None);
    assert_eq!(playbook.tapped(""), None);
}

#[test]
fn where_there_are_no_buttons_the_question_stands_below_the_answer_and_fits() {
    let playbook = playbook(DOCUMENT);
    let (_, action) = acted(playbook.step(&at(&["1"]), &Text::new("1")));
    let Action::Faq(faq) = action else { panic!() };
    assert_eq!(
        faq.with_hint("A year."),
        "A year.\n\n这解决了您的问题吗？\nDid this help?\n回复“已解决”或“未解决”。"
    );
    let long = faq.with_hint(&"查".repeat(2000));
    assert!(long.len() <= 2048 && long.ends_with("回复“已解决”或“未解决”。"));
    assert!(long.contains('…'));
}

#[test]
fn words_and_thanks_can_be_ones_own() {
    let document = DOCUMENT.replace(
        "[[faq.category]]\nname = \"warranty\"",
        "helped = { ask = \"OK?\", yes = \"Yes\", no = \"No\", thanks = { text = \"Fine.\" } }\n[[faq.category]]\nname = \"warranty\"",
    );
    let playbook = playbook(&document);
    let (hit, _) = acted(playbook.step(&at(&["1", "1"]), &Text::new("yes")));
    assert_eq!(hit, "faq:help/warranty/How long?/solved");
    let words: Vec<String> = buttons(&playbook, "1", "1")
        .into_iter()
        .map(|choice| choice.content)
        .collect();
    assert_eq!(words, ["Yes", "No"]);
}

#[test]
fn an_account_without_service_messages_can_only_answer_with_texts() {
    let parsed = Playbook::parse(DOCUMENT, Format::Toml).unwrap();
    let account = |verified| Account {
        kind: AccountType::Subscription,
        verified,
    };
    let mistake = parsed.refused_by(account(false)).unwrap();
    assert_eq!(
        (mistake.line, mistake.field.as_str()),
        (Some(21), "faq[0].category[1].item[0].answer.image")
    );
    assert_eq!(parsed.refused_by(account(true)), None);
}

fn with(from: &str, to: &str) -> String {
    assert!(DOCUMENT.contains(from));
    mistake(&DOCUMENT.replacen(from, to, 1))
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    assert_eq!(
        with("name = \"parcels\"", "name = \"warranty\""),
        "playbook:17: faq[0].category[1].name: \"warranty\" is here already"
    );
    assert_eq!(
        with("question = \"Where is it?\"", "question = \"here/there\""),
        "playbook:20: faq[0].category[1].item[0].question: what an entry is counted under has no `/` and no line breaks: give it a short `name`"
    );
    assert_eq!(
        with("name = \"screen\"\n", ""),
        "playbook:13: faq[0].category[0].item[1].question: what an entry is counted under has at most 64 characters, this has 68: give it a short `name`"
    );
    assert_eq!(
        with("keywords = [\"faq\"]", "helped = { yes = \"0\" }"),
        "playbook:5: faq[0].helped.yes: \"0\" is a word of commands.back, which goes first"
    );
    assert_eq!(
        with("keywords = [\"faq\"]", "helped = { yes = \"1\" }"),
        "playbook:5: faq[0].helped.yes: a number chooses another question here; write a word"
    );
    assert_eq!(
        with("keywords = [\"faq\"]", "helped = { no = \"已解决。\" }"),
        "playbook:5: faq[0].helped.no: yes and no are one word"
    );
    assert_eq!(
        with("keywords = [\"faq\"]", "commands = 1"),
        "playbook:5: faq[0].commands: unknown field `commands`; known here: name, keywords, text, footer, expires_after, helped, category"
    );
    assert_eq!(
        mistake(
            "default.text = \"?\"\ncommands.back = [\"1\"]\n[[faq]]\nname = \"f\"\ntext = \"f\"\n[[faq.category]]\nname = \"c\"\nitem = [{ question = \"q\", answer.text = \"a\" }]"
        ),
        "playbook:8: faq[0].category[0].item[0].question: this would be number 1, which is a word of commands.back"
    );
    assert_eq!(
        mistake("default.text = \"?\"\n[[faq]]\nname = \"f\"\ntext = \"f\"\ncategory = []"),
        "playbook:4: faq[0].text: there is nothing to choose from below this"
    );
}

#[test]
fn a_list_of_questions_shares_its_names_with_menus() {
    let menu = "[[menu]]\nname = \"help\"\ntext = \"m\"\nentry = [{ key = \"1\", label = \"l\", handover = true }]\n";
    let mistake = mistake(&format!("{DOCUMENT}{menu}"));
    assert_eq!(mistake, "playbook:4: faq[0].name: \"help\" is here already");
}

#[test]
fn what_nothing_opens_and_words_that_clash_are_warned_of() {
    let warnings = |document: &str| {
        let parsed = Playbook::parse(document, Format::Toml).unwrap();
        let warnings = parsed.warnings.iter().map(ToString::to_string);
        warnings.collect::<Vec<_>>()
    };
    assert_eq!(
        warnings(&DOCUMENT.replace("keywords = [\"faq\"]\n", "")),
        ["playbook:3: faq[0]: nothing opens faq \"help\""]
    );
    let rule = format!("{DOCUMENT}[[rule]]\nname = \"r\"\nexact = [\"FAQ\"]\nreply.text = \"r\"");
    assert_eq!(
        warnings(&rule),
        [
            "playbook:22: rule[0]: rule \"r\" can never match: \"faq\" (line 5) matches everything it does, and comes first"
        ]
    );
}
