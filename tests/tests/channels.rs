//! What holds on every channel: the same claims for a fan in WeChat and a visitor of the web page.

use fandesk_e2e::{Agent, Customer, Deployment, Invited, Mode, Setup, Shared, eventually};
use serde_json::{Value, json};

/// Nobody watches in it, so that customers wait until they are taken.
static DESK: Shared = Shared::new(|| {
    Setup::new(Mode::Safe)
        .with("FANDESK_WEBCHAT", "on")
        .with("FANDESK_ERASE_AFTER_HOURS", "0")
        .start()
});

/// Each claim as a test of each channel.
macro_rules! on_every_channel {
    ($($claim:ident)*) => {
        mod wechat {
            $(#[test]
            fn $claim() {
                super::$claim::<fandesk_e2e::Fan>(&super::DESK.lend());
            })*
        }

        mod web {
            $(#[test]
            fn $claim() {
                super::$claim::<fandesk_e2e::Visitor>(&super::DESK.lend());
            })*
        }
    };
}

on_every_channel! {
    the_bot_answers_at_once_and_a_business_system_later
    who_asks_for_a_person_waits_until_they_are_taken
    who_asks_again_is_told_their_place
    an_agents_answer_arrives_under_the_name_that_is_for_customers
    while_an_agent_speaks_the_bot_is_silent
    what_is_for_the_desk_alone_reaches_nobody_else
    the_second_who_answers_is_told
    whoever_is_resolved_is_asked_how_it_was_and_thanked
    who_writes_again_about_it_reopens_the_same_conversation
    who_leaves_is_forgotten_by_shard_and_desk
}

/// Somebody who asked for a person, and the conversation.
fn waiting<C: Customer>(desk: &Deployment, agent: &Agent) -> (C, String) {
    let customer = C::of(desk);
    assert!(customer.writes("人工").is_some());
    let id = agent.finds(customer.name());
    agent.sees_it_become(&id, "waiting");
    (customer, id)
}

/// Somebody who is with this agent.
fn taken<C: Customer>(desk: &Deployment, agent: &Agent) -> (C, String) {
    let (customer, id) = waiting(desk, agent);
    agent.does("take", &id).expect(200);
    (customer, id)
}

fn alice(desk: &Deployment) -> Agent {
    desk.hires(Invited::agent("艾丽丝"))
}

fn the_bot_answers_at_once_and_a_business_system_later<C: Customer>(desk: &Deployment) {
    let customer = C::of(desk);
    assert!(customer.writes("GO").is_some());
    assert!(
        customer
            .writes("菜单")
            .is_some_and(|menu| menu.contains('1'))
    );
    assert!(customer.writes("1").is_some());
    assert!(customer.writes("查物流 12345").is_some());
    customer.hears("12345");
}

fn who_asks_for_a_person_waits_until_they_are_taken<C: Customer>(desk: &Deployment) {
    let alice = alice(desk);
    let (customer, id) = waiting::<C>(desk, &alice);
    let seen = alice.sees(&id);
    assert_eq!(seen["channel"], C::CHANNEL);
    assert_eq!(seen["openid"], customer.name());
    assert_eq!(seen["reason"], "command");
    assert!(seen["window"]["left"].as_i64() > Some(0), "{seen}");
    let taken = alice.does("take", &id).expect(200).json();
    assert_eq!(taken["agent"], alice.id());
}

fn who_asks_again_is_told_their_place<C: Customer>(desk: &Deployment) {
    let alice = alice(desk);
    let (customer, _) = waiting::<C>(desk, &alice);
    let before = customer.heard().len();
    assert!(customer.writes("人工").is_some());
    eventually("the place in the queue", || {
        (customer.heard().len() > before).then_some(())
    });
}

fn an_agents_answer_arrives_under_the_name_that_is_for_customers<C: Customer>(desk: &Deployment) {
    let alice = desk.hires(Invited::agent("王艾丽").with("persona", json!({ "name": "小丽" })));
    let (customer, id) = taken::<C>(desk, &alice);
    alice.answers(&id, "您好，请讲。").expect(202);
    assert_eq!(customer.hears("您好"), "您好，请讲。");
    let done = eventually("it has arrived", || {
        let thread = alice.reads(&id);
        let sent = thread
            .into_iter()
            .find(|entry| entry["text"] == "您好，请讲。")?;
        (sent["job"]["state"] == "done").then_some(sent)
    });
    assert_eq!(
        (&done["from"], &done["agent"]["name"]),
        (&json!("agent"), &json!("小丽"))
    );
}

