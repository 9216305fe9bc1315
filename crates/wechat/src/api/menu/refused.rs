//! Which part of a menu WeChat means when it refuses one.

use crate::api::ErrCode;

/// The field that a code is about; `None` when it is about none. WeChat does not say which button it was.
pub fn field_of(code: ErrCode) -> Option<&'static str> {
    Some(match code {
        ErrCode::InvalidButtonCount => "button",
        ErrCode::InvalidButtonType => "button.type",
        ErrCode::InvalidButtonName => "button.name",
        ErrCode::InvalidButtonKey => "button.key",
        ErrCode::InvalidButtonUrl | ErrCode::InvalidButtonDomain => "button.url",
        ErrCode::InvalidMenuLevel | ErrCode::InvalidSubButtonCount => "button.sub_button",
        ErrCode::InvalidSubButtonType => "button.sub_button.type",
        ErrCode::InvalidSubButtonName => "button.sub_button.name",
        ErrCode::InvalidSubButtonKey => "button.sub_button.key",
        ErrCode::InvalidSubButtonUrl | ErrCode::InvalidSubButtonDomain => "button.sub_button.url",
        ErrCode::InvalidMediaId => "button.media_id",
        ErrCode::InvalidAppId => "button.appid",
        ErrCode::NoMatchRule | ErrCode::PersonalCondition => "conditionalmenu.matchrule",
        ErrCode::TooManyConditionalMenus
        | ErrCode::ConditionalMenusUnsupported
        | ErrCode::ConditionalMenusOff => "conditionalmenu",
        ErrCode::EmptyConditionalMenu => "conditionalmenu.button",
        ErrCode::ButtonWithoutAction => "conditionalmenu.button.type",
        ErrCode::TooManyDomains | ErrCode::InvalidMenuUrl => "conditionalmenu.button.url",
        _ => return None,
    })
}
