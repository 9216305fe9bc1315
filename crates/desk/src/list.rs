//! Lists of conversations, newest first.

use crate::conversation::Conversation;
use crate::desk::Desk;
use crate::lifecycle::State;
use crate::who::Who;

/// What is looked for. What is not said is not looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// In one of these states.
    pub states: Vec<State>,
    /// Of this team.
    pub team: Option<String>,
    /// With this agent.
    pub agent: Option<With>,
    /// Called this, it or its fan.
    pub tag: Option<String>,
    /// With this in the last text, the openid, the id or a tag; small and capital letters are the same.
    pub text: Option<String>,
    /// Whose fan waits for an answer.
    pub is_unanswered: bool,
}

/// Whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum With {
    /// Nobody's.
    Nobody,
    /// This person's.
    Agent(String),
}

impl Query {
    /// Whether one is what is looked for.
    #[must_use]
    pub fn finds(&self, found: &Conversation) -> bool {
        let with = |with: &With| match with {
            With::Nobody => found.agent.is_none(),
            With::Agent(agent) => found.agent.as_ref() == Some(agent),
        };
        let called = |tag: &String| found.tags.contains(tag) || found.fan_tags.contains(tag);
        (self.states.is_empty() || self.states.contains(&found.state))
            && self.team.as_ref().is_none_or(|team| *team == found.team)
            && self.agent.as_ref().is_none_or(with)
            && self.tag.as_ref().is_none_or(called)
            && self.text.as_ref().is_none_or(|text| mentions(found, text))
            && (!self.is_unanswered || found.unanswered_since.is_some())
    }
}

fn mentions(found: &Conversation, text: &str) -> bool {
    let text = text.to_lowercase();
    let in_it = |part: &String| part.to_lowercase().contains(&text);
    [&found.preview, &found.id].into_iter().any(in_it)
        || found.openid.iter().any(in_it)
        || found.tags.iter().chain(&found.fan_tags).any(in_it)
}

impl Desk {
    /// Up to `limit` conversations that somebody may see, and the cursor for more. Closed ones are in [their rows](crate::rows::list).
    #[must_use]
    pub fn list(
        &self,
        who: &Who,
        query: &Query,
        after: Option<&str>,
        limit: usize,
    ) -> (Vec<&Conversation>, Option<String>) {
        let mut found: Vec<&Conversation> = self
            .cases
            .all()
            .filter(|found| self.may_see(who, &found.team) && query.finds(found))
            .collect();
        found.sort_by(|one, other| place(other).cmp(&place(one)));
        let begin = match after.and_then(read) {
            Some((at, id)) => found.partition_point(|found| place(found) >= (at, id)),
            None => 0,
        };
        let rest = found.len().saturating_sub(begin);
        let page: Vec<_> = found.into_iter().skip(begin).take(limit).collect();
        let next = (rest > limit)
            .then(|| page.last())
            .flatten()
            .map(|last| cursor(last));
        (page, next)
    }
}

/// Where one stands in a list: nothing that changes while somebody pages through.
pub(crate) fn place(found: &Conversation) -> (i64, &str) {
    (found.opened_at.0, &found.id)
}

/// Where a page ends.
pub(crate) fn cursor(last: &Conversation) -> String {
    format!("{}:{}", last.opened_at.0, last.id)
}

/// Reads [`cursor`].
pub(crate) fn read(cursor: &str) -> Option<(i64, &str)> {
    let (at, id) = cursor.split_once(':')?;
    Some((at.parse().ok()?, id))
}
