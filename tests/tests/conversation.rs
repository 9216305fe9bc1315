//! A conversation from the fan's first word to their mark: who speaks when, what reaches whom, and what is kept of it.

use fandesk_e2e::{Agent, Deployment, Fan, Invited, Mode, Setup, Shared, eventually};
use serde_json::{Value, json};

static DESK: Shared = Shared::new(|| Setup::new(Mode::Plain).start());

/// A fan with an agent who has taken them, and the conversation.
fn in_conversation(desk: &Deployment) -> (Fan, Agent, String) {
    let agent = desk.hires(Invited::agent("小李"));
    let fan = desk.fan();
    assert!(fan.say("人工").text().contains("正在为您转接人工客服"));
    let id = agent.finds(fan.openid());
    agent.does("take", &id).expect(200);
    (fan, agent, id)
}

/// Answers and resolves; gives the question that the fan gets then. Whoever was never answered is not asked.
fn resolves(fan: &Fan, agent: &Agent, id: &str) -> Value {
    agent.answers(id, "好了").expect(202);
    eventually("the desk knows of the answer", || {
        Some(()).filter(|()| !agent.sees(id)["first_answered_at"].is_null())
    });
    agent.does("resolve", id).expect(200);
    fan.gets_type("msgmenu")
}

/// From whom, of which kind and what, of a thread.
fn lines(thread: &[Value]) -> Vec<[&str; 3]> {
    thread
        .iter()
        .map(|entry| ["from", "kind", "text"].map(|name| entry[name].as_str().unwrap_or("-")))
        .collect()
}

#[test]
fn a_fan_and_an_agent_speak_and_the_bot_is_silent() {
    let desk = DESK.lend();
    let (fan, agent, id) = in_conversation(&desk);
    assert!(fan.say("GO").is_silence(), "the bot would know an answer");
    let sent = agent
        .answers(&id, "您好，请问有什么可以帮您？")
        .expect(202)
        .json();
    assert!(sent["id"].is_string(), "{sent}");
    fan.gets("请问有什么可以帮您");
    let thread = eventually("the message is done", || {
        let thread = agent.reads(&id);
        let done = thread.iter().any(|entry| entry["job"]["state"] == "done");
        done.then_some(thread)
    });
    let expected = [
        ["fan", "text", "人工"],
        ["system", "state", "opened"],
        ["system", "state", "assigned"],
        ["fan", "text", "GO"],
        ["agent", "text", "您好，请问有什么可以帮您？"],
    ];
    let mut seen = lines(&thread);
    // Who is assigned reaches the shard a moment after the agent knows, maybe behind what the fan wrote.
    seen.sort_unstable();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(seen, expected);
}

#[test]
fn a_resolved_conversation_gets_one_mark_and_is_reopened_by_what_the_bot_cannot_answer() {
    let desk = DESK.lend();
    let (fan, agent, id) = in_conversation(&desk);
    let ask = resolves(&fan, &agent, &id);
    assert_eq!(ask["msgmenu"]["list"].as_array().unwrap().len(), 5, "{ask}");
    assert!(fan.say("5").text().contains("感谢您的评价"));
    let marked = eventually("the mark", || {
        Some(agent.sees(&id)).filter(|found| !found["score"].is_null())
    });
    assert_eq!(marked["score"], 5);
    assert!(!fan.say("GO").is_silence(), "the bot speaks again");
    assert!(
        fan.say("还是不行啊")
            .text()
            .contains("正在为您转接人工客服")
    );
    let reopened = eventually("it goes on", || {
        Some(agent.sees(&id)).filter(|found| found["reopened"] == 1)
    });
    assert_ne!(reopened["state"], "resolved");
    let sent = fan.service_messages().len();
    agent.does("take", &id);
    resolves_silently(&agent, &id);
    assert_eq!(fan.service_messages().len(), sent, "nobody is asked twice");
}

