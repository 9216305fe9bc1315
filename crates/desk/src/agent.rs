//! A person at the desk: what was set for them, and whether they are there.

use std::collections::BTreeSet;

use fandesk_shard::UnixMillis;
use serde_json::{Value, json};

use crate::fields::{Fields, Unreadable, moment};
use crate::who::Role;

/// Conversations at once, for somebody without a number of their own.
const USUAL_CAPACITY: u32 = 5;

/// A person, as the people's tables have them, with their presence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// The person's id.
    pub id: String,
    /// What colleagues call them.
    pub name: String,
    /// Their role. Only agents are given fans; supervisors and admins take them by hand.
    pub role: Role,
    /// The teams that they work for.
    pub teams: BTreeSet<String>,
    /// What they can do, such as `phone`.
    pub skills: BTreeSet<String>,
    /// How many conversations they have at most.
    pub capacity: u32,
    /// The customer-service account by which fans see them.
    pub kf_account: Option<String>,
    /// The name by which fans see them, if not their own.
    pub persona: Option<String>,
    /// Whether they still work here.
    pub active: bool,
    /// Whether and since when they are there.
    pub presence: Presence,
}

/// Whether somebody is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// A console of theirs is connected.
    pub connected: bool,
    /// They want no new fans for now.
    pub away: bool,
    /// Since when no console is connected, while they keep their fans for a moment.
    pub dropped_at: Option<UnixMillis>,
    /// When they were last given a fan.
    pub given_at: Option<UnixMillis>,
}

/// What colleagues see of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// There, and given new fans.
    Online,
    /// There, and not given new ones.
    Away,
    /// Not there.
    Offline,
}

impl Status {
    /// The word in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Away => "away",
            Self::Offline => "offline",
        }
    }
}

impl Presence {
    /// As colleagues see it.
    #[must_use]
    pub fn status(&self) -> Status {
        match (self.connected, self.away) {
            (false, _) => Status::Offline,
            (true, true) => Status::Away,
            (true, false) => Status::Online,
        }
    }

    pub(crate) fn write(&self) -> Value {
        json!({
            "connected": self.connected,
            "away": self.away,
            "dropped_at": moment(self.dropped_at),
            "given_at": moment(self.given_at),
        })
    }

    pub(crate) fn read(value: &Value) -> Result<Self, Unreadable> {
        let fields = Fields::of(value, "presence")?;
        Ok(Self {
            connected: fields.flag("connected"),
            away: fields.flag("away"),
            dropped_at: fields.moment("dropped_at"),
            given_at: fields.moment("given_at"),
        })
    }
}

impl Agent {
    /// Reads a person of the API. They are not there yet.
    ///
    /// # Errors
    /// When the id is missing or there is no such role.
    pub fn read(value: &Value) -> Result<Self, Unreadable> {
        let fields = Fields::of(value, "person")?;
        let persona = fields
            .get("persona")
            .map(|persona| Fields::of(persona, "persona"))
            .transpose()?;
        Ok(Self {
            id: fields.required("id")?,
            name: fields.text("name").unwrap_or_default(),
            role: fields
                .str("role")
                .and_then(Role::read)
                .ok_or_else(|| Unreadable::new("role", "a role"))?,
            teams: fields.texts("teams").into_iter().collect(),
            skills: fields.texts("skills").into_iter().collect(),
            capacity: fields
                .number("capacity")
                .map_or(USUAL_CAPACITY, |capacity| {
                    u32::try_from(capacity.max(0)).unwrap_or(u32::MAX)
                }),
            kf_account: persona.and_then(|persona| persona.text("kf_account")),
            persona: persona.and_then(|persona| persona.text("name")),
            active: fields.flag("active"),
            presence: Presence::default(),
        })
    }

    /// The same person as the JSON that [`Agent::read`] takes.
    pub(crate) fn write(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "role": self.role.name(),
            "teams": self.teams,
            "skills": self.skills,
            "capacity": self.capacity,
            "persona": { "kf_account": self.kf_account, "name": self.persona },
            "active": self.active,
        })
    }

    /// The name by which a fan sees them.
    #[must_use]
    pub fn shown_name(&self) -> &str {
        self.persona.as_deref().unwrap_or(&self.name)
    }
}
