//! A message that cannot be written must not take those down that arrive with it.

use fandesk_e2e::{Message, Mode, Setup, at_once, new_openid};

/// One shard, so that all fifty share its groups.
#[test]
fn one_poisoned_message_among_fifty_is_refused_alone_and_taken_when_healed() {
    let mut desk = Setup::new(Mode::Plain).with("FANDESK_SHARDS", "1").start();
    let openids: Vec<String> = (0..50).map(|_| new_openid()).collect();
    let poisoned = &openids[23];
    desk.stop();
    // The event itself is written before, and has to be taken back.
    change_shard(
        &desk,
        &format!(
            "CREATE TRIGGER poison BEFORE INSERT ON events WHEN NEW.openid = '{poisoned}' \
         BEGIN SELECT RAISE(ABORT, 'poisoned'); END"
        ),
    );
    desk.start();

    let calls: Vec<_> = openids
        .iter()
        .map(|openid| desk.wechat().call(&Message::text(openid, "GO").xml()))
        .collect();
    let answers = at_once(calls.len(), |fan| calls[fan].send());
    for (openid, answer) in openids.iter().zip(&answers) {
        let (status, events) = if openid == poisoned {
            (500, 0)
        } else {
            (200, 1)
        };
        assert_eq!(answer.status, status, "{}", answer.body);
        assert_eq!(desk.api().events_of(openid).len(), events);
    }

    desk.stop();
    change_shard(&desk, "DROP TRIGGER poison");
    desk.start();
    let retry = calls[23].send();
    assert!(desk.wechat().text(&retry).contains("出发"));
    assert_eq!(desk.api().events().len(), 50);
}

fn change_shard(desk: &fandesk_e2e::Deployment, statement: &str) {
    let databases = desk.databases();
    let mut shards = databases.shards();
    shards.next().unwrap().execute_batch(statement).unwrap();
    assert!(shards.next().is_none());
}
