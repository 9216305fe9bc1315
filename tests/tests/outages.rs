//! D1 away, power cuts: what was acknowledged is never lost, and what was refused can be sent again.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use fandesk_e2e::callback::Call;
use fandesk_e2e::databases::number;
use fandesk_e2e::stub::Reply;
use fandesk_e2e::wait::within;
use fandesk_e2e::{
    Answer, Deployment, Message, Mode, Setup, Stub, at_once, eventually, new_openid,
};
use serde_json::Value;

/// Makes D1 refuse whatever the shards tell it.
const BREAK_LEDGER: &str =
    "CREATE TRIGGER away BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'D1 is away'); END";
const BREAK_PEOPLE: &str =
    "CREATE TRIGGER away BEFORE INSERT ON fans BEGIN SELECT RAISE(ABORT, 'D1 is away'); END";
const MEND: &str = "DROP TRIGGER away";

const FANS: usize = 60;
const MESSAGES_EACH: usize = 5;

/// Sixty fans write five times each, all at once, and every one has to be answered. Returns their openids.
#[track_caller]
fn burst(desk: &Deployment) -> Vec<String> {
    let openids: Vec<String> = (0..FANS).map(|_| new_openid()).collect();
    let wechat = desk.wechat();
    let answers = at_once(FANS, |fan| {
        let say = |_| wechat.send(&Message::text(&openids[fan], "GO"));
        (0..MESSAGES_EACH).map(say).collect::<Vec<Answer>>()
    });
    for answer in answers.iter().flatten() {
        assert!(wechat.text(answer).contains("出发"));
    }
    openids
}

#[track_caller]
fn assert_all_visible(desk: &Deployment, openids: &[String]) {
    for openid in openids {
        assert_eq!(desk.api().events_of(openid).len(), MESSAGES_EACH);
    }
}

/// Waits until a shard has tried to tell D1, and failed.
#[track_caller]
fn wait_for_a_vain_flush(desk: &Deployment) {
    eventually("a flush fails", || {
        desk.log().contains("lane ledger").then_some(())
    });
}

/// Waits until D1 has every event of the burst, and checks that it has each once, with its payload.
#[track_caller]
fn assert_all_in_d1(desk: &Deployment) {
    let expected = i64::try_from(FANS * MESSAGES_EACH).unwrap();
    let databases = desk.databases();
    let ledger = databases.ledger();
    eventually("D1 has all events", || {
        (number(ledger, "SELECT count(*) FROM events") >= expected).then_some(())
    });
    assert_eq!(number(ledger, "SELECT count(*) FROM events"), expected);
    assert_eq!(
        number(
            ledger,
            "SELECT count(DISTINCT payload ->> 'MsgId') FROM payloads"
        ),
        expected
    );
    let fans = i64::try_from(FANS).unwrap();
    eventually("D1 has all fans", || {
        (number(
            databases.people(),
            "SELECT count(DISTINCT openid) FROM fans",
        ) == fans)
            .then_some(())
    });
}

#[test]
fn while_d1_refuses_everything_is_answered_and_visible_and_d1_has_it_once_when_it_is_back() {
    let desk = Setup::new(Mode::Plain).start();
    let databases = desk.databases();
    databases.ledger().execute_batch(BREAK_LEDGER).unwrap();
    databases.people().execute_batch(BREAK_PEOPLE).unwrap();

    let openids = burst(&desk);
    assert_all_visible(&desk, &openids);
    wait_for_a_vain_flush(&desk);
    assert_eq!(number(databases.ledger(), "SELECT count(*) FROM events"), 0);

    databases.ledger().execute_batch(MEND).unwrap();
    databases.people().execute_batch(MEND).unwrap();
    assert_all_in_d1(&desk);
}

#[test]
fn with_both_databases_of_d1_gone_a_restarted_deployment_still_answers() {
    let mut desk = Setup::new(Mode::Plain).start();
    desk.stop();
    desk.databases()
        .ledger()
        .execute_batch("ALTER TABLE events RENAME TO gone")
        .unwrap();
    desk.databases()
        .people()
        .execute_batch("ALTER TABLE fans RENAME TO gone; ALTER TABLE playbooks RENAME TO gone_too")
        .unwrap();
    desk.start();

    let openids = burst(&desk);
    assert_all_visible(&desk, &openids);
    wait_for_a_vain_flush(&desk);
    desk.api().get("/playbook").expect(503);
    desk.http().get("/status").expect(200);

    desk.stop();
    desk.databases()
        .ledger()
        .execute_batch("ALTER TABLE gone RENAME TO events")
        .unwrap();
    desk.databases()
        .people()
        .execute_batch("ALTER TABLE gone RENAME TO fans; ALTER TABLE gone_too RENAME TO playbooks")
        .unwrap();
    desk.start();
    assert_all_in_d1(&desk);
}

