//! Bodies read into fields, and refused.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use wechat::fields::{Defect, MAX_DEPTH, MAX_FIELDS, STRAY_TEXT};
use wechat::{Field, Fields, Format};

fn xml(inside: &str) -> Fields {
    Fields::from_xml(format!("<xml>{inside}</xml>").as_bytes()).unwrap()
}

fn xml_defect(body: &[u8]) -> (Defect, usize) {
    let error = Fields::from_xml(body).unwrap_err();
    (error.defect, error.at)
}

fn json_defect(body: &[u8]) -> (Defect, usize) {
    let error = Fields::from_json(body).unwrap_err();
    (error.defect, error.at)
}

#[test]
fn fields_keep_their_order() {
    let names: Vec<String> = xml("<b>1</b><a>2</a><c>3</c>")
        .iter()
        .map(|(name, _)| name.to_owned())
        .collect();
    assert_eq!(names, ["b", "a", "c"]);
}

#[test]
fn white_space_inside_a_leaf_is_kept_and_between_elements_dropped() {
    let fields = xml("\n <a> x\n</a>\r\n\t<b><c> </c> </b>");
    assert_eq!(fields.text("a"), Some(" x\n"));
    assert_eq!(fields.element("b").unwrap().text("c"), Some(" "));
    assert_eq!(fields.element("b").unwrap().len(), 1);
}

#[test]
fn line_ends_are_not_changed() {
    assert_eq!(
        xml("<a><![CDATA[1\r\n2\r3]]></a>").text("a"),
        Some("1\r\n2\r3")
    );
}

#[test]
fn text_and_cdata_of_a_leaf_are_one_text() {
    assert_eq!(
        xml("<a>1<![CDATA[<2>]]>&amp;<!-- no -->&#51;</a>").text("a"),
        Some("1<2>&3")
    );
}

#[test]
fn an_empty_element_is_an_empty_text() {
    let fields = xml("<a/><b></b><c><![CDATA[]]></c>");
    assert_eq!(["a", "b", "c"].map(|name| fields.text(name)), [Some(""); 3]);
}

#[test]
fn attributes_are_ignored() {
    assert_eq!(
        xml("<a b='1' c=\"2\">3</a>"),
        Fields::from_iter([("a", "3")])
    );
}

#[test]
fn siblings_of_one_name_become_a_list_at_the_place_of_the_first() {
    let fields = xml("<a>1</a><b>2</b><a>3</a><a><c>4</c></a>");
    let inner = Fields::from_iter([("c", "4")]);
    let list = Field::Repeated(vec!["1".into(), "3".into(), inner.into()]);
    assert_eq!(fields, Fields::from_iter([("a", list), ("b", "2".into())]));
}

