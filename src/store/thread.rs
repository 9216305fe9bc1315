//! One fan's events outside the shards, newest first: in D1, and the oldest in the archive.

use fandesk_shard::UnixMillis;
use fandesk_shard::archive::Place;
use fandesk_shard::events::Event;
use worker::{Env, Result};

use super::events::Stretch;
use super::{LEDGER, number, read};
use crate::archive::{self, Archived};
use crate::record::Record;

/// Some events of a fan.
pub(crate) struct Older {
    /// Newest first.
    pub(crate) events: Vec<Event>,
    /// The place before which to go on, if the stretch may have more.
    pub(crate) go_on_before: Option<i64>,
}

/// The newest `limit` events of a fan in a stretch.
///
/// One statement tells what D1 has and which object of the archive is the newest that has something of the fan, so that what is archived
/// meanwhile is in one of them. At most one object is opened: what is before it comes with the next call.
pub(crate) async fn newest(
    env: &Env,
    account: &str,
    openid: &str,
    stretch: &Stretch,
    limit: usize,
) -> Result<Older> {
    let sql = "SELECT * FROM (SELECT 0, e.seq, e.kind, e.occurred_at, e.received_at, p.payload, p.reply FROM payloads p \
               JOIN events e ON e.account = p.account AND e.shard = p.shard AND e.seq = p.seq \
               WHERE p.account = ?1 AND p.openid = ?2 AND p.shard = ?3 AND p.seq > ?4 AND p.seq < ?5 \
               ORDER BY p.seq DESC LIMIT ?6) \
               UNION ALL SELECT * FROM (SELECT 1, a.first, NULL, NULL, NULL, (SELECT group_concat(f.fan_ref) \
               FROM archived_fans f WHERE f.account = ?1 AND f.openid IS NULL AND f.shard = ?3 AND f.first = a.first), NULL \
               FROM archived_fans of_fan JOIN archives a ON a.account = ?1 AND a.shard = ?3 AND a.first = of_fan.first \
               WHERE of_fan.account = ?1 AND of_fan.openid = ?2 AND of_fan.shard = ?3 AND a.last > ?4 AND a.first < ?5 \
               ORDER BY a.first DESC LIMIT 1)";
    let parameters = vec![
        account.into(),
        openid.into(),
        number(stretch.shard.into()),
        number(stretch.after),
        number(stretch.before),
        number(i64::try_from(limit).unwrap_or(i64::MAX)),
    ];
    let (mut events, mut archived) = (Vec::new(), None);
    for row in read(env, LEDGER, sql, parameters).await? {
        match row.number(0) {
            Some(0) => events.extend(in_d1(openid, row)),
            _ => archived = object(stretch.shard, row),
        }
    }
    let Some(archived) = archived else {
        return Ok(Older {
            events,
            go_on_before: None,
        });
    };
    let first = archived.place.first;
    let in_object = archive::read(env, account, &archived).await?;
    let wanted = |event: &Event| {
        event.seq > stretch.after
            && event.seq < stretch.before
            && event.openid.as_deref() == Some(openid)
    };
    events.extend(in_object.into_iter().filter(wanted));
    Ok(newest_of(events, first, limit))
}

/// The newest `limit` of what was found, as far down as all is known: to the first place of the object that was opened.
fn newest_of(mut events: Vec<Event>, first: i64, limit: usize) -> Older {
    events.retain(|event| event.seq >= first);
    events.sort_by_key(|event| std::cmp::Reverse(event.seq));
    let go_on_before = match events.get(limit) {
        Some(_) => limit.checked_sub(1).and_then(|last| events.get(last)),
        None => None,
    };
    let go_on_before = go_on_before.map_or(first, |last| last.seq);
    events.truncate(limit);
    Older {
        events,
        go_on_before: Some(go_on_before),
    }
}

fn in_d1(openid: &str, mut row: Record) -> Option<Event> {
    Some(Event {
        seq: row.number(1)?,
        fan_ref: None,
        openid: Some(openid.to_owned()),
        kind: row.take(2)?,
        occurred_at: UnixMillis(row.number(3)?),
        received_at: UnixMillis(row.number(4)?),
        msg_id: None,
        hit: None,
        payload: row.take(5),
        reply: row.take(6),
    })
}

fn object(shard: u16, mut row: Record) -> Option<Archived> {
    Some(Archived {
        place: Place {
            shard,
            first: row.number(1)?,
        },
        erased: row.take(5).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(seq: i64) -> Event {
        Event {
            seq,
            fan_ref: None,
            openid: None,
            kind: "text".to_owned(),
            occurred_at: UnixMillis(0),
            received_at: UnixMillis(0),
            msg_id: None,
            hit: None,
            payload: None,
            reply: None,
        }
    }

    fn found(seqs: &[i64], first: i64, limit: usize) -> (Vec<i64>, Option<i64>) {
        let events = seqs.iter().map(|seq| event(*seq)).collect();
        let older = newest_of(events, first, limit);
        let seqs = older.events.iter().map(|event| event.seq).collect();
        (seqs, older.go_on_before)
    }

    #[test]
    fn what_d1_got_late_stands_between_what_was_archived() {
        assert_eq!(
            found(&[90, 15, 20, 10], 10, 9),
            (vec![90, 20, 15, 10], Some(10))
        );
    }

    #[test]
    fn nothing_is_shown_from_before_the_object_that_was_opened() {
        // 5 is late in D1, and another object may have 7.
        assert_eq!(found(&[5, 20, 10], 10, 9), (vec![20, 10], Some(10)));
    }

    #[test]
    fn a_full_page_goes_on_behind_its_last() {
        assert_eq!(found(&[90, 80, 20, 10], 10, 2), (vec![90, 80], Some(80)));
    }
}
