//! What a shard does when what is around it fails: rows that D1 refuses for ever, a queue that is away, a clock that jumps, a lost
//! alarm, a day's backlog.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a failed test is what a test is for"
)]

mod support;

use std::time::Duration;

use fandesk_shard::events::Answer;
use fandesk_shard::outbox::{self, Lane};
use fandesk_shard::parked::{self, PARKED_FOR, Parked};
use fandesk_shard::sql::Database;
use fandesk_shard::{UnixMillis, events, jobs, wake};
use support::{FAN, Shard, text};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn seqs_to_flush(shard: &Shard) -> Vec<i64> {
    let events = events::unflushed(&shard.db, usize::MAX).unwrap();
    events.iter().map(|event| event.seq).collect()
}

fn people_to_flush(shard: &Shard) -> Vec<i64> {
    shard.catch_up();
    let rows = outbox::waiting(&shard.db, Lane::People, i64::MAX).unwrap();
    rows.iter().map(|row| row.id).collect()
}

fn due(shard: &Shard, lane: Lane) -> Option<i64> {
    let due = outbox::due(&shard.db, lane, shard.now.get()).unwrap();
    due.map(|at| at.0 - shard.now.get().0)
}

/// When it wakes with no flush under way.
fn next_wake(shard: &Shard) -> Option<UnixMillis> {
    shard.catch_up();
    wake::next(&shard.db, shard.now.get(), |_| false).unwrap()
}

#[test]
fn a_parked_event_lets_those_behind_it_go_and_comes_back_after_its_time() {
    let shard = Shard::new();
    for _ in 0..3 {
        shard.say("hello");
    }
    let parked = parked::park(&shard.db, Parked::Event(1), shard.now.get()).unwrap();
    assert_eq!(parked, 1);
    assert_eq!(seqs_to_flush(&shard), [2, 3]);
    shard.flushed(&[2, 3]);
    assert_eq!(due(&shard, Lane::Ledger), None);

    assert_eq!(
        parked::due(&shard.db).unwrap(),
        Some(shard.now.get().plus(PARKED_FOR))
    );
    shard.later(PARKED_FOR);
    parked::release(&shard.db, shard.now.get()).unwrap();
    assert_eq!(seqs_to_flush(&shard), [1]);
}

#[test]
fn a_parked_event_is_not_forgotten_before_d1_has_it() {
    let shard = Shard::new();
    shard.say("refused");
    parked::park(&shard.db, Parked::Event(1), shard.now.get()).unwrap();
    shard.later(events::KEPT_FOR + DAY);
    events::sweep(&shard.db, shard.now.get()).unwrap();
    assert_eq!(shard.events().len(), 1);
}

#[test]
fn a_parked_row_that_changed_is_tried_at_once_in_its_new_form() {
    let shard = Shard::new();
    shard.event("subscribe", "");
    let before = people_to_flush(&shard);
    for id in &before {
        parked::park(&shard.db, Parked::Row(*id), shard.now.get()).unwrap();
    }
    assert_eq!(people_to_flush(&shard), [0_i64; 0]);
    assert_eq!(due(&shard, Lane::People), None);
    shard.later(Duration::from_secs(1));
    shard.event("unsubscribe", "");
    let after = people_to_flush(&shard);
    assert!(!after.is_empty() && after.iter().all(|id| !before.contains(id)));
}

#[test]
fn the_shard_wakes_for_a_parked_row_even_when_nothing_else_is_due() {
    let shard = Shard::new();
    shard.say("hello");
    parked::park(&shard.db, Parked::Event(1), shard.now.get()).unwrap();
    for id in people_to_flush(&shard) {
        outbox::confirm(&shard.db, &[id]).unwrap();
    }
    assert_eq!(next_wake(&shard), Some(shard.now.get().plus(PARKED_FOR)));
}

