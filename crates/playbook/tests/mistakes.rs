//! What the author of a document is told: every mistake and every warning, with its line.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows them in test functions, and these are called by such"
)]

use fandesk_playbook::{Format, MAX_DOCUMENT_BYTES, Playbook};

const DEFAULT: &str = "default = { text = \"?\" }\n";

/// The mistake in a document whose first line is the smallest `default`.
fn mistake(rest: &str) -> String {
    mistake_in(&format!("{DEFAULT}{rest}"), Format::Toml)
}

fn mistake_in(document: &str, format: Format) -> String {
    Playbook::parse(document, format)
        .map(|parsed| parsed.warnings)
        .unwrap_err()
        .to_string()
}

fn warnings(rest: &str) -> Vec<String> {
    let parsed = Playbook::parse(&format!("{DEFAULT}{rest}"), Format::Toml).unwrap();
    parsed.warnings.iter().map(ToString::to_string).collect()
}

macro_rules! mistakes {
    ($($name:ident: $document:expr => $expected:expr;)+) => {
        $(#[test]
        fn $name() {
            assert_eq!(mistake($document), $expected);
        })+
    };
}

macro_rules! warned {
    ($($name:ident: $document:expr => $expected:expr;)+) => {
        $(#[test]
        fn $name() {
            assert_eq!(warnings($document), $expected);
        })+
    };
}

const IDENTITY: &str = r#"
[identity]
pattern = '^bind (?P<code>[0-9]+)$'
request.url = "https://business.example/bind"
reply.text = "{code}"
answer.text = "{result.name}"
sorry.text = "{result.reason}"
ask.text = "bind first"
"#;

// Who the fan is.
mistakes! {
    an_intent_that_wants_an_identity_without_a_way_to_prove_it_is_told:
        "[[intent]]\nname = \"i\"\nreply.text = \"i\"\nanswer.text = \"i\"\nsorry.text = \"i\"\nidentity = true\nrequest.url = \"https://a.example/\"" =>
        "playbook:7: intent[0].identity: no fan can be bound here: there is no [identity]";
    an_intent_with_the_name_of_the_binding_is_told:
        &format!("{IDENTITY}[[intent]]\nname = \"identity\"\nreply.text = \"i\"\nanswer.text = \"i\"\nsorry.text = \"i\"\nrequest.url = \"https://a.example/\"") =>
        "playbook:11: intent[0].name: \"identity\" is the name of the call of [identity]; give the intent another";
    a_binding_that_nothing_asks_for_is_told:
        &IDENTITY.replace("pattern", "# ") => "playbook:3: identity: missing field `pattern`";
    a_binding_that_does_not_say_how_to_get_it_is_told:
        &IDENTITY.replace("ask.text", "# ") => "playbook:3: identity: missing field `ask`";
    a_binding_that_nothing_ends_is_told:
        &format!("{IDENTITY}unbind = []") =>
        "playbook:10: identity.unbind: a fan must be able to end the binding: name a word for it";
    a_place_that_the_pattern_of_a_binding_does_not_capture_is_told:
        &IDENTITY.replace("\"{code}\"", "\"{phone}\"") =>
        "playbook:6: identity.reply.text: unknown placeholder {phone}: here there are {text}, {1}, {code}; write `{{` for a brace";
    a_binding_for_less_than_a_minute_is_told:
        &format!("{IDENTITY}expires_after = \"30s\"") =>
        "playbook:10: identity.expires_after: \"30s\" is out of range: between 1m and 3650d";
    a_field_of_an_intent_that_a_binding_has_not_is_told:
        &format!("{IDENTITY}identity = true") =>
        "playbook:10: identity.identity: unknown field `identity`; known here: pattern, request, reply, answer, sorry, ask, expires_after, unbind, unbound";
}

/// An intent whose answer has to have these fields.
fn expecting(fields: &str) -> String {
    format!(
        "[[intent]]\nname = \"i\"\nreply.text = \"i\"\nanswer.text = \"i\"\nsorry.text = \"i\"\nrequest.url = \"https://a.example/\"\nexpects = {fields}"
    )
}

