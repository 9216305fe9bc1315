//! Templates of template messages and of subscription notices, with the fields that each asks for.

use serde::{Deserialize, Serialize};

/// One template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Its id.
    pub template_id: String,
    /// Its title.
    pub title: String,
    /// Its lines, with a `{{name.DATA}}` where a field goes.
    pub content: String,
}

impl Template {
    fn new(template_id: &str, title: &str, content: &str) -> Self {
        Self {
            template_id: template_id.to_owned(),
            title: title.to_owned(),
            content: content.to_owned(),
        }
    }

    /// The names of the fields.
    pub fn fields(&self) -> Vec<&str> {
        self.content
            .split("{{")
            .skip(1)
            .filter_map(|rest| rest.split_once(".DATA}}").map(|(name, _)| name))
            .collect()
    }

    /// The message as a fan reads it.
    pub fn filled(&self, value: impl Fn(&str) -> String) -> String {
        let mut text = self.content.clone();
        for name in self.fields() {
            text = text.replace(&format!("{{{{{name}.DATA}}}}"), &value(name));
        }
        format!("{}\n{text}", self.title)
    }
}

/// A line of business (行业), as the platform lists them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Industry {
    /// Its group.
    pub first_class: String,
    /// Itself.
    pub second_class: String,
}

impl Industry {
    fn new(first_class: &str, second_class: &str) -> Self {
        Self {
            first_class: first_class.to_owned(),
            second_class: second_class.to_owned(),
        }
    }
}

/// The two of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Industries {
    /// The main one, to which the templates here belong.
    pub primary_industry: Industry,
    /// The other one.
    pub secondary_industry: Industry,
}

/// All templates of the account.
#[derive(Debug)]
pub struct Templates {
    /// Of `message/template/send`.
    pub template: Vec<Template>,
    /// Of `message/subscribe/bizsend`.
    pub subscribe: Vec<Template>,
    /// Chosen in the platform's console.
    pub industries: Industries,
}

impl Default for Templates {
    fn default() -> Self {
        Self {
            template: vec![
                Template::new(
                    "TM-shipped-0000000000000000000000000000000",
                    "订单发货通知",
                    "订单编号：{{character_string1.DATA}}\n商品名称：{{thing2.DATA}}\n发货时间：{{time3.DATA}}",
                ),
                Template::new(
                    "TM-prize-000000000000000000000000000000000",
                    "中奖结果通知",
                    "活动名称：{{thing1.DATA}}\n奖品名称：{{thing2.DATA}}",
                ),
            ],
            subscribe: vec![Template::new(
                "SN-begin-000000000000000000000000000000000",
                "活动开始提醒",
                "活动名称：{{thing1.DATA}}\n开始时间：{{time2.DATA}}",
            )],
            industries: Industries {
                primary_industry: Industry::new("IT科技", "互联网|电子商务"),
                secondary_industry: Industry::new("运输与仓储", "快递"),
            },
        }
    }
}

impl Templates {
    /// The template message's template.
    pub fn message(&self, id: &str) -> Option<&Template> {
        find(&self.template, id)
    }

    /// The subscription notice's template.
    pub fn notice(&self, id: &str) -> Option<&Template> {
        find(&self.subscribe, id)
    }
}

fn find<'a>(list: &'a [Template], id: &str) -> Option<&'a Template> {
    list.iter().find(|template| template.template_id == id)
}

/// What is wrong with a value, by the kind that begins its field's name; lengths from the platform's table of kinds.
pub fn wrong(field: &str, value: &str) -> Option<&'static str> {
    let kind = field.trim_end_matches(|c: char| c.is_ascii_digit());
    let length = value.chars().count();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match kind {
        _ if value.is_empty() => Some("is empty"),
        "thing" if length > 20 => Some("has more than 20 characters"),
        "character_string" if length > 32 || !value.is_ascii() => {
            Some("is not 1 to 32 letters, digits or signs")
        }
        "phrase" if length > 5 => Some("has more than 5 characters"),
        "number" if length > 32 || !digits(&value.replacen('.', "", 1)) => Some("is no number"),
        "amount" if !value.chars().any(|c| c.is_ascii_digit()) => Some("is no amount"),
        "time" | "date" if !value.starts_with(|c: char| c.is_ascii_digit()) => Some("is no time"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_names_its_fields_and_takes_their_values() {
        let template = Template::new("t", "题", "甲：{{thing1.DATA}}\n乙：{{time2.DATA}}");
        assert_eq!(template.fields(), ["thing1", "time2"]);
        assert_eq!(
            template.filled(|name| format!("<{name}>")),
            "题\n甲：<thing1>\n乙：<time2>"
        );
    }

    #[test]
    fn values_have_the_form_of_their_kind() {
        assert_eq!(wrong("thing1", &"物".repeat(20)), None);
        for (field, value) in [
            ("thing1", "物".repeat(21)),
            ("thing1", String::new()),
            ("character_string2", "单号".to_owned()),
            ("number3", "many".to_owned()),
            ("phrase4", "六个字的短语".to_owned()),
            ("time5", "明天".to_owned()),
        ] {
            assert!(wrong(field, &value).is_some(), "{field} {value}");
        }
    }
}
