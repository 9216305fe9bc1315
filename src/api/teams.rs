//! `/teams`: to whom fans come, how they are shared out, and by when they are answered.

use fandesk_people::Team;
use fandesk_people::team::DESK;
use serde_json::{Value, json};
use worker::Response;

use super::error::ApiError;
use super::people::{self, tell_desk};
use super::principal::{Action, Resource};
use super::{Api, Result, page, params, trail};
use crate::store::teams as store;
use crate::{answer, publishing};

/// Bytes of a request: a roster of 600 shifts.
const MAX_BODY: usize = 128 * 1024;
/// Teams of an account.
const MOST_TEAMS: usize = 100;

/// All teams.
pub(super) async fn list(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Read, Resource::Teams)?;
    let teams = all(api).await?;
    page::of(teams.iter().map(|team| team.to_json().to_string()), None)
}

/// Makes a team, or puts another in its place.
pub(super) async fn replace(api: &Api<'_>, id: &str) -> Result<Response> {
    api.may(Action::Write, Resource::Teams)?;
    let body: Value = params::json(&api.request, MAX_BODY).await?;
    let team = Team::read(id, &body)?;
    if let Some(hours) = team.hours() {
        check_hours(hours)?;
    }
    let teams = all(api).await?;
    if teams.len() >= MOST_TEAMS && !teams.iter().any(|other| other.id() == id) {
        let message = format!("an account has at most {MOST_TEAMS} teams");
        return Err(ApiError::Conflict(message));
    }
    if let Some(fallback) = team.fallback()
        && !teams.iter().any(|other| other.id() == fallback)
    {
        let message = format!("there is no team `{fallback}`");
        return Err(ApiError::parameter("fallback.team", message));
    }
    let people = people::all(api).await?;
    let stranger = team
        .on_roster()
        .find(|id| !people.iter().any(|person| person.id == *id));
    if let Some(id) = stranger {
        let message = format!("there is no person `{id}`");
        return Err(ApiError::parameter("roster", message));
    }
    trail::audit(api, "teams.change", id, json!({})).await?;
    store::keep(api.env, api.account(), &team)
        .await
        .map_err(ApiError::d1)?;
    tell_desk(api.env, &api.settings).await?;
    Ok(answer::json(200, &team.to_json())?)
}

/// Takes a team away that nobody is in and no other falls back on.
pub(super) async fn forget(api: &Api<'_>, id: &str) -> Result<Response> {
    api.may(Action::Write, Resource::Teams)?;
    let conflict = |message: String| Err(ApiError::Conflict(message));
    if id == DESK {
        return conflict("there is always the team `desk`".to_owned());
    }
    let teams = all(api).await?;
    if !teams.iter().any(|team| team.id() == id) {
        return Err(not_found());
    }
    let people = people::all(api).await?;
    let is_in = |teams: &[String]| teams.iter().any(|team| team == id);
    if let Some(person) = people.iter().find(|person| is_in(&person.teams)) {
        return conflict(format!(
            "{} is in this team: take them out first",
            person.name
        ));
    }
    if let Some(other) = teams.iter().find(|team| team.fallback() == Some(id)) {
        return conflict(format!("team `{}` falls back on this one", other.id()));
    }
    trail::audit(api, "teams.delete", id, json!({})).await?;
    let forgotten = store::forget(api.env, api.account(), id)
        .await
        .map_err(ApiError::d1)?;
    if !forgotten {
        return Err(not_found());
    }
    tell_desk(api.env, &api.settings).await?;
    Ok(answer::nothing()?)
}

async fn all(api: &Api<'_>) -> Result<Vec<Team>> {
    store::list(api.env, api.account())
        .await
        .map_err(ApiError::d1)
}

fn not_found() -> ApiError {
    ApiError::NotFound("there is no such team".to_owned())
}

/// Opening hours are those of a playbook, and so is what is wrong with them.
fn check_hours(hours: &Value) -> Result<()> {
    let document = json!({ "default": { "text": "?" }, "hours": hours });
    match publishing::parse("json", &document.to_string()) {
        Ok(_) => Ok(()),
        Err(mistake) => Err(ApiError::parameter(&mistake.field, mistake.message)),
    }
}
