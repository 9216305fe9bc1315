//! The custom menu.
//!
//! What was made by the API is in WeChat's own form. What the web editor made answers by itself: a button of the type text,
//! img, voice, video or news has its content beside it. Such a button becomes a `click` with a key of its own, and the
//! playbook gets the answer to that key.

use serde_json::Value;
use wechat::api::menu::{Action, Button, Menu};
use wechat::reply::{Answering, cut_text};

use crate::current::{list, listed, off, text};
use crate::page::{Block, Page, quoted, short};
use crate::reply::{Carried, Media, carry};

const MAX_TOP: usize = 3;
const MAX_SUB: usize = 5;
const MAX_TOP_NAME_BYTES: usize = 16;
const MAX_SUB_NAME_BYTES: usize = 60;
const MAX_KEY_BYTES: usize = 128;
const MAX_URL_BYTES: usize = 1024;

/// The menu, and what the playbook has to say about it.
#[derive(Default)]
pub(crate) struct Adopted {
    /// As JSON; none when there is nothing to publish.
    pub(crate) document: Option<String>,
    /// Keys with their answers in TOML.
    answers: Vec<Answer>,
    /// Keys that the account's own server answered.
    unanswered: Vec<String>,
    /// Where, and what.
    notes: Vec<(String, String)>,
}

/// What a key of ours answers.
struct Answer {
    key: String,
    /// In TOML.
    reply: String,
    /// Whether it can be published as it is.
    ready: bool,
}

/// A menu on its way.
struct Adoption<'v, 'm> {
    adopted: Adopted,
    media: &'m mut Vec<Media>,
    /// Keys that were there before, which no new one may be.
    taken: Vec<&'v str>,
}

pub(crate) fn adopt(selfmenu: &Value, media: &mut Vec<Media>) -> Adopted {
    let Some(info) = selfmenu.get("selfmenu_info") else {
        return Adopted::default();
    };
    let top = list(info, "button");
    let mut adoption = Adoption {
        adopted: Adopted::default(),
        media,
        taken: top
            .iter()
            .flat_map(|button| std::iter::once(button).chain(listed(button, "sub_button")))
            .map(|button| text(button, "key"))
            .collect(),
    };
    if off(selfmenu, "is_menu_open") && !top.is_empty() {
        adoption.note(
            "菜单 menu",
            "菜单已关闭；发布 menu.adopted.json 会重新打开。The menu is switched off; publishing menu.adopted.json shows it again.",
        );
    }
    let buttons = adoption.buttons(top, "", MAX_TOP, MAX_TOP_NAME_BYTES);
    let mut adopted = adoption.adopted;
    // What `buttons` gives keeps to every limit; should it not, there is no menu rather than one that WeChat refuses.
    match Menu::new(buttons) {
        Ok(menu) => adopted.document = serde_json::to_string_pretty(&menu).ok(),
        Err(_) if top.is_empty() => {}
        Err(error) => adopted.notes.push((
            "菜单 menu".to_owned(),
            format!("没有可发布的按钮。There is no button to publish: {error}"),
        )),
    }
    adopted
}

/// Writes the answers of the menu, and what is to be done about the rest.
pub(crate) fn write(page: &mut Page, adopted: &Adopted) {
    if !adopted.notes.is_empty() {
        let mut block = Block::default();
        block.comment("自定义菜单。The custom menu.");
        for (place, note) in &adopted.notes {
            block.note(place, &format!("{place}: {note}"));
        }
        page.add(block);
    }
    for Answer { key, reply, ready } in &adopted.answers {
        let mut block = Block::default();
        block.line_if(*ready, "[[click]]");
        block.line_if(*ready, &format!("key = {}", quoted(key)));
        block.line_if(*ready, &format!("reply = {reply}"));
        page.add(block);
    }
    for key in &adopted.unanswered {
        let mut block = Block::default();
        block.note(
            &format!("菜单键 key {}", short(key)),
            "原来由您自己的服务器应答，请写上回复。Your own server answered this key: write what it shall answer.",
        );
        block.comment("[[click]]");
        block.comment(&format!("key = {}", quoted(key)));
        block.comment("reply = { text = \"…\" }");
        page.add(block);
    }
}

