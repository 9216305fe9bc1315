//! Events from fields. What is missing is empty; nothing here fails.

use super::{Delivery, Event, SubscriptionChoice, SubscriptionSent};
use crate::fields::{Field, Fields};
use crate::inbound::{some_text, text};

impl Event {
    pub(in crate::inbound) fn from_fields(event: &str, fields: &Fields) -> Event {
        let text = |name| text(fields, name);
        let key = || text("EventKey");
        match event.to_ascii_lowercase().as_str() {
            "subscribe" => subscribe(fields),
            "unsubscribe" => Event::Unsubscribe,
            "scan" => Event::Scan {
                scene: key(),
                ticket: some_text(fields, "Ticket"),
            },
            "location" => Event::Location {
                latitude: text("Latitude"),
                longitude: text("Longitude"),
                precision: text("Precision"),
            },
            "click" => Event::Click { key: key() },
            "view" => Event::View {
                url: key(),
                menu_id: some_text(fields, "MenuId"),
            },
            "view_miniprogram" => Event::ViewMiniProgram {
                path: key(),
                menu_id: some_text(fields, "MenuId"),
            },
            "scancode_push" => {
                let (scan_type, scan_result) = scan(fields);
                Event::ScanCodePush {
                    key: key(),
                    scan_type,
                    scan_result,
                }
            }
            "scancode_waitmsg" => {
                let (scan_type, scan_result) = scan(fields);
                Event::ScanCodeWaitMsg {
                    key: key(),
                    scan_type,
                    scan_result,
                }
            }
            "pic_sysphoto" => Event::PicSysPhoto {
                key: key(),
                pictures: pictures(fields),
            },
            "pic_photo_or_album" => Event::PicPhotoOrAlbum {
                key: key(),
                pictures: pictures(fields),
            },
            "pic_weixin" => Event::PicWeixin {
                key: key(),
                pictures: pictures(fields),
            },
            "location_select" => location_select(fields),
            "templatesendjobfinish" => Event::TemplateSendJobFinish {
                msg_id: msg_id(fields).unwrap_or_default().to_owned(),
                status: Delivery::read(fields.text("Status").unwrap_or_default()),
            },
            "masssendjobfinish" => Event::MassSendJobFinish {
                msg_id: msg_id(fields).unwrap_or_default().to_owned(),
                status: text("Status"),
                total_count: count(fields, "TotalCount"),
                filter_count: count(fields, "FilterCount"),
                sent_count: count(fields, "SentCount"),
                error_count: count(fields, "ErrorCount"),
            },
            "publishjobfinish" => publish(fields),
            "kf_create_session" => Event::KfCreateSession {
                kf_account: text("KfAccount"),
            },
            "kf_close_session" => Event::KfCloseSession {
                kf_account: text("KfAccount"),
            },
            "kf_switch_session" => Event::KfSwitchSession {
                from: text("FromKfAccount"),
                to: text("ToKfAccount"),
            },
            "subscribe_msg_popup_event" => Event::SubscribeMsgPopup {
                list: choices(fields, "SubscribeMsgPopupEvent"),
            },
            "subscribe_msg_change_event" => Event::SubscribeMsgChange {
                list: choices(fields, "SubscribeMsgChangeEvent"),
            },
            "subscribe_msg_sent_event" => Event::SubscribeMsgSent { list: sent(fields) },
            "user_info_modified" => Event::UserInfoModified {
                open_id: text("OpenID"),
                app_id: text("AppID"),
                revoke_info: text("RevokeInfo"),
            },
            "user_authorization_revoke" => Event::UserAuthorizationRevoke {
                open_id: text("OpenID"),
                app_id: text("AppID"),
                revoke_info: text("RevokeInfo"),
            },
            "user_authorization_cancellation" => Event::UserAuthorizationCancellation {
                open_id: text("OpenID"),
                app_id: text("AppID"),
                revoke_info: text("RevokeInfo"),
            },
            "qualification_verify_success" => Event::QualificationVerifySuccess {
                expired_time: text("ExpiredTime"),
            },
            "qualification_verify_fail" => Event::QualificationVerifyFail {
                fail_time: text("FailTime"),
                fail_reason: text("FailReason"),
            },
            "naming_verify_success" => Event::NamingVerifySuccess {
                expired_time: text("ExpiredTime"),
            },
            "naming_verify_fail" => Event::NamingVerifyFail {
                fail_time: text("FailTime"),
                fail_reason: text("FailReason"),
            },
            "annual_renew" => Event::AnnualRenew {
                expired_time: text("ExpiredTime"),
            },
            "verify_expired" => Event::VerifyExpired {
                expired_time: text("ExpiredTime"),
            },
            _ => Event::Unknown {
                event: event.to_owned(),
            },
        }
    }
}

