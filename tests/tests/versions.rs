//! Drafts of the playbook, its versions, going back, and what is different. The playbook is everybody's, so each of these tests has a
//! deployment of its own.

use fandesk_e2e::http::Answer;
use fandesk_e2e::{Deployment, Message, Mode, Setup, at_once, new_openid};
use serde_json::{Value, json};

fn desk() -> Deployment {
    Setup::new(Mode::Plain).without_demo().start()
}

fn playbook(answer: &str) -> String {
    format!(
        "default = {{ text = \"?\" }}\n\n[[rule]]\nname = \"go\"\nexact = [\"GO\"]\nreply = {{ text = \"{answer}\" }}\n"
    )
}

#[track_caller]
fn answer_to(desk: &Deployment, text: &str) -> String {
    let wechat = desk.wechat();
    wechat.text(&wechat.send(&Message::text(&new_openid(), text)))
}

fn save_with(desk: &Deployment, headers: &[(&str, &str)], document: &str) -> Answer {
    let mut headers = headers.to_vec();
    headers.push(("content-type", "application/toml"));
    let body = Some(document.as_bytes());
    desk.api().ask("PUT", "/playbook/draft", &headers, body)
}

fn save(desk: &Deployment, document: &str) -> Answer {
    save_with(desk, &[], document)
}

fn post(desk: &Deployment, path: &str, headers: &[(&str, &str)]) -> Answer {
    desk.api().ask("POST", path, headers, None)
}

#[test]
fn a_draft_answers_nobody_until_it_is_published_and_is_gone_then() {
    let desk = desk();
    desk.api().publish(&playbook("old")).expect(200);
    let document = format!("# 草稿\n{}", playbook("new"));
    let saved = save(&desk, &document).expect(200);
    assert_eq!(saved.header("etag"), "\"1\"");
    assert_eq!(
        saved.json(),
        json!({ "revision": 1, "mistake": null, "warnings": [] })
    );
    assert_eq!(answer_to(&desk, "GO"), "old");

    let shown = desk.api().get("/playbook/draft").expect(200);
    assert_eq!(
        (shown.body.as_str(), shown.header("etag")),
        (document.as_str(), "\"1\"")
    );

    let published = post(&desk, "/playbook/draft/publish", &[]).expect(200);
    assert_eq!(published.json()["version"], 2);
    assert_eq!(published.header("etag"), "\"2\"");
    assert_eq!(answer_to(&desk, "GO"), "new");
    assert_eq!(desk.api().get("/playbook").body, document);
    desk.api().get("/playbook/draft").expect(404);
    post(&desk, "/playbook/draft/publish", &[]).expect(404);
}

#[test]
fn a_draft_may_have_mistakes_which_are_told_and_stop_its_publishing() {
    let desk = desk();
    desk.api().publish(&playbook("old")).expect(200);
    let saved = save(&desk, &playbook("new").replace("reply", "replay"))
        .expect(200)
        .json();
    assert_eq!(saved["mistake"]["line"], 6, "{saved}");
    let refused = post(&desk, "/playbook/draft/publish", &[])
        .expect(422)
        .json();
    assert_eq!(refused["error"]["line"], 6);
    assert_eq!(answer_to(&desk, "GO"), "old");
    desk.api().get("/playbook/draft").expect(200);
    // What is not even a document is kept too.
    let saved = save(&desk, "[[rule").expect(200).json();
    assert_eq!(saved["mistake"]["line"], 1, "{saved}");
}

#[test]
fn whoever_saves_over_another_draft_than_they_saw_is_told() {
    let desk = desk();
    save(&desk, &playbook("one")).expect(200);
    save_with(&desk, &[("if-match", "\"1\"")], &playbook("two")).expect(200);
    let refused = save_with(&desk, &[("if-match", "\"1\"")], &playbook("mine"))
        .expect(412)
        .json();
    assert_eq!(refused["error"]["code"], "precondition_failed");
    post(&desk, "/playbook/draft/publish", &[("if-match", "\"1\"")]).expect(412);
    let delete = |tag: &str| {
        desk.api()
            .ask("DELETE", "/playbook/draft", &[("if-match", tag)], None)
    };
    delete("\"1\"").expect(412);
    delete("\"2\"").expect(204);
    desk.api().get("/playbook/draft").expect(404);
    // A draft that begins anew has a revision that nobody has seen.
    assert_eq!(
        save(&desk, &playbook("three")).expect(200).json()["revision"],
        4
    );
    save_with(&desk, &[("if-match", "\"1\"")], &playbook("late")).expect(412);
}

#[test]
fn of_those_who_save_at_once_each_revision_is_somebodys() {
    let desk = desk();
    let answers = at_once(8, |n| save(&desk, &playbook(&format!("n{n}"))));
    let mut revisions: Vec<i64> = Vec::new();
    for answer in answers {
        match answer.status {
            200 => revisions.push(answer.json()["revision"].as_i64().unwrap()),
            status => assert_eq!(status, 409, "{}", answer.body),
        }
    }
    revisions.sort_unstable();
    let expected: Vec<i64> = (1..).take(revisions.len()).collect();
    assert_eq!(revisions, expected);
}

