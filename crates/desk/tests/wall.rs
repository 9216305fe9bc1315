//! What a supervisor sees of queues and people.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a failed test is what a test is for"
)]

mod support;

use fandesk_desk::list::{Query, With};
use fandesk_desk::{Deed, Role, UnixMillis, Who};
use serde_json::{Value, json};
use support::{MINUTE, Office, SECOND, agent, opened, person, who};

fn lead() -> Who {
    who("sue", Role::Supervisor, &["desk"])
}

fn wall(office: &Office, who: &Who) -> Value {
    office.desk.wall(who, UnixMillis(office.now))
}

fn two_teams() -> Office {
    let people = [
        person("an", 1, &["desk"], &[]),
        person("bo", 1, &["sales"], &[]),
    ];
    let mut office = Office::new(&people, &[json!({ "id": "sales", "name": "售前" })]);
    office.connect("an");
    office
}

#[test]
fn the_wall_tells_who_waits_since_when_and_who_is_there() {
    let mut office = two_teams();
    office.open("1");
    office.now += 10 * SECOND;
    office.open("2");
    office.now += MINUTE;
    let wall = wall(&office, &lead());
    let teams = wall["teams"].as_array().unwrap();
    assert_eq!(teams.len(), 1, "their own teams only");
    assert_eq!(teams[0]["waiting"], 1);
    assert_eq!(teams[0]["oldest_wait_ms"], MINUTE);
    assert_eq!(teams[0]["assigned"], 1);
    let agent = json!({ "id": "an", "name": "name of an", "status": "online", "load": 1, "capacity": 1, "teams": ["desk"] });
    assert_eq!(wall["agents"], json!([agent]));
}

#[test]
fn the_wall_counts_promises_that_are_late_or_about_to_be() {
    let mut office = two_teams();
    office.open("1");
    office.wait(12 * MINUTE);
    let count = |office: &Office| {
        let team = &wall(office, &lead())["teams"][0];
        (team["warned"].clone(), team["breached"].clone())
    };
    assert_eq!(count(&office), (1.into(), 0.into()));
    office.wait(3 * MINUTE);
    assert_eq!(count(&office), (0.into(), 1.into()));
    office.sent("1", "an");
    assert_eq!(count(&office), (0.into(), 0.into()));
}

#[test]
fn nobody_waits_where_somebody_is_free() {
    let mut office = two_teams();
    let wait = |office: &Office| wall(office, &lead())["teams"][0]["predicted_wait_ms"].clone();
    assert_eq!(wait(&office), 0);
    office.open("1");
    assert_eq!(
        wait(&office),
        Value::Null,
        "one says nothing about the pace"
    );
}

#[test]
fn an_analyst_sees_the_wall_of_all_teams_and_no_conversation() {
    let mut office = two_teams();
    office.open("1");
    let analyst = who("ana", Role::Analyst, &[]);
    let wall = wall(&office, &analyst);
    let ids = |list: &str| -> Vec<Value> {
        let items = wall[list].as_array().unwrap().iter();
        items.map(|item| item["id"].clone()).collect()
    };
    assert_eq!(ids("teams"), ["desk", "sales"]);
    assert_eq!(ids("agents"), ["an", "bo"]);
    assert_eq!(wall["teams"][0]["assigned"], 1);
    let (found, next) = office.desk.list(&analyst, &Query::default(), None, 10);
    assert!(found.is_empty() && next.is_none());
}

#[test]
fn a_list_is_filtered_and_paged_newest_first() {
    let mut office = two_teams();
    for (id, team) in [("1", "desk"), ("2", "sales"), ("3", "desk"), ("4", "desk")] {
        office.row("opened", id, opened(json!({ "team": team })));
        office.now += SECOND;
    }
    office
        .deed(&lead(), "3", Deed::Tags(vec!["complaint".to_owned()]))
        .unwrap();
    office.sent("1", "an");
    let list = |query: &Query, after: Option<&str>, limit| {
        let (found, next) = office.desk.list(&agent("an"), query, after, limit);
        let ids: Vec<String> = found.iter().map(|found| found.id.clone()).collect();
        (ids, next)
    };
    let (first, next) = list(&Query::default(), None, 2);
    assert_eq!(first, ["4", "3"]);
    let (rest, end) = list(&Query::default(), next.as_deref(), 2);
    assert_eq!((rest, end), (vec!["1".to_owned()], None));
    let queries = [
        (
            Query {
                tag: Some("complaint".to_owned()),
                ..Query::default()
            },
            vec!["3"],
        ),
        (
            Query {
                agent: Some(With::Nobody),
                ..Query::default()
            },
            vec!["4", "3"],
        ),
        (
            Query {
                agent: Some(With::Agent("an".to_owned())),
                ..Query::default()
            },
            vec!["1"],
        ),
        (
            Query {
                text: Some("O-4".to_owned()),
                ..Query::default()
            },
            vec!["4"],
        ),
        (
            Query {
                text: Some("您好".to_owned()),
                ..Query::default()
            },
            vec!["1"],
        ),
        (
            Query {
                is_unanswered: true,
                ..Query::default()
            },
            vec!["4", "3"],
        ),
        (
            Query {
                team: Some("sales".to_owned()),
                ..Query::default()
            },
            vec![],
        ),
    ];
    for (query, wanted) in queries {
        assert_eq!(list(&query, None, 9).0, wanted, "{query:?}");
    }
}

#[test]
fn a_conversation_is_shown_as_the_api_says() {
    let mut office = two_teams();
    office.open("1");
    office.open("2");
    let shown = office.desk.view(office.get("2"));
    let mut names: Vec<_> = shown
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    let wanted = "agent agent_name assigned_at channel deadlines draft_by epoch fan_tags first_answered_at id \
                  last_answer_at last_fan_at last_from opened_at openid position preview priority reason reopened \
                  resolved_at score state tags team unread waiting_since window";
    assert_eq!(
        names.join(" "),
        wanted.split_whitespace().collect::<Vec<_>>().join(" ")
    );
    assert_eq!(shown["position"], 1);
    assert_eq!(shown["deadlines"][0]["kind"], "first_answer");
    assert_eq!(
        office.desk.view(office.get("1"))["agent_name"],
        "name of an"
    );
}
