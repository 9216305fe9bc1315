//! `FANDESK_WEBCHAT` and `FANDESK_WEBCHAT_ORIGINS`: whether visitors of the company's web site may chat, and from which pages.
//!
//! Callbacks need neither: what is malformed is said, and the chat stays off, or the origin out.

use super::problem;
use super::reader::Reader;

const SWITCH: &str = "FANDESK_WEBCHAT";
const ORIGINS: &str = "FANDESK_WEBCHAT_ORIGINS";

/// The chat for visitors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WebChat {
    /// Whose pages may use it beside our own, as browsers say it: scheme, host and port.
    pub(crate) origins: Vec<String>,
}

impl Reader<'_> {
    /// The chat, if it is on.
    pub(super) fn webchat(&mut self) -> Option<WebChat> {
        let is_on = match self.optional(SWITCH).as_deref() {
            None | Some("off") => false,
            Some("on") => true,
            Some(other) => {
                let name = self.name(SWITCH);
                let message = format!(
                    "{name} is malformed: `{other}` is not on or off; the web chat is off until it is mended"
                );
                self.problems.push(problem(&name, message));
                false
            }
        };
        let origins = self.origins();
        is_on.then_some(WebChat { origins })
    }

    fn origins(&mut self) -> Vec<String> {
        let listed = self.optional(ORIGINS).unwrap_or_default();
        let mut origins = Vec::new();
        for origin in listed.split(',').map(str::trim) {
            let origin = origin.trim_end_matches('/');
            match origin {
                "" => {}
                origin if is_origin(origin) => origins.push(origin.to_ascii_lowercase()),
                origin => {
                    let name = self.name(ORIGINS);
                    let message = format!(
                        "{name} has `{origin}`, which is left out: an origin is scheme, host and port, such as https://www.example.com"
                    );
                    self.problems.push(problem(&name, message));
                }
            }
        }
        origins
    }
}

fn is_origin(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    host.is_some_and(|host| !host.is_empty() && host.bytes().all(fits))
}

#[cfg(test)]
mod tests {
    use super::super::named::Named;
    use super::*;

    /// What is read of these two, and which settings have a problem.
    fn read(switch: &str, origins: &str) -> (Option<WebChat>, Vec<String>) {
        let get = |name: &str| match name {
            SWITCH => Some(switch.to_owned()),
            ORIGINS => Some(origins.to_owned()),
            _ => None,
        };
        let mut reader = Reader::of(Named {
            get: &get,
            suffix: None,
        });
        let chat = reader.webchat();
        assert!(!reader.blocked, "callbacks do not need it");
        let problems = reader.problems.into_iter();
        (
            chat,
            problems.filter_map(|problem| problem.setting).collect(),
        )
    }

    #[test]
    fn it_is_off_unless_it_is_on() {
        for switch in ["", "off"] {
            assert_eq!(read(switch, ""), (None, Vec::new()));
        }
        let on = WebChat {
            origins: Vec::new(),
        };
        assert_eq!(read("on", ""), (Some(on), Vec::new()));
    }

    #[test]
    fn what_is_neither_on_nor_off_is_said_and_counts_as_off() {
        for switch in ["yes", "true", "ON"] {
            assert_eq!(read(switch, ""), (None, vec![SWITCH.to_owned()]));
        }
    }

    #[test]
    fn origins_are_read_one_by_one_and_what_is_none_is_left_out() {
        let (chat, problems) = read(
            "on",
            "https://www.Example.com/, http://localhost:5173,, *, https://a/b",
        );
        let origins = ["https://www.example.com", "http://localhost:5173"];
        assert_eq!(chat.unwrap().origins, origins);
        assert_eq!(problems, [ORIGINS, ORIGINS]);
    }
}
