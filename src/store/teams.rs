//! The teams of the desk.

use fandesk_people::Team;
use fandesk_people::team::DESK;
use worker::{Env, Result};

use super::{DB, read};

/// All teams, the one that there always is first.
pub(crate) async fn list(env: &Env, account: &str) -> Result<Vec<Team>> {
    let sql = "SELECT id, document FROM teams WHERE account = ?1 ORDER BY id <> 'desk', id";
    let rows = read(env, DB, sql, vec![account.into()]).await?;
    let mut teams: Vec<Team> = rows
        .into_iter()
        .filter_map(|mut row| {
            let (id, document) = (row.take(0)?, row.take(1)?);
            Team::read(&id, &serde_json::from_str(&document).ok()?).ok()
        })
        .collect();
    if !teams.iter().any(|team| team.id() == DESK)
        && let Ok(desk) = Team::desk()
    {
        teams.insert(0, desk);
    }
    Ok(teams)
}

/// Keeps a team.
pub(crate) async fn keep(env: &Env, account: &str, team: &Team) -> Result<()> {
    let sql = "INSERT INTO teams (account, id, document) VALUES (?1, ?2, ?3) \
               ON CONFLICT (account, id) DO UPDATE SET document = excluded.document";
    let document = team.to_json().to_string();
    let parameters = vec![account.into(), team.id().into(), document.into()];
    read(env, DB, sql, parameters).await.map(drop)
}

/// Forgets a team. False when there is none.
pub(crate) async fn forget(env: &Env, account: &str, id: &str) -> Result<bool> {
    let sql = "DELETE FROM teams WHERE account = ?1 AND id = ?2 RETURNING 1";
    let rows = read(env, DB, sql, vec![account.into(), id.into()]).await?;
    Ok(!rows.is_empty())
}
