//! What is written for WeChat, as a web page can show it: a text, links, and choices. What only WeChat shows becomes a sentence.

use serde_json::{Map, Value as Json, json};
use wechat::Reply;

/// A message in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Plain text; `\n` breaks lines.
    pub text: String,
    /// Pages to open.
    pub links: Vec<Link>,
    /// What can be answered by a tap.
    pub choices: Vec<Choice>,
}

/// A page to open. The address begins with `http://` or `https://`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What it is called.
    pub title: String,
    /// Where it is.
    pub url: String,
}

/// Something to tap, which then counts as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Sent along with the text.
    pub id: String,
    /// What is shown, and what is written by a tap.
    pub content: String,
}

/// What stands in place of what only WeChat shows.
const IN_WECHAT: &str = "（这条内容请在微信中查看。）\nThis can only be seen in WeChat.";
/// What stands in place of WeChat's own customer service.
const WECHAT_SERVICE: &str = "人工客服请在微信公众号中联系。\nTo reach a person, please write to our Official Account in WeChat.";

/// What begins the links of a text by which a fan writes something.
const MENU_LINK: &str = "weixin://bizmsgmenu?";

/// A reply that was given at once.
#[must_use]
pub fn of_reply(reply: &Reply) -> Words {
    match reply {
        Reply::Text { content } => of_text(content),
        Reply::News { articles } => {
            let mut words = Words::default();
            for article in articles {
                words.article(&article.title, &article.url);
            }
            if let [article] = articles.as_slice() {
                words.text.clone_from(&article.description);
            }
            words.or_sentence()
        }
        Reply::Music {
            title,
            description,
            music_url,
            hq_music_url,
            ..
        } => {
            let address = match hq_music_url.is_empty() {
                true => music_url,
                false => hq_music_url,
            };
            music(title, description, address)
        }
        Reply::TransferCustomerService { .. } => sentence(WECHAT_SERVICE),
        Reply::Image { .. } | Reply::Voice { .. } | Reply::Video { .. } => sentence(IN_WECHAT),
    }
}

/// The body of a call that sends a customer-service message.
#[must_use]
pub fn of_sent(send: &Json) -> Words {
    let kind = send
        .get("msgtype")
        .and_then(Json::as_str)
        .unwrap_or_default();
    let inner = send.get(kind).unwrap_or(&Json::Null);
    let field = |name: &str| inner.get(name).and_then(Json::as_str).unwrap_or_default();
    match kind {
        "text" => of_text(field("content")),
        "msgmenu" => menu(inner, field("head_content"), field("tail_content")),
        "news" => {
            let mut words = Words::default();
            let articles = inner.get("articles").and_then(Json::as_array);
            for article in articles.into_iter().flatten() {
                let field =
                    |name: &str| article.get(name).and_then(Json::as_str).unwrap_or_default();
                words.article(field("title"), field("url"));
                words.text = field("description").to_owned();
            }
            words.or_sentence()
        }
        "music" => music(field("title"), field("description"), field("hqmusicurl")),
        _ => sentence(IN_WECHAT),
    }
}

fn menu(inner: &Json, head: &str, tail: &str) -> Words {
    let mut words = of_text(head);
    let tail = of_text(tail);
    if !tail.text.is_empty() {
        words.text.push('\n');
        words.text.push_str(&tail.text);
    }
    words.links.extend(tail.links);
    let list = inner.get("list").and_then(Json::as_array);
    for choice in list.into_iter().flatten() {
        let field = |name: &str| choice.get(name)?.as_str().map(str::to_owned);
        if let (Some(id), Some(content)) = (field("id"), field("content")) {
            words.choices.push(Choice { id, content });
        }
    }
    words
}

fn music(title: &str, description: &str, address: &str) -> Words {
    let mut words = sentence(description);
    words.article(title, address);
    words.or_sentence()
}

fn sentence(text: &str) -> Words {
    Words {
        text: text.to_owned(),
        ..Words::default()
    }
}

