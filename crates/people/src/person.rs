//! A person of the desk, and what an administrator may say of one.

use serde_json::{Map, Value, json};

use crate::fields::{id, list, number, object, switch, text};
use crate::role::Role;
use crate::who::Who;
use crate::wrong::{Result, Wrong};

/// Characters of a login. E-mail addresses fit, which Cloudflare Access knows people by.
const LONGEST_LOGIN: usize = 64;
/// Characters of a name.
const LONGEST_NAME: usize = 40;
/// Teams and skills that one has at most, and characters of a skill.
const MOST: usize = 20;
const LONGEST_SKILL: usize = 30;
/// Conversations that one is given at the same time, unless it is said otherwise, and at most.
const CAPACITY: i64 = 10;
const MOST_CAPACITY: i64 = 100;
/// Bytes of an address of a picture.
const LONGEST_URL: usize = 500;

/// Fields that an answer has and a request may repeat without effect.
const READ_ONLY: [&str; 2] = ["id", "created_at"];

/// A person. Nobody is ever deleted: what they did stays theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Made by the Worker; begins with `p`.
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
    pub capacity: i64,
    /// What fans see of them, if that is something of their own.
    pub persona: Persona,
    /// Whether they may log in and are given conversations.
    pub active: bool,
    /// Whether they log in with a second factor.
    pub totp: bool,
    /// In Unix milliseconds.
    pub created_at: i64,
}

/// What fans see of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Persona {
    /// A name, such as 小艾.
    pub name: Option<String>,
    /// A customer-service account of WeChat's, `name@account`, whose name and picture the fan is shown.
    pub kf_account: Option<String>,
    /// An address of a picture.
    pub avatar: Option<String>,
}

impl Person {
    /// A person whom an administrator adds; `body` has at least `login`, `name` and `role`.
    ///
    /// # Errors
    /// The field that is missing or cannot be taken.
    pub fn new(id: String, body: &Value, now: i64) -> Result<Self> {
        let members = members(body)?;
        for field in ["login", "name", "role"] {
            if !members.contains_key(field) {
                return Err(Wrong::new(field, format!("{field} is needed")));
            }
        }
        let nobody = Self {
            id,
            login: String::new(),
            name: String::new(),
            role: Role::Agent,
            teams: Vec::new(),
            skills: Vec::new(),
            capacity: CAPACITY,
            persona: Persona::default(),
            active: true,
            totp: false,
            created_at: now,
        };
        nobody.with(members)
    }

    /// The same person with what `body` says; what it does not mention stays. `"totp": false` takes the second factor away, for who lost
    /// their phone; only they themselves can set one up.
    ///
    /// # Errors
    /// The field that cannot be taken.
    pub fn changed(self, body: &Value) -> Result<Self> {
        self.with(members(body)?)
    }

    fn with(mut self, members: &Map<String, Value>) -> Result<Self> {
        for (field, value) in members {
            match field.as_str() {
                "login" => self.login = login(value)?,
                "name" => self.name = text(value, field, LONGEST_NAME)?,
                "role" => self.role = role(value)?,
                "teams" => self.teams = list(value, field, MOST, id)?,
                "skills" => {
                    self.skills = list(value, field, MOST, |value, field| {
                        text(value, field, LONGEST_SKILL)
                    })?;
                }
                "capacity" => self.capacity = number(value, field, 0, MOST_CAPACITY)?,
                "persona" => self.persona = Persona::read(value)?,
                "active" => self.active = switch(value, field)?,
                "totp" => self.totp = totp(value, self.totp)?,
                _ => {}
            }
        }
        Ok(self)
    }

    /// What the Desk and the audit log know of them.
    #[must_use]
    pub fn who(&self) -> Who {
        Who {
            id: self.id.clone(),
            name: self.name.clone(),
            role: self.role,
            teams: self.teams.clone(),
        }
    }

    /// As the API shows them, and the Desk is told of them.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "login": self.login,
            "name": self.name,
            "role": self.role.name(),
            "teams": self.teams,
            "skills": self.skills,
            "capacity": self.capacity,
            "persona": self.persona.to_json(),
            "active": self.active,
            "totp": self.totp,
            "created_at": self.created_at,
        })
    }
}

impl Persona {
    /// Reads [`Persona::to_json`], or what an administrator wrote; `null` is a missing field.
    ///
    /// # Errors
    /// The field that cannot be taken.
    pub fn read(value: &Value) -> Result<Self> {
        let members = object(value, "persona", &["name", "kf_account", "avatar"])?;
        let member = |name: &str| members.get(name).filter(|value| !value.is_null());
        let name = member("name").map(|value| text(value, "persona.name", LONGEST_NAME));
        Ok(Self {
            name: name.transpose()?,
            kf_account: member("kf_account").map(kf_account).transpose()?,
            avatar: member("avatar").map(avatar).transpose()?,
        })
    }

    /// Only what there is.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let fields = [
            ("name", &self.name),
            ("kf_account", &self.kf_account),
            ("avatar", &self.avatar),
        ];
        let there = fields.into_iter().filter_map(|(name, value)| {
            let value = value.as_ref()?;
            Some((name.to_owned(), Value::from(value.as_str())))
        });
        Value::Object(there.collect())
    }
}

/// The form in which logins are kept and compared.
#[must_use]
pub fn fold_login(login: &str) -> String {
    login.trim().to_lowercase()
}

