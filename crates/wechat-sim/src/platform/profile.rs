//! What the platform tells an account about a fan, and what the account noted: remark, tags, blacklist.
//!
//! Nickname and picture are not here: the platform no longer gives them.

use serde_json::{Map, Value, json};

use super::codes::Scene;
use crate::clock::UnixMillis;

/// The star group, which every account has and which no account can change.
pub const STARRED: u32 = 2;

/// How a fan came to follow; the platform's names for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Way {
    /// Found the account.
    #[default]
    Search,
    /// Scanned a code.
    Code,
    /// From before the simulation.
    Before,
}

impl Way {
    const fn name(self) -> &'static str {
        match self {
            Self::Search => "ADD_SCENE_SEARCH",
            Self::Code => "ADD_SCENE_QR_CODE",
            Self::Before => "ADD_SCENE_OTHERS",
        }
    }
}

/// Besides openid and following.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    /// When the fan last began to follow.
    pub followed_at: UnixMillis,
    /// How.
    pub way: Way,
    /// The code that was scanned for it.
    pub code: Option<Scene>,
    /// The account's name for the fan.
    pub remark: String,
    /// The fan's tags, in the order in which they were given.
    pub tags: Vec<u32>,
    /// Whether the account put the fan on its blacklist.
    pub blocked: bool,
}

impl Profile {
    /// Begins to follow. Remark and tags of an earlier time are gone.
    pub fn follow(&mut self, way: Way, code: Option<Scene>, now: UnixMillis) {
        *self = Self {
            followed_at: now,
            way,
            code,
            blocked: self.blocked,
            ..Self::default()
        };
    }

    /// `user/info` of a follower.
    pub fn shown(&self, openid: &str) -> Value {
        let (id, text) = match &self.code {
            Some(Scene::Id(id)) => (*id, ""),
            Some(Scene::Text(text)) => (0, text.as_str()),
            None => (0, ""),
        };
        json!({
            "subscribe": 1, "openid": openid, "nickname": "", "sex": 0, "language": "zh_CN", "city": "", "province": "",
            "country": "", "headimgurl": "", "subscribe_time": self.followed_at / 1000, "remark": self.remark,
            "groupid": self.tags.first().copied().unwrap_or_default(), "tagid_list": self.tags,
            "subscribe_scene": self.way.name(), "qr_scene": id, "qr_scene_str": text,
        })
    }

    /// `user/info` of one who does not follow: nothing but that.
    pub fn hidden(openid: &str) -> Value {
        let mut shown = Map::new();
        shown.insert("subscribe".to_owned(), 0.into());
        shown.insert("openid".to_owned(), openid.into());
        shown.insert("tagid_list".to_owned(), json!([]));
        Value::Object(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_back_has_neither_remark_nor_tags() {
        let mut profile = Profile {
            remark: "老顾客".to_owned(),
            tags: vec![101],
            ..Profile::default()
        };
        profile.follow(Way::Code, Some(Scene::Id(7)), 5_000);
        let shown = profile.shown("oFan");
        assert_eq!(
            (&shown["remark"], &shown["tagid_list"]),
            (&json!(""), &json!([]))
        );
        assert_eq!(
            (
                &shown["subscribe_time"],
                &shown["qr_scene"],
                &shown["subscribe_scene"]
            ),
            (&json!(5), &json!(7), &json!("ADD_SCENE_QR_CODE"))
        );
    }
}
