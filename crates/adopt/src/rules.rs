//! Welcome, default and keywords.

use std::collections::HashSet;

use fandesk_playbook::normalise;
use serde_json::Value;
use wechat::reply::Answering;

use crate::current::{list, listed, off, text};
use crate::page::{Block, Page, quoted, short};
use crate::reply::{Carried, Media, carry};

/// Characters of a rule's name.
const NAME_CHARS: usize = 64;

/// What stands where a playbook needs an answer and the account had none.
const DEFAULT: &str = r#"default = { text = "已收到您的留言，我们会尽快回复。\nWe have your message and will answer soon." }"#;

pub(crate) fn write(page: &mut Page, autoreply: &Value, media: &mut Vec<Media>) {
    write_default(page, autoreply, media);
    write_welcome(page, autoreply, media);
    write_keywords(page, autoreply, media);
}

fn write_default(page: &mut Page, autoreply: &Value, media: &mut Vec<Media>) {
    const PLACE: &str = "收到消息回复 default answer";
    let mut block = Block::default();
    block
        .comment("收到消息回复：其他内容都没有匹配时。What a text gets that nothing else answers.");
    let content = autoreply.get("message_default_autoreply_info");
    let closed = off(autoreply, "is_autoreply_open");
    match content {
        Some(content) if !closed => {
            let carried = carry(content, "content", Answering::Message, media);
            let Carried {
                reply,
                ready,
                notes,
            } = carried;
            block.notes(PLACE, &notes);
            match reply {
                Some(reply) => {
                    block.note(
                        PLACE,
                        "公众平台对同一粉丝每小时最多回复一次，fandesk 每次都回复。The platform gave this at most once an hour to \
                         a fan, fandesk gives it each time.",
                    );
                    block.line_if(ready, &format!("default = {reply}"));
                    if !ready {
                        block.line(DEFAULT);
                    }
                }
                None => block.line(DEFAULT),
            }
        }
        Some(content) => {
            block.note(
                PLACE,
                &format!(
                    "自动回复已关闭，原内容未迁移。Automatic answers are switched off, so this is left: “{}”",
                    short(text(content, "content"))
                ),
            );
            block.line(DEFAULT);
        }
        None => {
            block.note(
                PLACE,
                "公众号没有设置，此处必须有一条，请修改。The account has none and a playbook needs one: change this.",
            );
            block.line(DEFAULT);
        }
    }
    page.add(block);
}

fn write_welcome(page: &mut Page, autoreply: &Value, media: &mut Vec<Media>) {
    const PLACE: &str = "被关注回复 welcome";
    let Some(content) = autoreply.get("add_friend_autoreply_info") else {
        return;
    };
    let mut block = Block::default();
    block.comment("被关注回复。For those who follow.");
    if off(autoreply, "is_add_friend_reply_open") {
        block.note(
            PLACE,
            &format!(
                "已关闭，未迁移。It is switched off, so it is left: “{}”",
                short(text(content, "content"))
            ),
        );
        return page.add(block);
    }
    let carried = carry(content, "content", Answering::Event, media);
    let Carried {
        reply,
        ready,
        notes,
    } = carried;
    block.notes(PLACE, &notes);
    if let Some(reply) = reply {
        block.line_if(ready, "[welcome]");
        block.line_if(ready, &format!("reply = {reply}"));
    }
    page.add(block);
}

fn write_keywords(page: &mut Page, autoreply: &Value, media: &mut Vec<Media>) {
    let rules = listed(autoreply, "keyword_autoreply_info");
    if rules.is_empty() {
        return;
    }
    let mut head = Block::default();
    head.comment("关键词回复。Keywords.");
    if off(autoreply, "is_autoreply_open") {
        head.note(
            "关键词回复 keywords",
            "自动回复已关闭；以下规则发布后会生效，不需要的请删除。Automatic answers are switched off; these rules work once they \
             are published, so delete what you do not want.",
        );
    }
    page.add(head);
    let mut names = HashSet::new();
    let mut left = 0_usize;
    for (index, rule) in rules.iter().enumerate() {
        if !page.add_if_it_fits(carry_rule(rule, index, &mut names, media)) {
            left = left.saturating_add(1);
        }
    }
    if left > 0 {
        let mut tail = Block::default();
        tail.note(
            "关键词回复 keywords",
            &format!("文档将超过 1 MiB，有 {left} 条规则未迁移。{left} rules are left, since the document would be larger than 1 MiB."),
        );
        page.add(tail);
    }
}