#[test]
fn a_queue_that_refuses_keeps_its_doorbells_and_holds_up_no_other_lane() {
    let shard = Shard::new();
    shard.say("查物流 12345");
    for _ in 0..5 {
        outbox::failed(&shard.db, Lane::Jobs, shard.now.get(), 128).unwrap();
    }
    assert!(!outbox::may_flush(&shard.db, Lane::Jobs, shard.now.get()).unwrap());
    assert!(outbox::may_flush(&shard.db, Lane::People, shard.now.get()).unwrap());
    assert!(outbox::may_flush(&shard.db, Lane::Ledger, shard.now.get()).unwrap());
    let wait = due(&shard, Lane::Jobs).unwrap();
    assert!((12_000..=20_000).contains(&wait), "{wait}");
    shard.later(Duration::from_secs(20));
    assert!(outbox::may_flush(&shard.db, Lane::Jobs, shard.now.get()).unwrap());
    let doorbells = outbox::waiting(&shard.db, Lane::Jobs, i64::MAX).unwrap();
    assert_eq!(doorbells.len(), 1);
}

#[test]
fn a_lost_alarm_is_found_again_in_the_tables() {
    let shard = Shard::new();
    shard.say("查物流 12345");
    let before = next_wake(&shard);
    // Nothing but the tables tells when to wake: an instance that starts an hour later finds all of it overdue.
    shard.later(Duration::from_secs(3600));
    let found = next_wake(&shard);
    assert!(before.is_some() && found.unwrap() <= shard.now.get());
    jobs::rows::ring_due(&shard.db, shard.now.get()).unwrap();
    let doorbells = outbox::waiting(&shard.db, Lane::Jobs, i64::MAX).unwrap();
    assert_eq!(doorbells.len(), 1);
}

#[test]
fn after_a_step_back_of_the_clock_a_retry_still_gets_the_same_answer() {
    let shard = Shard::new();
    let go = message_written_now(&shard);
    let first = go(&shard);
    shard.now.set(shard.now.get().minus(DAY));
    assert_eq!(go(&shard), first);
    assert_eq!(shard.events().len(), 1);
}

#[test]
fn after_a_step_forward_of_the_clock_a_retry_gets_the_same_answer_within_a_day() {
    let shard = Shard::new();
    let go = message_written_now(&shard);
    let first = go(&shard);
    shard.later(DAY - Duration::from_secs(1));
    events::sweep(&shard.db, shard.now.get()).unwrap();
    assert_eq!(go(&shard), first);
    assert_eq!(shard.events().len(), 1);
}

/// `GO`, as WeChat sends it now, and again at each call.
fn message_written_now(shard: &Shard) -> impl Fn(&Shard) -> Answer + use<> {
    let written_at = shard.now.get().seconds().to_string();
    move |shard| {
        let fields = [
            ("FromUserName", FAN),
            ("CreateTime", &written_at),
            ("MsgType", "text"),
            ("Content", "GO"),
            ("MsgId", "1000"),
        ];
        shard.receive(&fields).unwrap().answer
    }
}

#[test]
fn a_step_forward_of_the_clock_closes_a_menu_and_a_step_back_keeps_it() {
    let shard = Shard::new();
    shard.say("menu");
    shard.now.set(shard.now.get().minus(DAY));
    assert!(text(&shard.say("1")).contains("phones"));
    shard.later(DAY + DAY);
    assert_eq!(text(&shard.say("1")), "?");
}

#[test]
fn after_a_step_back_of_the_clock_a_failing_lane_does_not_wait_for_the_old_time() {
    let shard = Shard::new();
    shard.say("hello");
    outbox::failed(&shard.db, Lane::Ledger, shard.now.get(), 128).unwrap();
    parked::park(&shard.db, Parked::Event(1), shard.now.get()).unwrap();
    shard.now.set(shard.now.get().minus(DAY));
    assert!(outbox::may_flush(&shard.db, Lane::Ledger, shard.now.get()).unwrap());
    parked::release(&shard.db, shard.now.get()).unwrap();
    assert_eq!(seqs_to_flush(&shard), [1]);
    let wait = due(&shard, Lane::Ledger).map(i64::unsigned_abs);
    assert_eq!(wait.map(Duration::from_millis), Some(outbox::GATHER_FOR));
}

