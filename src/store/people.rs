//! The people of the desk.
//!
//! - [`change`]: what administrators change of them, who may do so at once

pub(crate) mod change;

use fandesk_people::person::Persona;
use fandesk_people::{Person, Role};
use serde_json::Value;
use worker::wasm_bindgen::JsValue;
use worker::{Env, Result};

use super::{DB, number, read};
use crate::record::Record;

/// In the order of [`person`].
const COLUMNS: &str =
    "id, login, name, role, teams, skills, capacity, persona, active, totp IS NOT NULL, created_at";

/// A person with what proves that it is them.
pub(crate) struct Proof {
    pub(crate) person: Person,
    /// As `fandesk_people::password` writes it; none until they accepted an invitation.
    pub(crate) password: Option<String>,
    /// The sealed secret of their second factor.
    pub(crate) totp: Option<String>,
    /// One that is not confirmed yet.
    pub(crate) totp_wanted: Option<String>,
    /// The step of the last code that was taken.
    pub(crate) totp_step: i64,
}

/// All of them, those who are active first, by their names.
pub(crate) async fn list(env: &Env, account: &str) -> Result<Vec<Person>> {
    let sql =
        format!("SELECT {COLUMNS} FROM people WHERE account = ?1 ORDER BY active DESC, name, id");
    let rows = read(env, DB, &sql, vec![account.into()]).await?;
    Ok(rows
        .into_iter()
        .filter_map(|mut row| person(&mut row))
        .collect())
}

/// One of them.
pub(crate) async fn show(env: &Env, account: &str, id: &str) -> Result<Option<Person>> {
    let sql = format!("SELECT {COLUMNS} FROM people WHERE account = ?1 AND id = ?2");
    let rows = read(env, DB, &sql, vec![account.into(), id.into()]).await?;
    Ok(rows.into_iter().next().and_then(|mut row| person(&mut row)))
}

/// Whoever logs in as `login`, with what proves it.
pub(crate) async fn with_login(env: &Env, account: &str, login: &str) -> Result<Option<Proof>> {
    proof(env, account, "login", login).await
}

/// The person with this id, with what proves that it is them.
pub(crate) async fn with_id(env: &Env, account: &str, id: &str) -> Result<Option<Proof>> {
    proof(env, account, "id", id).await
}

async fn proof(env: &Env, account: &str, column: &str, value: &str) -> Result<Option<Proof>> {
    let sql = format!(
        "SELECT {COLUMNS}, password, totp, totp_wanted, totp_step FROM people WHERE account = ?1 AND {column} = ?2"
    );
    let rows = read(env, DB, &sql, vec![account.into(), value.into()]).await?;
    Ok(rows.into_iter().next().and_then(|mut row| {
        Some(Proof {
            person: person(&mut row)?,
            password: row.take(11),
            totp: row.take(12),
            totp_wanted: row.take(13),
            totp_step: row.number(14)?,
        })
    }))
}

/// Adds a person. False when another has their login.
pub(crate) async fn add(env: &Env, account: &str, person: &Person) -> Result<bool> {
    let sql = "INSERT INTO people (account, id, login, name, role, teams, skills, capacity, persona, active, created_at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (account, login) DO NOTHING RETURNING id";
    let mut parameters = parameters(account, person);
    parameters.push(number(person.created_at));
    Ok(!read(env, DB, sql, parameters).await?.is_empty())
}

/// Sets the password of a person: a hash.
pub(crate) async fn set_password(env: &Env, account: &str, id: &str, hash: &str) -> Result<()> {
    let sql = "UPDATE people SET password = ?3 WHERE account = ?1 AND id = ?2";
    let parameters = vec![account.into(), id.into(), hash.into()];
    read(env, DB, sql, parameters).await.map(drop)
}

/// Keeps a sealed secret until the person proves that their app has it.
pub(crate) async fn want_totp(env: &Env, account: &str, id: &str, sealed: &str) -> Result<()> {
    let sql = "UPDATE people SET totp_wanted = ?3 WHERE account = ?1 AND id = ?2";
    let parameters = vec![account.into(), id.into(), sealed.into()];
    read(env, DB, sql, parameters).await.map(drop)
}

