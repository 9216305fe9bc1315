//! The copy of the desk's conversations in D1, for reports.

use fandesk_desk::rows::outbox::Waiting;
use fandesk_shard::mirror::Statement;
use worker::{Env, Result};

use super::DB;

/// The newer row of a conversation replaces the older one; its number is that of the desk's outbox, which only rises.
const WRITE: &str = "INSERT INTO cases (account, id, rev, fan_ref, channel, state, team, agent, reason, priority, tags, opened_at, \
    assigned_at, first_answered_at, resolved_at, reopened, score, breaches) \
    SELECT ?1, value ->> '$.case.id', value ->> '$.rev', value ->> '$.case.fan_ref', value ->> '$.case.channel', \
    value ->> '$.case.state', value ->> '$.case.team', value ->> '$.case.agent', value ->> '$.case.reason', \
    value ->> '$.case.priority', value -> '$.case.tags', value ->> '$.case.opened_at', value ->> '$.case.assigned_at', \
    value ->> '$.case.first_answered_at', value ->> '$.case.resolved_at', \
    value ->> '$.case.reopened', value ->> '$.case.score', value -> '$.case.breaches' FROM json_each(?2) WHERE true \
    ON CONFLICT (account, id) DO UPDATE SET rev = excluded.rev, state = excluded.state, team = excluded.team, \
    agent = excluded.agent, priority = excluded.priority, tags = excluded.tags, assigned_at = excluded.assigned_at, \
    first_answered_at = excluded.first_answered_at, \
    resolved_at = excluded.resolved_at, reopened = excluded.reopened, score = excluded.score, \
    breaches = excluded.breaches WHERE excluded.rev > cases.rev";

/// Writes rows of the desk's outbox.
pub(crate) async fn write(env: &Env, account: &str, rows: &[Waiting]) -> Result<()> {
    let rows: Vec<String> = rows
        .iter()
        .map(|row| format!(r#"{{"rev":{},"case":{}}}"#, row.id, row.body))
        .collect();
    let statement = Statement {
        sql: WRITE,
        rows: format!("[{}]", rows.join(",")),
    };
    super::write(&env.d1(DB)?, account, vec![statement]).await
}
