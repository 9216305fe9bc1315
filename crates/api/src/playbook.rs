//! Publishing the playbook.

use serde::Serialize;
use serde_json::value::RawValue;

/// A playbook is in force.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Published {
    /// Its version, counted from 1.
    pub version: i64,
    /// What its author should know; it works all the same.
    pub warnings: Vec<Warning>,
}

/// Something that is allowed but seldom meant.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Warning {
    /// What it is about.
    pub message: String,
    /// Which field, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Which line, from 1, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

/// An answer of the playbook, with how often it was given.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlaybookHit {
    /// Which, as in an event's `rule`: `rule:go`, `menu:main/1`, `faq:faq/battery/price/solved`.
    pub hit: String,
    /// How often.
    pub count: i64,
    /// When last, in milliseconds.
    pub last_at: i64,
}

/// A playbook that is being written was kept.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DraftSaved {
    /// Rises with every change of the draft; its `ETag`.
    pub revision: i64,
    /// Why it could not be published as it is; null when it could.
    pub mistake: Option<Warning>,
    /// What its author should know.
    pub warnings: Vec<Warning>,
}

/// A version that was published.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlaybookVersion {
    /// Counted from 1.
    pub version: i64,
    /// `toml` or `json`.
    pub format: String,
    /// Of the document.
    pub bytes: i64,
    /// When, in milliseconds.
    pub published_at: i64,
    /// The version whose document this is again; null if it is none.
    pub restored_from: Option<i64>,
}

/// What is different between two documents.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlaybookDifference {
    /// Parts that are different; null when one of the documents cannot be read.
    pub changes: Option<Vec<PlaybookChange>>,
    /// Why one cannot be read; null when both can.
    pub mistake: Option<Warning>,
    /// Lines that are gone or new, with three around them.
    pub lines: Vec<DifferentLine>,
}

/// A part of a playbook that is not as it was.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlaybookChange {
    /// The part, such as `rule "go"` or `handover`.
    pub item: String,
    /// `added`, `removed`, `changed` or `moved`.
    pub kind: &'static str,
    /// Its line in the old document; null if it is new.
    pub from_line: Option<usize>,
    /// Its line in the new document; null if it is gone.
    pub to_line: Option<usize>,
    /// For one that changed, its fields that did.
    pub fields: Vec<String>,
}

/// A line of either document.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DifferentLine {
    /// Its number in the old document; null if it is new.
    pub from: Option<usize>,
    /// Its number in the new document; null if it is gone.
    pub to: Option<usize>,
    /// The line.
    pub text: String,
}

/// Which version a shard answers from.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShardPlaybook {
    /// The shard's number, from 0.
    pub shard: u16,
    /// The version that it has; null when it has none or did not answer.
    pub version: Option<i64>,
}

/// What a fan would see.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlaybookPreview {
    /// What is shown at once, with its `type` as in an event's `reply`; null when the fan hears nothing at once.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub reply: Option<Box<RawValue>>,
    /// What comes after it, each in WeChat's form of a customer-service message (`msgtype`, and a field of that name).
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub messages: Vec<Box<RawValue>>,
    /// Which part of the document answered, as in an event's `rule`; null when none did.
    pub hit: Option<String>,
    /// Where the fan stands in a text menu afterwards; give it with the next text.
    pub place: Option<PlaybookPlace>,
    /// What else follows: `hand_over`, `ask` (a business system), `bind`, `unbind` or `stop` (no more pushes); null when nothing does.
    pub then: Option<&'static str>,
    /// The intent for `ask`, and the team for a `hand_over` that names one.
    pub to: Option<String>,
    /// Whether the account was taken to be open.
    pub open: bool,
}

/// A place in a text menu.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlaybookPlace {
    /// The menu's name.
    pub menu: String,
    /// The keys that led there from its first level.
    pub path: Vec<String>,
}

/// What a fan is taken to do, and with which document.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "text": "GO" })))]
pub struct PlaybookPreviewRequest {
    /// The document; the draft when it is left out, and what is in force when there is no draft.
    #[cfg_attr(feature = "openapi", schema(required = false, nullable = false))]
    pub document: Option<String>,
    /// Its form, `toml` (also when it is left out) or `json`.
    #[cfg_attr(feature = "openapi", schema(required = false, nullable = false))]
    pub format: Option<String>,
    /// What the fan writes. Exactly one of `text`, `click` and `follow` is given.
    #[cfg_attr(feature = "openapi", schema(required = false, nullable = false))]
    pub text: Option<String>,
    /// With `text`: the id of the choice of a message menu that was tapped.
    #[cfg_attr(feature = "openapi", schema(required = false, nullable = false))]
    pub choice: Option<String>,
    /// The key of an entry of the custom menu.
    #[cfg_attr(feature = "openapi", schema(required = false, nullable = false))]
    pub click: Option<String>,
    /// The fan follows by a QR code of this scene, or by none when it is empty.
    #[cfg_attr(feature = "openapi", schema(required = false, nullable = false))]
    pub follow: Option<String>,
    /// Where the fan stands in a text menu; null or left out for nowhere.
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub place: Option<PlaybookPlace>,
    /// Whether the account is open; as it is now when it is left out.
    #[cfg_attr(feature = "openapi", schema(required = false, nullable = false))]
    pub open: Option<bool>,
}
