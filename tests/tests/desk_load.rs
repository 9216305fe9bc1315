//! A small desk at work; `make desk-load` plays the large one.

use std::time::Duration;

use fandesk_e2e::desk_load::{Plan, run};

#[test]
fn what_fans_write_is_on_the_screen_of_whoever_has_them_within_a_second() {
    let report = run(Plan {
        agents: 8,
        fans: 20,
        messages: 120,
        lasts: Duration::from_secs(20),
    });
    assert_eq!(
        (report.lost, report.refused, report.wrong),
        (0, 0, 0),
        "{report}"
    );
    assert!(report.quantile(0.5) <= Duration::from_secs(1), "{report}");
}
