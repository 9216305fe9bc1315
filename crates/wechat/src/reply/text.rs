//! Texts made fit to be sent.

use std::borrow::Cow;

/// Ends a text that was cut.
const ELLIPSIS: &str = "…";

/// At most `max_bytes` of a text, never a part of a character, ending in `…` when cut.
///
/// ```
/// use wechat::reply::cut_text;
///
/// assert_eq!(cut_text("你好", 6), "你好");
/// assert_eq!(cut_text("你好吗", 8), "你…");
/// ```
///
/// Where not even the `…` fits, the text is empty.
pub fn cut_text(text: &str, max_bytes: usize) -> Cow<'_, str> {
    if text.len() <= max_bytes {
        return Cow::Borrowed(text);
    }
    let Some(room) = max_bytes.checked_sub(ELLIPSIS.len()) else {
        return Cow::Borrowed("");
    };
    let kept = text
        .get(..text.floor_char_boundary(room))
        .unwrap_or_default();
    Cow::Owned([kept, ELLIPSIS].concat())
}

/// The text without the characters that XML 1.0 forbids: control characters other than tab and line ends,
/// U+FFFE and U+FFFF.
pub fn without_forbidden(text: &str) -> Cow<'_, str> {
    // Bytes first: to look at each character of a sealed reply takes a tenth of the time of sealing it.
    if text.bytes().any(may_begin_forbidden) && text.contains(is_forbidden) {
        Cow::Owned(text.replace(is_forbidden, ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether a forbidden character may begin with this byte. U+FFFE begins like the full-width forms.
fn may_begin_forbidden(byte: u8) -> bool {
    matches!(byte, 0..=0x8 | 0xB | 0xC | 0xE..=0x1F | 0xEF)
}

fn is_forbidden(character: char) -> bool {
    matches!(character, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}
