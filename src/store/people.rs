//! The people of the desk.

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

/// All that [`REPLACE`] sets, as one text: it is another one once somebody has changed the person. The form of the second factor is left
/// out, which people themselves change.
const STATE: &str = "json_array(login, name, role, teams, skills, capacity, persona, active)";

/// Changes a person: what [`parameters`] gives, whether the second factor goes (?11), and [`STATE`] as it was read (?12).
///
/// Of two who change a person at once, one is refused; so is who takes a login that another has, and who would leave no administrator.
/// D1 runs one statement after the other, so each sees what the one before has left.
const REPLACE: &str = "UPDATE people SET login = ?3, name = ?4, role = ?5, teams = ?6, skills = ?7, capacity = ?8, persona = ?9, \
    active = ?10, totp = CASE WHEN ?11 THEN NULL ELSE totp END \
    WHERE account = ?1 AND id = ?2 \
    AND json_array(login, name, role, teams, skills, capacity, persona, active) = ?12 \
    AND NOT EXISTS (SELECT 1 FROM people AS other WHERE other.account = ?1 AND other.login = ?3 AND other.id <> ?2) \
    AND (role <> 'admin' OR active = 0 OR (?5 = 'admin' AND ?10 = 1) OR EXISTS \
    (SELECT 1 FROM people AS other WHERE other.account = ?1 AND other.id <> ?2 AND other.role = 'admin' AND other.active = 1)) \
    RETURNING id";

/// Why [`REPLACE`] changed nothing: whether the person is still as they were read (?3), and whether another has the login (?4).
const REFUSED: &str = "SELECT json_array(login, name, role, teams, skills, capacity, persona, active) = ?3, \
    EXISTS (SELECT 1 FROM people AS other WHERE other.account = ?1 AND other.login = ?4 AND other.id <> ?2) \
    FROM people WHERE account = ?1 AND id = ?2";

/// What came of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replaced {
    Done,
    /// Another person has the login.
    LoginTaken,
    /// Somebody else has changed the person since they were read.
    ChangedMeanwhile,
    /// There would be no administrator any more.
    LastAdmin,
}

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