/// Resolves what was asked about already.
fn resolves_silently(agent: &Agent, id: &str) {
    agent.sees_it_become(id, "assigned");
    agent.does("resolve", id).expect(200);
    eventually("the shard knows", || {
        let thread = agent.reads(id);
        let resolved = thread.iter().filter(|entry| entry["text"] == "resolved");
        (resolved.count() == 2).then_some(())
    });
}

#[test]
fn a_tap_on_a_button_is_a_mark() {
    let desk = DESK.lend();
    let (fan, agent, id) = in_conversation(&desk);
    let ask = resolves(&fan, &agent, &id);
    let choice = &ask["msgmenu"]["list"][1];
    let (choice_id, content) = (
        choice["id"].as_str().unwrap(),
        choice["content"].as_str().unwrap(),
    );
    assert!(
        fan.choose(choice_id, content)
            .text()
            .contains("感谢您的评价")
    );
    let marked = eventually("the mark", || {
        Some(agent.sees(&id)).filter(|found| !found["score"].is_null())
    });
    assert_eq!(marked["score"], 4);
}

#[test]
fn the_fan_may_end_it() {
    let desk = DESK.lend();
    let (fan, agent, id) = in_conversation(&desk);
    assert!(fan.say("结束服务").text().contains("本次人工服务已结束"));
    agent.sees_it_become(&id, "resolved");
    let refused = agent.answers(&id, "还在吗？").expect(409).json();
    assert!(refused["error"]["code"].is_string(), "{refused}");
    assert!(!fan.say("GO").is_silence());
}

#[test]
fn two_who_answer_at_once_the_second_is_told() {
    let desk = DESK.lend();
    let (fan, agent, id) = in_conversation(&desk);
    let seen = agent.reads(&id).last().unwrap()["id"].clone();
    agent.answers(&id, "一").expect(202);
    fan.gets("一");
    let other = desk.hires(Invited::agent("老王"));
    agent.does("release", &id).expect(200);
    other.does("take", &id).expect(200);
    let body = json!({ "text": "二", "client_id": "second", "seen": seen });
    let refused = other
        .post(&format!("/conversations/{id}/messages"), &body)
        .expect(409);
    assert_eq!(refused.json()["error"]["code"], "answered");
}

#[test]
fn a_message_that_wechat_would_refuse_is_refused_with_what_can_be_done() {
    let desk = DESK.lend();
    let (fan, agent, id) = in_conversation(&desk);
    for nth in 1..=5 {
        agent.answers(&id, &format!("第 {nth} 条")).expect(202);
    }
    let refused = agent.answers(&id, "第 6 条").expect(409).json();
    assert_eq!(refused["error"]["code"], "window", "{refused}");
    let message = refused["error"]["message"].as_str().unwrap();
    assert!(message.contains("电话联系"), "{message}");
    fan.gets("第 5 条");
}

#[test]
fn a_thread_goes_on_page_by_page_into_the_past() {
    let desk = DESK.lend();
    let (fan, agent, id) = in_conversation(&desk);
    for nth in 1..=7 {
        fan.say(&format!("第 {nth} 句"));
    }
    let (mut texts, mut before) = (Vec::new(), None::<String>);
    loop {
        let before_it = before
            .map(|before| format!("&before={before}"))
            .unwrap_or_default();
        let path = format!("/conversations/{id}/thread?limit=3{before_it}");
        let page = agent.get(&path).expect(200).json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 3);
        let mut older: Vec<String> = items
            .iter()
            .filter(|entry| entry["from"] == "fan")
            .map(|entry| entry["text"].as_str().unwrap().to_owned())
            .collect();
        older.append(&mut texts);
        texts = older;
        match page["next"].as_str() {
            Some(next) => before = Some(next.to_owned()),
            None => break,
        }
    }
    let mut expected = vec!["人工".to_owned()];
    expected.extend((1..=7).map(|nth| format!("第 {nth} 句")));
    assert_eq!(texts, expected);
    agent
        .get(&format!("/conversations/{id}/thread?before=9.9"))
        .expect(422);
}
