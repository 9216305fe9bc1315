//! The demo, as the reader of the README meets it: safe mode, the demo playbook, a fan with a phone.

use fandesk_e2e::{Mode, Setup, Shared, eventually};

static DESK: Shared = Shared::new(|| Setup::new(Mode::Safe).start());

#[test]
fn whoever_follows_is_welcomed() {
    let desk = DESK.lend();
    assert!(desk.fan().follow().text().contains("欢迎来到拾光手机"));
}

#[test]
fn whoever_follows_at_the_counter_is_welcomed_there() {
    let desk = DESK.lend();
    assert!(
        desk.fan()
            .follow_by("counter-1")
            .text()
            .contains("欢迎光临拾光一号柜台")
    );
}

#[test]
fn a_follower_who_scans_at_the_counter_is_welcomed_back() {
    let desk = DESK.lend();
    let fan = desk.fan();
    fan.follow();
    assert!(
        fan.scan("counter-1")
            .text()
            .contains("欢迎再次来到拾光一号柜台")
    );
}

#[test]
fn go_is_answered() {
    let desk = DESK.lend();
    assert!(desk.fan().say("GO").text().contains("出发"));
}

#[test]
fn go_in_wide_letters_and_with_a_space_is_the_same_word() {
    let desk = DESK.lend();
    let fan = desk.fan();
    assert_eq!(fan.say("ＧＯ ").text(), fan.say("GO").text());
}

#[test]
fn the_menu_leads_three_levels_down() {
    let desk = DESK.lend();
    let fan = desk.fan();
    assert!(fan.say("菜单").text().contains("1 售后服务"));
    assert!(fan.say("1").text().contains("1 维修"));
    assert!(fan.say("1").text().contains("1 维修价格"));
    assert!(fan.say("1").text().contains("更换屏幕 599 元起"));
}

#[test]
fn zero_leads_one_level_up_in_the_menu() {
    let desk = DESK.lend();
    let fan = desk.fan();
    fan.say("菜单");
    let first = fan.say("1").text();
    fan.say("1");
    assert_eq!(fan.say("0").text(), first);
}

#[test]
fn a_hash_leads_to_the_top_of_the_menu() {
    let desk = DESK.lend();
    let fan = desk.fan();
    let top = fan.say("菜单").text();
    fan.say("1");
    fan.say("1");
    assert_eq!(fan.say("#").text(), top);
}

#[test]
fn a_digit_means_nothing_outside_the_menu() {
    let desk = DESK.lend();
    assert!(desk.fan().say("1").text().contains("没有听懂“1”"));
}

#[test]
fn a_tap_on_help_is_answered() {
    let desk = DESK.lend();
    assert!(desk.fan().tap("HELP").text().contains("拾光客服在这里"));
}

#[test]
fn help_explains_what_to_write() {
    let desk = DESK.lend();
    assert!(desk.fan().say("帮助").text().contains("您可以这样找我"));
}

#[test]
fn whoever_wants_a_person_is_told_to_wait_and_is_seen_waiting() {
    let desk = DESK.lend();
    let fan = desk.fan();
    assert!(fan.say("人工").text().contains("正在为您转接人工客服"));
    let kinds: Vec<_> = desk
        .api()
        .events_of(fan.openid())
        .iter()
        .map(|event| event["kind"].clone())
        .collect();
    assert_eq!(kinds, ["text", "handover"]);
    assert!(desk.api().fan(fan.openid())["waiting_since"].is_i64());
}

#[test]
fn a_person_can_be_asked_for_from_the_depth_of_the_menu() {
    let desk = DESK.lend();
    let fan = desk.fan();
    fan.say("菜单");
    fan.say("1");
    fan.say("1");
    assert!(fan.say("人工").text().contains("正在为您转接人工客服"));
}

#[test]
fn a_parcel_is_looked_up_at_once_and_told_of_later() {
    let desk = DESK.lend();
    let fan = desk.fan();
    assert!(fan.say("查物流 12345").text().contains("正在查询 12345"));
    assert!(fan.gets("12345").contains("状态"));
}

#[test]
fn an_unknown_text_gets_the_default_answer() {
    let desk = DESK.lend();
    assert!(
        desk.fan()
            .say("今天天气如何")
            .text()
            .contains("没有听懂“今天天气如何”")
    );
}

#[test]
fn a_place_a_picture_and_a_voice_are_kept_with_all_that_wechat_sent() {
    let desk = DESK.lend();
    let fan = desk.fan();
    assert!(fan.locate(31.2304, 121.4737).is_well());
    assert!(fan.send_image().is_well());
    assert!(fan.send_voice().is_well());
    let events = desk.api().events_of(fan.openid());
    let kinds: Vec<_> = events.iter().map(|event| event["kind"].clone()).collect();
    assert_eq!(kinds, ["location", "image", "voice"]);
    assert_eq!(events[0]["payload"]["Location_X"], "31.2304");
    assert!(events[1]["payload"]["PicUrl"].is_string());
    assert!(events[2]["payload"]["MediaId"].is_string());
}

#[test]
fn whoever_leaves_sees_nothing_more_and_the_leaving_is_kept() {
    let desk = DESK.lend();
    let fan = desk.fan();
    fan.follow();
    assert!(fan.unfollow().is_silence());
    let last = desk.api().events_of(fan.openid()).pop().unwrap();
    assert_eq!(last["kind"], "event.unsubscribe");
}

#[test]
fn whoever_wants_no_pushes_is_noted() {
    let desk = DESK.lend();
    let fan = desk.fan();
    assert!(fan.say("退订").text().contains("已为您停止推送"));
    assert_eq!(desk.api().fan(fan.openid())["pushes_stopped"], true);
}

#[test]
fn the_platform_can_verify_the_address() {
    assert!(DESK.lend().simulator().verifies_the_address());
}

#[test]
fn the_demo_menu_is_published() {
    let desk = DESK.lend();
    eventually("a menu with HELP", || {
        desk.simulator()
            .menu()
            .to_string()
            .contains("\"HELP\"")
            .then_some(())
    });
}
