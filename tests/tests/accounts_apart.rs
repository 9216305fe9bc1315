//! What each account has for itself: people, playbook, menu, jobs, tokens, shards, archive. The same openid and message id mean nothing
//! across accounts.

use std::collections::HashSet;
use std::time::Duration;

use fandesk_e2e::account::app_id_of;
use fandesk_e2e::databases::number;
use fandesk_e2e::deployment::APP_ID;
use fandesk_e2e::message::new_msg_id;
use fandesk_e2e::simulator::{SEND, TOKEN};
use fandesk_e2e::wait::within;
use fandesk_e2e::{
    Api, Deployment, Message, Mode, Setup, Shared, WeChat, at_once, eventually, new_openid,
};
use serde_json::Value;

/// The first account is plain, `school` safe.
static DESK: Shared = Shared::new(|| {
    Setup::new(Mode::Plain)
        .with_account("school", Mode::Safe)
        .start()
});

/// Both are plain, and nobody makes jobs or playbooks in the first one.
static QUIET: Shared = Shared::new(|| {
    Setup::new(Mode::Plain)
        .with_account("school", Mode::Plain)
        .start()
});

/// A move of some thousand slots in each account, on a machine that has other things to do.
const MOVES_WITHIN: Duration = Duration::from_secs(120);

const GREETING: &str = r#"
default = { text = "?" }

[[rule]]
exact = ["GO"]
reply = { text = "good morning" }
"#;

fn msg_ids(events: &[Value]) -> HashSet<&str> {
    let ids = events.iter().filter_map(|event| event["msg_id"].as_str());
    ids.collect()
}

fn apis(desk: &Deployment) -> [Api; 2] {
    [desk.api(), desk.account("school").api()]
}

#[test]
fn the_same_openid_and_message_id_are_two_people_and_two_messages() {
    let desk = DESK.lend();
    let school = desk.account("school");
    let (openid, msg_id) = (new_openid(), new_msg_id());
    let message = |text| Message::text(&openid, text).with("MsgId", msg_id);
    let answer = desk.wechat().send(&message("GO"));
    assert!(desk.wechat().text(&answer).contains("出发"));
    let answer = school.wechat().send(&message("帮助"));
    assert!(!school.wechat().text(&answer).contains("出发"));

    for (api, said) in apis(&desk).iter().zip(["GO", "帮助"]) {
        let events = api.events_of(&openid);
        assert_eq!(events.len(), 1, "{events:?}");
        assert_eq!(events[0]["payload"]["Content"], said);
        let listed = api.events();
        let mine = listed.iter().filter(|event| event["openid"] == *openid);
        assert_eq!(mine.cloned().collect::<Vec<_>>(), events);
    }
}

#[test]
fn a_fan_of_one_account_is_nobody_to_the_other() {
    let desk = DESK.lend();
    let fan = desk.account("school").fan();
    fan.say("菜单");
    let [first, school] = apis(&desk);
    school.fan(fan.openid());
    first.get(&format!("/fans/{}", fan.openid())).expect(404);
    first.write(fan.openid(), "news").expect(404);
    assert!(first.events_of(fan.openid()).is_empty());
    // And stands in no menu there.
    let there = desk.fan_called(fan.openid());
    assert_ne!(there.say("1").text(), fan.say("1").text());
}

#[test]
fn a_scene_counts_for_the_account_whose_code_was_scanned() {
    let desk = DESK.lend();
    let openid = new_openid();
    desk.fan_called(&openid).follow_by("counter-1");
    desk.account("school").fan_called(&openid).follow();
    let scenes = apis(&desk).map(|api| api.fan(&openid)["follows"][0]["scene"].clone());
    assert_eq!(scenes, [Value::from("counter-1"), Value::Null]);
}

#[test]
fn each_account_answers_from_its_own_playbook() {
    let desk = QUIET.lend();
    let [first, school] = apis(&desk);
    let published = school.publish(GREETING).expect(200).json();
    assert_eq!(published["version"], 2);
    assert_eq!(school.get("/playbook").expect(200).body, GREETING);
    assert_ne!(first.get("/playbook").expect(200).body, GREETING);
    let fan = desk.account("school").fan();
    assert_eq!(fan.say("GO").text(), "good morning");
    assert!(
        desk.fan_called(fan.openid())
            .say("GO")
            .text()
            .contains("出发")
    );
    let versions = |api: &Api| {
        let shards = api.get("/playbook/shards").expect(200).json();
        let items = shards["items"].as_array().unwrap().iter();
        items
            .map(|shard| shard["version"].as_i64())
            .collect::<HashSet<_>>()
    };
    assert_eq!(versions(&first), [Some(1)].into());
    assert_eq!(versions(&school), [Some(2)].into());
}

