//! How the Desk is asked: a record to the account's one object, a text back.

use futures_util::FutureExt;
use worker::Env;

use super::refusal::Refusal;
use crate::object;
use crate::record::Record;

/// The binding of its namespace.
pub(crate) const BINDING: &str = "DESK";

/// Why it gave no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeskError {
    /// It says no.
    #[error("{0}")]
    Refused(Refusal),
    /// It could not be reached, or failed.
    #[error("the Desk gave no answer: {0}")]
    Unreachable(String),
}

/// Asks the Desk of `account`; gives its answer as it came.
///
/// One await, for the object. Whether it did what was asked is unknown when that fails.
pub(crate) async fn ask(
    env: &Env,
    account: &str,
    path: &str,
    body: &Record,
) -> Result<String, DeskError> {
    // Boxed, so that the machine code of an exchange exists once and not in every caller.
    let answer = object::ask(env, BINDING, &name(account), path, body)
        .boxed_local()
        .await
        .map_err(|error| DeskError::Unreachable(error.to_string()))?;
    match object::split(&answer) {
        Some((200, answer)) => Ok(answer.to_owned()),
        Some((status, text)) => Err(match Refusal::read(status, text) {
            Some(refusal) => DeskError::Refused(refusal),
            None => DeskError::Unreachable(text.to_owned()),
        }),
        None => Err(DeskError::Unreachable("it is none of ours".to_owned())),
    }
}

/// Lets the object do what is due, should its alarm be lost.
pub(crate) async fn wake(env: &Env, account: &str) -> Result<(), DeskError> {
    ask(env, account, "/wake", &Record::new()).await.map(drop)
}

/// Closes the consoles of a person of whom a session has ended: who may still watch comes again at once.
pub(crate) async fn ask_again(env: &Env, account: &str, person: &str) -> Result<(), DeskError> {
    let call = Record::new().with(person);
    ask(env, account, "/ask-again", &call).await.map(drop)
}

/// The name of the object.
pub(crate) fn name(account: &str) -> String {
    format!("{account}/desk/0")
}

/// Where the object is asked to let somebody watch.
pub(crate) fn live_url(who: &serde_json::Value, after: i64) -> String {
    let mut query = form_urlencoded::Serializer::new("https://desk/live?".to_owned());
    query.append_pair("who", &who.to_string());
    query.append_pair("after", &after.to_string());
    query.finish()
}
