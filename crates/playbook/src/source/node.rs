//! The tree that both forms of a document are read into, and how its fields are read from it.

use std::fmt;
use std::rc::Rc;

use wechat::reply::cut_text;

use crate::mistake::{Mistake, Refusal, Warning};

/// Bytes of what is said about a document, which may quote it: enough for any that people write.
const MAX_SAID_BYTES: usize = 1024;

/// A value of a document.
#[derive(Debug)]
pub(crate) struct Node {
    /// The line that it begins on.
    pub(super) line: usize,
    /// The way to it, such as `rule[3].pattern`.
    pub(super) way: Way,
    pub(super) value: Value,
}

/// The way to a value, as steps: a text for each value would repeat the names above it, and a megabyte has room for a long name above
/// very many values.
#[derive(Clone, Debug, Default)]
pub(super) struct Way(Option<Rc<(Way, Step)>>);

#[derive(Debug)]
enum Step {
    Field(String),
    Item(usize),
}

impl Way {
    pub(super) fn field(&self, name: &str) -> Self {
        self.step(Step::Field(name.to_owned()))
    }

    pub(super) fn item(&self, index: usize) -> Self {
        self.step(Step::Item(index))
    }

    fn step(&self, step: Step) -> Self {
        Self(Some(Rc::new((self.clone(), step))))
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(last) = &self.0 else { return Ok(()) };
        match &**last {
            (Self(None), Step::Field(name)) => f.write_str(name),
            (above, Step::Field(name)) => write!(f, "{above}.{name}"),
            (above, Step::Item(index)) => write!(f, "{above}[{index}]"),
        }
    }
}

/// What is said about a document, cut where it quotes too much of it.
pub(super) fn said(text: &str) -> String {
    cut_text(text, MAX_SAID_BYTES).into_owned()
}

#[derive(Debug)]
pub(super) enum Value {
    /// JSON's `null`, which counts as a field that is not there.
    Null,
    Boolean(bool),
    Integer(i64),
    Text(String),
    List(Vec<Node>),
    /// Fields with their names.
    Table(Vec<(String, Node)>),
    /// What no field takes, in words.
    Other(&'static str),
}

impl Node {
    pub(crate) fn line(&self) -> usize {
        self.line
    }

    pub(crate) fn path(&self) -> String {
        said(&self.way.to_string())
    }

    /// The mistake of having this value here.
    pub(crate) fn refuse(&self, message: &str) -> Refusal {
        Box::new(Mistake {
            line: Some(self.line),
            field: self.path(),
            message: said(message),
        })
    }

    pub(crate) fn warn(&self, message: String) -> Warning {
        Warning {
            line: Some(self.line),
            field: self.path(),
            message: said(&message),
        }
    }

    pub(crate) fn text(&self) -> Result<&str, Refusal> {
        match &self.value {
            Value::Text(text) => Ok(text),
            _ => Err(self.expected("a text")),
        }
    }

    /// A text in which something stands.
    pub(crate) fn filled(&self, what: &str) -> Result<&str, Refusal> {
        let text = self.text()?;
        if text.trim().is_empty() {
            Err(self.refuse(&format!("this {what} is empty")))
        } else {
            Ok(text)
        }
    }

    pub(crate) fn integer(&self) -> Result<i64, Refusal> {
        match self.value {
            Value::Integer(integer) => Ok(integer),
            _ => Err(self.expected("a whole number")),
        }
    }

    pub(crate) fn boolean(&self) -> Result<bool, Refusal> {
        match self.value {
            Value::Boolean(boolean) => Ok(boolean),
            _ => Err(self.expected("true or false")),
        }
    }

    pub(crate) fn list(&self) -> Result<&[Node], Refusal> {
        match &self.value {
            Value::List(items) => Ok(items),
            _ => Err(self.expected("a list")),
        }
    }

    /// The fields of a table that has no others than these.
    pub(crate) fn table(&self, known: &[&str]) -> Result<Table<'_>, Refusal> {
        let Value::Table(fields) = &self.value else {
            return Err(self.expected("a table"));
        };
        for (name, value) in fields {
            if !known.contains(&name.as_str()) {
                return Err(value.refuse(&format!(
                    "unknown field `{name}`; known here: {}",
                    known.join(", ")
                )));
            }
        }
        Ok(Table { node: self, fields })
    }

    /// The fields of a table that may have any, with their names. A field that is `null` is not there.
    pub(crate) fn fields(&self) -> Result<impl Iterator<Item = (&str, &Self)>, Refusal> {
        let Value::Table(fields) = &self.value else {
            return Err(self.expected("a table"));
        };
        let there = fields
            .iter()
            .filter(|(_, value)| !matches!(value.value, Value::Null));
        Ok(there.map(|(name, value)| (name.as_str(), value)))
    }

    /// What is directly in it: the fields of a table, the items of a list. A field that is `null` is not there.
    pub(crate) fn inside(&self) -> Vec<&Node> {
        let all: Vec<&Node> = match &self.value {
            Value::List(items) => items.iter().collect(),
            Value::Table(fields) => fields.iter().map(|(_, value)| value).collect(),
            _ => Vec::new(),
        };
        all.into_iter()
            .filter(|node| !matches!(node.value, Value::Null))
            .collect()
    }

    fn expected(&self, what: &str) -> Refusal {
        let found = match &self.value {
            Value::Null => "null",
            Value::Boolean(_) => "true or false",
            Value::Integer(_) => "a whole number",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
            Value::Other(what) => what,
        };
        self.refuse(&format!("expected {what}, found {found}"))
    }
}

/// A table whose fields are all known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table<'n> {
    /// The table as a value.
    pub(crate) node: &'n Node,
    fields: &'n [(String, Node)],
}

impl<'n> Table<'n> {
    pub(crate) fn get(&self, name: &str) -> Option<&'n Node> {
        let (_, value) = self.fields.iter().find(|(field, _)| field == name)?;
        Some(value).filter(|value| !matches!(value.value, Value::Null))
    }

    pub(crate) fn required(&self, name: &str) -> Result<&'n Node, Refusal> {
        self.get(name)
            .ok_or_else(|| self.node.refuse(&format!("missing field `{name}`")))
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<&'n str>, Refusal> {
        self.get(name).map(Node::text).transpose()
    }

    /// The items of a list; none if it is not there.
    pub(crate) fn list(&self, name: &str) -> Result<&'n [Node], Refusal> {
        self.get(name).map_or(Ok(&[]), Node::list)
    }

    /// Whether a field is there and true.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        self.get(name).map_or(Ok(false), Node::boolean)
    }
}