#[test]
fn a_step_forward_of_the_clock_ends_a_lease_and_the_job_goes_on_under_another() {
    let shard = Shard::new();
    shard.say("查物流 12345");
    let id = shard.jobs()[0].id.clone();
    let old = shard.lease(&id);
    shard.later(Duration::from_secs(61));
    jobs::settle::expire(&shard.db, shard.playbook.as_ref(), shard.now.get()).unwrap();
    assert_eq!(shard.job(&id).state, jobs::State::Waiting);
    shard.later(Duration::from_secs(60));
    assert_ne!(shard.lease(&id), old);
}

#[test]
fn a_step_forward_beyond_the_time_of_a_promise_is_an_honest_text() {
    let shard = Shard::new();
    shard.say("查物流 12345");
    let id = shard.jobs()[0].id.clone();
    shard.lease(&id);
    shard.later(Duration::from_secs(3600));
    jobs::settle::expire(&shard.db, shard.playbook.as_ref(), shard.now.get()).unwrap();
    assert_eq!(shard.job(&id).state, jobs::State::Dead);
    assert_eq!(shard.jobs()[1].state, jobs::State::Waiting);
}

#[test]
fn a_backlog_leaves_in_steps_of_bounded_size_while_messages_are_taken() {
    const BACKLOG: i64 = 50_000;
    const STEP: usize = 512 * 1024;
    let shard = Shard::new();
    shard.say("first");
    shard
        .db
        .run(
            "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?) \
             INSERT INTO events (kind, openid, occurred_at, received_at, payload) \
             SELECT 'text', 'o' || i, i, i, '{\"Content\":\"' || printf('%.*c', 200 + i % 3000, 'x') || '\"}' FROM n",
            &[BACKLOG.into()],
        )
        .unwrap();
    shard.forget_what_is_in_memory();
    let (mut steps, mut flushed) = (0, 0);
    loop {
        let events = events::unflushed(&shard.db, STEP).unwrap();
        if events.is_empty() {
            break;
        }
        let bytes: usize = events
            .iter()
            .map(|event| event.payload.as_ref().map_or(0, String::len))
            .sum();
        assert!(events.len() <= 1000 && bytes <= STEP + 4096, "{bytes}");
        let seqs: Vec<i64> = events.iter().map(|event| event.seq).collect();
        assert!(seqs.windows(2).all(|pair| pair[0] < pair[1]));
        flushed += i64::try_from(seqs.len()).unwrap();
        shard.flushed(&seqs);
        steps += 1;
        if steps % 20 == 0 {
            assert_eq!(text(&shard.say("GO")), "you are in");
        }
    }
    // Those that were taken meanwhile have left as well.
    assert_eq!(flushed, BACKLOG + steps / 20);
    assert!((100..400).contains(&steps), "{steps}");
}

#[test]
fn a_list_of_events_is_cut_by_bytes_but_never_empty() {
    let shard = Shard::new();
    for _ in 0..10 {
        shard.say(&"长".repeat(1000));
    }
    let page = |after, bytes| {
        let events = events::list(&shard.db, None, after, 1000, bytes).unwrap();
        events.iter().map(|event| event.seq).collect::<Vec<i64>>()
    };
    assert_eq!(page(0, 1), [1]);
    assert_eq!(page(1, 7000), [2, 3, 4]);
    assert_eq!(page(4, usize::MAX), [5, 6, 7, 8, 9, 10]);
}

#[test]
fn a_list_of_small_events_that_was_cut_has_as_many_bytes_of_payloads_as_were_asked_for() {
    let shard = Shard::new();
    for _ in 0..30 {
        shard.say("hello");
    }
    let events = events::list(&shard.db, None, 0, 1000, 1000).unwrap();
    assert!(events.len() < 30);
    let payloads = events.iter().filter_map(|event| event.payload.as_ref());
    assert!(payloads.map(String::len).sum::<usize>() >= 1000);
}