impl Delivery {
    /// The documentation has both `failed:user block` and `failed: system failed`: white space and case do
    /// not count.
    fn read(status: &str) -> Delivery {
        let compact: String = status
            .chars()
            .filter(|character| !character.is_whitespace())
            .collect();
        match compact.to_ascii_lowercase().as_str() {
            "success" => Delivery::Delivered,
            "failed:userblock" => Delivery::BlockedByFan,
            "failed:systemfailed" => Delivery::SystemFailed,
            _ => Delivery::Other(status.to_owned()),
        }
    }
}

/// MsgID as events spell it, or MsgId as messages do.
pub(in crate::inbound) fn msg_id(fields: &Fields) -> Option<&str> {
    ["MsgID", "MsgId"]
        .into_iter()
        .find_map(|name| fields.text(name))
        .filter(|id| !id.is_empty())
}

fn subscribe(fields: &Fields) -> Event {
    let key = fields.text("EventKey").unwrap_or_default();
    let after = |prefix| {
        let rest = key.strip_prefix(prefix).filter(|rest| !rest.is_empty());
        rest.map(str::to_owned)
    };
    Event::Subscribe {
        scene: after("qrscene_"),
        trade_no: after("last_trade_no_"),
        ticket: some_text(fields, "Ticket"),
    }
}

fn scan(fields: &Fields) -> (String, String) {
    let read = |info: &Fields| (text(info, "ScanType"), text(info, "ScanResult"));
    fields.element("ScanCodeInfo").map(read).unwrap_or_default()
}

fn pictures(fields: &Fields) -> Vec<String> {
    let info = fields.element("SendPicsInfo");
    info.into_iter()
        .flat_map(|info| items(info, "PicList", "item"))
        .map(|item| text(item, "PicMd5Sum"))
        .collect()
}

fn location_select(fields: &Fields) -> Event {
    let nothing = Fields::new();
    let place = fields.element("SendLocationInfo").unwrap_or(&nothing);
    Event::LocationSelect {
        key: text(fields, "EventKey"),
        latitude: text(place, "Location_X"),
        longitude: text(place, "Location_Y"),
        scale: text(place, "Scale"),
        label: text(place, "Label"),
        poi_name: text(place, "Poiname"),
    }
}

fn publish(fields: &Fields) -> Event {
    let nothing = Fields::new();
    let info = fields.element("PublishEventInfo").unwrap_or(&nothing);
    Event::PublishJobFinish {
        publish_id: text(info, "publish_id"),
        publish_status: text(info, "publish_status"),
        article_id: some_text(info, "article_id"),
    }
}

fn choices(fields: &Fields, wrapper: &str) -> Vec<SubscriptionChoice> {
    let read = |item: &Fields| SubscriptionChoice {
        template_id: text(item, "TemplateId"),
        status: text(item, "SubscribeStatusString"),
        popup_scene: some_text(item, "PopupScene"),
    };
    notices(fields, wrapper).map(read).collect()
}

fn sent(fields: &Fields) -> Vec<SubscriptionSent> {
    let read = |item: &Fields| SubscriptionSent {
        template_id: text(item, "TemplateId"),
        msg_id: msg_id(item).unwrap_or_default().to_owned(),
        error_code: text(item, "ErrorCode"),
        error_status: text(item, "ErrorStatus"),
    };
    notices(fields, "SubscribeMsgSentEvent").map(read).collect()
}

/// XML has `<wrapper><List>…</List><List>…</List></wrapper>`, JSON one `List` (an object or an array) without
/// the wrapper.
fn notices<'a>(fields: &'a Fields, wrapper: &str) -> impl Iterator<Item = &'a Fields> + use<'a> {
    items(fields, wrapper, "List").chain(fields.all("List").filter_map(Field::as_element))
}

/// The elements called `item` inside those called `list`, however many there are of each. A JSON array has no
/// inner name.
fn items<'a>(
    fields: &'a Fields,
    list: &str,
    item: &'static str,
) -> impl Iterator<Item = &'a Fields> + use<'a> {
    fields
        .all(list)
        .filter_map(Field::as_element)
        .flat_map(move |element| {
            let bare = element.get(item).is_none().then_some(element);
            element.all(item).filter_map(Field::as_element).chain(bare)
        })
}

fn count(fields: &Fields, name: &str) -> Option<u64> {
    fields.text(name)?.trim().parse().ok()
}