#[test]
fn versions_are_listed_newest_first_and_read_as_they_were_put() {
    let desk = desk();
    for answer in ["one", "two", "three"] {
        desk.api().publish(&playbook(answer)).expect(200);
    }
    let page = desk
        .api()
        .get("/playbook/versions?limit=2")
        .expect(200)
        .json();
    let versions = |page: &Value| -> Vec<i64> {
        let items = page["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| item["version"].as_i64().unwrap())
            .collect()
    };
    assert_eq!(versions(&page), [3, 2]);
    assert_eq!(page["next"], "2");
    assert_eq!(page["items"][0]["bytes"], playbook("three").len());
    assert_eq!(page["items"][0]["format"], "toml");
    assert!(page["items"][0]["published_at"].as_i64().unwrap() > 1_700_000_000_000);
    let rest = desk
        .api()
        .get("/playbook/versions?limit=2&after=2")
        .expect(200)
        .json();
    assert_eq!((versions(&rest), &rest["next"]), (vec![1], &Value::Null));

    let shown = desk.api().get("/playbook/versions/1").expect(200);
    assert_eq!(
        (shown.body.as_str(), shown.header("etag")),
        (playbook("one").as_str(), "\"1\"")
    );
    for nonsense in ["4", "0", "x", "-1", "99999999999999999999"] {
        desk.api()
            .get(&format!("/playbook/versions/{nonsense}"))
            .expect(404);
    }
    desk.api().get("/playbook/versions?after=x").expect(422);
}

#[test]
fn going_back_publishes_the_old_document_as_a_new_version() {
    let desk = desk();
    desk.api().publish(&playbook("good")).expect(200);
    desk.api().publish(&playbook("bad")).expect(200);
    assert_eq!(answer_to(&desk, "GO"), "bad");
    post(
        &desk,
        "/playbook/versions/1/publish",
        &[("if-match", "\"1\"")],
    )
    .expect(412);
    let published = post(
        &desk,
        "/playbook/versions/1/publish",
        &[("if-match", "\"2\"")],
    )
    .expect(200);
    assert_eq!(published.json()["version"], 3);
    assert_eq!(answer_to(&desk, "GO"), "good");
    let page = desk.api().get("/playbook/versions").json();
    assert_eq!(page["items"][0]["restored_from"], 1);
    assert_eq!(page["items"][1]["restored_from"], Value::Null);
    post(&desk, "/playbook/versions/9/publish", &[]).expect(404);
}

#[test]
fn the_difference_between_two_versions_names_parts_and_lines() {
    let desk = desk();
    desk.api().publish(&playbook("old")).expect(200);
    let document = format!(
        "{}[[rule]]\nname = \"bye\"\nexact = [\"BYE\"]\nreply = {{ text = \"bye\" }}\n",
        playbook("new")
    );
    desk.api().publish(&document).expect(200);
    let between = desk
        .api()
        .get("/playbook/versions/1/diff/2")
        .expect(200)
        .json();
    assert_eq!(
        between["changes"],
        json!([
            { "item": "rule \"go\"", "kind": "changed", "from_line": 3, "to_line": 3, "fields": ["reply.text"] },
            { "item": "rule \"bye\"", "kind": "added", "from_line": null, "to_line": 7, "fields": [] },
        ])
    );
    let lines = between["lines"].as_array().unwrap();
    assert_eq!(
        lines[3],
        json!({ "from": 6, "to": null, "text": "reply = { text = \"old\" }" })
    );
    assert_eq!(
        lines[4],
        json!({ "from": null, "to": 6, "text": "reply = { text = \"new\" }" })
    );
    // Backwards what came is what goes.
    let back = desk
        .api()
        .get("/playbook/versions/2/diff/1")
        .expect(200)
        .json();
    assert_eq!(back["changes"][1]["kind"], "removed");
    desk.api().get("/playbook/versions/1/diff/3").expect(404);
    desk.api()
        .get("/playbook/versions/1/diff/draft")
        .expect(404);
}

#[test]
fn a_draft_is_compared_with_a_version_whatever_its_mistakes() {
    let desk = desk();
    desk.api().publish(&playbook("old")).expect(200);
    save(&desk, &playbook("new").replace("reply", "replay")).expect(200);
    let between = desk
        .api()
        .get("/playbook/versions/1/diff/draft")
        .expect(200)
        .json();
    assert_eq!(between["changes"][0]["fields"], json!(["reply", "replay"]));
    save(&desk, "[[rule").expect(200);
    let between = desk
        .api()
        .get("/playbook/versions/1/diff/draft")
        .expect(200)
        .json();
    assert_eq!(between["changes"], Value::Null);
    assert_eq!(between["mistake"]["line"], 1);
    assert!(!between["lines"].as_array().unwrap().is_empty());
}

#[test]
fn drafts_and_versions_are_for_those_with_a_token_and_by_their_methods() {
    let desk = desk();
    for path in [
        "/playbook/draft",
        "/playbook/versions",
        "/playbook/versions/1/diff/2",
    ] {
        desk.api().without_token().get(path).expect(401);
    }
    post(&desk, "/playbook/versions", &[]).expect(405);
    desk.api().get("/playbook/draft/publish").expect(405);
    let body = Some("x".as_bytes());
    let plain = [("content-type", "text/plain")];
    desk.api()
        .ask("PUT", "/playbook/draft", &plain, body)
        .expect(415);
}
