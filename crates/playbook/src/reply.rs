//! Replies: what a fan is shown, with places for captured text.

mod compile;

pub(crate) use compile::{KINDS, Setting, WITHOUT_PASSIVE_FORM, address, compile, compile_kind};

use crate::captures::Captures;
use crate::template::{Encoding, Placeholder, Template, Values};
use serde_json::Value;
use wechat::api::custom::{MenuChoice, ServiceMessage};
use wechat::reply::{MAX_TEXT_BYTES, cut_text};

/// Bytes of an address; WeChat takes no longer ones.
const MAX_LINK_BYTES: usize = 2048;

/// A reply of the playbook, checked at publishing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply(pub(crate) Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text(Template),
    Image {
        media_id: String,
    },
    Voice {
        media_id: String,
    },
    Video {
        media_id: String,
        thumb_media_id: Option<String>,
        title: Option<Template>,
        description: Option<Template>,
    },
    Music {
        title: Template,
        description: Template,
        music_url: Template,
        hq_music_url: Template,
        thumb_media_id: String,
    },
    News(Vec<Article>),
    Miniprogram {
        title: Template,
        appid: String,
        pagepath: Template,
        thumb_media_id: String,
    },
    Msgmenu {
        head_content: Template,
        choices: Vec<Choice>,
        tail_content: Template,
    },
    Mpnews {
        media_id: String,
    },
    Mpnewsarticle {
        article_id: String,
    },
    Wxcard {
        card_id: String,
    },
}

/// A choice of a message menu. What the fan taps comes back as a text with these words, which rules answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) id: String,
    pub(crate) content: Template,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Article {
    pub(crate) title: Template,
    pub(crate) description: Template,
    pub(crate) pic_url: Template,
    pub(crate) url: Template,
}

/// A reply with its places filled, by the way that it can take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rendered {
    /// Fits into the response to the callback.
    Passive(wechat::Reply),
    /// Has no passive form (a message menu, a mini-program card, …): the callback is answered with `success`, and this
    /// is sent.
    Service(ServiceMessage),
}

impl Reply {
    /// The reply for a fan who is answered at once.
    ///
    /// `None` when WeChat would refuse it: a text or title of placeholders alone that are all empty, or a link that
    /// captured text made too long.
    #[must_use]
    pub fn expand(&self, captures: &Captures) -> Option<Rendered> {
        let filling = Filling(Values {
            captures,
            result: None,
        });
        match filling.passive(self) {
            Some(reply) => Some(Rendered::Passive(reply)),
            None => filling.without_passive_form(self).map(Rendered::Service),
        }
    }

    /// The reply for a fan who is answered later, with the fields of a business system's answer when there is one.
    ///
    /// `None` as in [`Reply::expand`], and for several articles, which only an event can be answered with.
    #[must_use]
    pub fn expand_later(
        &self,
        captures: &Captures,
        result: Option<&Value>,
    ) -> Option<ServiceMessage> {
        let filling = Filling(Values { captures, result });
        match filling.without_passive_form(self) {
            Some(message) => Some(message),
            None => filling.service(self),
        }
    }

    /// A text without places.
    pub(crate) fn fixed(text: &str) -> Self {
        Self(Kind::Text(Template::fixed(text)))
    }

    /// Everything that this reply has places for.
    pub(crate) fn placeholders(&self) -> impl Iterator<Item = &Placeholder> {
        let templates: Vec<&Template> = match &self.0 {
            Kind::Text(text) => vec![text],
            Kind::Image { .. }
            | Kind::Voice { .. }
            | Kind::Mpnews { .. }
            | Kind::Mpnewsarticle { .. }
            | Kind::Wxcard { .. } => Vec::new(),
            Kind::Msgmenu {
                head_content,
                choices,
                tail_content,
            } => {
                let contents = choices.iter().map(|choice| &choice.content);
                [head_content, tail_content]
                    .into_iter()
                    .chain(contents)
                    .collect()
            }
            Kind::Video {
                title, description, ..
            } => title.iter().chain(description).collect(),
            Kind::Music {
                title,
                description,
                music_url,
                hq_music_url,
                ..
            } => {
                vec![title, description, music_url, hq_music_url]
            }
            Kind::News(articles) => articles
                .iter()
                .flat_map(|article| {
                    [
                        &article.title,
                        &article.description,
                        &article.pic_url,
                        &article.url,
                    ]
                })
                .collect(),
            Kind::Miniprogram {
                title, pagepath, ..
            } => vec![title, pagepath],
        };
        templates.into_iter().flat_map(Template::placeholders)
    }
}