#[test]
fn what_was_acknowledged_before_a_power_cut_is_kept_and_the_rest_can_be_sent_again() {
    let mut desk = Setup::new(Mode::Plain).start();
    let wechat = desk.wechat();
    let calls: Vec<(String, Call)> = (0..400)
        .map(|_| new_openid())
        .map(|openid| {
            (
                openid.clone(),
                wechat.call(&Message::text(&openid, "GO").xml()),
            )
        })
        .collect();
    let next = AtomicUsize::new(0);
    let acknowledged = thread::scope(|scope| {
        let senders: Vec<_> = (0..20)
            .map(|_| {
                scope.spawn(|| {
                    let mut acknowledged = Vec::new();
                    while let Some((openid, call)) = calls.get(next.fetch_add(1, Ordering::Relaxed))
                    {
                        if let Some(answer) =
                            call.try_to_send().filter(|answer| answer.status == 200)
                        {
                            acknowledged.push((openid.clone(), answer.body));
                        }
                    }
                    acknowledged
                })
            })
            .collect();
        eventually("half of the burst", || {
            (next.load(Ordering::Relaxed) > calls.len() / 2).then_some(())
        });
        desk.kill();
        senders
            .into_iter()
            .flat_map(|sender| sender.join().unwrap())
            .collect::<Vec<_>>()
    });
    assert!(
        (1..calls.len()).contains(&acknowledged.len()),
        "the cut came in the middle"
    );

    desk.start();
    let kept: HashSet<String> = openids(&desk.api().events()).collect();
    for (openid, _) in &acknowledged {
        assert!(
            kept.contains(openid),
            "{openid} was acknowledged and is lost"
        );
    }
    let again: Vec<String> = calls
        .iter()
        .map(|(_, call)| call.send().expect(200).body)
        .collect();
    for (openid, body) in &acknowledged {
        let place = calls.iter().position(|(known, _)| known == openid).unwrap();
        assert_eq!(&again[place], body);
    }
    let events = desk.api().events();
    assert_eq!(events.len(), calls.len());
    assert_eq!(openids(&events).collect::<HashSet<_>>().len(), calls.len());
}

fn openids(events: &[Value]) -> impl Iterator<Item = String> {
    events
        .iter()
        .map(|event| event["openid"].as_str().unwrap().to_owned())
}

/// Takes a minute: the lease of the consumer that was killed has to run out first.
#[test]
fn a_look_up_that_was_under_way_at_a_power_cut_is_taken_up_again() {
    let business = Stub::start(|number, _| match number {
        0 => Reply::Stall,
        _ => Reply::Body(r#"{"status":"sent"}"#.to_owned()),
    });
    let mut desk = Setup::new(Mode::Plain).without_demo().start();
    let playbook = format!(
        r#"
        default = {{ intent = "order" }}

        [[intent]]
        name = "order"
        reply = {{ text = "…" }}
        answer = {{ text = "{{result.status}}" }}
        sorry = {{ text = "sorry" }}
        request = {{ url = "{}", timeout = "30s" }}
        "#,
        business.url()
    );
    desk.api().publish(&playbook).expect(200);
    let fan = desk.fan();
    fan.say("ORDER");
    eventually("the look-up is under way", || {
        (!business.asked().is_empty()).then_some(())
    });
    let id = desk.api().jobs_of(fan.openid())[0]["id"].clone();
    let id = id.as_str().unwrap();
    desk.kill();
    desk.start();
    assert_eq!(desk.api().job(id)["state"], "sending");
    let job = within(Duration::from_secs(100), || {
        Some(desk.api().job(id)).filter(|job| job["state"] == "done")
    });
    assert_eq!(job.expect("done within 100 s")["attempts"], 2);
    let asked = business.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].json()["request_id"], asked[1].json()["request_id"]);
}

/// Takes up to a minute: that is how often it is looked for.
#[test]
fn a_shard_that_missed_a_playbook_gets_it_within_a_minute() {
    let mut desk = Setup::new(Mode::Plain).start();
    desk.stop();
    for shard in desk.databases().shards().take(3) {
        shard.execute_batch("DELETE FROM playbook").unwrap();
    }
    desk.start();
    let missing = |desk: &Deployment| {
        let shards = desk.api().all("/playbook/shards?");
        shards
            .iter()
            .filter(|shard| shard["version"].is_null())
            .count()
    };
    assert_eq!(missing(&desk), 3);
    let healed = within(Duration::from_secs(100), || {
        (missing(&desk) == 0).then_some(())
    });
    assert!(healed.is_some(), "not within 100 s");
}
