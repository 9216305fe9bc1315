//! From a document to a playbook: every room compiles its own part, and here they meet.

mod fields;

use self::fields::{name, priority, taken};
pub(crate) use self::fields::{pattern, words};
use crate::action::{self, Action, Names};
use crate::alerts::Alerts;
use crate::captures::Scope;
use crate::command::Commands;
use crate::forward::Forward;
use crate::handover::Handover;
use crate::hours::{During, Hours};
use crate::identity;
use crate::intent::Intent;
use crate::matcher::{self, Matcher, Trigger};
use crate::menu::{self, Menu};
use crate::mistake::{Refusal, Warning};
use crate::named::Named;
use crate::playbook::{Button, Playbook, Target};
use crate::reply::{self, KINDS, Reply, Setting};
use crate::source::{Node, Table};
use crate::welcome::Welcome;

/// Bytes of the key of a custom menu's button; WeChat takes no longer ones.
const MAX_CLICK_KEY_BYTES: usize = 128;

const STOPPED: &str = "已为您停止推送，您仍可随时给我们留言。\nYou will get no more pushes. You can still write to us any time.";

const FIELDS: [&str; 14] = [
    "default", "welcome", "commands", "handover", "hours", "stop", "rule", "menu", "faq", "click",
    "intent", "identity", "alerts", "forward",
];

const RULE_FIELDS: [&str; 11] = [
    "name", "exact", "prefix", "contains", "pattern", "priority", "during", "reply", "menu",
    "intent", "handover",
];

const INTENT_FIELDS: [&str; 10] = [
    "name", "pattern", "priority", "during", "reply", "request", "answer", "sorry", "identity",
    "expects",
];

/// Compiles a document, with what was noticed on the way.
pub(crate) fn compile(tree: &Node) -> Result<(Playbook, Vec<Warning>), Refusal> {
    let document = tree.table(&FIELDS)?;
    let at_default = document.required("default")?;
    let commands = Commands::compile(&document)?;
    let handover = Handover::compile(&document, &commands)?;
    let mut warnings = Vec::new();
    let hours = document
        .get("hours")
        .map(|node| Hours::compile(node, &mut warnings))
        .transpose()?;
    let outside_hours = Handover::outside_hours(&document, hours.is_some())?;
    let mut names = Names {
        via_wechat: matches!(handover, Handover::Wechat { .. }),
        ..Names::default()
    };
    let mut answers = Answers {
        has_hours: hours.is_some(),
        ..Answers::default()
    };

    // Before the intents: what binds wins over what asks, at equal priority.
    let identity = identity::compile(&document)?.map(|(identity, [bind, unbind])| {
        answers.add(bind, "identity:bind".to_owned(), Action::Bind);
        answers.add(unbind, "identity:unbind".to_owned(), Action::Unbind);
        identity
    });
    let intents = intents(&document, &mut names, &mut answers)?;
    let menus = menus(&document, &commands, &mut names, &mut answers)?;
    rules(&document, &mut names, &mut answers)?;
    let clicks = clicks(&document, &mut names)?;
    let welcome = Welcome::compile(&document, &mut names)?;
    let default = self::default(at_default, &mut names)?;
    Handover::check_default(&document, &default)?;
    let default_outside_hours = match document.get("hours") {
        Some(node) => Hours::table(node)?.get("default"),
        None => None,
    }
    .map(|node| self::default(node, &mut names))
    .transpose()?;
    let stop = stop(&document)?;
    let alerts = Alerts::compile(&document)?;
    let forward = Forward::compile(&document)?;

    let Answers {
        triggers, targets, ..
    } = answers;
    warnings.extend(names.warnings);
    let mut actions: Vec<&Action> = vec![&default];
    actions.extend(default_outside_hours.as_ref());
    actions.extend(targets.iter().map(|target| &target.action));
    actions.extend(clicks.iter());
    actions.extend(welcome.actions());
    let nodes: Vec<&Node> = menu_nodes(&document)?.collect();
    warnings.extend(menu::check_reach(&menus, &nodes, &actions)?);
    for menu in menus.iter() {
        actions.extend(menu.actions());
    }
    warn_of_unused(&intents, document.list("intent")?, &actions, &mut warnings);
    warnings.extend(matcher::warnings(&triggers, &commands));
    let matcher = Matcher::new(&triggers, During::Open);
    let depends = triggers.iter().any(|trigger| trigger.during.is_some());
    let closed = depends.then(|| Matcher::new(&triggers, During::Closed));

    let playbook = Playbook {
        default,
        default_outside_hours,
        commands,
        handover,
        hours,
        outside_hours,
        stop,
        welcome,
        clicks,
        buttons: buttons(&menus),
        menus,
        intents,
        identity,
        alerts,
        forward,
        matcher,
        closed,
        targets,
    };
    Ok((playbook, warnings))
}