#[test]
fn a_menu_is_published_to_its_own_account() {
    let desk = DESK.lend_alone();
    let before = desk.simulator().menu();
    let menu = serde_json::json!({
        "button": [{ "type": "click", "name": "课表", "key": "TIMETABLE" }]
    });
    desk.account("school").api().put("/menu", &menu).expect(200);
    let shown = desk.account("school").simulator().menu();
    assert!(shown.to_string().contains("TIMETABLE"), "{shown}");
    assert_eq!(desk.simulator().menu(), before);
}

#[test]
fn a_message_is_sent_by_the_account_that_it_was_written_for() {
    let desk = DESK.lend();
    let openid = new_openid();
    let (here, there) = (
        desk.fan_called(&openid),
        desk.account("school").fan_called(&openid),
    );
    here.say("GO");
    there.say("GO");
    let [first, school] = apis(&desk);
    let job = school.write_well(&openid, "lessons begin at nine");
    school.job_becomes(&job, "done");
    assert_eq!(there.gets("lessons"), "lessons begin at nine");
    assert_eq!(here.service_messages(), [""; 0]);
    assert!(first.jobs_of(&openid).is_empty());
    assert_eq!(school.jobs_of(&openid).len(), 1);
}

#[test]
fn an_intent_is_answered_in_the_account_that_asked() {
    let desk = DESK.lend();
    let openid = new_openid();
    let fans = [
        desk.fan_called(&openid),
        desk.account("school").fan_called(&openid),
    ];
    for (fan, number) in fans.iter().zip(["11111", "22222"]) {
        fan.say(&format!("查物流 {number}"));
    }
    for (fan, number) in fans.iter().zip(["11111", "22222"]) {
        fan.gets(number);
        assert_eq!(fan.service_messages().len(), 1);
    }
}

#[test]
fn a_job_of_another_account_is_404() {
    let desk = QUIET.lend();
    let fan = desk.account("school").fan();
    fan.say("GO");
    let [first, school] = apis(&desk);
    desk.account("school").simulator().refuse(SEND, 48001, 1);
    let job = school.write_well(fan.openid(), "news");
    school.job_becomes(&job, "dead");
    first.get(&format!("/jobs/{job}")).expect(404);
    first
        .post(&format!("/jobs/{job}/replay"), &Value::Null)
        .expect(404);
    assert!(first.all("/jobs?limit=100").is_empty());
    assert_eq!(school.job(&job)["state"], "dead");
}

#[test]
fn a_refused_token_is_renewed_in_its_own_account_only() {
    let desk = DESK.lend_alone();
    let school = desk.account("school");
    let openid = new_openid();
    desk.fan_called(&openid).say("GO");
    school.fan_called(&openid).say("GO");
    for api in apis(&desk) {
        api.job_becomes(&api.write_well(&openid, "warm"), "done");
    }
    let calls = || [desk.simulator(), school.simulator()].map(|platform| platform.calls(TOKEN));
    let before = calls();
    school.simulator().refuse(SEND, 40001, 1);
    let [first_api, school_api] = apis(&desk);
    school_api.job_becomes(&school_api.write_well(&openid, "news"), "done");
    first_api.job_becomes(&first_api.write_well(&openid, "news"), "done");
    let after = calls();
    assert_eq!(after[0], before[0]);
    // Asked kindly, WeChat gives the same token again, so another one has to be forced.
    assert_eq!(after[1], before[1] + 2);
}

#[test]
fn an_erase_in_one_account_leaves_the_other() {
    let desk = Setup::new(Mode::Plain)
        .with_account("school", Mode::Plain)
        .with("FANDESK_ERASE_AFTER_HOURS_SCHOOL", "0")
        .start();
    let openid = new_openid();
    let (here, there) = (
        desk.fan_called(&openid),
        desk.account("school").fan_called(&openid),
    );
    for fan in [&here, &there] {
        fan.follow();
        fan.say("GO");
        // The grace period of the first account is that of the deployment.
        fan.unfollow();
    }
    let [first, school] = apis(&desk);
    eventually("the fan of the school is forgotten", || {
        let shown = school.get(&format!("/fans/{openid}"));
        (shown.status == 404 && school.events_of(&openid).is_empty()).then_some(())
    });
    assert_eq!(first.events_of(&openid).len(), 3);
    assert!(first.fan(&openid)["erase_at"].is_i64());
    let databases = desk.databases();
    let known_to = || {
        let sql = "SELECT group_concat(DISTINCT account) FROM payloads WHERE openid = ?1";
        let accounts = databases
            .ledger()
            .query_row(sql, [&openid], |row| row.get(0));
        accounts.unwrap_or(None::<String>)
    };
    eventually("D1 has the fan of one account", || {
        (known_to().as_deref() == Some(APP_ID)).then_some(())
    });
}

