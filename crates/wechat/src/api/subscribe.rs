//! Subscription notices (订阅通知): one notice for each time that a fan consented to its template.

use serde_json::{Map, Value, json};

use super::invalid::{InvalidCall, filled};
use super::json::answers;
use super::template::{self, MiniProgram};
use super::{Call, Done, Request};

/// A notice to one fan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notice {
    /// The fan.
    pub touser: String,
    /// The template.
    pub template_id: String,
    /// Values by the names in the template, such as `thing1`.
    pub data: Vec<(String, String)>,
    /// The page that a tap opens.
    pub page: Option<String>,
    /// The mini program that a tap opens; goes before `page`.
    pub miniprogram: Option<MiniProgram>,
}

/// Sends a notice; 43101 when the fan has not consented, or the consent is used up.
///
/// # Errors
/// No fan or template, or a value without a name.
pub fn bizsend(notice: &Notice) -> Result<Request<Done>, InvalidCall> {
    filled("touser", &notice.touser)?;
    filled("template_id", &notice.template_id)?;
    let mut body = Map::new();
    body.insert("touser".to_owned(), notice.touser.as_str().into());
    body.insert("template_id".to_owned(), notice.template_id.as_str().into());
    body.insert("data".to_owned(), template::values(&notice.data)?);
    if let Some(page) = &notice.page {
        body.insert("page".to_owned(), page.as_str().into());
    }
    if let Some(program) = &notice.miniprogram {
        let program = template::program_value(program);
        body.insert("miniprogram".to_owned(), program);
    }
    let body = Value::Object(body);
    Ok(Request::of(Call::post(
        "/cgi-bin/message/subscribe/bizsend",
        &body,
    )))
}

/// Asks for the account's templates of notices.
pub fn get_template() -> Request<NoticeTemplates> {
    Request::of(Call::get("/wxaapi/newtmpl/gettemplate"))
}

/// Removes a template of notices from the account.
///
/// # Errors
/// No template.
pub fn del_template(template_id: &str) -> Result<Request<Done>, InvalidCall> {
    filled("priTmplId", template_id)?;
    let body = json!({ "priTmplId": template_id });
    Ok(Request::of(Call::post(
        "/wxaapi/newtmpl/deltemplate",
        &body,
    )))
}

answers! {
    /// The account's templates of notices.
    pub struct NoticeTemplates {
        /// Each of them.
        pub templates: Vec<NoticeTemplate> = "data",
    }

    /// A template of notices.
    pub struct NoticeTemplate {
        /// Its id.
        pub template_id: String = "priTmplId",
        /// Its title.
        pub title: String,
        /// Its text, with `{{thing1.DATA}}` for values.
        pub content: String,
        /// An example.
        pub example: Option<String>,
        /// 2: one consent, one notice; 3: for as long as it is not withdrawn.
        pub kind: u64 = "type",
    }
}
