//! What counts as wrong, and who is told when.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "clippy.toml allows them in test functions, and these are called by such"
)]

use std::time::Duration;

use fandesk_playbook::{Alerts, Form};
use fandesk_shard::UnixMillis;
use fandesk_shard::alerts::condition::Verdict;
use fandesk_shard::alerts::ringing::{GIVEN_UP_AFTER, NotRinging, QUIET_FOR};
use fandesk_shard::alerts::{Alert, Condition, Facts, Ringing, Standing, Trouble, notice};
use fandesk_shard::outbox::Lane;
use proptest::prelude::*;

const NOW: UnixMillis = UnixMillis(1_700_000_000_000);

const MINUTE: Duration = Duration::from_secs(60);

fn minutes(count: u32) -> Duration {
    MINUTE.saturating_mul(count)
}

fn rules() -> Alerts {
    Alerts::default()
}

/// All is well, and all was measured.
fn well() -> Facts {
    Facts {
        shards: vec![Some(Standing::default()); 2],
        tokens: Some(Trouble::default()),
        sizes: [Some(1_000_000); 2],
    }
}

fn failed(jobs: i64) -> Facts {
    let mut facts = well();
    facts.shards[0] = Some(Standing {
        failed_jobs: jobs,
        ..Standing::default()
    });
    facts
}

fn behind(lane: Lane, since: UnixMillis) -> Facts {
    let mut standing = Standing::default();
    for (of, place) in Lane::ALL.into_iter().zip(&mut standing.behind_since) {
        if of == lane {
            *place = Some(since);
        }
    }
    let mut facts = well();
    facts.shards[1] = Some(standing);
    facts
}

fn no_token(errcode: i64, errmsg: &str, since: UnixMillis) -> Facts {
    let mut tokens = Trouble::default();
    tokens.failed(errcode, errmsg, since);
    Facts {
        tokens: Some(tokens),
        ..well()
    }
}

/// The ids of what rings when just this was measured.
fn rings(facts: &Facts) -> Vec<String> {
    let mut ringing = Ringing::default();
    ringing.look(facts, &rules(), NOW);
    ringing.now().map(|alert| alert.condition.id()).collect()
}

#[test]
fn nothing_rings_when_all_is_well() {
    assert_eq!(rings(&well()), [""; 0]);
}

#[test]
fn each_lane_rings_from_its_age_on() {
    for (lane, id) in [
        (Lane::Jobs, "outbox_age:jobs"),
        (Lane::People, "outbox_age:people"),
        (Lane::Ledger, "outbox_age:ledger"),
    ] {
        assert_eq!(rings(&behind(lane, NOW.minus(minutes(10)))), [id]);
        assert_eq!(
            rings(&behind(lane, UnixMillis(NOW.minus(minutes(10)).0 + 1))),
            [""; 0]
        );
    }
}

#[test]
fn failed_jobs_of_all_shards_are_counted_together() {
    let mut facts = well();
    for shard in &mut facts.shards {
        *shard = Some(Standing {
            failed_jobs: 5,
            ..Standing::default()
        });
    }
    assert_eq!(rings(&facts), ["failed_jobs"]);
    assert_eq!(rings(&failed(9)), [""; 0]);
}

#[test]
fn a_missing_token_rings_after_its_time_and_an_unlisted_address_at_once() {
    assert_eq!(rings(&no_token(-1, "busy", NOW.minus(minutes(1)))), [""; 0]);
    assert_eq!(
        rings(&no_token(40125, "secret", NOW.minus(minutes(2)))),
        ["no_access_token"]
    );
    let facts = no_token(40164, "invalid ip 203.0.113.7, not in whitelist", NOW);
    assert_eq!(rings(&facts), ["address_not_listed"]);
    let mut ringing = Ringing::default();
    ringing.look(&facts, &rules(), NOW);
    let alert = ringing.now().next().unwrap();
    assert!(notice::words(alert, &rules(), NOW).contains("203.0.113.7"));
}

#[test]
fn a_storm_of_refused_tokens_rings() {
    let mut tokens = Trouble::default();
    (0..10).for_each(|n| tokens.refused(NOW.minus(Duration::from_secs(n))));
    let facts = Facts {
        tokens: Some(tokens),
        ..well()
    };
    assert_eq!(rings(&facts), ["refused_tokens"]);
    let rules = rules();
    let later = NOW.plus(minutes(10));
    assert_eq!(
        Condition::RefusedTokens.verdict(&facts, &rules, later),
        Verdict::Quiet
    );
}

#[test]
fn each_database_rings_from_its_size_on() {
    for (nth, id) in [(0, "d1_size:DB"), (1, "d1_size:LEDGER")] {
        let mut facts = well();
        facts.sizes[nth] = Some(8_000_000_000);
        assert_eq!(rings(&facts), [id]);
        facts.sizes[nth] = Some(7_999_999_999);
        assert_eq!(rings(&facts), [""; 0]);
    }
}

