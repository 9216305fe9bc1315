//! The archive: old events go from D1 to R2, and are read there. What goes where is decided in [`fandesk_shard::archive`].

use std::time::Duration;

use fandesk_shard::UnixMillis;
use fandesk_shard::archive::{self, Place, Row, Stretch};
use fandesk_shard::events::Event;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use worker::{Env, Error, Result};

use crate::random::now;
use crate::record::Record;
use crate::settings::Settings;
use crate::store::{self, LEDGER, bucket, number};
use crate::{deadline, log};

/// Objects written in one go for either purpose; between two of them D1 serves others. The Clock comes each minute, so that up to 28 million
/// events go in a day.
const AT_ONCE: usize = 20;

/// How long an object may take before the rest is left to the next minute.
const OBJECT_MAY_TAKE: Duration = Duration::from_secs(20);

/// Writes objects again that still have something of an erased person, and archives what is old enough. Neither waits for the
/// other to succeed.
///
/// What fails is tried again in a minute, from D1's state, which changes last and at once.
pub(crate) async fn advance(env: &Env, settings: &Settings) {
    let account = settings.account.as_str();
    let before = archive::old_before(now(), settings.archive_after_days);
    for _ in 0..AT_ONCE {
        if !went_well(account, clean_one(env, account).boxed_local()).await {
            break;
        }
    }
    for _ in 0..AT_ONCE {
        if !went_well(account, archive_one(env, account, before).boxed_local()).await {
            break;
        }
    }
}

/// Whether a step did something, and may be followed by another.
async fn went_well(account: &str, step: LocalBoxFuture<'_, Result<bool>>) -> bool {
    let done = deadline::within(OBJECT_MAY_TAKE, step).await;
    match done.unwrap_or_else(|| Err(Error::from("it took too long"))) {
        Ok(did_something) => did_something,
        Err(error) => {
            let message = "old events could not be archived, or the archive not be cleaned";
            log::warn(
                "archive",
                message,
                &[("account", &account), ("reason", &error)],
            );
            false
        }
    }
}

/// Archives the next stretch, if one is old enough. Three awaits:
/// - D1 gave the rows: nothing has changed;
/// - R2 has the object: nothing names it yet, D1 has the rows, and a repeat overwrites it;
/// - D1 named it and took the rows away, in one transaction; one that ran already is refused.
async fn archive_one(env: &Env, account: &str, before: UnixMillis) -> Result<bool> {
    let parameters = vec![
        account.into(),
        number(before.0),
        number(archive::EVENTS),
        number(archive::CHARACTERS),
    ];
    let rows = store::read(env, LEDGER, archive::NEXT, parameters).await?;
    let Some(stretch) = Stretch::gather(rows.into_iter().filter_map(row).collect()) else {
        return Ok(false);
    };
    let stored = bucket::put(env, &stretch.place().key(account), &stretch.text()).await?;
    store::write(&env.d1(LEDGER)?, account, stretch.named(account, &stored)).await?;
    Ok(true)
}

/// Writes one object again without the people who were erased, if there is one. Four awaits:
/// - D1 named it, and R2 gave it: nothing has changed, and readers hide those people;
/// - R2 has the new one: readers go on hiding them, a repeat writes the same;
/// - D1 forgot that they were there.
async fn clean_one(env: &Env, account: &str) -> Result<bool> {
    let found = store::read(env, LEDGER, archive::TO_CLEAN, vec![account.into()]).await?;
    let Some(mut found) = found.into_iter().next() else {
        return Ok(false);
    };
    let (Some(place), Some(erased)) = (place(&found), found.take(2)) else {
        return Ok(false);
    };
    let erased: Vec<&str> = erased.split(',').collect();
    let key = place.key(account);
    let stored = match bucket::get(env, &key).await? {
        Some(text) => Some(bucket::put(env, &key, &archive::clean(&text, &erased)).await?),
        None => {
            log::error("archive", &format!("the bucket lacks {key}"), &[]);
            None
        }
    };
    let statements = archive::cleaned(place, &erased, stored.as_ref());
    store::write(&env.d1(LEDGER)?, account, statements).await?;
    Ok(true)
}

/// An object that may have what a reader wants.
pub(crate) struct Archived {
    pub(crate) place: Place,
    /// The `fan_ref`s, with commas between, of people whom it still has and must not show.
    pub(crate) erased: String,
}

/// The events of an object, in order.
pub(crate) async fn read(env: &Env, account: &str, archived: &Archived) -> Result<Vec<Event>> {
    let key = archived.place.key(account);
    let text = bucket::get(env, &key).await?;
    let text = text.ok_or_else(|| Error::from(format!("the bucket lacks {key}")))?;
    let erased: Vec<&str> = archived.erased.split(',').collect();
    Ok(archive::read(&text, &erased).collect())
}

fn row(mut record: Record) -> Option<Row> {
    Some(Row {
        place: place(&record)?,
        seq: record.number(2)?,
        received_at: UnixMillis(record.number(3)?),
        fan_ref: record.take(4),
        openid: record.take(5),
        line: record.take(6)?,
    })
}

fn place(record: &Record) -> Option<Place> {
    Some(Place {
        shard: record.number(0)?.try_into().ok()?,
        first: record.number(1)?,
    })
}
