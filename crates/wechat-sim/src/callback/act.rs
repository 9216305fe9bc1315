//! What a fan can do, and the document that WeChat makes of it.

use serde_json::Number;

use super::document::{Document, Field};
use crate::platform::{codes, window::Contact};

/// One thing that a fan does.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// Types a text, or taps an entry of a `msgmenu`, which sends its text along with its id.
    Say {
        /// The text.
        text: String,
        /// The id of the entry tapped.
        menu_entry: Option<String>,
    },
    /// Taps a menu item that sends a key.
    Tap {
        /// Its key.
        key: String,
    },
    /// Taps a menu item that opens a page.
    View {
        /// Its address.
        url: String,
    },
    /// Scans a code of the account while following it.
    Scan {
        /// The code's scene.
        scene: String,
        /// The code's ticket; that of the scene's permanent code when it is not known.
        ticket: Option<String>,
    },
    /// Begins to follow, perhaps by scanning a code.
    Follow {
        /// The code's scene.
        scene: Option<String>,
        /// The code's ticket, as for a scan.
        ticket: Option<String>,
    },
    /// Stops following.
    Unfollow,
    /// Sends a place.
    Locate {
        /// Where.
        place: Place,
        /// What the map calls it.
        label: String,
    },
    /// Lets WeChat report the place, as it does on entering the conversation when the fan consented.
    Report {
        /// Where.
        place: Place,
        /// Metres.
        precision: Number,
    },
    /// Sends a picture.
    Image {
        /// Its temporary material.
        media_id: String,
        /// Where it can be fetched without a token.
        pic_url: String,
    },
    /// Sends a voice message.
    Voice {
        /// Its temporary material.
        media_id: String,
        /// What was understood; today mostly empty.
        recognition: String,
    },
    /// Sends a page.
    Link {
        /// Its title.
        title: String,
        /// Its first lines.
        description: String,
        /// Its address.
        url: String,
    },
}

/// A point on the earth.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Degrees north.
    pub latitude: Number,
    /// Degrees east.
    pub longitude: Number,
}

/// What all documents have.
#[derive(Debug, Clone, Copy)]
pub struct Header<'a> {
    /// The account (`gh_…`).
    pub account: &'a str,
    /// The fan.
    pub openid: &'a str,
    /// Seconds.
    pub created: u64,
    /// Unique; only messages carry it.
    pub msg_id: u64,
}

impl Act {
    /// Whether the platform calls this a message (and not an event): that decides what may be answered.
    pub fn is_message(&self) -> bool {
        match self {
            Self::Say { .. }
            | Self::Locate { .. }
            | Self::Image { .. }
            | Self::Voice { .. }
            | Self::Link { .. } => true,
            Self::Tap { .. } | Self::View { .. } | Self::Scan { .. } => false,
            Self::Follow { .. } | Self::Unfollow | Self::Report { .. } => false,
        }
    }

