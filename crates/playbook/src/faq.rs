//! Questions that are asked again and again: an answer, and then "did this help?".
//!
//! An `[[faq]]` is a text menu of two levels, its categories and their questions (see `menu::faq`). What is more than a menu is
//! here: after each answer the fan is asked, with two words that are buttons where the account may send them.
//!
//! A button carries an id made from the names of its question, so a tap counts for that question however late it comes
//! and however often the document was published since.

use crate::command::Commands;
use crate::mistake::Refusal;
use crate::reply::{self, Reply, Setting};
use crate::source::{Node, Table};
use crate::text::normalise;
use wechat::api::custom::{MenuChoice, ServiceMessage};
use wechat::reply::{MAX_TEXT_BYTES, cut_text};

const ASK: &str = "这解决了您的问题吗？\nDid this help?";
const YES: &str = "已解决";
const NO: &str = "未解决";
const THANKS: &str = "很高兴帮到您！\nGlad to help!";

/// Bytes of a word on a button.
const MAX_WORD_BYTES: usize = 60;

/// What a question leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faq {
    reply: Reply,
    ask: ServiceMessage,
    /// The same in a text.
    hint: String,
}

impl Faq {
    /// The answer.
    #[must_use]
    pub fn reply(&self) -> &Reply {
        &self.reply
    }

    /// Whether it helped, with buttons: for accounts that may send customer-service messages.
    #[must_use]
    pub fn ask(&self) -> &ServiceMessage {
        &self.ask
    }

    /// A text with that question below it, for all other accounts. A text that gets too long is cut.
    #[must_use]
    pub fn with_hint(&self, text: &str) -> String {
        let room = MAX_TEXT_BYTES.saturating_sub(self.hint.len());
        format!("{}{}", cut_text(text, room), self.hint)
    }
}

/// `[faq.helped]`: how it is asked whether an answer helped, and the two words to reply with.
#[derive(Clone, Debug)]
pub(crate) struct Helped {
    ask: String,
    yes: Word,
    no: Word,
    pub(crate) thanks: Reply,
}

#[derive(Clone, Debug)]
struct Word {
    written: String,
    key: String,
}

impl Helped {
    pub(crate) fn compile(table: &Table<'_>, commands: &Commands) -> Result<Self, Refusal> {
        let own = table
            .get("helped")
            .map(|node| node.table(&["ask", "yes", "no", "thanks"]))
            .transpose()?;
        let field = |name: &str| own.and_then(|own| own.get(name));
        let helped = Self {
            ask: match field("ask") {
                Some(node) => fitting(node, MAX_TEXT_BYTES / 2)?.to_owned(),
                None => ASK.to_owned(),
            },
            yes: word(field("yes"), YES, table.node, commands)?,
            no: word(field("no"), NO, table.node, commands)?,
            thanks: match field("thanks") {
                Some(node) => reply::compile(node, &Setting::message())?,
                None => Reply::fixed(THANKS),
            },
        };
        if helped.yes.key == helped.no.key {
            let at = field("no").or(field("yes")).unwrap_or(table.node);
            return Err(at.refuse("yes and no are one word"));
        }
        Ok(helped)
    }

    /// Which of the two a word is: whether it helped.
    pub(crate) fn heard(&self, key: &str) -> Option<bool> {
        if key == self.yes.key {
            Some(true)
        } else {
            (key == self.no.key).then_some(false)
        }
    }

    /// What a question with this hit leads to.
    pub(crate) fn faq(&self, reply: Reply, hit: &str) -> Faq {
        let choice = |helped: bool, word: &Word| MenuChoice {
            id: choice_id(hit, helped),
            content: word.written.clone(),
        };
        Faq {
            reply,
            ask: ServiceMessage::Msgmenu {
                head_content: self.ask.clone(),
                list: vec![choice(true, &self.yes), choice(false, &self.no)],
                tail_content: String::new(),
            },
            hint: format!(
                "\n\n{}\n回复“{}”或“{}”。",
                self.ask, self.yes.written, self.no.written
            ),
        }
    }
}

/// The id of a button: `faq-y-` or `faq-n-` and 16 hexadecimal digits, FNV-1a of the question's hit.
pub(crate) fn choice_id(hit: &str, helped: bool) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in hit.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("faq-{}-{hash:016x}", if helped { 'y' } else { 'n' })
}

fn fitting(node: &Node, most: usize) -> Result<&str, Refusal> {
    let text = node.filled("text")?;
    if text.len() > most {
        let message = format!("this has {} bytes, at most {most} are allowed", text.len());
        return Err(node.refuse(&message));
    }
    Ok(text)
}

fn word(
    node: Option<&Node>,
    default: &str,
    faq: &Node,
    commands: &Commands,
) -> Result<Word, Refusal> {
    let (written, at) = match node {
        Some(node) => (fitting(node, MAX_WORD_BYTES)?.trim(), node),
        None => (default, faq),
    };
    let key = normalise(written);
    if let Some(command) = commands.by_key(&key) {
        let message = format!(
            "\"{written}\" is a word of commands.{}, which goes first",
            command.field()
        );
        return Err(at.refuse(&message));
    }
    if key.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(at.refuse("a number chooses another question here; write a word"));
    }
    Ok(Word {
        written: written.to_owned(),
        key,
    })
}
