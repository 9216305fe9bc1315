//! The JSON of `/api/v1`, as types of its own.
//!
//! Rows of the databases and state of the shards are converted to these by hand, so that a change of one is never a silent
//! change of the interface. Times are integer Unix milliseconds; WeChat's 64-bit numbers are strings.

mod accounts;
mod alerts;
mod audit;
mod bulk;
mod callback;
mod capabilities;
mod conversations;
mod desk;
mod error;
mod events;
mod fans;
mod jobs;
mod layout;
mod menu;
mod people;
mod playbook;
mod reflush;
mod teams;

use serde::Serialize;

pub use self::accounts::Account;
pub use self::alerts::Alert;
pub use self::audit::{AuditRow, AuditVerified};
pub use self::bulk::{BulkAction, BulkDone, BulkFailure, BulkRequest};
pub use self::callback::{Health, Problem};
pub use self::capabilities::{Capabilities, Capability, Words};
pub use self::conversations::{
    AnswerRequest, Answered, AssignRequest, Channel, Context, Conversation, ConversationState,
    ConversationWindow, Deadline, DeadlineKind, Draft, Entry, EntryAgent, EntryFrom, EntryJob,
    EntryKind, EntryReply, LastFrom, Reason, TextRequest, Thread, TransferRequest,
};
pub use self::desk::{Agent, ChosenStatus, Desk, Presence, StatusRequest, TeamQueue};
pub use self::error::{ErrorBody, ErrorDetail};
pub use self::events::Event;
pub use self::fans::{Fan, FanTags, Follow, MessageRequest, Queued, ReplyWindow};
pub use self::jobs::{Job, JobState};
pub use self::layout::Layout;
pub use self::menu::{MenuChecked, MenuLive, MenuMatched, MenuPublished, MenuState, MenuVersion};
pub use self::people::{
    Invitation, InvitationAccepted, Invited, OwnSession, PasswordChange, PasswordProof, Person,
    PersonAdded, PersonRequest, Persona, Preferences, Role, Session, SignIn, TotpCode, TotpSecret,
};
pub use self::playbook::{
    DifferentLine, DraftSaved, PlaybookChange, PlaybookDifference, PlaybookHit, PlaybookPlace,
    PlaybookPreview, PlaybookPreviewRequest, PlaybookVersion, Published, ShardPlaybook, Warning,
};
pub use self::reflush::Reflushed;
pub use self::teams::{
    Fallback, Policy, PolicyRequest, Shift, TagPolicy, Team, TeamMode, TeamRequest,
};

/// Items of a list when the request names no `limit`.
pub const DEFAULT_LIMIT: u32 = 100;

/// Most items of a list; a larger `limit` is refused with 422.
pub const MAX_LIMIT: u32 = 1000;

/// One page of a list.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// Where the next page begins (parameter `after`), or null at the end.
    pub next: Option<String>,
}
