//! Who may do what: the one table.
//!
//! A cell says how far a role reaches. Whether the API answers at all is asked here ([`allows`]); whose conversation it is, which only the
//! Desk knows, is asked there, with the same cell ([`reach`]). What every person may do with themselves (their sessions,
//! password, preferences) needs no right and is not in the table.

use crate::role::Role;

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Look.
    Read,
    /// Change, publish, send, replay.
    Write,
}

/// With what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// The accounts of the deployment.
    Accounts,
    /// What operators are told.
    Alerts,
    /// To whom a conversation is given, when it is not oneself; and what others do with it.
    Assignments,
    /// The audit log.
    Audit,
    /// What the platform grants the account.
    Capabilities,
    /// Conversations: their texts, and what one does with those that are one's own or wait.
    Conversations,
    /// What D1 has.
    Database,
    /// The wall: queues, deadlines, who does what; without texts.
    Desk,
    /// The ledger with all that fans wrote, whichever team they are with.
    Events,
    /// One fan, whichever team they are with.
    Fans,
    /// What is sent to WeChat and business systems.
    Jobs,
    /// The shards.
    Layout,
    /// The custom menu.
    Menu,
    /// The people of the desk.
    People,
    /// What the bot answers.
    Playbook,
    /// Whether oneself is there to be given conversations.
    Presence,
    /// The teams of the desk.
    Teams,
}

/// How far a role reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Not at all.
    Never,
    /// What is theirs, or nobody's yet, in their teams.
    Own,
    /// All that belongs to their teams.
    Teams,
    /// All.
    All,
}

/// A cell for each role, in the order of [`Role::ALL`].
type Row = (Resource, Action, [Reach; 4]);

use Action::{Read, Write};
use Reach::{All, Never, Own, Teams};

/// Resource × action × role. Whoever adds a resource adds its two rows.
#[rustfmt::skip]
pub const TABLE: [Row; 34] = [
    //                                admin supervisor agent  analyst
    (Resource::Accounts,      Read,  [All,   All,      All,   All]),
    (Resource::Accounts,      Write, [All,   Never,    Never, Never]),
    (Resource::Alerts,        Read,  [All,   All,      Never, All]),
    (Resource::Alerts,        Write, [All,   Never,    Never, Never]),
    (Resource::Assignments,   Read,  [All,   Teams,    Teams, Teams]),
    (Resource::Assignments,   Write, [All,   Teams,    Never, Never]),
    (Resource::Audit,         Read,  [All,   Teams,    Never, All]),
    (Resource::Audit,         Write, [Never, Never,    Never, Never]),
    (Resource::Capabilities,  Read,  [All,   All,      All,   All]),
    (Resource::Capabilities,  Write, [All,   Never,    Never, Never]),
    (Resource::Conversations, Read,  [All,   Teams,    Teams, Never]),
    (Resource::Conversations, Write, [All,   Teams,    Own,   Never]),
    (Resource::Database,      Read,  [All,   Never,    Never, Never]),
    (Resource::Database,      Write, [All,   Never,    Never, Never]),
    (Resource::Desk,          Read,  [All,   Teams,    Teams, All]),
    (Resource::Desk,          Write, [All,   Never,    Never, Never]),
    (Resource::Events,        Read,  [All,   Never,    Never, Never]),
    (Resource::Events,        Write, [All,   Never,    Never, Never]),
    (Resource::Fans,          Read,  [All,   All,      Never, Never]),
    (Resource::Fans,          Write, [All,   All,      Never, Never]),
    (Resource::Jobs,          Read,  [All,   All,      Never, All]),
    (Resource::Jobs,          Write, [All,   All,      Never, Never]),
    (Resource::Layout,        Read,  [All,   All,      Never, All]),
    (Resource::Layout,        Write, [All,   Never,    Never, Never]),
    (Resource::Menu,          Read,  [All,   All,      Never, All]),
    (Resource::Menu,          Write, [All,   All,      Never, Never]),
    (Resource::People,        Read,  [All,   Teams,    Never, Never]),
    (Resource::People,        Write, [All,   Never,    Never, Never]),
    (Resource::Playbook,      Read,  [All,   All,      Never, All]),
    (Resource::Playbook,      Write, [All,   All,      Never, Never]),
    (Resource::Presence,      Read,  [All,   All,      All,   All]),
    (Resource::Presence,      Write, [All,   Own,      Own,   Never]),
    (Resource::Teams,         Read,  [All,   All,      All,   All]),
    (Resource::Teams,         Write, [All,   Never,    Never, Never]),
];

/// How far `role` may do `action` with `resource`. What is not in the table nobody may do.
#[must_use]
pub fn reach(role: Role, action: Action, resource: Resource) -> Reach {
    let row = TABLE
        .iter()
        .find(|(of, to_do, _)| *of == resource && *to_do == action);
    let column = Role::ALL.iter().position(|one| *one == role);
    row.zip(column)
        .and_then(|((_, _, cells), column)| cells.get(column).copied())
        .unwrap_or(Never)
}

/// Whether `role` may do `action` with any of `resource`.
#[must_use]
pub fn allows(role: Role, action: Action, resource: Resource) -> bool {
    reach(role, action, resource) != Never
}
