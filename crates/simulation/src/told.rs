//! The Desk as shards see it: it takes rows, knows a repeat by its key, and hears nothing more of who was erased.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::world::World;

/// What the Desk took.
#[derive(Default)]
pub(crate) struct Told {
    keys: BTreeSet<String>,
    erased: BTreeSet<String>,
    /// Conversations of which a mark came.
    marked: BTreeSet<String>,
    /// The newest event of each fan, of each shard that told of it.
    newest: BTreeMap<(String, String), i64>,
}

impl Told {
    /// Whether a row came.
    pub(crate) fn heard(&self, key: &str) -> bool {
        self.keys.contains(key)
    }
}

impl World<'_> {
    /// Rows arrive, maybe again, maybe long after the shard gave up waiting.
    pub(crate) fn desk_takes(&mut self, rows: &[String]) {
        for row in rows {
            let row: Value = serde_json::from_str(row).expect("rows for the Desk are JSON");
            let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
            let (key, fan_ref) = (text("key"), text("fan_ref"));
            if !self.told.keys.insert(key.clone()) || self.told.erased.contains(&fan_ref) {
                continue;
            }
            if text("type") == "erased" {
                self.told.erased.insert(fan_ref);
                self.says.forget(&text("conversation"));
                continue;
            }
            if text("type") == "wrote" && !row["entry"]["reply"].is_null() {
                self.violated(format!("the bot answered what the Desk was told of: {key}"));
            }
            if text("type") == "job" {
                continue;
            }
            let event = text("event");
            let Some((shard, seq)) = event.split_once('.') else {
                self.violated(format!("row {key} names no event"));
                continue;
            };
            let seq: i64 = seq.parse().unwrap_or_default();
            let newest = self.told.newest.entry((fan_ref, shard.to_owned()));
            let newest = newest.or_insert(seq);
            if *newest > seq {
                self.violated(format!("row {key} came after a later one of its fan"));
                continue;
            }
            *newest = seq;
            if text("type") == "scored" && !self.told.marked.insert(text("conversation")) {
                self.violated(format!("a second mark came of {}", text("conversation")));
            }
            self.desk_learns(&row);
        }
    }

    /// Each conversation that the ledger knows of was told, but for those of people who were erased.
    pub(crate) fn check_what_the_desk_heard(&mut self) {
        for number in 0..self.shards.len() {
            let noted = "SELECT coalesce(payload ->> 'cause', ?1 || '.' || seq), kind FROM events WHERE payload IS NOT NULL \
                         AND (payload ->> 'cause' IS NOT NULL AND kind IN ('handover', 'desk.reopened', 'desk.ended', \
                         'desk.score') OR kind IN ('desk.message', 'desk.note'))"
                .replace("?1", &number.to_string());
            let rows = crate::settled::texts(&self.shards[number].db, &noted);
            for row in rows {
                let (cause, kind) = (&row[0], row[1].as_str());
                let word = match kind {
                    "handover" => "opened",
                    "desk.reopened" => "reopened",
                    "desk.ended" => "ended",
                    "desk.message" => "sent",
                    "desk.note" => "noted",
                    _ => "scored",
                };
                if !self.told.keys.contains(&format!("{cause}/{word}")) {
                    self.violated(format!("the Desk never heard that {cause} {word}"));
                }
            }
        }
    }
}