// What an answer has to have.
mistakes! {
    a_type_that_no_field_has_is_told:
        &expecting("{ status = \"string\" }") =>
        "playbook:8: intent[0].expects.status: \"string\" is not known; known: \"text\", \"number\", \"boolean\", \"any\"";
    a_field_without_a_type_is_told:
        &expecting("{ order.amount = 1 }") =>
        "playbook:8: intent[0].expects.order.amount: expected a text, found a whole number";
    fields_that_are_a_list_are_told:
        &expecting("[\"status\"]") => "playbook:8: intent[0].expects: expected a table, found a list";
    a_field_without_a_name_is_told:
        &expecting("{ \"order.\" = \"any\" }") =>
        "playbook:8: intent[0].expects.order.: names of fields with dots between belong here, 128 bytes in all, such as order.amount";
    a_field_with_too_long_a_name_is_told:
        &expecting(&format!("{{ {} = \"any\" }}", "a".repeat(128))) =>
        format!("playbook:8: intent[0].expects.{}: names of fields with dots between belong here, 128 bytes in all, such as order.amount", "a".repeat(128));
    more_fields_than_are_looked_at_are_told:
        &expecting(&format!("{{ {} }}", (0..51).map(|n| format!("f{n:02} = \"any\"")).collect::<Vec<_>>().join(", "))) =>
        "playbook:8: intent[0].expects.f50: at most 50 fields belong here";
}

// The form of the document.
mistakes! {
    broken_toml_is_told_with_its_line:
        "[[rule]]\nexact = [\"GO\"\nreply = 1" => "playbook:4: missing comma between array elements, expected `,`";
    a_duplicate_key_is_told:
        "[stop]\nreply = { text = \"a\" }\n[stop]" => "playbook:4: duplicate key";
    an_unknown_field_is_told_with_the_known_ones:
        "[[click]]\nkey = \"A\"\nreplay = 1" =>
        "playbook:4: click[0].replay: unknown field `replay`; known here: key, reply, menu, intent, handover";
    a_table_where_a_list_belongs_is_told:
        "[rule]" => "playbook:2: rule: expected a list, found a table";
    a_wrong_type_is_told:
        "[[rule]]\nexact = [\n\"a\",\n1]" => "playbook:5: rule[0].exact[1]: expected a text, found a whole number";
    an_unknown_field_at_the_top_is_told:
        "rules = []" =>
        "playbook:2: rules: unknown field `rules`; known here: default, welcome, commands, handover, hours, stop, rule, menu, faq, click, intent, identity, alerts, forward";
    a_missing_field_is_told_at_its_table:
        "\n[[click]]\nhandover = true" => "playbook:3: click[0]: missing field `key`";
    a_date_is_told:
        "[[rule]]\nname = 2026-01-01" =>
        "playbook:3: rule[0].name: expected a text, found a date";
    an_unknown_choice_is_told:
        "[handover]\nvia = \"phone\"" =>
        "playbook:3: handover.via: \"phone\" is not known; known: \"desk\", \"wechat\"";
    a_number_beyond_64_bits_is_told:
        "[[rule]]\npriority = 9223372036854775808" => "playbook:3: rule[0].priority: expected a whole number, found a number that is too large";
    a_number_beyond_its_field_is_told:
        "[[rule]]\npriority = 2147483648" =>
        "playbook:3: rule[0].priority: this number is too large";
}

#[test]
fn a_document_without_a_default_is_refused() {
    assert_eq!(
        mistake_in("\n[[rule]]", Format::Toml),
        "playbook:1: missing field `default`"
    );
}

#[test]
fn broken_json_is_told_with_its_line() {
    assert_eq!(
        mistake_in("{\n\"default\": ?}", Format::Json),
        "playbook:2: expected value"
    );
}

#[test]
fn an_empty_json_document_is_refused() {
    assert_eq!(
        mistake_in("", Format::Json),
        "playbook:1: EOF while parsing a value"
    );
}

#[test]
fn a_duplicate_key_in_json_is_told() {
    let document =
        "{\n\"default\": {\"text\": \"?\"},\n\"rule\": [{\n\"name\": \"a\",\n\"name\": \"b\"}]}";
    assert_eq!(
        mistake_in(document, Format::Json),
        "playbook:5: duplicate key `name`"
    );
}

#[test]
fn a_mistake_in_json_has_its_line() {
    let document = "{\n\"default\": {\"text\": \"?\"},\n\"rule\": [\n{\"exact\": [\"a\"],\n\"reply\": {\"text\": \"{x}\"}}]}";
    assert_eq!(
        mistake_in(document, Format::Json),
        "playbook:5: rule[0].reply.text: unknown placeholder {x}: here there are {text}; write `{{` for a brace"
    );
}

#[test]
fn json_that_nests_without_end_is_refused() {
    let document = "[".repeat(100_000) + &"]".repeat(100_000);
    assert_eq!(
        mistake_in(&document, Format::Json),
        "playbook:1: nested more than 64 levels deep"
    );
}

