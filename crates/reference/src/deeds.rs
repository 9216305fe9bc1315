//! What fandesk does about each message and event, in words.
//!
//! Everything is kept, shown by `GET /api/v1/events`, and answered; this says what else happens. That the list is whole, and that it
//! says `kept` of exactly those that `crates/shard/src/decide.rs` has no arm for, is tested.

/// Nothing else.
const KEPT: &str = "kept";
/// The answer of the playbook to what it has no words for.
const DEFAULT: &str = "opens the reply window; the playbook's default answer";

/// In the order of the code.
const MESSAGES: [(&str, &str); 9] = [
    (
        "Text",
        "opens the reply window; answered by the playbook: command words, the place in a text menu, rules, intents, or the default \
         answer; a tap on a `msgmenu` counts as a tap",
    ),
    ("Image", DEFAULT),
    (
        "Voice",
        "opens the reply window; with Recognition as the same text, else the playbook's default answer",
    ),
    ("Video", DEFAULT),
    ("ShortVideo", DEFAULT),
    ("Location", DEFAULT),
    ("Link", DEFAULT),
    ("File", DEFAULT),
    ("Unknown", "opens the reply window; `success`"),
];

const EVENTS: [(&str, &str); 32] = [
    (
        "Subscribe",
        "the fan follows; welcome text of the scene or the general one; ends a pending erase; opens the reply window",
    ),
    (
        "Unsubscribe",
        "the fan follows no more; personal data is erased after `FANDESK_ERASE_AFTER_HOURS`",
    ),
    (
        "Scan",
        "opens the reply window; the playbook's answer to the scene",
    ),
    ("Location", KEPT),
    (
        "Click",
        "opens the reply window; the playbook's `[[click]]` of the key",
    ),
    ("View", KEPT),
    ("ViewMiniProgram", KEPT),
    ("ScanCodePush", "opens the reply window"),
    ("ScanCodeWaitMsg", "opens the reply window"),
    ("PicSysPhoto", KEPT),
    ("PicPhotoOrAlbum", KEPT),
    ("PicWeixin", KEPT),
    ("LocationSelect", KEPT),
    ("TemplateSendJobFinish", KEPT),
    ("MassSendJobFinish", KEPT),
    ("PublishJobFinish", KEPT),
    ("KfCreateSession", KEPT),
    ("KfCloseSession", KEPT),
    ("KfSwitchSession", KEPT),
    ("SubscribeMsgPopup", KEPT),
    ("SubscribeMsgChange", KEPT),
    ("SubscribeMsgSent", KEPT),
    ("UserInfoModified", "kept under the person in OpenID"),
    (
        "UserAuthorizationRevoke",
        "personal data of the person in OpenID is erased after `FANDESK_ERASE_AFTER_HOURS`",
    ),
    (
        "UserAuthorizationCancellation",
        "personal data of the person in OpenID is erased after `FANDESK_ERASE_AFTER_HOURS`",
    ),
    ("QualificationVerifySuccess", KEPT),
    ("QualificationVerifyFail", KEPT),
    ("NamingVerifySuccess", KEPT),
    ("NamingVerifyFail", KEPT),
    ("AnnualRenew", KEPT),
    ("VerifyExpired", KEPT),
    ("Unknown", KEPT),
];

/// What fandesk does about a variant of `Message` or `Event`.
pub(crate) fn of(kind: &str, variant: &str) -> Option<&'static str> {
    let deeds: &[(&str, &'static str)] = if kind == "Message" {
        &MESSAGES
    } else {
        &EVENTS
    };
    let found = deeds.iter().find(|(known, _)| *known == variant);
    found.map(|(_, deed)| *deed)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::source;

    #[test]
    fn only_what_nobody_decides_about_is_said_to_be_kept() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shard/src/decide.rs");
        let code = source::text(&path).unwrap();
        for (event, deed) in EVENTS {
            let arm = format!("Event::{event}");
            let decided = code.match_indices(&arm).any(|(at, _)| {
                let next = code[at + arm.len()..].chars().next();
                next.is_some_and(|next| !next.is_ascii_alphanumeric())
            });
            assert_eq!(
                decided,
                deed != KEPT,
                "crates/shard/src/decide.rs and crates/reference/src/deeds.rs disagree about {event}"
            );
        }
    }
}