#[test]
fn a_repeated_field_is_no_text_so_nothing_can_be_read_two_ways() {
    assert_eq!(
        xml("<MsgType>text</MsgType><MsgType>event</MsgType>").text("MsgType"),
        None
    );
    let twice = Fields::from_json(br#"{"MsgType":"text","MsgType":"event"}"#).unwrap();
    assert_eq!(twice.text("MsgType"), None);
}

#[test]
fn one_item_and_several_are_listed_alike() {
    let list = |fields: &Fields| -> Vec<String> {
        fields
            .all("item")
            .filter_map(Field::as_text)
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(list(&xml("")), [""; 0]);
    assert_eq!(list(&xml("<item>1</item>")), ["1"]);
    assert_eq!(list(&xml("<item>1</item><item>2</item>")), ["1", "2"]);
}

#[test]
fn text_between_elements_is_kept_under_a_name_of_its_own() {
    let fields = xml("<a>x<b>1</b>y</a>");
    assert_eq!(fields.element("a").unwrap().text(STRAY_TEXT), Some("xy"));
    assert_eq!(xml("alone").text(STRAY_TEXT), Some("alone"));
}

#[test]
fn a_declaration_a_comment_and_a_byte_order_mark_may_come_first() {
    let body = "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- c --><?p i?>\n<xml><a>1</a></xml>\n";
    assert_eq!(
        Fields::from_xml(body.as_bytes()).unwrap().text("a"),
        Some("1")
    );
}

#[test]
fn malformed_xml_is_refused_with_its_place() {
    assert_eq!(xml_defect(b""), (Defect::Root, 0));
    assert_eq!(xml_defect(b"success"), (Defect::Root, 0));
    assert_eq!(xml_defect(b"<html></html>"), (Defect::Root, 0));
    assert_eq!(xml_defect(b"<xml><a>1</a>"), (Defect::NotXml, 13));
    assert_eq!(
        xml_defect(b"<xml></xml><xml></xml>"),
        (Defect::Trailing, 11)
    );
    assert_eq!(xml_defect(b"<xml></xml>x"), (Defect::Trailing, 11));
    assert_eq!(xml_defect(b"<xml><a></b></xml>").0, Defect::NotXml);
    assert_eq!(xml_defect(b"<xml><a>\xff</a></xml>"), (Defect::NotUtf8, 8));
    assert_eq!(xml_defect(b"\xef\xbb\xbf<xml>\xff"), (Defect::NotUtf8, 8));
}

#[test]
fn a_doctype_and_other_entities_are_refused() {
    assert_eq!(
        xml_defect(b"<!DOCTYPE xml><xml></xml>"),
        (Defect::Doctype, 0)
    );
    assert_eq!(xml_defect(b"<xml><a>&e;</a></xml>"), (Defect::Entity, 8));
    assert_eq!(xml_defect(b"<xml><a>&nbsp;</a></xml>").0, Defect::Entity);
    assert_eq!(xml_defect(b"<xml><a>&#xD800;</a></xml>").0, Defect::Entity);
    assert_eq!(xml_defect(b"<xml><a>&lt</a></xml>").0, Defect::NotXml);
}

#[test]
fn depth_and_number_of_elements_are_limited() {
    let nested = |depth: usize| {
        [
            "<xml>",
            &"<a>".repeat(depth - 1),
            &"</a>".repeat(depth - 1),
            "</xml>",
        ]
        .concat()
    };
    assert!(Fields::from_xml(nested(MAX_DEPTH).as_bytes()).is_ok());
    assert_eq!(
        xml_defect(nested(MAX_DEPTH + 1).as_bytes()).0,
        Defect::TooDeep
    );
    let many = |count: usize| ["<xml>", &"<a/>".repeat(count - 1), "</xml>"].concat();
    assert!(Fields::from_xml(many(MAX_FIELDS).as_bytes()).is_ok());
    assert_eq!(
        xml_defect(many(MAX_FIELDS + 1).as_bytes()).0,
        Defect::TooMany
    );
}

#[test]
fn json_numbers_and_words_stay_as_written() {
    let body = br#"{"id":9223372036854775808,"x":23.10,"e":1E5,"n":-0,"t":true,"f":false,"z":null,"s":"\u4f60\n"}"#;
    let expected = [
        ("id", "9223372036854775808"),
        ("x", "23.10"),
        ("e", "1E5"),
        ("n", "-0"),
        ("t", "true"),
        ("f", "false"),
        ("z", ""),
        ("s", "你\n"),
    ];
    assert_eq!(
        Fields::from_json(body).unwrap(),
        Fields::from_iter(expected)
    );
}

#[test]
fn json_objects_and_arrays_nest() {
    let fields = Fields::from_json(br#" {"a":{"b":[1,{"c":[]},"2"]}} "#).unwrap();
    let inner = Fields::from_iter([("c", Field::Repeated(vec![]))]);
    let list = Field::Repeated(vec!["1".into(), inner.into(), "2".into()]);
    assert_eq!(fields.element("a").unwrap().get("b"), Some(&list));
}

#[test]
fn malformed_json_is_refused_with_its_place() {
    assert_eq!(json_defect(b"[1]"), (Defect::Root, 0));
    assert_eq!(json_defect(b" 1"), (Defect::Root, 1));
    assert_eq!(json_defect(b"{\"a\":1}x").0, Defect::NotJson);
    assert_eq!(json_defect(b"{\"a\":\n01}"), (Defect::NotJson, 7));
    assert_eq!(json_defect(b"{\"a\":\"\xff\"}"), (Defect::NotUtf8, 6));
    let (defect, at) = json_defect(br#"{"a":{"b":"\ud800"}}"#);
    assert_eq!(defect, Defect::NotJson);
    assert!((10..=18).contains(&at), "{at}");
}

#[test]
fn depth_and_number_of_json_values_are_limited() {
    let nested =
        |depth: usize| ["{\"a\":".repeat(depth), "1".to_owned(), "}".repeat(depth)].concat();
    assert!(Fields::from_json(nested(MAX_DEPTH).as_bytes()).is_ok());
    assert_eq!(
        json_defect(nested(MAX_DEPTH + 1).as_bytes()).0,
        Defect::TooDeep
    );
    assert!(Fields::from_json("[".repeat(100_000).as_bytes()).is_err());
    let many = format!("{{\"a\":[{}1]}}", "1,".repeat(MAX_FIELDS));
    assert_eq!(json_defect(many.as_bytes()).0, Defect::TooMany);
}

#[test]
fn the_format_is_told_by_the_first_byte_that_is_no_space() {
    assert_eq!(Format::of(b" \r\n{"), Format::Json);
    assert_eq!(Format::of(b"\xef\xbb\xbf{"), Format::Json);
    assert_eq!(Format::of(b"<xml>"), Format::Xml);
    assert_eq!(Format::of(b""), Format::Xml);
}

#[test]
fn a_value_can_be_replaced_in_its_place() {
    let mut fields = xml("<a>1</a><b>2</b>");
    fields.insert("a", "3");
    fields.insert("c", "4");
    assert_eq!(
        fields,
        Fields::from_iter([("a", "3"), ("b", "2"), ("c", "4")])
    );
}

#[test]
fn an_error_carries_nothing_of_the_body() {
    let error = Fields::from_xml(b"<xml><secret>&pin;</secret></xml>").unwrap_err();
    assert_eq!(
        error.to_string(),
        "malformed body at byte 13: an entity other than the predefined ones is not accepted"
    );
}
