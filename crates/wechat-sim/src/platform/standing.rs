//! What kind of account the platform takes this one for: that decides which interfaces it has.

use serde::{Deserialize, Serialize};

/// The two kinds of Official Account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// 订阅号.
    Subscription,
    /// 服务号.
    Service,
}

/// Kind and verification (微信认证).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// See [`Kind`].
    pub kind: Kind,
    /// Whether the platform verified who stands behind the account.
    pub verified: bool,
}

/// Who has an interface. From the platform's table of permissions; single cells of it changed over the years, so all
/// of them are (u).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Every account.
    Nothing,
    /// A service account, or a verified subscription account.
    ServiceOrVerified,
    /// A verified account of either kind.
    Verified,
    /// A verified service account.
    VerifiedService,
}

impl Needs {
    /// Whether such an account has the interface.
    pub fn met_by(self, standing: Standing) -> bool {
        let service = standing.kind == Kind::Service;
        match self {
            Self::Nothing => true,
            Self::ServiceOrVerified => service || standing.verified,
            Self::Verified => standing.verified,
            Self::VerifiedService => service && standing.verified,
        }
    }

    /// For the hint of 48001.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::ServiceOrVerified => "needs a service account or a verified account",
            Self::Verified => "needs a verified account",
            Self::VerifiedService => "needs a verified service account",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verified_service_account_has_everything_and_an_unverified_subscription_account_little() {
        let all = [
            Needs::Nothing,
            Needs::ServiceOrVerified,
            Needs::Verified,
            Needs::VerifiedService,
        ];
        let has =
            |kind, verified| all.map(|needs: Needs| needs.met_by(Standing { kind, verified }));
        assert_eq!(has(Kind::Service, true), [true; 4]);
        assert_eq!(has(Kind::Service, false), [true, true, false, false]);
        assert_eq!(has(Kind::Subscription, true), [true, true, true, false]);
        assert_eq!(has(Kind::Subscription, false), [true, false, false, false]);
    }
}
