//! What the tables know of the messages of a group: one statement looks all of them up, since a statement costs more than what it finds.

use fandesk_playbook::Playbook;
use wechat::{Content, Event, Reply};

use super::{Arrival, Context, whom};
use crate::UnixMillis;
use crate::ahead::Recent;
use crate::events::{self, Answer};
use crate::fan::{self, Fan};
use crate::sql::{Database, SqlError, to_json};
use crate::tags;

/// What the tables know of a message: the answer, if it was seen before, and the fan.
#[derive(Default)]
pub(super) struct Known {
    pub(super) answer: Option<Answer>,
    pub(super) fan: Option<Fan>,
    /// As far as the decision may look at them.
    pub(super) tags: Vec<String>,
}

/// Looks all of them up. Of those who are new, and wrote something new, nothing comes back.
pub(super) fn recall(
    db: &impl Database,
    recent: &Recent,
    arrivals: &[&Arrival],
    context: &Context<'_>,
) -> Result<Vec<Known>, SqlError> {
    let asked: Vec<(Option<&str>, &str)> = arrivals
        .iter()
        .map(|arrival| {
            let (_, openid) = whom(arrival);
            let openid = recent.fan(openid).is_none().then_some(openid);
            (openid, arrival.key.as_str())
        })
        .collect();
    let since = events::seen_since(context.now).into();
    // As in `Batch::write`, a lone one does without the JSON.
    let (from, parameters) = match asked.as_slice() {
        [(openid, key)] => (
            "SELECT 0 AS nth, ?1 AS openid, ?3 AS key",
            vec![(*openid).into(), since, (*key).into()],
        ),
        asked => (
            "SELECT key AS nth, value ->> 0 AS openid, value ->> 1 AS key FROM json_each(?1)",
            vec![to_json(&asked)?.into(), since],
        ),
    };
    let statement = format!(
        "SELECT {}, asked.nth, seen.received_at, seen.reply FROM ({from}) AS asked \
         LEFT JOIN fans ON fans.openid = asked.openid \
         LEFT JOIN events AS seen ON seen.seq = ({}) \
         WHERE fans.openid IS NOT NULL OR seen.seq IS NOT NULL",
        fan::COLUMNS,
        events::SEEN
    );
    let mut known: Vec<Known> = arrivals.iter().map(|_| Known::default()).collect();
    for row in db.query(&statement, &parameters)? {
        let column = |nth: usize| fan::COLUMN_COUNT.saturating_add(nth);
        let place = row
            .integer(column(0))
            .and_then(|place| usize::try_from(place).ok());
        if let Some(known) = place.and_then(|place| known.get_mut(place)) {
            known.fan = fan::read(&row, &statement)?;
            known.answer = row.integer(column(1)).map(|at| Answer {
                reply: row.text(column(2)).and_then(Reply::from_json),
                created_at: UnixMillis(at).seconds(),
            });
        }
    }
    if context.playbook.is_some_and(Playbook::welcomes_by_tag) {
        for (arrival, known) in arrivals.iter().zip(&mut known) {
            if let (true, openid) = whom(arrival)
                && matches!(
                    arrival.inbound.content,
                    Content::Event(Event::Subscribe { .. })
                )
            {
                known.tags = tags::load(db, openid)?;
            }
        }
    }
    Ok(known)
}