#[test]
fn what_could_not_be_measured_neither_raises_nor_clears() {
    let rules = rules();
    let unknown = Facts {
        shards: vec![None, Some(Standing::default())],
        ..Facts::default()
    };
    for condition in Condition::ALL {
        assert_eq!(
            condition.verdict(&unknown, &rules, NOW),
            Verdict::Unknown,
            "{}",
            condition.id()
        );
    }
    let mut ringing = Ringing::default();
    ringing.look(&failed(10), &rules, NOW);
    for n in 1..60 {
        ringing.look(&unknown, &rules, NOW.plus(minutes(n)));
    }
    assert_eq!(ringing.now().count(), 1);
}

#[test]
fn a_shard_that_does_not_answer_does_not_hide_what_another_says() {
    let mut facts = failed(10);
    facts.shards.push(None);
    assert_eq!(rings(&facts), ["failed_jobs"]);
}

#[test]
fn every_condition_is_found_by_its_id() {
    for condition in Condition::ALL {
        assert_eq!(Condition::from_id(&condition.id()), Some(condition));
    }
    assert_eq!(Condition::from_id("outbox_age"), None);
}

#[test]
fn an_alert_is_told_once_again_after_its_time_and_once_when_it_is_over() {
    let rules = rules();
    let mut ringing = Ringing::default();
    let mut told = Vec::new();
    // Wrong for five hours, then well.
    for minute in 0..310 {
        let now = NOW.plus(minutes(minute));
        let facts = if minute < 300 { failed(10) } else { well() };
        ringing.look(&facts, &rules, now);
        let due = ringing.due(&rules, now);
        told.extend(due.iter().map(|alert| (minute, alert.over_at.is_some())));
        ringing.telling(&due);
        ringing.told(&due, now);
    }
    assert_eq!(told, [(0, false), (240, false), (301, true)]);
    assert_eq!(ringing, Ringing::default());
}

#[test]
fn a_webhook_that_fails_is_tried_again_with_every_look() {
    let rules = rules();
    let mut ringing = Ringing::default();
    for minute in 0..5 {
        let now = NOW.plus(minutes(minute));
        ringing.look(&failed(10), &rules, now);
        let due = ringing.due(&rules, now);
        assert_eq!(due.len(), 1);
        ringing.telling(&due);
    }
    let now = NOW.plus(minutes(5));
    let due = ringing.due(&rules, now);
    ringing.told(&due, now);
    assert!(ringing.due(&rules, now).is_empty());
}

#[test]
fn what_is_over_is_tried_to_be_told_for_an_hour() {
    let rules = rules();
    let mut ringing = Ringing::default();
    ringing.look(&failed(10), &rules, NOW);
    let due = ringing.due(&rules, NOW);
    ringing.telling(&due);
    ringing.look(&well(), &rules, NOW.plus(MINUTE));
    let over_at = NOW.plus(MINUTE + QUIET_FOR);
    ringing.look(&well(), &rules, over_at);
    assert!(ringing.due(&rules, over_at)[0].over_at.is_some());
    assert_eq!(ringing.now().count(), 0);
    ringing.look(&well(), &rules, over_at.plus(GIVEN_UP_AFTER));
    assert_eq!(ringing, Ringing::default());
}

#[test]
fn what_was_over_before_anybody_was_told_is_never_told() {
    let rules = rules();
    let mut ringing = Ringing::default();
    ringing.look(&failed(10), &rules, NOW);
    ringing.look(&well(), &rules, NOW.plus(minutes(1)));
    ringing.look(&well(), &rules, NOW.plus(minutes(2)));
    assert_eq!(ringing, Ringing::default());
}

#[test]
fn a_figure_at_its_threshold_does_not_ring_and_clear_each_minute() {
    let rules = rules();
    let mut ringing = Ringing::default();
    let mut told = 0;
    for minute in 0..60 {
        let now = NOW.plus(minutes(minute));
        ringing.look(&failed(9 + i64::from(minute % 2)), &rules, now);
        let due = ringing.due(&rules, now);
        told += due.len();
        ringing.telling(&due);
        ringing.told(&due, now);
    }
    assert_eq!(told, 1);
}

#[test]
fn what_begins_anew_while_its_end_is_told_is_told_again() {
    let rules = rules();
    let mut ringing = Ringing::default();
    ringing.look(&failed(10), &rules, NOW);
    let due = ringing.due(&rules, NOW);
    ringing.telling(&due);
    ringing.told(&due, NOW);
    for minute in [1, 2] {
        ringing.look(&well(), &rules, NOW.plus(minutes(minute)));
    }
    let (over, now) = (
        ringing.due(&rules, NOW.plus(minutes(2))),
        NOW.plus(minutes(3)),
    );
    ringing.look(&failed(10), &rules, now);
    assert!(ringing.due(&rules, now).is_empty());
    ringing.told(&over, now);
    assert_eq!(ringing.due(&rules, now).len(), 1);
}

