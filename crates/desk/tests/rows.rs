//! The Desk over SQLite: what is written down is what is read back, once, and nothing personal stays after an erase.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed test is what a test is for"
)]

mod support;

use fandesk_desk::lifecycle::State;
use fandesk_desk::rows::{self, Turned, audit, feed, outbox};
use fandesk_desk::{Arrived, Command, Deed, Desk, Refused, Role, UnixMillis, Who};
use fandesk_shard::sql::{Database, SqlError};
use fandesk_sqlite::Sqlite;
use serde_json::{Value, json};
use support::{DAY, MINUTE, MORNING, agent, opened, person, said, who};

/// A desk that is kept.
struct Kept {
    db: Sqlite,
    desk: Desk,
    now: i64,
}

impl Kept {
    fn new(people: &[Value], teams: &[Value]) -> Self {
        let db = Sqlite::new().unwrap();
        rows::schema::migrate(&db).unwrap();
        let desk = rows::load(&db).unwrap();
        let mut kept = Self {
            db,
            desk,
            now: MORNING,
        };
        let staff = Command::Staff {
            rev: 1,
            people: people.to_vec(),
            teams: teams.to_vec(),
        };
        kept.turn(staff).done.unwrap();
        kept
    }

    fn turn(&mut self, command: Command) -> Turned {
        rows::turn(&self.db, &mut self.desk, command, UnixMillis(self.now)).unwrap()
    }

    fn deed(&mut self, who: Who, id: &str, deed: Deed) -> Turned {
        let id = id.to_owned();
        self.turn(Command::Deed { who, id, deed })
    }

    fn row(&mut self, key: &str, kind: &str, id: &str, more: Value) -> Turned {
        let mut row = json!({ "key": key, "type": kind, "conversation": id, "epoch": 1, "openid": format!("o-{id}"),
            "fan_ref": format!("f-{id}"), "at": self.now, "channel": "wechat" });
        row.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        self.turn(Command::Arrived(Box::new(Arrived::read(&row).unwrap())))
    }

    /// The text of everything in these tables.
    fn dump(&self) -> String {
        let tables = "SELECT name FROM sqlite_schema WHERE type = 'table'";
        let tables = self.db.query(tables, &[]).unwrap();
        let rows = tables.iter().flat_map(|table| {
            let statement = format!("SELECT * FROM \"{}\"", table.text(0).unwrap());
            self.db.query(&statement, &[]).unwrap()
        });
        rows.map(|row| format!("{:?}", row.0)).collect()
    }
}

fn one_agent() -> Kept {
    let mut kept = Kept::new(&[person("an", 3, &["desk"], &[])], &[]);
    let agent = "an".to_owned();
    kept.turn(Command::Connected { agent }).done.unwrap();
    kept
}

#[test]
fn what_is_loaded_is_what_was_kept() {
    let mut kept = one_agent();
    kept.row(
        "k1",
        "opened",
        "3.41",
        opened(json!({ "tags": ["complaint"] })),
    );
    let draft = Deed::Draft(Some("您的包".to_owned()));
    kept.deed(agent("an"), "3.41", draft).done.unwrap();
    kept.row("k2", "opened", "3.42", opened(json!({})));
    kept.deed(agent("an"), "3.42", Deed::Resolve).done.unwrap();
    assert_eq!(rows::load(&kept.db).unwrap(), kept.desk);
}

#[test]
fn a_row_that_comes_twice_changes_nothing() {
    let mut kept = one_agent();
    assert!(kept.row("k1", "opened", "3.41", opened(json!({}))).says);
    let before = (kept.desk.clone(), kept.dump());
    let again = kept.row("k1", "wrote", "3.41", said("again"));
    assert!(again.fed.is_empty() && !again.says);
    assert_eq!((kept.desk.clone(), kept.dump()), before);
    kept.now += 3 * DAY;
    rows::sweep(&kept.db, UnixMillis(kept.now)).unwrap();
    assert!(!rows::taken::is_taken(&kept.db, "k1").unwrap());
}

