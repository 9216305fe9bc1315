//! What happens: follows, taps, results of earlier calls, and the account's own affairs.
//!
//! Names are matched in any case, since the platform sends both `SCAN` and `scan`.

mod read;

pub(super) use read::msg_id;

use super::Subject;

/// An event. Numbers keep their digits; times are seconds since 1970 as sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The fan follows, perhaps by a QR code or after a payment.
    Subscribe {
        /// EventKey after `qrscene_`, which is taken off once: the code's scene.
        scene: Option<String>,
        /// EventKey after `last_trade_no_`: the payment.
        trade_no: Option<String>,
        /// Ticket of the code.
        ticket: Option<String>,
    },
    /// The fan follows no more. The platform asks to delete the fan's personal data.
    Unsubscribe,
    /// A fan who follows already scanned a QR code.
    Scan {
        /// EventKey: the code's scene.
        scene: String,
        /// Ticket of the code.
        ticket: Option<String>,
    },
    /// The fan's place, reported by the client.
    Location {
        /// Latitude.
        latitude: String,
        /// Longitude.
        longitude: String,
        /// Precision.
        precision: String,
    },
    /// A tap on a menu item that has a key.
    Click {
        /// EventKey.
        key: String,
    },
    /// A tap on a menu item that opens a page.
    View {
        /// EventKey: the page.
        url: String,
        /// MenuId.
        menu_id: Option<String>,
    },
    /// A tap on a menu item that opens a mini program.
    ViewMiniProgram {
        /// EventKey: the mini program's page.
        path: String,
        /// MenuId.
        menu_id: Option<String>,
    },
    /// A code scanned from the menu, shown to the fan by the client.
    ScanCodePush {
        /// EventKey.
        key: String,
        /// ScanType: `qrcode` or `barcode`.
        scan_type: String,
        /// ScanResult.
        scan_result: String,
    },
    /// A code scanned from the menu; the fan waits for the account's answer.
    ScanCodeWaitMsg {
        /// EventKey.
        key: String,
        /// ScanType: `qrcode` or `barcode`.
        scan_type: String,
        /// ScanResult.
        scan_result: String,
    },
    /// Photos taken from the menu; they follow as image messages.
    PicSysPhoto {
        /// EventKey.
        key: String,
        /// PicMd5Sum of each.
        pictures: Vec<String>,
    },
    /// Photos taken or picked from the menu; they follow as image messages.
    PicPhotoOrAlbum {
        /// EventKey.
        key: String,
        /// PicMd5Sum of each.
        pictures: Vec<String>,
    },
    /// Pictures picked from the menu; they follow as image messages.
    PicWeixin {
        /// EventKey.
        key: String,
        /// PicMd5Sum of each.
        pictures: Vec<String>,
    },
    /// A place picked from the menu; it follows as a location message.
    LocationSelect {
        /// EventKey.
        key: String,
        /// Location_X.
        latitude: String,
        /// Location_Y.
        longitude: String,
        /// Scale of the map.
        scale: String,
        /// Label: the address in words.
        label: String,
        /// Poiname: the name of the place.
        poi_name: String,
    },
    /// What became of a template message.
    TemplateSendJobFinish {
        /// MsgID, as the send call answered it.
        msg_id: String,
        /// Status.
        status: Delivery,
    },
    /// What became of a mass send.
    MassSendJobFinish {
        /// MsgID, as the send call answered it.
        msg_id: String,
        /// Status: `send success`, `send fail` or `err(…)`.
        status: String,
        /// TotalCount: fans addressed.
        total_count: Option<u64>,
        /// FilterCount: those left after filters.
        filter_count: Option<u64>,
        /// SentCount: those reached.
        sent_count: Option<u64>,
        /// ErrorCount: those not reached.
        error_count: Option<u64>,
    },
    /// What became of publishing an article.
    PublishJobFinish {
        /// publish_id.
        publish_id: String,
        /// publish_status: `0` is success.
        publish_status: String,
        /// article_id, once published.
        article_id: Option<String>,
    },
    /// A customer-service session began on WeChat's own client.
    KfCreateSession {
        /// KfAccount.
        kf_account: String,
    },
    /// It ended.
    KfCloseSession {
        /// KfAccount.
        kf_account: String,
    },
    /// It went to somebody else.
    KfSwitchSession {
        /// FromKfAccount.
        from: String,
        /// ToKfAccount.
        to: String,
    },
    /// The fan answered a prompt for subscription notices.
    SubscribeMsgPopup {
        /// List: one for each template.
        list: Vec<SubscriptionChoice>,
    },
    /// The fan changed a consent in the settings.
    SubscribeMsgChange {
        /// List: one for each template.
        list: Vec<SubscriptionChoice>,
    },
    /// What became of a subscription notice.
    SubscribeMsgSent {
        /// List: one for each notice.
        list: Vec<SubscriptionSent>,
    },
    /// The person's profile was changed by the platform: read it again or drop it.
    UserInfoModified {
        /// OpenID of the person.
        open_id: String,
        /// AppID that was authorised.
        app_id: String,
        /// RevokeInfo.
        revoke_info: String,
    },
    /// The person withdrew what was authorised: erase it.
    UserAuthorizationRevoke {
        /// OpenID of the person.
        open_id: String,
        /// AppID that was authorised.
        app_id: String,
        /// RevokeInfo: which kinds of data.
        revoke_info: String,
    },
    /// The person closed the WeChat account: erase everything.
    UserAuthorizationCancellation {
        /// OpenID of the person.
        open_id: String,
        /// AppID that was authorised.
        app_id: String,
        /// RevokeInfo.
        revoke_info: String,
    },
    /// The account's qualification was verified.
    QualificationVerifySuccess {
        /// ExpiredTime.
        expired_time: String,
    },
    /// It was not.
    QualificationVerifyFail {
        /// FailTime.
        fail_time: String,
        /// FailReason.
        fail_reason: String,
    },
    /// The account's name was verified.
    NamingVerifySuccess {
        /// ExpiredTime.
        expired_time: String,
    },
    /// It was not.
    NamingVerifyFail {
        /// FailTime.
        fail_time: String,
        /// FailReason.
        fail_reason: String,
    },
    /// The yearly verification is due.
    AnnualRenew {
        /// ExpiredTime.
        expired_time: String,
    },
    /// The verification has run out.
    VerifyExpired {
        /// ExpiredTime.
        expired_time: String,
    },
    /// An event without a form here; see the fields.
    Unknown {
        /// Event as sent.
        event: String,
    },
}

