//! `[alerts]`: whom to tell that something is wrong, and when something counts as wrong.
//!
//! The thresholds hold without this table too: then nobody is told, and `GET /api/v1/alerts` lists what rings.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::duration;
use crate::intent::secret;
use crate::mistake::Refusal;
use crate::reply::address;
use crate::source::{Node, Table};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// D1 ends at 10 GB.
const MAX_MEGABYTES: i64 = 10_000;

/// When something counts as wrong, and whom to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alerts {
    /// Whom to tell; nobody if not said.
    pub webhook: Option<Webhook>,
    /// How long after it was told an alert that still rings is told again.
    pub repeat_every: Duration,
    /// How old what waits for D1, the queue or a receiver may get.
    pub outbox_age: Duration,
    /// Jobs that became dead or unknown within [`Self::failed_within`], from which on it is too many.
    pub failed_jobs: u32,
    /// The time in which they are counted.
    pub failed_within: Duration,
    /// Access tokens that WeChat refused within [`Self::refused_within`], from which on it is too many.
    pub refused_tokens: u32,
    /// The time in which they are counted.
    pub refused_within: Duration,
    /// How long there may be no access token.
    pub no_token_for: Duration,
    /// The size of a database, in millions of bytes, from which on it is too large.
    pub d1_megabytes: u32,
}

/// Where alerts go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its address.
    pub address: Address,
    /// The `NAME` of the setting `FANDESK_SECRET_NAME` that signs, if anything does.
    pub secret: Option<String>,
    /// What it understands.
    pub form: Form,
}

/// An address that may itself be a secret: those of group robots hold their key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// As written.
    Url(String),
    /// In the setting `FANDESK_SECRET_NAME` of this `NAME`.
    Secret(String),
}

/// What a webhook understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// fandesk's own JSON.
    Fandesk,
    /// A group robot of WeCom (企业微信).
    Wecom,
    /// A group robot of DingTalk (钉钉).
    Dingtalk,
    /// A group robot of Feishu (飞书).
    Feishu,
}

impl Form {
    /// All forms.
    pub const ALL: [Self; 4] = [Self::Fandesk, Self::Wecom, Self::Dingtalk, Self::Feishu];

    /// Its name in a playbook.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fandesk => "fandesk",
            Self::Wecom => "wecom",
            Self::Dingtalk => "dingtalk",
            Self::Feishu => "feishu",
        }
    }
}

impl Default for Alerts {
    fn default() -> Self {
        Self {
            webhook: None,
            repeat_every: Duration::from_secs(4 * HOUR),
            outbox_age: Duration::from_secs(10 * MINUTE),
            failed_jobs: 10,
            failed_within: Duration::from_secs(HOUR),
            refused_tokens: 10,
            refused_within: Duration::from_secs(10 * MINUTE),
            no_token_for: Duration::from_secs(2 * MINUTE),
            d1_megabytes: 8_000,
        }
    }
}

impl Alerts {
    /// Reads `[alerts]`, a field of the document.
    pub(crate) fn compile(document: &Table<'_>) -> Result<Self, Refusal> {
        let otherwise = Self::default();
        let Some(node) = document.get("alerts") else {
            return Ok(otherwise);
        };
        let table = node.table(&[
            "url",
            "url_secret",
            "secret",
            "form",
            "repeat_every",
            "outbox_age",
            "failed_jobs",
            "failed_within",
            "refused_tokens",
            "refused_within",
            "no_token_for",
            "d1_megabytes",
        ])?;
        let span = |field, otherwise, allowed: RangeInclusive<u64>| {
            let allowed =
                Duration::from_secs(*allowed.start())..=Duration::from_secs(*allowed.end());
            duration::read(table.get(field), otherwise, &allowed)
        };
        let number = |field, otherwise, most| count(table.get(field), otherwise, most);
        Ok(Self {
            webhook: webhook(&table)?,
            repeat_every: span(
                "repeat_every",
                otherwise.repeat_every,
                10 * MINUTE..=7 * DAY,
            )?,
            outbox_age: span("outbox_age", otherwise.outbox_age, MINUTE..=DAY)?,
            failed_jobs: number("failed_jobs", otherwise.failed_jobs, 1_000_000)?,
            failed_within: span("failed_within", otherwise.failed_within, MINUTE..=7 * DAY)?,
            refused_tokens: number("refused_tokens", otherwise.refused_tokens, 100)?,
            refused_within: span("refused_within", otherwise.refused_within, MINUTE..=DAY)?,
            no_token_for: span("no_token_for", otherwise.no_token_for, MINUTE..=DAY)?,
            d1_megabytes: number("d1_megabytes", otherwise.d1_megabytes, MAX_MEGABYTES)?,
        })
    }
}

fn webhook(table: &Table<'_>) -> Result<Option<Webhook>, Refusal> {
    let form = table.get("form").map_or(Ok(Form::Fandesk), form)?;
    let signs = table.get("secret");
    let address = match (table.get("url"), table.get("url_secret")) {
        (Some(node), None) => Address::Url(address(node)?.to_owned()),
        (None, Some(node)) => Address::Secret(secret(node)?.to_owned()),
        (Some(_), Some(node)) => {
            return Err(node.refuse("either url or url_secret belongs here, not both"));
        }
        (None, None) => {
            return match signs.or(table.get("form")) {
                Some(node) => Err(node.refuse("this goes with url or url_secret only")),
                None => Ok(None),
            };
        }
    };
    if let (Some(node), Form::Wecom) = (signs, form) {
        return Err(node.refuse(
            "WeCom's robots take no signature: their address is the secret, so write url_secret",
        ));
    }
    Ok(Some(Webhook {
        address,
        secret: signs.map(secret).transpose()?.map(str::to_owned),
        form,
    }))
}

fn form(node: &Node) -> Result<Form, Refusal> {
    let written = node.text()?;
    let known = Form::ALL.into_iter().find(|form| form.name() == written);
    known.ok_or_else(|| {
        let known = Form::ALL.map(|form| format!("\"{}\"", form.name()));
        node.refuse(&format!(
            "\"{written}\" is not known; known: {}",
            known.join(", ")
        ))
    })
}

/// A whole number from 1 on, of a field that may not be there.
fn count(node: Option<&Node>, otherwise: u32, most: i64) -> Result<u32, Refusal> {
    let Some(node) = node else {
        return Ok(otherwise);
    };
    let written = node.integer()?;
    u32::try_from(written)
        .ok()
        .filter(|number| *number >= 1 && i64::from(*number) <= most)
        .ok_or_else(|| node.refuse(&format!("{written} is out of range: between 1 and {most}")))
}
