//! The roles that people have. What each may do is in [`crate::permissions`].

/// What a person is at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// 管理员: everything, in all teams.
    Admin,
    /// 主管: all conversations of their teams, and what the bot answers.
    Supervisor,
    /// 客服: answers fans of their teams.
    Agent,
    /// 分析员: figures and the audit log, and no text of any fan.
    Analyst,
}

impl Role {
    /// All of them, in the order of the columns of [`crate::permissions`].
    pub const ALL: [Role; 4] = [Role::Admin, Role::Supervisor, Role::Agent, Role::Analyst];

    /// As the API and the database write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Role::Admin => "admin",
            Role::Supervisor => "supervisor",
            Role::Agent => "agent",
            Role::Analyst => "analyst",
        }
    }

    /// Reads [`Role::name`].
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_read_by_the_name_it_is_written_with_and_by_no_other() {
        for role in Role::ALL {
            assert_eq!(Role::named(role.name()), Some(role));
        }
        assert_eq!(Role::named("Admin"), None);
        assert_eq!(Role::named(""), None);
    }
}