/// What texts lead to, in the order in which equals win.
#[derive(Default)]
struct Answers<'t> {
    has_hours: bool,
    triggers: Vec<Trigger<'t>>,
    targets: Vec<Target>,
}

impl<'t> Answers<'t> {
    fn add(&mut self, trigger: Trigger<'t>, hit: String, action: Action) {
        self.triggers.push(trigger);
        self.targets.push(Target { hit, action });
    }
}

fn intents<'t>(
    document: &Table<'t>,
    names: &mut Names,
    answers: &mut Answers<'t>,
) -> Result<Named<Intent>, Refusal> {
    let mut intents = Named::default();
    for node in document.list("intent")? {
        let table = node.table(&INTENT_FIELDS)?;
        let name = name(table.required("name")?)?;
        let pattern = pattern(&table)?;
        let groups = pattern
            .as_ref()
            .map_or(&[][..], |(pattern, _)| pattern.groups());
        let intent = Intent::compile(name, &table, groups)?;
        if intent.needs_identity() && document.get("identity").is_none() {
            let flag = table.required("identity")?;
            return Err(flag.refuse("no fan can be bound here: there is no [identity]"));
        }
        if name == identity::NAME && document.get("identity").is_some() {
            let message =
                "\"identity\" is the name of the call of [identity]; give the intent another";
            return Err(table.required("name")?.refuse(message));
        }
        names.gaps.add(name, intent.placeholders());
        names.intents.add(name, name.to_owned());
        if !intents.add(name, intent) {
            return Err(taken(&table, name));
        }
        let priority = priority(&table)?;
        let during = During::compile(&table, answers.has_hours)?;
        if pattern.is_some() {
            let title = format!("intent \"{name}\"");
            let trigger = Trigger {
                priority,
                during,
                pattern,
                ..Trigger::new(title, node)
            };
            answers.add(
                trigger,
                format!("intent:{name}"),
                Action::Intent(name.to_owned()),
            );
        }
    }
    Ok(intents)
}

fn menus<'t>(
    document: &Table<'t>,
    commands: &Commands,
    names: &mut Names,
    answers: &mut Answers<'t>,
) -> Result<Named<Menu>, Refusal> {
    // Any menu may open any other, and lists of questions are menus.
    for node in menu_nodes(document)? {
        let table = node.table(menu_fields(node))?;
        let name = name(table.required("name")?)?;
        if !names.menus.add(name, name.to_owned()) {
            return Err(taken(&table, name));
        }
    }
    let mut menus = Named::default();
    for node in menu_nodes(document)? {
        let table = node.table(menu_fields(node))?;
        let name = name(table.required("name")?)?;
        let (kind, menu) = if is_faq(node) {
            ("faq", Menu::of_faq(name, &table, commands)?)
        } else {
            ("menu", Menu::compile(name, &table, commands, names)?)
        };
        let exact = words(&table, "keywords")?;
        if !exact.is_empty() {
            let trigger = Trigger {
                exact,
                ..Trigger::new(format!("{kind} \"{name}\""), node)
            };
            let hit = format!("{kind}:{name}");
            answers.add(trigger, hit, Action::Menu(name.to_owned()));
        }
        menus.add(name, menu);
    }
    Ok(menus)
}

/// Every `[[menu]]`, then every `[[faq]]`.
fn menu_nodes<'t>(document: &Table<'t>) -> Result<impl Iterator<Item = &'t Node>, Refusal> {
    let menus = document.list("menu")?;
    Ok(menus.iter().chain(document.list("faq")?))
}

fn is_faq(node: &Node) -> bool {
    node.path().starts_with("faq")
}

fn menu_fields(node: &Node) -> &'static [&'static str] {
    if is_faq(node) {
        &menu::FAQ_FIELDS
    } else {
        &menu::FIELDS
    }
}

