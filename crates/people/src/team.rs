//! A team of the desk: which fans come to it, how it shares them out, and by when they are answered.
//!
//! What a team says is kept and passed on as the JSON that was checked here, whole: each field is there, with its default where it was
//! not said. Opening hours have the playbook's own form and are checked by its compiler, outside.

use serde_json::{Map, Value, json};

use crate::fields::{id, list, number, object, switch, text};
use crate::wrong::{Result, Wrong};

/// The team that there always is. Without any other, everybody is in it.
pub const DESK: &str = "desk";

/// Characters of a name and of a tag.
const LONGEST_NAME: usize = 40;
const LONGEST_TAG: usize = 30;
/// Tags that lead to a team, and tags with deadlines of their own.
const MOST_TAGS: usize = 20;
/// Shifts in a roster: forty people for two weeks.
const MOST_SHIFTS: usize = 600;
/// The span of a deadline, in milliseconds: a second to thirty days.
const SHORTEST_MS: i64 = 1_000;
const LONGEST_MS: i64 = 30 * 24 * 3_600_000;
/// The last moment that there is, in Unix milliseconds: JavaScript's numbers are exact up to here and further.
const LAST_MOMENT: i64 = 8_640_000_000_000_000;

const FIELDS: [&str; 10] = [
    "id",
    "name",
    "tags",
    "mode",
    "fallback",
    "hours",
    "policy",
    "reopen_days",
    "ask_satisfaction",
    "roster",
];

/// Deadlines with their defaults in milliseconds: 15 minutes, 15 minutes, half an hour, and a warning 3 minutes before.
const SPANS: [(&str, i64); 4] = [
    ("first_answer_ms", 900_000),
    ("next_answer_ms", 900_000),
    ("resolution_ms", 1_800_000),
    ("warn_ms", 180_000),
];

/// A team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    id: String,
    /// All of [`FIELDS`].
    members: Map<String, Value>,
}

impl Team {
    /// The team called `id`, as `body` has it. `hours` are taken as they are, if they are an object: whoever keeps the team checks them.
    ///
    /// # Errors
    /// The field that cannot be taken.
    pub fn read(id: &str, body: &Value) -> Result<Self> {
        self::id(&Value::from(id), "id")?;
        let given = object(body, "body", &FIELDS)?;
        if given.get("id").is_some_and(|other| other != id) {
            let message = "id is that of the address, or left out";
            return Err(Wrong::new("id", message));
        }
        let get = |field: &str| given.get(field).filter(|value| !value.is_null());
        let name = get("name").ok_or_else(|| Wrong::new("name", "name is needed"))?;
        let tags = get("tags").map_or(Ok(Vec::new()), |tags| list(tags, "tags", MOST_TAGS, tag))?;
        let fallback = get("fallback").map(|value| fallback(id, value));
        let days = get("reopen_days").map_or(Ok(7), |days| number(days, "reopen_days", 0, 90))?;
        let ask =
            get("ask_satisfaction").map_or(Ok(true), |ask| switch(ask, "ask_satisfaction"))?;
        let members = json!({
            "id": id,
            "name": text(name, "name", LONGEST_NAME)?,
            "tags": tags,
            "mode": mode(get("mode"))?,
            "fallback": fallback.transpose()?,
            "hours": get("hours").map(hours).transpose()?,
            "policy": policy(get("policy"))?,
            "reopen_days": days,
            "ask_satisfaction": ask,
            "roster": roster(get("roster"))?,
        });
        match members {
            Value::Object(members) => Ok(Self {
                id: id.to_owned(),
                members,
            }),
            _ => Err(Wrong::new("body", "body is an object")),
        }
    }

    /// 服务台, as it is before anybody changed it.
    ///
    /// # Errors
    /// None: what it is made of can be taken.
    pub fn desk() -> Result<Self> {
        Self::read(DESK, &json!({ "name": "服务台" }))
    }

    /// Stands in addresses, playbooks and people.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The team that fans go to when nobody here has time.
    #[must_use]
    pub fn fallback(&self) -> Option<&str> {
        self.members.get("fallback")?.get("team")?.as_str()
    }