struct Filling<'v>(Values<'v>);

impl Filling<'_> {
    fn passive(&self, reply: &Reply) -> Option<wechat::Reply> {
        Some(match &reply.0 {
            Kind::Text(text) => wechat::Reply::Text {
                content: self.shown(text)?,
            },
            Kind::Image { media_id } => wechat::Reply::Image {
                media_id: media_id.clone(),
            },
            Kind::Voice { media_id } => wechat::Reply::Voice {
                media_id: media_id.clone(),
            },
            Kind::Video {
                media_id,
                title,
                description,
                ..
            } => wechat::Reply::Video {
                media_id: media_id.clone(),
                title: title.as_ref().map(|title| self.text(title)),
                description: description
                    .as_ref()
                    .map(|description| self.text(description)),
            },
            Kind::Music {
                title,
                description,
                music_url,
                hq_music_url,
                thumb_media_id,
            } => wechat::Reply::Music {
                title: self.text(title),
                description: self.text(description),
                music_url: self.link(music_url)?,
                hq_music_url: self.link(hq_music_url)?,
                thumb_media_id: thumb_media_id.clone(),
            },
            Kind::News(articles) => {
                let filled = articles.iter().map(|article| self.article(article));
                wechat::Reply::News {
                    articles: filled.collect::<Option<_>>()?,
                }
            }
            Kind::Miniprogram { .. }
            | Kind::Msgmenu { .. }
            | Kind::Mpnews { .. }
            | Kind::Mpnewsarticle { .. }
            | Kind::Wxcard { .. } => return None,
        })
    }

    fn without_passive_form(&self, reply: &Reply) -> Option<ServiceMessage> {
        Some(match &reply.0 {
            Kind::Miniprogram {
                title,
                appid,
                pagepath,
                thumb_media_id,
            } => ServiceMessage::Miniprogrampage {
                title: self.text(title),
                appid: appid.clone(),
                pagepath: self.link(pagepath).filter(|path| !path.is_empty())?,
                thumb_media_id: thumb_media_id.clone(),
            },
            Kind::Msgmenu {
                head_content,
                choices,
                tail_content,
            } => {
                let mut list = Vec::new();
                for choice in choices {
                    list.push(MenuChoice {
                        id: choice.id.clone(),
                        content: self.shown(&choice.content)?,
                    });
                }
                ServiceMessage::Msgmenu {
                    head_content: self.text(head_content),
                    list,
                    tail_content: self.text(tail_content),
                }
            }
            Kind::Mpnews { media_id } => ServiceMessage::Mpnews {
                media_id: media_id.clone(),
            },
            Kind::Mpnewsarticle { article_id } => ServiceMessage::Mpnewsarticle {
                article_id: article_id.clone(),
            },
            Kind::Wxcard { card_id } => ServiceMessage::Wxcard {
                card_id: card_id.clone(),
            },
            _ => return None,
        })
    }

    fn service(&self, reply: &Reply) -> Option<ServiceMessage> {
        let mut message = ServiceMessage::from_reply(&self.passive(reply)?)?;
        // Only the service form of a video has a picture.
        if let (
            ServiceMessage::Video { thumb_media_id, .. },
            Kind::Video {
                thumb_media_id: given,
                ..
            },
        ) = (&mut message, &reply.0)
        {
            thumb_media_id.clone_from(given);
        }
        Some(message)
    }

    fn article(&self, article: &Article) -> Option<wechat::Article> {
        Some(wechat::Article {
            title: self.shown(&article.title)?,
            description: self.text(&article.description),
            pic_url: self.link(&article.pic_url)?,
            url: self.link(&article.url)?,
        })
    }

    fn text(&self, template: &Template) -> String {
        let text = template.expand(self.0, Encoding::Plain);
        cut_text(&text, MAX_TEXT_BYTES).into_owned()
    }

    /// A text that has to show something.
    fn shown(&self, template: &Template) -> Option<String> {
        Some(self.text(template)).filter(|text| !text.trim().is_empty())
    }

    /// A cut address would lead elsewhere, so one that is too long is none.
    fn link(&self, template: &Template) -> Option<String> {
        let link = template.expand(self.0, Encoding::Url);
        (link.len() <= MAX_LINK_BYTES).then_some(link)
    }
}
