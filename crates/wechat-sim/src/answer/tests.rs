use super::*;

const OPENID: &str = "oFan00000000000000000000001";
const ACCOUNT: &str = "gh_0123456789ab";

fn seal() -> Seal {
    Seal {
        token: "t".to_owned(),
        aes_key: None,
        app_id: "wx1".to_owned(),
        account: ACCOUNT.to_owned(),
        mode: Mode::Plain,
        format: Format::Xml,
    }
}

fn asked(is_message: bool) -> Asked<'static> {
    Asked {
        openid: OPENID,
        account: ACCOUNT,
        is_message,
    }
}

fn answer(rest: &str) -> Result<Option<Reply>, Malformed> {
    to(rest, true)
}

fn to(rest: &str, is_message: bool) -> Result<Option<Reply>, Malformed> {
    let body = format!(
        "<xml><ToUserName><![CDATA[{OPENID}]]></ToUserName><FromUserName><![CDATA[{ACCOUNT}]]></FromUserName>\
         <CreateTime>1700000000</CreateTime>{rest}</xml>"
    );
    read(body.as_bytes(), &seal(), asked(is_message))
}

fn text(content: &str) -> String {
    format!("<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{content}]]></Content>")
}

fn news(stated: usize, items: usize) -> String {
    let item = "<item><Title>t</Title><Description></Description><PicUrl></PicUrl><Url>https://a.example</Url></item>";
    format!(
        "<MsgType>news</MsgType><ArticleCount>{stated}</ArticleCount><Articles>{}</Articles>",
        item.repeat(items)
    )
}

#[test]
fn success_and_nothing_say_nothing() {
    assert_eq!(read(b"success", &seal(), asked(true)), Ok(None));
    assert_eq!(read(b"", &seal(), asked(true)), Ok(None));
}

#[test]
fn success_in_other_spellings_is_malformed() {
    for body in ["SUCCESS", "success\n", "\"success\"", " ", "ok", "{}"] {
        assert!(
            read(body.as_bytes(), &seal(), asked(true)).is_err(),
            "{body:?}"
        );
    }
}

#[test]
fn a_text_is_shown_as_sent() {
    let reply = answer(&text("你好 <b>]")).unwrap().unwrap();
    assert_eq!(
        (reply.kind.as_str(), reply.content.as_deref()),
        ("text", Some("你好 <b>]"))
    );
}

#[test]
fn a_text_of_2048_bytes_fits_and_one_more_does_not() {
    assert!(answer(&text(&"a".repeat(2048))).is_ok());
    assert_eq!(
        answer(&text(&"a".repeat(2049))),
        Err(Malformed::TooLong {
            field: "Content",
            bytes: 2049,
            most: 2048
        })
    );
}

#[test]
fn an_empty_text_is_malformed() {
    assert_eq!(
        answer(&text("")),
        Err(Malformed::Wrong {
            field: "Content",
            why: "is empty"
        })
    );
}

#[test]
fn an_answer_to_another_fan_is_malformed() {
    let body = format!(
        "<xml><ToUserName>oOther</ToUserName><FromUserName>{ACCOUNT}</FromUserName><CreateTime>1</CreateTime>{}</xml>",
        text("x")
    );
    assert!(matches!(
        read(body.as_bytes(), &seal(), asked(true)),
        Err(Malformed::Wrong {
            field: "ToUserName",
            ..
        })
    ));
}

#[test]
fn a_create_time_that_is_no_number_is_malformed() {
    let body = format!(
        "<xml><ToUserName>{OPENID}</ToUserName><FromUserName>{ACCOUNT}</FromUserName><CreateTime>now</CreateTime>{}</xml>",
        text("x")
    );
    assert!(matches!(
        read(body.as_bytes(), &seal(), asked(true)),
        Err(Malformed::Wrong {
            field: "CreateTime",
            ..
        })
    ));
}

#[test]
fn a_message_takes_one_article_and_an_event_eight() {
    assert!(to(&news(1, 1), true).is_ok());
    assert_eq!(
        to(&news(2, 2), true),
        Err(Malformed::Articles { found: 2, most: 1 })
    );
    assert!(to(&news(8, 8), false).is_ok());
    assert_eq!(
        to(&news(9, 9), false),
        Err(Malformed::Articles { found: 9, most: 8 })
    );
}

#[test]
fn the_article_count_must_be_true() {
    assert_eq!(
        to(&news(2, 1), true),
        Err(Malformed::ArticleCount {
            stated: 2,
            found: 1
        })
    );
}

#[test]
fn an_image_needs_its_media_id() {
    assert!(answer("<MsgType>image</MsgType><Image><MediaId>abc_1-2</MediaId></Image>").is_ok());
    assert_eq!(
        answer("<MsgType>image</MsgType>"),
        Err(Malformed::Missing("Image"))
    );
    assert!(answer("<MsgType>image</MsgType><Image><MediaId>a b</MediaId></Image>").is_err());
}

#[test]
fn a_hand_over_answers_messages_only() {
    let hand_over = "<MsgType>transfer_customer_service</MsgType>";
    assert!(to(hand_over, true).is_ok());
    assert_eq!(
        to(hand_over, false),
        Err(Malformed::NotForEvents(
            "transfer_customer_service".to_owned()
        ))
    );
}

#[test]
fn an_unknown_type_is_malformed() {
    assert_eq!(
        answer("<MsgType>hologram</MsgType>"),
        Err(Malformed::UnknownType("hologram".to_owned()))
    );
}

#[test]
fn json_answers_are_read_when_the_account_chose_json() {
    let body = format!(
        r#"{{"ToUserName":"{OPENID}","FromUserName":"{ACCOUNT}","CreateTime":1700000000,"MsgType":"text","Content":"hi"}}"#
    );
    let seal = Seal {
        format: Format::Json,
        ..seal()
    };
    let reply = read(body.as_bytes(), &seal, asked(true)).unwrap().unwrap();
    assert_eq!(reply.content.as_deref(), Some("hi"));
}
