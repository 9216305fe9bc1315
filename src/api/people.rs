//! `/people`: who works at the desk. Nobody is deleted, since what they did stays theirs: who leaves is not `active` any more.

use fandesk_people::{Person, Reach, Role, Team, permissions, session};
use serde_json::{Value, json};
use worker::{Env, Response};

use super::error::ApiError;
use super::principal::{Action, Principal, Resource};
use super::session::keys;
use super::{Api, Result, page, params, trail};
use crate::desk::ask::{ask, ask_again};
use crate::keys::{new_token, random};
use crate::random::now;
use crate::record::Record;
use crate::settings::Settings;
use crate::store::people as store;
use crate::store::people::change::{self, Replaced};
use crate::store::{sessions, teams};
use crate::{answer, log};

/// Bytes of a request.
const MAX_BODY: usize = 32 * 1024;
/// People of an account: the Desk holds all of them in memory.
const MOST_PEOPLE: usize = 1_000;

/// All people; supervisors see those of their teams.
pub(super) async fn list(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Read, Resource::People)?;
    let people = all(api).await?;
    let seen = people.into_iter().filter(|person| may_see(api, person));
    page::of(seen.map(|person| person.to_json().to_string()), None)
}

/// One person.
pub(super) async fn show(api: &Api<'_>, id: &str) -> Result<Response> {
    api.may(Action::Read, Resource::People)?;
    let person = one(api, id).await?;
    if !may_see(api, &person) {
        return Err(ApiError::Forbidden);
    }
    Ok(answer::json(200, &person.to_json())?)
}

/// Adds a person and invites them. The answer has the link, which is shown once.
///
/// Awaits, in order: teams and people, the person, the invitation, the Desk. A crash after the third leaves a person who can be
/// invited again.
pub(super) async fn add(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Write, Resource::People)?;
    // Without it there would be a person and no link.
    keys(&api.settings)?;
    let body: Value = params::json(&api.request, MAX_BODY).await?;
    let id = format!("p{}", fandesk_people::password::hex(&random::<8>()));
    let person = Person::new(id, &body, now().0)?;
    has_teams(api, &person).await?;
    if all(api).await?.len() >= MOST_PEOPLE {
        let message = format!("an account has at most {MOST_PEOPLE} people");
        return Err(ApiError::Conflict(message));
    }
    trail::audit(api, "people.add", &person.id, about(&person)).await?;
    let added = store::add(api.env, api.account(), &person).await;
    if !added.map_err(ApiError::d1)? {
        return Err(refused(Replaced::LoginTaken));
    }
    let invitation = invitation_of(api, &person).await?;
    tell_desk(api.env, &api.settings).await?;
    let answer = json!({ "person": person.to_json(), "invitation": invitation });
    Ok(answer::json(201, &answer)?)
}

/// Changes a person. Who is not active any more is logged out at once. Of two who change the same person at once, one is told to look
/// again.
///
/// Awaits, in order: the person as they are; teams, and who else there is; the audit log; the person, if they are still as they were read;
/// sessions and consoles; the Desk. A crash after the fourth leaves sessions of somebody who is not active, which open nothing.
pub(super) async fn replace(api: &Api<'_>, id: &str) -> Result<Response> {
    api.may(Action::Write, Resource::People)?;
    let body: Value = params::json(&api.request, MAX_BODY).await?;
    let found = change::to_change(api.env, api.account(), id)
        .await
        .map_err(ApiError::d1)?;
    let (before, as_read) = found.ok_or_else(nobody)?;
    let after = before.clone().changed(&body)?;
    has_teams(api, &after).await?;
    let is_admin = |person: &Person| person.active && person.role == Role::Admin;
    if is_admin(&before) && !is_admin(&after) {
        let admins = all(api).await?.iter().filter(|one| is_admin(one)).count();
        if admins <= 1 {
            return Err(refused(Replaced::LastAdmin));
        }
    }
    // One that was set up since the person was read is not what the body is about.
    let drops_totp = before.totp && !after.totp;
    trail::audit(api, "people.change", id, about(&after)).await?;
    let replaced = change::replace(api.env, api.account(), &after, &as_read, drops_totp)
        .await
        .map_err(ApiError::d1)?;
    if replaced != Replaced::Done {
        return Err(refused(replaced));
    }
    if !after.active {
        end_all(api, id).await?;
    }
    tell_desk(api.env, &api.settings).await?;
    Ok(answer::json(200, &after.to_json())?)
}

/// Invites a person again: a new link, and the old one is good no more. Until it is used, the old password is.
pub(super) async fn invite(api: &Api<'_>, id: &str) -> Result<Response> {
    api.may(Action::Write, Resource::People)?;
    let person = one(api, id).await?;
    if !person.active {
        let message = "this person is not active";
        return Err(ApiError::Conflict(message.to_owned()));
    }
    trail::audit(api, "people.invite", id, json!({})).await?;
    let invitation = invitation_of(api, &person).await?;
    Ok(answer::json(201, &invitation)?)
}