fn has_moved(api: &Api, wanted: u64) -> Option<()> {
    let layout = api.get("/layout").expect(200).json();
    (layout["wanted"] == wanted && layout["left"] == 0).then_some(())
}

/// Sends a message until it is answered, as WeChat does, and longer.
fn send(wechat: &WeChat, openid: &str, text: &str) -> String {
    let call = wechat.call(&Message::text(openid, text).xml());
    let answer = within(MOVES_WITHIN, || {
        call.try_to_send().filter(|answer| answer.status == 200)
    });
    wechat.text(&answer.expect("it is answered in the end"))
}

#[test]
fn both_accounts_move_their_fans_at_the_same_time_while_these_write() {
    let mut desk = Setup::new(Mode::Plain)
        .with("FANDESK_SHARDS", "2")
        .with_account("school", Mode::Plain)
        .with("FANDESK_SHARDS_SCHOOL", "1")
        .start();
    let fans: Vec<String> = (0..12).map(|_| new_openid()).collect();
    let walk = |desk: &Deployment, text: &str| {
        let (first, school) = (desk.wechat(), desk.account("school").wechat());
        let answers: Vec<[String; 2]> = fans
            .iter()
            .map(|fan| [send(&first, fan, text), send(&school, fan, text)])
            .collect();
        answers
    };
    walk(&desk, "菜单");
    desk.set("FANDESK_SHARDS", "3");
    desk.set("FANDESK_SHARDS_SCHOOL", "4");
    desk.restart();
    let second = walk(&desk, "1");
    within(MOVES_WITHIN, || has_moved(&desk.api(), 3)).expect("two shards become three");
    let school = desk.account("school").api();
    within(MOVES_WITHIN, || has_moved(&school, 4)).expect("one shard becomes four");
    // Everybody stands where they stood, deeper in the menu than who has just come.
    let third = walk(&desk, "1");
    for (second, third) in second.iter().zip(&third) {
        assert_eq!(second[0], second[1]);
        assert_eq!(third[0], third[1]);
        assert_ne!(second, third);
    }
    let [first, school] = apis(&desk).map(|api| api.events());
    for (of_one, of_other) in [(&first, &school), (&school, &first)] {
        assert_eq!(of_one.len(), 36);
        assert!(msg_ids(of_one).is_disjoint(&msg_ids(of_other)));
    }
}

#[test]
fn old_events_of_each_account_are_archived_apart() {
    let mut desk = Setup::new(Mode::Plain)
        .with("FANDESK_SHARDS", "2")
        .with_account("school", Mode::Plain)
        .start();
    let openid = new_openid();
    desk.fan_called(&openid).say("GO");
    desk.account("school").fan_called(&openid).say("帮助");
    let databases = desk.databases();
    eventually("D1 has both", || {
        (number(databases.ledger(), "SELECT count(*) FROM events") == 2).then_some(())
    });
    drop(databases);
    desk.stop();
    let databases = desk.databases();
    let older = "UPDATE events SET received_at = received_at - 20 * 86400000";
    databases.ledger().execute_batch(older).unwrap();
    for shard in databases.shards() {
        shard.execute_batch("DELETE FROM events").unwrap();
    }
    drop(databases);
    desk.start();

    let archived = within(Duration::from_secs(150), || {
        Some(desk.objects()).filter(|objects| objects.len() == 2)
    });
    let archived = archived.expect("each account has an object");
    for (account, said) in [(APP_ID.to_owned(), "GO"), (app_id_of("school"), "帮助")] {
        let (_, text) = archived
            .iter()
            .find(|(key, _)| key.starts_with(&format!("{account}/events/")))
            .expect("its key begins with the AppID");
        assert!(text.contains(said) && text.lines().count() == 1, "{text}");
    }
    for (api, said) in apis(&desk).iter().zip(["GO", "帮助"]) {
        let events = api.events_of(&openid);
        assert_eq!(events.len(), 1);
        assert_eq!(events[0]["payload"]["Content"], said);
    }
}

#[test]
fn many_at_once_reach_the_account_that_each_wrote_to() {
    let desk = DESK.lend();
    let (first, school) = (desk.wechat(), desk.account("school").wechat());
    let fans: Vec<String> = (0..40).map(|_| new_openid()).collect();
    at_once(fans.len(), |n| {
        let wechat = if n % 2 == 0 { &first } else { &school };
        wechat.send(&Message::text(&fans[n], "GO")).expect(200);
    });
    let [of_first, of_school] = apis(&desk);
    for (n, fan) in fans.iter().enumerate() {
        let (at, not_at) = if n % 2 == 0 {
            (&of_first, &of_school)
        } else {
            (&of_school, &of_first)
        };
        assert_eq!(at.events_of(fan).len(), 1);
        assert!(not_at.events_of(fan).is_empty());
    }
}
