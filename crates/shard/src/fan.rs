//! What the shard knows of one fan: whether they follow, where they are in a menu, when they may be written to.
//!
//! Profile, tags and own fields are not here: they belong to D1. A fan's `fan_ref` is random and stands for the person in all
//! rows that outlive an erase; the link between it and the openid is only in `fans`, and an erase deletes it. Someone who
//! comes back after an erase gets a new `fan_ref`, so nothing that still carries the old one can touch the new person.
//!
//! The table of fans is behind the ledger most of the time; see [`crate::ahead`] for who may read it when.

use fandesk_playbook::Place;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::channel::Channel;
use crate::desk::{AtDesk, Case, Speaker};
use crate::events::EventId;
use crate::outbox::{self, Lane};
use crate::random::Random;
use crate::sql::{Database, Row, SqlError, Value, to_json};
use crate::{UnixMillis, Window};

/// The state of one fan, as decisions see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Fan {
    /// Random; stands for the fan where rows must outlive an erase.
    pub fan_ref: String,
    /// Rises with every change that D1 sees, so that an older copy never overwrites a newer one.
    pub rev: i64,
    /// Whether the fan follows the account; `None` when that was never seen.
    pub followed: Option<bool>,
    /// The fan asked to get no pushes.
    pub pushes_stopped: bool,
    /// Where the fan is in a text menu, and until when that is remembered.
    pub place: Option<(Place, UnixMillis)>,
    /// Who speaks to them, once anybody of the desk was to.
    pub desk: Option<AtDesk>,
    /// When and how often the fan may be written to.
    pub window: Window,
    /// First event of the fan.
    pub first_seen_at: UnixMillis,
    /// Newest event of the fan.
    pub last_seen_at: UnixMillis,
    /// When the fan's personal data is to be deleted, if so.
    pub erase_at: Option<UnixMillis>,
}

/// A new `fan_ref`: twelve hexadecimal digits of the time in milliseconds, then 128 random bits. Those who come together lie
/// together, here and in D1, so that a burst of new fans writes few pages of each index.
pub(crate) fn new_ref(random: &mut impl Random, now: UnixMillis) -> String {
    format!("{:012x}{}", now.0, random.token())
}

impl Fan {
    /// A fan who is seen for the first time.
    #[must_use]
    pub fn new(channel: Channel, fan_ref: String, now: UnixMillis) -> Self {
        Self {
            fan_ref,
            rev: 0,
            followed: None,
            pushes_stopped: false,
            place: None,
            desk: None,
            window: channel.window(),
            first_seen_at: now,
            last_seen_at: now,
            erase_at: None,
        }
    }

    /// The conversation in which a person speaks to them, or will.
    #[must_use]
    pub fn with_person(&self) -> Option<&Case> {
        let case = self.desk.as_ref()?.case.as_ref()?;
        (case.speaker == Speaker::Person).then_some(case)
    }

    /// The newest conversation, for a change of it.
    pub(crate) fn case_mut(&mut self) -> Option<&mut Case> {
        self.desk.as_mut()?.case.as_mut()
    }

    /// What D1 keeps a copy of; a change of it must be told.
    fn mirrored(&self) -> (Option<bool>, bool, i64) {
        (self.followed, self.pushes_stopped, self.last_seen_at.day())
    }
}

/// What [`read`] reads, in this order.
pub(crate) const COLUMNS: &str = "fans.fan_ref, rev, followed, pushes_stopped, place, place_until, window, first_seen_at, \
                                  last_seen_at, erase_at, desk, fans.openid";
/// How many [`COLUMNS`] there are.
pub(crate) const COLUMN_COUNT: usize = 12;

/// Reads a fan.
///
/// # Errors
/// When SQLite fails or the row does not fit this code.
pub fn load(db: &impl Database, openid: &str) -> Result<Option<Fan>, SqlError> {
    let statement = format!("SELECT {COLUMNS} FROM fans WHERE openid = ?");
    match db.first(&statement, &[openid.into()])? {
        Some(row) => read(&row, &statement),
        None => Ok(None),
    }
}