#[test]
fn toml_that_nests_without_end_is_refused() {
    let document = format!("a = {}1{}", "[".repeat(70), "]".repeat(70));
    assert_eq!(
        mistake_in(&document, Format::Toml),
        "playbook:1: nested more than 64 levels deep"
    );
}

#[test]
fn null_in_json_is_a_field_that_is_not_there() {
    let document =
        r#"{"default":{"text":"?","image":null},"welcome":null,"handover":{"reply":null}}"#;
    assert!(Playbook::parse(document, Format::Json).is_ok());
}

#[test]
fn a_document_that_is_too_large_has_no_line_to_blame() {
    let document = format!("{DEFAULT}#{}", "x".repeat(MAX_DOCUMENT_BYTES));
    let bytes = document.len();
    assert_eq!(
        mistake_in(&document, Format::Toml),
        format!("playbook: the document has {bytes} bytes, at most 1048576 are allowed")
    );
}

#[test]
fn a_default_answers_or_leads_elsewhere() {
    assert_eq!(
        mistake_in("default = { text = \"?\", handover = true }", Format::Toml),
        "playbook:1: default: either a reply or one of menu, intent and handover = true belongs here"
    );
    assert_eq!(
        mistake_in("default = {}", Format::Toml),
        "playbook:1: default: either a reply or one of menu, intent and handover = true belongs here"
    );
}

// Replies and actions.
mistakes! {
    a_reply_is_of_one_kind:
        "[stop]\nreply = { text = \"a\", image = \"b\" }" =>
        "playbook:3: stop.reply: a reply is exactly one of text, image, voice, video, music, news, miniprogrampage, msgmenu, mpnews, mpnewsarticle, wxcard";
    an_empty_text_is_refused:
        "[stop]\nreply = { text = \" \" }" => "playbook:3: stop.reply.text: this text is empty";
    an_empty_id_is_refused:
        "[stop]\nreply = { image = \"\" }" => "playbook:3: stop.reply.image: this id is empty";
    an_unknown_placeholder_is_refused:
        "[[rule]]\nprefix = [\"a\"]\npattern = 'a(?P<b>b)'\nreply.text = \"{c}\"" =>
        "playbook:5: rule[0].reply.text: unknown placeholder {c}: here there are {text}, {rest}, {1}, {b}; write `{{` for a brace";
    an_open_placeholder_is_refused:
        "[[rule]]\nexact = [\"a\"]\nreply.text = \"{text\"" =>
        "playbook:4: rule[0].reply.text: `{` begins a placeholder that no `}` ends; write `{{` for a brace";
    an_event_has_no_text_to_fill_in:
        "[welcome]\nreply = { text = \"{text}\" }" =>
        "playbook:3: welcome.reply.text: unknown placeholder {text}: here there are none; write `{{` for a brace";
    a_message_is_answered_with_one_article:
        "[[rule]]\nexact = [\"a\"]\n[[rule.reply.news]]\ntitle=\"a\"\nurl=\"https://a\"\n[[rule.reply.news]]\ntitle=\"b\"\nurl=\"https://b\"" =>
        "playbook:4: rule[0].reply.news: 2 articles, and WeChat takes 1 in answer to a message";
    news_need_an_article:
        "[stop]\nreply = { news = [] }" => "playbook:3: stop.reply.news: there is no article";
    an_address_begins_with_its_scheme:
        "[stop]\nreply = { news = [{ title = \"a\", url = \"javascript:x\" }] }" =>
        "playbook:3: stop.reply.news[0].url: this is no address: it has to begin with https:// or http://";
    an_address_has_a_host_of_its_own:
        "[[rule]]\nexact = [\"a\"]\nreply.news = [{ title = \"a\", url = \"https://{text}/\" }]" =>
        "playbook:4: rule[0].reply.news[0].url: this is no address: the name of the host is missing or malformed";
    an_address_has_no_white_space:
        "[stop]\nreply = { news = [{ title = \"a\", url = \"https://a/ b\" }] }" =>
        "playbook:3: stop.reply.news[0].url: this is no address: it has white space in it";
    a_place_has_one_action:
        "[[click]]\nkey = \"A\"\nhandover = true\nreply = { text = \"a\" }" =>
        "playbook:2: click[0]: exactly one of reply, menu, intent and handover = true belongs here";
    a_place_has_an_action:
        "[[click]]\nkey = \"A\"\nhandover = false" =>
        "playbook:2: click[0]: exactly one of reply, menu, intent and handover = true belongs here";
    an_unknown_menu_is_told_with_the_known_ones:
        "[[click]]\nkey = \"A\"\nmenu = \"mian\"\n[[menu]]\nname = \"main\"\ntext = \"a\"\nentry = [{ key = \"1\", label = \"a\", handover = true }]" =>
        "playbook:4: click[0].menu: there is no menu \"mian\"; known: \"main\"";
    an_unknown_intent_is_told:
        "[[click]]\nkey = \"A\"\nintent = \"x\"" => "playbook:4: click[0].intent: there is no intent \"x\"; known: none";
    wechat_cannot_take_over_after_an_event:
        "[handover]\nvia = \"wechat\"\n[[click]]\nkey = \"A\"\nhandover = true" =>
        "playbook:6: click[0].handover: WeChat's customer service takes over in answer to a message, not to an event; open a menu here";
}