/// One of them, and what [`replace`] wants to know of how they were.
pub(crate) async fn to_change(
    env: &Env,
    account: &str,
    id: &str,
) -> Result<Option<(Person, String)>> {
    let sql = format!("SELECT {COLUMNS}, {STATE} FROM people WHERE account = ?1 AND id = ?2");
    let rows = read(env, DB, &sql, vec![account.into(), id.into()]).await?;
    Ok(rows
        .into_iter()
        .next()
        .and_then(|mut row| Some((person(&mut row)?, row.take(11)?))))
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

/// Changes a person who was read [`to_change`], and was `as_read` then. The second factor goes or stays; it comes by [`confirm_totp`]
/// alone.
///
/// One await, and a second to find out why nothing was changed.
pub(crate) async fn replace(
    env: &Env,
    account: &str,
    person: &Person,
    as_read: &str,
    drops_totp: bool,
) -> Result<Replaced> {
    let mut parameters = parameters(account, person);
    parameters.push(number(i64::from(drops_totp)));
    parameters.push(as_read.into());
    if !read(env, DB, REPLACE, parameters).await?.is_empty() {
        return Ok(Replaced::Done);
    }
    let parameters = vec![
        account.into(),
        person.id.as_str().into(),
        as_read.into(),
        person.login.as_str().into(),
    ];
    let row = read(env, DB, REFUSED, parameters).await?.pop();
    let said = |column| row.as_ref().and_then(|row| row.number(column));
    Ok(why(said(0), said(1)))
}

/// Reads a row of [`REFUSED`].
fn why(is_as_read: Option<i64>, is_taken: Option<i64>) -> Replaced {
    match (is_as_read, is_taken) {
        (Some(1), Some(0)) => Replaced::LastAdmin,
        (Some(1), _) => Replaced::LoginTaken,
        _ => Replaced::ChangedMeanwhile,
    }
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

#[cfg(test)]
mod tests {
    use fandesk_shard::sql::{Database, Value};
    use fandesk_sqlite::Sqlite;

    use super::{REFUSED, REPLACE, Replaced, STATE, why};

    const MIGRATION: &str = include_str!("../../migrations/db/0005_people_of_the_desk.sql");

    /// Two administrators and an agent, who all have a second factor.
    fn people() -> Sqlite {
        let db = Sqlite::new().unwrap();
        db.run_script(MIGRATION).unwrap();
        for (id, role) in [("ann", "admin"), ("ben", "admin"), ("cem", "agent")] {
            let sql = "INSERT INTO people (account, id, login, name, role, teams, skills, capacity, persona, active, totp, created_at) \
                       VALUES ('wx1', ?1, ?1, ?1, ?2, '[]', '[]', 10, '{}', 1, 'sealed', 0)";
            db.run(sql, &[text(id), text(role)]).unwrap();
        }
        db
    }

    fn text(value: &str) -> Value {
        Value::Text(value.to_owned())
    }

    fn read(db: &Sqlite, column: &str, id: &str) -> Value {
        let sql = format!("SELECT {column} FROM people WHERE id = ?1");
        db.query(&sql, &[text(id)]).unwrap().remove(0).0.remove(0)
    }

    fn state(db: &Sqlite, id: &str) -> Value {
        read(db, STATE, id)
    }

    /// What an administrator wants of a person.
    struct Wanted<'a> {
        login: &'a str,
        role: &'a str,
        active: bool,
        drops_totp: bool,
    }

    impl Wanted<'_> {
        fn role<'a>(login: &'a str, role: &'a str) -> Wanted<'a> {
            Wanted {
                login,
                role,
                active: true,
                drops_totp: false,
            }
        }

        /// Does to the database what `replace` does to D1.
        fn of(&self, db: &Sqlite, id: &str, as_read: &Value) -> Replaced {
            let parameters = [
                text("wx1"),
                text(id),
                text(self.login),
                text(id),
                text(self.role),
                text("[]"),
                text("[]"),
                Value::Integer(10),
                text("{}"),
                Value::Integer(i64::from(self.active)),
                Value::Integer(i64::from(self.drops_totp)),
                as_read.clone(),
            ];
            if !db.query(REPLACE, &parameters).unwrap().is_empty() {
                return Replaced::Done;
            }
            let parameters = [text("wx1"), text(id), as_read.clone(), text(self.login)];
            let rows = db.query(REFUSED, &parameters).unwrap();
            let said = |column| rows.first().and_then(|row| row.integer(column));
            why(said(0), said(1))
        }
    }

    #[test]
    fn of_two_who_change_a_person_at_once_one_is_told() {
        let db = people();
        let as_read = state(&db, "cem");
        let first = Wanted::role("cem", "supervisor").of(&db, "cem", &as_read);
        let second = Wanted::role("cemil", "agent").of(&db, "cem", &as_read);
        assert_eq!(
            (first, second),
            (Replaced::Done, Replaced::ChangedMeanwhile)
        );
        assert_eq!(read(&db, "role", "cem"), text("supervisor"));
        let again = Wanted::role("cemil", "agent").of(&db, "cem", &state(&db, "cem"));
        assert_eq!(again, Replaced::Done);
    }

    #[test]
    fn two_administrators_who_demote_each_other_leave_one() {
        let db = people();
        let (ann, ben) = (state(&db, "ann"), state(&db, "ben"));
        let demoted = |id| Wanted::role(id, "agent");
        assert_eq!(demoted("ann").of(&db, "ann", &ann), Replaced::Done);
        assert_eq!(demoted("ben").of(&db, "ben", &ben), Replaced::LastAdmin);
        let gone = Wanted {
            active: false,
            ..Wanted::role("ben", "admin")
        };
        assert_eq!(gone.of(&db, "ben", &ben), Replaced::LastAdmin);
        // Everything else may be changed of them.
        let renamed = Wanted::role("benno", "admin");
        assert_eq!(renamed.of(&db, "ben", &ben), Replaced::Done);
    }

    #[test]
    fn an_administrator_of_another_account_or_who_left_is_none_of_theirs() {
        let db = people();
        db.run_script("UPDATE people SET account = 'wx2' WHERE id = 'ann'")
            .unwrap();
        let demoted = Wanted::role("ben", "agent");
        let ben = state(&db, "ben");
        assert_eq!(demoted.of(&db, "ben", &ben), Replaced::LastAdmin);
        db.run_script("UPDATE people SET account = 'wx1', active = 0 WHERE id = 'ann'")
            .unwrap();
        assert_eq!(demoted.of(&db, "ben", &ben), Replaced::LastAdmin);
    }

    #[test]
    fn a_login_is_one_persons() {
        let db = people();
        let cem = state(&db, "cem");
        let taken = Wanted::role("ann", "agent");
        assert_eq!(taken.of(&db, "cem", &cem), Replaced::LoginTaken);
        assert_eq!(state(&db, "cem"), cem);
    }

    #[test]
    fn a_second_factor_that_was_set_up_meanwhile_stays_unless_it_is_taken_away() {
        let db = people();
        let kept = Wanted::role("cem", "agent").of(&db, "cem", &state(&db, "cem"));
        assert_eq!(kept, Replaced::Done);
        assert_eq!(read(&db, "totp", "cem"), text("sealed"));
        let away = Wanted {
            drops_totp: true,
            ..Wanted::role("cem", "agent")
        };
        assert_eq!(away.of(&db, "cem", &state(&db, "cem")), Replaced::Done);
        assert_eq!(read(&db, "totp", "cem"), Value::Null);
    }
}
