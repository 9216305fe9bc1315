//! Whoever acts: what the Desk, the audit log and the permission matrix know of them.

use serde_json::{Value, json};

use crate::permissions::{self, Action, Reach, Resource};
use crate::role::Role;

/// The id of whoever holds `FANDESK_ADMIN_TOKEN`. People's ids begin with `p`.
pub const TOKEN: &str = "token";

/// A person who acts, or the bearer of the admin token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// The person's id, or [`TOKEN`].
    pub id: String,
    /// What others see.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The ids of their teams. An admin is in all, whatever this says.
    pub teams: Vec<String>,
}

impl Who {
    /// The bearer of the admin token: full rights, in all teams.
    #[must_use]
    pub fn token() -> Self {
        Self {
            id: TOKEN.to_owned(),
            name: "API".to_owned(),
            role: Role::Admin,
            teams: Vec::new(),
        }
    }

    /// Whether they may do this with what a team has.
    #[must_use]
    pub fn may_in(&self, action: Action, resource: Resource, team: &str) -> bool {
        match permissions::reach(self.role, action, resource) {
            Reach::Never => false,
            Reach::Own | Reach::Teams => self.teams.iter().any(|own| own == team),
            Reach::All => true,
        }
    }

    /// As objects are told: `{"id","name","role","teams"}`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({ "id": self.id, "name": self.name, "role": self.role.name(), "teams": self.teams })
    }

    /// Reads [`Who::to_json`]. None when something is missing or of another kind: who is not known may do nothing.
    #[must_use]
    pub fn from_json(value: &Value) -> Option<Self> {
        let text = |field: &str| value.get(field)?.as_str().map(str::to_owned);
        let teams = value.get("teams")?.as_array()?;
        let teams = teams.iter().map(|team| team.as_str().map(str::to_owned));
        Some(Self {
            id: text("id")?,
            name: text("name")?,
            role: Role::named(&text("role")?)?,
            teams: teams.collect::<Option<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent() -> Who {
        Who {
            id: "p1".to_owned(),
            name: "艾丽丝".to_owned(),
            role: Role::Agent,
            teams: vec!["sales".to_owned()],
        }
    }

    #[test]
    fn an_agent_reaches_their_own_teams_and_no_other() {
        assert!(agent().may_in(Action::Read, Resource::Conversations, "sales"));
        assert!(!agent().may_in(Action::Read, Resource::Conversations, "desk"));
        assert!(!agent().may_in(Action::Write, Resource::Assignments, "sales"));
    }

    #[test]
    fn the_token_reaches_every_team() {
        assert!(Who::token().may_in(Action::Write, Resource::Conversations, "any"));
    }

    #[test]
    fn who_acts_reads_back() {
        assert_eq!(Who::from_json(&agent().to_json()), Some(agent()));
        assert_eq!(Who::from_json(&json!({ "id": "p1" })), None);
        let unknown = json!({ "id": "p1", "name": "", "role": "root", "teams": [] });
        assert_eq!(Who::from_json(&unknown), None);
    }
}
