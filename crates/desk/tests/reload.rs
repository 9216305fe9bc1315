//! The Desk may go at any moment and comes back the same.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed test is what a test is for"
)]

mod support;

use std::collections::BTreeSet;

use fandesk_desk::Command;
use fandesk_desk::arrived::What;
use fandesk_desk::rows::{self, audit, feed};
use proptest::prelude::*;
use support::chance::{Day, Happens, happenings, setups};
use support::kept::Kept;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn whatever_happened_what_is_loaded_is_what_was_kept(
        setup in setups(),
        happenings in happenings(),
    ) {
        let mut kept = Kept::new(&[], &[]);
        let mut day = Day::new("web");
        // The number after that of the empty list.
        day.staff(&setup);
        let staff = day.staff(&setup);
        kept.turn(staff).done.unwrap();
        let mut erased = Vec::new();
        // Who is erased before the desk heard of them, and rows that come of them after.
        let (mut gone, mut dropped) = (BTreeSet::new(), 0);
        for happens in &happenings {
            let command = day.command(happens);
            if let (Happens::Row { kind: "erased", .. }, Command::Arrived(row)) = (happens, &command) && day.opened > 0 {
                erased.push(row.openid.clone());
            }
            if let Command::Arrived(row) = &command {
                match row.what {
                    What::Erased => drop(gone.insert(row.fan_ref.clone())),
                    What::Opened { .. } if gone.contains(&row.fan_ref) => dropped += 1,
                    _ => {}
                }
            }
            kept.now = day.now;
            let before = feed::newest(&kept.db).unwrap();
            let turned = kept.turn(command);
            let news = feed::after(&kept.db, before, 1_000).unwrap();
            prop_assert_eq!(news, Some(turned.fed));
            // The desk may go at any moment.
            prop_assert_eq!(&rows::load(&kept.db).unwrap(), &kept.desk);
        }
        prop_assert!(audit::verify(&kept.db).unwrap().broken_at.is_none());
        let closed = rows::closed(&kept.db, None, 1_000).unwrap();
        let known = closed.len() + kept.desk.conversations().count();
        prop_assert!(known + dropped >= day.opened, "{known} and {dropped} of {}", day.opened);
        let forgotten = |found: &fandesk_desk::Conversation| {
            found.openid.as_ref().is_none_or(|openid| !erased.contains(openid))
        };
        prop_assert!(closed.iter().chain(kept.desk.conversations()).all(forgotten));
    }
}