/// Makes the secret that is wanted the one in force, after a code of this step. False when another was wanted meanwhile.
pub(crate) async fn confirm_totp(
    env: &Env,
    account: &str,
    id: &str,
    sealed: &str,
    step: i64,
) -> Result<bool> {
    let sql = "UPDATE people SET totp = totp_wanted, totp_wanted = NULL, totp_step = ?4 \
               WHERE account = ?1 AND id = ?2 AND totp_wanted = ?3 RETURNING id";
    let parameters = vec![account.into(), id.into(), sealed.into(), number(step)];
    Ok(!read(env, DB, sql, parameters).await?.is_empty())
}

/// Takes the second factor away.
pub(crate) async fn drop_totp(env: &Env, account: &str, id: &str) -> Result<()> {
    let sql = "UPDATE people SET totp = NULL, totp_wanted = NULL WHERE account = ?1 AND id = ?2";
    read(env, DB, sql, vec![account.into(), id.into()])
        .await
        .map(drop)
}

/// Notes that a code of this step was taken. False when one of it, or of a later one, was before: of two who send the same code at once,
/// one is refused.
pub(crate) async fn take_totp_step(env: &Env, account: &str, id: &str, step: i64) -> Result<bool> {
    let sql = "UPDATE people SET totp_step = ?3 WHERE account = ?1 AND id = ?2 AND totp_step < ?3 RETURNING id";
    let parameters = vec![account.into(), id.into(), number(step)];
    Ok(!read(env, DB, sql, parameters).await?.is_empty())
}

/// What the console keeps for a person: JSON.
pub(crate) async fn preferences(env: &Env, account: &str, id: &str) -> Result<Option<String>> {
    let sql = "SELECT document FROM preferences WHERE account = ?1 AND person = ?2";
    let rows = read(env, DB, sql, vec![account.into(), id.into()]).await?;
    Ok(rows.into_iter().next().and_then(|mut row| row.take(0)))
}

/// Keeps it.
pub(crate) async fn keep_preferences(
    env: &Env,
    account: &str,
    id: &str,
    document: &str,
) -> Result<()> {
    let sql = "INSERT INTO preferences (account, person, document) VALUES (?1, ?2, ?3) \
               ON CONFLICT (account, person) DO UPDATE SET document = excluded.document";
    let parameters = vec![account.into(), id.into(), document.into()];
    read(env, DB, sql, parameters).await.map(drop)
}

fn parameters(account: &str, person: &Person) -> Vec<JsValue> {
    vec![
        account.into(),
        person.id.as_str().into(),
        person.login.as_str().into(),
        person.name.as_str().into(),
        person.role.name().into(),
        Value::from(person.teams.as_slice()).to_string().into(),
        Value::from(person.skills.as_slice()).to_string().into(),
        number(person.capacity),
        person.persona.to_json().to_string().into(),
        number(i64::from(person.active)),
    ]
}

/// Reads a row. A row that is not as we write them is nobody, who may do nothing.
fn person(row: &mut Record) -> Option<Person> {
    Some(Person {
        id: row.take(0)?,
        login: row.take(1)?,
        name: row.take(2)?,
        role: Role::named(&row.take(3)?)?,
        teams: texts(&row.take(4)?),
        skills: texts(&row.take(5)?),
        capacity: row.number(6)?,
        persona: persona(&row.take(7)?),
        active: row.number(8)? != 0,
        totp: row.number(9)? != 0,
        created_at: row.number(10)?,
    })
}

/// A JSON array of texts.
pub(super) fn texts(json: &str) -> Vec<String> {
    let value: Value = serde_json::from_str(json).unwrap_or_default();
    let items = value.as_array().into_iter().flatten();
    items
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

fn persona(json: &str) -> Persona {
    let value: Value = serde_json::from_str(json).unwrap_or_default();
    Persona::read(&value).unwrap_or_default()
}