#[test]
fn a_text_beyond_what_wechat_takes_is_refused() {
    assert_eq!(
        mistake(&format!(
            "[stop]\nreply = {{ text = \"{}\" }}",
            "界".repeat(683)
        )),
        "playbook:3: stop.reply.text: this text has 2049 bytes, and WeChat takes 2048"
    );
}

#[test]
fn an_event_is_answered_with_eight_articles_at_most() {
    let article = "{ title = \"a\", url = \"https://a\" },";
    let welcome = |articles| {
        format!(
            "[welcome]\nreply = {{ news = [{}] }}",
            article.repeat(articles)
        )
    };
    assert_eq!(warnings(&welcome(8)), [""; 0]);
    assert_eq!(
        mistake(&welcome(9)),
        "playbook:3: welcome.reply.news: 9 articles, and WeChat takes 8 in answer to an event"
    );
}

#[test]
fn an_overlong_address_is_refused() {
    let address = format!("https://a/{}", "a".repeat(2039));
    assert_eq!(
        mistake(&format!(
            "[stop]\nreply = {{ news = [{{ title = \"a\", url = \"{address}\" }}] }}"
        )),
        "playbook:3: stop.reply.news[0].url: this is no address: it is longer than the 2048 bytes that WeChat takes"
    );
}

// Commands, hand-over, welcome and taps.
mistakes! {
    a_word_gives_one_command:
        "[commands]\nhuman = [\"a\"]\nhome = [\"b\", \"Ａ\"]" =>
        "playbook:4: commands.home[1]: \"Ａ\" cannot be a word of commands.home: it is one of commands.human";
    a_command_word_is_not_empty:
        "[commands]\nhuman = [\" \"]" => "playbook:3: commands.human[0]: this word is empty";
    the_desk_has_no_account_of_wechat:
        "[handover]\nkf_account = \"a@b\"" => "playbook:3: handover.kf_account: kf_account goes with via = \"wechat\" only";
    a_transfer_has_no_reply:
        "[handover]\nvia = \"wechat\"\nreply = { text = \"a\" }" =>
        "playbook:4: handover.reply: with via = \"wechat\" the answer is the transfer itself, so there is no reply";
    wechats_customer_service_has_none_of_the_desks_fields:
        "[handover]\nvia = \"wechat\"\nreopen_days = 3" =>
        "playbook:4: handover.reopen_days: reopen_days goes with via = \"desk\" only";
    wechats_customer_service_knows_no_teams:
        "[handover]\nvia = \"wechat\"\n[[rule]]\nexact = [\"A\"]\nhandover = { team = \"sales\" }" =>
        "playbook:6: rule[0].handover: WeChat's customer service knows none of fandesk's teams: write handover = true";
    a_hand_over_says_something:
        "[[rule]]\nexact = [\"A\"]\nhandover = {}" =>
        "playbook:4: rule[0].handover: nothing is said here: write handover = true";
    a_hand_over_is_true_or_a_table:
        "[[rule]]\nexact = [\"A\"]\nhandover = \"sales\"" =>
        "playbook:4: rule[0].handover: expected true, or a table of team, skills and tags, such as { team = \"sales\" }";
    a_skill_is_not_empty:
        "[[rule]]\nexact = [\"A\"]\nhandover = { skills = [\" \"] }" =>
        "playbook:4: rule[0].handover.skills[0]: this name is empty";
    a_word_that_ends_is_no_command:
        "[handover]\nend = [\"转人工\"]" =>
        "playbook:3: handover.end[0]: this word is one of [commands], which goes first";
    days_to_reopen_are_few:
        "[handover]\nreopen_days = 400" => "playbook:3: handover.reopen_days: 400 is out of range: between 0 and 90";
    unmatched_texts_are_counted_from_one:
        "[handover]\nunmatched = { after = 0 }" =>
        "playbook:3: handover.unmatched.after: 0 is out of range: between 1 and 20";
    a_rate_wants_to_know_after_how_many_texts:
        "[handover]\nunmatched = { per_minute = 9 }" => "playbook:3: handover.unmatched: missing field `after`";
    an_account_of_wechat_is_not_empty:
        "[handover]\nvia = \"wechat\"\nkf_account = \"\"" => "playbook:4: handover.kf_account: this account is empty";
    a_welcome_says_something:
        "[welcome]" => "playbook:2: welcome: exactly one of reply, menu, intent and handover = true belongs here";
    a_scene_is_a_whole_one_or_a_prefix:
        "[[welcome.scene]]\nscene = \"a\"\nprefix = \"a\"\nhandover = true" =>
        "playbook:2: welcome.scene[0]: exactly one of scene and prefix belongs here";
    a_scene_is_named_once:
        "[[welcome.scene]]\nscene = \"a\"\nhandover = true\n[[welcome.scene]]\nscene = \"a\"\nhandover = true" =>
        "playbook:6: welcome.scene[1].scene: \"a\" is here already";
    a_scene_is_not_empty:
        "[[welcome.scene]]\nprefix = \"\"\nhandover = true" =>
        "playbook:3: welcome.scene[0].prefix: a scene has 1 to 64 characters, this one 0";
    a_key_of_a_tap_is_named_once:
        "[[click]]\nkey = \"A\"\nhandover = true\n[[click]]\nkey = \"A\"\nhandover = true" =>
        "playbook:6: click[1].key: \"A\" is here already";
    a_key_of_a_tap_is_not_empty:
        "[[click]]\nkey = \"\"\nhandover = true" => "playbook:3: click[0].key: a key has 1 to 128 bytes, this one 0";
}