impl Words {
    /// Adds a page to open; nothing for an address that a browser should not be sent to.
    fn article(&mut self, title: &str, url: &str) {
        if is_page(url) {
            let title = match title.trim().is_empty() {
                true => url,
                false => title,
            };
            self.links.push(Link {
                title: title.to_owned(),
                url: url.to_owned(),
            });
        }
    }

    /// Never nothing: whoever reads it would wonder.
    fn or_sentence(self) -> Self {
        match self.text.trim().is_empty() && self.links.is_empty() {
            true => sentence(IN_WECHAT),
            false => self,
        }
    }

    /// The fields of an entry.
    pub(super) fn write(self, entry: &mut Map<String, Json>) {
        entry.insert("text".into(), self.text.into());
        if !self.links.is_empty() {
            let links = self.links.into_iter();
            let links = links.map(|link| json!({ "title": link.title, "url": link.url }));
            entry.insert("links".into(), links.collect());
        }
        if !self.choices.is_empty() {
            let choices = self.choices.into_iter();
            let choices =
                choices.map(|choice| json!({ "id": choice.id, "content": choice.content }));
            entry.insert("choices".into(), choices.collect());
        }
    }
}

fn is_page(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// A text in which `<a href="…">…</a>` is a link. Its words stay where they are; the address goes beside.
#[must_use]
pub fn of_text(content: &str) -> Words {
    let mut words = Words::default();
    let mut rest = content;
    while let Some((before, href, title, after)) = anchor(rest) {
        words.text.push_str(before);
        words.text.push_str(title);
        match href.strip_prefix(MENU_LINK) {
            Some(query) => words.choices.extend(menu_link(query)),
            None => words.article(title, href),
        }
        rest = after;
    }
    words.text.push_str(rest);
    words
}

/// The first link of a text: what is before it, its address, its words, and what is behind it.
fn anchor(text: &str) -> Option<(&str, &str, &str, &str)> {
    let mut from = 0_usize;
    loop {
        let start = from.checked_add(text.get(from..)?.find("<a ")?)?;
        let found = text.get(start..)?.split_once('>');
        if let Some((tag, rest)) = found
            && let Some((title, after)) = rest.split_once("</a>")
            && let Some(href) = href(tag)
        {
            return Some((text.get(..start)?, href, title, after));
        }
        from = start.checked_add(1)?;
    }
}

/// The address in `<a … href="…"`.
fn href(tag: &str) -> Option<&str> {
    let (_, value) = tag.split_once("href=")?;
    let quote = value
        .chars()
        .next()
        .filter(|quote| matches!(quote, '"' | '\''))?;
    let (address, _) = value.get(1..)?.split_once(quote)?;
    Some(address.trim())
}

/// `msgmenucontent=…&msgmenuid=…`: WeChat writes the content for who taps the link.
fn menu_link(query: &str) -> Option<Choice> {
    let value = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(given, _)| *given == name)
            .map(|(_, value)| value.to_owned())
    };
    Some(Choice {
        id: value("msgmenuid").unwrap_or_default(),
        content: value("msgmenucontent").filter(|content| !content.is_empty())?,
    })
}

#[cfg(test)]
mod tests {
    use wechat::api::custom::{MenuChoice, ServiceMessage};
    use wechat::reply::Article;

    use super::*;

    fn link(title: &str, url: &str) -> Link {
        Link {
            title: title.to_owned(),
            url: url.to_owned(),
        }
    }

    fn sent(message: &ServiceMessage) -> Words {
        of_sent(&serde_json::from_str(&message.to_body("o", None)).unwrap())
    }

    #[test]
    fn links_of_a_text_stand_beside_it_and_their_words_in_it() {
        let words = of_text(
            "看 <a href=\"https://a.cn/?x=1&y=2\">这里</a> 或 <a class='b' href='http://b.cn'>那里</a>。",
        );
        assert_eq!(words.text, "看 这里 或 那里。");
        let expected = [
            link("这里", "https://a.cn/?x=1&y=2"),
            link("那里", "http://b.cn"),
        ];
        assert_eq!(words.links, expected);
    }

