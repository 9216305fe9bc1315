//! D1 that hangs, comes late or says nothing, and a queue that refuses or says nothing: what a local deployment never does by itself,
//! shown by a gate between the shards and what they tell (`src/gate.rs`).

use std::time::{Duration, Instant};

use fandesk_e2e::databases::number;
use fandesk_e2e::gate::{Called, Way};
use fandesk_e2e::wait::within;
use fandesk_e2e::{Deployment, Gate, Message, Mode, Setup, at_once, eventually, new_openid};

/// What the log says of a flush that was given up after 20 s.
const GIVEN_UP: &str = "no answer within 20 s";

/// Twice what a shard waits.
const GIVEN_UP_WITHIN: Duration = Duration::from_secs(40);

/// A call that hangs, the pause after it, and what was sent when the gate had just opened.
const HEALS_WITHIN: Duration = Duration::from_secs(90);

const EVENTS: &str = "SELECT count(*) FROM events";
const MESSAGES: &str = "SELECT count(DISTINCT payload ->> 'MsgId') FROM payloads";

fn start_with_one_shard() -> (Deployment, Gate) {
    let (setup, gate) = Setup::new(Mode::Plain)
        .with("FANDESK_SHARDS", "1")
        .behind_a_gate();
    (setup.start(), gate)
}

/// So many fans write at once, and every one is answered.
#[track_caller]
fn crowd(desk: &Deployment, fans: usize) {
    let wechat = desk.wechat();
    let answers = at_once(fans, |_| wechat.send(&Message::text(&new_openid(), "GO")));
    for answer in &answers {
        assert!(wechat.text(answer).contains("出发"));
    }
}

/// Waits until so many flushes were given up.
#[track_caller]
fn wait_for_flushes_given_up(desk: &Deployment, count: usize) {
    let given_up = within(GIVEN_UP_WITHIN, || {
        (desk.log().matches(GIVEN_UP).count() >= count).then_some(())
    });
    assert!(given_up.is_some(), "no flush was given up");
}

/// Waits until D1 has so many events, and checks that it has no message twice.
#[track_caller]
fn wait_for_events(desk: &Deployment, events: i64) {
    let databases = desk.databases();
    let ledger = databases.ledger();
    let arrived = within(HEALS_WITHIN, || {
        (number(ledger, EVENTS) >= events).then_some(())
    });
    assert!(arrived.is_some(), "{} arrived", number(ledger, EVENTS));
    assert_eq!(
        (number(ledger, EVENTS), number(ledger, MESSAGES)),
        (events, events)
    );
}

#[test]
fn while_d1_hangs_everybody_is_answered_doorbells_ring_and_the_flush_is_given_up_after_twenty_seconds()
 {
    let (desk, gate) = start_with_one_shard();
    gate.set(Called::Ledger, Way::Hangs);
    crowd(&desk, 40);
    eventually("a flush hangs", || {
        (gate.calls(Called::Ledger) > 0).then_some(())
    });
    let hangs_since = Instant::now();

    crowd(&desk, 10);
    let fan = desk.fan();
    assert!(fan.say("查物流 12345").text().contains("正在查询 12345"));
    fan.gets("12345");
    assert_eq!(desk.api().events().len(), 51);
    let databases = desk.databases();
    eventually("the other database has all fans", || {
        (number(databases.people(), "SELECT count(*) FROM fans") == 51).then_some(())
    });
    let flushes = gate.calls(Called::Ledger);
    let given_up = desk.log().matches(GIVEN_UP).count();
    assert!(flushes <= given_up + 1, "one flush at a time");

    wait_for_flushes_given_up(&desk, 1);
    assert!(hangs_since.elapsed() > Duration::from_secs(18));
    assert_eq!(number(databases.ledger(), EVENTS), 0);
    gate.set(Called::Ledger, Way::Open);
    wait_for_events(&desk, 51);
    assert!(!desk.log().contains("parked"));
}

#[test]
fn what_d1_takes_in_silence_or_long_after_it_was_given_up_is_there_once() {
    let (desk, gate) = start_with_one_shard();
    gate.set(Called::Ledger, Way::SaysNothing);
    crowd(&desk, 20);
    wait_for_events(&desk, 20);
    wait_for_flushes_given_up(&desk, 1);

    // The same events go again, with more, and arrive when they were given up once more.
    gate.set(Called::Ledger, Way::IsLate);
    let before = gate.calls(Called::Ledger);
    crowd(&desk, 5);
    let again = within(HEALS_WITHIN, || {
        (gate.calls(Called::Ledger) > before).then_some(Instant::now())
    });
    let late_at = again.expect("the events go again") + Duration::from_secs(25);
    wait_for_flushes_given_up(&desk, 2);
    gate.set(Called::Ledger, Way::Open);
    wait_for_events(&desk, 25);
    crowd(&desk, 5);
    within(GIVEN_UP_WITHIN, || (Instant::now() > late_at).then_some(()));
    wait_for_events(&desk, 30);
    assert_eq!(desk.api().events().len(), 30);
    assert!(!desk.log().contains("parked"));
}

#[test]
fn a_queue_that_refuses_or_says_nothing_delays_the_later_answer_and_doubles_none() {
    let (desk, gate) = start_with_one_shard();
    gate.set(Called::Queue, Way::Refuses);
    let fan = desk.fan();
    assert!(fan.say("查物流 12345").text().contains("正在查询 12345"));
    eventually("doorbells are refused", || {
        desk.log()
            .contains("lane jobs of shard 0 could not be flushed")
            .then_some(())
    });
    // Other lanes go on, and the job is there to be seen.
    wait_for_events(&desk, 1);
    assert_eq!(desk.api().jobs_of(fan.openid())[0]["state"], "waiting");
    assert!(fan.service_messages().is_empty());

    gate.set(Called::Queue, Way::Open);
    let told = within(HEALS_WITHIN, || {
        (!fan.service_messages().is_empty()).then_some(())
    });
    assert!(told.is_some(), "the answer does not come");

    // The queue takes a doorbell and does not say so: it is rung again, for a job that is done.
    gate.set(Called::Queue, Way::SaysNothing);
    let other = desk.fan();
    assert!(other.say("查物流 67890").text().contains("正在查询 67890"));
    other.gets("67890");
    wait_for_flushes_given_up(&desk, 1);
    gate.set(Called::Queue, Way::Open);
    let calls = gate.calls(Called::Queue);
    let again = within(HEALS_WITHIN, || {
        (gate.calls(Called::Queue) > calls).then_some(())
    });
    assert!(again.is_some(), "the doorbells are not rung again");
    for fan in [&fan, &other] {
        assert_eq!(fan.service_messages().len(), 1);
        for job in desk.api().jobs_of(fan.openid()) {
            let job = desk.api().job_becomes(job["id"].as_str().unwrap(), "done");
            assert_eq!(job["attempts"], 1, "{job}");
        }
    }
}