#[test]
fn every_alert_has_words_for_its_beginning_and_its_end() {
    let rules = rules();
    for condition in Condition::ALL {
        let mut alert = ringing_alert(condition);
        let begun = notice::words(&alert, &rules, NOW);
        alert.over_at = Some(NOW);
        let over = notice::words(&alert, &rules, NOW);
        for words in [&begun, &over] {
            assert!(
                words.contains('。') && words.ends_with(['.', '0']),
                "{words}"
            );
        }
        assert!(over.contains("已恢复。All clear: "), "{over}");
    }
}

fn ringing_alert(condition: Condition) -> Alert {
    let id = condition.id();
    let text = format!("{id} {0} - - - 0 {0} 1 203.0.113.7\n", NOW.0);
    let ringing: Ringing = text.parse().unwrap();
    ringing.now().next().unwrap().clone()
}

#[test]
fn each_form_is_what_its_receiver_documents() {
    let alerts: Vec<Alert> = Condition::ALL.into_iter().map(ringing_alert).collect();
    let body =
        |form| serde_json::Value::from(notice::body(form, "wx1", &alerts[..1], &rules(), NOW));
    let own = body(Form::Fandesk);
    assert_eq!(own["account"], "wx1");
    assert_eq!(own["alerts"][0]["id"], "outbox_age:jobs");
    assert_eq!(own["alerts"][0]["state"], "ringing");
    for form in [Form::Wecom, Form::Dingtalk] {
        let body = body(form);
        assert_eq!(body["msgtype"], "text");
        assert!(
            body["text"]["content"]
                .as_str()
                .unwrap()
                .starts_with("fandesk · wx1\n\n【告警】")
        );
    }
    let feishu = body(Form::Feishu);
    assert_eq!(feishu["msg_type"], "text");
    assert!(feishu["content"]["text"].is_string());
    let all = serde_json::Value::from(notice::body(Form::Wecom, "wx1", &alerts, &rules(), NOW));
    assert!(all["text"]["content"].as_str().unwrap().len() <= 2048);
}

#[test]
fn a_robot_that_answers_200_with_a_code_has_not_taken_it() {
    assert!(notice::taken(Form::Fandesk, 204, ""));
    assert!(!notice::taken(Form::Fandesk, 302, ""));
    assert!(notice::taken(
        Form::Wecom,
        200,
        r#"{"errcode":0,"errmsg":"ok"}"#
    ));
    assert!(notice::taken(
        Form::Feishu,
        200,
        r#"{"code":0,"msg":"success"}"#
    ));
    for (form, status, answer) in [
        (
            Form::Wecom,
            200,
            r#"{"errcode":45009,"errmsg":"reach max api daily quota limit"}"#,
        ),
        (
            Form::Dingtalk,
            200,
            r#"{"errcode":310000,"errmsg":"sign not match"}"#,
        ),
        (
            Form::Feishu,
            200,
            r#"{"code":19021,"msg":"sign match fail"}"#,
        ),
        (Form::Feishu, 200, "<html>"),
        (Form::Dingtalk, 502, r#"{"errcode":0}"#),
    ] {
        assert!(!notice::taken(form, status, answer), "{answer}");
    }
}

#[test]
fn a_text_of_another_form_is_no_list_of_alerts() {
    for text in [
        "x",
        "failed_jobs",
        "failed_jobs 1 - - - 0 1 1",
        "mystery 1 - - - 0 1 1 -",
    ] {
        assert_eq!(text.parse::<Ringing>(), Err(NotRinging), "{text}");
    }
}

proptest! {
    /// Whatever is measured and however the webhook fails, the receiver's view is never wrong for longer than it must: no alert
    /// is told twice without a reason, an end is told only of what may have been told, and all of it survives as text.
    #[test]
    fn nobody_is_told_twice_without_a_reason(steps in prop::collection::vec((0..3_u8, any::<bool>(), 1..400_u32), 1..60)) {
        let rules = rules();
        let mut ringing = Ringing::default();
        let mut now = NOW;
        // What the receiver was surely told last, and when; whether they may have been told since.
        let mut told: Option<(bool, UnixMillis)> = None;
        let mut may_know = false;
        for (measured, webhook_works, wait) in steps {
            now = now.plus(minutes(wait));
            let facts = match measured {
                0 => well(),
                1 => failed(10),
                _ => Facts::default(),
            };
            ringing.look(&facts, &rules, now);
            let read: Ringing = ringing.to_string().parse().unwrap();
            prop_assert_eq!(&read, &ringing);
            let due = ringing.due(&rules, now);
            for alert in &due {
                let over = alert.over_at.is_some();
                prop_assert!(!over || may_know, "an end of what nobody heard of");
                if let (false, Some((false, at))) = (over, told) {
                    prop_assert!(now >= at.plus(rules.repeat_every) || !may_know, "told again too early");
                }
                may_know = true;
            }
            ringing.telling(&due);
            if webhook_works {
                ringing.told(&due, now);
                for alert in &due {
                    let over = alert.over_at.is_some();
                    told = Some((over, now));
                    may_know = !over;
                }
                prop_assert!(ringing.due(&rules, now).is_empty());
            }
            if ringing == Ringing::default() {
                (told, may_know) = (None, false);
            }
        }
    }
}
