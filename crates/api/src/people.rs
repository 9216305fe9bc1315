//! People of the desk, and how they log in.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a person is at the desk.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything, in all teams.
    Admin,
    /// All conversations of their teams, and what the bot answers.
    Supervisor,
    /// Answers fans of their teams.
    Agent,
    /// Figures and the audit log, and no text of any fan.
    Analyst,
}

/// A person of the desk.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// Begins with `p`.
    pub id: String,
    /// What they log in with, in lower case.
    pub login: String,
    /// What colleagues see.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Ids of their teams.
    pub teams: Vec<String>,
    /// What they can, for routing.
    pub skills: Vec<String>,
    /// How many conversations they are given at the same time.
    pub capacity: u32,
    /// What fans see of them.
    pub persona: Persona,
    /// Whether they may log in and are given conversations.
    pub active: bool,
    /// Whether they log in with a second factor.
    pub totp: bool,
    /// In milliseconds.
    pub created_at: i64,
}

/// What fans see of a person, if that is something of their own. What is missing is not there.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Persona {
    /// A name.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 40))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A customer-service account of WeChat's, `name@account`, whose name and picture the fan is shown.
    #[cfg_attr(feature = "openapi", schema(max_length = 64))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kf_account: Option<String>,
    /// An address of a picture, https.
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
}

/// A person to add, or what is to change of one: what is not mentioned stays.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PersonRequest {
    /// 2 to 64 of a to z, 0 to 9 and `. _ @ + -`; needed when adding.
    #[cfg_attr(feature = "openapi", schema(min_length = 2, max_length = 64))]
    pub login: Option<String>,
    /// Needed when adding.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 40))]
    pub name: Option<String>,
    /// Needed when adding.
    pub role: Option<Role>,
    /// Ids of teams that there are.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub teams: Option<Vec<String>>,
    /// Of 1 to 30 characters each.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub skills: Option<Vec<String>>,
    /// 10 unless it is said.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 100))]
    pub capacity: Option<u32>,
    /// Replaced as a whole.
    pub persona: Option<Persona>,
    /// False logs them out everywhere.
    pub active: Option<bool>,
    /// False takes the second factor away, for who lost their phone.
    pub totp: Option<bool>,
    /// As it is; a person may be sent back as they came.
    pub id: Option<String>,
    /// As it is.
    pub created_at: Option<i64>,
}

/// A link by which somebody chooses a password. It is shown once.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    /// Good once.
    pub token: String,
    /// The link, below the address of the console.
    pub path: String,
    /// In milliseconds.
    pub expires_at: i64,
}

/// A person who was added, and their invitation.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonAdded {
    /// Who.
    pub person: Person,
    /// For them alone.
    pub invitation: Invitation,
}

/// Whom an invitation is for.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invited {
    /// What they will log in with.
    pub login: String,
    /// Their name.
    pub name: String,
}

/// A password that somebody who was invited chooses.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationAccepted {
    /// At least 10 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 10, max_length = 256))]
    pub password: String,
}

/// Who wants to log in.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignIn {
    /// In any case of letters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    pub login: String,
    /// Theirs.
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    pub password: String,
    /// Six digits of the second factor, when 401 `code_needed` asked for them.
    pub code: Option<String>,
}

/// Somebody who is logged in. Their browser has the session in a cookie.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Who.
    pub person: Person,
    /// Goes into the header `x-csrf-token` of every request that changes something.
    pub csrf: String,
    /// When the session ends unless it is used, in milliseconds.
    pub expires_at: i64,
    /// The AppID of the account.
    pub account: String,
}

/// A session, as its person sees it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnSession {
    /// Its public name.
    pub id: String,
    /// What the browser called itself.
    pub agent: String,
    /// Whether it is the one that asks.
    pub current: bool,
    /// In milliseconds.
    pub created_at: i64,
    /// When it was last used, to five minutes.
    pub last_seen_at: i64,
    /// In milliseconds.
    pub expires_at: i64,
}

/// Another password.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordChange {
    /// The one of now.
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    pub old: String,
    /// At least 10 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 10, max_length = 256))]
    pub new: String,
}

/// What an authenticator app is told.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TotpSecret {
    /// To type: base 32.
    pub secret: String,
    /// To scan: `otpauth://totp/…`
    pub uri: String,
}

/// A code of an authenticator app.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TotpCode {
    /// Six digits.
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    pub code: String,
}

/// A password, to prove that it is still them.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordProof {
    /// Theirs.
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    pub password: String,
}

/// What the console keeps for a person: any object.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = Object))]
#[serde(transparent)]
pub struct Preferences(pub Value);