#[test]
fn a_turn_that_cannot_be_written_leaves_nothing_in_memory() {
    let mut kept = one_agent();
    kept.row("k1", "opened", "3.41", opened(json!({})));
    let before = (kept.desk.clone(), kept.dump());
    kept.db
        .run("ALTER TABLE audit RENAME TO elsewhere", &[])
        .unwrap();
    let command = Command::Deed {
        who: agent("an"),
        id: "3.41".to_owned(),
        deed: Deed::Resolve,
    };
    let failed: Result<_, SqlError> =
        rows::turn(&kept.db, &mut kept.desk, command, UnixMillis(kept.now));
    assert!(failed.is_err());
    kept.db
        .run("ALTER TABLE elsewhere RENAME TO audit", &[])
        .unwrap();
    assert_eq!((kept.desk.clone(), kept.dump()), before);
}

#[test]
fn a_closed_conversation_is_in_its_row_and_comes_back_from_there() {
    let mut kept = one_agent();
    kept.row("k1", "opened", "3.41", opened(json!({})));
    kept.deed(agent("an"), "3.41", Deed::Resolve).done.unwrap();
    kept.now += 8 * DAY;
    kept.turn(Command::Tick).done.unwrap();
    assert!(kept.desk.conversation("3.41").is_none());
    let refused = kept.deed(agent("an"), "3.41", Deed::Take).done.unwrap_err();
    let state = State::Closed;
    assert_eq!(refused, Refused::State { state });
    // A score that comes late is kept and brings nothing back.
    kept.row("k2", "scored", "3.41", json!({ "score": 5 }));
    assert!(kept.desk.conversation("3.41").is_none());
    let closed = rows::closed(&kept.db, None, 10).unwrap();
    assert_eq!(closed[0].score, Some(5));
    // A fan whom the shard let return does.
    kept.row("k3", "reopened", "3.41", said("?"));
    assert_eq!(
        kept.desk.conversation("3.41").unwrap().state,
        State::Assigned
    );
    assert_eq!(rows::closed(&kept.db, None, 10).unwrap(), []);
    assert_eq!(rows::load(&kept.db).unwrap(), kept.desk);
}

#[test]
fn closed_conversations_are_paged_newest_first() {
    let mut kept = one_agent();
    for id in ["1", "2", "3"] {
        kept.row(id, "opened", id, opened(json!({})));
        kept.deed(agent("an"), id, Deed::Resolve).done.unwrap();
        kept.now += MINUTE;
    }
    kept.now += 8 * DAY;
    kept.turn(Command::Tick).done.unwrap();
    let page = rows::closed(&kept.db, None, 2).unwrap();
    let ids = |page: &[fandesk_desk::Conversation]| {
        page.iter()
            .map(|found| found.id.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&page), ["3", "2"]);
    let rest = rows::closed(&kept.db, Some((page[1].opened_at, &page[1].id)), 2).unwrap();
    assert_eq!(ids(&rest), ["1"]);
}

#[test]
fn news_are_numbered_and_asked_for_from_any_number_on() {
    let mut kept = one_agent();
    let told = kept.row("k1", "opened", "3.41", opened(json!({})));
    let all = feed::after(&kept.db, 0, 100).unwrap().unwrap();
    assert!(all.ends_with(&told.fed));
    let messages: Vec<Value> = told
        .fed
        .iter()
        .filter_map(|fed| fed.message_for(&kept.desk, &agent("an")))
        .map(|message| serde_json::from_str(&message).unwrap())
        .collect();
    let types: Vec<_> = messages
        .iter()
        .map(|told| told["type"].as_str().unwrap())
        .collect();
    assert_eq!(types, ["entry", "conversation", "agent"]);
    assert_eq!(messages[1]["conversation"]["agent_name"], "name of an");
    assert_eq!(messages[2]["agent"]["load"], 1);
    let newest = feed::newest(&kept.db).unwrap();
    assert_eq!(messages[2]["n"], newest);
    assert_eq!(feed::after(&kept.db, newest, 100).unwrap(), Some(vec![]));
    assert_eq!(feed::after(&kept.db, newest + 1, 100).unwrap(), None);
    kept.now += 61 * MINUTE;
    rows::sweep(&kept.db, UnixMillis(kept.now)).unwrap();
    assert_eq!(feed::after(&kept.db, 1, 100).unwrap(), None);
    assert_eq!(feed::after(&kept.db, newest, 100).unwrap(), Some(vec![]));
}

