//! The ledger outside the shards: events that they no longer keep are in D1, and the oldest in the archive.

use fandesk_shard::archive::Place;
use worker::wasm_bindgen::JsValue;
use worker::{Env, Result};

use super::{LEDGER, number, read};
use crate::archive::{self, Archived};
use crate::fan_shard::calls::Listed;
use crate::fan_shard::views;
use crate::record::Record;

/// Objects of the archive that are opened for one stretch: what a page needs seldom lies in more, and a page must not take for ever.
const OBJECTS_AT_ONCE: usize = 4;

/// A stretch of one shard's ledger.
pub(crate) struct Stretch {
    pub(crate) shard: u16,
    /// The place before the first that is wanted.
    pub(crate) after: i64,
    /// The place behind the last that is wanted.
    pub(crate) before: i64,
}

/// How much is read of a stretch at once.
pub(crate) struct Share {
    pub(crate) limit: i64,
    /// Bytes of payloads, over which it goes by one event at most.
    pub(crate) bytes: usize,
}

impl Share {
    /// Whether it is used up, so that there may be more. JSON is longer than the payload in it, so whoever stopped because of the bytes
    /// has given as many.
    pub(crate) fn is_full(&self, events: &[Listed]) -> bool {
        i64::try_from(events.len()).map_or(true, |length| length >= self.limit)
            || events.iter().map(|event| event.json.len()).sum::<usize>() >= self.bytes
    }
}

/// Some events of a stretch.
pub(crate) struct Found {
    /// In order.
    pub(crate) events: Vec<Listed>,
    /// Whether the stretch was left before its end.
    pub(crate) more: bool,
}

/// Events of a stretch, of one fan or of all, in order, as the API shows them. It is left early, with `more`, when the share is used
/// up or enough objects were opened.
///
/// One statement tells what D1 has and which objects have the rest, so that what is archived meanwhile is in one of them. It makes
/// the sums before any payload is loaded.
pub(crate) async fn list(
    env: &Env,
    account: &str,
    openid: Option<&str>,
    stretch: &Stretch,
    share: &Share,
) -> Result<Found> {
    let sql = format!(
        "WITH place AS (SELECT e.seq, coalesce(length(CAST(p.payload AS BLOB)), 0) AS size \
         FROM events e LEFT JOIN payloads p ON p.account = e.account AND p.shard = e.shard AND p.seq = e.seq \
         WHERE e.account = ?1 AND e.shard = ?2 AND e.seq > ?3 AND e.seq < ?4 AND (?5 IS NULL OR p.openid = ?5) \
         ORDER BY e.seq LIMIT ?6), \
         fits AS (SELECT seq, sum(size) OVER (ORDER BY seq) - size AS before FROM place) \
         SELECT * FROM (SELECT 0, e.seq, e.received_at, json_object('id', e.shard || '.' || e.seq, 'openid', p.openid, \
         'kind', e.kind, 'occurred_at', e.occurred_at, 'received_at', e.received_at, 'msg_id', e.msg_id, \
         'rule', e.hit, 'payload', json(p.payload), 'reply', json(p.reply)) \
         FROM events e LEFT JOIN payloads p ON p.account = e.account AND p.shard = e.shard AND p.seq = e.seq \
         WHERE e.account = ?1 AND e.shard = ?2 AND e.seq IN (SELECT seq FROM fits WHERE before < ?7) \
         ORDER BY e.seq) \
         UNION ALL SELECT * FROM (SELECT 1, a.first, NULL, (SELECT group_concat(f.fan_ref) FROM archived_fans f \
         WHERE f.account = ?1 AND f.openid IS NULL AND f.shard = ?2 AND f.first = a.first) \
         FROM archives a WHERE a.account = ?1 AND a.shard = ?2 AND a.last > ?3 AND a.first < ?4 AND (?5 IS NULL OR EXISTS \
         (SELECT 1 FROM archived_fans f WHERE f.account = ?1 AND f.openid = ?5 AND f.shard = ?2 AND f.first = a.first)) \
         ORDER BY a.last LIMIT {OBJECTS_AT_ONCE})"
    );
    let parameters = vec![
        account.into(),
        number(stretch.shard.into()),
        number(stretch.after),
        number(stretch.before),
        openid.map_or(JsValue::NULL, Into::into),
        number(share.limit),
        number(i64::try_from(share.bytes).unwrap_or(i64::MAX)),
    ];
    let rows = read(env, LEDGER, &sql, parameters).await?;
    let (mut in_d1, mut objects) = (Vec::new(), Vec::new());
    for row in rows {
        match row.number(0) {
            Some(0) => in_d1.extend(listed(row)),
            _ => objects.extend(object(stretch.shard, row)),
        }
    }
    // What the statement left out of D1 comes behind the last that it gave, and before any event of an object behind that one.
    let cut = share.is_full(&in_d1);
    // An event that came after its stretch was archived is in D1, and belongs between those of an object.
    let mut in_d1 = in_d1.into_iter().peekable();
    let mut events = Vec::new();
    for object in &objects {
        for event in archive::read(env, account, object).await? {
            let wanted = event.seq > stretch.after
                && event.seq < stretch.before
                && (openid.is_none() || event.openid.as_deref() == openid);
            if !wanted {
                continue;
            }
            while let Some(late) =
                in_d1.next_if(|late| late.seq < event.seq && !share.is_full(&events))
            {
                events.push(late);
            }
            if share.is_full(&events) || cut && in_d1.peek().is_none() {
                return Ok(Found { events, more: true });
            }
            events.push(views::event(stretch.shard, event));
        }
    }
    if objects.len() == OBJECTS_AT_ONCE {
        return Ok(Found { events, more: true });
    }
    while let Some(late) = in_d1.next_if(|_| !share.is_full(&events)) {
        events.push(late);
    }
    let more = cut || in_d1.peek().is_some();
    Ok(Found { events, more })
}

fn listed(mut row: Record) -> Option<Listed> {
    Some(Listed {
        seq: row.number(1)?,
        received_at: row.number(2)?,
        json: row.take(3)?,
    })
}

fn object(shard: u16, mut row: Record) -> Option<Archived> {
    Some(Archived {
        place: Place {
            shard,
            first: row.number(1)?,
        },
        erased: row.take(3).unwrap_or_default(),
    })
}
