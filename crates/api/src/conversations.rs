//! Conversations of fans with people of the desk.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::JobState;

/// One case: from the message with which a fan came to the desk until it is closed. Reopening keeps it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Conversation {
    /// The id of the event that opened it.
    pub id: String,
    /// Where the fan writes.
    pub channel: Channel,
    /// The channel's name for the fan; null after their data was erased.
    pub openid: Option<String>,
    /// Where it stands.
    pub state: ConversationState,
    /// The team that it is with; null while it is with none.
    pub team: Option<String>,
    /// Who has it; null when nobody has.
    pub agent: Option<String>,
    /// Their name.
    pub agent_name: Option<String>,
    /// What it is about, in the desk's own words.
    pub tags: Vec<String>,
    /// Higher comes first.
    pub priority: i64,
    /// Rises with every change of who speaks to the fan.
    pub epoch: i64,
    /// Why it came to the desk.
    pub reason: Reason,
    /// In milliseconds.
    pub opened_at: i64,
    /// Since when it waits for somebody to have it, in milliseconds; null while somebody has it.
    pub waiting_since: Option<i64>,
    /// Since when the agent has it, in milliseconds; null while nobody has.
    pub assigned_at: Option<i64>,
    /// In milliseconds; null until it is.
    pub resolved_at: Option<i64>,
    /// When the fan wrote last, in milliseconds.
    pub last_fan_at: i64,
    /// When an agent answered last, in milliseconds; null until one did.
    pub last_answer_at: Option<i64>,
    /// When an agent answered first, in milliseconds; null until one did.
    pub first_answered_at: Option<i64>,
    /// The newest text, its first 100 characters; empty after the fan's data was erased.
    pub preview: String,
    /// Who wrote it.
    pub last_from: LastFrom,
    /// Messages of the fan that nobody has answered.
    pub unread: i64,
    /// The tags of the fan, as rules see them.
    pub fan_tags: Vec<String>,
    /// What has to be done until when.
    pub deadlines: Vec<Deadline>,
    /// What WeChat still allows to send.
    pub window: ConversationWindow,
    /// How often it was reopened.
    pub reopened: i64,
    /// How satisfied the fan was, 1 to 5; null until they said.
    pub score: Option<u8>,
    /// Who has a draft in it; null when nobody has.
    pub draft_by: Option<String>,
    /// Its place in the queue of its team, from 1; null when it does not wait.
    pub position: Option<i64>,
}

/// Where a fan writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Channel {
    /// The Official Account.
    Wechat,
    /// A chat in a page.
    Web,
}

/// Where a conversation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ConversationState {
    /// It came, and is with no team yet.
    New,
    /// It waits in the queue of its team.
    Waiting,
    /// An agent has it.
    Assigned,
    /// The agent waits for the fan.
    OnHold,
    /// Done; a message of the fan reopens it.
    Resolved,
    /// The fan wrote again after it was resolved, and nobody has it yet.
    Reopened,
    /// Done for good.
    Closed,
}

/// Why a fan came to the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Reason {
    /// A word of `[handover]`.
    Command,
    /// A question to a business system.
    Intent,
    /// A rule of the playbook.
    Rule,
    /// An entry of a menu.
    Menu,
    /// Nothing of the playbook answered.
    Default,
    /// The fan wrote again.
    Reopened,
}

/// Who wrote the newest text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum LastFrom {
    /// The fan.
    Fan,
    /// Somebody of the desk.
    Agent,
    /// The playbook.
    Bot,
}

/// One thing that has to be done until a moment.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Deadline {
    /// What.
    pub kind: DeadlineKind,
    /// Until when, in milliseconds; it moves while the deadline is paused.
    pub due_at: i64,
    /// From when on it is warned of, in milliseconds.
    pub warn_at: i64,
    /// When it was missed, in milliseconds: the exact moment, whenever that was noticed; null while it was not.
    pub breached_at: Option<i64>,
    /// Whether it stands still, since the fan has to do something.
    pub paused: bool,
    /// What is left of it while it stands still, in milliseconds; null while it runs.
    pub left_ms: Option<i64>,
}

/// What has to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DeadlineKind {
    /// The first answer.
    FirstAnswer,
    /// The answer to what the fan wrote since.
    NextAnswer,
    /// Resolving it.
    Resolution,
}