// Rules.
mistakes! {
    a_rule_matches_something:
        "[[rule]]\nreply = { text = \"a\" }" =>
        "playbook:2: rule[0]: a rule needs at least one of exact, prefix, contains and pattern";
    a_word_is_not_empty:
        "[[rule]]\ncontains = [\"a\", \"　\"]\nhandover = true" => "playbook:3: rule[0].contains[1]: this word is empty";
    a_broken_pattern_is_told:
        "[[rule]]\nexact = [\"a\"]\npattern = \"(a\"\nhandover = true" =>
        "playbook:4: rule[0].pattern: found open group without closing ')'";
    a_name_is_given_once:
        "[[rule]]\nname = \"a\"\nexact = [\"a\"]\nhandover = true\n[[rule]]\nname = \"a\"\nexact = [\"b\"]\nhandover = true" =>
        "playbook:7: rule[1].name: \"a\" is here already";
    a_name_is_not_empty:
        "[[rule]]\nname = \"\"\nexact = [\"a\"]\nhandover = true" => "playbook:3: rule[0].name: this name is empty";
    a_name_is_one_line:
        "[[rule]]\nname = \"a\\nb\"\nexact = [\"a\"]\nhandover = true" =>
        "playbook:3: rule[0].name: a name has no control characters";
}

#[test]
fn a_name_is_short() {
    assert_eq!(
        mistake(&format!(
            "[[rule]]\nname = \"{}\"\nexact = [\"a\"]\nhandover = true",
            "名".repeat(65)
        )),
        "playbook:3: rule[0].name: a name has at most 64 characters, this one 65"
    );
}

// Text menus.
fn menu(entries: &str) -> String {
    format!("[[menu]]\nname = \"m\"\nkeywords = [\"m\"]\ntext = \"m\"\n{entries}")
}

macro_rules! menu_mistakes {
    ($($name:ident: $entries:expr => $expected:expr;)+) => {
        $(#[test]
        fn $name() {
            assert_eq!(mistake(&menu($entries)), $expected);
        })+
    };
}

