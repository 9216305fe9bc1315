use crate::{Action, Command, Format, Place, Playbook, Step, Text};
use proptest::prelude::*;

const DOCUMENT: &str = r##"
    default = { text = "?" }
    [[menu]]
    name = "main"
    keywords = ["菜单"]
    text = "首页"
    footer = "客服 9:00–21:00"
    [[menu.entry]]
    key = "1"
    label = "售后"
    [[menu.entry.entry]]
    key = "1"
    label = "维修"
    text = "维修服务"
    [[menu.entry.entry.entry]]
    key = "1"
    label = "价格"
    reply = { text = "599" }
    [[menu.entry.entry]]
    key = "2"
    label = "保修"
    reply = { text = "1 年" }
    [[menu.entry]]
    key = "A"
    label = "更多"
    menu = "more"
    [[menu]]
    name = "more"
    text = "更多"
    [[menu.entry]]
    key = "1"
    label = "人工"
    handover = true
"##;

fn playbook() -> Playbook {
    Playbook::parse(DOCUMENT, Format::Toml).unwrap().playbook
}

fn place(path: &[&str]) -> Place {
    Place {
        menu: "main".into(),
        path: path.iter().map(|key| (*key).to_owned()).collect(),
    }
}

/// Where a word leads, in short.
fn go(path: &[&str], word: &str) -> String {
    match playbook().step(&place(path), &Text::new(word)) {
        Step::Show(view) => format!("show {} at {}", view.hit, view.place.path.join("/")),
        Step::Act { place, hit, .. } => format!("act {hit} at {}", place.path.join("/")),
        Step::Restart(view) => format!("restart at {}", view.place.path.join("/")),
        Step::Elsewhere => "elsewhere".into(),
        Step::Gone => "gone".into(),
    }
}

#[test]
fn the_first_level_has_no_way_back() {
    assert_eq!(
        playbook().open_menu("main").unwrap().text,
        "首页\n\n1 售后\nA 更多\n\n客服 9:00–21:00"
    );
}

#[test]
fn the_second_level_has_one_way_back_and_the_label_as_its_heading() {
    let playbook = playbook();
    let Step::Show(view) = playbook.step(&place(&[]), &Text::new("1")) else {
        panic!()
    };
    assert_eq!(
        view.text,
        "售后\n\n1 维修\n2 保修\n\n0 返回上级\n客服 9:00–21:00"
    );
}

#[test]
fn from_the_third_level_on_there_are_two_ways_back() {
    let playbook = playbook();
    let Step::Show(view) = playbook.step(&place(&["1"]), &Text::new("1")) else {
        panic!()
    };
    assert_eq!(
        view.text,
        "维修服务\n\n1 价格\n\n0 返回上级\n# 返回首页\n客服 9:00–21:00"
    );
}

#[test]
fn a_key_leads_down() {
    assert_eq!(go(&[], "1"), "show menu:main/1 at 1");
    assert_eq!(go(&["1"], "1"), "show menu:main/1/1 at 1/1");
    assert_eq!(go(&["1", "1"], "1"), "act menu:main/1/1/1 at 1/1/1");
}

#[test]
fn a_key_is_compared_like_any_text() {
    assert_eq!(go(&["1"], "２。"), "act menu:main/1/2 at 1/2");
    assert_eq!(go(&[], "ａ"), "act menu:main/a at a");
}

#[test]
fn back_leads_one_level_up() {
    assert_eq!(go(&["1", "1"], "0"), "show menu:main/1 at 1");
    assert_eq!(go(&["1"], "０"), "show menu:main at ");
}

#[test]
fn back_from_the_first_level_shows_it_again() {
    assert_eq!(go(&[], "0"), "show menu:main at ");
}

#[test]
fn back_from_an_answer_leads_to_its_level() {
    assert_eq!(go(&["1", "1", "1"], "0"), "show menu:main/1/1 at 1/1");
}

#[test]
fn home_leads_to_the_first_level() {
    assert_eq!(go(&["1", "1", "1"], "＃"), "show menu:main at ");
}

#[test]
fn after_an_answer_the_keys_of_its_level_go_on_working() {
    assert_eq!(go(&["1", "2"], "1"), "show menu:main/1/1 at 1/1");
}

#[test]
fn a_word_that_is_no_key_leads_elsewhere() {
    assert_eq!(go(&["1"], "GO"), "elsewhere");
}

#[test]
fn a_person_is_asked_for_elsewhere() {
    assert_eq!(go(&["1"], "人工"), "elsewhere");
    assert_eq!(playbook().command(&Text::new("人工")), Some(Command::Human));
}

#[test]
fn a_place_whose_entry_is_gone_starts_again_and_says_so() {
    let playbook = playbook();
    let Step::Restart(view) = playbook.step(&place(&["7", "1"]), &Text::new("1")) else {
        panic!()
    };
    assert_eq!(view.place, place(&[]));
    assert_eq!(
        view.text,
        "菜单已更新，请重新选择。\n\n首页\n\n1 售后\nA 更多\n\n客服 9:00–21:00"
    );
}

#[test]
fn a_place_below_what_is_now_an_answer_starts_again() {
    assert_eq!(go(&["1", "2", "1"], "1"), "restart at ");
}

#[test]
fn a_place_in_a_menu_that_is_gone_is_told() {
    let place = Place {
        menu: "old".into(),
        path: Vec::new(),
    };
    assert_eq!(playbook().step(&place, &Text::new("1")), Step::Gone);
}

#[test]
fn an_entry_may_open_another_menu() {
    let playbook = playbook();
    let Step::Act {
        action: Action::Menu(name),
        ..
    } = playbook.step(&place(&[]), &Text::new("a"))
    else {
        panic!()
    };
    assert_eq!(playbook.open_menu(name).unwrap().text, "更多\n\n1 人工");
}

#[test]
fn a_menu_expires_after_ten_minutes_if_nothing_is_said() {
    assert_eq!(
        playbook().menu("main").unwrap().expires_after().as_secs(),
        600
    );
}

#[test]
fn without_words_for_the_ways_back_none_are_shown() {
    let document = format!("{DOCUMENT}\n[commands]\nback = []\nhome = []");
    let playbook = Playbook::parse(&document, Format::Toml).unwrap().playbook;
    let Step::Show(view) = playbook.step(&place(&["1"]), &Text::new("1")) else {
        panic!()
    };
    assert_eq!(view.text, "维修服务\n\n1 价格\n\n客服 9:00–21:00");
}

#[test]
fn a_place_is_stored_as_json() {
    let stored = serde_json::to_string(&place(&["1", "2"])).unwrap();
    assert_eq!(stored, r#"{"menu":"main","path":["1","2"]}"#);
    assert_eq!(
        serde_json::from_str::<Place>(&stored).unwrap(),
        place(&["1", "2"])
    );
}

proptest! {
    #[test]
    fn wherever_a_fan_stands_and_whatever_comes_the_next_place_is_one(
        path in prop::collection::vec("[1-3a]", 0..4),
        words in prop::collection::vec("[0-3a#]|GO", 0..6),
    ) {
        let playbook = playbook();
        let mut place = Place { menu: "main".into(), path };
        for word in words {
            match playbook.step(&place, &Text::new(&word)) {
                Step::Show(view) | Step::Restart(view) => place = view.place,
                Step::Act { place: next, .. } => place = next,
                Step::Elsewhere => continue,
                Step::Gone => prop_assert!(false, "the menu is there"),
            }
            prop_assert!(!matches!(playbook.step(&place, &Text::new("1")), Step::Restart(_)), "{:?}", place);
        }
    }
}