    /// `MsgType`, or `event.` and the event in lower case.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Say { .. } => "text",
            Self::Tap { .. } => "event.click",
            Self::View { .. } => "event.view",
            Self::Scan { .. } => "event.scan",
            Self::Follow { .. } => "event.subscribe",
            Self::Unfollow => "event.unsubscribe",
            Self::Locate { .. } => "location",
            Self::Report { .. } => "event.location",
            Self::Image { .. } => "image",
            Self::Voice { .. } => "voice",
            Self::Link { .. } => "link",
        }
    }

    /// What the fan's own side of the conversation shows.
    pub fn told(&self) -> &str {
        match self {
            Self::Say { text, .. } => text,
            Self::Tap { key } => key,
            Self::View { url } | Self::Link { url, .. } => url,
            Self::Scan { scene, .. } => scene,
            Self::Follow { scene, .. } => scene.as_deref().unwrap_or_default(),
            Self::Locate { label, .. } => label,
            Self::Image { pic_url, .. } => pic_url,
            Self::Voice { recognition, .. } => recognition,
            Self::Unfollow | Self::Report { .. } => "",
        }
    }

    /// The reply window that this opens.
    pub fn contact(&self) -> Option<Contact> {
        match self {
            Self::Say {
                menu_entry: Some(_),
                ..
            }
            | Self::Tap { .. } => Some(Contact::MenuTap),
            Self::Scan { .. } => Some(Contact::Scan),
            Self::Follow { .. } => Some(Contact::Subscribe),
            Self::View { .. } | Self::Unfollow | Self::Report { .. } => None,
            _ => Some(Contact::Message),
        }
    }

    /// The document that WeChat sends.
    pub fn document(&self, header: Header<'_>) -> Document {
        let msg_type = if self.is_message() {
            self.kind()
        } else {
            "event"
        };
        let base = Document::default()
            .with("ToUserName", header.account)
            .with("FromUserName", header.openid)
            .with("CreateTime", header.created)
            .with("MsgType", msg_type);
        let document = self.fields(base);
        if self.is_message() {
            document.with("MsgId", header.msg_id)
        } else {
            document
        }
    }

    fn fields(&self, base: Document) -> Document {
        let event = |name: &str| base.clone().with("Event", name);
        match self {
            Self::Say {
                text,
                menu_entry: None,
            } => base.with("Content", text.as_str()),
            Self::Say {
                text,
                menu_entry: Some(id),
            } => base
                .with("Content", text.as_str())
                .with("bizmsgmenuid", id.as_str()),
            Self::Tap { key } => event("CLICK").with("EventKey", key.as_str()),
            Self::View { url } => event("VIEW")
                .with("EventKey", url.as_str())
                .with("MenuId", MENU_ID),
            Self::Scan { scene, ticket } => event("SCAN")
                .with("EventKey", scene.as_str())
                .with("Ticket", ticket_of(scene, ticket).as_str()),
            Self::Follow { scene: None, .. } => event("subscribe").with("EventKey", ""),
            Self::Follow {
                scene: Some(scene),
                ticket,
            } => event("subscribe")
                .with("EventKey", format!("qrscene_{scene}").as_str())
                .with("Ticket", ticket_of(scene, ticket).as_str()),
            Self::Unfollow => event("unsubscribe").with("EventKey", ""),
            Self::Locate { place, label } => base
                .with("Location_X", Field::Number(place.latitude.clone()))
                .with("Location_Y", Field::Number(place.longitude.clone()))
                .with("Scale", 15_u64)
                .with("Label", label.as_str()),
            Self::Report { place, precision } => event("LOCATION")
                .with("Latitude", Field::Number(place.latitude.clone()))
                .with("Longitude", Field::Number(place.longitude.clone()))
                .with("Precision", Field::Number(precision.clone())),
            Self::Image { media_id, pic_url } => base
                .with("PicUrl", pic_url.as_str())
                .with("MediaId", media_id.as_str()),
            Self::Voice {
                media_id,
                recognition,
            } => base
                .with("MediaId", media_id.as_str())
                .with("Format", "amr")
                .with("Recognition", recognition.as_str()),
            Self::Link {
                title,
                description,
                url,
            } => base
                .with("Title", title.as_str())
                .with("Description", description.as_str())
                .with("Url", url.as_str()),
        }
    }
}

/// The menu that a `VIEW` event names; the simulator has one menu.
const MENU_ID: u64 = 424_000_001;

fn ticket_of(scene: &str, ticket: &Option<String>) -> String {
    ticket.clone().unwrap_or_else(|| codes::ticket(scene))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Format;

    const HEADER: Header<'_> = Header {
        account: "gh_1",
        openid: "oFan",
        created: 1_700_000_000,
        msg_id: u64::MAX / 2,
    };

    fn xml(act: &Act) -> String {
        act.document(HEADER).write(Format::Xml).replace('\n', "")
    }

    #[test]
    fn a_text_is_a_message_with_an_id() {
        let act = Act::Say {
            text: "GO".to_owned(),
            menu_entry: None,
        };
        assert_eq!(
            xml(&act),
            "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[oFan]]></FromUserName>\
             <CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType>\
             <Content><![CDATA[GO]]></Content><MsgId>9223372036854775807</MsgId></xml>"
        );
    }

    #[test]
    fn a_code_scanned_by_a_stranger_follows_with_a_prefixed_scene() {
        let act = Act::Follow {
            scene: Some("counter-1".to_owned()),
            ticket: None,
        };
        assert!(xml(&act).contains("<Event><![CDATA[subscribe]]></Event><EventKey><![CDATA[qrscene_counter-1]]></EventKey><Ticket>"));
    }

    #[test]
    fn an_event_has_no_message_id() {
        assert!(
            !xml(&Act::Tap {
                key: "HELP".to_owned()
            })
            .contains("MsgId")
        );
    }

    #[test]
    fn an_entry_of_a_message_menu_counts_as_a_menu_tap() {
        let act = Act::Say {
            text: "满意".to_owned(),
            menu_entry: Some("101".to_owned()),
        };
        assert_eq!(act.contact(), Some(Contact::MenuTap));
    }

    #[test]
    fn opening_a_page_from_the_menu_lets_nobody_write() {
        assert_eq!(
            Act::View {
                url: "https://example.com".to_owned()
            }
            .contact(),
            None
        );
    }
}
