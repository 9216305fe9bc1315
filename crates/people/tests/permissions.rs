//! The permission matrix, cell by cell, as the roles are described to people: written down a second time, by role, so that a
//! slip in the table is seen.

use fandesk_people::permissions::TABLE;
use fandesk_people::{Action, Reach, Resource, Role, permissions};

const RESOURCES: [Resource; 17] = [
    Resource::Accounts,
    Resource::Alerts,
    Resource::Assignments,
    Resource::Audit,
    Resource::Capabilities,
    Resource::Conversations,
    Resource::Database,
    Resource::Desk,
    Resource::Events,
    Resource::Fans,
    Resource::Jobs,
    Resource::Layout,
    Resource::Menu,
    Resource::People,
    Resource::Playbook,
    Resource::Presence,
    Resource::Teams,
];

type Cell = (Resource, Reach);

/// What a role may read and write, and how far; all else is refused.
fn described(role: Role) -> (Vec<Cell>, Vec<Cell>) {
    use Reach::{All, Own, Teams};
    match role {
        Role::Admin => {
            let all = |resource: &Resource| (*resource, All);
            let but_audit = |resource: &&Resource| **resource != Resource::Audit;
            (
                RESOURCES.iter().map(all).collect(),
                RESOURCES.iter().filter(but_audit).map(all).collect(),
            )
        }
        Role::Supervisor => (
            vec![
                (Resource::Accounts, All),
                (Resource::Alerts, All),
                (Resource::Assignments, Teams),
                (Resource::Audit, Teams),
                (Resource::Capabilities, All),
                (Resource::Conversations, Teams),
                (Resource::Desk, Teams),
                (Resource::Fans, All),
                (Resource::Jobs, All),
                (Resource::Layout, All),
                (Resource::Menu, All),
                (Resource::People, Teams),
                (Resource::Playbook, All),
                (Resource::Presence, All),
                (Resource::Teams, All),
            ],
            vec![
                (Resource::Assignments, Teams),
                (Resource::Conversations, Teams),
                (Resource::Fans, All),
                (Resource::Jobs, All),
                (Resource::Menu, All),
                (Resource::Playbook, All),
                (Resource::Presence, Own),
            ],
        ),
        Role::Agent => (
            vec![
                (Resource::Accounts, All),
                (Resource::Assignments, Teams),
                (Resource::Capabilities, All),
                (Resource::Conversations, Teams),
                (Resource::Desk, Teams),
                (Resource::Presence, All),
                (Resource::Teams, All),
            ],
            vec![(Resource::Conversations, Own), (Resource::Presence, Own)],
        ),
        Role::Analyst => (
            vec![
                (Resource::Accounts, All),
                (Resource::Alerts, All),
                (Resource::Assignments, Teams),
                (Resource::Audit, All),
                (Resource::Capabilities, All),
                (Resource::Desk, All),
                (Resource::Jobs, All),
                (Resource::Layout, All),
                (Resource::Menu, All),
                (Resource::Playbook, All),
                (Resource::Presence, All),
                (Resource::Teams, All),
            ],
            vec![],
        ),
    }
}

#[test]
fn every_cell_is_as_the_roles_are_described() {
    let mut cells = 0;
    for role in Role::ALL {
        let (reads, writes) = described(role);
        for (action, described) in [(Action::Read, reads), (Action::Write, writes)] {
            for resource in RESOURCES {
                let cell = described.iter().find(|(of, _)| *of == resource);
                let expected = cell.map_or(Reach::Never, |(_, reach)| *reach);
                let reach = permissions::reach(role, action, resource);
                assert_eq!(reach, expected, "{role:?} {action:?} {resource:?}");
                let allowed = permissions::allows(role, action, resource);
                assert_eq!(allowed, expected != Reach::Never);
                cells += 1;
            }
        }
    }
    assert_eq!(cells, 136);
}

#[test]
fn each_resource_and_action_has_one_row() {
    for resource in RESOURCES {
        for action in [Action::Read, Action::Write] {
            let rows = TABLE
                .iter()
                .filter(|(of, to_do, _)| *of == resource && *to_do == action);
            assert_eq!(rows.count(), 1, "{action:?} {resource:?}");
        }
    }
    assert_eq!(TABLE.len(), RESOURCES.len() * 2);
}

#[test]
fn who_may_write_may_read_and_only_the_admin_changes_people() {
    for role in Role::ALL {
        for resource in RESOURCES {
            if permissions::allows(role, Action::Write, resource) {
                assert!(permissions::allows(role, Action::Read, resource));
            }
        }
        let changes_people = permissions::allows(role, Action::Write, Resource::People);
        assert_eq!(changes_people, role == Role::Admin);
    }
}