menu_mistakes! {
    a_menu_has_entries: "" => "playbook:2: menu[0]: a menu needs at least one [[menu.entry]]";
    a_key_is_on_a_level_once:
        "[[menu.entry]]\nkey = \"a\"\nlabel = \"a\"\nhandover = true\n[[menu.entry]]\nkey = \"Ａ\"\nlabel = \"b\"\nhandover = true" =>
        "playbook:11: menu[0].entry[1].key: key \"a\" is on this level already";
    a_key_is_not_empty:
        "[[menu.entry]]\nkey = \"\"\nlabel = \"a\"\nhandover = true" => "playbook:7: menu[0].entry[0].key: this key is empty";
    a_key_is_no_command_word:
        "[[menu.entry]]\nkey = \"0\"\nlabel = \"a\"\nhandover = true" =>
        "playbook:7: menu[0].entry[0].key: key \"0\" is a word of commands.back, which goes first";
    a_label_is_not_empty:
        "[[menu.entry]]\nkey = \"1\"\nlabel = \"\"\nhandover = true" =>
        "playbook:8: menu[0].entry[0].label: this label is empty";
    an_entry_does_something:
        "[[menu.entry]]\nkey = \"1\"\nlabel = \"a\"" =>
        "playbook:6: menu[0].entry[0]: exactly one of reply, menu, intent and handover = true belongs here";
    an_entry_answers_or_opens:
        "[[menu.entry]]\nkey = \"1\"\nlabel = \"a\"\nhandover = true\n[[menu.entry.entry]]\nkey = \"1\"\nlabel = \"a\"\nhandover = true" =>
        "playbook:6: menu[0].entry[0]: an entry either has entries of its own or an action, not both";
    a_heading_without_entries_is_refused:
        "[[menu.entry]]\nkey = \"1\"\nlabel = \"a\"\ntext = \"a\"" =>
        "playbook:9: menu[0].entry[0].text: text is the heading of entries, and there are none; write reply = { text = \"…\" }";
    a_deep_entry_is_told_where_it_stands:
        "[[menu.entry]]\nkey = \"1\"\nlabel = \"a\"\n[[menu.entry.entry]]\nkey = \"1\"\nlabel = \"a\"\nmenu = \"x\"" =>
        "playbook:12: menu[0].entry[0].entry[0].menu: there is no menu \"x\"; known: \"m\"";
    a_menu_that_only_leads_back_is_refused:
        "[[menu.entry]]\nkey = \"1\"\nlabel = \"a\"\nmenu = \"n\"\n[[menu]]\nname = \"n\"\ntext = \"n\"\n[[menu.entry]]\nkey = \"1\"\nlabel = \"a\"\nmenu = \"m\"" =>
        "playbook:2: menu[0]: menu \"m\" leads nowhere: its entries open only menus that lead back";
    a_span_of_time_needs_a_unit:
        "expires_after = \"10\"\n" =>
        "playbook:6: menu[0].expires_after: \"10\" is no span of time: write a whole number with ms, s, m, h or d, such as \"10m\"";
    a_span_of_time_has_its_bounds:
        "expires_after = \"3d\"\n" =>
        "playbook:6: menu[0].expires_after: \"3d\" is out of range: between 10s and 2d";
}

#[test]
fn a_level_that_is_too_long_is_refused() {
    let entries: String = (1..=9)
        .map(|key| {
            format!(
                "[[menu.entry]]\nkey = \"{key}\"\nlabel = \"{}\"\nhandover = true\n",
                "界".repeat(80)
            )
        })
        .collect();
    assert_eq!(
        mistake(&menu(&entries)),
        "playbook:5: menu[0].text: with its entries this has 2189 bytes, and WeChat takes 2048"
    );
}

#[test]
fn a_menu_with_its_word_of_restart_has_to_fit_too() {
    let long = format!("restart = \"{}\"\n", "界".repeat(681));
    let entry = "[[menu.entry]]\nkey = \"1\"\nlabel = \"a\"\nhandover = true";
    assert_eq!(
        mistake(&menu(&(long + entry))),
        "playbook:6: menu[0].restart: with its entries this has 2051 bytes, and WeChat takes 2048"
    );
}

#[test]
fn a_menu_that_is_deeper_than_a_document_can_be_is_refused() {
    let levels: String = (1..=40)
        .map(|depth| {
            format!(
                "[[menu{}]]\nkey = \"1\"\nlabel = \"a\"\n",
                ".entry".repeat(depth)
            )
        })
        .collect();
    assert_eq!(
        mistake(&menu(&levels)),
        "playbook:99: nested more than 64 levels deep"
    );
}

// Intents.
fn intent(field: &str, request: &str) -> String {
    format!(
        "[[intent]]\nname = \"i\"\npattern = '查(?P<n>\\d+)'\nreply.text = \"{{n}}\"\nanswer.text = \"{{result.a}}\"\nsorry.text = \"{{n}}\"\n{field}\n[intent.request]\n{request}\n"
    )
}

macro_rules! intent_mistakes {
    ($($name:ident: $field:expr, $request:expr => $expected:expr;)+) => {
        $(#[test]
        fn $name() {
            assert_eq!(mistake(&intent($field, $request)), $expected);
        })+
    };
}

