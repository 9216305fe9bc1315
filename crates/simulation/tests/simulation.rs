//! The simulation holds, repeats itself, and bites.

#![allow(clippy::panic, reason = "a failed test is what a test is for")]

use fandesk_simulation::{Options, Sabotage, Simulation};

/// Seeds that a test of a debug build can afford.
const SEEDS: std::ops::Range<u64> = 0..12;

/// Within how many seeds something broken must be noticed.
const NOTICED_WITHIN: u64 = 400;

fn options(sabotage: Option<Sabotage>) -> Options {
    Options {
        steps: 500,
        sabotage,
        ..Options::default()
    }
}

/// What was noticed of something broken on purpose.
fn noticed(sabotage: Sabotage) -> String {
    let simulation = Simulation::new();
    (0..NOTICED_WITHIN)
        .find_map(|seed| simulation.run(seed, options(Some(sabotage))).broken)
        .unwrap_or_else(|| panic!("{NOTICED_WITHIN} seeds did not notice {sabotage:?}"))
        .what
}

#[test]
fn nothing_is_lost_or_doubled_whatever_fails() {
    let simulation = Simulation::new();
    let mut acknowledged = 0;
    for seed in SEEDS {
        let outcome = simulation.run(seed, options(None));
        if let Some(broken) = outcome.broken {
            panic!("make simulate SEED={seed} STEPS=500: {}", broken.what);
        }
        acknowledged += outcome.tally.acknowledged;
    }
    assert!(
        acknowledged > 60,
        "only {acknowledged} events were acknowledged"
    );
}

#[test]
fn a_d1_that_is_set_back_gets_back_what_it_lost() {
    let simulation = Simulation::new();
    // One seed in eight sets it back.
    for seed in (0..24).map(|nth| nth * 8) {
        if let Some(broken) = simulation.run(seed, options(None)).broken {
            panic!("make simulate SEED={seed} STEPS=500: {}", broken.what);
        }
    }
}

#[test]
fn shards_that_do_not_tell_d1_again_are_noticed() {
    let what = noticed(Sabotage::SetBackInSilence);
    assert!(what.contains("D1"), "{what}");
}

#[test]
fn the_same_seed_takes_the_same_steps() {
    let hash = |seed| Simulation::new().run(seed, options(None)).trace_hash;
    assert_eq!(hash(7), hash(7));
    assert_ne!(hash(7), hash(8));
}

#[test]
fn a_seed_takes_the_same_steps_whatever_ran_before() {
    let simulation = Simulation::new();
    let alone = |seed| Simulation::new().run(seed, options(None)).trace_hash;
    for seed in SEEDS {
        assert_eq!(simulation.run(seed, options(None)).trace_hash, alone(seed));
    }
    // Nor when what ran before broke something in the middle.
    let broken = simulation.run(7, options(Some(Sabotage::NothingReserved)));
    assert_eq!(
        simulation.run(8, options(None)).trace_hash,
        alone(8),
        "{broken:?}"
    );
}

#[test]
fn answers_that_leave_before_the_sync_are_noticed() {
    let what = noticed(Sabotage::AnswerBeforeSync);
    assert!(what.contains("acknowledged and is missing"), "{what}");
}

#[test]
fn rows_confirmed_before_their_destination_has_them_are_noticed() {
    let what = noticed(Sabotage::ConfirmBeforeSending);
    assert!(what.contains("D1"), "{what}");
}

#[test]
fn copies_that_count_as_taken_before_they_are_sent_are_noticed() {
    let what = noticed(Sabotage::CopiesTakenBeforeSending);
    assert!(what.contains("never arrived"), "{what}");
}

#[test]
fn an_agents_message_that_is_not_known_again_is_noticed() {
    let what = noticed(Sabotage::SaysAreNew);
    assert!(what.contains("taken twice"), "{what}");
}

#[test]
fn somebody_who_speaks_under_an_epoch_that_is_over_is_noticed() {
    let what = noticed(Sabotage::EpochsAreMadeUp);
    assert!(what.contains("which is over"), "{what}");
}

#[test]
fn rows_confirmed_before_the_desk_has_them_are_noticed() {
    let what = noticed(Sabotage::DeskToldBeforeSending);
    assert!(what.contains("the Desk never heard"), "{what}");
}

#[test]
fn retries_that_are_not_recognised_are_noticed() {
    let what = noticed(Sabotage::RetriesAreNew);
    assert!(what.contains("twice"), "{what}");
}

#[test]
fn messages_that_nothing_is_reserved_for_are_noticed() {
    let what = noticed(Sabotage::NothingReserved);
    assert!(what.contains("reply window is closed"), "{what}");
}

#[test]
fn a_message_sent_again_without_asking_is_noticed() {
    let what = noticed(Sabotage::CallAgainUnasked);
    assert!(
        what.contains("at most once") || what.contains("not counted as doubled"),
        "{what}"
    );
}

#[test]
fn a_shard_that_answers_before_a_slot_has_arrived_is_noticed() {
    let what = noticed(Sabotage::AnswerWhileArriving);
    assert!(what.contains("whom no shard knows"), "{what}");
}

#[test]
fn fans_who_are_remembered_too_long_are_noticed() {
    let what = noticed(Sabotage::FansAreRememberedTooLong);
    assert!(!what.is_empty());
}
