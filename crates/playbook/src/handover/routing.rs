//! To whom at the desk a fan is handed over.

use crate::mistake::Refusal;
use crate::source::{Node, Table};

/// Characters of the name of a team, a skill or a tag.
const MAX_NAME_CHARS: usize = 64;
/// Skills, and tags, of one hand-over.
const MOST_NAMES: usize = 20;

/// What a hand-over says beside that a person is wanted. The desk knows its teams and skills; here they are names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routing {
    /// The team that the conversation goes to, by its id; else the fan's tags decide.
    pub team: Option<String>,
    /// What an agent has to be able to do.
    pub skills: Vec<String>,
    /// What the conversation is about.
    pub tags: Vec<String>,
}

impl Routing {
    /// A hand-over that says nothing more.
    pub const PLAIN: Self = Self {
        team: None,
        skills: Vec::new(),
        tags: Vec::new(),
    };

    /// Reads `handover = true` or `handover = { team = "…", skills = […], tags = […] }`; none for `false`.
    pub(crate) fn compile(node: &Node) -> Result<Option<Self>, Refusal> {
        if let Ok(wanted) = node.boolean() {
            return Ok(wanted.then_some(Self::PLAIN));
        }
        if node.fields().is_err() {
            return Err(node.refuse(
                "expected true, or a table of team, skills and tags, such as { team = \"sales\" }",
            ));
        }
        let table = node.table(&["team", "skills", "tags"])?;
        let routing = Self {
            team: table.get("team").map(name).transpose()?,
            skills: names(&table, "skills")?,
            tags: names(&table, "tags")?,
        };
        if routing == Self::PLAIN {
            return Err(node.refuse("nothing is said here: write handover = true"));
        }
        Ok(Some(routing))
    }
}

fn names(table: &Table<'_>, field: &str) -> Result<Vec<String>, Refusal> {
    let nodes = table.list(field)?;
    if let Some(node) = nodes.get(MOST_NAMES) {
        return Err(node.refuse(&format!("at most {MOST_NAMES} are allowed here")));
    }
    nodes.iter().map(name).collect()
}

fn name(node: &Node) -> Result<String, Refusal> {
    let name = node.filled("name")?;
    let length = name.chars().count();
    if length > MAX_NAME_CHARS {
        let message = format!("a name has at most {MAX_NAME_CHARS} characters, this one {length}");
        return Err(node.refuse(&message));
    }
    if name.chars().any(char::is_control) {
        return Err(node.refuse("a name has no control characters"));
    }
    Ok(name.to_owned())
}