    #[test]
    fn a_link_that_writes_something_is_a_choice() {
        let words =
            of_text("<a href=\"weixin://bizmsgmenu?msgmenucontent=菜单&msgmenuid=1\">看菜单</a>");
        assert_eq!(words.text, "看菜单");
        assert!(words.links.is_empty());
        assert_eq!(
            (
                words.choices[0].id.as_str(),
                words.choices[0].content.as_str()
            ),
            ("1", "菜单")
        );
    }

    #[test]
    fn no_other_address_becomes_a_link() {
        for text in [
            "<a href=\"javascript:alert(1)\">x</a>",
            "<a href=\"data:text/html,x\">x</a>",
            "<a href=\"weixin://dl/business\">x</a>",
        ] {
            assert_eq!(
                of_text(text),
                Words {
                    text: "x".to_owned(),
                    ..Words::default()
                },
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_whole_link_stays_as_it_is() {
        for text in [
            "",
            "a < b",
            "<a ",
            "<a href=",
            "<a href=\"x",
            "<a href=x>y</a>",
            "<a >y",
            "汉<a 字>",
            "<a <a ",
        ] {
            assert_eq!(of_text(text).text, text);
        }
    }

    #[test]
    fn articles_are_links() {
        let article = |title: &str, url: &str| Article {
            title: title.to_owned(),
            description: "more".to_owned(),
            pic_url: String::new(),
            url: url.to_owned(),
        };
        let one = of_reply(&Reply::News {
            articles: vec![article("A", "https://a")],
        });
        assert_eq!(
            (one.text.as_str(), one.links),
            ("more", vec![link("A", "https://a")])
        );
        let two = of_reply(&Reply::News {
            articles: vec![article("A", "https://a"), article("", "https://b")],
        });
        assert_eq!((two.text.as_str(), two.links.len()), ("", 2));
        assert_eq!(two.links.get(1), Some(&link("https://b", "https://b")));
        let sent = sent(&ServiceMessage::News {
            article: article("A", "https://a"),
        });
        assert_eq!(
            (sent.text.as_str(), sent.links),
            ("more", vec![link("A", "https://a")])
        );
    }

    #[test]
    fn a_menu_of_choices_keeps_what_each_writes() {
        let words = sent(&ServiceMessage::Msgmenu {
            head_content: "How was it?".to_owned(),
            list: vec![MenuChoice {
                id: "7".to_owned(),
                content: "Good".to_owned(),
            }],
            tail_content: "Thanks".to_owned(),
        });
        assert_eq!(words.text, "How was it?\nThanks");
        assert_eq!(
            words.choices,
            [Choice {
                id: "7".to_owned(),
                content: "Good".to_owned()
            }]
        );
    }

    #[test]
    fn what_only_wechat_shows_becomes_a_sentence() {
        let media_id = || "m".to_owned();
        for words in [
            of_reply(&Reply::Image {
                media_id: media_id(),
            }),
            of_reply(&Reply::Voice {
                media_id: media_id(),
            }),
            of_reply(&Reply::News {
                articles: Vec::new(),
            }),
            sent(&ServiceMessage::Mpnews {
                media_id: media_id(),
            }),
            sent(&ServiceMessage::Wxcard {
                card_id: media_id(),
            }),
            of_sent(&Json::Null),
        ] {
            assert_eq!(words, sentence(IN_WECHAT));
        }
        let transfer = Reply::TransferCustomerService { kf_account: None };
        assert_eq!(of_reply(&transfer), sentence(WECHAT_SERVICE));
    }

    #[test]
    fn music_is_a_link_to_where_it_plays() {
        let words = of_reply(&Reply::Music {
            title: "Song".to_owned(),
            description: "by us".to_owned(),
            music_url: "https://m".to_owned(),
            hq_music_url: String::new(),
            thumb_media_id: "t".to_owned(),
        });
        assert_eq!(
            (words.text.as_str(), words.links),
            ("by us", vec![link("Song", "https://m")])
        );
    }
}
