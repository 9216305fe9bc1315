//! What administrators change of a person. Several may do so at once, and none undoes what another did, or leaves no administrator.

use fandesk_people::Person;
use worker::{Env, Result};

use super::{COLUMNS, parameters, person};
use crate::store::{DB, number, read};

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

/// A person, and what [`replace`] wants to know of how they were.
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

/// Changes a person who was read [`to_change`], and was `as_read` then. The second factor goes or stays; it comes by [`super::confirm_totp`]
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

#[cfg(test)]
mod tests {
    use fandesk_shard::sql::{Database, Value};
    use fandesk_sqlite::Sqlite;

    use super::{REFUSED, REPLACE, Replaced, STATE, why};

    const MIGRATION: &str = include_str!("../../../migrations/db/0005_people_of_the_desk.sql");

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
