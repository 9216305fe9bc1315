//! The audit log tells who did what, and that somebody touched it.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed test is what a test is for"
)]

mod support;

use fandesk_desk::rows::audit::{self, Within};
use fandesk_desk::{Command, Deed, Role, Who};
use fandesk_shard::sql::{Database, SqlError};
use serde_json::json;
use support::kept::{Kept, one_agent};
use support::{agent, opened, person, who};

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

#[test]
fn who_leads_teams_reads_of_the_log_what_concerns_them() {
    let people = [
        person("an", 3, &["desk"], &[]),
        person("bo", 3, &["sales"], &[]),
    ];
    let mut kept = Kept::new(&people, &[json!({ "id": "sales" })]);
    for agent in ["an", "bo"] {
        let agent = agent.to_owned();
        kept.turn(Command::Connected { agent }).done.unwrap();
    }
    kept.row("k1", "opened", "3.1", opened(json!({ "team": "desk" })));
    kept.row("k2", "opened", "3.2", opened(json!({ "team": "sales" })));
    kept.deed(agent("an"), "3.1", Deed::Read).done.unwrap();
    let seller = who("bo", Role::Agent, &["sales"]);
    kept.deed(seller, "3.2", Deed::Read).done.unwrap();
    let boss = who("root", Role::Admin, &[]);
    kept.deed(boss.clone(), "3.1", Deed::Hold).done.unwrap();
    kept.deed(boss.clone(), "3.2", Deed::Hold).done.unwrap();
    let elsewhere = [("an", "login"), ("bo", "login"), ("sue", "publish")];
    for (person, action) in elsewhere.into_iter().chain([("root", "publish")]) {
        let row = fandesk_desk::changes::Audit {
            person: person.to_owned(),
            action: action.to_owned(),
            object: String::new(),
            detail: json!({}),
        };
        audit::append(&kept.db, &row, fandesk_desk::UnixMillis(kept.now)).unwrap();
    }
    let read = |who: &Who| {
        let query = audit::Query {
            within: Within::of(&kept.desk, who),
            ..audit::Query::default()
        };
        let rows = audit::list(&kept.db, &query, None, 100).unwrap();
        let mut rows: Vec<String> = rows
            .iter()
            .filter(|row| row["person"] != "desk")
            .map(|row| {
                ["person", "action", "object"]
                    .map(|of| row[of].as_str().unwrap())
                    .join(" ")
            })
            .collect();
        rows.reverse();
        rows
    };
    let sue = who("sue", Role::Supervisor, &["desk"]);
    let of_sue = ["an read 3.1", "root hold 3.1", "an login ", "sue publish "];
    assert_eq!(read(&sue), of_sue);
    assert_eq!(read(&boss).len(), 8);
    assert_eq!(read(&who("ana", Role::Analyst, &[])).len(), 8);
    let nobody = who("eve", Role::Supervisor, &[]);
    assert!(read(&nobody).is_empty());
}