/// What became of a template message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// `success`.
    Delivered,
    /// `failed:user block`: the fan refuses the account's messages.
    BlockedByFan,
    /// `failed: system failed`.
    SystemFailed,
    /// Anything else, as sent.
    Other(String),
}

/// What a fan said to notices of one template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionChoice {
    /// TemplateId.
    pub template_id: String,
    /// SubscribeStatusString: `accept` or `reject`.
    pub status: String,
    /// PopupScene: where the prompt was shown; only in answers to a prompt.
    pub popup_scene: Option<String>,
}

/// What became of one subscription notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionSent {
    /// TemplateId.
    pub template_id: String,
    /// MsgID, as the send call answered it.
    pub msg_id: String,
    /// ErrorCode: `0` is success.
    pub error_code: String,
    /// ErrorStatus, in words.
    pub error_status: String,
}

impl Event {
    /// Whom the event is about, when FromUserName is `from`.
    pub(super) fn subject<'a>(&'a self, from: &'a str) -> Subject<'a> {
        match self {
            Event::UserInfoModified { open_id, .. }
            | Event::UserAuthorizationRevoke { open_id, .. }
            | Event::UserAuthorizationCancellation { open_id, .. }
                if !open_id.is_empty() =>
            {
                Subject::Fan(open_id)
            }
            Event::MassSendJobFinish { .. }
            | Event::PublishJobFinish { .. }
            | Event::QualificationVerifySuccess { .. }
            | Event::QualificationVerifyFail { .. }
            | Event::NamingVerifySuccess { .. }
            | Event::NamingVerifyFail { .. }
            | Event::AnnualRenew { .. }
            | Event::VerifyExpired { .. } => Subject::Account,
            _ => Subject::Fan(from),
        }
    }
}