/// Logs a person out everywhere; a link that was not used yet is good no more.
pub(super) async fn end_sessions(api: &Api<'_>, id: &str) -> Result<Response> {
    api.may(Action::Write, Resource::People)?;
    one(api, id).await?;
    trail::audit(api, "people.sign-out", id, json!({})).await?;
    end_all(api, id).await?;
    Ok(answer::nothing()?)
}

/// Tells the Desk who there is and in which teams: all of them, under a number that rises. The Desk takes only what is newer than
/// what it has.
///
/// Two awaits, for D1 and the Desk. The number is of before the first: who reads later, and so has what others wrote meanwhile, has a higher one.
pub(crate) async fn tell_desk(env: &Env, settings: &Settings) -> Result<()> {
    let (rev, account) = (now().0, settings.account.as_str());
    let people = store::list(env, account).await.map_err(ApiError::d1)?;
    let teams = teams::list(env, account).await.map_err(ApiError::d1)?;
    let all = json!({
        "rev": rev,
        "people": people.iter().map(Person::to_json).collect::<Vec<_>>(),
        "teams": teams.iter().map(Team::to_json).collect::<Vec<_>>(),
    });
    if let Err(reason) = ask(env, account, "/people", &Record::new().with(all)).await {
        log::warn(
            "people",
            "the Desk was not told of people and teams; it is within the hour",
            &[("account", &account), ("reason", &reason)],
        );
    }
    Ok(())
}

/// All people of the account.
pub(super) async fn all(api: &Api<'_>) -> Result<Vec<Person>> {
    store::list(api.env, api.account())
        .await
        .map_err(ApiError::d1)
}

async fn one(api: &Api<'_>, id: &str) -> Result<Person> {
    store::show(api.env, api.account(), id)
        .await
        .map_err(ApiError::d1)?
        .ok_or_else(nobody)
}

/// Supervisors see themselves and whoever shares a team with them.
fn may_see(api: &Api<'_>, person: &Person) -> bool {
    let Principal::Person(signed_in) = &api.principal else {
        return true;
    };
    let who = &signed_in.who;
    permissions::reach(who.role, Action::Read, Resource::People) == Reach::All
        || who.id == person.id
        || person.teams.iter().any(|team| who.teams.contains(team))
}

/// A team that is not there would lead nowhere.
async fn has_teams(api: &Api<'_>, person: &Person) -> Result<()> {
    let teams = teams::list(api.env, api.account())
        .await
        .map_err(ApiError::d1)?;
    let unknown = person
        .teams
        .iter()
        .find(|id| !teams.iter().any(|team| team.id() == *id));
    match unknown {
        None => Ok(()),
        Some(id) => {
            let message = format!("there is no team `{id}`: PUT /teams/{id} makes one");
            Err(ApiError::parameter("teams", message))
        }
    }
}

async fn invitation_of(api: &Api<'_>, person: &Person) -> Result<Value> {
    let token = new_token();
    let hash = keys(&api.settings)?.invitation_hash(&token);
    let expires_at = now().0.saturating_add(session::INVITATION_MS);
    sessions::invite(api.env, api.account(), &person.id, &hash, expires_at)
        .await
        .map_err(ApiError::d1)?;
    Ok(json!({
        "token": token,
        "path": format!("/#/invitation/{token}"),
        "expires_at": expires_at,
    }))
}

/// Ends what lets a person in: sessions and their invitation, and with them the consoles that are open.
///
/// Three awaits. A crash, or a failure that whoever asked is told of, leaves what comes after: to ask again ends it.
async fn end_all(api: &Api<'_>, id: &str) -> Result<()> {
    sessions::end_all(api.env, api.account(), id, None)
        .await
        .map_err(ApiError::d1)?;
    sessions::withdraw(api.env, api.account(), id)
        .await
        .map_err(ApiError::d1)?;
    Ok(ask_again(api.env, api.account(), id).await?)
}

/// What the log keeps of a change: what they may do, and no more.
fn about(person: &Person) -> Value {
    json!({
        "login": person.login,
        "role": person.role.name(),
        "teams": person.teams,
        "active": person.active,
        "totp": person.totp,
    })
}

fn nobody() -> ApiError {
    ApiError::NotFound("there is no such person".to_owned())
}

/// Why a person was not added or changed.
fn refused(why: Replaced) -> ApiError {
    let message = match why {
        Replaced::LoginTaken => "another person has this login",
        Replaced::LastAdmin => "this is the last administrator: make another one first",
        Replaced::Done | Replaced::ChangedMeanwhile => {
            "somebody else has changed this person meanwhile: look at them again, and change what is left to change"
        }
    };
    ApiError::Conflict(message.to_owned())
}