/// Reads a row that begins with [`COLUMNS`]; all are NULL where there is no such fan.
pub(crate) fn read(row: &Row, statement: &str) -> Result<Option<Fan>, SqlError> {
    let Some(fan_ref) = row.string(0) else {
        return Ok(None);
    };
    let unfit = |message: String| SqlError {
        message,
        statement: statement.to_owned(),
    };
    let millis = |column| row.integer(column).map(UnixMillis);
    let place = match (row.text(4), millis(5)) {
        // A place of an unknown shape (a newer release wrote it) is a place that is gone: the fan starts again.
        (Some(place), Some(until)) => serde_json::from_str(place).ok().map(|place| (place, until)),
        _ => None,
    };
    let window = match Channel::of(row.text(11).unwrap_or_default()) {
        Channel::WeChat => serde_json::from_str(&row.required(6, statement)?)
            .map_err(|error| unfit(format!("window is unreadable: {error}")))?,
        channel => channel.window(),
    };
    Ok(Some(Fan {
        fan_ref,
        rev: row.integer(1).unwrap_or(0),
        followed: row.integer(2).map(|followed| followed != 0),
        pushes_stopped: row.integer(3) == Some(1),
        place,
        desk: row
            .text(10)
            .map(|desk| AtDesk::read(desk).unwrap_or_default()),
        window,
        first_seen_at: millis(7).unwrap_or(UnixMillis(0)),
        last_seen_at: millis(8).unwrap_or(UnixMillis(0)),
        erase_at: millis(9),
    }))
}

/// What an event carries of its fan; [`crate::ahead`] reads it. Times are in milliseconds, and flags are numbers as in the tables.
#[derive(Serialize)]
struct State<'a> {
    rev: i64,
    told: u8,
    followed: Option<u8>,
    pushes_stopped: u8,
    place: Option<&'a Place>,
    place_until: Option<UnixMillis>,
    /// Left out for fans who never had any; what the table has stays then.
    #[serde(skip_serializing_if = "Option::is_none")]
    desk: Option<Json>,
    window: &'a Window,
    first_seen_at: UnixMillis,
    last_seen_at: UnixMillis,
    erase_at: Option<UnixMillis>,
}

/// The state in which an event leaves a fan, as JSON for its row in the ledger. `before` is what the fan was, unless they are new;
/// a change that D1 has to know of gets a new `rev`.
pub(crate) fn left(before: Option<&Fan>, fan: &mut Fan) -> Result<String, SqlError> {
    let told = before.is_none_or(|before| before.mirrored() != fan.mirrored());
    if told {
        fan.rev = fan.rev.saturating_add(1);
    }
    to_json(&State {
        rev: fan.rev,
        told: told.into(),
        followed: fan.followed.map(u8::from),
        pushes_stopped: fan.pushes_stopped.into(),
        place: fan.place.as_ref().map(|(place, _)| place),
        place_until: fan.place.as_ref().map(|(_, until)| *until),
        desk: fan.desk.as_ref().map(AtDesk::write),
        window: &fan.window,
        first_seen_at: fan.first_seen_at,
        last_seen_at: fan.last_seen_at,
        erase_at: fan.erase_at,
    })
}

/// Changes the windows of a fan in the table, which must have [caught up](crate::ahead::catch_up).
///
/// # Errors
/// When SQLite fails.
pub fn save_window(db: &impl Database, openid: &str, window: &Window) -> Result<(), SqlError> {
    db.run(
        "UPDATE fans SET window = ? WHERE openid = ?",
        &[to_json(window)?.into(), openid.into()],
    )
}