    /// Its opening hours, in the form of a playbook's `[hours]`.
    #[must_use]
    pub fn hours(&self) -> Option<&Value> {
        self.members.get("hours").filter(|hours| !hours.is_null())
    }

    /// The ids of those who have shifts.
    pub fn on_roster(&self) -> impl Iterator<Item = &str> {
        let shifts = self.members.get("roster").and_then(Value::as_array);
        let shifts = shifts.into_iter().flatten();
        shifts.filter_map(|shift| shift.get("person")?.as_str())
    }

    /// As the API shows it, and the Desk is told of it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        Value::Object(self.members.clone())
    }
}

fn tag(value: &Value, field: &str) -> Result<String> {
    text(value, field, LONGEST_TAG)
}

fn mode(value: Option<&Value>) -> Result<&'static str> {
    match value.map(|value| value.as_str().unwrap_or_default()) {
        None | Some("balanced") => Ok("balanced"),
        Some("manual") => Ok("manual"),
        Some(_) => Err(Wrong::new("mode", "mode is balanced or manual")),
    }
}

fn fallback(own: &str, value: &Value) -> Result<Value> {
    let members = object(value, "fallback", &["team", "after_ms"])?;
    let member = |name: &str| members.get(name).unwrap_or(&Value::Null);
    let team = id(member("team"), "fallback.team")?;
    if team == own {
        let message = "fallback.team is another team";
        return Err(Wrong::new("fallback.team", message));
    }
    let after = number(
        member("after_ms"),
        "fallback.after_ms",
        SHORTEST_MS,
        LONGEST_MS,
    )?;
    Ok(json!({ "team": team, "after_ms": after }))
}

fn hours(value: &Value) -> Result<&Value> {
    if value.is_object() {
        Ok(value)
    } else {
        let message = "hours is an object in the form of a playbook's [hours], or null";
        Err(Wrong::new("hours", message))
    }
}

fn policy(value: Option<&Value>) -> Result<Value> {
    let empty = json!({});
    let mut known: Vec<&str> = SPANS.iter().map(|(name, _)| *name).collect();
    known.push("by_tag");
    let given = object(value.unwrap_or(&empty), "policy", &known)?;
    let mut policy = Map::new();
    for (name, default) in SPANS {
        let span = match given.get(name) {
            None => default,
            Some(value) => span(value, &format!("policy.{name}"), name)?,
        };
        policy.insert(name.to_owned(), span.into());
    }
    let mut by_tag = Map::new();
    if let Some(value) = given.get("by_tag") {
        let too_many = || {
            Wrong::new(
                "policy.by_tag",
                "policy.by_tag is an object with at most 20 tags",
            )
        };
        let given = value.as_object().ok_or_else(too_many)?;
        if given.len() > MOST_TAGS {
            return Err(too_many());
        }
        for (name, value) in given {
            let tag = tag(&Value::from(name.as_str()), "policy.by_tag")?;
            by_tag.insert(tag, of_tag(name, value)?);
        }
    }
    policy.insert("by_tag".to_owned(), Value::Object(by_tag));
    Ok(Value::Object(policy))
}

/// Only what differs for the tag, and how it goes before others.
fn of_tag(tag: &str, value: &Value) -> Result<Value> {
    let place = format!("policy.by_tag.{tag}");
    let mut known: Vec<&str> = SPANS.iter().map(|(name, _)| *name).collect();
    known.push("priority");
    let given = object(value, &place, &known)?;
    let mut own = Map::new();
    for (name, value) in given {
        let field = format!("{place}.{name}");
        let read = match name.as_str() {
            "priority" => number(value, &field, -100, 100)?,
            name => span(value, &field, name)?,
        };
        own.insert(name.clone(), read.into());
    }
    Ok(Value::Object(own))
}

/// A warning may be left out by 0; a deadline may not.
fn span(value: &Value, field: &str, name: &str) -> Result<i64> {
    let least = if name == "warn_ms" { 0 } else { SHORTEST_MS };
    number(value, field, least, LONGEST_MS)
}

