//! `expects`: which answers of a business system are answers.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in test functions, and these are called by such"
)]

use fandesk_playbook::{Format, Intent, Playbook};
use serde_json::{Value, json};

fn intent(expects: &str) -> Intent {
    let document = format!(
        "default.text = \"?\"\n[[intent]]\nname = \"i\"\nreply.text = \"i\"\nanswer.text = \"i\"\nsorry.text = \"i\"\n\
         request.url = \"https://a.example/\"\n{expects}"
    );
    let parsed = Playbook::parse(&document, Format::Toml).unwrap();
    parsed.playbook.intent("i").unwrap().clone()
}

fn said(intent: &Intent, answer: &Value) -> Option<String> {
    intent.check(answer).err().map(|error| error.to_string())
}

#[test]
fn without_expectations_every_answer_is_one() {
    for answer in [json!(null), json!([]), json!({}), json!({ "status": 1 })] {
        assert_eq!(said(&intent(""), &answer), None);
    }
}

#[test]
fn each_type_takes_its_own_values_only() {
    let values = [json!("a"), json!(1.5), json!(false), json!({}), json!([1])];
    for (shape, fits) in [
        ("text", [true, false, false, false, false]),
        ("number", [false, true, false, false, false]),
        ("boolean", [false, false, true, false, false]),
        ("any", [true; 5]),
    ] {
        let intent = intent(&format!("expects = {{ f = \"{shape}\" }}"));
        for (value, fits) in values.iter().zip(fits) {
            let said = said(&intent, &json!({ "f": value }));
            let expected =
                format!("the business system's answer has a field `f` that is no {shape}");
            assert_eq!(said, (!fits).then_some(expected), "{value}");
        }
        for lacking in [json!({}), json!({ "f": null }), json!([]), json!("f")] {
            let lacks = "the business system's answer has no field `f`".to_owned();
            assert_eq!(said(&intent, &lacking), Some(lacks));
        }
    }
}

#[test]
fn fields_inside_of_others_are_written_in_either_way() {
    for expects in [
        "expects = { order.way.0.city = \"text\" }",
        "expects = { \"order.way.0.city\" = \"text\" }",
        "[intent.expects.order.way]\n\"0.city\" = \"text\"",
    ] {
        let intent = intent(expects);
        assert_eq!(
            said(
                &intent,
                &json!({ "order": { "way": [{ "city": "深圳" }] } })
            ),
            None
        );
        let lacks = "the business system's answer has no field `order.way.0.city`".to_owned();
        assert_eq!(
            said(&intent, &json!({ "order": { "way": [] } })),
            Some(lacks)
        );
    }
}
