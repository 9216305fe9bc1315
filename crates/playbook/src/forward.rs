//! `[forward]`: another system that gets copies of what WeChat sends.

use crate::intent::secret;
use crate::mistake::Refusal;
use crate::reply::address;
use crate::source::{Node, Table};

/// Another system that gets copies of messages and events, signed as WeChat signs them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forward {
    /// Its callback address.
    pub url: String,
    /// The `NAME` of the setting `FANDESK_SECRET_NAME` with the token that it checks signatures with.
    pub token: String,
    /// The `NAME` of the setting with its EncodingAESKey; without one copies are plain.
    pub aes_key: Option<String>,
    /// What it gets; everything if none is named.
    kinds: Vec<Kind>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Exactly(String),
    /// All whose names begin so.
    Prefix(String),
}

impl Forward {
    /// Whether copies of this kind are wanted: the MsgType, or `event.` and the Event in lower case.
    #[must_use]
    pub fn takes(&self, kind: &str) -> bool {
        self.kinds.is_empty()
            || self.kinds.iter().any(|wanted| match wanted {
                Kind::Exactly(name) => name == kind,
                Kind::Prefix(prefix) => kind.starts_with(prefix.as_str()),
            })
    }

    /// Reads `[forward]`, a field of the document.
    pub(crate) fn compile(document: &Table<'_>) -> Result<Option<Self>, Refusal> {
        let Some(node) = document.get("forward") else {
            return Ok(None);
        };
        let table = node.table(&["url", "token", "aes_key", "kinds"])?;
        let kinds = match table.get("kinds") {
            Some(node) if node.list()?.is_empty() => {
                return Err(node.refuse("no kind is named: leave kinds out to forward everything"));
            }
            Some(node) => node.list()?.iter().map(kind).collect::<Result<_, _>>()?,
            None => Vec::new(),
        };
        Ok(Some(Self {
            url: address(table.required("url")?)?.to_owned(),
            token: secret(table.required("token")?)?.to_owned(),
            aes_key: table
                .get("aes_key")
                .map(secret)
                .transpose()?
                .map(str::to_owned),
            kinds,
        }))
    }
}

fn kind(node: &Node) -> Result<Kind, Refusal> {
    let written = node.filled("kind")?;
    let (name, all) = match written.strip_suffix('*') {
        Some(prefix) => (prefix, true),
        None => (written, false),
    };
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.';
    if !name.chars().all(fits) {
        return Err(node.refuse(&format!(
            "\"{written}\" is no kind: it is a MsgType such as \"text\", or \"event.\" and an Event in lower case such as \
             \"event.subscribe\"; \"event.*\" is all events"
        )));
    }
    Ok(if all {
        Kind::Prefix(name.to_owned())
    } else {
        Kind::Exactly(name.to_owned())
    })
}
