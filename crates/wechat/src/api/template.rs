//! Template messages: notices in a form that WeChat approved, to fans who did something that they follow from.
//!
//! With `client_msg_id` the same notice to the same fan is sent once within about 10 minutes. What became of it comes as
//! TEMPLATESENDJOBFINISH.

use serde_json::{Map, Value, json};

use super::invalid::{InvalidCall, filled};
use super::json::answers;
use super::{Call, Done, Request};

/// A mini program that a notice opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MiniProgram {
    /// Its AppID; it belongs to the same owner.
    pub appid: String,
    /// Its page.
    pub pagepath: String,
}

/// A notice to one fan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TemplateMessage {
    /// The fan.
    pub touser: String,
    /// The template.
    pub template_id: String,
    /// Values by the names in the template, such as `thing1`.
    pub data: Vec<(String, String)>,
    /// The page that a tap opens.
    pub url: Option<String>,
    /// The mini program that a tap opens; goes before `url`.
    pub miniprogram: Option<MiniProgram>,
    /// Keeps a repeat from being sent.
    pub client_msg_id: Option<String>,
}

/// Sends a notice.
///
/// Limits: 100,000 a day, more for accounts with many fans.
///
/// ```
/// use wechat::api::template::{self, TemplateMessage};
///
/// let request = template::send(&TemplateMessage {
///     touser: "oFan".to_owned(),
///     template_id: "T1".to_owned(),
///     data: vec![("thing1".to_owned(), "手机".to_owned())],
///     client_msg_id: Some("prize-7".to_owned()),
///     ..TemplateMessage::default()
/// })?;
/// assert_eq!(
///     request.json(),
///     Some(r#"{"client_msg_id":"prize-7","data":{"thing1":{"value":"手机"}},"template_id":"T1","touser":"oFan"}"#),
/// );
/// # Ok::<(), wechat::api::InvalidCall>(())
/// ```
///
/// # Errors
/// No fan or template, or a value without a name.
pub fn send(message: &TemplateMessage) -> Result<Request<Sent>, InvalidCall> {
    filled("touser", &message.touser)?;
    filled("template_id", &message.template_id)?;
    let mut body = Map::new();
    body.insert("touser".to_owned(), message.touser.as_str().into());
    let template_id = message.template_id.as_str();
    body.insert("template_id".to_owned(), template_id.into());
    body.insert("data".to_owned(), values(&message.data)?);
    if let Some(url) = &message.url {
        body.insert("url".to_owned(), url.as_str().into());
    }
    if let Some(program) = &message.miniprogram {
        body.insert("miniprogram".to_owned(), program_value(program));
    }
    if let Some(id) = &message.client_msg_id {
        filled("client_msg_id", id)?;
        body.insert("client_msg_id".to_owned(), id.as_str().into());
    }
    let body = Value::Object(body);
    Ok(Request::of(Call::post(
        "/cgi-bin/message/template/send",
        &body,
    )))
}

/// `{"name":{"value":…}}`.
pub(super) fn values(data: &[(String, String)]) -> Result<Value, InvalidCall> {
    let mut values = Map::new();
    for (name, value) in data {
        filled("data", name)?;
        values.insert(name.clone(), json!({ "value": value }));
    }
    Ok(Value::Object(values))
}

pub(super) fn program_value(program: &MiniProgram) -> Value {
    json!({ "appid": program.appid, "pagepath": program.pagepath })
}

/// Asks for the account's templates.
pub fn get_all_private_template() -> Request<Templates> {
    Request::of(Call::get("/cgi-bin/template/get_all_private_template"))
}

/// Adds a template of the platform's library by its short id and, for those made of words (类目模板), the words.
///
/// Limits: 25 templates an account.
///
/// # Errors
/// No short id.
pub fn add_template<T: AsRef<str>>(
    template_id_short: &str,
    keyword_name_list: &[T],
) -> Result<Request<AddedTemplate>, InvalidCall> {
    filled("template_id_short", template_id_short)?;
    let words = super::invalid::texts(keyword_name_list);
    let body = json!({ "template_id_short": template_id_short, "keyword_name_list": words });
    Ok(Request::of(Call::post(
        "/cgi-bin/template/api_add_template",
        &body,
    )))
}

/// Removes a template from the account.
///
/// # Errors
/// No template.
pub fn del_private_template(template_id: &str) -> Result<Request<Done>, InvalidCall> {
    filled("template_id", template_id)?;
    let body = json!({ "template_id": template_id });
    Ok(Request::of(Call::post(
        "/cgi-bin/template/del_private_template",
        &body,
    )))
}

/// Asks for the two industries of the account, which say which templates there are.
pub fn get_industry() -> Request<Industries> {
    Request::of(Call::get("/cgi-bin/template/get_industry"))
}

answers! {
    /// A notice was sent.
    pub struct Sent {
        /// Its id, which TEMPLATESENDJOBFINISH has too.
        pub msgid: String,
    }

    /// The account's templates.
    pub struct Templates {
        /// Each of them.
        pub templates: Vec<Template> = "template_list",
    }

    /// A template.
    pub struct Template {
        /// Its id.
        pub template_id: String,
        /// Its title.
        pub title: String,
        /// First industry.
        pub primary_industry: Option<String>,
        /// Second industry.
        pub deputy_industry: Option<String>,
        /// Its text, with `{{thing1.DATA}}` for values.
        pub content: String,
        /// An example.
        pub example: Option<String>,
    }

    /// A template was added.
    pub struct AddedTemplate {
        /// Its id in this account.
        pub template_id: String,
    }

    /// The account's industries.
    pub struct Industries {
        /// Group of the main one, such as `运输与仓储`.
        pub primary_first_class: Option<String> = "primary_industry.first_class",
        /// The main one, such as `快递`.
        pub primary_second_class: Option<String> = "primary_industry.second_class",
        /// Group of the other one.
        pub secondary_first_class: Option<String> = "secondary_industry.first_class",
        /// The other one.
        pub secondary_second_class: Option<String> = "secondary_industry.second_class",
    }
}
