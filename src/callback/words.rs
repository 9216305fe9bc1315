//! What WeChat is answered: a reply document, or a few words of plain text.

use wechat::Format;
use worker::{Result, web_sys};

use crate::answer;

/// What WeChat is answered.
pub(super) struct Words {
    pub(super) status: u16,
    /// `None` for a few words of plain text.
    pub(super) format: Option<Format>,
    pub(super) text: String,
}

/// A few words of plain text. A refusal is counted and not logged by itself: anyone can cause as many as they like.
pub(super) fn say(status: u16, text: String) -> Words {
    Words {
        status,
        format: None,
        text,
    }
}

pub(super) fn respond(words: Words) -> Result<web_sys::Response> {
    match words.format {
        Some(format) => answer::document(format, &words.text),
        None => answer::short(words.status, &words.text),
    }
}