intent_mistakes! {
    an_intent_is_asked_by_http: "", "url = \"ftp://a\"" =>
        "playbook:10: intent[0].request.url: this is no address: it has to begin with https:// or http://";
    a_method_is_one_of_two: "", "url = \"http://a\"\nmethod = \"GET\"" =>
        "playbook:11: intent[0].request.method: \"GET\" is not known; known: \"POST\", \"PUT\"";
    a_secret_is_named_as_a_setting: "", "url = \"http://a\"\nsecret = \"demo\"" =>
        "playbook:11: intent[0].request.secret: \"demo\" is no name of a secret: A to Z, 0 to 9 and _ only, as in FANDESK_SECRET_<NAME>";
    a_timeout_has_its_bounds: "", "url = \"http://a\"\ntimeout = \"1m\"" =>
        "playbook:11: intent[0].request.timeout: \"1m\" is out of range: between 100ms and 30s";
    attempts_have_their_bounds: "", "url = \"http://a\"\nattempts = 0" =>
        "playbook:11: intent[0].request.attempts: 0 is out of range: between 1 and 50";
    attempts_end_before_the_window_of_the_fan: "", "url = \"http://a\"\nretry_over = \"48h\"" =>
        "playbook:11: intent[0].request.retry_over: \"48h\" is out of range: between 1s and 47h";
    an_intent_has_its_own_name: "", "url = \"http://a\"\n[[intent]]\nname = \"i\"\nreply.text = \"a\"\nanswer.text = \"a\"\nsorry.text = \"a\"\nrequest.url = \"http://a\"" =>
        "playbook:12: intent[1].name: \"i\" is here already";
}

#[test]
fn before_the_answer_there_is_no_answer_to_show() {
    let document = intent("", "url = \"http://a\"")
        .replace("reply.text = \"{n}\"", "reply.text = \"{result.a}\"");
    assert_eq!(
        mistake(&document),
        "playbook:5: intent[0].reply.text: unknown placeholder {result.a}: here there are {text}, {1}, {n}; write `{{` for a brace"
    );
}

// Warnings.
warned! {
    a_pattern_that_wants_what_normalisation_takes_is_told:
        "[[rule]]\nexact = [\"a\"]\npattern = '^在吗？$'\nreply.text = \"a\"" =>
        ["playbook:4: rule[0].pattern: this pattern can never match: it wants \"?\" at the end of a text, where punctuation is taken off"];
    a_choice_that_nobody_answers_is_told:
        "[[rule]]\nexact = [\"a\"]\n[rule.reply.msgmenu]\nhead_content = \"h\"\nlist = [{ content = \"A!\" }, { content = \"人工\" },\n{ content = \"{text} b\" }, { content = \"c\" }]" =>
        ["playbook:7: rule[0].reply.msgmenu.list[3].content: no rule, menu or intent answers \"c\", which is what comes back when a fan taps this"];
}

