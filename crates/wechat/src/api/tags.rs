//! Tags on fans, kept by WeChat: for mass sends, conditional menus, and finding people again.

use serde_json::json;

use super::invalid::{InvalidCall, filled, list, text, texts};
use super::json::answers;
use super::{Call, Done, Request};

/// Tags of an account (45056 above).
pub const MAX_TAGS: usize = 100;

/// Bytes of a tag's name (45158 above).
pub const MAX_NAME_BYTES: usize = 30;

/// Tags on one fan (45059 above).
pub const MAX_TAGS_OF_FAN: usize = 20;

/// Fans of one call of [`batch_tag`] or [`batch_untag`].
pub const MAX_BATCH: usize = 50;

/// Makes a tag.
///
/// Limits: 100 tags an account, a name of up to 30 bytes.
///
/// ```
/// use wechat::api::{read_answer, tags};
///
/// let request = tags::create("广东")?;
/// assert_eq!(request.json(), Some(r#"{"tag":{"name":"广东"}}"#));
/// let made: tags::Created = read_answer(200, r#"{"tag":{"id":134,"name":"广东"}}"#.as_bytes())?;
/// assert_eq!(made.id, 134);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// No name, or one that is too long.
pub fn create(name: &str) -> Result<Request<Created>, InvalidCall> {
    text("tag.name", name, MAX_NAME_BYTES)?;
    let body = json!({ "tag": { "name": name } });
    Ok(Request::of(Call::post("/cgi-bin/tags/create", &body)))
}

/// Asks for all tags, those of the platform among them (0, 1 and 2).
pub fn get() -> Request<Tags> {
    Request::of(Call::get("/cgi-bin/tags/get"))
}

/// Gives a tag another name.
///
/// Limits: a name of up to 30 bytes.
///
/// # Errors
/// No name, or one that is too long.
pub fn update(id: u64, name: &str) -> Result<Request<Done>, InvalidCall> {
    text("tag.name", name, MAX_NAME_BYTES)?;
    let body = json!({ "tag": { "id": id, "name": name } });
    Ok(Request::of(Call::post("/cgi-bin/tags/update", &body)))
}

/// Deletes a tag and takes it off all fans; refused (45057) while more than 100,000 have it.
pub fn delete(id: u64) -> Request<Done> {
    let body = json!({ "tag": { "id": id } });
    Request::of(Call::post("/cgi-bin/tags/delete", &body))
}

/// Asks for the fans with a tag, from the one after `next_openid`.
///
/// Limits: 10,000 a page.
pub fn fans(tagid: u64, next_openid: Option<&str>) -> Request<TaggedFans> {
    let body = json!({ "tagid": tagid, "next_openid": next_openid.unwrap_or_default() });
    Request::of(Call::post("/cgi-bin/user/tag/get", &body))
}

/// Puts a tag on fans.
///
/// Limits: 50 fans a call, 20 tags a fan.
///
/// # Errors
/// None or too many, or an empty openid.
pub fn batch_tag<T: AsRef<str>>(tagid: u64, openids: &[T]) -> Result<Request<Done>, InvalidCall> {
    list("openid_list", openids, 1, MAX_BATCH)?;
    let body = json!({ "openid_list": texts(openids), "tagid": tagid });
    Ok(Request::of(Call::post(
        "/cgi-bin/tags/members/batchtagging",
        &body,
    )))
}

/// Takes a tag off fans.
///
/// Limits: 50 fans a call.
///
/// # Errors
/// None or too many, or an empty openid.
pub fn batch_untag<T: AsRef<str>>(tagid: u64, openids: &[T]) -> Result<Request<Done>, InvalidCall> {
    list("openid_list", openids, 1, MAX_BATCH)?;
    let body = json!({ "openid_list": texts(openids), "tagid": tagid });
    Ok(Request::of(Call::post(
        "/cgi-bin/tags/members/batchuntagging",
        &body,
    )))
}

/// Asks for the tags of a fan.
///
/// # Errors
/// No openid.
pub fn of_fan(openid: &str) -> Result<Request<TagIds>, InvalidCall> {
    filled("openid", openid)?;
    let body = json!({ "openid": openid });
    Ok(Request::of(Call::post("/cgi-bin/tags/getidlist", &body)))
}

answers! {
    /// A tag was made.
    pub struct Created {
        /// Its number.
        pub id: u64 = "tag.id",
        /// Its name.
        pub name: String = "tag.name",
    }

    /// All tags.
    pub struct Tags {
        /// In the order of their numbers.
        pub tags: Vec<Tag>,
    }

    /// A tag.
    pub struct Tag {
        /// Its number; 0, 1 and 2 are the platform's own.
        pub id: u64,
        /// Its name.
        pub name: String,
        /// Fans who have it.
        pub count: u64,
    }

    /// Some of the fans with a tag.
    pub struct TaggedFans {
        /// How many are on this page.
        pub count: u64,
        /// The page.
        pub openids: Vec<String> = "data.openid",
        /// The last of this page, to go on from; empty or missing at the end.
        pub next_openid: Option<String>,
    }

    /// The tags of a fan.
    pub struct TagIds {
        /// Their numbers.
        pub tagid_list: Vec<u64>,
    }
}