/// What WeChat still allows to send.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConversationWindow {
    /// Until when, in milliseconds; null when nothing may be sent, and for the channel `web`, where there is no end.
    pub until: Option<i64>,
    /// Messages that may be sent now; 255 for the channel `web`, where nobody counts.
    pub left: i64,
}

/// One thing that happened in a thread.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Entry {
    /// The id of its event.
    pub id: String,
    /// In milliseconds.
    pub at: i64,
    /// Whose it is.
    pub from: EntryFrom,
    /// Which agent; null when it is no agent's.
    pub agent: Option<EntryAgent>,
    /// What it is.
    pub kind: EntryKind,
    /// What was written; null where nothing was, or the fan's data was erased.
    pub text: Option<String>,
    /// The fields as WeChat named them; null where there are none.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub payload: Option<Box<RawValue>>,
    /// What the bot answered at once; null when it did not.
    pub reply: Option<EntryReply>,
    /// How its delivery stands; null where nothing is delivered.
    pub job: Option<EntryJob>,
}

/// Whose an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum EntryFrom {
    /// The fan's.
    Fan,
    /// The playbook's.
    Bot,
    /// Somebody's of the desk.
    Agent,
    /// The desk's own.
    System,
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum EntryKind {
    /// A text.
    Text,
    /// An image.
    Image,
    /// A voice message.
    Voice,
    /// A video.
    Video,
    /// A short video.
    ShortVideo,
    /// A place on a map.
    Location,
    /// A link.
    Link,
    /// A file.
    File,
    /// Something that the fan did: a tap, a scan, following.
    Event,
    /// A note for the desk, which the fan never sees.
    Note,
    /// A change of the conversation.
    State,
    /// How satisfied the fan was.
    Score,
}

/// An agent, as a thread shows them.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntryAgent {
    /// Who.
    pub id: String,
    /// Their name.
    pub name: String,
}

/// An answer of the bot.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntryReply {
    /// WeChat's name for its kind: `text`, `news`, ….
    #[serde(rename = "type")]
    pub kind: String,
    /// Its text; null where it has none.
    pub text: Option<String>,
}

/// How a delivery stands.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntryJob {
    /// The job's id.
    pub id: String,
    /// Where it stands.
    pub state: JobState,
    /// What went wrong last; null when nothing did.
    pub last_error: Option<String>,
}

/// Some entries of a thread.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Thread {
    /// Oldest first.
    pub items: Vec<Entry>,
    /// Give it as `before` for older entries; null when there are none.
    pub next: Option<String>,
}

/// What an agent should know before the first word.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Context {
    /// As `GET /fans/{openid}` shows them; null when their data was erased.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::Fan>))]
    pub fan: Option<Box<RawValue>>,
    /// Earlier and open cases of the fan, newest first, this one left out.
    pub cases: Vec<Conversation>,
    /// What was noted for the desk, newest first.
    pub notes: Vec<Entry>,
    /// What a business system knows of the fan's orders; empty when none is asked.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub orders: Vec<Box<RawValue>>,
}

/// Who is to have a conversation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssignRequest {
    /// The person's id.
    pub agent: String,
}

/// Which team is to have a conversation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TransferRequest {
    /// The team's id.
    pub team: String,
    /// What they should know, as a note in the thread.
    pub note: Option<String>,
}

/// A message of an agent to the fan.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnswerRequest {
    /// The text, at most 2048 bytes.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 2048))]
    pub text: String,
    /// A name of the message that its author chose: a repeat with the same one changes nothing.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64))]
    pub client_id: String,
    /// The id of the newest entry that its author has seen: when somebody else of the desk answered after it, the message is refused.
    pub seen: Option<String>,
}

/// A message was taken.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Answered {
    /// The id of the job that sends it; null when nothing is sent.
    pub id: Option<String>,
    /// It, in the thread.
    pub entry: Entry,
}

/// A text for the desk alone: a note or a draft.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TextRequest {
    /// The text, at most 4,000 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 4000))]
    pub text: String,
}

/// What somebody was writing.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Draft {
    /// The text; null when there is no draft.
    pub text: Option<String>,
    /// Who wrote it.
    pub by: Option<String>,
    /// Their name.
    pub by_name: Option<String>,
    /// When, in milliseconds.
    pub at: Option<i64>,
}