warned! {
    what_a_better_rule_takes_can_never_match:
        "[[rule]]\nname = \"logistics\"\ncontains = [\"查物流\"]\nhandover = true\n[[rule]]\npriority = 1\ncontains = [\"查\"]\nhandover = true" =>
        ["playbook:2: rule[0]: rule \"logistics\" can never match: \"查\" (line 8) matches everything it does, with higher priority"];
    among_equals_the_first_takes_all:
        "[[rule]]\nprefix = [\"查\"]\nhandover = true\n[[rule]]\nprefix = [\"查物流\"]\nhandover = true" =>
        ["playbook:5: rule[1]: rule[1] can never match: \"查\" (line 3) matches everything it does, and comes first"];
    one_word_of_a_rule_that_can_never_match_is_told_alone:
        "[[rule]]\ncontains = [\"查\"]\nhandover = true\n[[rule]]\nprefix = [\"看\", \"查物流\"]\nhandover = true" =>
        ["playbook:6: rule[1].prefix[1]: rule[1]: \"查物流\" can never match: \"查\" (line 3) matches everything it does, and comes first"];
    a_prefix_leaves_contained_words_alone:
        "[[rule]]\nprefix = [\"查\"]\nhandover = true\n[[rule]]\ncontains = [\"查\"]\nhandover = true" => [""; 0];
    a_pattern_can_be_taken_by_a_word:
        "[[rule]]\ncontains = [\"物流\"]\nhandover = true\n[[rule]]\npattern = '查(物流|物流单)'\nhandover = true" =>
        ["playbook:5: rule[1]: rule[1] can never match: \"物流\" (line 3) matches everything it does, and comes first"];
    a_pattern_of_which_one_word_is_taken_can_match:
        "[[rule]]\ncontains = [\"物流\"]\nhandover = true\n[[rule]]\npattern = '查(物流|快递)'\nhandover = true" => [""; 0];
    an_intent_goes_before_rules_of_its_priority:
        &(String::from("[[rule]]\ncontains = [\"查\"]\nhandover = true\n") + &intent("", "url = \"http://a\"")) => [""; 0];
    an_exact_word_goes_before_all_others:
        "[[rule]]\ncontains = [\"a\"]\npriority = 9\nhandover = true\n[[rule]]\nexact = [\"a\"]\nhandover = true" => [""; 0];
    a_word_of_two_rules_is_told:
        "[[rule]]\nexact = [\"GO\", \"a\"]\nhandover = true\n[[rule]]\nname = \"b\"\nexact = [\"b\", \"ｇｏ\"]\nhandover = true" =>
        ["playbook:7: rule[1].exact[1]: rule \"b\": \"ｇｏ\" can never match: \"GO\" (line 3) matches everything it does, and comes first"];
    a_word_that_a_rule_has_twice_is_told:
        "[[rule]]\nexact = [\"GO\", \"go\"]\nhandover = true" =>
        ["playbook:3: rule[0].exact[1]: rule[0]: \"go\" can never match: \"GO\" (line 3) matches everything it does, and comes first"];
    a_keyword_of_a_menu_is_an_exact_word:
        &(menu("[[menu.entry]]\nkey = \"1\"\nlabel = \"a\"\nhandover = true\n") + "[[rule]]\nexact = [\"M\"]\nhandover = true") =>
        ["playbook:10: rule[0]: rule[0] can never match: \"m\" (line 4) matches everything it does, and comes first"];
    a_command_word_is_no_word_of_a_rule:
        "[[rule]]\nexact = [\"人工\"]\nhandover = true" =>
        ["playbook:2: rule[0]: rule[0] can never match: \"人工\" is a word of commands.human"];
    the_ways_back_of_menus_are_words_elsewhere:
        "[[rule]]\nexact = [\"0\", \"#\"]\nhandover = true" => [""; 0];
    a_pattern_that_is_always_tried_is_told:
        "[[rule]]\npattern = '^\\d+$'\nhandover = true" =>
        ["playbook:3: rule[0].pattern: no text that every match contains was found in this pattern, so it is tried on every message"];
    a_word_that_loses_its_punctuation_is_told:
        "[[rule]]\ncontains = [\"C++\", \"Go \"]\nhandover = true" =>
        ["playbook:3: rule[0].contains[0]: \"C++\" is searched as \"c\": outer punctuation is taken off"];
    a_prefix_of_punctuation_is_told:
        "[[rule]]\nprefix = [\"#\"]\nhandover = true" =>
        ["playbook:3: rule[0].prefix[0]: \"#\" matches only itself: outer punctuation is taken off a text"];
    a_menu_that_nothing_opens_is_told:
        "[[menu]]\nname = \"m\"\ntext = \"m\"\n[[menu.entry]]\nkey = \"1\"\nlabel = \"a\"\nhandover = true" =>
        ["playbook:2: menu[0]: nothing opens menu \"m\""];
    a_menu_that_a_menu_opens_is_opened:
        "[[click]]\nkey = \"A\"\nmenu = \"m\"\n[[menu]]\nname = \"m\"\ntext = \"m\"\n[[menu.entry]]\nkey = \"1\"\nlabel = \"a\"\nmenu = \"n\"\n[[menu]]\nname = \"n\"\ntext = \"n\"\n[[menu.entry]]\nkey = \"1\"\nlabel = \"a\"\nhandover = true" =>
        [""; 0];
    an_intent_that_nothing_leads_to_is_told:
        &intent("", "url = \"http://a\"").replace("pattern = '查(?P<n>\\d+)'\n", "").replace("{n}", "n") =>
        ["playbook:2: intent[0]: nothing leads to intent \"i\": it has no pattern, and no action names it"];
    an_intent_that_is_named_where_nothing_is_captured_is_told:
        &(intent("", "url = \"http://a\"") + "[[click]]\nkey = \"A\"\nintent = \"i\"") =>
        ["playbook:13: click[0].intent: intent \"i\" shows {n}, which nothing captures here, so it will be empty"];
}

#[test]
fn a_long_name_above_many_values_is_told_in_few_words() {
    // A text with the way to each value would be two gigabytes.
    let (name, values) = ("n".repeat(50_000), "1,".repeat(50_000));
    for (document, format) in [
        (format!("{{\"{name}\":[{values}1]}}"), Format::Json),
        (format!("{DEFAULT}{name} = [{values}1]"), Format::Toml),
    ] {
        let mistake = mistake_in(&document, format);
        assert!(mistake.contains("n…: unknown field `n"), "{mistake}");
        assert!(mistake.len() < 2100, "{} bytes", mistake.len());
    }
}
