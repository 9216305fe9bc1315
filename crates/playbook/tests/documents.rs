//! The documents that ship with the project.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy.toml allows them in test functions, and these are called by such"
)]

use fandesk_playbook::{
    Action, Captures, Command, Format, Found, Match, Place, Playbook, Rendered, Step, Text,
};
use serde_json::json;
use wechat::api::custom::ServiceMessage;

const DEMO: &str = include_str!("../../../playbook.demo.toml");
const EXAMPLE: &str = include_str!("../../../playbook.example.toml");

fn demo() -> Playbook {
    Playbook::parse(DEMO, Format::Toml).unwrap().playbook
}

fn matched<'p>(playbook: &'p Playbook, text: &str) -> Match<'p> {
    match playbook.find(&Text::new(text)) {
        Found::Match(found) => found,
        other => panic!("{text}: {other:?}"),
    }
}

fn shown(action: &Action, captures: &Captures) -> String {
    let Action::Reply(reply) = action else {
        panic!("{action:?}")
    };
    match reply.expand(captures) {
        Some(Rendered::Passive(wechat::Reply::Text { content })) => content,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_example_has_no_mistakes_and_no_warnings() {
    assert_eq!(Playbook::parse(EXAMPLE, Format::Toml).unwrap().warnings, []);
}

#[test]
fn the_example_names_every_field_of_a_document() {
    // A field that is not known is refused with the list of those that are.
    let tables = [
        "x = 1",
        "[default]\nx = 1",
        "[welcome]\nx = 1",
        "[[welcome.scene]]\nx = 1",
        "[[welcome.segment]]\nx = 1",
        "[commands]\nx = 1",
        "[handover]\nx = 1",
        "[hours]\nx = 1",
        "[hours]\nzone = \"+08:00\"\n[[hours.open]]\nx = 1",
        "[hours]\nzone = \"+08:00\"\nopen = []\n[[hours.exception]]\nx = 1",
        "[stop]\nx = 1",
        "[[rule]]\nx = 1",
        "[[menu]]\nx = 1",
        "[[menu]]\nname = \"m\"\ntext = \"m\"\n[[menu.entry]]\nx = 1",
        "[[faq]]\nx = 1",
        "[[faq]]\nname = \"f\"\nhelped.x = 1",
        "[[faq]]\nname = \"f\"\n[[faq.category]]\nx = 1",
        "[[faq]]\nname = \"f\"\n[[faq.category]]\nname = \"c\"\n[[faq.category.item]]\nx = 1",
        "[[click]]\nx = 1",
        "[[click]]\nkey = \"k\"\nhandover.x = 1",
        "handover.unmatched.x = 1",
        "[[intent]]\nx = 1",
        "[identity]\nx = 1",
        "[[intent]]\nname = \"i\"\nreply.text = \"i\"\nrequest.x = 1",
        "[stop.reply.video]\nx = 1",
        "[stop.reply.music]\nx = 1",
        "[[stop.reply.news]]\nx = 1",
        "[stop.reply.miniprogrampage]\nx = 1",
        "[stop.reply.msgmenu]\nx = 1",
        "[stop.reply.msgmenu]\nhead_content = \"h\"\n[[stop.reply.msgmenu.list]]\nx = 1",
    ];
    for table in tables {
        let default = if table.starts_with("[default]") {
            ""
        } else {
            "default.text = \"?\"\n"
        };
        let mistake = Playbook::parse(&format!("{default}{table}"), Format::Toml).unwrap_err();
        let (_, known) = mistake
            .message
            .split_once("unknown field `x`; known here: ")
            .unwrap();
        for field in known.split(", ") {
            assert!(EXAMPLE.contains(field), "{field} of {table:?}");
        }
    }
}

#[test]
fn the_demo_has_no_mistakes_and_no_warnings() {
    assert_eq!(Playbook::parse(DEMO, Format::Toml).unwrap().warnings, []);
}

#[test]
fn the_demo_answers_go_in_any_spelling() {
    let playbook = demo();
    for spelling in ["GO", "go", "ＧＯ "] {
        assert_eq!(matched(&playbook, spelling).hit, "rule:go");
    }
}

#[test]
fn the_demo_menu_has_an_entry_1_on_three_levels() {
    let playbook = demo();
    let Action::Menu(name) = matched(&playbook, "菜单").action else {
        panic!()
    };
    let mut place: Place = playbook.open_menu(name).unwrap().place;
    for _ in 0..2 {
        let Step::Show(view) = playbook.step(&place, &Text::new("1")) else {
            panic!()
        };
        place = view.place;
    }
    let Step::Act { hit, .. } = playbook.step(&place, &Text::new("1")) else {
        panic!()
    };
    assert_eq!(hit, "menu:main/1/1/1");
}

#[test]
fn the_demo_helps() {
    let playbook = demo();
    assert_eq!(matched(&playbook, "帮助").hit, "rule:help");
    assert!(matches!(playbook.click("HELP"), Some(Action::Reply(_))));
}

#[test]
fn the_demo_hands_over() {
    assert_eq!(
        demo().find(&Text::new("人工")),
        Found::Command(Command::Human)
    );
}

#[test]
fn the_demo_welcomes_counter_1_in_another_way() {
    let playbook = demo();
    let plain = shown(playbook.welcome(None).unwrap(), &Captures::default());
    let counter = shown(
        playbook.welcome(Some("counter-1")).unwrap(),
        &Captures::default(),
    );
    let again = shown(playbook.scan("counter-1").unwrap(), &Captures::default());
    assert_eq!(
        [&plain, &counter, &again].map(|text| text.contains("一号柜台")),
        [false, true, true]
    );
    assert_ne!(counter, again);
}

#[test]
fn the_demo_looks_up_a_parcel() {
    let playbook = demo();
    let found = matched(&playbook, "查物流 SF1234567890");
    let Action::Intent(name) = found.action else {
        panic!()
    };
    let intent = playbook.intent(name).unwrap();

    let at_once = shown(&Action::Reply(intent.reply().clone()), &found.captures);
    assert!(at_once.starts_with("正在查询 SF1234567890"), "{at_once}");

    let body = intent.body(&found.captures, "oFan", None, "r1");
    let expected = json!({
        "intent": "logistics",
        "captures": {"number": "SF1234567890", "text": "查物流 SF1234567890"},
        "openid": "oFan",
        "request_id": "r1",
    });
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&body).unwrap(),
        expected
    );

    let result = json!({"number": "SF1234567890", "status": "派送中", "place": "深圳", "updated_at": "09:30"});
    let Some(ServiceMessage::Text { content }) =
        intent.answer().expand_later(&found.captures, Some(&result))
    else {
        panic!()
    };
    assert!(
        content.starts_with("运单 SF1234567890\n状态：派送中\n位置：深圳\n更新：09:30"),
        "{content}"
    );
}

#[test]
fn the_demo_tells_how_to_ask_when_the_number_is_missing() {
    assert_eq!(matched(&demo(), "查物流").hit, "rule:logistics-how");
}

#[test]
fn the_smallest_document_works_in_both_forms() {
    let toml = "default = { text = \"?\" }\n[[rule]]\nexact = [\"GO\"]\nreply = { text = \"go!\" }";
    let json = r#"{"default":{"text":"?"},"rule":[{"exact":["GO"],"reply":{"text":"go!"}}]}"#;
    for (document, format) in [(toml, Format::Toml), (json, Format::Json)] {
        let parsed = Playbook::parse(document, format).unwrap();
        assert_eq!(parsed.warnings, []);
        let found = matched(&parsed.playbook, "go");
        assert_eq!(
            (found.hit, shown(found.action, &found.captures).as_str()),
            ("rule[0]", "go!")
        );
        assert_eq!(shown(parsed.playbook.default(), &Captures::default()), "?");
    }
}
