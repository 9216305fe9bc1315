//! The SQLite files in a deployment's state folder, to look into or to break. Those of a running one may be opened too.

use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

/// All databases of one state folder.
#[derive(Debug)]
pub struct Databases(Vec<Connection>);

impl Databases {
    pub(crate) fn below(folder: &Path) -> Self {
        let open = |path: &PathBuf| {
            let connection =
                Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
            connection.busy_timeout(Duration::from_secs(10)).unwrap();
            connection
        };
        Self(databases(folder).iter().map(open).collect())
    }

    /// The D1 database of events.
    pub fn ledger(&self) -> &Connection {
        self.with("payloads").next().unwrap()
    }

    /// The D1 database of people and settings.
    pub fn people(&self) -> &Connection {
        self.with("menus").next().unwrap()
    }

    /// The shards, in no particular order.
    pub fn shards(&self) -> impl Iterator<Item = &Connection> {
        self.with("lanes")
    }

    /// Every table, here written `table.column`, in whose text this is found.
    pub fn mentions(&self, needle: &str) -> Vec<String> {
        self.0
            .iter()
            .flat_map(|database| mentions(database, needle))
            .collect()
    }

    /// Those that have this table.
    pub(crate) fn with(&self, table: &'static str) -> impl Iterator<Item = &Connection> {
        self.0
            .iter()
            .filter(move |database| names(database).iter().any(|name| name == table))
    }
}

/// A copy of all databases of one state folder, gone when it is dropped.
#[derive(Debug)]
pub struct Copied {
    databases: Databases,
    folder: PathBuf,
}

impl Copied {
    /// Copies every database with what stands beside it, its write-ahead log above all.
    pub(crate) fn below(state: &Path) -> Self {
        let folder = state.with_extension("copy");
        fs::create_dir(&folder).unwrap();
        for (number, path) in databases(state).iter().enumerate() {
            for suffix in ["", "-wal"] {
                let mut from = path.clone().into_os_string();
                from.push(suffix);
                let to = folder.join(format!("{number}.sqlite{suffix}"));
                if Path::new(&from).exists() {
                    fs::copy(from, to).unwrap();
                }
            }
        }
        let databases = Databases::below(&folder);
        Self { databases, folder }
    }
}

impl Deref for Copied {
    type Target = Databases;

    fn deref(&self) -> &Databases {
        &self.databases
    }
}

impl Drop for Copied {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The number that a query gives.
///
/// # Panics
/// When it gives none.
#[track_caller]
pub fn number(database: &Connection, query: &str) -> i64 {
    database.query_row(query, [], |row| row.get(0)).unwrap()
}

/// The rows that a query gives, each as one text.
///
/// # Panics
/// When SQLite refuses it.
#[track_caller]
pub fn rows(database: &Connection, query: &str) -> Vec<String> {
    let mut statement = database.prepare(query).unwrap();
    let columns = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let mut texts = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let values: Vec<ValueRef<'_>> = (0..columns).map(|at| row.get_ref(at).unwrap()).collect();
        texts.push(format!("{values:?}"));
    }
    texts
}

/// The files of D1 in a state folder, with what is in them.
#[derive(Debug)]
pub struct D1Copy(Vec<(PathBuf, Vec<u8>)>);

impl D1Copy {
    pub(crate) fn below(state: &Path) -> Self {
        let read = |path: PathBuf| (path.clone(), fs::read(&path).unwrap());
        Self(files(&d1(state)).into_iter().map(read).collect())
    }

    /// Puts them back, in place of all that is there.
    pub(crate) fn put_back(&self, state: &Path) {
        for path in files(&d1(state)) {
            fs::remove_file(path).unwrap();
        }
        for (path, bytes) in &self.0 {
            fs::write(path, bytes).unwrap();
        }
    }
}

/// Where Miniflare keeps D1.
fn d1(state: &Path) -> PathBuf {
    state.join("v3").join("d1")
}

pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// Those of them that are databases.
fn databases(folder: &Path) -> Vec<PathBuf> {
    let mut files = files(folder);
    files.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "sqlite")
    });
    files
}

fn names(database: &Connection) -> Vec<String> {
    let mut statement = database
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .unwrap();
    statement
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

fn mentions(database: &Connection, needle: &str) -> Vec<String> {
    let mut found = Vec::new();
    for table in names(database) {
        let mut statement = database
            .prepare(&format!("SELECT * FROM \"{table}\""))
            .unwrap();
        let columns: Vec<String> = statement
            .column_names()
            .map(|name| format!("{table}.{name}"))
            .collect();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let hit = |place: &usize| contains(row.get_ref(*place).unwrap(), needle.as_bytes());
            found.extend(
                (0..columns.len())
                    .filter(hit)
                    .map(|place| columns[place].clone()),
            );
        }
    }
    found
}

fn contains(value: ValueRef<'_>, needle: &[u8]) -> bool {
    match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            bytes.windows(needle.len()).any(|part| part == needle)
        }
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => false,
    }
}
