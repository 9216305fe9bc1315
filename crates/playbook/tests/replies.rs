//! Replies without a passive form, and what they need of the account.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy.toml allows them in test functions, and these are called by such"
)]

use fandesk_playbook::{Action, Format, Found, Mistake, Playbook, Rendered, Text};
use wechat::account::{Account, AccountType};
use wechat::api::custom::{MenuChoice, ServiceMessage};

const DEFAULT: &str = "default = { text = \"?\" }\n";

fn document(rest: &str) -> String {
    format!("{DEFAULT}{rest}")
}

/// What a rule with this reply, and the prefix `买`, sends for a text.
fn rendered(reply: &str, text: &str) -> Option<Rendered> {
    let document = document(&format!("[[rule]]\nprefix = [\"买\"]\nreply.{reply}"));
    let playbook = Playbook::parse(&document, Format::Toml).unwrap().playbook;
    let Found::Match(found) = playbook.find(&Text::new(text)) else {
        panic!("{text} matches nothing")
    };
    let Action::Reply(reply) = found.action else {
        panic!("{:?}", found.action)
    };
    reply.expand(&found.captures)
}

fn mistake(rest: &str) -> String {
    Playbook::parse(&document(rest), Format::Toml)
        .unwrap_err()
        .to_string()
}

fn refused(kind: AccountType, verified: bool, rest: &str) -> Option<Mistake> {
    let parsed = Playbook::parse(&document(rest), Format::Toml).unwrap();
    parsed.refused_by(Account { kind, verified })
}

#[test]
fn a_message_menu_goes_out_as_a_service_message_with_its_places_filled() {
    let reply = "msgmenu = { head_content = \"{rest}?\", list = [{ id = \"y\", content = \"{rest} 要\" }, { content = \"不要\" }] }";
    let choice = |id: &str, content: &str| MenuChoice {
        id: id.to_owned(),
        content: content.to_owned(),
    };
    assert_eq!(
        rendered(reply, "买手机"),
        Some(Rendered::Service(ServiceMessage::Msgmenu {
            head_content: "手机?".to_owned(),
            list: vec![choice("y", "手机 要"), choice("2", "不要")],
            tail_content: String::new(),
        }))
    );
}

#[test]
fn a_message_menu_with_a_choice_that_would_be_empty_is_not_sent() {
    let reply = "msgmenu = { head_content = \"h\", list = [{ content = \"{rest}\" }] }";
    assert_eq!(rendered(reply, "买"), None);
}

#[test]
fn articles_and_coupons_go_out_as_service_messages() {
    let sent = |message| Some(Rendered::Service(message));
    assert_eq!(
        rendered("mpnews = \"M\"", "买"),
        sent(ServiceMessage::Mpnews {
            media_id: "M".to_owned()
        })
    );
    assert_eq!(
        rendered("mpnewsarticle = \"A\"", "买"),
        sent(ServiceMessage::Mpnewsarticle {
            article_id: "A".to_owned()
        })
    );
    assert_eq!(
        rendered("wxcard = \"C\"", "买"),
        sent(ServiceMessage::Wxcard {
            card_id: "C".to_owned()
        })
    );
}

#[test]
fn a_message_menu_is_checked_at_publishing() {
    let menu = |fields: &str| mistake(&format!("[stop.reply.msgmenu]\n{fields}"));
    assert_eq!(
        menu("head_content = \"h\"\nlist = []"),
        "playbook:4: stop.reply.msgmenu.list: there is no choice"
    );
    assert_eq!(
        menu("list = [{ content = \"a\" }]"),
        "playbook:2: stop.reply.msgmenu: missing field `head_content`"
    );
    assert_eq!(
        menu(
            "head_content = \"h\"\nlist = [{ content = \"a\", id = \"2\" },\n{ content = \"b\" }]"
        ),
        "playbook:5: stop.reply.msgmenu.list[1]: id \"2\" is in this list already"
    );
    assert_eq!(
        menu("head_content = \"h\"\nlist = [{ content = \" \" }]"),
        "playbook:4: stop.reply.msgmenu.list[0].content: this text is empty"
    );
    assert_eq!(
        menu("head_content = \"{text}\"\nlist = [{ content = \"a\" }]"),
        "playbook:3: stop.reply.msgmenu.head_content: unknown placeholder {text}: here there are none; write `{{` for a brace"
    );
    assert_eq!(
        mistake("[stop]\nreply = { wxcard = \"\" }"),
        "playbook:3: stop.reply.wxcard: this id is empty"
    );
}

#[test]
fn an_account_that_is_not_verified_cannot_publish_what_only_a_service_message_can_be() {
    let menu = "[[rule]]\nexact = [\"a\"]\nreply.text = \"a\"\n[[rule]]\nexact = [\"b\"]\nreply.mpnews = \"M\"";
    for kind in [AccountType::Subscription, AccountType::Service] {
        assert_eq!(refused(kind, true, menu), None);
        assert_eq!(
            refused(kind, false, menu).unwrap().to_string(),
            "playbook:7: rule[1].reply.mpnews: this needs customer-service messages, which the account lacks: the account has \
             to be verified for it (此处需要客服消息：账号需通过微信认证)"
        );
    }
}

#[test]
fn each_need_is_told_at_its_place() {
    let field = |kind, verified, rest| refused(kind, verified, rest).map(|mistake| mistake.field);
    let intent = "[[intent]]\nname = \"i\"\npattern = \"i\"\nreply.text = \"r\"\nanswer.text = \"a\"\nsorry.text = \"s\"\nrequest.url = \"https://e.com\"";
    let scene = "[[welcome.scene]]\nscene = \"s\"\nreply.text = \"s\"";
    let click = "[[click]]\nkey = \"K\"\nreply.text = \"k\"";
    let via = "[handover]\nvia = \"wechat\"";
    let card = "[stop]\nreply.wxcard = \"C\"";
    use AccountType::{Service, Subscription};
    assert_eq!(field(Service, false, intent).as_deref(), Some("intent[0]"));
    assert_eq!(field(Subscription, true, intent), None);
    assert_eq!(
        field(Subscription, true, scene).as_deref(),
        Some("welcome.scene[0]")
    );
    assert_eq!(field(Service, true, scene), None);
    assert_eq!(
        field(Subscription, false, click).as_deref(),
        Some("click[0]")
    );
    assert_eq!(field(Service, false, click), None);
    assert_eq!(field(Service, false, via).as_deref(), Some("handover.via"));
    assert_eq!(field(Subscription, true, via), None);
    assert_eq!(
        field(Subscription, false, card).as_deref(),
        Some("stop.reply.wxcard")
    );
}

#[test]
fn of_several_needs_the_first_line_is_told() {
    // The parser hands fields over in the order of their names, and `click` comes before `rule`.
    let rest = "[[rule]]\nexact = [\"a\"]\nreply.wxcard = \"C\"\n[[click]]\nkey = \"K\"\nreply.text = \"k\"";
    let mistake = refused(AccountType::Subscription, false, rest).unwrap();
    assert_eq!(mistake.line, Some(4));
}

#[test]
fn what_every_release_accepts_is_what_every_account_may_publish() {
    let rest = "[[rule]]\nexact = [\"GO\"]\nreply = { text = \"go\" }\n[[rule]]\nexact = [\"人\"]\nhandover = true\n[[menu]]\nname = \"m\"\nkeywords = [\"m\"]\ntext = \"m\"\nentry = [{ key = \"1\", label = \"a\", reply = { image = \"I\" } }]";
    assert_eq!(refused(AccountType::Subscription, false, rest), None);
}
