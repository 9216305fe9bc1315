//! Whether an answer is one that the platform would show: every required field, every length.

use serde_json::Value;

use super::{Malformed, Reply};

/// Bytes of a text (platform documentation of passive replies).
const LONGEST_TEXT: usize = 2048;
/// Articles in answer to an event; to a message only one is allowed.
const MOST_ARTICLES: usize = 8;

/// The callback that is being answered.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Who did something.
    pub openid: &'a str,
    /// The account's `gh_` name.
    pub account: &'a str,
    /// A message, not an event.
    pub is_message: bool,
}

/// Checks the tree of an answer and makes a [`Reply`] of it.
pub fn check(document: Value, raw: &str, asked: Asked<'_>) -> Result<Reply, Malformed> {
    same(&document, "ToUserName", asked.openid)?;
    same(&document, "FromUserName", asked.account)?;
    number(&document, "CreateTime")?;
    let kind = text(&document, "MsgType")?;
    let content = match kind.as_str() {
        "text" => {
            let content = filled(&document, "Content")?;
            if content.len() > LONGEST_TEXT {
                return Err(Malformed::TooLong {
                    field: "Content",
                    bytes: content.len(),
                    most: LONGEST_TEXT,
                });
            }
            Some(content)
        }
        "image" => material(&document, "Image", "MediaId")?,
        "voice" => material(&document, "Voice", "MediaId")?,
        "video" => material(&document, "Video", "MediaId")?,
        "music" => material(&document, "Music", "ThumbMediaId")?,
        "news" => Some(news(&document, asked.is_message)?),
        "transfer_customer_service" if asked.is_message => match document.get("TransInfo") {
            Some(to) => Some(filled(to, "KfAccount")?),
            None => None,
        },
        "transfer_biz_ai_ivr" if asked.is_message => None,
        "transfer_customer_service" | "transfer_biz_ai_ivr" => {
            return Err(Malformed::NotForEvents(kind));
        }
        _ => return Err(Malformed::UnknownType(kind)),
    };
    Ok(Reply {
        kind,
        content,
        raw: raw.to_owned(),
        fields: document,
    })
}

/// The title of the first article.
fn news(document: &Value, is_message: bool) -> Result<String, Malformed> {
    let stated = number(document, "ArticleCount")?;
    let items = match document.get("Articles") {
        Some(Value::Array(items)) => items.iter().collect::<Vec<_>>(),
        Some(articles) => match articles.get("item") {
            Some(Value::Array(items)) => items.iter().collect(),
            Some(single) => vec![single],
            None => return Err(Malformed::Missing("item")),
        },
        None => return Err(Malformed::Missing("Articles")),
    };
    let most = if is_message { 1 } else { MOST_ARTICLES };
    if items.is_empty() || items.len() > most {
        return Err(Malformed::Articles {
            found: items.len(),
            most,
        });
    }
    if u64::try_from(items.len()) != Ok(stated) {
        return Err(Malformed::ArticleCount {
            stated,
            found: items.len(),
        });
    }
    for item in &items {
        filled(item, "Title")?;
        text(item, "Description")?;
        address(item, "PicUrl")?;
        address(item, "Url")?;
    }
    items
        .first()
        .map_or(Err(Malformed::Missing("item")), |first| {
            text(first, "Title")
        })
}

/// A reference to material. Whether such material exists is not asked: the platform fetches it when it is shown.
fn material(
    document: &Value,
    element: &'static str,
    id: &'static str,
) -> Result<Option<String>, Malformed> {
    let inner = document.get(element).ok_or(Malformed::Missing(element))?;
    let id_text = filled(inner, id)?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if id_text.len() > 128 || !id_text.bytes().all(fits) {
        return Err(Malformed::Wrong {
            field: id,
            why: "is no media id",
        });
    }
    Ok(None)
}

fn text(within: &Value, field: &'static str) -> Result<String, Malformed> {
    match within.get(field) {
        None | Some(Value::Null) => Err(Malformed::Missing(field)),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Array(_)) => Err(Malformed::Wrong {
            field,
            why: "is there more than once",
        }),
        Some(_) => Err(Malformed::Wrong {
            field,
            why: "is not text",
        }),
    }
}

fn filled(within: &Value, field: &'static str) -> Result<String, Malformed> {
    let text = text(within, field)?;
    if text.is_empty() {
        Err(Malformed::Wrong {
            field,
            why: "is empty",
        })
    } else {
        Ok(text)
    }
}

fn address(within: &Value, field: &'static str) -> Result<(), Malformed> {
    let url = text(within, field)?;
    if url.is_empty() || url.starts_with("https://") || url.starts_with("http://") {
        Ok(())
    } else {
        Err(Malformed::Wrong {
            field,
            why: "does not begin with http:// or https://",
        })
    }
}

/// Digits: as text in XML, as a number in JSON.
fn number(within: &Value, field: &'static str) -> Result<u64, Malformed> {
    let number = match within.get(field) {
        None | Some(Value::Null) => return Err(Malformed::Missing(field)),
        Some(Value::Number(number)) => number.as_u64(),
        Some(Value::String(digits)) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().ok()
        }
        Some(_) => None,
    };
    number.ok_or(Malformed::Wrong {
        field,
        why: "is not a whole number",
    })
}

fn same(within: &Value, field: &'static str, expected: &str) -> Result<(), Malformed> {
    if text(within, field)? == expected {
        Ok(())
    } else {
        Err(Malformed::Wrong {
            field,
            why: "is not the one that the callback came from or went to",
        })
    }
}
