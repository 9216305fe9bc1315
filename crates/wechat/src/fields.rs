//! What WeChat sent, whole and in order.
//!
//! A callback body is a flat list of named texts with an occasional nested element or list. [`Fields`] keeps
//! all of it, so that a field which this crate does not know survives storage and can be shown later.
//!
//! The same shape comes from XML and from JSON:
//!
//! | sent | kept as |
//! |---|---|
//! | `<MsgId>1</MsgId>`, `"MsgId": 1`, `"MsgId": "1"` | [`Field::Text`] `1` |
//! | an element with children, an object | [`Field::Element`] |
//! | siblings of one name, an array | [`Field::Repeated`], at the place of the first |
//!
//! Numbers stay the digits that were sent, because WeChat's identifiers need all 64 bits.

mod json;
mod stored;
mod xml;

use serde::Serialize;

/// Elements inside elements that are read. WeChat nests 4 deep at most (lists in `SendPicsInfo`); the limit
/// keeps a hostile body from costing more than its bytes.
pub const MAX_DEPTH: usize = 16;

/// Elements or JSON values in one body. The largest documented callback has a few dozen; looking a name up is
/// linear.
pub const MAX_FIELDS: usize = 4096;

/// The name under which text between child elements is kept. No XML element can be called so.
pub const STRAY_TEXT: &str = "#text";

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// `<xml>…</xml>`, the default of the platform.
    Xml,
    /// `{…}`, when chosen in the platform's settings.
    Json,
}

impl Format {
    /// JSON if the first byte that is not white space (nor a byte order mark) is `{`, else XML.
    pub fn of(body: &[u8]) -> Format {
        match without_mark(body)
            .iter()
            .find(|byte| !byte.is_ascii_whitespace())
        {
            Some(b'{') => Format::Json,
            _ => Format::Xml,
        }
    }
}

/// The value of one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Field {
    /// A leaf. Never trimmed.
    Text(String),
    /// An element with children.
    Element(Fields),
    /// Several values under one name.
    Repeated(Vec<Field>),
}

impl Field {
    /// The text of a leaf.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Field::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The children of an element.
    pub fn as_element(&self) -> Option<&Fields> {
        match self {
            Field::Element(fields) => Some(fields),
            _ => None,
        }
    }
}

impl From<&str> for Field {
    fn from(text: &str) -> Self {
        Field::Text(text.to_owned())
    }
}

impl From<String> for Field {
    fn from(text: String) -> Self {
        Field::Text(text)
    }
}

impl From<Fields> for Field {
    fn from(fields: Fields) -> Self {
        Field::Element(fields)
    }
}

impl From<Vec<Field>> for Field {
    fn from(fields: Vec<Field>) -> Self {
        Field::Repeated(fields)
    }
}

/// Named fields in the order in which they came; each name is there once.
///
/// As JSON it is an object in the same order, and reads back equal.
///
/// ```
/// use wechat::Fields;
///
/// let body = "<xml><MsgType><![CDATA[text]]></MsgType><Content>你好</Content></xml>";
/// let fields = Fields::from_xml(body.as_bytes())?;
/// assert_eq!(fields.text("Content"), Some("你好"));
/// assert_eq!(serde_json::to_string(&fields)?, r#"{"MsgType":"text","Content":"你好"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, Field)>);

impl Fields {
    /// No fields.
    pub fn new() -> Fields {
        Fields::default()
    }

    /// Reads `<xml>…</xml>`.
    ///
    /// CDATA and text of one leaf are joined; white space between elements is dropped, inside a leaf it is
    /// kept; the five predefined entities and numeric references are resolved; attributes, comments and
    /// processing instructions are ignored. Line ends are not normalised. Text between child elements is kept
    /// as [`STRAY_TEXT`].
    ///
    /// # Errors
    /// A DOCTYPE, any other entity, bytes that are not UTF-8, another root than `xml`, something after it,
    /// more than [`MAX_DEPTH`] levels or [`MAX_FIELDS`] elements, and XML that is not well formed.
    pub fn from_xml(body: &[u8]) -> Result<Fields, MalformedBody> {
        xml::read(body)
    }