fn members(body: &Value) -> Result<&Map<String, Value>> {
    let known = [
        "login",
        "name",
        "role",
        "teams",
        "skills",
        "capacity",
        "persona",
        "active",
        "totp",
        READ_ONLY[0],
        READ_ONLY[1],
    ];
    object(body, "body", &known)
}

fn login(value: &Value) -> Result<String> {
    let login = fold_login(value.as_str().unwrap_or_default());
    let of_login =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'@' | b'+' | b'-');
    if (2..=LONGEST_LOGIN).contains(&login.len()) && login.bytes().all(of_login) {
        Ok(login)
    } else {
        let message = "login has 2 to 64 of a to z, 0 to 9 and . _ @ + -";
        Err(Wrong::new("login", message))
    }
}

fn role(value: &Value) -> Result<Role> {
    Role::named(value.as_str().unwrap_or_default()).ok_or_else(|| {
        Wrong::new(
            "role",
            "role is one of admin, supervisor, agent and analyst",
        )
    })
}

fn totp(value: &Value, has: bool) -> Result<bool> {
    match switch(value, "totp")? {
        true if !has => Err(Wrong::new(
            "totp",
            "only the person can set up a second factor: POST /me/totp",
        )),
        wanted => Ok(wanted),
    }
}

/// `name@account`, as WeChat gives out.
fn kf_account(value: &Value) -> Result<String> {
    let account = text(value, "persona.kf_account", 64)?;
    let is_one = account
        .split_once('@')
        .is_some_and(|(name, of)| !name.is_empty() && !of.is_empty());
    if is_one && !account.contains(char::is_whitespace) {
        Ok(account)
    } else {
        let message = "persona.kf_account is a customer-service account of WeChat's, such as alice@gh_0123456789ab";
        Err(Wrong::new("persona.kf_account", message))
    }
}

fn avatar(value: &Value) -> Result<String> {
    let url = value.as_str().unwrap_or_default();
    let is_url = url.strip_prefix("https://").is_some_and(|rest| {
        !rest.is_empty()
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'"')
    });
    if is_url && url.len() <= LONGEST_URL {
        Ok(url.to_owned())
    } else {
        let message =
            "persona.avatar is an address that begins with https://, of at most 500 bytes";
        Err(Wrong::new("persona.avatar", message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alice() -> Person {
        let body = json!({ "login": " Alice@Example.com ", "name": "艾丽丝", "role": "agent", "teams": ["desk", "desk"] });
        Person::new("p1".to_owned(), &body, 7).unwrap()
    }

    fn refused(body: Value) -> String {
        alice().changed(&body).unwrap_err().field
    }

    #[test]
    fn a_person_is_added_with_a_login_a_name_and_a_role() {
        let alice = alice();
        assert_eq!(alice.login, "alice@example.com");
        assert_eq!(alice.teams, ["desk"]);
        assert_eq!(
            (alice.capacity, alice.active, alice.totp),
            (10, true, false)
        );
        for missing in ["login", "name", "role"] {
            let mut body = json!({ "login": "bob", "name": "Bob", "role": "agent" });
            body.as_object_mut().unwrap().remove(missing);
            let wrong = Person::new("p2".to_owned(), &body, 0).unwrap_err();
            assert_eq!(wrong.field, missing);
        }
    }

    #[test]
    fn what_is_not_mentioned_stays_and_an_answer_may_be_sent_back() {
        let before = alice();
        let again = before.clone().changed(&before.to_json()).unwrap();
        assert_eq!(again, before);
        let after = before.clone().changed(&json!({ "capacity": 3 })).unwrap();
        assert_eq!(
            after,
            Person {
                capacity: 3,
                ..before
            }
        );
    }

    #[test]
    fn each_field_is_refused_by_its_name() {
        for (body, field) in [
            (json!({ "login": "a b" }), "login"),
            (json!({ "login": "x" }), "login"),
            (json!({ "name": " " }), "name"),
            (json!({ "name": "a\u{7}b" }), "name"),
            (json!({ "role": "root" }), "role"),
            (json!({ "teams": ["Sales"] }), "teams"),
            (json!({ "teams": "desk" }), "teams"),
            (json!({ "skills": [1] }), "skills"),
            (json!({ "capacity": 101 }), "capacity"),
            (json!({ "capacity": 1.5 }), "capacity"),
            (json!({ "persona": [] }), "persona"),
            (
                json!({ "persona": { "avatar": "javascript:alert(1)" } }),
                "persona.avatar",
            ),
            (
                json!({ "persona": { "kf_account": "alice" } }),
                "persona.kf_account",
            ),
            (json!({ "active": 1 }), "active"),
            (json!({ "totp": true }), "totp"),
            (json!({ "rôle": "admin" }), "rôle"),
            (json!([]), "body"),
        ] {
            assert_eq!(refused(body.clone()), field, "{body}");
        }
    }

    #[test]
    fn a_second_factor_can_be_taken_away_by_others_and_not_set_up() {
        let with = Person {
            totp: true,
            ..alice()
        };
        assert!(with.clone().changed(&json!({ "totp": true })).unwrap().totp);
        assert!(!with.changed(&json!({ "totp": false })).unwrap().totp);
    }

    #[test]
    fn a_persona_shows_only_what_there_is() {
        let persona = json!({ "name": "小艾", "avatar": null });
        let persona = Persona::read(&persona).unwrap();
        assert_eq!(persona.to_json(), json!({ "name": "小艾" }));
    }
}
