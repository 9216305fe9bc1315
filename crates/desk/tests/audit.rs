//! The audit log tells who did what, and that somebody touched it.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed test is what a test is for"
)]

mod support;

use fandesk_desk::Deed;
use fandesk_desk::rows::audit;
use fandesk_shard::sql::{Database, SqlError};
use serde_json::json;
use support::kept::one_agent;
use support::{agent, opened};

#[test]
fn the_audit_tells_who_did_what_and_where_it_was_touched() {
    let mut kept = one_agent();
    kept.row("k1", "opened", "3.41", opened(json!({})));
    for deed in [Deed::Read, Deed::Hold, Deed::Resume, Deed::Resolve] {
        kept.deed(agent("an"), "3.41", deed).done.unwrap();
    }
    let query = audit::Query {
        person: Some("an".to_owned()),
        object: Some("3.41".to_owned()),
        ..audit::Query::default()
    };
    let rows = audit::list(&kept.db, &query, None, 10).unwrap();
    let actions: Vec<_> = rows
        .iter()
        .map(|row| row["action"].as_str().unwrap())
        .collect();
    assert_eq!(actions, ["resolve", "resume", "hold", "read"]);
    let whole = audit::verify(&kept.db).unwrap();
    assert_eq!((whole.rows, whole.broken_at), (5, None));

    // Whatever is done to the rows is seen, at the row.
    let touches = [
        ("UPDATE audit SET person = 'bo' WHERE n = 3", 3),
        ("UPDATE audit SET at = at + 1 WHERE n = 1", 1),
        ("UPDATE audit SET detail = '{\"x\":1}' WHERE n = 5", 5),
        ("UPDATE audit SET hash = upper(hash) WHERE n = 2", 2),
        ("DELETE FROM audit WHERE n = 2", 2),
        ("DELETE FROM audit WHERE n = 5", 5),
        ("DELETE FROM audit", 1),
        ("UPDATE audit SET n = 9 WHERE n = 5", 5),
    ];
    for (touch, at) in touches {
        let untouched = kept.db.savepoint(|| {
            kept.db.run(touch, &[])?;
            let found = audit::verify(&kept.db)?;
            assert_eq!(found.broken_at, Some(at), "{touch}");
            assert_eq!(found.view()["ok"], false);
            // Takes the touch back.
            Err::<(), _>(SqlError {
                message: String::new(),
                statement: String::new(),
            })
        });
        assert!(untouched.is_err());
    }
    assert_eq!(audit::verify(&kept.db).unwrap(), whole);
}
