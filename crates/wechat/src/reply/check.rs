//! What the platform would refuse, found before it is sent: a refused reply shows the fan an error.

use super::Reply;

/// Bytes of a text. Longer ones are refused or cut by the platform (the documentation says 2048 bytes for
/// replies).
pub const MAX_TEXT_BYTES: usize = 2048;

/// Articles in answer to a message; more are cut to the first since 2018.
pub const MAX_ARTICLES_TO_MESSAGE: usize = 1;

/// Articles in answer to an event.
pub const MAX_ARTICLES_TO_EVENT: usize = 8;

/// What a reply answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answering {
    /// A fan's message.
    Message,
    /// An event.
    Event,
}

/// A reply that the platform would refuse.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidReply {
    /// Nothing where something belongs.
    #[error("{field} is empty")]
    Empty {
        /// The field of [`Reply`].
        field: &'static str,
    },
    /// More bytes than the platform takes.
    #[error("{field} has {bytes} bytes, at most {limit} are allowed")]
    TooLong {
        /// The field of [`Reply`].
        field: &'static str,
        /// Bytes found.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// More articles than the platform takes here.
    #[error("{count} articles, at most {limit} are allowed here")]
    TooManyArticles {
        /// Articles found.
        count: usize,
        /// Articles allowed.
        limit: usize,
    },
    /// A fan can be handed over only when the fan wrote.
    #[error("only a message can be handed to customer service, not an event")]
    TransferOfEvent,
}

pub(super) fn check(reply: &Reply, answering: Answering) -> Result<(), InvalidReply> {
    match reply {
        Reply::Text { content } => text(content),
        Reply::Image { media_id } | Reply::Voice { media_id } | Reply::Video { media_id, .. } => {
            filled("media_id", media_id)
        }
        Reply::Music { thumb_media_id, .. } => filled("thumb_media_id", thumb_media_id),
        Reply::News { articles } => {
            let limit = match answering {
                Answering::Message => MAX_ARTICLES_TO_MESSAGE,
                Answering::Event => MAX_ARTICLES_TO_EVENT,
            };
            if articles.is_empty() {
                return Err(InvalidReply::Empty { field: "articles" });
            }
            if articles.len() > limit {
                return Err(InvalidReply::TooManyArticles {
                    count: articles.len(),
                    limit,
                });
            }
            articles.iter().try_for_each(|article| {
                filled("title", &article.title).and_then(|()| filled("url", &article.url))
            })
        }
        Reply::TransferCustomerService { .. } => match answering {
            Answering::Message => Ok(()),
            Answering::Event => Err(InvalidReply::TransferOfEvent),
        },
    }
}

pub(crate) fn text(content: &str) -> Result<(), InvalidReply> {
    filled("content", content)?;
    if content.len() > MAX_TEXT_BYTES {
        return Err(InvalidReply::TooLong {
            field: "content",
            bytes: content.len(),
            limit: MAX_TEXT_BYTES,
        });
    }
    Ok(())
}

pub(crate) fn filled(field: &'static str, text: &str) -> Result<(), InvalidReply> {
    if text.is_empty() {
        Err(InvalidReply::Empty { field })
    } else {
        Ok(())
    }
}
