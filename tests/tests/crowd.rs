//! Three hundred fans at a time, in safe mode.

use std::collections::HashSet;

use fandesk_e2e::{Mode, Setup, eventually};
use serde_json::json;

#[test]
fn a_crowd_is_answered_and_everything_it_said_is_kept_once() {
    let desk = Setup::new(Mode::Safe).start();
    let order = json!({ "fans": 300, "per_second": 300, "script": ["菜单", "1", "GO"] });
    let crowd = desk.simulator().crowd(&order);
    let figures = eventually("the crowd is through", || {
        Some(desk.simulator().crowd_figures(&crowd)).filter(|figures| figures["arrived"] == 300)
    });
    assert_eq!(
        (&figures["sent"], &figures["answered"]),
        (&json!(900), &json!(900)),
        "{figures}"
    );

    let events = desk.api().events();
    assert_eq!(events.len(), 900);
    let different: HashSet<_> = events
        .iter()
        .map(|event| event["msg_id"].as_str().unwrap())
        .collect();
    assert_eq!(different.len(), 900);
    let openids: HashSet<_> = events
        .iter()
        .map(|event| event["openid"].as_str().unwrap())
        .collect();
    assert_eq!(openids.len(), 300);
}