impl<'v> Adoption<'v, '_> {
    fn note(&mut self, place: &str, words: &str) {
        self.adopted
            .notes
            .push((place.to_owned(), words.to_owned()));
    }

    fn buttons(
        &mut self,
        list: &'v [Value],
        parent: &str,
        most: usize,
        name_bytes: usize,
    ) -> Vec<Button> {
        let mut buttons = Vec::new();
        for (number, entry) in (1_usize..).zip(list) {
            let name = text(entry, "name").trim();
            let place = format!("{parent}按钮 button {number} “{}”", short(name));
            if buttons.len() >= most {
                self.note(
                    &place,
                    "微信不允许更多按钮，未迁移。WeChat takes no more buttons, so it is left.",
                );
                continue;
            }
            let kept = cut_text(name, name_bytes);
            if kept.is_empty() {
                self.note(
                    &place,
                    "按钮没有名称，未迁移。It has no name, so it is left.",
                );
                continue;
            }
            if kept.len() < name.len() {
                self.note(
                    &place,
                    "名称过长，已截断。Its name was too long and is cut.",
                );
            }
            let action = match (listed(entry, "sub_button"), parent.is_empty()) {
                ([], _) | (_, false) => self.leaf(entry, &place),
                (entries, true) => {
                    let inside = format!("{place} / ");
                    let buttons = self.buttons(entries, &inside, MAX_SUB, MAX_SUB_NAME_BYTES);
                    if buttons.is_empty() {
                        self.note(
                            &place,
                            "下级没有可迁移的按钮。None of its entries could be carried over.",
                        );
                    }
                    (!buttons.is_empty()).then_some(Action::SubButton { buttons })
                }
            };
            buttons.extend(action.map(|action| Button {
                name: kept.into_owned(),
                action,
            }));
        }
        buttons
    }

    fn leaf(&mut self, entry: &'v Value, place: &str) -> Option<Action> {
        let given = |field: &str| text(entry, field).to_owned();
        let key = || Some(given("key")).filter(|key| (1..=MAX_KEY_BYTES).contains(&key.len()));
        let url = || Some(given("url")).filter(|url| (1..=MAX_URL_BYTES).contains(&url.len()));
        let id = |field: &str| {
            let id = [given(field), given("value")]
                .into_iter()
                .find(|id| !id.is_empty());
            id.ok_or("没有编号 it has no id")
        };
        let (no_key, no_url) = (
            "键缺失或过长 its key is missing or too long",
            "链接缺失或过长 its address is missing or too long",
        );
        let action = match text(entry, "type") {
            "click" => key().map(|key| Action::Click { key }).ok_or(no_key),
            "view" => url().map(|url| Action::View { url }).ok_or(no_url),
            "scancode_push" => key().map(|key| Action::ScancodePush { key }).ok_or(no_key),
            "scancode_waitmsg" => key()
                .map(|key| Action::ScancodeWaitmsg { key })
                .ok_or(no_key),
            "pic_sysphoto" => key().map(|key| Action::PicSysphoto { key }).ok_or(no_key),
            "pic_photo_or_album" => key()
                .map(|key| Action::PicPhotoOrAlbum { key })
                .ok_or(no_key),
            "pic_weixin" => key().map(|key| Action::PicWeixin { key }).ok_or(no_key),
            "location_select" => key()
                .map(|key| Action::LocationSelect { key })
                .ok_or(no_key),
            "miniprogram" => match (url(), given("appid"), given("pagepath")) {
                (Some(url), appid, pagepath) if !appid.is_empty() && !pagepath.is_empty() => {
                    Ok(Action::Miniprogram {
                        url,
                        appid,
                        pagepath,
                    })
                }
                _ => Err("小程序信息不完整 its mini program is not whole"),
            },
            "media_id" => id("media_id").map(|media_id| Action::MediaId { media_id }),
            "view_limited" => id("media_id").map(|media_id| Action::ViewLimited { media_id }),
            "article_id" => id("article_id").map(|article_id| Action::ArticleId { article_id }),
            "article_view_limited" => {
                id("article_id").map(|article_id| Action::ArticleViewLimited { article_id })
            }
            _ => return self.answered(entry, place),
        };
        match action {
            Ok(action) => {
                if let Action::Click { key } = &action
                    && !self.adopted.unanswered.contains(key)
                {
                    self.adopted.unanswered.push(key.clone());
                }
                Some(action)
            }
            Err(why) => {
                self.note(place, &format!("未迁移 not carried over: {why}"));
                None
            }
        }
    }

    /// A button of the web editor, whose content is beside it.
    fn answered(&mut self, entry: &Value, place: &str) -> Option<Action> {
        let carried = carry(entry, "value", Answering::Event, self.media);
        let Carried {
            reply,
            ready,
            notes,
        } = carried;
        for note in notes {
            self.note(place, &note);
        }
        let reply = reply?;
        let mut key = format!("ADOPTED_{}", self.adopted.answers.len().saturating_add(1));
        while self.taken.contains(&key.as_str()) {
            key.push('_');
        }
        self.adopted.answers.push(Answer {
            key: key.clone(),
            reply,
            ready,
        });
        Some(Action::Click { key })
    }
}
