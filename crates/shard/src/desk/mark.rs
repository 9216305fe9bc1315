//! How satisfied a fan was: a mark from 5 to 1, asked for once a conversation by buttons, and given by a tap or a digit.
//!
//! A button names its conversation, so a tap on an old one counts for no other.

use wechat::api::custom::{MenuChoice, ServiceMessage};

use crate::events::EventId;

/// The marks, as they are shown.
const MARKS: [(u8, &str); 5] = [
    (5, "5 非常满意 Excellent"),
    (4, "4 满意 Good"),
    (3, "3 一般 Fair"),
    (2, "2 不满意 Poor"),
    (1, "1 非常不满意 Bad"),
];

/// What the ids of the buttons begin with.
const PREFIX: &str = "desk.score-";

/// The question with its buttons.
#[must_use]
pub fn question(ask: &str, conversation: EventId) -> ServiceMessage {
    let choice = |(mark, content): &(u8, &str)| MenuChoice {
        id: format!("{PREFIX}{conversation}-{mark}"),
        content: (*content).to_owned(),
    };
    ServiceMessage::Msgmenu {
        head_content: ask.to_owned(),
        list: MARKS.iter().map(choice).collect(),
        tail_content: String::new(),
    }
}

/// The mark of a tap, and of which conversation; none when the button is none of these.
#[must_use]
pub fn tapped(id: &str) -> Option<(EventId, u8)> {
    let (conversation, mark) = id.strip_prefix(PREFIX)?.rsplit_once('-')?;
    Some((conversation.parse().ok()?, written(mark)?))
}

/// The mark of a text in the form that texts are compared in.
#[must_use]
pub fn written(key: &str) -> Option<u8> {
    let mark = key.parse().ok()?;
    MARKS
        .iter()
        .any(|(known, _)| *known == mark)
        .then_some(mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_button_gives_its_mark() {
        let conversation = EventId { shard: 3, seq: 41 };
        let ServiceMessage::Msgmenu { list, .. } = question("?", conversation) else {
            panic!("no buttons")
        };
        let marks: Vec<_> = list.iter().map(|choice| tapped(&choice.id)).collect();
        assert_eq!(
            marks,
            [5, 4, 3, 2, 1].map(|mark| Some((conversation, mark)))
        );
    }

    #[test]
    fn what_is_no_mark_is_none() {
        for key in ["", "0", "6", "55", "x", "-1"] {
            assert_eq!(written(key), None, "{key}");
        }
        for id in [
            "desk.score-3.41-9",
            "desk.score-341-5",
            "desk.score-",
            "yes",
        ] {
            assert_eq!(tapped(id), None, "{id}");
        }
    }
}
