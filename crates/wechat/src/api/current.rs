//! What is set up in the platform's own pages: automatic replies and the menu.
//!
//! Both stop working when the server URL is turned on, which is why someone moving to it wants to read them first. Media ids
//! in these answers are temporary, new ones each time, and good for three days.

use super::json::answers;
use super::{Call, Request};

/// Asks for the automatic replies of the platform's pages, in force or not. Replies made by a server are not among them.
///
/// ```
/// use wechat::api::{current, read_answer};
///
/// let request = current::autoreply();
/// assert_eq!(request.path, "/cgi-bin/get_current_autoreply_info");
///
/// let answer = br#"{"is_add_friend_reply_open":1,"is_autoreply_open":0,
///     "add_friend_autoreply_info":{"type":"text","content":"Hello!"}}"#;
/// let replies: current::Autoreply = read_answer(200, answer)?;
/// assert_eq!(replies.add_friend.and_then(|reply| reply.content).as_deref(), Some("Hello!"));
/// # Ok::<(), wechat::api::CallFailure>(())
/// ```
pub fn autoreply() -> Request<Autoreply> {
    Request::of(Call::get("/cgi-bin/get_current_autoreply_info"))
}

/// Asks for the menu in force, whether it was made by this API or in the platform's pages.
/// [`menu::get`](super::menu::get) tells only of those made by the API, but with conditional ones.
pub fn selfmenu() -> Request<SelfMenu> {
    Request::of(Call::get("/cgi-bin/get_current_selfmenu_info"))
}

answers! {
    /// The automatic replies of the platform's pages.
    pub struct Autoreply {
        /// Whether new followers are greeted.
        pub is_add_friend_reply_open: bool,
        /// Whether messages are answered.
        pub is_autoreply_open: bool,
        /// What new followers get.
        pub add_friend: Option<AutoreplyContent> = "add_friend_autoreply_info",
        /// What a message gets for which there is no rule, once an hour.
        pub message_default: Option<AutoreplyContent> = "message_default_autoreply_info",
        /// The rules by keyword.
        pub rules: Vec<AutoreplyRule> = "keyword_autoreply_info.list",
    }

    /// One automatic reply.
    pub struct AutoreplyContent {
        /// `text`, `img`, `voice`, `video`, `news` (and words that are newer).
        pub kind: String = "type",
        /// The text; the media id of a picture or a voice; the address of a video.
        pub content: Option<String>,
        /// The articles of `news`.
        pub news: Vec<CurrentArticle> = "news_info.list",
    }

    /// Replies to some keywords.
    pub struct AutoreplyRule {
        /// Its name.
        pub rule_name: String,
        /// In seconds since 1970.
        pub create_time: u64,
        /// `reply_all` or `random_one`.
        pub reply_mode: String,
        /// What it answers to.
        pub keywords: Vec<AutoreplyKeyword> = "keyword_list_info",
        /// What it answers.
        pub replies: Vec<AutoreplyContent> = "reply_list_info",
    }

    /// A keyword of a rule.
    pub struct AutoreplyKeyword {
        /// `text`.
        pub kind: String = "type",
        /// `contain` or `equal`.
        pub match_mode: String,
        /// The keyword.
        pub content: Option<String>,
    }

    /// An article of an automatic reply or a menu.
    pub struct CurrentArticle {
        /// Title.
        pub title: String,
        /// Author.
        pub author: Option<String>,
        /// Summary.
        pub digest: Option<String>,
        /// Whether the cover is shown in the article.
        pub show_cover: Option<bool>,
        /// Address of the cover.
        pub cover_url: Option<String>,
        /// Address of the article.
        pub content_url: Option<String>,
        /// Address of "阅读原文".
        pub source_url: Option<String>,
    }

    /// The menu in force.
    pub struct SelfMenu {
        /// Whether it is shown.
        pub is_menu_open: bool,
        /// The top row.
        pub buttons: Vec<SelfMenuButton> = "selfmenu_info.button",
    }

    /// An entry of the menu in force. Which fields it has depends on `kind`.
    pub struct SelfMenuButton {
        /// What the fan sees.
        pub name: String,
        /// The types of [`Action`](super::menu::Action) and, made in the platform's pages, `text`, `img`, `photo`, `video`, `voice`,
        /// `news`; none where there is a list.
        pub kind: Option<String> = "type",
        /// Comes back as EventKey.
        pub key: Option<String>,
        /// The page that opens.
        pub url: Option<String>,
        /// AppID of a mini program.
        pub appid: Option<String>,
        /// Page of a mini program.
        pub pagepath: Option<String>,
        /// Material to send.
        pub media_id: Option<String>,
        /// Article to send or open.
        pub article_id: Option<String>,
        /// The text; the media id of a picture, a voice or an article; the address of a video.
        pub value: Option<String>,
        /// The articles of `news`.
        pub news: Vec<CurrentArticle> = "news_info.list",
        /// The entries below.
        pub sub_button: Vec<SelfMenuButton> = "sub_button.list",
    }
}