    /// Reads a JSON object. Numbers and booleans become the text they were written as, `null` an empty one.
    ///
    /// # Errors
    /// Bytes that are not UTF-8, another root than an object, something after it, more than [`MAX_DEPTH`]
    /// levels or [`MAX_FIELDS`] values, and JSON that is not well formed.
    pub fn from_json(body: &[u8]) -> Result<Fields, MalformedBody> {
        json::read(body)
    }

    /// Reads a body in the given format.
    ///
    /// # Errors
    /// Those of [`Fields::from_xml`] or [`Fields::from_json`].
    pub fn read(format: Format, body: &[u8]) -> Result<Fields, MalformedBody> {
        match format {
            Format::Xml => Fields::from_xml(body),
            Format::Json => Fields::from_json(body),
        }
    }

    /// The field of this exact name.
    pub fn get(&self, name: &str) -> Option<&Field> {
        self.0
            .iter()
            .find_map(|(known, field)| (known == name).then_some(field))
    }

    /// The text of the leaf of this name. `None` if there is none, or if it is an element or repeated.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Field::as_text)
    }

    /// The element of this name. `None` if there is none, or if it is a leaf or repeated.
    pub fn element(&self, name: &str) -> Option<&Fields> {
        self.get(name).and_then(Field::as_element)
    }

    /// All values of this name, whether it came never, once or repeatedly.
    ///
    /// A list of one looks like a plain field in XML; this hides the difference.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Field> + use<'a> {
        match self.get(name) {
            None => [].iter(),
            Some(Field::Repeated(fields)) => fields.iter(),
            Some(field) => std::slice::from_ref(field).iter(),
        }
    }

    /// The fields in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Field)> {
        self.0.iter().map(|(name, field)| (name.as_str(), field))
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no fields.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a value. A name that is there already becomes [`Field::Repeated`].
    pub fn push(&mut self, name: impl Into<String>, field: impl Into<Field>) {
        let (name, field) = (name.into(), field.into());
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            None => self.0.push((name, field)),
            Some((_, Field::Repeated(fields))) => fields.push(field),
            Some((_, known)) => {
                let first = std::mem::replace(known, Field::Repeated(Vec::new()));
                *known = Field::Repeated(vec![first, field]);
            }
        }
    }

    /// Sets a value, in the place of the one that had this name, or last.
    pub fn insert(&mut self, name: impl Into<String>, field: impl Into<Field>) {
        let (name, field) = (name.into(), field.into());
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            None => self.0.push((name, field)),
            Some((_, known)) => *known = field,
        }
    }
}

impl<N: Into<String>, F: Into<Field>> FromIterator<(N, F)> for Fields {
    fn from_iter<I: IntoIterator<Item = (N, F)>>(pairs: I) -> Self {
        let mut fields = Fields::new();
        for (name, field) in pairs {
            fields.push(name, field);
        }
        fields
    }
}

/// A body that could not be read: what was wrong, and at which byte.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed body at byte {at}: {defect}")]
pub struct MalformedBody {
    /// Offset into the body, from 0.
    pub at: usize,
    /// What is wrong there.
    pub defect: Defect,
}

/// What makes a body unreadable. Carries no content of the body, so that it may be logged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Defect {
    /// Callbacks are UTF-8; no other encoding is guessed.
    #[error("not UTF-8")]
    NotUtf8,
    /// The grammar of XML is broken.
    #[error("not well-formed XML")]
    NotXml,
    /// The grammar of JSON is broken.
    #[error("not well-formed JSON")]
    NotJson,
    /// No body, or an XML root other than `xml`, or a JSON value other than an object.
    #[error("the root is not <xml> or a JSON object")]
    Root,
    /// Something follows the end of the document.
    #[error("something follows the document")]
    Trailing,
    /// Refused whole, since it can define entities (XXE).
    #[error("a DOCTYPE is not accepted")]
    Doctype,
    /// Neither predefined nor a reference to a character.
    #[error("an entity other than the predefined ones is not accepted")]
    Entity,
    /// Deeper than [`MAX_DEPTH`].
    #[error("nested deeper than {MAX_DEPTH}")]
    TooDeep,
    /// More than [`MAX_FIELDS`].
    #[error("more than {MAX_FIELDS} fields")]
    TooMany,
}

impl Defect {
    fn at(self, at: usize) -> MalformedBody {
        MalformedBody { at, defect: self }
    }
}

/// The bytes after a UTF-8 byte order mark.
fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}