#[test]
fn who_loses_sight_of_a_conversation_is_told_that_it_is_gone() {
    let people = [person("an", 3, &["desk"], &[])];
    let mut kept = Kept::new(&people, &[json!({ "id": "sales" })]);
    kept.row("k1", "opened", "3.41", opened(json!({})));
    let lead = who("sue", Role::Supervisor, &["desk"]);
    let team = "sales".to_owned();
    let told = kept.deed(lead, "3.41", Deed::Transfer { team });
    let message = |who: &Who| told.fed[0].message_for(&kept.desk, who);
    let gone = message(&agent("an")).unwrap();
    assert!(gone.ends_with(r#""id":"3.41","type":"gone"}"#), "{gone}");
    let seller = who("bo", Role::Agent, &["sales"]);
    assert!(message(&seller).unwrap().contains(r#""team":"sales""#));
    assert_eq!(message(&who("cy", Role::Agent, &["other"])), None);
    assert_eq!(message(&who("ana", Role::Analyst, &["sales"])), None);
}

#[test]
fn what_a_shard_does_not_take_holds_back_only_its_fan() {
    let mut kept = one_agent();
    for id in ["1", "2"] {
        kept.row(id, "opened", id, opened(json!({})));
    }
    let now = UnixMillis(kept.now);
    let waiting =
        |kept: &Kept, now| outbox::waiting(&kept.db, outbox::Lane::Shards, now, 10).unwrap();
    let first = waiting(&kept, now);
    assert_eq!(first.len(), 2);
    let later = UnixMillis(kept.now + 1_000);
    outbox::postpone(&kept.db, &[first[0].id], later).unwrap();
    kept.deed(agent("an"), "1", Deed::Resolve).done.unwrap();
    let openids =
        |rows: Vec<outbox::Waiting>| rows.into_iter().map(|row| row.openid).collect::<Vec<_>>();
    assert_eq!(openids(waiting(&kept, now)), ["o-2"]);
    assert_eq!(openids(waiting(&kept, later)), ["o-1", "o-2", "o-1"]);
    let all: Vec<i64> = waiting(&kept, later).iter().map(|row| row.id).collect();
    outbox::confirm(&kept.db, &all).unwrap();
    assert_eq!(outbox::due(&kept.db, outbox::Lane::Shards).unwrap(), None);
}

#[test]
fn d1_is_told_the_newest_state_of_a_case_and_nothing_personal() {
    let mut kept = one_agent();
    kept.row("k1", "opened", "3.41", opened(json!({})));
    kept.row("k2", "wrote", "3.41", said("还在吗"));
    let rows = outbox::waiting(&kept.db, outbox::Lane::Cases, UnixMillis(kept.now), 10).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].key, "3.41");
    assert!(!rows[0].body.contains("o-3.41") && !rows[0].body.contains("还在吗"));
}

#[test]
fn who_is_erased_is_in_no_table_any_more() {
    let mut kept = one_agent();
    let fan = json!({ "openid": "openid-1", "fan_ref": "ref-1" });
    let mut first = opened(fan.clone());
    first["entry"]["text"] = "secret word".into();
    kept.row("k1", "opened", "3.41", first.clone());
    kept.deed(agent("an"), "3.41", Deed::Resolve).done.unwrap();
    kept.now += 8 * DAY;
    kept.turn(Command::Tick).done.unwrap();
    kept.row("k2", "opened", "3.50", first);
    let draft = Deed::Draft(Some("secret draft".to_owned()));
    kept.deed(agent("an"), "3.50", draft).done.unwrap();
    assert!(kept.dump().contains("openid-1") && kept.dump().contains("secret"));
    kept.row("k3", "erased", "", fan);
    assert!(!kept.dump().contains("openid-1"));
    assert!(!kept.dump().contains("secret"));
    assert_eq!(rows::load(&kept.db).unwrap(), kept.desk);
    assert!(audit::verify(&kept.db).unwrap().broken_at.is_none());
}

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