/// Changes who speaks to a fan in the table, which must have [caught up](crate::ahead::catch_up).
///
/// # Errors
/// When SQLite fails.
pub fn save_desk(db: &impl Database, openid: &str, desk: &AtDesk) -> Result<(), SqlError> {
    db.run(
        "UPDATE fans SET desk = ? WHERE openid = ?",
        &[desk.write().to_string().into(), openid.into()],
    )
}

/// One time of following.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follow {
    /// When it began; `None` when only its end was seen.
    pub started_at: Option<UnixMillis>,
    /// When it ended; `None` while it lasts.
    pub ended_at: Option<UnixMillis>,
    /// The scene of the code that was scanned, if one was.
    pub scene: Option<String>,
}

/// Opens an interval. A second subscribe without an unsubscribe between (WeChat lost it) changes nothing.
///
/// # Errors
/// When SQLite fails.
pub fn begin_follow(
    db: &impl Database,
    event: &EventId,
    fan_ref: &str,
    at: UnixMillis,
    scene: Option<&str>,
) -> Result<(), SqlError> {
    let open = "SELECT id FROM follows WHERE fan_ref = ? AND ended_at IS NULL";
    if db.first(open, &[fan_ref.into()])?.is_some() {
        return Ok(());
    }
    let follow = Follow {
        started_at: Some(at),
        ended_at: None,
        scene: scene.map(str::to_owned),
    };
    put_follow(db, &event.to_string(), fan_ref, &follow)
}

/// Ends the open interval; one whose beginning was never seen is written with its end alone.
///
/// # Errors
/// When SQLite fails.
pub fn end_follow(
    db: &impl Database,
    event: &EventId,
    fan_ref: &str,
    at: UnixMillis,
) -> Result<(), SqlError> {
    let open = "SELECT id, started_at, scene FROM follows WHERE fan_ref = ? AND ended_at IS NULL";
    match db.first(open, &[fan_ref.into()])? {
        Some(row) => {
            let follow = Follow {
                started_at: row.integer(1).map(UnixMillis),
                ended_at: Some(at),
                scene: row.string(2),
            };
            put_follow(db, &row.required(0, open)?, fan_ref, &follow)
        }
        None => {
            let follow = Follow {
                started_at: None,
                ended_at: Some(at),
                scene: None,
            };
            put_follow(db, &event.to_string(), fan_ref, &follow)
        }
    }
}

fn put_follow(
    db: &impl Database,
    id: &str,
    fan_ref: &str,
    follow: &Follow,
) -> Result<(), SqlError> {
    db.run(
        "INSERT INTO follows (id, fan_ref, started_at, ended_at, scene) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (id) DO UPDATE SET ended_at = ?4",
        &[id.into(), fan_ref.into(), follow.started_at.into(), follow.ended_at.into(), follow.scene.clone().into()],
    )?;
    let mut row = Map::new();
    row.insert("id".into(), id.into());
    row.insert("fan_ref".into(), fan_ref.into());
    row.insert(
        "started_at".into(),
        follow.started_at.map_or(Json::Null, |at| at.0.into()),
    );
    row.insert(
        "ended_at".into(),
        follow.ended_at.map_or(Json::Null, |at| at.0.into()),
    );
    row.insert(
        "scene".into(),
        follow.scene.clone().map_or(Json::Null, Json::from),
    );
    outbox::put(
        db,
        Lane::People,
        &format!("follows:{id}"),
        &Json::Object(row),
    )
}

/// All intervals of a fan, oldest first.
///
/// # Errors
/// When SQLite fails.
pub fn follows(db: &impl Database, fan_ref: &str) -> Result<Vec<Follow>, SqlError> {
    let rows = db.query(
        "SELECT started_at, ended_at, scene FROM follows WHERE fan_ref = ? ORDER BY coalesce(started_at, ended_at), id",
        &[Value::from(fan_ref)],
    )?;
    Ok(rows
        .iter()
        .map(|row| Follow {
            started_at: row.integer(0).map(UnixMillis),
            ended_at: row.integer(1).map(UnixMillis),
            scene: row.string(2),
        })
        .collect())
}