fn roster(value: Option<&Value>) -> Result<Value> {
    let empty = json!([]);
    let shifts = value.unwrap_or(&empty).as_array();
    let Some(shifts) = shifts.filter(|shifts| shifts.len() <= MOST_SHIFTS) else {
        let message = format!("roster is a list of at most {MOST_SHIFTS} shifts");
        return Err(Wrong::new("roster", message));
    };
    let read = |(index, shift): (usize, &Value)| {
        let place = |field: &str| format!("roster[{index}].{field}");
        let members = object(
            shift,
            &format!("roster[{index}]"),
            &["person", "from", "until"],
        )?;
        let member = |name: &str| members.get(name).unwrap_or(&Value::Null);
        let person = id(member("person"), &place("person"))?;
        let from = number(member("from"), &place("from"), 0, LAST_MOMENT)?;
        let until = number(member("until"), &place("until"), 0, LAST_MOMENT)?;
        if until <= from {
            let message = format!("roster[{index}].until is later than its from");
            return Err(Wrong::new(&place("until"), message));
        }
        Ok(json!({ "person": person, "from": from, "until": until }))
    };
    let shifts = shifts.iter().enumerate().map(read);
    Ok(Value::Array(shifts.collect::<Result<_>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: Value) -> String {
        Team::read("sales", &body).unwrap_err().field
    }

    #[test]
    fn a_team_with_a_name_has_everything_else_by_default() {
        let desk = Team::desk().unwrap().to_json();
        assert_eq!(desk["policy"]["first_answer_ms"], 900_000);
        assert_eq!(desk["policy"]["by_tag"], json!({}));
        assert_eq!(
            (&desk["mode"], &desk["fallback"]),
            (&json!("balanced"), &json!(null))
        );
        assert_eq!(
            (&desk["reopen_days"], &desk["ask_satisfaction"]),
            (&json!(7), &json!(true))
        );
    }

    #[test]
    fn an_answer_may_be_sent_back() {
        let body = json!({
            "id": "sales", "name": "销售", "tags": ["vip", "vip"], "mode": "manual",
            "fallback": { "team": "desk", "after_ms": 60_000 },
            "hours": { "zone": "+08:00" },
            "policy": { "warn_ms": 0, "by_tag": { "投诉": { "first_answer_ms": 300_000, "priority": 9 } } },
            "roster": [{ "person": "p1", "from": 1, "until": 2 }],
        });
        let team = Team::read("sales", &body).unwrap();
        assert_eq!(team.fallback(), Some("desk"));
        assert_eq!(team.on_roster().collect::<Vec<_>>(), ["p1"]);
        assert_eq!(team.to_json()["tags"], json!(["vip"]));
        assert_eq!(Team::read("sales", &team.to_json()), Ok(team));
    }

    #[test]
    fn each_field_is_refused_by_its_name() {
        let with = |field: &str, value: Value| {
            let mut body = json!({ "name": "销售" });
            body[field] = value;
            body
        };
        for (body, field) in [
            (json!({}), "name"),
            (with("id", json!("desk")), "id"),
            (with("tags", json!(["长".repeat(31)])), "tags"),
            (with("mode", json!("random")), "mode"),
            (
                with("fallback", json!({ "team": "sales", "after_ms": 1_000 })),
                "fallback.team",
            ),
            (
                with("fallback", json!({ "team": "desk" })),
                "fallback.after_ms",
            ),
            (with("hours", json!("always")), "hours"),
            (
                with("policy", json!({ "first_answer_ms": 0 })),
                "policy.first_answer_ms",
            ),
            (
                with("policy", json!({ "second_answer_ms": 1 })),
                "second_answer_ms",
            ),
            (
                with(
                    "policy",
                    json!({ "by_tag": { "vip": { "priority": 101 } } }),
                ),
                "policy.by_tag.vip.priority",
            ),
            (with("reopen_days", json!(91)), "reopen_days"),
            (with("ask_satisfaction", json!("yes")), "ask_satisfaction"),
            (
                with("roster", json!([{ "person": "p1", "from": 2, "until": 2 }])),
                "roster[0].until",
            ),
            (with("rota", json!([])), "rota"),
        ] {
            assert_eq!(refused(body.clone()), field, "{body}");
        }
        assert_eq!(
            Team::read("Sales", &json!({ "name": "x" }))
                .unwrap_err()
                .field,
            "id"
        );
    }
}