fn while_an_agent_speaks_the_bot_is_silent<C: Customer>(desk: &Deployment) {
    let alice = alice(desk);
    let (customer, id) = taken::<C>(desk, &alice);
    assert_eq!(customer.writes("GO"), None);
    eventually("what they wrote", || {
        (alice.sees(&id)["preview"] == "GO").then_some(())
    });
}

fn what_is_for_the_desk_alone_reaches_nobody_else<C: Customer>(desk: &Deployment) {
    let alice = alice(desk);
    let (customer, id) = taken::<C>(desk, &alice);
    let note = json!({ "text": "老客户，别急" });
    alice
        .post(&format!("/conversations/{id}/notes"), &note)
        .expect(201);
    alice.answers(&id, "马上查").expect(202);
    customer.hears("马上查");
    let heard = customer.heard();
    assert!(
        heard.iter().all(|text| !text.contains("老客户")),
        "{heard:?}"
    );
    let thread = alice.reads(&id);
    assert!(thread.iter().any(|entry| entry["kind"] == "note"));
}

fn the_second_who_answers_is_told<C: Customer>(desk: &Deployment) {
    let (alice, bob) = (alice(desk), desk.hires(Invited::agent("鲍勃")));
    let (customer, id) = taken::<C>(desk, &alice);
    let late = bob.answers(&id, "我来").expect(409).json();
    assert_eq!(late["error"]["code"], "not_yours");
    alice.answers(&id, "是我").expect(202);
    customer.hears("是我");
    assert!(!customer.heard().iter().any(|text| text == "我来"));
}

fn whoever_is_resolved_is_asked_how_it_was_and_thanked<C: Customer>(desk: &Deployment) {
    let alice = alice(desk);
    let (customer, id) = taken::<C>(desk, &alice);
    alice.answers(&id, "办好了").expect(202);
    customer.hears("办好了");
    alice.does("resolve", &id).expect(200);
    let choices = customer.is_asked();
    assert_eq!(choices.len(), 5);
    let (mark, content) = &choices[0];
    let thanks = customer.chooses(mark, content);
    assert!(thanks.is_some_and(|text| text.contains("谢")));
    eventually("the mark", || (alice.sees(&id)["score"] == 5).then_some(()));
}

fn who_writes_again_about_it_reopens_the_same_conversation<C: Customer>(desk: &Deployment) {
    let alice = alice(desk);
    let (customer, id) = taken::<C>(desk, &alice);
    alice.does("resolve", &id).expect(200);
    customer.is_asked();
    assert!(customer.writes("还是没有收到，怎么回事呢").is_some());
    let again = eventually("it is open again", || {
        Some(alice.sees(&id)).filter(|seen| seen["state"] != "resolved")
    });
    assert_eq!(again["reopened"], 1);
    assert_eq!(alice.finds(customer.name()), id);
}

fn who_leaves_is_forgotten_by_shard_and_desk<C: Customer>(desk: &Deployment) {
    let alice = alice(desk);
    let (customer, id) = taken::<C>(desk, &alice);
    customer.writes("我叫王小明，住在和平路");
    eventually("what they wrote", || {
        (alice.sees(&id)["preview"] == "我叫王小明，住在和平路").then_some(())
    });
    customer.leaves();
    let gone = eventually("the desk has forgotten them", || {
        Some(alice.sees(&id)).filter(|seen| seen["openid"].is_null())
    });
    assert!(!gone.to_string().contains("王小明"), "{gone}");
    let path = format!("/fans/{}", customer.name().replace(':', "%3A"));
    desk.api().get(&path).expect(404);
    let events = desk.api().get("/events?limit=1000").expect(200).json();
    let texts: Vec<&Value> = events["items"].as_array().unwrap().iter().collect();
    assert!(
        texts
            .iter()
            .all(|event| !event.to_string().contains("王小明"))
    );
}