fn carry_rule(
    rule: &Value,
    index: usize,
    names: &mut HashSet<String>,
    media: &mut Vec<Media>,
) -> Block {
    let mut block = Block::default();
    let given_name = text(rule, "rule_name");
    let place = if given_name.trim().is_empty() {
        format!("关键词规则 rule {}", index.saturating_add(1))
    } else {
        format!("关键词规则 rule “{}”", short(given_name))
    };
    let (exact, contains) = words(rule, &place, &mut block);
    let reply = first_reply(rule, &place, &mut block, media);
    match reply {
        _ if exact.is_empty() && contains.is_empty() => block.note(
            &place,
            "没有可用的关键词，规则未迁移。It has no usable keyword, so the rule is left.",
        ),
        None => block.note(
            &place,
            &format!(
                "没有可迁移的回复，规则未迁移。It has no answer that can be carried over, so the rule is left; keywords: {}",
                short(&[exact.as_slice(), &contains].concat().join(" "))
            ),
        ),
        Some((reply, ready)) => {
            block.line_if(ready, "[[rule]]");
            if let Some(name) = unique_name(given_name, names) {
                block.line_if(ready, &format!("name = {}", quoted(&name)));
            }
            for (field, words) in [("exact", exact), ("contains", contains)] {
                if !words.is_empty() {
                    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
                    block.line_if(ready, &format!("{field} = [{}]", words.join(", ")));
                }
            }
            block.line_if(ready, &format!("reply = {reply}"));
        }
    }
    block
}

/// The keywords that a text has to equal, and those that it has to contain.
fn words(rule: &Value, place: &str, block: &mut Block) -> (Vec<String>, Vec<String>) {
    let (mut exact, mut contains) = (Vec::new(), Vec::new());
    for keyword in list(rule, "keyword_list_info") {
        let word = text(keyword, "content");
        let kind = text(keyword, "type");
        if !matches!(kind, "text" | "") {
            block.note(
                place,
                &format!("“{0}”类型的关键词无法迁移。A keyword of the type “{0}” cannot be carried over.", short(kind)),
            );
        } else if normalise(word).is_empty() {
            block.note(place, "空的关键词已略去。An empty keyword is left.");
        } else {
            let words = match text(keyword, "match_mode") {
                "contain" => &mut contains,
                _ => &mut exact,
            };
            if !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
    }
    (exact, contains)
}

/// The first answer that can be published as it is, else the first that can after somebody completed it: a message is answered once.
fn first_reply(
    rule: &Value,
    place: &str,
    block: &mut Block,
    media: &mut Vec<Media>,
) -> Option<(String, bool)> {
    let replies = list(rule, "reply_list_info");
    let mut carried: Vec<Carried> = replies
        .iter()
        .map(|content| carry(content, "content", Answering::Message, media))
        .collect();
    let chosen = carried
        .iter()
        .position(|carried| carried.ready && carried.reply.is_some())
        .or_else(|| carried.iter().position(|carried| carried.reply.is_some()));
    for (nth, (content, carried)) in replies.iter().zip(&carried).enumerate() {
        block.notes(place, &carried.notes);
        if chosen.is_some_and(|chosen| chosen != nth) && carried.reply.is_some() {
            block.note(
                place,
                &format!(
                    "一条消息只回复一次，另一条回复未迁移。A message is answered once, so another answer is left: {} “{}”",
                    short(text(content, "type")),
                    short(text(content, "content"))
                ),
            );
        }
    }
    if text(rule, "reply_mode") == "random_one" && replies.len() > 1 {
        block.note(
            place,
            "原来随机回复其中一条，现在总是同一条。One of them was picked at random, now it is always the same.",
        );
    }
    let chosen = carried.swap_remove(chosen?);
    chosen.reply.map(|reply| (reply, chosen.ready))
}

/// A name that no rule has yet, if there is a name.
fn unique_name(given: &str, names: &mut HashSet<String>) -> Option<String> {
    let visible: String = given.chars().filter(|c| !c.is_control()).collect();
    let visible = visible.trim();
    if visible.is_empty() {
        return None;
    }
    let cut = |most: usize| visible.chars().take(most).collect::<String>();
    let mut name = cut(NAME_CHARS).trim_end().to_owned();
    let mut number = 1_usize;
    while !names.insert(name.clone()) {
        number = number.saturating_add(1);
        let suffix = format!(" ({number})");
        name = cut(NAME_CHARS.saturating_sub(suffix.len())) + &suffix;
    }
    Some(name)
}