/// The buttons below all answers of all lists of questions, by their ids.
fn buttons(menus: &Named<Menu>) -> Named<Button> {
    let mut all = Named::default();
    for menu in menus.iter() {
        for (id, path, helped) in menu.buttons() {
            let menu = menu.name().to_owned();
            all.add(&id, Button { menu, path, helped });
        }
    }
    all
}

fn rules<'t>(
    document: &Table<'t>,
    names: &mut Names,
    answers: &mut Answers<'t>,
) -> Result<(), Refusal> {
    let mut seen: Named<()> = Named::default();
    for node in document.list("rule")? {
        let table = node.table(&RULE_FIELDS)?;
        let (title, hit) = match table.get("name") {
            Some(node) => {
                let name = name(node)?;
                if !seen.add(name, ()) {
                    return Err(taken(&table, name));
                }
                (format!("rule \"{name}\""), format!("rule:{name}"))
            }
            None => (node.path(), node.path()),
        };
        let trigger = Trigger {
            priority: priority(&table)?,
            during: During::compile(&table, answers.has_hours)?,
            exact: words(&table, "exact")?,
            prefix: words(&table, "prefix")?,
            contains: words(&table, "contains")?,
            pattern: pattern(&table)?,
            ..Trigger::new(title, node)
        };
        if trigger.is_empty() {
            return Err(
                node.refuse("a rule needs at least one of exact, prefix, contains and pattern")
            );
        }
        let scope = Scope {
            text: true,
            rest: !trigger.prefix.is_empty(),
            groups: trigger
                .pattern
                .as_ref()
                .map(|(pattern, _)| pattern.groups().to_vec())
                .unwrap_or_default(),
            result: false,
        };
        let action = action::compile(&table, &Setting::with(scope), names)?;
        answers.add(trigger, hit, action);
    }
    Ok(())
}

fn clicks(document: &Table<'_>, names: &mut Names) -> Result<Named<Action>, Refusal> {
    let mut clicks = Named::default();
    for node in document.list("click")? {
        let table = node.table(&["key", "reply", "menu", "intent", "handover"])?;
        let node = table.required("key")?;
        let key = node.text()?;
        if !(1..=MAX_CLICK_KEY_BYTES).contains(&key.len()) {
            let message = format!(
                "a key has 1 to {MAX_CLICK_KEY_BYTES} bytes, this one {}",
                key.len()
            );
            return Err(node.refuse(&message));
        }
        if !clicks.add(key, action::compile(&table, &Setting::event(), names)?) {
            return Err(node.refuse(&format!("\"{key}\" is here already")));
        }
    }
    Ok(clicks)
}

/// `default = { text = "…" }`: a reply without the word `reply`, or another action.
fn default(node: &Node, names: &mut Names) -> Result<Action, Refusal> {
    let table = node.table(&[&KINDS[..], &["menu", "intent", "handover"]].concat())?;
    let setting = Setting::with(Scope::of_text());
    match (
        KINDS.iter().any(|kind| table.get(kind).is_some()),
        action::given(&table),
    ) {
        (true, false) => reply::compile_kind(&table, &setting).map(Action::Reply),
        (false, true) => action::compile(&table, &setting, names),
        _ => {
            Err(node
                .refuse("either a reply or one of menu, intent and handover = true belongs here"))
        }
    }
}

fn stop(document: &Table<'_>) -> Result<Reply, Refusal> {
    match document.get("stop") {
        Some(node) => reply::compile(
            node.table(&["reply"])?.required("reply")?,
            &Setting::message(),
        ),
        None => Ok(Reply::fixed(STOPPED)),
    }
}

/// Warns of intents without a pattern that nothing names.
fn warn_of_unused(
    intents: &Named<Intent>,
    nodes: &[Node],
    actions: &[&Action],
    warnings: &mut Vec<Warning>,
) {
    let mut used: Named<()> = Named::default();
    for action in actions {
        if let Action::Intent(name) = action {
            used.add(name, ());
        }
    }
    for (intent, node) in intents.iter().zip(nodes) {
        let name = intent.name();
        if !used.has(name) {
            let message = format!(
                "nothing leads to intent \"{name}\": it has no pattern, and no action names it"
            );
            warnings.push(node.warn(message));
        }
    }
}
